using System.Globalization;
using System.Text;
using MSPortal.Simulators.Common;
using MSPortal.Simulators.ConnectWise.Model;

namespace MSPortal.Simulators.ConnectWise.Data;

/// <summary>The MSP's customers with their people: a catch-all, twins, deleted ones, and names from everywhere.</summary>
internal static class CompanyData
{
    public static void Add(Seeding seeding, People people, int count)
    {
        var contact = 500;
        for (var i = 0; i < count; i++)
        {
            AddCompany(seeding, people, i, ref contact);
        }
    }

    private static void AddCompany(Seeding seeding, People people, int number, ref int contact)
    {
        var dice = seeding.Dice;
        var id = number == 0 ? 2 : 250 + (number * 3) + (number % 2);
        var name = number == 0 ? "XYZ Test Company (Catchall)" : Name(seeding, number);
        var (street, city, state, zip) = people.Address();
        var deleted = number > 2 && number % 23 == 5;
        var entered = seeding.Ago(dice.Between(400, 2300));
        object?[] types = [.. Types(seeding, number).Select(t => seeding.Ref(Kind.CompanyTypes, t))];
        var site = dice.Chance(90) ? Seeding.Plain(id, "Main") : null;
        var company = seeding.Add(Kind.Companies, ("id", id), ("identifier", number == 0 ? "Catchall" : Identifier(name, number)), ("name", name),
            ("status", seeding.Ref(Kind.CompanyStatuses, seeding.Rows[Kind.CompanyStatuses][number % 11 == 7 ? 1 : number % 17 == 9 ? 2 : 0])),
            ("addressLine1", street), ("addressLine2", dice.Chance(20) ? "Suite " + seeding.Digits(3) : Node.Absent), ("city", city), ("state", state), ("zip", zip),
            ("country", dice.Chance(15) ? null : Node.Of(Shapes.CompanyReference, ("id", 1), ("identifier", "US"), ("name", "United States"))),
            ("phoneNumber", "813" + seeding.Digits(7)), ("faxNumber", ""), ("website", dice.Chance(70) ? $"www.{Domain(name, number)}" : ""),
            ("territory", Seeding.Plain(2, "Head Office")), ("market", null), ("accountNumber", dice.Chance(30) ? "A-" + seeding.Digits(5) : ""),
            ("defaultContact", null), ("dateAcquired", Store.Stamp(entered)), ("annualRevenue", 0m), ("numberOfEmployees", dice.Between(3, 400)),
            ("yearEstablished", number % 13 == 4 ? 0 : dice.Between(1950, 2020)), ("timeZoneSetup", Seeding.Plain(1, MemberData.Zone)),
            ("leadFlag", false), ("unsubscribeFlag", false), ("taxIdentifier", ""), ("deletedFlag", deleted),
            ("dateDeleted", deleted ? Store.Stamp(seeding.Ago(40)) : Node.Absent), ("deletedBy", deleted ? "zadmin" : Node.Absent),
            ("isVendorFlag", number % 19 == 8), ("types", types), ("site", site), ("integratorTags", Array.Empty<object?>()),
            seeding.Info(entered, seeding.Ago(dice.Between(0, 380) + dice.Part())), ("customFields", CustomFields(dice)));
        AddTypes(seeding, company, number);
        AddContacts(seeding, people, company, number, ref contact);
    }

