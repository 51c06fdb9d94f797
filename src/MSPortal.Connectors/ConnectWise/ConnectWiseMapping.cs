using System.Globalization;
using MSPortal.Connectors.Common;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.ConnectWise;

/// <summary>ConnectWise's rows as MSPortal's records; beside each mapping stand the only fields that are ever asked for.</summary>
internal static class ConnectWiseMapping
{
    /// <summary>Free fields of the MSP's own making, passwords among them: never part of a kept sample.</summary>
    public const string Withheld = "customFields";

    public const string TicketFields =
        "id,summary,recordType,board/id,board/name,status/id,status/name,company/id,company/name,siteName,contact/id,contact/name,contactName," +
        "contactEmailAddress,type/id,type/name,subType/id,subType/name,item/name,team/id,team/name,owner/id,owner/name,priority/id,priority/name," +
        "priority/level,source/name,requiredDate,severity,impact,externalXRef,closedDate,closedFlag,resources,parentTicketId,mergedParentTicket/id," +
        "agreement/name,customFields,_info";

    /// <summary>A collection of its own, without team, severity, impact, merges and parents.</summary>
    public const string ProjectTicketFields =
        "id,summary,isIssueFlag,board/id,board/name,status/id,status/name,company/id,company/name,siteName,contact/id,contact/name,contactName," +
        "contactEmailAddress,type/id,type/name,subType/id,subType/name,item/name,owner/id,owner/name,priority/id,priority/name,priority/level,source/name," +
        "requiredDate,closedDate,closedFlag,resources,project/name,phase/name,agreement/name,customFields,_info";

    /// <summary>Neither hourlyCost nor hourlyRate, and no internalNotes.</summary>
    public const string TimeFields =
        "id,chargeToId,chargeToType,ticket/id,member/id,member/name,workType/name,timeStart,timeEnd,actualHours,billableOption,notes," +
        "addToDetailDescriptionFlag,addToResolutionFlag,_info";

    public const string NoteFields =
        "id,ticketId,text,detailDescriptionFlag,internalAnalysisFlag,resolutionFlag,member/name,contact/name,dateCreated,createdBy,internalFlag,externalFlag,_info";

    /// <summary>A shape of its own by the vendor's description: without time and author, which are in the row's <c>_info</c> if anywhere.</summary>
    public const string ProjectNoteFields =
        "id,ticketId,text,detailDescriptionFlag,internalAnalysisFlag,resolutionFlag,member/name,contact/name,internalFlag,externalFlag,_info";

    public const string CompanyFields =
        "id,identifier,name,status/id,status/name,types,addressLine1,addressLine2,city,state,zip,country/name,phoneNumber,website," +
        "territory/name,market/name,accountNumber,parentCompany/id,deletedFlag,_info";

    /// <summary>Neither portalPassword nor anything private (birthday, family).</summary>
    public const string ContactFields =
        "id,firstName,lastName,company/id,site/name,title,types,communicationItems,defaultPhoneNbr,defaultFlag,inactiveFlag,_info";

    /// <summary>Neither password, token nor hourlyCost.</summary>
    public const string MemberFields =
        "id,identifier,firstName,lastName,primaryEmail,officeEmail,mobileEmail,homeEmail,defaultEmail,title,licenseClass,inactiveFlag,_info";

    /// <summary>No questions and no notes: their answers hold passwords.</summary>
    public const string DeviceFields =
        "id,name,type/id,type/name,status/id,status/name,company/id,contact/id,deviceIdentifier,serialNumber,modelNumber,tagNumber,manufacturer/name," +
        "osType,osInfo,macAddress,ipAddress,lastLoginName,warrantyExpirationDate,activeFlag,_info";

    /// <summary>Custom fields are free text of the MSP's own making; by their captions one can tell which are better not kept.</summary>
    private static readonly string[] SecretCaptions = ["password", "passwort", "passphrase", "secret", "token", "api key", "apikey", "credential", "pin code"];

    private static readonly char[] ListSeparators = [',', ';', ' ', '\r', '\n', '\t'];

