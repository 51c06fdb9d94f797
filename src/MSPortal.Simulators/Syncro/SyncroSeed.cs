using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Syncro;

/// <summary>An account of any size: few customers make most of the tickets, and everything that is odd in real ones occurs.</summary>
internal sealed class SyncroSeed
{
    private static readonly string[] First = ["Ann", "Bo", "Chloé", "Dmitri", "Eva", "Farid", "Grace", "Håkon", "Ines", "Jörg", "Kim", "Luca", "Mai", "Noor", "Olga", "Pete", "Quinn", "Rosa", "Sven", "Tomás"];
    private static readonly string[] Last = ["Almeida", "Becker", "Chen", "Diaz", "Eriksen", "Fischer", "Gupta", "Hall", "Ivanova", "Jensen", "Kowalczyk", "López", "Müller", "Nguyen", "O'Neill", "Peña", "Rossi", "Şahin", "Tanaka", "Young"];
    private static readonly (string Street, string City, string State, string Zip)[] Places =
    [
        ("8653 Ivan Flat", "Tuanside", "DE", "02293"), ("12 High Street", "Bristol", "", "BS1 2AW"), ("400 N Ashley Dr", "Tampa", "FL", "33602"),
        ("Hauptstraße 5", "Köln", "NW", "50667"), ("1 Queen St W", "Toronto", "ON", "M5H 2N1"), ("77 George St", "Sydney", "NSW", "2000"),
    ];

    private static readonly string[] Statuses = ["New", "In Progress", "Resolved", "Invoiced", "Waiting for Parts", "Waiting on Customer", "Scheduled", "Customer Reply", "Warten auf Rückmeldung"];
    private static readonly string[] Problems = ["Virus", "TuneUp", "Hardware", "Software", "Other"];
    private static readonly string[] Priorities = ["0 Urgent", "1 High", "2 Normal", "3 Low"];
    private static readonly string[] OddPriorities = ["2 Normal", "Normal", "Low", "1 High"];

    private readonly JsonWorld world = new();
    private readonly DateTimeOffset now;
    private readonly int seed;
    private Dice dice;

    private SyncroSeed(int seed, DateTimeOffset now) => (this.seed, this.now, dice) = (seed, now, new Dice(1));

    /// <summary>The same seed, sizes and time give the same world; more tickets leave the customers as they are.</summary>
    public static JsonWorld Create(int seed, int companies, int tickets, DateTimeOffset now)
    {
        var sown = new SyncroSeed(seed, now);
        sown.AddLists();
        sown.AddUsers(Math.Clamp(4 + (companies / 10), 4, 60));
        sown.AddCustomers(Math.Max(1, companies));
        sown.AddTickets(tickets);
        return sown.world;
    }

    private void AddLists()
    {
        world.Table("account").Put(1, new JsonObject { ["id"] = 1, ["zone"] = -8 });
        world.Table("mails");
        world.Table("notices");
        AddNames("statuses", Statuses);
        AddNames("problemTypes", Problems);
        AddNames("priorities", Priorities);
        string[] types = ["Hardware", "Remote Support", "Onboarding"];
        for (var i = 0; i < types.Length; i++)
        {
            world.Table("ticketTypes").Put(i + 1, new JsonObject
            {
                ["id"] = i + 1,
                ["name"] = types[i],
                ["account_id"] = 1,
                ["created_at"] = Ago(1000),
                ["updated_at"] = Ago(1000),
                ["disabled"] = false,
                ["intake_terms"] = null,
                ["skip_intake"] = false,
                ["outtake_terms"] = null,
                ["skip_outtake"] = false,
                ["ticket_fields"] = new JsonArray(),
            });
        }
    }

    private void AddNames(string kind, string[] names)
    {
        for (var i = 0; i < names.Length; i++)
        {
            world.Table(kind).Put(i + 1, new JsonObject { ["id"] = i + 1, ["name"] = names[i] });
        }
    }

    private void AddUsers(int count)
    {
        dice = Fresh(1);
        for (var i = 0; i < count; i++)
        {
            var id = 1 + (i * 3);
            var (first, last) = (First[i % First.Length], Last[(i * 7) % Last.Length]);
            world.Table("users").Put(id, new JsonObject
            {
                ["id"] = id,
                ["email"] = $"{Ascii(first)}.{Ascii(last)}{i}@simmsp.example",
                ["full_name"] = i == 2 ? first : $"{first} {last}",
                ["created_at"] = Ago(900 + i),
                ["updated_at"] = Ago(dice.Between(1, 400)),
                ["group"] = i == 0 ? "Admins" : "Techs",
                ["admin"] = i == 0,
                ["color"] = "55b932",
            });
        }
    }

