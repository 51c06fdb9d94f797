using MSPortal.Simulators.ConnectWise.Model;

namespace MSPortal.Simulators.ConnectWise.Data;

/// <summary>Time that was spent: on service tickets, on project tickets, and now and then on nothing that has a ticket.</summary>
internal static class TimeData
{
    private static readonly string[] Billing = ["Billable", "Billable", "Billable", "DoNotBill", "NoCharge"];
    private static readonly string[] WorkTypes = ["Remote", "On-site", "Travel"];

    public static void Add(Seeding seeding)
    {
        foreach (var kind in new[] { Kind.Tickets, Kind.ProjectTickets })
        {
            foreach (var ticket in seeding.Rows[kind].ToList())
            {
                for (var entries = seeding.Dice.Chance(30) ? seeding.Dice.Between(1, 3) : 0; entries > 0; entries--)
                {
                    AddEntry(seeding, ticket, kind);
                }
            }
        }

        for (var i = 0; i < 5; i++)
        {
            AddEntry(seeding, null, null);
        }
    }

    private static void AddEntry(Seeding seeding, Node? ticket, Kind? kind)
    {
        var dice = seeding.Dice;
        var id = seeding.Rows[Kind.TimeEntries].Count + 1;
        var member = dice.Of(seeding.Rows[Kind.Members].Where(m => m.Text("licenseClass") == "F").ToList());
        var start = ticket is null ? seeding.Ago(dice.Between(1, 300)) : DateTimeOffset.Parse(ticket.Child("_info")!.Text("dateEntered")!, System.Globalization.CultureInfo.InvariantCulture);
        var hours = dice.Between(1, 20) / 4m;
        var work = dice.Below(WorkTypes.Length);
        var toClient = dice.Chance(40);
        seeding.Add(Kind.TimeEntries, ("id", id), ("company", ticket?["company"]), ("chargeToId", ticket?["id"] ?? (long)7),
            ("chargeToType", kind switch { Kind.Tickets => "ServiceTicket", Kind.ProjectTickets => "ProjectTicket", _ => "ChargeCode" }),
            ("member", seeding.Ref(Kind.Members, member)), ("workType", Seeding.Plain(work + 1, WorkTypes[work])),
            ("timeStart", Store.Stamp(start)), ("timeEnd", dice.Chance(90) ? Store.Stamp(start.AddHours((double)hours)) : Node.Absent), ("actualHours", hours),
            ("billableOption", dice.Of(Billing)), ("notes", dice.Chance(80) ? "Größeres Update, reboot 👍" : ""), ("internalNotes", dice.Chance(20) ? "Safe code 4711" : Node.Absent),
            ("addToDetailDescriptionFlag", toClient), ("addToInternalAnalysisFlag", !toClient), ("addToResolutionFlag", false), ("enteredBy", member.Text("identifier")),
            ("dateEntered", Store.Stamp(start)), ("status", "Open"), ("ticket", ticket is null ? Node.Absent : seeding.Ref(Kind.Tickets, ticket)), seeding.Info(start, start.AddHours(1), member.Text("identifier")!));
    }
}
