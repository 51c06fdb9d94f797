using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MSPortal.Core.Model;

namespace MSPortal.Histories.Vendors.ConnectWise;

/// <summary>Reads the vendor's own rows and ours side by side: the same fields of both as one line per record, so that sets and contents are compared at once.</summary>
internal sealed record ConnectWiseTruth(DataType DataType, string Kind, (string Vendor, string Ours)[] Fields)
{
    public static ConnectWiseTruth Tickets { get; } = new(DataType.Tickets, "tickets",
    [
        ("id", "externalId"), ("summary", "summary"), ("board/id", "containerId"), ("board/name", "containerName"), ("status/id", "statusId"), ("status/name", "statusName"),
        ("closedFlag", "isClosed"), ("company/id", "companyId"), ("company/name", "companyName"), ("contact/id", "contactId"), ("owner/id", "ownerId"), ("priority/id", "priorityId"),
        ("type/id", "typeId"), ("subType/id", "subTypeId"), ("team/id", "teamId"), ("siteName", "siteName"), ("requiredDate", "dueAt"), ("closedDate", "closedAt"),
        ("mergedParentTicket/id", "mergedIntoId"), ("_info/lastUpdated", "vendorUpdatedAt"), ("_info/dateEntered", "createdAt"),
    ]);

    public static ConnectWiseTruth Notes { get; } = new(DataType.TicketNotes, "notes",
        [("id", "externalId"), ("ticketId", "ticketId"), ("text", "text"), ("dateCreated", "createdAt"), ("resolutionFlag", "isResolution")]);

    public static IReadOnlyList<ConnectWiseTruth> Plain { get; } =
    [
        new(DataType.Companies, "companies",
            [("id", "externalId"), ("name", "name"), ("identifier", "identifier"), ("status/id", "statusId"), ("deletedFlag", "isDeleted"), ("city", "city"), ("phoneNumber", "phone"), ("website", "website"), ("_info/lastUpdated", "vendorUpdatedAt")]),
        new(DataType.Contacts, "contacts",
            [("id", "externalId"), ("firstName", "firstName"), ("lastName", "lastName"), ("company/id", "companyId"), ("title", "title"), ("inactiveFlag", "isInactive"), ("_info/lastUpdated", "vendorUpdatedAt")]),
        new(DataType.Users, "members",
            [("id", "externalId"), ("identifier", "identifier"), ("firstName", "firstName"), ("lastName", "lastName"), ("inactiveFlag", "isInactive"), ("_info/lastUpdated", "vendorUpdatedAt")]),
        new(DataType.Devices, "configurations",
            [("id", "externalId"), ("name", "name"), ("type/id", "typeId"), ("status/id", "statusId"), ("company/id", "companyId"), ("serialNumber", "serialNumber"), ("tagNumber", "tagNumber"), ("_info/lastUpdated", "vendorUpdatedAt")]),
    ];

    /// <summary>Reference kind → the vendor's list.</summary>
    public static IReadOnlyDictionary<string, string> References { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [ReferenceKinds.Container] = "boards",
        [ReferenceKinds.Status] = "statuses",
        [ReferenceKinds.Type] = "types",
        [ReferenceKinds.SubType] = "subtypes",
        [ReferenceKinds.Item] = "items",
        [ReferenceKinds.Team] = "teams",
        [ReferenceKinds.Priority] = "priorities",
        [ReferenceKinds.Source] = "sources",
        [ReferenceKinds.CompanyStatus] = "companyStatuses",
        [ReferenceKinds.CompanyType] = "companyTypes",
        [ReferenceKinds.ContactType] = "contactTypes",
    };

    public static ConnectWiseTruth Of(DataType type) => type switch
    {
        DataType.Tickets => Tickets,
        DataType.TicketNotes => Notes,
        _ => Plain.Single(t => t.DataType == type),
    };

    public string VendorLine(JsonNode row) => string.Join(" | ", Fields.Select(f => Text(At(row, f.Vendor))));

    public string OurLine(string payload)
    {
        var row = JsonNode.Parse(payload)!;
        return string.Join(" | ", Fields.Select(f => Text(At(row, f.Ours))));
    }

    public static JsonNode? At(JsonNode? row, string path) => path.Split('/').Aggregate(row, (node, name) => (node as JsonObject)?[name]);

    /// <summary>Absent, empty, zero and false are the same nothing; times are compared in UTC.</summary>
    public static string Text(JsonNode? value)
    {
        var text = value switch
        {
            null => "",
            JsonValue v when v.GetValueKind() == JsonValueKind.String => v.GetValue<string>(),
            _ => value.ToJsonString(),
        };
        return text is "0" or "false" || string.IsNullOrWhiteSpace(text) ? ""
            : text.Length >= 19 && text[4] == '-' && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                ? time.UtcDateTime.ToString("s", CultureInfo.InvariantCulture)
            : text;
    }
}
