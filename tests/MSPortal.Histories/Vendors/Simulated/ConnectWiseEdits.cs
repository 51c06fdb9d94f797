using System.Text.Json.Nodes;
using MSPortal.Core.Model;
using MSPortal.Histories.Plan;
using MSPortal.Histories.Vendors.Psas;

namespace MSPortal.Histories.Vendors.Simulated;

/// <summary>What people do at ConnectWise.</summary>
internal sealed class ConnectWiseEdits(Control control, Psa psa)
    : SimulatedEdits(control, psa, "boards", new TextFields(Ticket: "summary", Note: "text", Company: "city", Device: "name", CompanyName: "name", Name: "name"))
{
    protected override JsonObject? NewTicket(Change change) =>
        Pick("boards", change.Other) is { } board ? new JsonObject { ["board"] = Reference(Id(board)), ["company"] = Reference(CompanyOf(change)) } : null;

    protected override JsonObject NewDevice(Change change) => new() { ["company"] = Reference(CompanyOf(change)) };

    protected override JsonObject? NewNote(Change change)
    {
        var note = base.NewNote(change);
        note?["detailDescriptionFlag"] = true;
        return note;
    }

    protected override JsonObject NewCompany(Change change) => new() { ["identifier"] = $"C{change.Pick}x{change.Other}" };

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

    private static JsonObject? Reference(long? id) => id is null ? null : new JsonObject { ["id"] = id };
}
