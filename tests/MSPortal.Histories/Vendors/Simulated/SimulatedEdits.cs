using System.Text.Json.Nodes;
using MSPortal.Core.Model;
using MSPortal.Histories.Plan;
using MSPortal.Histories.Vendors.Psas;

namespace MSPortal.Histories.Vendors.Simulated;

/// <summary>What the fields are called that people write in; the name is that of boards and other references.</summary>
internal sealed record TextFields(string Ticket, string Note, string Company, string Device, string CompanyName, string Name)
{
    /// <summary>A field of some text that every record of the type has.</summary>
    public string Of(DataType type) => type switch
    {
        DataType.Tickets => Ticket,
        DataType.TicketNotes => Note,
        DataType.Companies => Company,
        DataType.Devices => Device,
        _ => Name,
    };

    /// <summary>What a record of the type is called by.</summary>
    public string NameOf(DataType type) => type == DataType.Companies ? CompanyName : Name;
}

/// <summary>What people do at a simulated vendor, by its control; what its records are made of is each vendor's own.</summary>
/// <param name="reference">The kind of what tickets are filed in, or of another reference that can be renamed.</param>
internal abstract class SimulatedEdits(Control control, Psa psa, string reference, TextFields fields)
{
    private readonly List<(string Kind, JsonNode Row)> deleted = [];

    protected Control Control => control;

    public bool Do(Change change)
    {
        var kind = Kind(change.Type);
        if (change.Kind is ChangeKind.Create or ChangeKind.Undelete)
        {
            return change.Kind == ChangeKind.Create ? Create(change) : Restore(change.Pick);
        }

        if (Pick(kind, change.Pick) is not { } row)
        {
            return false;
        }

        return change.Kind switch
        {
            ChangeKind.Update => Patch(kind, row, Text(change), change.Silent && change.Type != DataType.TicketNotes) && Touch(change.Type, row),
            ChangeKind.Rename => Patch(kind, row, new JsonObject { [fields.NameOf(change.Type)] = Clean(change.Text) }),
            ChangeKind.Delete => Delete(change.Type, row),
            ChangeKind.Merge => Pick(kind, change.Other) is { } into && Id(into) != Id(row) && Merge(change.Type, row, into),
            ChangeKind.Move when change.Other % 2 == 0 => Move(row, change.Other / 2, change.Silent),
            ChangeKind.Move => Pick(Kind(DataType.Companies), change.Other) is { } company && Patch(kind, row, OfCompany(Id(company)), change.Silent),
            ChangeKind.Close => State(row, closed: true) is { } closed && Patch(kind, row, closed, change.Silent),
            ChangeKind.Reopen => State(row, closed: false) is { } open && Patch(kind, row, open, change.Silent),
            _ => Bulk(change, kind),
        };
    }

    public JsonNode? Pick(string kind, int pick) => control.Rows(kind) is { Count: > 0 } rows ? rows[pick % rows.Count] : null;

    public static long Id(JsonNode row) => row["id"]!.GetValue<long>();

    /// <summary>Each is a new record but for its text, or null where none can be made.</summary>
    protected abstract JsonObject? NewTicket(Change change);

    protected abstract JsonObject? NewDevice(Change change);

    protected virtual JsonObject? NewNote(Change change) =>
        Pick(psa.Tickets.Kind, change.Pick) is { } ticket ? new JsonObject { [psa.Notes.VendorField("ticketId")] = Id(ticket) } : null;

    protected virtual JsonObject NewCompany(Change change) => [];

    /// <summary>For whom a new record is; null where there is no company.</summary>
    protected long? CompanyOf(Change change) => Pick(Kind(DataType.Companies), change.Pick) is { } company ? Id(company) : null;

    protected abstract object OfCompany(long id);

    /// <summary>The change that closes a ticket or opens it again; null where none does.</summary>
    protected abstract object? State(JsonNode ticket, bool closed);

    /// <summary>To where one can be filed; false where there is no choice.</summary>
    protected abstract bool Move(JsonNode ticket, int pick, bool silent);

    protected virtual bool Merge(DataType type, JsonNode row, JsonNode into) => type == DataType.Tickets && psa.Merge(row, into) is { } edit && control.Do(edit);

    /// <summary>The number by which the control knows a record.</summary>
    protected virtual long Address(string kind, JsonNode row) => Id(row);

    protected bool Patch(string kind, JsonNode row, object change, bool silent = false) =>
        control.Ask(HttpMethod.Patch, $"records/{kind}/{Address(kind, row)}?touch={(silent ? "false" : "true")}", change) is not null;

    /// <summary>Vendors keep no NUL and no leading or trailing blanks.</summary>
    private static string Clean(string text) => text.Replace("\0", "", StringComparison.Ordinal).Trim();

    private string Kind(DataType type) => type == DataType.Reference ? reference : psa.Of(type).Kind;

    private JsonObject Text(Change change) => new() { [fields.Of(change.Type)] = Clean(change.Text) };

    private bool Create(Change change)
    {
        var made = change.Type switch
        {
            DataType.Tickets => NewTicket(change),
            DataType.TicketNotes => NewNote(change),
            DataType.Companies => NewCompany(change),
            DataType.Devices => NewDevice(change),
            _ => null,
        };
        if (made is not { } row)
        {
            return false;
        }

        row[change.Type == DataType.Companies ? fields.CompanyName : fields.Of(change.Type)] = Clean(change.Text);
        return control.Post($"records/{Kind(change.Type)}", row) && Touch(change.Type, row);
    }

    private bool Restore(int pick)
    {
        if (deleted.Count == 0)
        {
            return false;
        }

        var at = pick % deleted.Count;
        var (kind, row) = deleted[at];
        deleted.RemoveAt(at);
        return control.Post($"records/{kind}", row);
    }

    private bool Delete(DataType type, JsonNode row)
    {
        if (type == DataType.Reference)
        {
            return false;
        }

        Touch(type, row);
        deleted.Add((Kind(type), row));
        return control.Ask(HttpMethod.Delete, $"records/{Kind(type)}/{Address(Kind(type), row)}") is not null;
    }

    /// <summary>What happens to a note is seen by the change date of its ticket; nothing else would tell.</summary>
    private bool Touch(DataType type, JsonNode row) =>
        type != DataType.TicketNotes
        || control.Ask(HttpMethod.Patch, $"records/{psa.Tickets.Kind}/{row[psa.Notes.VendorField("ticketId")]}?touch=true", new { }) is not null;

    private bool Bulk(Change change, string kind)
    {
        var ids = control.Rows(kind).Select(r => Address(kind, r)).Where(id => (id + change.Pick) % 3 != 0).ToArray();
        return control.Post("bulk", change.Kind == ChangeKind.BulkDelete
            ? new { kind, ids, delete = true }
            : new { kind, ids, change = Text(change) });
    }
}
