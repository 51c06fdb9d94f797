using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.DattoRmm;

/// <summary>What people and agents do at the vendor.</summary>
internal sealed class DattoRmmEdits(DattoRmmVendor vendor)
{
    private JsonWorld World => vendor.World;

    private long Now => vendor.Clock.GetUtcNow().ToUnixTimeMilliseconds();

    public JsonObject Create(string kind, JsonObject given)
    {
        var id = World[kind].NextId;
        var dice = new Dice((ulong)vendor.Options.Seed + ((ulong)id * 7919));
        var fresh = kind switch
        {
            "sites" => DattoRmmSeed.Site(vendor, id, dice, "New site", null),
            "devices" => DattoRmmDeviceSeed.Device(dice, id, Site(given), DattoRmmClass.Device, vendor.Clock.GetUtcNow()),
            "alerts" => DattoRmmAlertSeed.Alert(dice, id, Device(given), vendor.Clock.GetUtcNow()),
            _ => throw new InvalidOperationException($"{kind} cannot be made: sites, devices, alerts"),
        };
        var row = fresh.Over(given);
        row.Remove("deviceId");
        World[kind].Put(id, row);
        if (kind == "devices")
        {
            World["audits"].Put(id, DattoRmmAuditSeed.Audit(dice, row));
        }

        return row;
    }

    /// <summary>A device takes its audit and its alerts along, a site its devices.</summary>
    public void Delete(string kind, long id)
    {
        var row = World[kind].Get(id);
        if (kind == "devices" && vendor.Behaviour.KeepsDeleted)
        {
            vendor.Change(kind, id, new JsonObject { ["deleted"] = true, ["online"] = false }, touch: true);
        }
        else
        {
            World[kind].Remove(id);
        }

        if (kind == "devices")
        {
            World["audits"].Remove(id);
            foreach (var alert in World["alerts"].Rows.Where(a => a["alertSourceInfo"]?["deviceUid"]?.ToString() == row.Text("uid")).ToList())
            {
                World["alerts"].Remove(alert.Whole("id"));
            }
        }

        foreach (var device in kind == "sites" ? World["devices"].Rows.Where(d => d.Whole("siteId") == id).ToList() : [])
        {
            Delete("devices", device.Whole("id"));
        }
    }

    /// <summary>The agent looks into its machine again.</summary>
    public JsonObject Audit(long id, string? username)
    {
        var audit = World["audits"].Get(id);
        if (audit["systemInfo"] is JsonObject system && system.ContainsKey("username"))
        {
            system["username"] = username;
        }

        return vendor.Change("devices", id, new JsonObject { ["lastAuditDate"] = Now, ["lastSeen"] = Now }, touch: true);
    }

    private JsonObject Site(JsonObject given) => World["sites"].Find(given.Whole("siteId")) ?? World["sites"].Rows[^1];

    private JsonObject Device(JsonObject given) => World["devices"].Find(given.Whole("deviceId")) ?? World["devices"].Rows[0];
}
