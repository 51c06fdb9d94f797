using System.Text.Json.Nodes;
using MSPortal.Histories.Plan;
using MSPortal.Histories.Vendors.Psas;

namespace MSPortal.Histories.Vendors.Simulated;

/// <summary>What people do at Autotask, where nothing is merged.</summary>
internal sealed class AutotaskEdits(Control control, Psa psa)
    : SimulatedEdits(control, psa, "queues", new TextFields(Ticket: "title", Note: "description", Company: "city", Device: "referenceNumber", CompanyName: "companyName", Name: "label"))
{
    private const int Fresh = 1;
    private const int Complete = 5;

    protected override JsonObject NewTicket(Change change) => new() { ["companyID"] = CompanyOf(change) ?? 0, ["queueID"] = Queue(change.Other) };

    protected override JsonObject NewDevice(Change change) => new() { ["companyID"] = CompanyOf(change) ?? 0 };

    protected override object OfCompany(long id) => new { companyID = id };

    protected override object? State(JsonNode ticket, bool closed) => new { status = closed ? Complete : Fresh };

    /// <summary>To another queue, or to somebody's own list, which is none.</summary>
    protected override bool Move(JsonNode ticket, int pick, bool silent) => Patch("tickets", ticket, new JsonObject { ["queueID"] = Queue(pick) }, silent);

    private long? Queue(int pick) => pick % 9 == 0 || Pick("tickets", pick)?["queueID"] is not { } queue ? null : queue.GetValue<long>();
}