    private void AddCustomers(int count)
    {
        var (contact, asset) = (3000L, 70000L);
        world.Table("contacts");
        world.Table("assets");
        for (var i = 0; i < count; i++)
        {
            dice = Fresh(100 + i);
            var id = 1 + (i * 2) + (i % 3 == 0 ? 1 : 0);
            var (street, city, state, zip) = dice.Of(Places);
            var person = (First: dice.Of(First), Last: dice.Of(Last));
            var business = i % 12 == 5 ? null : $"{Words.CompanyFirst[(i * 7) % Words.CompanyFirst.Length]} {Words.CompanySecond[(i + (i / 38 * 5)) % Words.CompanySecond.Length]} {dice.Of(Words.Legal)}".TrimEnd();
            world.Table("customers").Put(id, new JsonObject
            {
                ["id"] = id,
                ["firstname"] = person.First,
                ["lastname"] = person.Last,
                ["fullname"] = $"{person.First} {person.Last}",
                ["business_name"] = business,
                ["business_then_name"] = business ?? $"{person.First} {person.Last}",
                ["business_and_full_name"] = business is null ? $"{person.First} {person.Last}" : $"{business} - {person.First} {person.Last}",
                ["email"] = $"office{id}@customer{id}.example",
                ["phone"] = dice.Chance(80) ? $"813{dice.Between(1000000, 9999999)}" : null,
                ["mobile"] = null,
                ["created_at"] = Ago(dice.Between(500, 1800)),
                ["updated_at"] = Ago(dice.Between(1, 480)),
                ["address"] = street,
                ["address_2"] = i % 4 == 1 ? "Suite 200" : null,
                ["city"] = city,
                ["state"] = state,
                ["zip"] = zip,
                ["disabled"] = i % 11 == 7,
                ["notes"] = i % 6 == 2 ? "Alarm code 4711, safe behind the picture" : null,
                ["properties"] = i % 3 == 0 ? new JsonObject { ["SLA Stufe"] = "Größe M", ["WiFi Password"] = "hunter2hunter2" } : new JsonObject(),
            });
            AddContacts(id, ref contact);
            AddAssets(id, ref asset);
        }
    }

    private void AddContacts(long customer, ref long id)
    {
        for (var i = dice.Between(0, 5); i > 0; i--, id += dice.Between(1, 3))
        {
            var (first, last) = (dice.Of(First), dice.Of(Last));
            world.Table("contacts").Put(id, new JsonObject
            {
                ["id"] = id,
                ["name"] = dice.Chance(5) ? first : $"{first} {last}",
                ["email"] = dice.Chance(85) ? $"{Ascii(first)}.{Ascii(last)}@customer{customer}.example" : null,
                ["phone"] = dice.Chance(50) ? $"813{dice.Between(1000000, 9999999)}" : null,
                ["mobile"] = dice.Chance(30) ? $"415{dice.Between(1000000, 9999999)}" : null,
                ["customer_id"] = customer,
                ["created_at"] = Ago(dice.Between(30, 900)),
                ["updated_at"] = Ago(dice.Between(1, 300)),
                ["notes"] = null,
                ["properties"] = dice.Chance(30) ? new JsonObject { ["title"] = dice.Of(Words.Titles) } : new JsonObject(),
            });
        }
    }

    private void AddAssets(long customer, ref long id)
    {
        for (var i = dice.Between(0, 7); i > 0; i--, id += dice.Between(1, 2))
        {
            world.Table("assets").Put(id, new JsonObject
            {
                ["id"] = id,
                ["name"] = string.Format(CultureInfo.InvariantCulture, dice.Of(Words.Hosts), id % 997),
                ["customer_id"] = customer,
                ["contact_id"] = null,
                ["created_at"] = Ago(dice.Between(100, 800)),
                ["updated_at"] = Ago(dice.Between(0, 60)),
                ["properties"] = new JsonObject
                {
                    ["OS"] = dice.Chance(70) ? JsonValue.Create("Windows 11 Pro") : JsonValue.Create(4),
                    ["Manufacturer"] = dice.Of(Words.Makers),
                    ["Model"] = dice.Of(Words.Models),
                    ["Admin Password"] = "Summer2019!",
                    ["kabuto_information"] = new JsonObject { ["general"] = new JsonObject { ["name"] = "agent data" } },
                },
                ["asset_type"] = dice.Chance(80) ? "Syncro Device" : "Printer",
                ["asset_serial"] = dice.Chance(90) ? $"SN{id:D8}" : null,
            });
        }
    }

