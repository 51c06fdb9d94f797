using System.Globalization;
using MSPortal.Connectors.Common;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.Autotask;

/// <summary>Autotask's rows as MSPortal's records; pure, given what ids mean.</summary>
internal static class AutotaskMapping
{
    /// <summary>Tickets that are only assigned to a person are in no queue; they have to be choosable, too.</summary>
    public const string NoQueue = "0";

    /// <summary>The one status that every database has under the same id, and the only one with which Autotask counts a ticket as done.</summary>
    public const string Complete = "5";

    /// <summary>Key of the option that keeps instances of recurring tickets.</summary>
    public const string Recurring = "recurring";

    /// <summary>Of the values of a note's “publish” the only one that clients see.</summary>
    private const long PublishedToAll = 1;

    /// <summary>User-defined fields are free text of the MSP's own making; by their names one can tell which are better not kept.</summary>
    private static readonly string[] SecretNames = ["password", "passwort", "passphrase", "secret", "token", "api key", "apikey", "credential", "pin code"];

    private static readonly char[] ListSeparators = [',', ';', ' ', '\r', '\n', '\t'];

    public static Ticket Ticket(JsonRow row, AutotaskPicklists lists, IReadOnlyDictionary<string, string> people, IReadOnlyDictionary<string, string> sites, Func<string, string?> url)
    {
        var id = row.NeedId("id");
        var number = row.Text("ticketNumber") ?? id;
        var status = row.Id("status");
        var isClosed = status is Complete;
        var (queue, category, priority, type, issue) = (row.Id("queueID"), row.Id("ticketCategory"), row.Id("priority"), row.Id("ticketType"), row.Id("issueType"));
        return new()
        {
            ExternalId = id,
            Number = number,
            Summary = row.Text("title") ?? "(no title)",
            VendorUpdatedAt = Later(row.Time("lastActivityDate"), row.Time("lastTrackedModificationDateTime")),
            CreatedAt = row.Time("createDate"),
            ContainerId = queue ?? NoQueue,
            ContainerName = lists.Label("queueID", queue),
            GroupId = category,
            GroupName = lists.Label("ticketCategory", category),
            StatusId = status,
            StatusName = lists.Label("status", status),
            IsClosed = isClosed,
            Option = IsRecurring(number) ? Recurring : null,
            ClosedAt = isClosed ? row.Time("completedDate") : null,
            DueAt = row.Time("dueDateTime"),
            PriorityId = priority,
            PriorityName = lists.Label("priority", priority),
            Priority = Level(lists.Label("priority", priority)),
            TypeId = type,
            TypeName = lists.Label("ticketType", type),
            SubTypeId = issue,
            SubTypeName = lists.Label("issueType", issue),
            ItemName = lists.Label("subIssueType", row.Id("subIssueType")),
            SourceName = lists.Label("source", Signed(row, "source")),
            CompanyId = row.Id("companyID", 0),
            SiteName = Named(sites, row.Id("companyLocationID")),
            ContactId = row.Id("contactID"),
            OwnerId = row.Id("assignedResourceID"),
            OwnerName = Named(people, row.Id("assignedResourceID")),
            ParentTicketId = row.Id("problemTicketId"),
            Url = url(id),
            Extra = Extra(
            [
                .. UserDefined(row),
                ("category", lists.Label("ticketCategory", category)), ("configurationItemID", row.Id("configurationItemID")), ("contractID", row.Id("contractID")),
                ("externalID", row.Text("externalID")), ("purchaseOrderNumber", row.Text("purchaseOrderNumber")), ("rmmAlertID", row.Text("rmmAlertID")),
            ]),
        };
    }

    /// <summary>Instances of a recurring ticket have their number appended to the series': T20230609.1234.009.</summary>
    public static bool IsRecurring(string number) => number.Split('.') is [_, _, { Length: > 0 } instance] && instance.All(char.IsAsciiDigit);

    public static TicketNote Note(JsonRow row, IReadOnlyDictionary<string, string> people)
    {
        var (resource, contact) = (row.Id("creatorResourceID"), row.Id("createdByContactID"));
        return new()
        {
            ExternalId = row.NeedId("id"),
            TicketId = row.NeedId("ticketID"),
            VendorUpdatedAt = row.Time("lastActivityDate") ?? row.Time("createDateTime"),
            Text = Texts(row.Text("title"), row.Text("description")),
            IsInternal = row.Whole("publish") is not PublishedToAll,
            AuthorName = contact is null ? Named(people, resource) : null,
            IsFromContact = contact is not null,
            CreatedAt = row.Time("createDateTime"),
            Extra = contact is null ? null : new(StringComparer.Ordinal) { ["createdByContactID"] = contact },
        };
    }

