using System.Text.Json.Nodes;
using MSPortal.Core.Model;
using MSPortal.Histories.Plan;
using MSPortal.Histories.Vendors.Psas;

namespace MSPortal.Histories.Vendors.Simulated;

/// <summary>What people do at HaloPSA.</summary>
internal sealed class HaloPsaEdits(Control control, Psa psa) : SimulatedEdits(control, psa)
{
    private const int Open = 1;
    private const int Closed = 9;

    /// <summary>An action's number is its own only within its ticket.</summary>
    private const int Actions = 100_000;

    protected override string ReferenceKind => "tickettypes";

    protected override string TextField(DataType type) => type switch
    {
        DataType.Tickets => "summary",
        DataType.TicketNotes => "note",
        DataType.Companies => "ref",
        DataType.Devices => "inventory_number",
        _ => "name",
    };

    protected override string NameField(DataType type) => "name";

    protected override JsonObject? New(DataType type, Change change) => type switch
    {
        DataType.Tickets => new JsonObject { ["client_id"] = Client(change), ["tickettype_id"] = Type(change.Other) },
        DataType.Companies => [],
        DataType.TicketNotes => Pick("tickets", change.Pick) is { } ticket ? new JsonObject { ["ticket_id"] = Id(ticket) } : null,
        DataType.Devices => new JsonObject { ["client_id"] = Client(change), ["assettype_id"] = 1 + (change.Other % 4), ["key_field"] = $"PC-{change.Other}" },
        _ => null,
    };

    protected override object OfCompany(long id) => new { client_id = id };

    protected override object? State(JsonNode ticket, bool closed) => new { status_id = closed ? Closed : Open };

    protected override bool Move(JsonNode ticket, int pick, bool silent) => Patch("tickets", ticket, new { tickettype_id = Type(pick) }, silent);

    protected override long Address(string kind, JsonNode row) => kind == "actions" ? (row["ticket_id"]!.GetValue<long>() * Actions) + Id(row) : Id(row);

    private long Type(int pick) => Id(Pick("tickettypes", pick)!);

    private long Client(Change change) => Pick("clients", change.Pick) is { } client ? Id(client) : 1;
}
