using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.HaloPsa;

/// <summary>Tickets over several years: old ones closed, new ones open, some merged, some without a user or an agent, each with what was done on it.</summary>
internal sealed class HaloPsaTicketSeed(JsonWorld world, Dice dice, DateTimeOffset origin)
{
    private const double Days = 1900;

    private readonly Texts texts = new(dice);
    private readonly JsonObject[] types = [.. world.Table("tickettypes").Rows];
    private readonly JsonObject[] clients = [.. world.Table("clients").Rows.Skip(1)];
    private readonly JsonObject[] agents = [.. world.Table("agents").Rows.Skip(2).Where(a => !a.Flag("isdisabled"))];
    private readonly JsonObject[] open = [.. world.Table("statuses").Rows.Where(s => !HaloPsaSeed.ClosedStatuses.Contains(s.Whole("id")))];
    private readonly JsonObject[] categories = [.. world.Table("categories").Rows.Where(c => c.Whole("type_id") == 1)];
    private readonly Dictionary<long, JsonObject[]> users = world.Table("users").Rows.GroupBy(u => u.Whole("client_id")).ToDictionary(g => g.Key, g => g.ToArray());
    private long previous;

    public void Add(int count)
    {
        world.Table("tickets");
        world.Table("actions");
        world.Table("timesheetevents");
        AddHoliday();
        long id = 2_000;
        for (var i = 0; i < count; i++)
        {
            id += dice.Between(1, 3);
            AddTicket(id, Days * Math.Pow(1 - (i / (double)count), 2.5));
        }
    }

    private void AddTicket(long id, double age)
    {
        var client = dice.Chance(3) ? world.Table("clients").Get(1) : dice.Skewed(clients);
        var people = users.GetValueOrDefault(client.Whole("id")) ?? [];
        var user = people.Length > 0 && dice.Chance(88) ? dice.Of(people) : null;
        var type = dice.Skewed(types);
        var opened = origin.AddDays(-age);
        var closed = dice.Chance(age > 60 ? 98 : age > 3 ? 55 : 12) ? origin.AddDays(-age + Math.Min(age * dice.Part() * 0.3, 90)) : (DateTimeOffset?)null;
        var updated = closed is { } at ? at.AddMinutes(dice.Below(30)) : origin.AddDays(-Math.Min(age, 50) * dice.Part());
        updated = updated > origin ? origin : updated < opened ? opened : updated;
        var status = closed is null ? dice.Skewed(open) : world.Table("statuses").Get(dice.Chance(93) ? 9 : 21);
        var merged = closed is not null && previous > 0 && dice.Chance(2) ? previous : 0;
        var row = new JsonObject
        {
            ["id"] = id, ["guid"] = HaloPsaSeed.Guid(dice), ["summary"] = Texts.Summary(dice, (int)id, client.Text("name")!, user?.Text("name") ?? "reception"), ["details"] = texts.Note(dice),
            ["dateoccurred"] = HaloPsaShapes.Stamp(opened, id), ["last_update"] = HaloPsaShapes.Stamp(updated, id + 5), ["dateclosed"] = closed is { } done ? HaloPsaShapes.Stamp(done, id + 2) : HaloPsaShapes.Never,
            ["fixbydate"] = dice.Chance(70) ? HaloPsaShapes.Stamp(opened.AddDays(3)) : HaloPsaShapes.Never, ["deadlinedate"] = dice.Chance(10) ? HaloPsaShapes.Stamp(opened.AddDays(9)) : HaloPsaShapes.Never,
            ["lastactiondate"] = HaloPsaShapes.Stamp(updated), ["hasbeenclosed"] = closed is not null, ["status_id"] = status.Whole("id"), ["status_name"] = status.Text("name"),
            ["tickettype_id"] = type.Whole("id"), ["tickettype_name"] = type.Text("name"), ["client_id"] = client.Whole("id"), ["client_name"] = client.Text("name"),
            ["site_id"] = client.Whole("id") + 1000, ["site_name"] = "Main", ["sla_id"] = dice.Between(1, 2), ["priority_id"] = dice.Between(1, 4),
            ["team"] = dice.Chance(90) ? dice.Of(Teams) : "", ["estimate"] = 0.0, ["impact"] = dice.Between(1, 3), ["urgency"] = dice.Between(1, 3), ["onhold"] = status.Whole("id") == 28,
            ["source"] = dice.Between(0, 4), ["inactive"] = false, ["flagged"] = false, ["read"] = true, ["merged_into_id"] = merged, ["parent_id"] = dice.Chance(2) && previous > 0 ? previous : 0,
        };
        Add(row, user, dice.Chance(75) ? dice.Of(agents) : world.Table("agents").Get(1));
        world.Table("tickets").Put(id, row);
        AddActions(id, opened, updated, closed is not null);
        previous = id;
    }

