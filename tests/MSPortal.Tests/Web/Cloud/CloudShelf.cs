using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Tests.Storage;

namespace MSPortal.Tests.Web.Cloud;

/// <summary>Connects clients and stores what a sync would have read of them, through the store itself, so that a test says what there is.</summary>
internal sealed class CloudShelf(PortalDatabase database, long tenant, ISyncStore sync, IIntegrationStore integrations, DateTimeOffset now)
{
    public const string Acme = "t-acme";
    public const string Globex = "t-globex";

    private static readonly DataType[] Types = [DataType.CloudUsers, DataType.CloudGroups, DataType.Licenses, DataType.Domains, DataType.SecurityScores, DataType.SecurityControls];

    private readonly Actor ada = new(tenant, "ada@example.com", null);

    public static CloudShelf Of(StorageHome home, long? tenant = null) => new(home.Database, tenant ?? home.Tenant, home.Get<ISyncStore>(), home.Get<IIntegrationStore>(), StorageHome.Start);

    public async Task<long> IntegrationAsync(string name = "Our Sky", string provider = "sky", IntegrationStatus status = IntegrationStatus.Active)
    {
        await using var db = database.Open(tenant);
        var integration = new Integration
        {
            TenantId = tenant, Provider = provider, Name = name, Settings = "{}", Scope = "{}", CompanyFilter = "{}", Status = status, StatusSince = now, CreatedAt = now,
        };
        db.Integrations.Add(integration);
        await db.SaveChangesAsync();
        return integration.Id;
    }

    public async Task<Guid> CompanyAsync(string name)
    {
        await using var db = database.Open(tenant);
        var company = new Company { Id = Guid.NewGuid(), TenantId = tenant, Name = name, NormalizedName = CompanyName.Normalize(name), CreatedAt = now };
        db.Companies.Add(company);
        await db.SaveChangesAsync();
        return company.Id;
    }

    /// <summary>Everything was read an hour ago.</summary>
    public async Task ConnectAsync(long integration, string partition, string name, Guid? company, string? detail = null)
    {
        var streams = Types.Select(t => new NewStream(t, true, TimeSpan.FromHours(6), TimeSpan.FromDays(1), now, null) { PerPartition = true }).ToList();
        await integrations.ConnectPartitionAsync(integration, new NewPartition(new AccountIdentity(partition, name) { Detail = detail }, company, streams), ada, CancellationToken.None);
        await StreamAsync(integration, partition, null, s =>
        {
            s.LastCompleteAt = now.AddHours(-1);
            s.DueAt = s.IncrementalDueAt = s.FullDueAt = now.AddYears(50); // Nobody reads what this test has written.
            s.RequestedAt = null;
        });
    }

    public async Task StreamAsync(long integration, string partition, DataType? type, Action<StreamRow> change)
    {
        await using var db = database.Open(tenant);
        foreach (var stream in await db.Streams.Where(s => s.IntegrationId == integration && s.Partition == partition && (type == null || s.DataType == type)).ToListAsync())
        {
            change(stream);
        }

        await db.SaveChangesAsync();
    }

    public async Task StandAsync(string partition, PartitionStatus status, string? reason, string? advice = null)
    {
        await using var db = database.Open(tenant);
        await db.Partitions.Where(p => p.Partition == partition)
            .ExecuteUpdateAsync(s => s.SetProperty(p => p.Status, status).SetProperty(p => p.StatusReason, reason).SetProperty(p => p.StatusAdvice, advice));
    }

    public async Task ReadAsync(long integration, string partition, DataType type, params ExternalRecord[] records)
    {
        var key = new StreamKey(tenant, integration, type, partition);
        var sequence = await sync.NextReadSequenceAsync(key, CancellationToken.None);
        await sync.CommitReadsAsync(key, new RowChanges { ReadSequence = sequence, ReadAt = now, Rows = [.. records.Select(StoredRow.Of)] }, CancellationToken.None);
    }

    public Task UsersAsync(long integration, string partition, params CloudUser[] users) => ReadAsync(integration, partition, DataType.CloudUsers, users);

    public static CloudUser User(string id, string address, string? name, params CloudLicenseUse[] licenses) =>
        new() { ExternalId = id, PrincipalName = address, DisplayName = name, IsEnabled = true, Licenses = licenses };

    public async Task DoAsync(Func<PortalContext, Task> change)
    {
        await using var db = database.Open(tenant);
        await change(db);
        await db.SaveChangesAsync();
    }

