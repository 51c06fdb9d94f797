using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.DattoRmm;

/// <summary>An account of any size, with everything odd that real ones have.</summary>
internal static class DattoRmmSeed
{
    private const int DevicesPerCompany = 3;

    /// <summary>Every account has these two from the beginning.</summary>
    private static readonly string[] System = ["OnDemand", "Deleted Devices"];

    /// <summary>The same seed, sizes and time give the same world.</summary>
    public static JsonWorld Create(DattoRmmVendor vendor)
    {
        var (world, options, now) = (new JsonWorld(), vendor.Options, vendor.Clock.Origin);
        foreach (var kind in new[] { "sites", "devices", "audits", "alerts" })
        {
            world.Table(kind);
        }

        var companies = Math.Max(1, options.Companies);
        for (var i = 0; i < companies + System.Length; i++)
        {
            var id = 1000L + (i * 3) + (i % 4 == 1 ? 1 : 0);
            var dice = Fresh(options, 100 + i);
            var name = i < System.Length ? System[i] : Company(i - System.Length, dice);
            world["sites"].Put(id, Site(vendor, id, dice, name, i < System.Length || i % 3 == 1 ? null : 170 + i));
        }

        var sites = world["sites"].Rows.Skip(System.Length).ToList();
        var count = options.Devices ?? companies * DevicesPerCompany;
        for (var i = 0; i < count; i++)
        {
            AddDevice(world, options, sites, i, now);
        }

        return world;
    }

    public static JsonObject Site(DattoRmmVendor vendor, long id, Dice dice, string name, int? autotask) => new()
    {
        ["id"] = id,
        ["uid"] = Uid(dice),
        ["accountUid"] = vendor.AccountUid,
        ["name"] = name,
        ["description"] = id % 2 == 0 ? $"{name}, main office" : null,
        ["notes"] = id % 5 == 0 ? "Router admin: hunter2hunter2" : null,
        ["onDemand"] = name == "OnDemand",
        ["splashtopAutoInstall"] = true,
        ["proxySettings"] = id % 4 == 2 ? new JsonObject { ["host"] = "proxy.local", ["password"] = "SECRET-proxy", ["port"] = 3128, ["type"] = "http", ["username"] = "proxy" } : null,
        ["devicesStatus"] = null,
        ["autotaskCompanyName"] = autotask is null ? null : name,
        ["autotaskCompanyId"] = autotask?.ToString(CultureInfo.InvariantCulture),
        ["portalUrl"] = $"https://merlot.rmm.datto.com/site/{id}",
    };

    public static string Uid(Dice dice)
    {
        var text = $"{dice.Next():x16}{dice.Next():x16}";
        return $"{text[..8]}-{text[8..12]}-{text[12..16]}-{text[16..20]}-{text[20..32]}";
    }

    /// <summary>The last figures of ids of lists differ by more than one, as after years of deletions.</summary>
    private static void AddDevice(JsonWorld world, SimulatorOptions options, List<JsonObject> sites, int i, DateTimeOffset now)
    {
        var dice = Fresh(options, 1_000_000 + i);
        var id = 40_000L + (i * 2) + (i % 5 == 0 ? 1 : 0);
        var kind = (i % 12) switch
        {
            4 => DattoRmmClass.Printer,
            7 => DattoRmmClass.Esxihost,
            9 => DattoRmmClass.Rmmnetworkdevice,
            11 when i % 24 == 23 => DattoRmmClass.Unknown,
            _ => DattoRmmClass.Device,
        };
        var device = DattoRmmDeviceSeed.Device(dice, id, i < sites.Count ? sites[i] : dice.Skewed(sites), kind, now);
        device["deleted"] = i % 17 == 13;
        world["devices"].Put(id, device);
        if (!device.Flag("deleted") && kind is (DattoRmmClass.Device or DattoRmmClass.Printer or DattoRmmClass.Esxihost))
        {
            world["audits"].Put(id, DattoRmmAuditSeed.Audit(dice, device));
        }

        for (var n = i % 3 == 0 ? dice.Between(1, 3) : 0; n > 0 && !device.Flag("deleted"); n--)
        {
            var number = world["alerts"].NextId;
            world["alerts"].Put(number, DattoRmmAlertSeed.Alert(dice, number, device, now - TimeSpan.FromMinutes(dice.Between(3, 90_000))));
        }
    }

    private static string Company(int i, Dice dice) =>
        $"{Words.CompanyFirst[(i * 7) % Words.CompanyFirst.Length]} {Words.CompanySecond[(i + (i / 38 * 5)) % Words.CompanySecond.Length]} {dice.Of(Words.Legal)}".TrimEnd();

    /// <summary>Far from its neighbour: dice of seeds next to each other throw the same, one throw apart, and no two records share a uid.</summary>
    private static Dice Fresh(SimulatorOptions options, int part) => new(((ulong)(uint)options.Seed << 44) + ((ulong)(uint)part * 4001UL));
}