    private void AddTickets(int count)
    {
        var texts = new Texts(Fresh(2));
        var (customers, users, contacts) = (world["customers"].Rows, world["users"].Rows, world["contacts"].Rows.ToLookup(c => c.Whole("customer_id")));
        var comment = 900_000L;
        world.Table("tickets");
        world.Table("comments");
        world.Table("timers");
        for (var i = 0; i < count; i++)
        {
            dice = Fresh(1_000_000 + i);
            var id = 20_000L + (i * 2) + (i % 5 == 0 ? 1 : 0);
            var age = (count - i) * 1000.0 / count;
            var customer = dice.Skewed(customers);
            var people = contacts[customer.Whole("id")].ToList();
            var contact = people.Count > 0 && dice.Chance(70) ? dice.Of(people) : null;
            var closed = age > 20 ? dice.Chance(90) : dice.Chance(35);
            var status = closed ? "Resolved" : Statuses[dice.Of([0, 1, 1, 3, 4, 5, 6, 7, 8])];
            var touched = age * dice.Part();
            var type = dice.Chance(60) ? world["ticketTypes"].Rows[dice.Below(3)] : null;
            var user = dice.Chance(80) ? dice.Of(users) : null;
            var ticket = new JsonObject
            {
                ["id"] = id,
                ["number"] = 1001 + i,
                ["subject"] = Texts.Summary(dice, i, customer.Text("business_then_name")!, customer.Text("fullname")!),
                ["created_at"] = Ago(age),
                ["customer_id"] = customer.Whole("id"),
                ["customer_business_then_name"] = customer.Text("business_then_name"),
                ["due_date"] = dice.Chance(85) ? Ago(age - 2) : null,
                ["resolved_at"] = closed ? Ago(touched) : null,
                ["problem_type"] = dice.Chance(90) ? dice.Of(Problems) : null,
                ["status"] = status,
                ["ticket_type_id"] = type?.Whole("id"),
                ["ticket_type_name"] = type?.Text("name"),
                ["properties"] = dice.Chance(20) ? new JsonObject { ["Gerät"] = "Laptop 💻", ["Bitlocker PIN Code"] = "123456" } : new JsonObject(),
                ["user_id"] = user?.Whole("id"),
                ["updated_at"] = Ago(touched),
                ["priority"] = dice.Chance(10) ? null : dice.Chance(8) ? dice.Of(OddPriorities) : dice.Of(Priorities),
                ["tag_list"] = dice.Chance(15) ? new JsonArray("vip", "onsite") : new JsonArray(),
                ["contact_id"] = contact?.Whole("id"),
                ["contact_fullname"] = contact?.Text("name"),
                ["creator_name_or_email"] = dice.Chance(50) ? "Portal Reader" : null,
                ["asset_ids"] = new JsonArray(),
            };
            world["tickets"].Put(id, ticket);
            AddComments(ticket, texts, users, age, touched, ref comment);
        }
    }

    private void AddComments(JsonObject ticket, Texts texts, IReadOnlyList<JsonObject> users, double age, double touched, ref long id)
    {
        var count = dice.Chance(3) ? 0 : dice.Chance(4) ? dice.Between(11, 24) : dice.Between(1, 5);
        for (var i = 0; i < count; i++, id++)
        {
            var user = dice.Chance(75) ? dice.Of(users) : null;
            var at = Ago(age - ((age - touched) * i / count));
            world["comments"].Put(id, new JsonObject
            {
                ["id"] = id,
                ["created_at"] = at,
                ["updated_at"] = at,
                ["ticket_id"] = ticket.Whole("id"),
                ["subject"] = i == 0 ? "Initial Issue" : "Update",
                ["body"] = texts.Note(dice),
                ["tech"] = user?.Text("full_name"),
                ["hidden"] = i > 0 && dice.Chance(35),
                ["user_id"] = user?.Whole("id"),
                ["is_rich_text"] = false,
            });
        }

        if (dice.Chance(25))
        {
            var timer = world["timers"].NextId;
            var began = now - TimeSpan.FromDays(touched) - TimeSpan.FromHours(1);
            var length = dice.Between(1, 12) * 600;
            world["timers"].Put(timer, new JsonObject
            {
                ["id"] = timer,
                ["ticket_id"] = ticket.Whole("id"),
                ["user_id"] = dice.Of(users).Whole("id"),
                ["start_time"] = SyncroTime.Text(began),
                ["end_time"] = SyncroTime.Text(began.AddSeconds(length)),
                ["recorded"] = dice.Chance(60),
                ["created_at"] = SyncroTime.Text(began),
                ["updated_at"] = SyncroTime.Text(began.AddSeconds(length)),
                ["billable"] = dice.Chance(70),
                ["notes"] = dice.Chance(50) ? "Remote session" : null,
                ["active_duration"] = length,
                ["billable_time"] = length,
            });
        }
    }

    private Dice Fresh(int part) => new(((ulong)(uint)seed << 32) + (ulong)(uint)part);

    private string Ago(double days) => SyncroTime.Text(new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerMillisecond) - ((long)(days * 86_400_000) * TimeSpan.TicksPerMillisecond), TimeSpan.Zero));

    private static string Ascii(string text) =>
        new([.. text.Normalize(NormalizationForm.FormD).Where(char.IsAsciiLetterOrDigit).Select(char.ToLowerInvariant)]);
}