    /// <summary>What a ticket itself says: its description, which its client sees, and its resolution, of which Autotask does not say who sees it.</summary>
    public static IEnumerable<TicketNote> OwnTexts(JsonRow row, IReadOnlyDictionary<string, string> people)
    {
        var (id, resource, created) = (row.NeedId("id"), row.Id("creatorResourceID"), row.Time("createDate"));
        if (row.Text("description") is { } description)
        {
            yield return new()
            {
                ExternalId = $"{id}-description", TicketId = id, Text = description, IsDescription = true, IsInternal = false, CreatedAt = created, AuthorName = Named(people, resource),
            };
        }

        if (row.Text("resolution") is { } resolution)
        {
            yield return new()
            {
                ExternalId = $"{id}-resolution", TicketId = id, Text = resolution, IsResolution = true,
                CreatedAt = row.Time("resolvedDateTime") ?? row.Time("completedDate") ?? created,
                AuthorName = Named(people, row.Id("completedByResourceID")),
            };
        }
    }

    /// <summary>Summary notes are written for clients, but no field says that this one may be seen by them.</summary>
    public static TimeEntry TimeEntry(JsonRow row, IReadOnlyDictionary<string, string> people, IReadOnlyDictionary<string, string> works)
    {
        var resource = row.Id("resourceID");
        return new()
        {
            ExternalId = row.NeedId("id"),
            VendorUpdatedAt = row.Time("lastModifiedDateTime"),
            TicketId = row.Id("ticketID"),
            UserId = resource,
            UserName = Named(people, resource),
            StartedAt = row.Time("startDateTime") ?? row.Time("dateWorked"),
            EndedAt = row.Time("endDateTime"),
            Hours = Hours(row),
            Billable = !row.Flag("isNonBillable"),
            Notes = row.Text("summaryNotes"),
            WorkType = Named(works, row.Id("billingCodeID")),
            Extra = Extra([("internalNotes", row.Text("internalNotes"))]),
        };
    }

    public static ExternalCompany Company(JsonRow row, AutotaskPicklists lists, IReadOnlyDictionary<string, string> countries)
    {
        var type = row.Id("companyType");
        var id = row.NeedId("id", 0);
        return new()
        {
            ExternalId = id,
            IsHouse = id == "0",
            VendorUpdatedAt = Later(row.Time("lastActivityDate"), row.Time("lastTrackedModifiedDateTime")),
            Name = row.Text("companyName") ?? "(no name)",
            Identifier = row.Text("companyNumber"),
            TypeIds = type is null ? [] : [type],
            TypeNames = lists.Label("companyType", type) is { } name ? [name] : [],
            Phone = row.Text("phone"),
            Website = row.Text("webAddress"),
            AddressLine1 = row.Text("address1"),
            AddressLine2 = row.Text("address2"),
            City = row.Text("city"),
            State = row.Text("state"),
            PostalCode = row.Text("postalCode"),
            Country = Named(countries, row.Id("countryID")),
            ParentCompanyId = row.Id("parentCompanyID"),
            IsInactive = row.Flag("isActive") is false,
            Extra = Extra(
            [
                .. UserDefined(row),
                ("classification", lists.Label("classification", row.Id("classification"))), ("market", lists.Label("marketSegmentID", row.Id("marketSegmentID"))),
                ("territory", lists.Label("territoryID", row.Id("territoryID"))),
            ]),
        };
    }

    public static ExternalContact Contact(JsonRow row, IReadOnlyDictionary<string, string> sites) => new()
    {
        ExternalId = row.NeedId("id"),
        VendorUpdatedAt = Later(row.Time("lastActivityDate"), row.Time("lastModifiedDate")),
        CompanyId = row.Id("companyID", 0),
        FirstName = row.Text("firstName"),
        LastName = row.Text("lastName"),
        Email = row.Text("emailAddress"),
        Phone = row.Text("phone") ?? row.Text("mobilePhone"),
        Title = row.Text("title"),
        SiteName = Named(sites, row.Id("companyLocationID")),
        IsPrimary = row.Flag("primaryContact") ?? false,
        IsInactive = row.Text("isActive") is "0" or "false",   // A number here, a flag everywhere else.
        Extra = Extra([.. UserDefined(row), ("externalID", row.Text("externalID")), ("mobilePhone", row.Text("mobilePhone"))]),
    };

    public static ExternalUser Resource(JsonRow row, AutotaskPicklists lists) => new()
    {
        ExternalId = row.NeedId("id"),
        Identifier = row.Text("userName"),
        FirstName = row.Text("firstName"),
        LastName = row.Text("lastName"),
        Email = row.Text("email"),
        Title = row.Text("title"),
        IsInactive = row.Flag("isActive") is false,
        IsApiUser = lists.Label("licenseType", row.Id("licenseType"))?.Contains("API", StringComparison.Ordinal) is true,
    };

