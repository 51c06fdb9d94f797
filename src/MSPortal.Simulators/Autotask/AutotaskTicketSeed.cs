using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Autotask;

/// <summary>Tickets of four years with their notes and hours of work.</summary>
internal sealed class AutotaskTicketSeed(JsonWorld world, Dice dice, DateTimeOffset origin)
{
    private static readonly int[] OpenStatuses = [1, 7, 8, 9, 10, 11, 12, 13, 19];

    private readonly Texts texts = new(dice);
    private readonly IReadOnlyList<JsonObject> companies = [.. world["companies"].Rows.Skip(1), world["companies"].Rows[0]];
    private readonly ILookup<long, JsonObject> contacts = world["contacts"].Rows.ToLookup(c => c.Whole("companyID"));
    private readonly IReadOnlyList<JsonObject> staff = [.. world["resources"].Rows.Where(r => r.Whole("licenseType") != 7)];
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
    private long note = 30_777_000;
    private long time = 400_000;

    public void Add(int count)
    {
        var id = 100_000L;
        for (var i = 0; i < count; i++)
        {
            // Ids grow with time, as they do at the vendor.
            var created = origin.AddDays(-1460.0 * (count - i) / count).AddSeconds(-dice.Below(7200));
            Ticket(id += dice.Between(1, 3), i, new(created.UtcTicks - (created.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero));
        }
    }

    private void Ticket(long id, int index, DateTimeOffset created)
    {
        var company = dice.Skewed(companies);
        var people = contacts[company.Whole("id")].ToList();
        var contact = people.Count > 0 && dice.Chance(85) ? dice.Of(people) : null;
        var age = (origin - created).TotalDays;
        var open = dice.Chance(age < 30 ? 55 : age < 200 ? 8 : 2);
        var done = open ? (DateTimeOffset?)null : Earlier(created.AddHours(dice.Between(1, 400)));
        var touched = Earlier((done ?? created).AddHours(dice.Below(48)));
        var recurring = dice.Chance(6);
        var owner = dice.Chance(80) ? dice.Of(staff) : null;
        var issue = dice.Between(10, 14);
        var name = $"{contact?.Text("firstName")} {contact?.Text("lastName")}".Trim();
        Put("tickets", new()
        {
            ["id"] = id, ["ticketNumber"] = Number(created, recurring), ["title"] = Texts.Summary(dice, index, company.Text("companyName")!, name), ["description"] = dice.Chance(85) ? texts.Note(dice) : null,
            ["companyID"] = company.Whole("id"), ["contactID"] = contact?.Whole("id"), ["status"] = open ? dice.Of(OpenStatuses) : 5, ["priority"] = dice.Between(1, 4),
            ["queueID"] = owner is not null && dice.Chance(6) ? null : recurring ? 29_683_378 : dice.Of([5, 6, 8, 29_682_833, 29_682_833, 29_682_969, 29_683_354, 29_683_400]),
            ["ticketType"] = dice.Between(1, 5), ["issueType"] = issue, ["subIssueType"] = dice.Chance(70) ? 100 + ((issue - 10) * 3) + dice.Below(3) : null, ["ticketCategory"] = dice.Of([3, 3, 3, 1, 2, 4]),
            ["source"] = dice.Of([-2, -1, 2, 4, 8, 11]), ["assignedResourceID"] = owner?.Whole("id"), ["assignedResourceRoleID"] = owner is null ? null : 29_682_834, ["createDate"] = Stamp(created),
            ["creatorResourceID"] = dice.Of(staff).Whole("id"), ["creatorType"] = 1, ["dueDateTime"] = Stamp(created.AddDays(3)), ["completedDate"] = done is { } at ? Stamp(at) : null,
            ["completedByResourceID"] = done is null ? null : owner?.Whole("id"), ["resolvedDateTime"] = done is { } solved ? Stamp(solved) : null, ["resolution"] = done is not null && dice.Chance(30) ? texts.Note(dice) : null,
            ["estimatedHours"] = dice.Chance(20) ? 1.5 : null, ["externalID"] = dice.Chance(10) ? "EXT-" + id.ToString(CultureInfo.InvariantCulture) : null,
            ["lastActivityDate"] = Stamp(touched.AddMilliseconds(dice.Chance(20) ? 33 : 0)), ["lastActivityPersonType"] = 1, ["lastTrackedModificationDateTime"] = Stamp(touched),
            ["lastCustomerVisibleActivityDateTime"] = Stamp(created), ["serviceLevelAgreementHasBeenMet"] = done is null ? null : dice.Chance(90), ["rmmAlertID"] = dice.Chance(5) ? "a-" + id.ToString(CultureInfo.InvariantCulture) : null,
            ["userDefinedFields"] = dice.Chance(30) ? new JsonArray(new JsonObject { ["name"] = "Customer reference", ["value"] = "REF-" + id.ToString(CultureInfo.InvariantCulture) }) : null,
        });
        Notes(id, created, touched, contact);
        for (var n = dice.Chance(40) ? dice.Between(1, 3) : 0; n > 0; n--)
        {
            Hour(id, created.AddHours(n), touched);
        }
    }

    private void Notes(long ticket, DateTimeOffset created, DateTimeOffset touched, JsonObject? contact)
    {
        var count = dice.Chance(50) ? 1 : dice.Below(6);
        for (var i = 0; i < count; i++)
        {
            var at = Stamp(created + ((touched - created) * (i + 1) / (count + 1)));
            var byContact = contact is not null && dice.Chance(30);
            Put("ticketNotes", new()
            {
                ["id"] = note += dice.Between(1, 3), ["ticketID"] = ticket, ["title"] = dice.Chance(50) ? "Note" : "E-mail", ["description"] = texts.Note(dice), ["noteType"] = dice.Of([1, 2, 3, 13]),
                ["publish"] = byContact ? 1 : dice.Of([1, 1, 2, 4]), ["creatorResourceID"] = byContact ? null : dice.Of(staff).Whole("id"), ["createdByContactID"] = byContact ? contact!.Whole("id") : null,
                ["createDateTime"] = at, ["lastActivityDate"] = at,
            });
        }
    }

    private void Hour(long ticket, DateTimeOffset at, DateTimeOffset touched)
    {
        at = Earlier(at);
        Put("timeEntries", new()
        {
            ["id"] = time += dice.Between(1, 3), ["ticketID"] = ticket, ["resourceID"] = dice.Of(staff).Whole("id"), ["roleID"] = 29_682_834, ["dateWorked"] = Stamp(at)[..10] + "T00:00:00Z", ["startDateTime"] = Stamp(at),
            ["endDateTime"] = Stamp(at.AddMinutes(45)), ["hoursWorked"] = 0.75, ["hoursToBill"] = 0.75, ["offsetHours"] = 0.0, ["summaryNotes"] = texts.Note(dice), ["internalNotes"] = dice.Chance(30) ? texts.Note(dice) : null,
            ["isNonBillable"] = dice.Chance(20), ["showOnInvoice"] = true, ["timeEntryType"] = 2, ["billingCodeID"] = 29_682_804, ["createDateTime"] = Stamp(at), ["lastModifiedDateTime"] = Stamp(touched < at ? at : touched),
        });
    }

    /// <summary>Instances of a recurring ticket carry their number behind the one of the series.</summary>
    private string Number(DateTimeOffset created, bool recurring)
    {
        var day = "T" + created.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        var number = numbers[day] = numbers.GetValueOrDefault(day) + 1;
        return $"{day}.{number.ToString("0000", CultureInfo.InvariantCulture)}{(recurring ? "." + dice.Between(1, 52).ToString("000", CultureInfo.InvariantCulture) : "")}";
    }

    private DateTimeOffset Earlier(DateTimeOffset time) => time < origin ? time : origin.AddMinutes(-dice.Between(1, 600));

    private void Put(string kind, JsonObject row)
    {
        foreach (var empty in row.Where(p => p.Value is null).Select(p => p.Key).ToList())
        {
            row.Remove(empty);
        }

        world.Table(kind).Put(row.Whole("id"), row);
    }

    private static string Stamp(DateTimeOffset time) => AutotaskEdits.Stamp(time);
}
