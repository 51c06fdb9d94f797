using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.HaloPsa;

/// <summary>Changes to the data as the vendor's own pages and rules make them: names follow ids, and change times move.</summary>
internal sealed class HaloPsaTable(HaloPsaVendor vendor)
{
    /// <summary>Id → the name that stands beside it, by the kind that it is of.</summary>
    private static readonly (string Id, string Name, string Kind)[] References =
    [
        ("status_id", "status_name", "statuses"), ("tickettype_id", "tickettype_name", "tickettypes"), ("client_id", "client_name", "clients"),
        ("site_id", "site_name", "sites"), ("user_id", "user_name", "users"), ("agent_id", "agent_name", "agents"), ("assettype_id", "assettype_name", "assettypes"),
    ];

    private JsonWorld World => vendor.World;

    /// <summary>Each kind has a name of its own for the time of the last change.</summary>
    public static string? ChangeTime(string kind) => kind switch
    {
        "tickets" or "deletedTickets" => "last_update",
        "clients" => "alastupdate",
        "users" => "ulastupdate",
        "sites" => "slastupdate",
        "assets" => "dlastupdate",
        "agents" or "teams" => "last_modified",
        "actions" => "last_updated",
        _ => null,
    };

    /// <summary>An action's number is its own only within its ticket.</summary>
    public static long ActionKey(long ticket, long action) => (ticket * 100_000) + action;

    /// <summary>Looked up by number, since there are far too many to look through for every ticket; some may have been deleted.</summary>
    public static IEnumerable<JsonObject> ActionsOf(JsonWorld world, long ticket)
    {
        const int largestHole = 100;
        var table = world["actions"];
        for (int number = 1, missing = 0; missing < largestHole; number++)
        {
            if (table.Find(ActionKey(ticket, number)) is { } action)
            {
                missing = 0;
                yield return action;
            }
            else
            {
                missing++;
            }
        }
    }

    public JsonObject Create(string kind, JsonObject given)
    {
        if (kind == "actions")
        {
            return AddAction(given);
        }

        var table = World[kind];
        var id = given.Whole("id") is > 0 and var own ? own : table.NextId;
        var row = Defaults(kind).Over(given);
        row["id"] = kind == "priorities" ? row["id"] : JsonValue.Create(id);
        Name(row);
        Touch(kind, row);
        table.Put(id, row);
        return row;
    }

    public JsonObject Change(string kind, long id, JsonObject given, bool touch)
    {
        var row = World[kind].Get(id).Over(given);
        Name(row);
        if (kind == "tickets")
        {
            Close(row, World[kind].Get(id));
        }

        if (touch)
        {
            Touch(kind, row);
        }

        World[kind].Put(id, row);
        return row;
    }

    private JsonObject AddAction(JsonObject given)
    {
        var ticketId = given.Whole("ticket_id");
        var ticket = World["tickets"].Get(ticketId);
        var last = ActionsOf(World, ticketId).Select(a => a.Whole("id")).DefaultIfEmpty(0).Max();
        var now = HaloPsaShapes.Stamp(vendor.Clock.GetUtcNow());
        var row = new JsonObject
        {
            ["ticket_id"] = ticketId,
            ["outcome"] = "Note",
            ["who"] = "API",
            ["note"] = "",
            ["hiddenfromuser"] = true,
            ["datetime"] = now,
            ["last_updated"] = now,
            ["action_systemid"] = 0,
        }.Over(given);
        row["id"] = last + 1;
        World["actions"].Put(ActionKey(ticketId, last + 1), row);
        AddTime(World, row);
        if (given.Whole("new_status") is > 0 and var status)
        {
            Change("tickets", ticketId, new JsonObject { ["status_id"] = status }, vendor.Behaviour.ActionTouchesTicket);
        }
        else if (vendor.Behaviour.ActionTouchesTicket)
        {
            Touch("tickets", ticket);
        }

        return row;
    }

    /// <summary>An action that took time is an event of its agent's timesheet.</summary>
    public static void AddTime(JsonWorld world, JsonObject action)
    {
        var hours = Number(action["timetaken"]);
        if (hours <= 0)
        {
            return;
        }

        var table = world["timesheetevents"];
        var ended = DateTimeOffset.Parse(action.Text("datetime")!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        table.Put(table.NextId, new JsonObject
        {
            ["id"] = table.NextId, ["event_type"] = 0, ["subject"] = action.Text("outcome"), ["start_date"] = HaloPsaShapes.Stamp(ended.AddHours(-hours)), ["end_date"] = HaloPsaShapes.Stamp(ended),
            ["timetaken"] = hours, ["agent_id"] = action.Whole("who_agentid"), ["ticket_id"] = action.Whole("ticket_id"), ["action_number"] = action.Whole("id"), ["note"] = action.Text("note"),
            ["charge_rate"] = action.Whole("chargerate"), ["charge_type_name"] = action.Whole("chargerate") == 0 ? "No Charge" : "Remote Support", ["holiday_id"] = 0, ["break_type"] = 0,
        });
    }

    private JsonObject Defaults(string kind)
    {
        var now = HaloPsaShapes.Stamp(vendor.Clock.GetUtcNow());
        return kind switch
        {
            "tickets" => new JsonObject
            {
                ["summary"] = "", ["details"] = "", ["dateoccurred"] = now, ["dateclosed"] = HaloPsaShapes.Never, ["fixbydate"] = HaloPsaShapes.Never,
                ["status_id"] = 1, ["tickettype_id"] = 1, ["client_id"] = 1, ["agent_id"] = 1, ["priority_id"] = 3, ["team"] = "1st Line Support", ["inactive"] = false,
            },
            "clients" or "users" or "sites" or "assets" => new JsonObject { ["name"] = "New", ["inactive"] = false, ["client_id"] = 2 },
            _ => [],
        };
    }

    /// <summary>A closed ticket has the time of its closing; one that is opened again has “never” for it.</summary>
    private void Close(JsonObject row, JsonObject before)
    {
        var (closed, was) = (HaloPsaSeed.ClosedStatuses.Contains(row.Whole("status_id")), HaloPsaSeed.ClosedStatuses.Contains(before.Whole("status_id")));
        if (closed != was)
        {
            row["dateclosed"] = closed ? HaloPsaShapes.Stamp(vendor.Clock.GetUtcNow()) : HaloPsaShapes.Never;
            row["hasbeenclosed"] = closed || before.Flag("hasbeenclosed");
        }
    }

    private void Name(JsonObject row)
    {
        foreach (var (id, name, kind) in References)
        {
            if (row.ContainsKey(id) && World[kind].Find((long)Number(row[id])) is { } named)
            {
                row[name] = named.Text("name");
            }
        }
    }

    private void Touch(string kind, JsonObject row)
    {
        if (ChangeTime(kind) is { } property)
        {
            row[property] = HaloPsaShapes.Stamp(vendor.Clock.GetUtcNow());
        }
    }

    /// <summary>Some ids are written as 174.0.</summary>
    public static double Number(JsonNode? value) => value is JsonValue v && double.TryParse(v.ToJsonString(), CultureInfo.InvariantCulture, out var number) ? number : 0;
}
