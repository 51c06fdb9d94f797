using System.Text.Json.Nodes;
using MSPortal.Histories.Plan;
using MSPortal.Histories.Vendors.Psas;

namespace MSPortal.Histories.Vendors.Simulated;

/// <summary>What people do at Syncro, where tickets are filed nowhere and nothing is merged.</summary>
internal sealed class SyncroEdits(Control control, Psa psa)
    : SimulatedEdits(control, psa, "ticketTypes", new TextFields(Ticket: "subject", Note: "body", Company: "city", Device: "name", CompanyName: "business_name", Name: "name"))
{
    protected override JsonObject? NewTicket(Change change) => Customer(change);

    protected override JsonObject? NewDevice(Change change) => Customer(change);

    protected override object OfCompany(long id) => new { customer_id = id };

    protected override object? State(JsonNode ticket, bool closed) => new { status = closed ? "Resolved" : "New" };

    protected override bool Move(JsonNode ticket, int pick, bool silent) => Pick("ticketTypes", pick) is { } type && Patch("tickets", ticket, new { ticket_type_id = Id(type) }, silent);

    private JsonObject? Customer(Change change) => CompanyOf(change) is { } customer ? new JsonObject { ["customer_id"] = customer } : null;
}