    private static readonly string[] Teams = ["1st Line Support", "2nd Line Support", "Projects", "Señor Cloud Team"];

    private void Add(JsonObject row, JsonObject? user, JsonObject agent)
    {
        row["agent_id"] = agent.Whole("id");
        row["agent_name"] = agent.Text("name");
        if (user is not null)
        {
            row["user_id"] = user.Whole("id");
            row["user_name"] = user.Text("name");
            row["user_email"] = user.Text("emailaddress");
            row["reportedby"] = user.Text("name");
        }

        if (dice.Chance(80))
        {
            var category = dice.Of(categories);
            row["category_1"] = category.Text("value");
            row["categoryid_1"] = category.Whole("id");
        }
    }

    private void AddActions(long ticket, DateTimeOffset opened, DateTimeOffset updated, bool closed)
    {
        var count = dice.Chance(3) ? dice.Between(60, 130) : dice.Between(0, 7);
        for (var n = 1; n <= count; n++)
        {
            var at = HaloPsaShapes.Stamp(opened + ((updated - opened) * (n / (double)count)), n);
            var (system, last) = (dice.Chance(20), closed && n == count);
            var fromUser = !system && dice.Chance(30);
            var agent = dice.Of(agents);
            var action = new JsonObject
            {
                ["ticket_id"] = ticket, ["id"] = n, ["outcome"] = system ? "Status changed" : last ? "Closed" : fromUser ? "Email Received" : "Private Note", ["outcome_id"] = system ? 0 : last ? 9 : 7,
                ["datetime"] = at, ["last_updated"] = at, ["actiondatecreated"] = at, ["who"] = fromUser ? "Client user" : agent.Text("name"), ["who_type"] = fromUser ? 0 : 1,
                ["who_agentid"] = fromUser ? 0 : agent.Whole("id"), ["actionby_user_id"] = fromUser ? 5 : 0, ["actionby_agent_id"] = fromUser ? 0 : agent.Whole("id"),
                ["note"] = system ? "Status changed from New to In Progress" : dice.Chance(5) ? "" : texts.Note(dice), ["hiddenfromuser"] = !fromUser && !last, ["important"] = false,
                ["timetaken"] = !system && !fromUser && dice.Chance(40) ? dice.Between(1, 16) / 4.0 : 0.0, ["actisbillable"] = dice.Chance(70), ["chargerate"] = dice.Between(0, 2),
                ["new_status"] = last ? 9 : 0, ["action_systemid"] = system ? 3 : 0,
            };
            world.Table("actions").Put(HaloPsaTable.ActionKey(ticket, n), action);
            HaloPsaTable.AddTime(world, action);
        }
    }

    /// <summary>Timesheets hold more than work.</summary>
    private void AddHoliday() => world.Table("timesheetevents").Put(1, new JsonObject
    {
        ["id"] = 1, ["event_type"] = 2, ["subject"] = "Holiday", ["start_date"] = HaloPsaShapes.Stamp(origin.AddDays(-20)), ["end_date"] = HaloPsaShapes.Stamp(origin.AddDays(-19)), ["timetaken"] = 8.0,
        ["agent_id"] = 4, ["holiday_id"] = 12, ["ticket_id"] = 0, ["break_type"] = 0,
    });
}
