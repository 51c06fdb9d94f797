using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Tests.Acceptance.HaloPsa;

/// <summary>What Halo's own rows mean, told without the connector.</summary>
internal static class HaloTruth
{
    private static readonly int[] Closed = [9, 21];

    public static Truth Tickets { get; } = new(DataType.Tickets, "tickets",
    [
        ("id", "externalId"), ("summary", "summary"), ("tickettype_id", "containerId"), ("tickettype_name", "containerName"), ("status_id", "statusId"), ("status_name", "statusName"), ("closed", "isClosed"),
        ("client_id", "companyId"), ("client_name", "companyName"), ("user_id", "contactId"), ("user_email", "contactEmail"), ("agent_id", "ownerId"), ("agent_name", "ownerName"), ("priority_id", "priorityId"),
        ("team", "teamName"), ("category_1", "typeName"), ("dateoccurred", "createdAt"), ("closedAt", "closedAt"), ("merged_into_id", "mergedIntoId"), ("last_update", "vendorUpdatedAt"),
    ]);

    public static Truth Notes { get; } = new(DataType.TicketNotes, "actions", [("key", "externalId"), ("ticket_id", "ticketId"), ("note", "text"), ("hiddenfromuser", "isInternal"), ("datetime", "createdAt")]);

    public static Truth Time { get; } = new(DataType.TimeEntries, "timesheetevents",
        [("id", "externalId"), ("ticket_id", "ticketId"), ("agent_id", "userId"), ("timetaken", "hours"), ("start_date", "startedAt"), ("end_date", "endedAt"), ("charge_type_name", "workType")]);

    public static IReadOnlyList<Truth> Plain { get; } =
    [
        new(DataType.Companies, "clients", [("id", "externalId"), ("name", "name"), ("ref", "identifier"), ("inactive", "isInactive"), ("main_phonenumber", "phone"), ("website", "website"), ("alastupdate", "vendorUpdatedAt")]),
        new(DataType.Contacts, "users",
            [("id", "externalId"), ("firstname", "firstName"), ("surname", "lastName"), ("client_id", "companyId"), ("emailaddress", "email"), ("inactive", "isInactive"), ("ismaincontact", "isPrimary"), ("ulastupdate", "vendorUpdatedAt")]),
        new(DataType.Users, "agents", [("id", "externalId"), ("firstname", "firstName"), ("surname", "lastName"), ("email", "email"), ("isdisabled", "isInactive"), ("isapiagent", "isApiUser")]),
        new(DataType.Devices, "assets",
            [("id", "externalId"), ("key_field", "name"), ("inventory_number", "tagNumber"), ("client_id", "companyId"), ("assettype_id", "typeId"), ("serial", "serialNumber"), ("warranty_end", "warrantyExpiresAt"), ("inactive", "isInactive")]),
    ];

    /// <summary>The row with “never”, “nobody” and other sayings put into plain words.</summary>
    public static JsonNode Plainly(JsonNode row)
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

    /// <summary>Notes of the kept tickets: descriptions, and what people wrote.</summary>
    public static string[] NoteLines(IEnumerable<JsonNode> tickets, IEnumerable<JsonNode> actions)
    {
        var kept = tickets.ToDictionary(t => t["id"]!.ToJsonString(), t => t);
        var written = actions.Where(a => kept.ContainsKey(a["ticket_id"]!.ToJsonString()) && a["action_systemid"]!.GetValue<int>() == 0 && a["note"]!.GetValue<string>().Length > 0).Select(Plainly);
        var described = kept.Values.Select(t => (JsonNode)new JsonObject
        {
            ["key"] = $"{t["id"]}-0", ["ticket_id"] = t["id"]!.DeepClone(), ["note"] = t["details"]!.DeepClone(), ["hiddenfromuser"] = false, ["datetime"] = t["dateoccurred"]!.DeepClone(),
        });
        return [.. written.Concat(described).Select(Notes.VendorLine).Order(StringComparer.Ordinal)];
    }

    public static bool IsKept(JsonNode ticket, TicketScope scope, DateTimeOffset now)
    {
        var plain = Plainly(ticket);
        var at = plain["closedAt"] ?? plain["last_update"];
        return scope.Containers!.Contains(plain["tickettype_id"]!.ToJsonString())
            && (!plain["closed"]!.GetValue<bool>() || scope.ClosedSince(now) is not { } since
                || DateTimeOffset.Parse(at!.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal) >= since);
    }
}