    /// <summary>Every ninth company is nearly the one before: two customers that only the legal form tells apart.</summary>
    private static string Name(Seeding seeding, int number)
    {
        var dice = seeding.Dice;
        if (number > 1 && number % 9 == 3)
        {
            var twin = seeding.Rows[Kind.Companies][^1].Text("name")!;
            return number % 2 == 0 ? twin.ToUpperInvariant() + ", Inc" : twin.Split(" Inc.")[0] + " Holding";
        }

        var first = Words.CompanyFirst[(number * 7) % Words.CompanyFirst.Length];
        var second = Words.CompanySecond[(number + (number / Words.CompanyFirst.Length * 5)) % Words.CompanySecond.Length];
        var round = number / (Words.CompanyFirst.Length * Words.CompanySecond.Length);
        var name = $"{first} {second} {dice.Of(Words.Legal)}".TrimEnd();
        return round == 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name} ({round + 1})");
    }

    private static string Ascii(string text) =>
        new([.. text.Normalize(NormalizationForm.FormD).Where(char.IsAsciiLetterOrDigit)]);

    private static string Identifier(string name, int number)
    {
        var ascii = Ascii(name);
        return ascii[..Math.Min(18, ascii.Length)] + number.ToString(CultureInfo.InvariantCulture);
    }

    private static string Domain(string name, int number) => Identifier(name, number).ToLowerInvariant() + ".example";

    private static IEnumerable<Node> Types(Seeding seeding, int number)
    {
        var types = seeding.Rows[Kind.CompanyTypes];
        yield return types[number % 19 == 8 ? 2 : number % 8 == 6 ? 1 : 0];
        if (number % 3 == 1)
        {
            yield return types[5];
        }
    }

    private static void AddTypes(Seeding seeding, Node company, int number)
    {
        foreach (var type in Types(seeding, number))
        {
            seeding.Add(Kind.CompanyTypeAssociations, ("id", seeding.Rows[Kind.CompanyTypeAssociations].Count + 1), ("type", seeding.Ref(Kind.CompanyTypes, type)),
                ("company", seeding.Ref(Kind.Companies, company)), seeding.Info(seeding.Ago(300), seeding.Ago(300)));
        }
    }

    public static object?[] CustomFields(Dice dice) =>
    [
        Node.Of(Shapes.CustomField, ("id", 3), ("caption", "SLA Stufe"), ("type", "Text"), ("entryMethod", "EntryField"), ("numberOfDecimals", 0), ("value", dice.Chance(50) ? "Größe M" : null)),
        Node.Of(Shapes.CustomField, ("id", 7), ("caption", "VIP"), ("type", "Checkbox"), ("entryMethod", "EntryField"), ("numberOfDecimals", 0), ("value", dice.Chance(10))),
    ];

    private static void AddContacts(Seeding seeding, People people, Node company, int number, ref int contact)
    {
        var dice = seeding.Dice;
        var count = number == 0 ? 1 : dice.Between(2, 9);
        Node? first = null;
        for (var i = 0; i < count; i++, contact += dice.Between(1, 2))
        {
            var row = AddContact(seeding, people.Name(dice), company, number, contact, i == 0);
            first ??= row;
        }

        if (dice.Chance(80))
        {
            seeding.Rows[Kind.Companies][^1] = company.With("defaultContact", seeding.Ref(Kind.Contacts, first!));
        }
    }

    private static Node AddContact(Seeding seeding, (string First, string Last) name, Node company, int number, int id, bool isDefault)
    {
        var dice = seeding.Dice;
        var entered = seeding.Ago(dice.Between(20, 1200));
        var mail = $"{Ascii(name.First)}.{Ascii(name.Last)}".ToLowerInvariant() + "@" + Domain(company.Text("name")!, number);
        var type = dice.Of(seeding.Rows[Kind.ContactTypes]);
        return seeding.Add(Kind.Contacts, ("id", id), ("firstName", name.First), ("lastName", dice.Chance(6) ? Node.Absent : name.Last),
            ("company", dice.Chance(2) ? null : seeding.Ref(Kind.Companies, company)), ("site", company["site"]), ("inactiveFlag", dice.Chance(8)),
            ("title", dice.Chance(70) ? dice.Of(Words.Titles) : Node.Absent), ("portalPassword", "SECRET-portal-" + id.ToString(CultureInfo.InvariantCulture)),
            ("portalSecurityLevel", 6), ("disablePortalLoginFlag", true), ("unsubscribeFlag", false), ("defaultBillingFlag", false), ("defaultFlag", isDefault),
            ("communicationItems", Communications(seeding, id, mail)), ("types", new object?[] { seeding.Ref(Kind.ContactTypes, type) }),
            ("integratorTags", Array.Empty<object?>()), seeding.Info(entered, seeding.Ago(dice.Between(0, 20) + dice.Part())), ("typeIds", new[] { type["id"] }),
            ("customFields", Array.Empty<object?>()));
    }

    private static object?[] Communications(Seeding seeding, int contact, string mail)
    {
        var (dice, types, items) = (seeding.Dice, seeding.Rows[Kind.CommunicationTypes], new List<object?>());
        void Add(int type, string value, string kind, bool isDefault) => items.Add(Node.Of(Shapes.Communication, ("id", (contact * 10) + items.Count),
            ("type", seeding.Ref(Kind.CommunicationTypes, types[type])), ("value", value), ("extension", kind == "Phone" && dice.Chance(30) ? seeding.Digits(3) : Node.Absent),
            ("defaultFlag", isDefault), ("domain", kind == "Email" ? "@" + value.Split('@')[^1] : Node.Absent), ("communicationType", kind)));
        if (dice.Chance(92))
        {
            Add(0, mail, "Email", true);
        }

        if (dice.Chance(15))
        {
            Add(4, "private+" + mail, "Email", false);
        }

        if (dice.Chance(75))
        {
            Add(1, "813" + seeding.Digits(7), "Phone", true);
        }

        if (dice.Chance(40))
        {
            Add(2, "+49 171 " + seeding.Digits(7), "Phone", false);
        }

        return [.. items];
    }
}
