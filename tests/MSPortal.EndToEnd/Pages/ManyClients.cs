using System.Globalization;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Hosting;

namespace MSPortal.EndToEnd.Pages;

/// <summary>A database in which clients are connected one by one and have been read, without a vendor that would have to be asked.</summary>
internal sealed class ManyClients
{
    private static readonly string[] Names = ["Alpine Dental", "Blue Harbor Logistics", "Cedar Insurance Agency", "Deltaville Property Management", "Falcon Ridge Veterinary Clinic", "Granite Machine Works"];
    private static readonly string[] First = ["Ada", "Bartholomew", "Chloë", "Dmitri", "Esmé", "Farah", "Giovanni", "Hana", "Igor", "Jürgen", "Kofi", "Lakshmi"];
    private static readonly string[] Last = ["Okonkwo-Fitzgerald", "Ray", "Sørensen", "Tan", "Underwood", "Vega", "Weiß", "Young", "Zimmermann"];
    private static readonly (string Id, string Part, string Name)[] Products =
        [("p1", "SPE_F1", "Microsoft 365 F3"), ("p2", "SPB", "Microsoft 365 Business Premium"), ("p3", "EMSPREMIUM", "Enterprise Mobility + Security E5"), ("p4", "FLOW_FREE", "Microsoft Power Automate Free"), ("p5", "VISIOCLIENT", "Visio Plan 2")];

    private readonly DateTimeOffset now = DateTimeOffset.UtcNow;

    /// <summary>In the order of the lists; the last one is not connected.</summary>
    public IReadOnlyList<Guid> Companies { get; } = [.. Names.Select(_ => Guid.NewGuid())];

    /// <param name="setting">Of a database that is empty.</param>
    /// <param name="people">Of the first client; each further one has fewer.</param>
    public async Task FillAsync(string setting, int people)
    {
        var database = new PortalDatabase(DatabaseSetting.Parse(setting, "."));
        await database.MigrateAsync(default);
        var tenant = await FirstTenant.GetOrAddAsync(database, TimeProvider.System, default);
        await using var db = database.Open(tenant);
        var integration = new Integration
        {
            TenantId = tenant, Provider = "microsoft365", Name = "Microsoft 365", StatusSince = now, Settings = "{}", Scope = "{}", CompanyFilter = "{}", CreatedAt = now,
        };
        db.Integrations.Add(integration);
        db.Companies.AddRange(Names.Select((name, i) => new Company { Id = Companies[i], TenantId = tenant, Name = name, NormalizedName = CompanyName.Normalize(name), CreatedAt = now }));
        await db.SaveChangesAsync();
        foreach (var (name, i) in Names.SkipLast(1).Select((name, i) => (name, i)))
        {
            var client = new Client(db, tenant, integration.Id, string.Create(CultureInfo.InvariantCulture, $"8f2c1d4e-0000-4000-8000-{i:000000000000}"), now);
            Connect(client, name, i);
            if (i != 3) // Its first read has not ended.
            {
                Fill(client, name, Math.Max(1, people / (1 + (i * i))), i);
            }
        }

        await db.SaveChangesAsync();
    }

    private void Connect(Client client, string name, int i)
    {
        client.Db.Partitions.Add(new PartitionRow
        {
            TenantId = client.Tenant, IntegrationId = client.Integration, Partition = client.Partition, Name = i == 0 ? name + " Group Limited" : name, Detail = Domain(name), StatusSince = now, ConnectedAt = now, ConnectedBy = "ada@example.com",
            Status = i switch { 1 => PartitionStatus.NeedsConsent, 4 => PartitionStatus.Error, _ => PartitionStatus.Connected },
            StatusReason = i switch { 1 => "No administrator of Blue Harbor Logistics has agreed since the permissions changed.", 4 => "The client's account is closed.", _ => null },
            StatusAdvice = i switch { 1 => "Send the consent link again.", 4 => "Ask the client, then connect it again.", _ => null },
        });
        client.Db.CompanyLinks.Add(new CompanyLink { TenantId = client.Tenant, CompanyId = Companies[i], IntegrationId = client.Integration, ExternalId = client.Partition, LinkedBy = "ada@example.com", LinkedAt = now });
        client.Db.Streams.AddRange(new[] { DataType.CloudUsers, DataType.CloudGroups, DataType.Licenses, DataType.Domains, DataType.SecurityScores, DataType.SecurityControls }.Select(type => new StreamRow
        {
            TenantId = client.Tenant, IntegrationId = client.Integration, Partition = client.Partition, DataType = type, Enabled = true, Interval = TimeSpan.FromHours(6), ReconcileInterval = TimeSpan.FromDays(1),
            DueAt = now.AddYears(1), IncrementalDueAt = now.AddYears(1), FullDueAt = now.AddYears(1), LastCompleteAt = i switch { 3 => null, 4 => now.AddDays(-9), _ => now.AddHours(-2) },
            DeniedPermission = i == 2 && type == DataType.SecurityScores ? "SecurityEvents.Read.All" : null,
        }));
    }

