using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Microsoft365;

/// <summary>People of one tenant: staff from everywhere, leavers, guests, shared mailboxes, rooms, accounts of programs; some came from a domain controller.</summary>
internal sealed class PeopleSeed
{
    private static readonly string[] First =
    [
        "Anna", "José", "Łukasz", "Zoë", "Sean", "Björn", "Chloé", "María José", "Ewa", "Thomas", "Siobhán", "Renée", "Jürgen", "Olga", "İpek", "Nguyễn", "Priya", "Mohammed", "Li", "Grace", "Søren", "Jean-Luc", "Aoife", "健太", "Amélie", "Bob",
    ];

    private static readonly string[] Last =
    [
        "Müller", "O'Brien", "Núñez", "Nowak", "Smith", "Åkerblom", "García-López", "van der Berg", "D'Angelo", "Wójcik", "Weiß", "Johnson", "Kaya", "Patel", "Öztürk", "Dvořák", "Lefèvre", "Haddad", "Chen", "Jørgensen", "St. Clair", "山田", "Kowalska", "Brown",
    ];

    private static readonly string[] Departments = ["Sales", "Buchhaltung", "R&D", "IT", "Human Resources", "Production", "Verkauf & Marketing", "Legal"];
    private static readonly string[] Countries = ["US", "DE", "PL", "GB", "CA", "FR"];
    private static readonly string[] Shared = ["Info", "Rechnungen", "Support", "Sales ✉️", "Jobs", "Scanner"];
    private static readonly string[] Hosts = ["gmail.com", "partner.example", "müller-consulting.example", "outlook.com"];

    private readonly DirectoryTable users = new();
    private readonly GroupSeed groups;
    private readonly Tenant tenant;
    private readonly Dice dice;
    private readonly DateTimeOffset now;
    private readonly List<TenantSku> paid;

    private PeopleSeed(Tenant tenant, int seed, DateTimeOffset now)
    {
        (this.tenant, this.now) = (tenant, now);
        dice = TenantSeed.Fresh(seed, tenant.Number, 3);
        groups = new GroupSeed(tenant, dice, now);
        paid = [.. tenant.Skus.Where(s => s.Renews is not null)];
    }

    public static TenantContent Create(Tenant tenant, int seed, DateTimeOffset now)
    {
        var sown = new PeopleSeed(tenant, seed, now);
        sown.groups.Add();
        for (var i = 0; i < tenant.SeededUsers; i++)
        {
            sown.Add(i);
        }

        sown.FillBin();
        return new TenantContent(sown.users, sown.groups.Table);
    }

    private void Add(int number)
    {
        var id = TenantSeed.Uid(dice);
        var kind = number == 0 ? 90 : number == 1 && tenant.IsHybrid ? 91 : dice.Below(100);
        var user = kind switch
        {
            90 => Program("Admin", "admin", enabled: true),
            91 => Program("On-Premises Directory Synchronization Service Account", "Sync_DC01_" + id[..12].Replace("-", "", StringComparison.Ordinal), enabled: true),
            < 6 => Guest(number),
            < 12 => Mailbox(number),
            < 14 => Program("svc-backup " + number.ToString(CultureInfo.InvariantCulture), "svc-backup" + number.ToString(CultureInfo.InvariantCulture), enabled: true),
            _ => Person(number, leaver: kind is < 21),
        };
        users.Add(id, user, 0);
    }

    private JsonObject Person(int number, bool leaver)
    {
        var (first, last) = (dice.Of(First), dice.Of(Last));
        var nick = Nick(first, last, number);
        var country = dice.Of(Countries);
        var user = Account($"{first} {last}{(number % 53 == 7 ? " 🚀" : "")}", nick, !leaver);
        user["givenName"] = first;
        user["surname"] = last;
        user["mail"] = $"{nick}@{tenant.DefaultDomain}";
        user["proxyAddresses"] = new JsonArray($"SMTP:{nick}@{tenant.DefaultDomain}", $"smtp:{nick}@{tenant.InitialDomain}");
        Fill(user, "jobTitle", 75, dice.Of(Words.Titles));
        Fill(user, "department", 70, dice.Of(Departments));
        Fill(user, "officeLocation", 40, dice.Chance(50) ? "Hauptsitz – 2. OG" : "18/2111");
        Fill(user, "companyName", 30, tenant.DisplayName);
        Fill(user, "mobilePhone", 45, $"+1 813 555 {dice.Below(10000):D4}");
        Fill(user, "city", 40, dice.Chance(50) ? "Tampa" : "Köln");
        Fill(user, "country", 40, country);
        Fill(user, "employeeId", 25, (10_000 + number).ToString(CultureInfo.InvariantCulture));
        Fill(user, "usageLocation", 92, country);
        user["businessPhones"] = dice.Chance(40) ? new JsonArray($"+1 813 555 {dice.Below(10000):D4}") : [];
        SyncFromPremises(user, first, last, number);
        License(user, leaver);
        SignIns(user, leaver);
        return user;
    }

    private JsonObject Guest(int number)
    {
        var (first, last) = (dice.Of(First), dice.Of(Last));
        var mail = $"{Nick(first, last, number)}@{dice.Of(Hosts)}";
        var accepted = dice.Chance(70);
        var user = Account(accepted ? $"{first} {last}" : mail, $"{mail.Replace('@', '_')}#EXT#", true, tenant.InitialDomain);
        user["userType"] = "Guest";
        user["creationType"] = "Invitation";
        user["externalUserState"] = accepted ? "Accepted" : "PendingAcceptance";
        user["externalUserStateChangeDateTime"] = Graph.Time(now.AddDays(-dice.Between(1, 200)));
        Fill(user, "mail", 90, mail);
        user["otherMails"] = new JsonArray(mail);
        SignIns(user, !accepted);
        return user;
    }

