using System.Globalization;
using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.HaloPsa;

/// <summary>Halo's rows as MSPortal's records.</summary>
internal static class HaloPsaMapping
{
    /// <summary>Halo's way of saying “nobody”: the agent called Unassigned, and the client called Unknown.</summary>
    private const string Nobody = "1";

    private const int SampleLength = 4000;

    /// <summary>Fields of the MSP's own making; by their names one can tell which are better not kept.</summary>
    private static readonly string[] SecretNames = ["password", "passwort", "passphrase", "secret", "token", "api key", "apikey", "credential", "pin code", "_key"];

    private static readonly char[] ListSeparators = [',', ';', ' ', '\r', '\n', '\t'];

    public static Ticket Ticket(JsonRow row, HaloPsaStatuses statuses, Func<string, string> url)
    {
        var id = row.NeedId("id");
        var status = row.Id("status_id");
        var closedAt = Time(row, "dateclosed");
        var closed = statuses.IsClosed(status) ?? closedAt is not null;
        var client = Somebody(row.Id("client_id"));
        var agent = Somebody(row.Id("agent_id"));
        return new()
        {
            ExternalId = id,
            Number = id,
            Summary = row.Text("summary") ?? "(no summary)",
            VendorUpdatedAt = Time(row, "last_update") ?? Time(row, "lastupdate"),
            CreatedAt = Time(row, "dateoccurred"),
            ContainerId = row.Id("tickettype_id"),
            ContainerName = row.Text("tickettype_name"),
            StatusId = status,
            StatusName = row.Text("status_name") ?? statuses.NameOf(status),
            IsClosed = closed,
            ClosedAt = closed ? closedAt : null,
            PriorityId = row.Id("priority_id"),
            PriorityName = row.Text("priority_name"),
            Priority = Level(row.Text("priority_name"), row.Id("priority_id")),
            TypeId = row.Id("categoryid_1"),
            TypeName = row.Text("category_1"),
            SubTypeId = row.Id("categoryid_2"),
            SubTypeName = row.Text("category_2"),
            ItemName = row.Text("category_3"),
            TeamName = row.Text("team"),
            GroupId = row.Text("team"),
            GroupName = row.Text("team"),
            CompanyId = client,
            CompanyName = client is null ? null : row.Text("client_name"),
            ContactId = row.Id("user_id"),
            ContactName = row.Text("user_name"),
            ContactEmail = row.Text("user_email"),
            OwnerId = agent,
            OwnerName = agent is null ? null : row.Text("agent_name"),
            SiteName = row.Text("site_name"),
            DueAt = Time(row, "deadlinedate") ?? Time(row, "fixbydate"),
            ParentTicketId = row.Id("parent_id"),
            MergedIntoId = row.Id("merged_into_id"),
            Url = url(id),
            Extra = Extra([.. CustomFields(row), ("category4", row.Text("category_4")), ("impact", row.Text("impact")), ("onhold", row.Text("onhold")), ("sla", row.Text("sla_name")), ("urgency", row.Text("urgency"))]),
        };
    }

    /// <summary>The description is not among the actions: it is a field of the ticket.</summary>
    public static TicketNote? Description(JsonRow row, string ticketId) => row.Text("details") is not { } details ? null : new()
    {
        ExternalId = $"{ticketId}-0",
        TicketId = ticketId,
        Text = details,
        IsDescription = true,
        IsInternal = false,
        AuthorName = row.Text("reportedby") ?? row.Text("user_name"),
        CreatedAt = Time(row, "dateoccurred"),
    };

    /// <summary>An action's id is its own only within the ticket.</summary>
    public static TicketNote Action(JsonRow row, string ticketId)
    {
        var createdAt = Time(row, "datetime") ?? Time(row, "actiondatecreated");
        return new()
        {
            ExternalId = $"{ticketId}-{row.NeedId("id")}",
            TicketId = ticketId,
            VendorUpdatedAt = Time(row, "last_updated") ?? createdAt,
            Text = row.Text("note") ?? row.Text("emailbody"),
            IsInternal = row.Flag("hiddenfromuser") is not false,
            AuthorName = row.Text("who"),
            IsFromContact = Somebody(row.Id("who_agentid")) is null && Somebody(row.Id("actionby_agent_id")) is null && row.Id("actionby_user_id") is not null,
            CreatedAt = createdAt,
            Extra = Extra([("outcome", row.Text("outcome"))]),
        };
    }

