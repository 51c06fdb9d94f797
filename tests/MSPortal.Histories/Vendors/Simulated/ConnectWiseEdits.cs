using System.Text.Json.Nodes;
using MSPortal.Core.Model;
using MSPortal.Histories.Plan;
using MSPortal.Histories.Vendors.Psas;

namespace MSPortal.Histories.Vendors.Simulated;

/// <summary>What people do at ConnectWise.</summary>
internal sealed class ConnectWiseEdits(Control control, Psa psa) : SimulatedEdits(control, psa)
{
    protected override string ReferenceKind => "boards";

    protected override string TextField(DataType type) => type switch
    {
        DataType.Tickets => "summary",
        DataType.TicketNotes => "text",
        DataType.Companies => "city",
        _ => "name",
    };

    protected override string NameField(DataType type) => "name";

    protected override JsonObject? New(DataType type, Change change) => type switch
    {
        DataType.Tickets => Pick("boards", change.Other) is { } board ? new JsonObject { ["board"] = Reference(board), ["company"] = Company(change) } : null,
        DataType.Companies => new JsonObject { ["identifier"] = $"C{change.Pick}x{change.Other}" },
        DataType.TicketNotes => Pick("tickets", change.Pick) is { } ticket ? new JsonObject { ["ticketId"] = Id(ticket), ["detailDescriptionFlag"] = true } : null,
        DataType.Devices => new JsonObject { ["company"] = Company(change) },
        _ => null,
    };

    protected override object OfCompany(long id) => new { company = new { id } };

    /// <summary>Every board has statuses of its own.</summary>
    protected override object? State(JsonNode ticket, bool closed)
    {
        var board = Id(ticket["board"]!);
        return Control.Rows("statuses").FirstOrDefault(s => (s["boardId"] ?? s["board"]?["id"])?.GetValue<long>() == board && (s["closedStatus"]?.GetValue<bool>() == true) == closed) is { } status
            ? new { status = new { id = Id(status) } }
            : null;
    }

    protected override bool Move(JsonNode ticket, int pick, bool silent) =>
        Pick("boards", pick) is { } board && Control.Post($"tickets/{Id(ticket)}/board?touch={(silent ? "false" : "true")}", new { boardId = Id(board) });

    protected override bool Merge(DataType type, JsonNode row, JsonNode into) =>
        Control.Post($"{(type == DataType.Tickets ? "tickets" : "companies")}/{Id(row)}/merge", new { into = Id(into) });

    private JsonObject? Company(Change change) => Pick("companies", change.Pick) is { } company ? Reference(company) : null;

    private static JsonObject Reference(JsonNode row) => new() { ["id"] = Id(row) };
}
