using System.Globalization;
using Bogus;
using MSPortal.Simulators.Common;
using MSPortal.Simulators.ConnectWise.Model;

namespace MSPortal.Simulators.ConnectWise.Data;

/// <summary>Names of people from several languages.</summary>
internal sealed class People(int seed)
{
    private readonly Faker[] fakers = [.. new[] { "en", "en", "en", "de", "fr", "pl", "sv", "es" }.Select((locale, i) => new Faker(locale) { Random = new Randomizer(seed + i) })];

    public (string First, string Last) Name(Dice dice)
    {
        var faker = dice.Of(fakers);
        return (faker.Name.FirstName(), faker.Name.LastName());
    }

    public (string Street, string City, string State, string Zip) Address()
    {
        var address = fakers[0].Address;
        return (address.StreetAddress(), address.City(), address.StateAbbr(), address.ZipCode());
    }
}

/// <summary>The MSP's own people, with the fields that a careful client never asks for.</summary>
internal static class MemberData
{
    public const string Zone = "US Eastern";

    public static void Add(Seeding seeding, People people)
    {
        AddMember(seeding, 100, "zadmin", "Zoe", "Admin", "F", false);
        for (var i = 0; i < 14; i++)
        {
            var (first, last) = people.Name(seeding.Dice);
            AddMember(seeding, 150 + (i * 3), Identifier(first, last), first, last, i == 12 ? "X" : "F", i == 13);
        }

        AddMember(seeding, 301, "apimember", "Portal", "API", "A", false);
        AddMember(seeding, 302, "rmmapi", "RMM", "Integration", "A", false);
    }

    private static string Identifier(string first, string last)
    {
        var letters = new string([.. (first[..1] + last).Where(char.IsAsciiLetter)]);
        return letters[..Math.Min(15, letters.Length)];
    }

    private static void AddMember(Seeding seeding, int id, string identifier, string first, string last, string licence, bool inactive)
    {
        var entered = seeding.Ago(1500 - id);
        var number = id.ToString(CultureInfo.InvariantCulture);
        seeding.Add(Kind.Members, ("id", id), ("identifier", identifier), ("password", "SECRET-password-" + number), ("licenseClass", licence),
            ("inactiveFlag", inactive), ("inactiveDate", inactive ? Store.Stamp(seeding.Ago(90)) : Node.Absent), ("lastLogin", Store.Stamp(seeding.Ago(1))),
            ("token", "SECRET-token-" + number), ("clientId", "SECRET-client-" + number), ("firstName", first), ("middleInitial", id % 4 == 0 ? "Q" : Node.Absent),
            ("lastName", last), ("hireDate", Store.Stamp(entered)), ("officeEmail", licence == "A" ? Node.Absent : $"{identifier.ToLowerInvariant()}@msp.example"),
            ("mobileEmail", Node.Absent), ("defaultEmail", "Office"), ("primaryEmail", licence == "A" ? Node.Absent : $"{identifier.ToLowerInvariant()}@msp.example"),
            ("defaultPhone", "Office"), ("officePhone", "813555" + number), ("securityRole", Seeding.Plain(63, licence == "A" ? "API" : "Technician")), ("title", licence == "A" ? null : "Engineer"),
            ("type", null), ("timeZone", Seeding.Plain(1, Zone)), ("adminFlag", id == 100), ("hourlyCost", 41.5m), ("hourlyRate", 150m),
            ("excludedServiceBoardIds", Array.Empty<object?>()), ("teams", Array.Empty<object?>()), ("serviceBoardTeamIds", Array.Empty<object?>()),
            seeding.Info(entered, seeding.Ago(seeding.Dice.Between(1, 400))));
    }
}