    public static TimeEntry TimeEntry(JsonRow row) => new()
    {
        ExternalId = row.NeedId("id"),
        TicketId = row.Id("ticket_id"),
        UserId = Somebody(row.Id("agent_id")),
        StartedAt = Time(row, "start_date"),
        EndedAt = Time(row, "end_date"),
        Hours = Hours(row),
        Notes = row.Text("note") ?? row.Text("subject"),
        WorkType = row.Text("charge_type_name"),
        Extra = Extra([("action", row.Id("action_number")), ("client", Somebody(row.Id("client_id")))]),
    };

    /// <summary>Hours with fractions, of which four places are kept.</summary>
    public static decimal Hours(JsonRow row) => row.Text("timetaken") is not { } text ? 0
        : decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var hours) ? Math.Round(hours, 4)
        : throw new FieldException("timetaken", "is no number");

    public static ExternalCompany Company(JsonRow row) => new()
    {
        ExternalId = row.NeedId("id"),
        VendorUpdatedAt = Time(row, "alastupdate") ?? Time(row, "last_modified"),
        Name = row.Need("name"),
        Identifier = row.Text("ref"),
        Phone = row.Text("main_phonenumber"),
        Website = row.Text("website"),
        IsInactive = row.Flag("inactive") ?? false,
        Extra = Extra(
            [.. CustomFields(row),
            ("autotaskCompanyId", row.Id("autotaskid")), ("connectwiseCompanyId", row.Id("connectwiseid")), ("domain", row.Text("domain")),
            ("mainSite", row.Text("main_site_name")), ("topLevel", row.Text("toplevel_name"))]),
    };

    public static ExternalContact Contact(JsonRow row)
    {
        var (first, last) = (row.Text("firstname"), row.Text("surname"));
        return new()
        {
            ExternalId = row.NeedId("id"),
            VendorUpdatedAt = Time(row, "ulastupdate") ?? Time(row, "last_modified"),
            CompanyId = Somebody(row.Id("client_id")),
            FirstName = first,
            LastName = first is null && last is null ? row.Text("name") : last,
            Email = row.Text("emailaddress"),
            Phone = row.Text("phonenumber") ?? row.Text("mobilenumber"),
            Title = row.Text("title"),
            SiteName = row.Text("site_name"),
            IsPrimary = row.Flag("ismaincontact") ?? false,
            IsInactive = row.Flag("inactive") ?? false,
            Extra = Extra([.. CustomFields(row), ("department", row.Text("department"))]),
        };
    }

    public static ExternalUser Agent(JsonRow row)
    {
        var (first, last) = (row.Text("firstname"), row.Text("surname"));
        return new()
        {
            ExternalId = row.NeedId("id"),
            VendorUpdatedAt = Time(row, "last_modified"),
            Identifier = row.Text("initials"),
            FirstName = first,
            LastName = first is null && last is null ? row.Text("name") : last,
            Email = row.Text("email"),
            Title = row.Text("jobtitle"),
            IsInactive = row.Flag("isdisabled") ?? false,
            IsApiUser = row.Flag("isapiagent") ?? false,
        };
    }

    public static ExternalDevice Device(JsonRow row)
    {
        var fields = row.Rows("fields");
        var users = row.Rows("users");
        return new()
        {
            ExternalId = row.NeedId("id"),
            VendorUpdatedAt = Time(row, "dlastupdate") ?? Time(row, "last_modified"),
            Name = row.Text("key_field") ?? row.Text("inventory_number") ?? row.Need("key_field2"),
            CompanyId = Somebody(row.Id("client_id")),
            ContactId = users.Count == 1 ? users[0].Id("id") : null,
            TypeId = row.Id("assettype_id"),
            TypeName = row.Text("assettype_name"),
            StatusId = row.Id("status_id"),
            StatusName = row.Text("status_name"),
            SerialNumber = Field(fields, "serial number", "serial no", "serial", "service tag"),
            ModelNumber = Field(fields, "model", "model number"),
            TagNumber = row.Text("inventory_number"),
            Manufacturer = Field(fields, "manufacturer", "make"),
            OsName = Field(fields, "operating system", "os"),
            OsVersion = Field(fields, "operating system version", "os version"),
            MacAddresses = Several(Field(fields, "mac address", "mac")),
            IpAddresses = Several(Field(fields, "ip address", "ip")),
            LastUser = row.Text("username"),
            WarrantyExpiresAt = Time(row, "warranty_end"),
            IsInactive = row.Flag("inactive") ?? false,
            Extra = Extra([.. CustomFields(row), ("site", row.Text("site_name"))]),
        };
    }

    /// <summary>By the usual words; where a list speaks otherwise, by Halo's own numbers, of which 1 is the most urgent.</summary>
    public static PriorityLevel? Level(string? name, string? id) =>
        Has(name, "critical", "emergency") ? PriorityLevel.Critical
        : Has(name, "high", "urgent") ? PriorityLevel.High
        : Has(name, "medium", "normal") ? PriorityLevel.Medium
        : Has(name, "low", "planned") ? PriorityLevel.Low
        : id switch
        {
            "1" => PriorityLevel.Critical,
            "2" => PriorityLevel.High,
            "3" => PriorityLevel.Medium,
            "4" or "5" => PriorityLevel.Low,
            _ => null,
        };

    /// <summary>UTC, written without an offset; what lies before 1980 is Halo's “never”.</summary>
    public static DateTimeOffset? Time(JsonRow row, string path) => row.Time(path) is { Year: >= 1980 } time ? time : null;

    /// <summary>The start of a row for a person to look at, without what may hold secrets.</summary>
    public static string Sample(JsonElement element) => VendorResponse.Shorten(
        element.ValueKind != JsonValueKind.Object
            ? element.GetRawText()
            : JsonSerializer.Serialize(element.EnumerateObject()
                .Where(p => p.Name is not ("customfields" or "fields") && !IsSecret(p.Name))
                .DistinctBy(p => p.Name).ToDictionary(p => p.Name, p => p.Value)),
        SampleLength - 1);

    private static string? Somebody(string? id) => id == Nobody ? null : id;

    private static bool Has(string? name, params string[] words) => name is not null && words.Any(w => name.Contains(w, StringComparison.OrdinalIgnoreCase));

    private static bool IsSecret(string name) => SecretNames.Any(s => name.Contains(s, StringComparison.OrdinalIgnoreCase));

    private static string? Field(IReadOnlyList<JsonRow> fields, params string[] names) => names
        .Select(name => fields.Where(f => string.Equals(f.Text("name"), name, StringComparison.OrdinalIgnoreCase)).Select(f => f.Text("value")).FirstOrDefault(v => v is not null))
        .FirstOrDefault(v => v is not null);

    private static string[] Several(string? text) =>
        text?.Split(ListSeparators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.OrdinalIgnoreCase).ToArray() ?? [];

    private static IEnumerable<(string Name, string? Value)> CustomFields(JsonRow row) =>
        row.Rows("customfields")
            .Where(f => f.Flag("isencrypted") is not true)
            .Select(f => (Name: f.Text("label") ?? f.Text("name") ?? "", Value: f.Text("display") ?? Plain(f)))
            .Where(f => f.Name.Length > 0 && !IsSecret(f.Name))
            .Select(f => ($"custom: {f.Name}", f.Value));

    /// <summary>Values of tables and multiple choices are lists; those have a text beside them or are not kept.</summary>
    private static string? Plain(JsonRow field)
    {
        try
        {
            return field.Text("value");
        }
        catch (FieldException)
        {
            return null;
        }
    }

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