    private void Fill(Client client, string name, int people, int seed)
    {
        for (var n = 0; n < people; n++)
        {
            client.Add(DataType.CloudUsers, Person(name, n), (u, json) => new CloudUserRow
            {
                ExternalId = "", Payload = json, PrincipalName = u.PrincipalName, Name = u.DisplayName ?? u.PrincipalName, Email = u.Email, IsEnabled = u.IsEnabled, IsGuest = u.IsGuest, Licenses = u.Licenses.Count,
            });
        }

        foreach (var (product, i) in Products.Select((p, i) => (p, i)))
        {
            var used = i switch { 0 => people / 3, 1 => people / 2, 2 => people / 4, 3 => 12, _ => 0 };
            var license = new CloudLicense
            {
                ExternalId = product.Id, PartNumber = product.Part, Name = product.Name, Used = used, Enabled = i switch { 0 => used + 12, 1 => used - 3 - seed, 2 => 0, 3 => 10_000, _ => 2 },
                Warning = i == 2 ? used : 0, Suspended = i == 1 ? 5 : 0, Status = i == 2 ? "Warning" : "Enabled", IsTrial = i == 4, NextChangeAt = i < 3 ? now.AddDays(20 * (i + 1)) : null,
            };
            client.Add(DataType.Licenses, license, (l, json) => new CloudLicenseRow { ExternalId = "", Payload = json, Name = l.Name, Enabled = l.Enabled, Used = l.Used });
        }

        foreach (var (group, i) in new[] { "All staff", "Finance and controlling", "Front desk", "Licences: Business Premium", "VPN users" }.Select((g, i) => (g, i)))
        {
            client.Add(
                DataType.CloudGroups,
                new CloudGroup { ExternalId = $"g{i}", Name = group, Kind = (CloudGroupKind)(i % 4), IsDynamic = i == 0, Email = i % 2 == 1 ? $"group{i}@{Domain(name)}" : null, Description = i == 3 ? "Whoever is in here gets the product, also when somebody adds them by mistake." : null, CreatedAt = now.AddDays(-100 * i) },
                (g, json) => new CloudGroupRow { ExternalId = "", Payload = json, Name = g.Name });
        }

        foreach (var (domain, i) in new[] { Domain(name), "alpine.onmicrosoft.example", "mail." + Domain(name) }.Select((d, i) => (d, i)))
        {
            client.Add(
                DataType.Domains,
                new CloudDomain { ExternalId = domain, Name = domain, IsDefault = i == 0, IsInitial = i == 1, IsVerified = i < 2, Authentication = i < 2 ? "Managed" : null, Services = i == 0 ? ["Email", "OfficeCommunicationsOnline"] : [] },
                (d, json) => new CloudDomainRow { ExternalId = "", Payload = json, Name = d.Name, IsDefault = d.IsDefault });
        }

        Score(client, seed);
    }

