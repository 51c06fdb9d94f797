using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.Syncro;

/// <summary>
/// Syncro's rows as MSPortal's records. A row in a list and the same row read alone have different fields: only what both say
/// is kept, so that a ticket does not change by being looked at.
/// </summary>
internal static class SyncroMapping
{
    /// <summary>The status that Syncro itself counts as closed (its filter “Not Closed” leaves it out).</summary>
    public const string ClosedStatus = "Resolved";

    private const string FirstSubject = "Initial Issue";

    public static Ticket Ticket(JsonElement element, JsonRow row, Uri site)
    {
        var id = row.NeedId("id");
        var status = row.Text("status");
        var closed = IsClosed(status);
        var problem = row.Text("problem_type");
        var priority = row.Text("priority");
        return new()
        {
            ExternalId = id,
            Number = row.Text("number") ?? id,
            Summary = row.Text("subject") ?? "(no subject)",
            VendorUpdatedAt = row.Time("updated_at"),
            CreatedAt = row.Time("created_at"),
            StatusId = status,
            StatusName = status,
            IsClosed = closed,
            ClosedAt = closed ? row.Time("resolved_at") : null,
            PriorityId = priority,
            PriorityName = priority,
            Priority = Level(priority),
            TypeId = row.Id("ticket_type_id") ?? row.Id("ticket_type/id"),
            TypeName = row.Text("ticket_type_name") ?? row.Text("ticket_type/name"),
            SubTypeId = problem,
            SubTypeName = problem,
            CompanyId = row.Id("customer_id"),
            CompanyName = row.Text("customer_business_then_name"),
            ContactId = row.Id("contact_id") ?? row.Id("contact/id"),
            ContactName = row.Text("contact_fullname") ?? row.Text("contact/name"),
            OwnerId = row.Id("user_id"),
            OwnerName = row.Text("user/full_name"),
            DueAt = row.Time("due_date"),
            Url = new Uri(site, $"/tickets/{id}").ToString(),
            Extra = Extra([.. Fields(element), ("tags", Tags(element))]),
        };
    }

    public static TicketNote Comment(JsonRow row, string ticketId)
    {
        var subject = row.Text("subject");
        return new()
        {
            ExternalId = row.NeedId("id"),
            TicketId = ticketId,
            VendorUpdatedAt = row.Time("updated_at") ?? row.Time("created_at"),
            Text = row.Text("body"),
            IsDescription = subject is FirstSubject,
            IsInternal = row.Flag("hidden") is not false,
            AuthorName = row.Text("tech") ?? row.Text("user/full_name"),
            CreatedAt = row.Time("created_at"),
            Extra = Extra([("subject", subject)]),
        };
    }

    /// <summary>A ticket has no text of its own: its description is the first comment, by its subject or by its place.</summary>
    public static IReadOnlyList<TicketNote> MarkDescription(IReadOnlyList<TicketNote> comments)
    {
        var first = comments.OrderBy(n => !n.IsDescription).ThenBy(n => n.CreatedAt ?? DateTimeOffset.MaxValue)
            .ThenBy(n => n.ExternalId.Length).ThenBy(n => n.ExternalId, StringComparer.Ordinal)
            .FirstOrDefault();
        return [.. comments.Select(n => n with { IsDescription = ReferenceEquals(n, first) })];
    }

    public static ExternalCompany Company(JsonElement element, JsonRow row) => new()
    {
        ExternalId = row.NeedId("id"),
        VendorUpdatedAt = row.Time("updated_at"),
        Name = row.Text("business_name") ?? row.Text("fullname") ?? row.Text("business_then_name") ?? row.Text("email") ?? "(no name)",
        Phone = row.Text("phone") ?? row.Text("mobile"),
        AddressLine1 = row.Text("address"),
        AddressLine2 = row.Text("address_2"),
        City = row.Text("city"),
        State = row.Text("state"),
        PostalCode = row.Text("zip"),
        IsInactive = row.Flag("disabled") ?? false,
        Extra = Extra([.. Fields(element), ("email", row.Text("email")), ("referredBy", row.Text("referred_by"))]),
    };

    public static ExternalContact Contact(JsonElement element, JsonRow row)
    {
        var (first, last) = Split(row.Text("name"));
        return new()
        {
            ExternalId = row.NeedId("id"),
            VendorUpdatedAt = row.Time("updated_at"),
            CompanyId = row.Id("customer_id"),
            FirstName = first,
            LastName = last,
            Email = row.Text("email"),
            Phone = row.Text("phone") ?? row.Text("mobile"),
            Title = Fields(element).FirstOrDefault(f => f.Name.Equals("custom: title", StringComparison.OrdinalIgnoreCase)).Value,
        };
    }

