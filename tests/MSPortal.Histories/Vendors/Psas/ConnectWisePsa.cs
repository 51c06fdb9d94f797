using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Histories.Vendors.Psas;

internal sealed class ConnectWisePsa : Psa
{
    /// <summary>The board that nobody chooses.</summary>
    private const string Left = "12";

    private static readonly (string Kind, string List)[] Lists =
    [
        (ReferenceKinds.Container, "boards"), (ReferenceKinds.Status, "statuses"), (ReferenceKinds.Type, "types"), (ReferenceKinds.SubType, "subtypes"), (ReferenceKinds.Item, "items"),
        (ReferenceKinds.Team, "teams"), (ReferenceKinds.Priority, "priorities"), (ReferenceKinds.Source, "sources"), (ReferenceKinds.CompanyStatus, "companyStatuses"),
        (ReferenceKinds.CompanyType, "companyTypes"), (ReferenceKinds.ContactType, "contactTypes"),
    ];

    public override string Provider => "connectwise";

    public override int Companies => 25;

    public override string TicketList => "/service/tickets\\?";

    public override Truth Tickets { get; } = new(
        DataType.Tickets, "tickets",
        ("id", "externalId"), ("summary", "summary"), ("board/id", "containerId"), ("board/name", "containerName"), ("status/id", "statusId"), ("status/name", "statusName"),
        ("closedFlag", "isClosed"), ("company/id", "companyId"), ("company/name", "companyName"), ("contact/id", "contactId"), ("owner/id", "ownerId"), ("priority/id", "priorityId"),
        ("type/id", "typeId"), ("subType/id", "subTypeId"), ("team/id", "teamId"), ("siteName", "siteName"), ("requiredDate", "dueAt"), ("closedDate", "closedAt"),
        ("mergedParentTicket/id", "mergedIntoId"), ("_info/lastUpdated", "vendorUpdatedAt"), ("_info/dateEntered", "createdAt"));

    public override Truth Notes { get; } = new(
        DataType.TicketNotes, "notes", ("id", "externalId"), ("ticketId", "ticketId"), ("text", "text"), ("dateCreated", "createdAt"), ("resolutionFlag", "isResolution"));

    public override IReadOnlyList<Truth> Others { get; } =
    [
        new(DataType.Companies, "companies",
            ("id", "externalId"), ("name", "name"), ("identifier", "identifier"), ("status/id", "statusId"), ("deletedFlag", "isDeleted"), ("city", "city"), ("phoneNumber", "phone"), ("website", "website"), ("_info/lastUpdated", "vendorUpdatedAt")),
        new(DataType.Contacts, "contacts",
            ("id", "externalId"), ("firstName", "firstName"), ("lastName", "lastName"), ("company/id", "companyId"), ("title", "title"), ("inactiveFlag", "isInactive"), ("_info/lastUpdated", "vendorUpdatedAt")),
        new(DataType.Users, "members",
            ("id", "externalId"), ("identifier", "identifier"), ("firstName", "firstName"), ("lastName", "lastName"), ("inactiveFlag", "isInactive"), ("_info/lastUpdated", "vendorUpdatedAt")),
        new(DataType.TimeEntries, "timeEntries",
            ("id", "externalId"), ("ticket/id", "ticketId"), ("member/id", "userId"), ("actualHours", "hours"), ("timeStart", "startedAt"), ("timeEnd", "endedAt"), ("notes", "notes"), ("workType/name", "workType"), ("_info/lastUpdated", "vendorUpdatedAt")),
        new(DataType.Devices, "configurations",
            ("id", "externalId"), ("name", "name"), ("type/id", "typeId"), ("status/id", "statusId"), ("company/id", "companyId"), ("serialNumber", "serialNumber"), ("tagNumber", "tagNumber"), ("_info/lastUpdated", "vendorUpdatedAt")),
    ];

    public override IReadOnlyList<(string Area, DataType[] Denied)> Permissions { get; } =
    [
        ("contacts", [DataType.Contacts]), ("members", [DataType.Users]), ("configurations", [DataType.Devices]), ("time", [DataType.TimeEntries]), ("companies", [DataType.Companies]),
        ("notes", [DataType.TicketNotes]), ("tableSetup", [DataType.Reference]),
    ];

    public override Hooks Hooks { get; } = new(["callbacks"], "id", "url", "inactiveFlag", On: false, "deliveries", "status", Nobody: null)
    {
        TellsDeletions = true,
        Suffix = "1&action=updated",
        Signature = (body, secret) => ("x-content-signature", Convert.ToBase64String(HMACSHA256.HashData(SHA256.HashData(Encoding.UTF8.GetBytes(secret)), body))),
    };

    public override Task<IReadOnlyDictionary<string, string>> ReferencesAsync(VendorRows rows) => ListsAsync(rows, Lists, "id", "name", "description");

    public override (string Area, string Name) DevicePermission => ("configurations", "Configurations");

    public override async Task<IReadOnlyList<string>?> ContainersAsync(VendorRows rows) =>
        [.. (await rows("boards")).Where(b => !IsTrue(b, "projectFlag")).Select(b => b["id"]!.ToJsonString()).Where(b => b != Left)];

    public override bool IsOpen(JsonNode ticket) => !IsTrue(ticket, "closedFlag") && Truth.At(ticket, "company/id") is not null && Truth.At(ticket, "mergedParentTicket/id") is null;

    public override bool IsInScope(JsonNode ticket, TicketScope scope, DateTimeOffset now) =>
        scope.Containers!.Contains(Truth.At(ticket, "board/id")!.ToJsonString())
        && !scope.ExcludedStatuses.Contains(Truth.At(ticket, "status/id")!.ToJsonString())
        && (!IsTrue(ticket, "closedFlag") || IsRecent(scope, now, Truth.Time(ticket, "closedDate") ?? Truth.Time(ticket, "_info/lastUpdated")));

    public override Edit Rename(JsonNode ticket, string summary) => Patch(ticket, new { summary });

    public override Edit Create(JsonNode like, string summary) => new(
        HttpMethod.Post, "records/tickets", new { summary, board = new { id = (int)like["board"]!["id"]! }, company = new { id = (int)like["company"]!["id"]! } });

    public override Edit? Move(JsonNode ticket) => new(HttpMethod.Post, $"tickets/{ticket["id"]}/board", new { boardId = int.Parse(Left, System.Globalization.CultureInfo.InvariantCulture) });

    public override Edit? Merge(JsonNode ticket, JsonNode into) => new(HttpMethod.Post, $"tickets/{ticket["id"]}/merge", new { into = (int)into["id"]! });

    public override Edit Revoke(bool revoked) => new(HttpMethod.Post, "credentials", new { revoked });

    private static bool IsTrue(JsonNode row, string name) => row[name] is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;
}