    /// <summary>A mailbox without a licence: nobody signs in there.</summary>
    private JsonObject Mailbox(int number)
    {
        var name = dice.Of(Shared);
        var nick = $"{TenantSeed.Ascii(name).ToLowerInvariant()}{number.ToString(CultureInfo.InvariantCulture)}";
        var user = Account($"{name} {tenant.DisplayName}", nick, false);
        user["mail"] = $"{nick}@{tenant.DefaultDomain}";
        user["proxyAddresses"] = new JsonArray($"SMTP:{nick}@{tenant.DefaultDomain}");
        user["isResourceAccount"] = number % 4 == 1 ? true : null;
        return user;
    }

    private JsonObject Program(string name, string nick, bool enabled)
    {
        var user = Account(name, nick, enabled, tenant.InitialDomain);
        user["passwordPolicies"] = "DisablePasswordExpiration";
        return user;
    }

    private JsonObject Account(string name, string nick, bool enabled, string? domain = null)
    {
        var made = now.AddMinutes(-dice.Between(2_000, 2_000_000));
        return new JsonObject
        {
            ["displayName"] = name, ["userPrincipalName"] = $"{nick}@{domain ?? tenant.DefaultDomain}", ["mailNickname"] = nick.Replace("#EXT#", "", StringComparison.Ordinal), ["accountEnabled"] = enabled, ["userType"] = "Member",
            ["createdDateTime"] = Graph.Time(made < tenant.Created ? tenant.Created : made), ["businessPhones"] = new JsonArray(), ["assignedLicenses"] = new JsonArray(), ["licenseAssignmentStates"] = new JsonArray(),
        };
    }

    private void SyncFromPremises(JsonObject user, string first, string last, int number)
    {
        if (!tenant.IsHybrid || dice.Chance(15))
        {
            if (tenant.IsHybrid && dice.Chance(20))
            {
                user["onPremisesSyncEnabled"] = false;   // It was, once.
            }

            return;
        }

        var account = $"{TenantSeed.Ascii(first)[..Math.Min(1, TenantSeed.Ascii(first).Length)]}{TenantSeed.Ascii(last)}{number}".ToLowerInvariant();
        user["onPremisesSyncEnabled"] = true;
        user["onPremisesImmutableId"] = Convert.ToBase64String(BitConverter.GetBytes(dice.Next()).Concat(BitConverter.GetBytes(dice.Next())).ToArray());
        user["onPremisesSamAccountName"] = account;
        user["onPremisesDomainName"] = "corp.example";
        user["onPremisesDistinguishedName"] = $"CN={last}\\, {first},OU=Users,DC=corp,DC=example";
        user["onPremisesLastSyncDateTime"] = Graph.Time(now.AddMinutes(-dice.Between(5, 3000)));
    }

    private void License(JsonObject user, bool leaver)
    {
        if (paid.Count == 0 || (leaver && dice.Chance(60)) || dice.Chance(8))
        {
            return;
        }

        LicenseEdits.Assign(user, dice.Skewed(paid).Sku, groups.Licensing is { } group && dice.Chance(55) ? group : null, Graph.Time(now.AddDays(-dice.Between(1, 600))), dice.Chance(12));
        foreach (var free in tenant.Skus.Where(s => s.Renews is null && s.Sku.AppliesTo == "User" && dice.Chance(25)))
        {
            LicenseEdits.Assign(user, free.Sku, null, Graph.Time(now.AddDays(-dice.Between(1, 600))), false);
        }

        if (groups.Licensing is { } failing && dice.Chance(4))
        {
            LicenseEdits.Fail(user, paid[^1].Sku, failing, dice.Chance(60) ? "CountViolation" : "MutuallyExclusiveViolation", Graph.Time(now.AddDays(-dice.Between(1, 60))));
        }
    }

    private void SignIns(JsonObject user, bool seldom)
    {
        if (dice.Chance(seldom ? 60 : 6))
        {
            return;   // Never signed in: nothing is told, not even an empty object.
        }

        var last = now.AddMinutes(-dice.Between(1, seldom ? 400_000 : 30_000));
        user["signInActivity"] = new JsonObject
        {
            ["lastSignInDateTime"] = Graph.Time(last), ["lastSignInRequestId"] = TenantSeed.Uid(dice), ["lastNonInteractiveSignInDateTime"] = dice.Chance(80) ? Graph.Time(last.AddMinutes(dice.Below(60))) : null,
            ["lastSuccessfulSignInDateTime"] = dice.Chance(90) ? Graph.Time(last) : null,
        };
    }

    private void FillBin()
    {
        foreach (var user in users.All.Where(u => (string?)u.Data["userType"] == "Member" && u.Sequence % 41 == 17).ToList())
        {
            user.Bin(now.AddDays(-dice.Between(1, 25)), 0);
        }
    }

    private void Fill(JsonObject user, string name, int percent, string value)
    {
        if (dice.Chance(percent))
        {
            user[name] = value;
        }
    }

    private static string Nick(string first, string last, int number)
    {
        var (a, b) = (TenantSeed.Ascii(first), TenantSeed.Ascii(last));
        return (a.Length * b.Length == 0 ? "user" : $"{a}.{b}").ToLowerInvariant() + number.ToString(CultureInfo.InvariantCulture);
    }
}
