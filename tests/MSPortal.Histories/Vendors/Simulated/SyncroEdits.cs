using System.Text.Json.Nodes;
using MSPortal.Core.Model;
using MSPortal.Histories.Plan;
using MSPortal.Histories.Vendors.Psas;

namespace MSPortal.Histories.Vendors.Simulated;

/// <summary>What people do at Syncro, where tickets are filed nowhere and nothing is merged.</summary>
internal sealed class SyncroEdits(Control control, Psa psa) : SimulatedEdits(control, psa)
{
    protected override string ReferenceKind => "ticketTypes";

    protected override string TextField(DataType type) => type switch
    {
        DataType.Tickets => "subject",
        DataType.TicketNotes => "body",
        DataType.Companies => "city",
        _ => "name",
    };

    protected override string NameField(DataType type) => type == DataType.Companies ? "business_name" : "name";

    protected override JsonObject? New(DataType type, Change change) => type switch
    {
        DataType.Tickets or DataType.Devices => Pick("customers", change.Pick) is { } customer ? new JsonObject { ["customer_id"] = Id(customer) } : null,
        DataType.Companies => [],
        DataType.TicketNotes => Pick("tickets", change.Pick) is { } ticket ? new JsonObject { ["ticket_id"] = Id(ticket) } : null,
        _ => null,
    };

    protected override object OfCompany(long id) => new { customer_id = id };

    protected override object? State(JsonNode ticket, bool closed) => new { status = closed ? "Resolved" : "New" };

    protected override bool Move(JsonNode ticket, int pick, bool silent) => Pick("ticketTypes", pick) is { } type && Patch("tickets", ticket, new { ticket_type_id = Id(type) }, silent);
}
