using MSPortal.Simulators.Common;
using MSPortal.Simulators.ConnectWise.Model;

namespace MSPortal.Simulators.ConnectWise.Data;

/// <summary>Tickets over several years: old ones closed, new ones open, some merged, some without a site, a contact or an owner.</summary>
internal sealed class TicketData
{
    private const double Days = 1900;

    private readonly Seeding seeding;
    private readonly Texts texts;
    private readonly NoteData notes;
    private readonly BoardPool[] pools;
    private readonly BoardPool[] projects;
    private readonly Node[] companies;
    private readonly Dictionary<int, Node[]> contacts;
    private readonly Dictionary<int, Node[]> devices;
    private readonly Node[] members;
    private readonly List<Node> recent = [];

    public TicketData(Seeding seeding)
    {
        this.seeding = seeding;
        texts = new(seeding.Dice);
        notes = new(seeding, texts);
        BoardPool[] all = [.. seeding.Rows[Kind.Boards].Select(b => new BoardPool(seeding, b))];
        pools = [.. all.Where(p => !p.IsProject)];
        projects = [.. all.Where(p => p.IsProject)];
        companies = [.. seeding.Rows[Kind.Companies]];
        contacts = ByCompany(Kind.Contacts);
        devices = ByCompany(Kind.Configurations);
        members = [.. seeding.Rows[Kind.Members].Where(m => m.Text("licenseClass") == "F")];
    }

    public void Add(int count)
    {
        var id = 10_000;
        for (var i = 0; i < count; i++)
        {
            id += seeding.Dice.Between(1, 3);
            var age = Days * Math.Pow(1 - (i / (double)count), 2.5);
            var ticket = AddTicket(id, age);
            if (i % 25 == 24)
            {
                AddProjectTicket(++id, age);
            }

            Link(ticket);
        }
    }

    private Dictionary<int, Node[]> ByCompany(Kind kind) => seeding.Rows[kind].Where(r => r.RefId("company") > 0)
        .GroupBy(r => r.RefId("company")).ToDictionary(g => g.Key, g => g.ToArray());

    private Node AddTicket(int id, double age)
    {
        var dice = seeding.Dice;
        var draw = Choose(id, age, dice.Skewed(pools), dice.Skewed(companies));
        var merged = draw.Closed is not null && recent.Count > 0 && dice.Chance(2) ? dice.Of(recent) : null;
        var entered = Store.Stamp(draw.Entered);
        var ticket = seeding.Add(Kind.Tickets, ("id", id), ("summary", draw.Summary), ("recordType", "ServiceTicket"), ("board", draw.Pool.Board), ("status", draw.Status),
            ("company", draw.Company), ("site", draw.Site), ("siteName", draw.Site is null ? "" : "Main"), ("addressLine1", draw.Address), ("city", draw.City),
            ("contact", draw.Contact), ("contactName", draw.Contact?.Text("name")), ("contactEmailAddress", draw.Mail),
            ("type", draw.Type), ("subType", draw.SubType), ("item", dice.Chance(60) ? dice.Of(draw.Pool.Items) : null),
            ("team", dice.Chance(85) ? dice.Of(draw.Pool.Teams) : null), ("owner", draw.Owner), ("priority", draw.Priority),
            ("serviceLocation", Seeding.Plain(1, "On-Site")), ("source", draw.Source), ("requiredDate", draw.Required), ("budgetHours", 0m), ("agreement", null),
            ("severity", dice.Of(Levels)), ("impact", dice.Of(Levels)), ("externalXRef", dice.Chance(5) ? "RMM-" + seeding.Digits(6) : Node.Absent),
            ("allowAllClientsPortalView", false), ("customerUpdatedFlag", dice.Chance(12)), ("automaticEmailContactFlag", dice.Chance(50)),
            ("automaticEmailResourceFlag", false), ("automaticEmailCcFlag", false), ("closedDate", (object?)draw.Closed ?? Node.Absent), ("closedBy", draw.Closed is null ? Node.Absent : draw.By),
            ("closedFlag", draw.Closed is not null), ("actualHours", draw.Closed is null ? Node.Absent : dice.Below(40) / 4m), ("approved", true),
            ("dateResolved", (object?)draw.Closed ?? Node.Absent), ("dateResponded", dice.Chance(60) ? entered : Node.Absent), ("isInSla", dice.Chance(70)),
            ("resources", draw.Owner is null ? Node.Absent : draw.Resources), ("parentTicketId", Node.Absent), ("hasChildTicket", false), ("hasMergedChildTicketFlag", false),
            ("billTime", "Billable"), ("billExpenses", "Billable"), ("billProducts", "Billable"), ("location", Office), ("department", Department), ("sla", Sla),
            ("slaStatus", draw.Closed is null ? "Respond by Mon 24/11 9:00 AM UTC-05" : "Resolved"),
            ("mergedParentTicket", merged is null ? Node.Absent : seeding.Ref(Kind.Tickets, merged)), ("integratorTags", NoTags), Info(draw), ("customFields", NoTags));
        if (merged is not null)
        {
            MarkMerged(merged);
        }

        Remember(ticket);
        notes.Add(Kind.Notes, ticket, draw);
        return ticket;
    }

