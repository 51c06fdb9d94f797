using System.Globalization;
using System.Text.Json.Nodes;
using Bogus;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Autotask;

/// <summary>The vendor's whole database from a seed: the same seed, sizes and origin give the same bytes everywhere.</summary>
internal sealed class AutotaskSeed(SimulatorOptions options, DateTimeOffset origin)
{
    private readonly JsonWorld world = new();
    private readonly Faker[] fakers = [.. new[] { "en", "en", "en", "de", "fr", "pl", "sv", "es" }.Select((locale, i) => new Faker(locale) { Random = new Randomizer(options.Seed + i) })];
    private Dice dice = new((ulong)options.Seed);

    public static JsonWorld Create(SimulatorOptions options, DateTimeOffset origin, AutotaskCredentials credentials)
    {
        var second = new DateTimeOffset(origin.UtcTicks - (origin.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
        var seed = new AutotaskSeed(options, second);
        foreach (var kind in AutotaskEntities.All.Select(e => e.Kind))
        {
            seed.world.Table(kind);
        }

        AutotaskLists.Add(seed.world);
        seed.Resources(credentials);
        seed.Companies();
        seed.Locations();
        seed.Restart(2);
        seed.Devices();
        seed.Restart(3);
        new AutotaskTicketSeed(seed.world, new Dice(((ulong)options.Seed * 1_000_003) + 4), second).Add(options.Tickets);
        seed.Settle();
        return seed.world;
    }

    private string Ago(double days) => AutotaskEdits.Stamp(origin.AddSeconds(-Math.Floor(days * 86400)));

    private void Restart(ulong part) => dice = new(((ulong)options.Seed * 1_000_003) + part);

    private void Put(string kind, JsonObject row)
    {
        foreach (var empty in row.Where(p => p.Value is null).Select(p => p.Key).ToList())
        {
            row.Remove(empty);   // What is not there costs no memory.
        }

        world.Table(kind).Put(row.Whole("id"), row);
    }

    private (string First, string Last) Person()
    {
        var faker = dice.Of(fakers);
        return (faker.Name.FirstName(), faker.Name.LastName());
    }

    private void Resources(AutotaskCredentials credentials)
    {
        Resource(4, "Autotask", "Administrator", "administrator", 1, true);
        for (var i = 0; i < 14; i++)
        {
            var (first, last) = Person();
            var user = new string([.. (first[..1] + last).Where(char.IsAsciiLetter)]).ToLowerInvariant();
            Resource(29_682_885 + (i * 3), first, last, user, i == 12 ? 3 : 1, i != 13);
        }

        Resource(AutotaskHooks.ApiResource, "Portal", "API", credentials.Username.Split('@')[0], 7, true);
        Resource(AutotaskHooks.ApiResource + 4, "RMM", "Integration", "rmmapi", 7, true);
    }

    private void Resource(long id, string first, string last, string user, int licence, bool active) => Put("resources", new()
    {
        ["id"] = id, ["firstName"] = first, ["lastName"] = last, ["userName"] = user, ["email"] = licence == 7 ? null : $"{user}@msp.example", ["emailTypeCode"] = "PRIMARY",
        ["isActive"] = active, ["licenseType"] = licence, ["title"] = licence == 7 ? null : "Engineer", ["resourceType"] = "Employee", ["internalCost"] = 41.5, ["gender"] = dice.Chance(50) ? "F" : "M",
        ["homePhone"] = "SECRET-phone-" + id.ToString(CultureInfo.InvariantCulture), ["hireDate"] = Ago(1400), ["dateFormat"] = "MM/dd/yyyy", ["timeFormat"] = "hh:mm a", ["numberFormat"] = "X,XXX.XX",
        ["payrollType"] = 1, ["userType"] = licence == 7 ? 17 : 10, ["locationID"] = 90682, ["initials"] = first[..1] + last[..1],
    });

    private void Companies()
    {
        Restart(1);
        Company(0, "Simulated MSP, Inc.", 1, true);
        for (var i = 0; i < options.Companies; i++)
        {
            var name = $"{dice.Of(Words.CompanyFirst)} {dice.Of(Words.CompanySecond)} {dice.Of(Words.Legal)}".Trim();
            Company(29_683_400 + (i * 7) + dice.Below(5), name, dice.Chance(80) ? 1 : dice.Of([2, 3, 7, 8]), dice.Chance(92));
        }

        var contact = 30_683_000L;
        foreach (var company in world["companies"].Rows)
        {
            for (var n = dice.Between(1, 9); n > 0; n--)
            {
                Contact(contact += dice.Between(1, 4), company.Whole("id"), n == 1);
            }
        }
    }

    private void Company(long id, string name, int type, bool active)
    {
        var address = fakers[0].Address;
        var created = dice.Between(200, 2000);
        Put("companies", new()
        {
            ["id"] = id, ["companyName"] = name, ["companyNumber"] = dice.Chance(70) ? "C" + id.ToString(CultureInfo.InvariantCulture)[^1..] + dice.Below(9999).ToString("0000", CultureInfo.InvariantCulture) : null,
            ["companyType"] = type, ["isActive"] = active, ["address1"] = address.StreetAddress(), ["address2"] = dice.Chance(20) ? "Suite " + dice.Below(900) : null, ["city"] = address.City(),
            ["state"] = address.StateAbbr(), ["postalCode"] = address.ZipCode(), ["countryID"] = dice.Of([237, 237, 237, 81, 39]), ["phone"] = "813-555-" + dice.Below(9999).ToString("0000", CultureInfo.InvariantCulture),
            ["webAddress"] = dice.Chance(75) ? $"www.company{id}.example" : null, ["ownerResourceID"] = 29_682_885, ["classification"] = dice.Chance(50) ? dice.Of([10, 11]) : null,
            ["marketSegmentID"] = dice.Chance(50) ? 29_682_777 : null, ["territoryID"] = dice.Chance(50) ? 29_682_778 : null, ["taxID"] = dice.Chance(30) ? "12-3456789" : null, ["isTaxExempt"] = false,
            ["isClientPortalActive"] = true, ["isTaskFireActive"] = false, ["isEnabledForComanaged"] = false, ["createDate"] = Ago(created),
            ["lastActivityDate"] = Ago(dice.Between(1, 190)), ["lastTrackedModifiedDateTime"] = Ago(dice.Between(1, 190)), ["userDefinedFields"] = Udfs(id),
        });
    }

    /// <summary>Every company has an office, every other one a branch; several have one of the same name.</summary>
    private void Locations()
    {
        foreach (var (company, n) in world["companies"].Rows.Select((c, n) => (c, n)))
        {
            Location(17_001 + (n * 2), company, "Main office", true);
            if (n % 2 == 1)
            {
                Location(17_002 + (n * 2), company, n % 4 == 1 ? "Warehouse" : $"Branch {company.Text("city")}", false);
            }
        }
    }

    private void Location(long id, JsonObject company, string name, bool primary) => Put("companyLocations", new()
    {
        ["id"] = id, ["companyID"] = company.Whole("id"), ["name"] = name, ["isPrimary"] = primary, ["isActive"] = true, ["city"] = company.Text("city"), ["state"] = company.Text("state"),
        ["countryID"] = company.Whole("countryID"), ["isTaxExempt"] = false, ["overrideAccountTaxSettings"] = false, ["description"] = primary ? null : "SECRET-note: the key is under the mat",
    });

    /// <summary>Who and what is where: people and machines at one of their company's places or at none, and a ticket where its contact is.</summary>
    private void Settle()
    {
        var places = world["companyLocations"].Rows.ToLookup(l => l.Whole("companyID"), l => l.Whole("id"));
        foreach (var row in world["contacts"].Rows.Concat(world["configurationItems"].Rows))
        {
            Settle(row, places[row.Whole("companyID")].ToList(), row.Whole("id"));
        }

        foreach (var ticket in world["tickets"].Rows)
        {
            Settle(ticket, places[ticket.Whole("companyID")].ToList(), ticket.ContainsKey("contactID") ? ticket.Whole("contactID") : ticket.Whole("id"));
        }
    }

    private static void Settle(JsonObject row, List<long> places, long by)
    {
        if (by % 5 != 0 && places.Count > 0)
        {
            row["companyLocationID"] = places[(int)(by % places.Count)];
        }
    }

    private void Contact(long id, long company, bool primary)
    {
        var (first, last) = Person();
        var letters = new string([.. (first + "." + last).Where(c => char.IsAsciiLetter(c) || c == '.')]).ToLowerInvariant();
        Put("contacts", new()
        {
            ["id"] = id, ["companyID"] = company, ["firstName"] = first, ["lastName"] = last, ["emailAddress"] = dice.Chance(90) ? $"{letters}{id % 97}@company{company}.example" : null,
            ["phone"] = dice.Chance(60) ? "813-555-" + dice.Below(9999).ToString("0000", CultureInfo.InvariantCulture) : null, ["mobilePhone"] = dice.Chance(40) ? "813-555-7788" : null,
            ["title"] = dice.Chance(60) ? dice.Of(Words.Titles) : null, ["isActive"] = dice.Chance(90) ? 1 : 0, ["primaryContact"] = primary, ["receivesEmailNotifications"] = true,
            ["note"] = dice.Chance(10) ? "SECRET-note: calls only before noon" : null, ["createDate"] = Ago(dice.Between(200, 1500)), ["lastActivityDate"] = Ago(dice.Between(1, 190)),
            ["lastModifiedDate"] = Ago(dice.Between(1, 190)), ["userDefinedFields"] = Udfs(id),
        });
    }

    private void Devices()
    {
        var id = 5_000L;
        foreach (var company in world["companies"].Rows)
        {
            var people = world["contacts"].Rows.Where(c => c.Whole("companyID") == company.Whole("id")).ToList();
            for (var n = dice.Below(6); n > 0; n--)
            {
                Device(id += dice.Between(1, 3), company.Whole("id"), dice.Chance(50) ? dice.Of(people).Whole("id") : null);
            }
        }
    }

    private void Device(long id, long company, long? contact)
    {
        var managed = dice.Chance(70);
        var name = string.Format(CultureInfo.InvariantCulture, dice.Of(Words.Hosts), id % 997);
        Put("configurationItems", new()
        {
            ["id"] = id, ["companyID"] = company, ["contactID"] = contact, ["configurationItemType"] = dice.Between(1, 4), ["referenceTitle"] = dice.Chance(92) ? name : null, ["isActive"] = dice.Chance(93),
            ["referenceNumber"] = dice.Chance(50) ? "TAG-" + id.ToString(CultureInfo.InvariantCulture) : null, ["serialNumber"] = dice.Chance(85) ? "SN" + dice.Below(99_999_999).ToString("00000000", CultureInfo.InvariantCulture) : null,
            ["productID"] = 29_682_850 + dice.Below(5), ["dailyCost"] = 0.75, ["notes"] = dice.Chance(10) ? "SECRET-note: local admin is Winter2024" : null, ["location"] = dice.Chance(30) ? "Rack 2" : null,
            ["rmmDeviceID"] = managed ? 700_000 + id : null, ["rmmDeviceUID"] = managed ? $"0f0e0d0c-0b0a-4909-8807-{id:000000000000}" : null, ["rmmDeviceAuditHostname"] = managed ? name : null,
            ["rmmDeviceAuditIPAddress"] = managed ? $"10.0.{id % 250}.17" : null, ["rmmDeviceAuditMacAddress"] = managed ? $"00:1A:2B:{id % 90 + 10}:4D:5E,00:1A:2B:{id % 90 + 10}:4D:5F" : null,
            ["rmmDeviceAuditLastUser"] = managed ? "user" + id : null, ["rmmDeviceAuditOperatingSystem"] = managed ? "Microsoft Windows 11 Pro 10.0.22631" : null,
            ["rmmDeviceAuditManufacturerID"] = managed ? dice.Between(1, 6) : null, ["rmmDeviceAuditModelID"] = managed ? dice.Between(1, 8) : null, ["rmmDeviceAuditMemoryBytes"] = managed ? 17_179_869_184 : null,
            ["warrantyExpirationDate"] = dice.Chance(50) ? Ago(dice.Between(-900, 300))[..10] + "T00:00:00Z" : null, ["createDate"] = Ago(dice.Between(200, 1200)), ["lastModifiedTime"] = Ago(dice.Between(1, 190)),
            ["userDefinedFields"] = Udfs(id),
        });
    }

    private JsonArray? Udfs(long id) => !dice.Chance(60) ? null : new JsonArray(
        new JsonObject { ["name"] = "Customer reference", ["value"] = dice.Chance(50) ? "REF-" + id.ToString(CultureInfo.InvariantCulture) : null },
        new JsonObject { ["name"] = "Backup tier", ["value"] = dice.Of(["Gold", "Silver", ""]) },
        new JsonObject { ["name"] = "Admin password", ["value"] = "SECRET-udf-" + id.ToString(CultureInfo.InvariantCulture) });
}
