using System.Globalization;
using MSPortal.Simulators.Common;
using MSPortal.Simulators.ConnectWise.Model;

namespace MSPortal.Simulators.ConnectWise.Data;

/// <summary>Devices, and the "Login Credentials" that some MSPs keep among them, passwords included.</summary>
internal static class ConfigurationData
{
    public static void Add(Seeding seeding)
    {
        var contacts = seeding.Rows[Kind.Contacts].ToLookup(c => c.RefId("company"));
        var id = 1000;
        foreach (var company in seeding.Rows[Kind.Companies].Skip(1))
        {
            var count = seeding.Dice.Between(2, 12);
            for (var i = 0; i < count; i++, id += seeding.Dice.Between(1, 3))
            {
                AddDevice(seeding, company, [.. contacts[company.Id]], id);
            }
        }
    }

    private static void AddDevice(Seeding seeding, Node company, IReadOnlyList<Node> contacts, int id)
    {
        var dice = seeding.Dice;
        var type = dice.Skewed(seeding.Rows[Kind.ConfigurationTypes]);
        var active = dice.Chance(88);
        var bought = seeding.Ago(dice.Between(30, 1900));
        var number = id.ToString(CultureInfo.InvariantCulture);
        var isComputer = type.Id <= 2;
        seeding.Add(Kind.Configurations, ("id", id), ("name", string.Format(CultureInfo.InvariantCulture, dice.Of(Words.Hosts), number)),
            ("type", seeding.Ref(Kind.ConfigurationTypes, type)), ("status", seeding.Ref(Kind.ConfigurationStatuses, seeding.Rows[Kind.ConfigurationStatuses][active ? 0 : 1])),
            ("company", seeding.Ref(Kind.Companies, company)), ("contact", contacts.Count > 0 && dice.Chance(60) ? seeding.Ref(Kind.Contacts, dice.Of(contacts)) : null),
            ("site", company["site"]), ("locationId", 2), ("deviceIdentifier", isComputer ? "AUTO-" + number : ""), ("serialNumber", dice.Chance(85) ? "SN" + seeding.Digits(8) : ""),
            ("modelNumber", dice.Of(Words.Models)), ("tagNumber", dice.Chance(30) ? "TAG-" + number : ""), ("purchaseDate", Store.Stamp(bought)),
            ("installationDate", dice.Chance(50) ? Store.Stamp(bought.AddDays(5)) : Node.Absent), ("warrantyExpirationDate", dice.Chance(70) ? Store.Stamp(bought.AddDays(1095)) : Node.Absent),
            ("notes", dice.Chance(25) ? "Steht im Keller, Schlüssel bei Frau Müller.\r\nAsk before rebooting!" : ""), ("macAddress", isComputer ? "00:1A:2B:" + seeding.Digits(2) + ":3C:" + seeding.Digits(2) : ""),
            ("lastLoginName", isComputer ? "user" + number : ""), ("ipAddress", "10.0." + dice.Below(250).ToString(CultureInfo.InvariantCulture) + ".17"), ("defaultGateway", ""),
            ("osType", isComputer ? "Windows" : ""), ("osInfo", isComputer ? "Microsoft Windows 11 Pro x64 10.0.22631" : ""), ("cpuSpeed", ""), ("ram", isComputer ? "16 GB" : ""),
            ("manufacturer", dice.Chance(60) ? Seeding.Plain(1 + dice.Below(6), dice.Of(Words.Makers)) : null), ("questions", Questions(dice, type, number)),
            ("activeFlag", active), ("managementLink", dice.Chance(20) ? "https://rmm.example/device/" + number : ""), ("remoteLink", ""),
            seeding.Info(bought, seeding.Ago(dice.Between(0, 30) + dice.Part())), ("customFields", Array.Empty<object?>()));
    }

    private static object?[] Questions(Dice dice, Node type, string number)
    {
        Node Question(int id, string question, object? answer, string fieldType) => Node.Of(Shapes.Question, ("answerId", id * 10), ("questionId", id), ("question", question),
            ("answer", answer), ("sequenceNumber", (decimal)id), ("numberOfDecimals", 0), ("fieldType", fieldType), ("requiredFlag", false));
        return type.Id switch
        {
            5 => [Question(1, "User name", "administrator", "Text"), Question(2, "Password", "SECRET-answer-" + number, "Password")],
            2 => [Question(3, "Role", dice.Chance(50) ? "Domain Controller" : null, "Text"), Question(4, "Racked", dice.Chance(50), "Checkbox"), Question(5, "Local admin", "SECRET-answer-" + number, "Password")],
            _ => [],
        };
    }
}