    /// <param name="option">What a person has to choose for it to be kept; null for the tickets that everyone has.</param>
    public static Ticket Ticket(JsonRow row, Func<string, string> url, string? option = null)
    {
        var id = row.NeedId("id");
        return new()
        {
            ExternalId = id,
            Number = id,
            Summary = row.Text("summary") ?? "(no summary)",
            VendorUpdatedAt = row.Time("_info/lastUpdated"),
            CreatedAt = row.Time("_info/dateEntered"),
            ContainerId = row.Id("board/id"),
            ContainerName = row.Text("board/name"),
            StatusId = row.Id("status/id"),
            StatusName = row.Text("status/name"),
            IsClosed = row.Flag("closedFlag") ?? false,
            PriorityId = row.Id("priority/id"),
            PriorityName = row.Text("priority/name"),
            Priority = Level(row.Text("priority/level")),
            TypeId = row.Id("type/id"),
            TypeName = row.Text("type/name"),
            SubTypeId = row.Id("subType/id"),
            SubTypeName = row.Text("subType/name"),
            ItemName = row.Text("item/name"),
            TeamId = row.Id("team/id"),
            TeamName = row.Text("team/name"),
            SourceName = row.Text("source/name"),
            CompanyId = row.Id("company/id"),
            CompanyName = row.Text("company/name"),
            ContactId = row.Id("contact/id"),
            ContactName = row.Text("contact/name") ?? row.Text("contactName"),
            ContactEmail = row.Text("contactEmailAddress"),
            OwnerId = row.Id("owner/id"),
            OwnerName = row.Text("owner/name"),
            SiteName = row.Text("siteName"),
            ClosedAt = row.Time("closedDate"),
            DueAt = row.Time("requiredDate"),
            IsProjectTicket = option is not null || row.Text("recordType") is "ProjectTicket" or "ProjectIssue",
            Option = option,
            ParentTicketId = row.Id("parentTicketId"),
            MergedIntoId = row.Id("mergedParentTicket/id"),
            Url = url(id),
            Extra = Extra(
                [.. CustomFields(row),
                ("agreement", row.Text("agreement/name")), ("externalXRef", row.Text("externalXRef")), ("impact", row.Text("impact")),
                ("phase", row.Text("phase/name")), ("project", row.Text("project/name")), ("resources", row.Text("resources")), ("severity", row.Text("severity"))]),
        };
    }

    public static TicketNote Note(JsonRow row, string ticketId)
    {
        var member = row.Text("member/name");
        var contact = row.Text("contact/name");
        return new()
        {
            ExternalId = row.NeedId("id"),
            TicketId = ticketId,
            VendorUpdatedAt = row.Time("_info/lastUpdated") ?? row.Time("dateCreated"),
            Text = row.Text("text"),
            IsInternal = !IsPublic(row),
            IsResolution = row.Flag("resolutionFlag") ?? false,
            AuthorName = member ?? contact ?? row.Text("createdBy") ?? row.Text("_info/enteredBy") ?? row.Text("_info/updatedBy"),
            IsFromContact = member is null && contact is not null,
            CreatedAt = row.Time("dateCreated") ?? row.Time("_info/dateEntered") ?? row.Time("_info/lastUpdated"),
        };
    }

    /// <summary>The description is not on the ticket: it is the first note of the discussion.</summary>
    public static IReadOnlyList<TicketNote> MarkDescription(IReadOnlyList<TicketNote> notes, IReadOnlySet<string> discussion)
    {
        var first = notes.Where(n => discussion.Contains(n.ExternalId))
            .OrderBy(n => n.CreatedAt ?? DateTimeOffset.MaxValue)
            .ThenBy(n => n.ExternalId.Length).ThenBy(n => n.ExternalId, StringComparer.Ordinal)
            .FirstOrDefault();
        return [.. notes.Select(n => n == first ? n with { IsDescription = true } : n)];
    }

    public static ExternalCompany Company(JsonRow row, Func<string?, string?, bool> isInactiveStatus)
    {
        var deleted = row.Flag("deletedFlag") ?? false;
        var types = row.Rows("types");
        return new()
        {
            ExternalId = row.NeedId("id"),
            VendorUpdatedAt = row.Time("_info/lastUpdated"),
            Name = row.Text("name") ?? row.Need("identifier"),
            Identifier = row.Text("identifier"),
            StatusId = row.Id("status/id"),
            StatusName = row.Text("status/name"),
            TypeIds = [.. types.Select(t => t.NeedId("id")).OrderBy(id => id.Length).ThenBy(id => id, StringComparer.Ordinal)],
            TypeNames = [.. types.Select(t => t.Text("name")).OfType<string>().Order(StringComparer.Ordinal)],
            Phone = row.Text("phoneNumber"),
            Website = row.Text("website"),
            AddressLine1 = row.Text("addressLine1"),
            AddressLine2 = row.Text("addressLine2"),
            City = row.Text("city"),
            State = row.Text("state"),
            PostalCode = row.Text("zip"),
            Country = row.Text("country/name"),
            ParentCompanyId = row.Id("parentCompany/id"),
            IsDeleted = deleted,
            IsInactive = deleted || isInactiveStatus(row.Id("status/id"), row.Text("status/name")),
            Extra = Extra([("accountNumber", row.Text("accountNumber")), ("market", row.Text("market/name")), ("territory", row.Text("territory/name"))]),
        };
    }

    public static ExternalContact Contact(JsonRow row)
    {
        var reach = row.Rows("communicationItems");
        return new()
        {
            ExternalId = row.NeedId("id"),
            VendorUpdatedAt = row.Time("_info/lastUpdated"),
            CompanyId = row.Id("company/id"),
            FirstName = row.Text("firstName"),
            LastName = row.Text("lastName"),
            Email = Default(reach, "Email"),
            Phone = row.Text("defaultPhoneNbr") ?? Default(reach, "Phone"),
            Title = row.Text("title"),
            SiteName = row.Text("site/name"),
            TypeIds = [.. row.Rows("types").Select(t => t.NeedId("id")).OrderBy(id => id.Length).ThenBy(id => id, StringComparer.Ordinal)],
            IsPrimary = row.Flag("defaultFlag") ?? false,
            IsInactive = row.Flag("inactiveFlag") ?? false,
        };
    }