    /// <summary>
    /// Acme and Globex are connected, Initech is not, and Hooli's connection belongs to no company. Acme has five people, three licences too many of one product and one too few of
    /// another, and a score that was 50 % a month ago and is 60 % now; Globex has one person with the same product.
    /// </summary>
    public async Task<(long Integration, Guid Acme, Guid Globex, Guid Initech)> FillAsync()
    {
        var integration = await IntegrationAsync();
        var (acme, globex, initech) = (await CompanyAsync("Acme"), await CompanyAsync("Globex"), await CompanyAsync("Initech"));
        await ConnectAsync(integration, Acme, "Acme Ltd", acme, "acme.example");
        await ConnectAsync(integration, Globex, "Globex Corp", globex, "globex.example");
        await ConnectAsync(integration, "t-hooli", "Hooli", null);
        await UsersAsync(
            integration, Acme,
            User("u1", "ann@acme.example", "Ann Lee", new CloudLicenseUse("lic-e3") { IsDirect = true }, new CloudLicenseUse("lic-p1") { GroupIds = ["g1"] }) with
            {
                JobTitle = "CFO", Department = "Finance", MobilePhone = "+44 7700 900123", OtherEmails = ["Accounts@acme.example"], Email = "ann.lee@acme.example", CreatedAt = now.AddYears(-2),
            },
            User("u2", "bob@acme.example", "bob Ray") with { IsEnabled = false },
            User("u3", "zoe@acme.example", "Zoë Kern", new CloudLicenseUse("lic-p1") { IsDirect = true, Problem = "CountViolation" }),
            User("u4", "guest_partner.example#EXT#@acme.example", "=cmd|calc") with { IsGuest = true, IsEnabled = null },
            User("u5", "info@acme.example", null, new CloudLicenseUse("lic-gone") { IsDirect = true }) with { JobTitle = "\"licenseId\":\"lic-e3\",\"problem\":\"x\"" });
        await UsersAsync(integration, Globex, User("u9", "secret@globex.example", "Secret of Globex", new CloudLicenseUse("lic-e3") { IsDirect = true }));
        await ReadAsync(
            integration, Acme, DataType.Licenses,
            new CloudLicense { ExternalId = "lic-e3", PartNumber = "SKY_E3", Name = "Sky Office E3", Enabled = 5, Used = 4, NextChangeAt = now.AddDays(20), Status = "Enabled" },
            new CloudLicense { ExternalId = "lic-p1", PartNumber = "SKY_P1", Name = "Sky Protect, Plan 1", Enabled = 2, Warning = 1, Suspended = 4, Used = 6, Status = "Warning", IsTrial = true },
            new CloudLicense { ExternalId = "lic-free", PartNumber = "SKY_FREE", Name = "Sky Flow Free", Enabled = 10_000, Used = 2 },
            new CloudLicense { ExternalId = "lic-room", PartNumber = "SKY_ROOM", Name = "Sky Archive", Enabled = 1, IsForCompany = true });
        await ReadAsync(integration, Globex, DataType.Licenses, new CloudLicense { ExternalId = "lic-e3", PartNumber = "SKY_E3", Name = "Sky Office E3", Enabled = 1, Used = 1 });
        await ReadAsync(
            integration, Acme, DataType.CloudGroups,
            new CloudGroup { ExternalId = "g1", Name = "Licensed people", Description = "Who gets Protect" },
            new CloudGroup { ExternalId = "g2", Name = "all staff", Kind = CloudGroupKind.Collaboration, IsDynamic = true, Email = "staff@acme.example" });
        await ReadAsync(integration, Globex, DataType.CloudGroups, new CloudGroup { ExternalId = "g1", Name = "Globex board" });
        await ReadAsync(
            integration, Acme, DataType.Domains,
            new CloudDomain { ExternalId = "d1", Name = "acme.onsky.example", IsInitial = true, IsVerified = true },
            new CloudDomain { ExternalId = "d2", Name = "acme.example", IsDefault = true, IsVerified = true, Authentication = "Managed", Services = ["Email"] },
            new CloudDomain { ExternalId = "d3", Name = "acme.test" });
        await ReadAsync(integration, Globex, DataType.Domains, new CloudDomain { ExternalId = "d1", Name = "globex.example" });
        await FillScoresAsync(integration);
        return (integration, acme, globex, initech);
    }

    private async Task FillScoresAsync(long integration)
    {
        await ReadAsync(
            integration, Acme, DataType.SecurityScores,
            Score(now.AddDays(-40), 10, 100), Score(now.AddDays(-31), 90, 180), Score(now.AddDays(-4), 118, 200), Score(now.AddDays(-2), 119, 200),
            Score(now.AddDays(-1), 120, 200) with
            {
                AverageOfAll = 45.5m, AverageOfSize = 52,
                Controls = [new("c1", 0), new("c2", 5) { State = "Planned" }, new("c3", 6), new("c4", 0)],
            });
        await ReadAsync(integration, Globex, DataType.SecurityScores, Score(now.AddDays(-1), 20, 100));
        await ReadAsync(
            integration, Acme, DataType.SecurityControls,
            new SecurityControl { ExternalId = "c2", Title = "Block old sign-ins", Highest = 8, Url = "javascript:alert(1)" },
            new SecurityControl { ExternalId = "c1", Title = "Ask for a second factor", Highest = 10, Category = "Identity", Effort = "Low", UserImpact = "Moderate", Product = "Directory", Remediation = "Turn it on.", Url = "https://vendor.example/c1" },
            new SecurityControl { ExternalId = "c3", Title = "Encrypt disks", Highest = 6 },
            new SecurityControl { ExternalId = "c4", Title = "Old advice", Highest = 9, IsDeprecated = true },
            new SecurityControl { ExternalId = "c5", Title = "For another product", Highest = 50 });
        await ReadAsync(integration, Globex, DataType.SecurityControls, new SecurityControl { ExternalId = "c1", Title = "Secret advice of Globex", Highest = 10 });
    }

    private static SecurityScore Score(DateTimeOffset at, decimal score, decimal highest) => new() { ExternalId = at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), At = at, Score = score, Highest = highest };
}
