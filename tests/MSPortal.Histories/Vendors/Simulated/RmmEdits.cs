using System.Text.Json.Nodes;
using MSPortal.Core.Model;
using MSPortal.Histories.Plan;
using MSPortal.Histories.Vendors.Rmms;

namespace MSPortal.Histories.Vendors.Simulated;

/// <summary>What people and agents do at a simulated RMM, by its control; where a device stands is each vendor's own.</summary>
internal abstract class RmmEdits(Control control, Rmm rmm)
{
    private readonly List<(Truth Truth, JsonNode Row)> deleted = [];

    protected Control Control => control;

    public bool Do(Change change) => (change.Type, change.Kind) switch
    {
        (_, ChangeKind.Undelete) => Restore(change.Pick),
        (DataType.DeviceDetails, _) => Device(change.Pick) is { } device && rmm.LookAgain(device, Clean(change.Text)) is { } look && control.Do(look),
        (DataType.Alerts, ChangeKind.Create) => Device(change.Pick) is { } device && control.Do(rmm.Raise(device, Clean(change.Text))),
        (DataType.Alerts, ChangeKind.BulkDelete) => Some(rmm.Alerts!, change.Pick).TrueForAll(a => control.Do(rmm.Resolve(a))),
        (DataType.Alerts, _) => Pick(rmm.Alerts!, change.Pick) is { } alert && control.Do(rmm.Resolve(alert)),
        (DataType.Companies, ChangeKind.Create) => Found(Clean(change.Text)),
        (DataType.Companies, ChangeKind.Delete or ChangeKind.BulkDelete) => Pick(rmm.Sites, change.Pick) is { } company && Close(company),
        (DataType.Companies, _) => Pick(rmm.Sites, change.Pick) is { } company && RenameCompany(company, Clean(change.Text)),
        (_, ChangeKind.Create) => Device(change.Pick) is { } like && control.Do(rmm.Create(like, Clean(change.Text))),
        (_, ChangeKind.Delete) => Device(change.Pick) is { } device && Delete(rmm.Devices, device),
        (_, ChangeKind.Move) => Device(change.Pick) is { } device && Pick(rmm.Sites, change.Other) is { } company && Move(device, company, change.Silent),
        (_, ChangeKind.BulkChange) => Some(rmm.Devices, change.Pick).TrueForAll(d => Rename(d, Clean(change.Text), change.Silent)),
        (_, ChangeKind.BulkDelete) => Some(rmm.Devices, change.Pick).TrueForAll(d => Delete(rmm.Devices, d)),
        _ => Device(change.Pick) is { } device && Rename(device, Clean(change.Text), change.Silent),
    };

    public JsonNode? Device(int pick) => Pick(rmm.Devices, pick);

    protected static long Id(JsonNode row) => row["id"]!.GetValue<long>();

    protected bool Patch(string kind, JsonNode row, JsonNode change, bool silent = false) =>
        control.Ask(HttpMethod.Patch, $"records/{kind}/{Id(row)}?touch={(silent ? "false" : "true")}", change) is not null;

    protected abstract bool IsAt(JsonNode device, JsonNode company);

    /// <summary>What a device is told to be at when it stands there; null where it cannot.</summary>
    protected abstract JsonObject? Place(JsonNode device, JsonNode company);

    /// <summary>What is different about a record that comes back.</summary>
    protected virtual JsonNode Again(Truth truth, JsonNode row) => row;

    protected virtual bool Found(string name) => control.Post($"records/{rmm.Sites.Kind}", new { name });

    protected virtual bool RenameCompany(JsonNode company, string name) => Patch(rmm.Sites.Kind, company, new JsonObject { ["name"] = name });

    /// <summary>Its devices go with it. One company always stays.</summary>
    protected virtual bool Close(JsonNode company)
    {
        if (control.Rows(rmm.Sites.Kind).Count < 2)
        {
            return false;
        }

        foreach (var device in Known(rmm.Devices).Where(d => IsAt(d, company)).ToList())
        {
            Delete(rmm.Devices, device);
        }

        return Delete(rmm.Sites, company);
    }

    protected IEnumerable<JsonNode> DevicesAt(JsonNode company) => control.Rows(rmm.Devices.Kind).Where(d => IsAt(d, company));

    /// <summary>Vendors keep no NUL and no leading or trailing blanks.</summary>
    private static string Clean(string text) => text.Replace("\0", "", StringComparison.Ordinal).Trim();

    /// <summary>As the vendor has them, those that count for records only.</summary>
    private IEnumerable<JsonNode> Known(Truth truth) => control.Rows(truth.Kind).Where(r => rmm.Plain(truth, [r]).Any());

    private JsonNode? Pick(Truth truth, int pick) => Known(truth).ToList() is { Count: > 0 } rows ? rows[pick % rows.Count] : null;

    private List<JsonNode> Some(Truth truth, int pick) => Known(truth).Where(r => (Id(r) + pick) % 3 != 0).ToList();

    private bool Rename(JsonNode device, string name, bool silent)
    {
        var edit = rmm.Rename(device, name);
        return control.Do(silent && !edit.Path.Contains('?', StringComparison.Ordinal) ? edit with { Path = edit.Path + "?touch=false" } : edit);
    }

    private bool Move(JsonNode device, JsonNode company, bool silent) => Place(device, company) is { } place && Patch(rmm.Devices.Kind, device, place, silent);

    private bool Delete(Truth truth, JsonNode row)
    {
        deleted.Add((truth, row));
        return control.Ask(HttpMethod.Delete, $"records/{truth.Kind}/{Id(row)}") is not null;
    }

    /// <summary>A device comes back only where its company is.</summary>
    private bool Restore(int pick)
    {
        var companies = control.Rows(rmm.Sites.Kind);
        var possible = deleted.Where(d => d.Truth == rmm.Sites || companies.Any(c => IsAt(d.Row, c))).ToList();
        if (possible.Count == 0)
        {
            return false;
        }

        var (truth, row) = possible[pick % possible.Count];
        deleted.Remove((truth, row));
        return control.Post($"records/{truth.Kind}", Again(truth, row));
    }
}
