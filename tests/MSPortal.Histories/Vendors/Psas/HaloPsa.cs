using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Histories.Vendors.Psas;

internal sealed class HaloPsa : Psa
{
    private static readonly int[] Closed = [9, 21];

    public override string Provider => "halopsa";

    public override string TicketList => "/api/Tickets\\?.*pageinate";

    public override Truth Tickets { get; } = new(
        DataType.Tickets, "tickets",
        ("id", "externalId"), ("summary", "summary"), ("tickettype_id", "containerId"), ("tickettype_name", "containerName"), ("status_id", "statusId"), ("status_name", "statusName"), ("closed", "isClosed"),
        ("client_id", "companyId"), ("client_name", "companyName"), ("user_id", "contactId"), ("user_email", "contactEmail"), ("agent_id", "ownerId"), ("agent_name", "ownerName"), ("priority_id", "priorityId"),
        ("team", "teamName"), ("category_1", "typeName"), ("dateoccurred", "createdAt"), ("closedAt", "closedAt"), ("merged_into_id", "mergedIntoId"), ("last_update", "vendorUpdatedAt"));

    public override Truth Notes { get; } = new(
        DataType.TicketNotes, "actions", ("key", "externalId"), ("ticket_id", "ticketId"), ("note", "text"), ("hiddenfromuser", "isInternal"), ("datetime", "createdAt"));

    public override IReadOnlyList<Truth> Others { get; } =
    [
        new(DataType.Companies, "clients",
            ("id", "externalId"), ("name", "name"), ("ref", "identifier"), ("inactive", "isInactive"), ("main_phonenumber", "phone"), ("website", "website"), ("alastupdate", "vendorUpdatedAt")),
        new(DataType.Contacts, "users",
            ("id", "externalId"), ("firstname", "firstName"), ("surname", "lastName"), ("client_id", "companyId"), ("emailaddress", "email"), ("inactive", "isInactive"), ("ismaincontact", "isPrimary"), ("ulastupdate", "vendorUpdatedAt")),
        new(DataType.Users, "agents", ("id", "externalId"), ("firstname", "firstName"), ("surname", "lastName"), ("email", "email"), ("isdisabled", "isInactive"), ("isapiagent", "isApiUser")),
        new(DataType.TimeEntries, "timesheetevents",
            ("id", "externalId"), ("ticket_id", "ticketId"), ("agent_id", "userId"), ("timetaken", "hours"), ("start_date", "startedAt"), ("end_date", "endedAt"), ("charge_type_name", "workType")),
        new(DataType.Devices, "assets",
            ("id", "externalId"), ("key_field", "name"), ("inventory_number", "tagNumber"), ("client_id", "companyId"), ("assettype_id", "typeId"), ("serial", "serialNumber"), ("warranty_end", "warrantyExpiresAt"), ("inactive", "isInactive"))
        {
            ChangedBy = ["dlastupdate"],
        },
    ];

    public override IReadOnlyList<(string Area, DataType[] Denied)> Permissions { get; } =
    [
        ("customers", [DataType.Companies, DataType.Contacts]), ("role:agents", [DataType.Users]), ("assets", [DataType.Devices]), ("role:timesheets", [DataType.TimeEntries]),
    ];