    public static ExternalUser User(JsonRow row)
    {
        var user = User(row.NeedId("id"), row.Text("full_name"));
        return user with { Email = row.Text("email"), VendorUpdatedAt = row.Time("updated_at"), Extra = Extra([("group", row.Text("group"))]) };
    }

    /// <summary>All that the list says of a technician.</summary>
    public static ExternalUser User(string id, string? name)
    {
        var (first, last) = Split(name);
        return new() { ExternalId = id, FirstName = first, LastName = last };
    }

    public static ExternalDevice Device(JsonElement element, JsonRow row)
    {
        var fields = Fields(element).ToDictionary(f => f.Name["custom: ".Length..], f => f.Value, StringComparer.OrdinalIgnoreCase);
        string? Field(params string[] captions) => captions.Select(c => fields.GetValueOrDefault(c)).FirstOrDefault(v => v is not null);
        return new()
        {
            ExternalId = row.NeedId("id"),
            VendorUpdatedAt = row.Time("updated_at"),
            Name = row.Text("name") ?? row.Text("asset_serial") ?? "(no name)",
            CompanyId = row.Id("customer_id"),
            ContactId = row.Id("contact_id"),
            TypeId = row.Text("asset_type"),
            TypeName = row.Text("asset_type"),
            SerialNumber = row.Text("asset_serial"),
            Manufacturer = Field("Manufacturer", "Make"),
            ModelNumber = Field("Model", "Model Number"),
            OsName = Field("OS", "Operating System"),
            TagNumber = Field("Asset Tag", "Tag Number"),
            MacAddresses = Field("MAC Address") is { } mac ? [mac] : [],
            IpAddresses = Field("IP Address") is { } ip ? [ip] : [],
        };
    }

    /// <summary>The time from start to end; in which unit Syncro counts billable time no document says.</summary>
    public static TimeEntry Timer(JsonRow row)
    {
        var (start, end) = (row.Time("start_time"), row.Time("end_time"));
        return new()
        {
            ExternalId = row.NeedId("id"),
            VendorUpdatedAt = row.Time("updated_at"),
            TicketId = row.Id("ticket_id"),
            UserId = row.Id("user_id"),
            StartedAt = start,
            EndedAt = end,
            Hours = end > start ? Math.Round((decimal)(end.Value - start.Value).TotalHours, 4) : 0,
            Billable = row.Flag("billable"),
            Notes = row.Text("notes"),
        };
    }

    public static bool IsClosed(string? status) => status is ClosedStatus;

    /// <summary>“2 Normal” in one account, “Normal” in another: the word counts.</summary>
    public static PriorityLevel? Level(string? priority) => priority?.TrimStart('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', ' ', '-', '.').ToUpperInvariant() switch
    {
        "URGENT" or "CRITICAL" or "EMERGENCY" => PriorityLevel.Critical,
        "HIGH" => PriorityLevel.High,
        "NORMAL" or "MEDIUM" => PriorityLevel.Medium,
        "LOW" => PriorityLevel.Low,
        _ => null,
    };

    /// <summary>Syncro has one field for a name.</summary>
    private static (string? First, string? Last) Split(string? name)
    {
        var text = name?.Trim() ?? "";
        var cut = text.LastIndexOf(' ');
        return text.Length == 0 ? (null, null) : cut < 0 ? (text, null) : (text[..cut].TrimEnd(), text[(cut + 1)..]);
    }

    private static string? Tags(JsonElement row)
    {
        if (!row.TryGetProperty("tag_list", out var list) || list.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var tags = list.EnumerateArray().Where(t => t.ValueKind == JsonValueKind.String).Select(JsonText.Of).Order(StringComparer.Ordinal).ToList();
        return tags.Count == 0 ? null : string.Join(", ", tags);
    }

    /// <summary>The MSP's own fields. What an agent reports as an object of its own is left out, and so is what speaks of a secret.</summary>
    private static IEnumerable<(string Name, string? Value)> Fields(JsonElement row)
    {
        if (!row.TryGetProperty("properties", out var properties) || properties.ValueKind != JsonValueKind.Object)
        {
            yield break;
        }

        foreach (var property in properties.EnumerateObject().DistinctBy(p => p.Name, StringComparer.OrdinalIgnoreCase))
        {
            var value = property.Value.ValueKind switch
            {
                JsonValueKind.String => JsonText.Of(property.Value),
                JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => property.Value.GetRawText(),
                _ => "",
            };
            if (!string.IsNullOrWhiteSpace(value) && !SyncroSecrets.IsSecret(property.Name))
            {
                yield return ($"custom: {property.Name}", value);
            }
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
