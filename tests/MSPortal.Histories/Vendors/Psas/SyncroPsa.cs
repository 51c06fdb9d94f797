using System.Text.Json.Nodes;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Histories.Vendors.Psas;

internal sealed class SyncroPsa : Psa
{
    public override string Provider => "syncro";

    public override int Companies => 25;

    public override string TicketList => "/tickets\\?";

    public override Truth Tickets { get; } = new(
        DataType.Tickets, "tickets",
        ("id", "externalId"), ("number", "number"), ("subject", "summary"), ("customer_id", "companyId"), ("customer_business_then_name", "companyName"), ("status", "statusId"),
        ("priority", "priorityName"), ("problem_type", "subTypeName"), ("ticket_type_id", "typeId"), ("ticket_type_name", "typeName"), ("user_id", "ownerId"),
        ("contact_id", "contactId"), ("contact_fullname", "contactName"), ("due_date", "dueAt"), ("resolved_at", "closedAt"), ("created_at", "createdAt"), ("updated_at", "vendorUpdatedAt"));

    public override Truth Notes { get; } = new(
        DataType.TicketNotes, "comments", ("id", "externalId"), ("ticket_id", "ticketId"), ("body", "text"), ("hidden", "isInternal"), ("tech", "authorName"), ("created_at", "createdAt"));

    public override IReadOnlyList<Truth> Others { get; } =
    [
        new(DataType.Companies, "customers",
            ("id", "externalId"), ("business_then_name", "name"), ("phone", "phone"), ("city", "city"), ("zip", "postalCode"), ("disabled", "isInactive"), ("updated_at", "vendorUpdatedAt")),
        new(DataType.Contacts, "contacts", ("id", "externalId"), ("customer_id", "companyId"), ("email", "email"), ("updated_at", "vendorUpdatedAt")),
        new(DataType.Users, "users", ("id", "externalId"), ("email", "email"), ("updated_at", "vendorUpdatedAt")),
        new(DataType.TimeEntries, "timers",
            ("id", "externalId"), ("ticket_id", "ticketId"), ("user_id", "userId"), ("start_time", "startedAt"), ("end_time", "endedAt"), ("billable", "billable"), ("notes", "notes"), ("updated_at", "vendorUpdatedAt")),
        new(DataType.Devices, "assets",
            ("id", "externalId"), ("name", "name"), ("customer_id", "companyId"), ("asset_type", "typeName"), ("asset_serial", "serialNumber"), ("updated_at", "vendorUpdatedAt")),
    ];

    public override IReadOnlyList<(string Area, DataType[] Denied)> Permissions { get; } =
    [
        ("customerDetails", [DataType.Companies, DataType.Contacts]), ("users", [DataType.Users]), ("assets", [DataType.Devices]), ("timers", [DataType.TimeEntries]),
        ("ticketDetails", [DataType.Tickets, DataType.TicketNotes]),
    ];

    public override Hooks Hooks { get; } = new([], "id", "", "", On: true, "records/notices", "status", Nobody: 0) { Enter = url => new Edit(HttpMethod.Post, "set/notices", new { url }) };

    /// <summary>But for the types they are texts, and their own ids.</summary>
    public override async Task<IReadOnlyDictionary<string, string>> ReferencesAsync(VendorRows rows) =>
        (await ListsAsync(rows, [(ReferenceKinds.Status, "statuses"), (ReferenceKinds.SubType, "problemTypes"), (ReferenceKinds.Priority, "priorities")], "name", "name"))
            .Concat(await ListsAsync(rows, [(ReferenceKinds.Type, "ticketTypes")], "id", "name"))
            .ToDictionary(StringComparer.Ordinal);

    public override (string Area, string Name) DevicePermission => ("assets", "Assets – List/Search");

    public override Task<IReadOnlyList<string>?> ContainersAsync(VendorRows rows) => Task.FromResult<IReadOnlyList<string>?>(null);

    public override bool IsInScope(JsonNode ticket, TicketScope scope, DateTimeOffset now) =>
        ticket["status"]!.GetValue<string>() != "Resolved" || IsRecent(scope, now, Truth.Time(ticket, "resolved_at"));

    public override bool IsOpen(JsonNode ticket) => ticket["status"]!.GetValue<string>() != "Resolved";

    public override Edit? NoLimit { get; } = new(HttpMethod.Post, "rate", new { perMinute = 0 });

    public override Edit Rename(JsonNode ticket, string summary) => Patch(ticket, new { subject = summary });

    public override Edit Create(JsonNode like, string summary) => new(HttpMethod.Post, "records/tickets", new { subject = summary, customer_id = like["customer_id"]!.GetValue<long>() });

    public override Edit? Move(JsonNode ticket) => null;

    public override Edit? Merge(JsonNode ticket, JsonNode into) => null;
}
