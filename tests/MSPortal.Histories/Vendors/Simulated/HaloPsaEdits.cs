using System.Text.Json.Nodes;
using MSPortal.Histories.Plan;
using MSPortal.Histories.Vendors.Psas;

namespace MSPortal.Histories.Vendors.Simulated;

/// <summary>What people do at HaloPSA.</summary>
internal sealed class HaloPsaEdits(Control control, Psa psa)
    : SimulatedEdits(control, psa, "tickettypes", new TextFields(Ticket: "summary", Note: "note", Company: "ref", Device: "inventory_number", CompanyName: "name", Name: "name"))
{
    private const int Open = 1;
    private const int Closed = 9;

    /// <summary>An action's number is its own only within its ticket.</summary>
    private const int Actions = 100_000;

    protected override JsonObject NewTicket(Change change) => new() { ["client_id"] = CompanyOf(change) ?? 1, ["tickettype_id"] = Type(change.Other) };

    protected override JsonObject NewDevice(Change change) =>
        new() { ["client_id"] = CompanyOf(change) ?? 1, ["assettype_id"] = 1 + (change.Other % 4), ["key_field"] = $"PC-{change.Other}" };

    protected override object OfCompany(long id) => new { client_id = id };

    protected override object? State(JsonNode ticket, bool closed) => new { status_id = closed ? Closed : Open };

    protected override bool Move(JsonNode ticket, int pick, bool silent) => Patch("tickets", ticket, new { tickettype_id = Type(pick) }, silent);

    protected override long Address(string kind, JsonNode row) => kind == "actions" ? (row["ticket_id"]!.GetValue<long>() * Actions) + Id(row) : Id(row);

    private long Type(int pick) => Id(Pick("tickettypes", pick)!);
}
