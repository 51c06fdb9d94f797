using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Histories.Vendors.Psas;

internal sealed class AutotaskPsa : Psa
{
    private const long Complete = 5;

    /// <summary>The queue that nobody chooses.</summary>
    private const int Left = 8;

    private static readonly (string Kind, string List)[] Picklists =
    [
        (ReferenceKinds.Container, "queues"), (ReferenceKinds.Status, "statuses"), (ReferenceKinds.Priority, "priorities"), (ReferenceKinds.Type, "ticketTypes"), (ReferenceKinds.SubType, "issueTypes"),
        (ReferenceKinds.Item, "subIssueTypes"), (ReferenceKinds.Source, "sources"), (ReferenceKinds.CompanyType, "companyTypes"),
    ];

    public override string Provider => "autotask";

    public override int Companies => 12;

    public override string TicketList => "/Tickets/query$";

    public override Truth Tickets { get; } = new(
        DataType.Tickets, "tickets",
        ("id", "externalId"), ("ticketNumber", "number"), ("title", "summary"), ("queueID", "containerId"), ("status", "statusId"), ("priority", "priorityId"), ("ticketType", "typeId"), ("issueType", "subTypeId"),
        ("companyID", "companyId"), ("contactID", "contactId"), ("assignedResourceID", "ownerId"), ("createDate", "createdAt"), ("dueDateTime", "dueAt"))
    {
        ChangedBy = ["lastActivityDate", "lastTrackedModificationDateTime"],
    };

    public override Truth Notes { get; } = new(DataType.TicketNotes, "ticketNotes", ("id", "externalId"), ("ticketID", "ticketId"), ("text", "text"), ("createDateTime", "createdAt"));

    public override IReadOnlyList<Truth> Others { get; } =
    [
        new(DataType.TimeEntries, "timeEntries", ("id", "externalId"), ("ticketID", "ticketId"), ("resourceID", "userId"), ("startDateTime", "startedAt"), ("summaryNotes", "notes")),
        new(DataType.Companies, "companies", ("id", "externalId"), ("companyName", "name"), ("companyNumber", "identifier"), ("city", "city"), ("phone", "phone"), ("webAddress", "website"))
        {
            ChangedBy = ["lastActivityDate", "lastTrackedModifiedDateTime"],
        },
        new(DataType.Contacts, "contacts", ("id", "externalId"), ("firstName", "firstName"), ("lastName", "lastName"), ("companyID", "companyId"), ("emailAddress", "email"), ("title", "title")),
        new(DataType.Users, "resources", ("id", "externalId"), ("userName", "identifier"), ("firstName", "firstName"), ("lastName", "lastName"), ("email", "email")),
        new(DataType.Devices, "configurationItems",
            ("id", "externalId"), ("serialNumber", "serialNumber"), ("referenceNumber", "tagNumber"), ("companyID", "companyId"), ("configurationItemType", "typeId"), ("lastModifiedTime", "vendorUpdatedAt")),
    ];

    public override IReadOnlyList<(string Area, DataType[] Denied)> Permissions { get; } =
    [
        ("contacts", [DataType.Contacts]), ("resources", [DataType.Users]), ("configurationItems", [DataType.Devices]), ("timeEntries", [DataType.TimeEntries]), ("companies", [DataType.Companies]),
        ("ticketNotes", [DataType.TicketNotes]), ("tickets", [DataType.Tickets, DataType.Reference]),
    ];

    public override Hooks Hooks { get; } = new(["ticketWebhooks", "companyWebhooks"], "id", "webhookUrl", "isActive", On: true, "deliveries", "status", Nobody: null)
    {
        TellsDeletions = true,
#pragma warning disable CA5350 // The vendor signs with SHA-1.
        Signature = (body, secret) => ("X-Hook-Signature", "sha1=" + Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret), body))),
#pragma warning restore CA5350
    };

    /// <summary>The picklists, the categories, and the queue of those that are in none.</summary>
    public override async Task<IReadOnlyDictionary<string, string>> ReferencesAsync(VendorRows rows) =>
        (await ListsAsync(rows, Picklists, "value", "label"))
            .Concat(await ListsAsync(rows, [("category", "ticketCategories")], "id", "name"))
            .Append(KeyValuePair.Create(ReferenceItem.Key(ReferenceKinds.Container, "0"), "No queue (assigned to a person only)"))
            .ToDictionary(StringComparer.Ordinal);

    public override (string Area, string Name) DevicePermission => ("configurationItems", "Devices");

    public override string Container(JsonNode ticket) => Text(ticket, "queueID") ?? "0";

    public override async Task<IReadOnlyList<string>?> ContainersAsync(VendorRows rows) =>
        ["0", .. (await rows("queues")).Select(q => Text(q, "value")!).Where(q => q != $"{Left}")];

    /// <summary>Instances of recurring tickets have a number with a third part.</summary>
    public override bool IsInScope(JsonNode ticket, TicketScope scope, DateTimeOffset now) =>
        scope.Containers!.Contains(Container(ticket))
        && (scope.Options.Contains("recurring") || Text(ticket, "ticketNumber")!.Split('.').Length < 3)
        && (ticket["status"]!.GetValue<long>() != Complete || IsRecent(scope, now, Truth.Time(ticket, "completedDate")));

    /// <summary>Most of the simulated tickets are complete, and may be changed all the same.</summary>
    public override bool IsOpen(JsonNode ticket) => ticket["companyID"] is not null;

    /// <summary>Notes, and what a ticket says itself.</summary>
    public override async Task<IReadOnlyList<JsonNode>> NotesAsync(IReadOnlyList<JsonNode> tickets, VendorRows rows) =>
    [
        .. await base.NotesAsync(tickets, rows),
        .. tickets.Where(t => t["description"] is not null).Select(t => Own(t, "description", t["createDate"])),
        .. tickets.Where(t => t["resolution"] is not null).Select(t => Own(t, "resolution", t["resolvedDateTime"] ?? t["completedDate"] ?? t["createDate"])),
    ];

    public override IEnumerable<JsonNode> Plain(Truth truth, IEnumerable<JsonNode> rows) => truth != Notes ? rows : rows.Select(row =>
    {
        var plain = row.DeepClone();
        var (title, text) = (Text(row, "title"), Text(row, "description"));
        plain["text"] = title is null || text?.StartsWith(title, StringComparison.Ordinal) is true ? text : text is null ? title : $"{title}\n\n{text}";
        return plain;
    });

    public override Edit? NoLimit { get; } = new(HttpMethod.Post, "set/threshold", new { requests = 100_000_000 });

    public override Edit Rename(JsonNode ticket, string summary) => Patch(ticket, new { title = summary });

    public override Edit Create(JsonNode like, string summary) => new(HttpMethod.Post, "records/tickets", new { title = summary, companyID = like["companyID"]!.GetValue<long>(), description = "Please help" });

    public override Edit? Move(JsonNode ticket) => Patch(ticket, new { queueID = Left });

    public override Edit? Merge(JsonNode ticket, JsonNode into) => null;

    private static JsonObject Own(JsonNode ticket, string text, JsonNode? at) => new()
    {
        ["id"] = $"{Text(ticket, "id")}-{text}", ["ticketID"] = ticket["id"]!.DeepClone(), ["text"] = ticket[text]!.DeepClone(), ["createDateTime"] = at?.DeepClone(),
    };

    private static string? Text(JsonNode row, string name) => row[name]?.ToString();
}