    public override Hooks Hooks { get; } = new(["webhooks"], "key", "url", "active", On: true, "records/webhookevents", "responsestatus", Nobody: 0)
    {
        Signature = (body, secret) => ("X-MSPortal-Signature", Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body))),
    };

    /// <summary>Tickets name a priority's number, of which there is a row for each SLA; categories are three lists in one.</summary>
    public override async Task<IReadOnlyDictionary<string, string>> ReferencesAsync(VendorRows rows)
    {
        string[] levels = [ReferenceKinds.Type, ReferenceKinds.SubType, ReferenceKinds.Item];
        var categories = (await rows("categories")).Select(c => KeyValuePair.Create(ReferenceItem.Key(levels[c["type_id"]!.GetValue<int>() - 1], c["id"]!.ToString()), c["value"]!.ToString()));
        return (await ListsAsync(rows, [(ReferenceKinds.Container, "tickettypes"), (ReferenceKinds.Status, "statuses"), (ReferenceKinds.Team, "teams")], "id", "name"))
            .Concat(await ListsAsync(rows, [(ReferenceKinds.Priority, "priorities")], "priorityid", "name"))
            .Concat(categories)
            .ToDictionary(StringComparer.Ordinal);
    }

    public override (string Area, string Name) DevicePermission => ("role:assets", "read:assets");

    public override Task<IReadOnlyList<string>?> ContainersAsync(VendorRows rows) => Task.FromResult<IReadOnlyList<string>?>(["1", "3", "21"]);

    public override bool IsInScope(JsonNode ticket, TicketScope scope, DateTimeOffset now)
    {
        var plain = Plainly(ticket);
        return scope.Containers!.Contains(plain["tickettype_id"]!.ToJsonString())
            && (!plain["closed"]!.GetValue<bool>() || IsRecent(scope, now, Truth.Time(plain, "closedAt") ?? Truth.Time(plain, "last_update")));
    }

    public override bool IsOpen(JsonNode ticket) => ticket["status_id"]!.GetValue<int>() is 1 or 2;

    /// <summary>Number 1 of the agents is “unassigned”, and a holiday is nobody's work.</summary>
    public override IEnumerable<JsonNode> Plain(Truth truth, IEnumerable<JsonNode> rows) => rows
        .Where(r => truth.Kind switch { "agents" => r["id"]!.GetValue<int>() != 1, "timesheetevents" => r["holiday_id"]!.GetValue<int>() == 0, _ => true })
        .Select(Plainly);

    /// <summary>Descriptions, and what people wrote.</summary>
    public override async Task<IReadOnlyList<JsonNode>> NotesAsync(IReadOnlyList<JsonNode> tickets, VendorRows rows)
    {
        var kept = tickets.Select(t => t["id"]!.ToJsonString()).ToHashSet(StringComparer.Ordinal);
        var written = (await rows("actions")).Where(a => kept.Contains(a["ticket_id"]!.ToJsonString()) && a["action_systemid"]!.GetValue<int>() == 0 && a["note"]!.GetValue<string>().Length > 0).Select(Plainly);
        var described = tickets.Where(t => !string.IsNullOrEmpty((string?)t["details"])).Select(t => (JsonNode)new JsonObject
        {
            ["key"] = $"{t["id"]}-0", ["ticket_id"] = t["id"]!.DeepClone(), ["note"] = t["details"]!.DeepClone(), ["hiddenfromuser"] = false, ["datetime"] = t["dateoccurred"]!.DeepClone(),
        });
        return [.. written, .. described];
    }

    public override Edit? NoLimit { get; } = new(HttpMethod.Post, "set/limit", new { permits = 0 });

    public override Edit Rename(JsonNode ticket, string summary) => Patch(ticket, new { summary });

    public override Edit Create(JsonNode like, string summary) => new(HttpMethod.Post, "records/tickets", new { summary, tickettype_id = 1, client_id = 12 });

    public override Edit? Move(JsonNode ticket) => Patch(ticket, new { tickettype_id = 4 });

    public override Edit? Merge(JsonNode ticket, JsonNode into) => Patch(ticket, new { merged_into_id = into["id"]!.GetValue<int>() });

    private static JsonNode Plainly(JsonNode row)
    {
        var plain = row.DeepClone().AsObject();
        foreach (var (name, value) in plain.ToList())
        {
            if (value is JsonValue v && v.TryGetValue<string>(out var text) && text.StartsWith("1900-", StringComparison.Ordinal))
            {
                plain[name] = null;
            }
        }

        foreach (var (id, name) in new[] { ("client_id", "client_name"), ("agent_id", "agent_name") })
        {
            if (plain[id]?.ToJsonString() is "1")
            {
                (plain[id], plain[name]) = (null, null);
            }
        }

        var closed = plain["status_id"] is { } status && Closed.Contains(status.GetValue<int>());
        plain["closed"] = closed;
        plain["closedAt"] = closed ? plain["dateclosed"]?.DeepClone() : null;
        plain["key"] = $"{plain["ticket_id"]}-{plain["id"]}";
        plain["serial"] = (plain["fields"] as JsonArray)?.FirstOrDefault(f => (string?)f!["name"] == "Serial Number")?["value"]?.DeepClone();
        return plain;
    }
}
