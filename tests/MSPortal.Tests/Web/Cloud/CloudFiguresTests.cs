using System.Diagnostics;
using System.Globalization;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Storage.Model;
using MSPortal.Tests.Storage;
using MSPortal.Tests.Support;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Cloud;
using MSPortal.Web.Ui;
using Xunit;
using Database = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Cloud;

/// <summary>How long lists take with 12,000 people at 40 clients, 5,000 of them at one. Figures for people: no time decides a test.</summary>
public sealed class CloudFiguresTests(ITestOutputHelper output)
{
    private const int Clients = 40;
    private const int Turns = 15;

    [Theory(Explicit = true), DatabaseData]
    public async Task What_lists_take(Database kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var shelf = CloudShelf.Of(home);
        var integration = await shelf.IntegrationAsync();
        var large = await shelf.CompanyAsync("Large");
        for (var c = 0; c < Clients; c++)
        {
            var partition = $"t-{c}";
            await shelf.ConnectAsync(integration, partition, partition, c == 0 ? large : await shelf.CompanyAsync($"Client {c}"));
            await FillAsync(home, integration, partition, c == 0 ? 5_000 : 180);
        }

        var known = new CloudConnections(home.Database, new ConnectorRegistry([new CloudVendor()]), home.Clock);
        var (users, scores, overview) = (new CloudUserQueries(home.Database, known), new CloudScoreQueries(home.Database, known), new CloudOverviewQuery(home.Database, known, home.Clock));
        var sight = Sight.Whole(home.Tenant);
        foreach (var (name, filter, by) in new (string, CloudUserFilter, string?)[]
        {
            ("first page", new(), null), ("by licences", new(), nameof(CloudUserLine.LicenseCount)), ("search", new(Search: "person 77"), null), ("search by address", new(Search: "77@c0"), null),
            ("by product", new(Products: ["p3"]), null), ("licence problems", new(Licensing: CloudLicensing.Problems), null),
        })
        {
            await TimeAsync($"{kind} users, {name}", async () => (await users.ListAsync(sight, large, filter, new RecordQuery(0, 50, by, false), default))!.Total);
        }

        await TimeAsync($"{kind} users, page 90", async () => (await users.ListAsync(sight, large, new(), new RecordQuery(4_500, 50, null, false), default))!.Rows.Count);
        await TimeAsync($"{kind} security score", async () => (await scores.FindAsync(sight, large, null, default))!.Count);
        await TimeAsync($"{kind} all clients", async () => (await overview.ListAsync(sight, new CloudOverviewParameters(), CloudOverviewSort.ByCompany, default)).Count);
    }

    private async Task TimeAsync(string what, Func<Task<int>> ask)
    {
        await ask();
        var taken = new List<double>();
        var count = 0;
        for (var i = 0; i < Turns; i++)
        {
            var began = Stopwatch.GetTimestamp();
            count = await ask();
            taken.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        taken.Sort();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {taken[Turns / 2]:0.0} ms ({taken[0]:0.0}–{taken[^1]:0.0}), {count}"));
    }

    private static async Task FillAsync(StorageHome home, long integration, string partition, int people)
    {
        await using var db = home.Open();
        db.ChangeTracker.AutoDetectChangesEnabled = false;
        var live = db.Streams.Where(s => s.IntegrationId == integration && s.Partition == partition).Select(s => s.LiveGeneration).First();
        for (var n = 0; n < people; n++)
        {
            var user = CloudShelf.User($"u{n}", $"person.{n}@c{partition[2..]}.example", $"Person {n * 7919 % 10007}", [.. Enumerable.Range(0, n % 5).Select(l => new CloudLicenseUse($"p{l}") { IsDirect = true, GroupIds = ["g1", "g2"], Problem = n % 97 == 4 ? "CountViolation" : null })]) with
            {
                JobTitle = "Something that people do", Department = "Somewhere in the house", OtherEmails = [$"a{n}@x.example", $"b{n}@x.example"], Phones = ["+1 555 010 0100"], CreatedAt = StorageHome.Start, Office = "Downtown",
            };
            db.Add(Put(new CloudUserRow { ExternalId = user.ExternalId, Payload = Canonical.Json(user), PrincipalName = user.PrincipalName, Name = user.DisplayName!, IsEnabled = true, Licenses = user.Licenses.Count }, DataType.CloudUsers));
        }

        for (var l = 0; l < 20; l++)
        {
            var license = new CloudLicense { ExternalId = $"p{l}", PartNumber = $"PART{l}", Name = $"Product {l}", Enabled = 100, Used = 90 };
            db.Add(Put(new CloudLicenseRow { ExternalId = license.ExternalId, Payload = Canonical.Json(license), Name = license.Name, Enabled = 100, Used = 90 }, DataType.Licenses));
        }

        for (var day = 0; day < 180; day++)
        {
            var score = new SecurityScore { ExternalId = $"d{day}", At = StorageHome.Start.AddDays(-day), Score = 100, Highest = 300, Controls = [.. Enumerable.Range(0, 80).Select(c => new SecurityControlScore($"c{c}", 1))] };
            db.Add(Put(new SecurityScoreRow { ExternalId = score.ExternalId, Payload = Canonical.Json(score), At = score.At, Score = 100, Highest = 300 }, DataType.SecurityScores));
        }

        for (var c = 0; c < 80; c++)
        {
            var control = new SecurityControl { ExternalId = $"c{c}", Title = $"Control {c}", Highest = 5, Remediation = new string('x', 600) };
            db.Add(Put(new SecurityControlRow { ExternalId = control.ExternalId, Payload = Canonical.Json(control), Title = control.Title }, DataType.SecurityControls));
        }

        await db.SaveChangesAsync();

        RecordRow Put(RecordRow row, DataType type)
        {
            (row.Id, row.TenantId, row.IntegrationId, row.Partition, row.Generation, row.CreatedAt, row.ChangedAt) =
                (RecordId.For(integration, type, row.ExternalId, partition), home.Tenant, integration, partition, live, StorageHome.Start, StorageHome.Start);
            return row;
        }
    }
}
