using System.Text.Json.Nodes;
using MSPortal.Core.Model;
using MSPortal.Histories.Plan;
using MSPortal.Histories.Vendors.Psas;

namespace MSPortal.Histories.Vendors.Simulated;

/// <summary>What people do at Autotask, where nothing is merged.</summary>
internal sealed class AutotaskEdits(Control control, Psa psa) : SimulatedEdits(control, psa)
{
    private const int Fresh = 1;
    private const int Complete = 5;

    protected override string ReferenceKind => "queues";

    protected override string TextField(DataType type) => type switch
    {
        DataType.Tickets => "title",
        DataType.TicketNotes => "description",
        DataType.Companies => "city",
        DataType.Devices => "referenceNumber",
        _ => "label",
    };

    protected override string NameField(DataType type) => type == DataType.Companies ? "companyName" : "label";

    protected override JsonObject? New(DataType type, Change change) => type switch
    {
        DataType.Tickets => new JsonObject { ["companyID"] = Company(change), ["queueID"] = Queue(change.Other) },
        DataType.Companies => [],
        DataType.TicketNotes => Pick("tickets", change.Pick) is { } ticket ? new JsonObject { ["ticketID"] = Id(ticket) } : null,
        DataType.Devices => new JsonObject { ["companyID"] = Company(change) },
        _ => null,
    };

    protected override object OfCompany(long id) => new { companyID = id };

    protected override object? State(JsonNode ticket, bool closed) => new { status = closed ? Complete : Fresh };

    /// <summary>To another queue, or to somebody's own list, which is none.</summary>
    protected override bool Move(JsonNode ticket, int pick, bool silent) => Patch("tickets", ticket, new JsonObject { ["queueID"] = Queue(pick) }, silent);

    private long? Queue(int pick) => pick % 9 == 0 || Pick("tickets", pick)?["queueID"] is not { } queue ? null : queue.GetValue<long>();

    private long Company(Change change) => Pick("companies", change.Pick) is { } company ? Id(company) : 0;
}