    public static ExternalUser Member(JsonRow row) => new()
    {
        ExternalId = row.NeedId("id"),
        VendorUpdatedAt = row.Time("_info/lastUpdated"),
        Identifier = row.Text("identifier"),
        FirstName = row.Text("firstName"),
        LastName = row.Text("lastName"),
        Email = row.Text("primaryEmail") ?? row.Text("defaultEmail") switch
        {
            "Mobile" => row.Text("mobileEmail"),
            "Home" => row.Text("homeEmail"),
            _ => null,
        } ?? row.Text("officeEmail"),
        Title = row.Text("title"),
        IsInactive = row.Flag("inactiveFlag") ?? false,
        IsApiUser = row.Text("licenseClass") is "A",
    };

    public static TimeEntry Time(JsonRow row) => new()
    {
        ExternalId = row.NeedId("id"),
        VendorUpdatedAt = row.Time("_info/lastUpdated"),
        TicketId = row.Id("ticket/id") ?? (row.Text("chargeToType") is "ServiceTicket" or "ProjectTicket" ? row.Id("chargeToId") : null),
        UserId = row.Id("member/id"),
        UserName = row.Text("member/name"),
        StartedAt = row.Time("timeStart"),
        EndedAt = row.Time("timeEnd"),
        Hours = Hours(row),
        Billable = row.Text("billableOption") is { } option ? option is "Billable" : null,
        Notes = row.Text("notes"),
        IsInternal = row.Flag("addToDetailDescriptionFlag") is not true && row.Flag("addToResolutionFlag") is not true,
        WorkType = row.Text("workType/name"),
    };

    public static ExternalDevice Device(JsonRow row) => new()
    {
        ExternalId = row.NeedId("id"),
        VendorUpdatedAt = row.Time("_info/lastUpdated"),
        Name = row.Text("name") ?? row.Text("deviceIdentifier") ?? row.Need("serialNumber"),
        CompanyId = row.Id("company/id"),
        ContactId = row.Id("contact/id"),
        TypeId = row.Id("type/id"),
        TypeName = row.Text("type/name"),
        StatusId = row.Id("status/id"),
        StatusName = row.Text("status/name"),
        SerialNumber = row.Text("serialNumber"),
        ModelNumber = row.Text("modelNumber"),
        TagNumber = row.Text("tagNumber"),
        Manufacturer = row.Text("manufacturer/name"),
        OsName = row.Text("osType"),
        OsVersion = row.Text("osInfo"),
        MacAddresses = Several(row.Text("macAddress")),
        IpAddresses = Several(row.Text("ipAddress")),
        LastUser = row.Text("lastLoginName"),
        WarrantyExpiresAt = row.Time("warrantyExpirationDate"),
        IsInactive = row.Flag("activeFlag") is false,
        Extra = Extra([("deviceIdentifier", row.Text("deviceIdentifier"))]),
    };

    public static PriorityLevel? Level(string? level) => Enum.TryParse<PriorityLevel>(level, ignoreCase: true, out var known) && Enum.IsDefined(known) ? known : null;

    private static decimal Hours(JsonRow row) =>
        row.Text("actualHours") is not { } text ? 0
        : decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var hours) ? hours
        : throw new FieldException("actualHours", "is no number");

    /// <summary>Only when ConnectWise says so plainly: a note with a flag missing stays inside.</summary>
    private static bool IsPublic(JsonRow row)
    {
        var analysis = row.Flag("internalAnalysisFlag");
        var inside = row.Flag("internalFlag");
        return analysis is not true && inside is not true
            && ((analysis is false && inside is false) || row.Flag("externalFlag") is true);
    }

    private static string? Default(IReadOnlyList<JsonRow> reach, string kind)
    {
        var some = reach.Where(r => r.Text("communicationType") == kind && r.Text("value") is not null).ToList();
        return some.Count == 0 ? null
            : (some.Where(r => r.Flag("defaultFlag") is true).Select(r => r.Text("value")).FirstOrDefault() ?? some[0].Text("value"));
    }

    private static string[] Several(string? text) =>
        text?.Split(ListSeparators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.OrdinalIgnoreCase).ToArray() ?? [];

    private static IEnumerable<(string Name, string? Value)> CustomFields(JsonRow row) =>
        row.Rows("customFields")
            .Select(f => (Name: f.Text("caption") ?? f.Text("id") ?? "", Value: f.Text("value")))
            .Where(f => f.Name.Length > 0 && !SecretCaptions.Any(s => f.Name.Contains(s, StringComparison.OrdinalIgnoreCase)))
            .Select(f => ($"custom: {f.Name}", f.Value));

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