    private void AddProjectTicket(int id, double age)
    {
        var dice = seeding.Dice;
        var draw = Choose(id, age, dice.Of(projects), dice.Skewed(companies));
        var project = Seeding.Plain(1 + dice.Below(40), "Server Migration " + draw.Company.Text("name"));
        var ticket = seeding.Add(Kind.ProjectTickets, ("id", id), ("summary", draw.Summary), ("isIssueFlag", dice.Chance(5)), ("board", draw.Pool.Board), ("status", draw.Status),
            ("company", draw.Company), ("site", draw.Site), ("siteName", draw.Site is null ? "" : "Main"), ("project", project), ("phase", Seeding.Plain(1, "Phase 1")), ("wbsCode", "1.1"),
            ("contact", draw.Contact), ("contactName", draw.Contact?.Text("name")), ("type", draw.Type), ("owner", draw.Owner), ("priority", draw.Priority), ("source", draw.Source),
            ("budgetHours", 8m), ("customerUpdatedFlag", false), ("closedDate", (object?)draw.Closed ?? Node.Absent), ("closedFlag", draw.Closed is not null),
            ("actualHours", 0m), ("approved", true), ("billTime", "Billable"), ("location", Office), ("department", Department), Info(draw), ("customFields", NoTags));
        notes.Add(Kind.ProjectNotes, ticket, draw);
    }

    private static (string Name, object? Value) Info(TicketDraw draw)
    {
        var info = Node.Of(Shapes.Info, ("lastUpdated", Store.Stamp(draw.Updated)), ("updatedBy", draw.By), ("dateEntered", Store.Stamp(draw.Entered)), ("enteredBy", draw.EnteredBy));
        return ("_info", info.With("notes_href", Notes).With("configurations_href", Configurations));
    }

