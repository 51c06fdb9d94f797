using System.Globalization;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Bench.Speed;

/// <summary>Five years of an MSP's tickets from one seed: some four in a hundred open, a few companies with many tickets, some not imported, some blocked.</summary>
internal sealed class MadeUpTickets
{
    private const int Companies = 500;
    private const int Boards = 8;
    private const int Years = 5;

    private static readonly string[] BoardNames = ["Help Desk", "Projects", "Alerts", "Onboarding", "Security", "Network", "Cloud", "Field Service"];
    private static readonly string[] Open = ["New", "Assigned", "In Progress", "Scheduled", "Waiting Client", "Waiting Vendor", "Waiting Parts", "Re-Opened"];
    private static readonly string[] Closed = ["Closed", "Resolved", "Closed Silently"];
    private static readonly string[] Verbs = ["Cannot open", "Problem with", "Error in", "Request for", "Slow", "Install", "Replace", "Reset", "Question about", "Outage of", "Renew", "Move"];
    private static readonly string[] First = ["Ann", "Bob", "Carla", "Dan", "Eva", "Finn", "Gina", "Hugo", "Iris", "Jan", "Kim", "Leo", "Mia", "Nils", "Olga", "Paul", "Quentin", "Rosa", "Sam", "Tina"];
    private static readonly string[] Parts = ["ba", "cor", "del", "fen", "gri", "hol", "ka", "lin", "mar", "nov", "os", "pel", "qui", "run", "sal", "ter", "ul", "ven", "wim", "zan"];

    private readonly int count;
    private readonly Random dice = new(4711);
    private readonly string[] things;
    private readonly string[] people;
    private readonly string[] owners;
    private readonly string[] companies;

    public MadeUpTickets(int count, DateTimeOffset now)
    {
        (this.count, Now) = (count, now);
        things = ["printer", "Outlook", "VPN", "backup", "server", "laptop", "Teams", "mailbox", "firewall", "license", "monitor", "password", .. Enumerable.Range(0, 300).Select(_ => Word())];
        people = [.. Enumerable.Range(0, 4_000).Select(_ => Name())];
        owners = [.. Enumerable.Range(0, 60).Select(_ => Name()).Distinct()];
        companies = [.. Enumerable.Range(0, Companies).Select(i => $"{Capital(Word())} {Capital(Word())} {(i % 3 == 0 ? "GmbH" : "Inc.")}")];
    }

    public DateTimeOffset Now { get; }

    /// <summary>Two open statuses of each board are in no stage.</summary>
    public TicketScope Scope { get; } = new()
    {
        Containers = null,
        HistoryMonths = null,
        Stages = (
            from board in Enumerable.Range(0, Boards)
            from status in Enumerable.Range(0, Open.Length + Closed.Length)
            where status is not (6 or 7)
            select (Id: StatusId(board, status), Stage: status >= Open.Length ? TicketStage.Resolved : (TicketStage)Math.Min(status, 3)))
            .ToDictionary(s => s.Id, s => s.Stage),
    };

    /// <summary>All companies but forty are linked; ten of the linked ones are blocked.</summary>
    public void Link(PortalContext db, long tenant, long integration)
    {
        for (var i = 40; i < Companies; i++)
        {
            var company = new Company { Id = Guid.NewGuid(), TenantId = tenant, Name = companies[i], NormalizedName = CompanyName.Normalize(companies[i]), CreatedAt = Now };
            db.Companies.Add(company);
            db.CompanyLinks.Add(new CompanyLink { TenantId = tenant, CompanyId = company.Id, IntegrationId = integration, ExternalId = CompanyId(i), LinkedBy = "bench", LinkedAt = Now });
            if (i < 50)
            {
                db.BlockedCompanies.Add(new BlockedCompany { TenantId = tenant, IntegrationId = integration, ExternalId = CompanyId(i), Name = companies[i], BlockedBy = "bench", BlockedAt = Now });
            }
        }
    }

    public StoredRow Ticket(int i)
    {
        var id = (10_000 + (i * 2)).ToString(CultureInfo.InvariantCulture);
        var age = TimeSpan.FromDays(365.0 * Years * (count - i) / count);
        var isOpen = dice.NextDouble() < (age.TotalDays < 30 ? 0.6 : age.TotalDays < 90 ? 0.2 : 0.025);
        var opened = Now - age;
        var updated = isOpen ? Now - (Math.Min(age.TotalDays, 90) * dice.NextDouble() * TimeSpan.FromDays(1)) : opened + (age * Math.Min(1, -Math.Log(1 - dice.NextDouble()) * 0.02));
        var board = Skewed(Boards);
        var status = isOpen ? Skewed(Open.Length) : Open.Length + Skewed(Closed.Length);
        var company = dice.Next(50) == 0 ? -1 : Skewed(Companies);
        var owner = dice.Next(5) == 0 ? -1 : dice.Next(owners.Length);
        var level = dice.Next(33) == 0 ? -1 : Skewed(4);
        var contact = people[dice.Next(people.Length)];
        return StoredRow.Of(new Ticket
        {
            ExternalId = id,
            Number = id,
            Summary = $"{Verbs[dice.Next(Verbs.Length)]} {things[dice.Next(things.Length)]} {things[dice.Next(things.Length)]} for {contact}",
            ContainerId = $"{board + 1}",
            ContainerName = BoardNames[board],
            StatusId = StatusId(board, status),
            StatusName = status < Open.Length ? Open[status] : Closed[status - Open.Length],
            IsClosed = !isOpen,
            Priority = level < 0 ? null : (PriorityLevel)(4 - level),
            PriorityName = level < 0 ? null : $"Priority {level + 1}",
            CompanyId = company < 0 ? null : CompanyId(company),
            CompanyName = company < 0 ? null : companies[company],
            ContactName = contact,
            OwnerId = owner < 0 ? null : $"{owner + 1}",
            OwnerName = owner < 0 ? null : owners[owner],
            CreatedAt = opened,
            VendorUpdatedAt = updated,
            ClosedAt = isOpen ? null : updated,
            Url = $"https://psa.example.com/v4_6_release/services/system_io/router/openrecord.rails?recordType=ServiceFv&recid={id}",
            Extra = new SortedDictionary<string, string?>(StringComparer.Ordinal) { ["custom: description"] = string.Join(' ', Enumerable.Repeat(contact, 60)) },
        });
    }

    private static string StatusId(int board, int status) => $"{((board + 1) * 100) + status}";

    private static string CompanyId(int i) => $"{i + 1}";

    /// <summary>The last ones are the most frequent.</summary>
    private int Skewed(int of) => (int)(of * Math.Sqrt(dice.NextDouble()));

    private string Name() => $"{First[dice.Next(First.Length)]} {Capital(Word())}";

    private string Word() => string.Concat(Enumerable.Range(0, dice.Next(2, 5)).Select(_ => Parts[dice.Next(Parts.Length)]));

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];
}