    public static ExternalDevice Device(JsonRow row, AutotaskPicklists lists, IReadOnlyDictionary<string, string> types, IReadOnlyDictionary<string, string> sites)
    {
        var type = row.Id("configurationItemType");
        return new()
        {
            ExternalId = row.NeedId("id"),
            VendorUpdatedAt = row.Time("lastModifiedTime"),
            Name = row.Text("referenceTitle") ?? row.Text("rmmDeviceAuditHostname") ?? row.Text("referenceNumber") ?? row.Text("serialNumber") ?? "(no name)",
            CompanyId = row.Id("companyID", 0),
            SiteName = Named(sites, row.Id("companyLocationID")),
            ContactId = row.Id("contactID"),
            TypeId = type,
            TypeName = Named(types, type),
            SerialNumber = row.Text("serialNumber"),
            ModelNumber = lists.Label("rmmDeviceAuditModelID", row.Id("rmmDeviceAuditModelID")),
            TagNumber = row.Text("referenceNumber"),
            Manufacturer = lists.Label("rmmDeviceAuditManufacturerID", row.Id("rmmDeviceAuditManufacturerID")),
            OsName = row.Text("rmmDeviceAuditOperatingSystem"),
            MacAddresses = Several(row.Text("rmmDeviceAuditMacAddress")),
            IpAddresses = Several(row.Text("rmmDeviceAuditIPAddress")),
            LastUser = row.Text("rmmDeviceAuditLastUser"),
            Hostname = row.Text("rmmDeviceAuditHostname"),
            References = row.Text("rmmDeviceUID") is { } uid ? [uid] : null,
            WarrantyExpiresAt = row.Time("warrantyExpirationDate"),
            IsInactive = row.Flag("isActive") is false,
            Extra = Extra(
            [
                .. UserDefined(row),
                ("location", row.Text("location")), ("rmmDeviceID", row.Text("rmmDeviceID")), ("rmmDeviceUID", row.Text("rmmDeviceUID")),
            ]),
        };
    }

    /// <summary>Priorities are of the MSP's own making; their names say most.</summary>
    public static PriorityLevel? Level(string? name) => name?.ToLowerInvariant() switch
    {
        null => null,
        var n when n.Contains("critical", StringComparison.Ordinal) || n.Contains("urgent", StringComparison.Ordinal) || n.Contains("emergency", StringComparison.Ordinal) => PriorityLevel.Critical,
        var n when n.Contains("high", StringComparison.Ordinal) => PriorityLevel.High,
        var n when n.Contains("medium", StringComparison.Ordinal) || n.Contains("normal", StringComparison.Ordinal) => PriorityLevel.Medium,
        var n when n.Contains("low", StringComparison.Ordinal) => PriorityLevel.Low,
        _ => null,
    };

    private static string? Named(IReadOnlyDictionary<string, string> names, string? id) => id is null ? null : names.GetValueOrDefault(id);

    private static decimal Hours(JsonRow row) => row.Text("hoursWorked") is not { } text ? 0
        : decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var hours) ? hours
        : throw new FieldException("hoursWorked", "is not a number");

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one is null || other > one ? other : one;

    /// <summary>Some of Autotask's own sources have ids below zero.</summary>
    private static string? Signed(JsonRow row, string field) => row.Id(field, long.MinValue);

    /// <summary>Many notes have the same text twice.</summary>
    private static string? Texts(string? title, string? text) =>
        title is null || text?.StartsWith(title, StringComparison.Ordinal) is true ? text : text is null ? title : $"{title}\n\n{text}";

    private static string[] Several(string? text) =>
        text?.Split(ListSeparators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.OrdinalIgnoreCase).ToArray() ?? [];

    private static IEnumerable<(string Name, string? Value)> UserDefined(JsonRow row) =>
        row.Rows("userDefinedFields")
            .Select(f => (Name: f.Text("name") ?? "", Value: f.Text("value")))
            .Where(f => f.Name.Length > 0 && !SecretNames.Any(s => f.Name.Contains(s, StringComparison.OrdinalIgnoreCase)))
            .Select(f => ($"udf: {f.Name}", f.Value));

    private static SortedDictionary<string, string?>? Extra((string Name, string? Value)[] fields)
    {
        var extra = new SortedDictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (name, value) in fields.Where(f => f.Value is not null))
        {
            extra[name] = value;
        }

        return extra.Count == 0 ? null : extra;
    }
}