    private void Score(Client client, int seed)
    {
        string[] titles = ["Require a second factor for administrative roles", "Ensure that all users can complete multifactor authentication", "Block legacy authentication", "Do not let passwords expire", "Turn on audit logging", "Restrict who may invite guests", "Protect devices from tampering with the antivirus, whoever signs in and from wherever that is", "Encrypt disks"];
        for (var i = 0; i < titles.Length; i++)
        {
            var control = new SecurityControl
            {
                ExternalId = $"c{i}", Title = titles[i], Highest = 10 - i, Rank = i, Category = i % 2 == 0 ? "Identity" : "Device", Product = i % 2 == 0 ? "Microsoft Entra ID" : "Defender for Endpoint", Effort = i % 3 == 0 ? "Low" : "Moderate",
                UserImpact = "Moderate", Threats = ["Account breach", "Elevation of privilege"], Url = "https://security.example/recommendations",
                Remediation = "Open the portal, choose the policy, and turn it on for everybody.\nKeep two accounts out of it, so that nobody is locked out.",
            };
            client.Add(DataType.SecurityControls, control, (c, json) => new SecurityControlRow { ExternalId = "", Payload = json, Title = c.Title });
        }

        for (var day = 0; day < 120; day++)
        {
            if (day is > 40 and < 52)
            {
                continue; // The vendor said nothing for a while.
            }

            var at = now.AddDays(-day);
            var score = new SecurityScore
            {
                ExternalId = at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), At = at, Score = 210 - (day / 9 * 6) - (seed * 17) + (day % 3), Highest = 340, AverageOfAll = 45.7m, AverageOfSize = 51.2m,
                Controls = day > 0 ? [] : [.. titles.Select((_, i) => new SecurityControlScore($"c{i}", i switch { 4 or 7 => 10 - i, 2 => 3, _ => 0 }) { State = i == 5 ? "Planned" : "Default" })],
            };
            client.Add(DataType.SecurityScores, score, (s, json) => new SecurityScoreRow { ExternalId = "", Payload = json, At = s.At, Score = s.Score, Highest = s.Highest });
        }
    }

    private CloudUser Person(string company, int n)
    {
        var (first, last) = (First[n % First.Length], Last[n / First.Length % Last.Length]);
        var isGuest = n % 11 == 10;
        List<CloudLicenseUse> licenses = [];
        if (!isGuest && n % 3 != 2)
        {
            licenses.Add(new CloudLicenseUse("p2") { GroupIds = ["g3"], Problem = n % 40 == 1 ? "CountViolation" : null });
        }

        if (n % 4 == 0)
        {
            licenses.Add(new CloudLicenseUse("p3") { IsDirect = true });
        }

        var address = string.Create(CultureInfo.InvariantCulture, $"{first}.{n}@{Domain(company)}").ToLowerInvariant();
        return new CloudUser
        {
            ExternalId = string.Create(CultureInfo.InvariantCulture, $"u{n}"), PrincipalName = isGuest ? $"{first}_partner.example#EXT#@alpine.onmicrosoft.example" : address, DisplayName = $"{first} {last}", Email = address,
            OtherEmails = n % 5 == 0 ? [$"office{n}@{Domain(company)}"] : [], JobTitle = n % 2 == 0 ? "Dental hygienist" : "Accountant", Department = n % 2 == 0 ? "Practice Downtown" : "Finance", MobilePhone = "+1 555 010 0199",
            Phones = ["+1 555 010 0100"], Office = "Downtown", CountryCode = "US", IsEnabled = n % 9 != 8, IsGuest = isGuest, CreatedAt = now.AddDays(-3 * n), Licenses = licenses,
        };
    }

    private static string Domain(string name) => name.ToLowerInvariant().Replace(' ', '-') + ".example";

    private sealed record Client(PortalContext Db, long Tenant, long Integration, string Partition, DateTimeOffset Now)
    {
        public void Add<TRecord, TRow>(DataType type, TRecord record, Func<TRecord, string, TRow> row)
            where TRecord : ExternalRecord
            where TRow : RecordRow
        {
            var made = row(record, Canonical.Json(record));
            (made.Id, made.TenantId, made.IntegrationId, made.Partition, made.Generation, made.ExternalId, made.CreatedAt, made.ChangedAt) =
                (RecordId.For(Integration, type, record.ExternalId, Partition), Tenant, Integration, Partition, 1, record.ExternalId, Now, Now);
            Db.Add(made);
        }
    }
}