    private TicketDraw Choose(int id, double age, BoardPool pool, Node company)
    {
        var dice = seeding.Dice;
        var entered = seeding.Ago(age);
        var closedAfter = age * dice.Part() * 0.3;
        var closed = dice.Chance(age > 60 ? 98 : age > 3 ? 55 : 12) ? seeding.Ago(age - Math.Min(closedAfter, 90)) : (DateTimeOffset?)null;
        var updated = closed is { } at ? Later(at, dice) : seeding.Ago(Math.Min(age, 50) * dice.Part());
        var people = contacts.GetValueOrDefault(company.Id) ?? [];
        var contact = people.Length > 0 && dice.Chance(88) ? dice.Of(people) : null;
        var owner = dice.Chance(75) ? dice.Of(members) : null;
        var status = closed is null ? dice.Skewed(pool.Open) : dice.Of(pool.Closed);
        var person = contact is null ? "reception" : References.FullName(contact);
        return new(pool, seeding.Ref(Kind.Companies, company), company.Text("addressLine1"), company.Text("city"), status, entered, updated < entered ? entered : updated, closed is null ? null : Store.Stamp(closed.Value))
        {
            Summary = Texts.Summary(seeding.Dice, id, company.Text("name")!, person),
            Site = dice.Chance(88) ? company.Child("site") : null,
            Contact = contact is null ? null : seeding.Ref(Kind.Contacts, contact),
            Mail = Mail(contact),
            Owner = owner is null ? null : seeding.Ref(Kind.Members, owner),
            Resources = owner?.Text("identifier") + (dice.Chance(20) ? ", " + dice.Of(members).Text("identifier") : ""),
            Type = dice.Chance(90) ? dice.Of(pool.Types) : null,
            SubType = dice.Chance(75) ? dice.Of(pool.Subtypes) : null,
            Priority = seeding.Ref(Kind.Priorities, dice.Skewed(seeding.Rows[Kind.Priorities])),
            Source = dice.Chance(95) ? seeding.Ref(Kind.Sources, dice.Of(seeding.Rows[Kind.Sources])) : null,
            Required = dice.Chance(30) ? Store.Stamp(entered.AddDays(5)) : Node.Absent,
            By = dice.Of(members).Text("identifier")!,
            EnteredBy = dice.Chance(40) ? "zadmin" : dice.Chance(50) ? "Email Connector" : dice.Of(members).Text("identifier")!,
        };
    }

    private DateTimeOffset Later(DateTimeOffset closed, Dice dice)
    {
        var later = closed.AddMinutes(dice.Below(60) == 0 ? dice.Below(40_000) : dice.Below(30));
        return later < seeding.Origin ? later : seeding.Origin;
    }

    private static string? Mail(Node? contact) =>
        (contact?["communicationItems"] as object?[])?.OfType<Node>().FirstOrDefault(c => c.Text("communicationType") == "Email")?.Text("value");

    private void Remember(Node ticket)
    {
        if (recent.Count == 64)
        {
            recent.RemoveAt(0);
        }

        recent.Add(ticket);
    }

    private void MarkMerged(Node parent)
    {
        var rows = seeding.Rows[Kind.Tickets];
        var at = rows.FindLastIndex(r => r.Id == parent.Id);
        rows[at] = rows[at].With("hasMergedChildTicketFlag", true);
    }

    private void Link(Node ticket)
    {
        if (seeding.Dice.Chance(10) && devices.TryGetValue(ticket.RefId("company"), out var own))
        {
            seeding.Add(Kind.TicketConfigurations, ("id", seeding.Rows[Kind.TicketConfigurations].Count + 1), ("ticketId", ticket.Id),
                ("configuration", seeding.Ref(Kind.Configurations, seeding.Dice.Of(own))));
        }
    }

    private static readonly string[] Levels = ["Low", "Medium", "High"];
    private static readonly object?[] NoTags = [];
    private static readonly Node Office = Seeding.Plain(2, "Head Office");
    private static readonly Node Department = Seeding.Plain(10, "Professional Services");
    private static readonly Node Sla = Seeding.Plain(1, "Standard SLA");
    private static readonly Href Notes = new(References.Root + "service/tickets/", "/notes");
    private static readonly Href Configurations = new(References.Root + "service/tickets/", "/configurations");
}

/// <summary>What was drawn for a ticket.</summary>
internal sealed record TicketDraw(
    BoardPool Pool, Node Company, string? Address, string? City, Node Status, DateTimeOffset Entered, DateTimeOffset Updated, string? Closed)
{
    public required string Summary { get; init; }

    public required Node? Site { get; init; }

    public required Node? Contact { get; init; }

    public required string? Mail { get; init; }

    public required Node? Owner { get; init; }

    public required string Resources { get; init; }

    public required Node? Type { get; init; }

    public required Node? SubType { get; init; }

    public required Node Priority { get; init; }

    public required Node? Source { get; init; }

    public required object? Required { get; init; }

    public required string By { get; init; }

    public required string EnteredBy { get; init; }
}
