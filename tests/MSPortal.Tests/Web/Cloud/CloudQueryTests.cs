using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;
using MSPortal.Tests.Storage;
using MSPortal.Tests.Support;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Cloud;
using MSPortal.Web.Ui;
using Shouldly;
using Xunit;
using Database = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Cloud;

/// <summary>Which rows lists show, and whose: on both databases.</summary>
public sealed class CloudQueryTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, DatabaseData]
    public async Task Every_filter_shows_whom_it_says_and_nobody_of_another_company(Database kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var (_, acme, globex, _) = await CloudShelf.Of(home).FillAsync();
        foreach (var (filter, expected) in new (CloudUserFilter, string[])[]
        {
            (new(), ["u1", "u2", "u3", "u4", "u5"]),
            (new(Kind: CloudUserKind.Enabled), ["u1", "u3", "u5"]),
            (new(Kind: CloudUserKind.Disabled), ["u2"]),
            (new(Kind: CloudUserKind.Guest), ["u4"]),
            (new(Licensing: CloudLicensing.With), ["u1", "u3", "u5"]),
            (new(Licensing: CloudLicensing.Without), ["u2", "u4"]),
            (new(Licensing: CloudLicensing.Problems), ["u3"]),
            (new(Products: ["lic-e3"]), ["u1"]),
            (new(Products: ["sky_p1"]), ["u1", "u3"]),
            (new(Products: ["lic-e3", "lic-gone"]), ["u1", "u5"]),
            (new(Products: ["lic-%"]), []),
            (new(Products: ["lic"]), []),
            (new(Products: ["lic-p1"], Kind: CloudUserKind.Enabled, Licensing: CloudLicensing.Problems), ["u3"]),
            (new(Search: "ANN LEE"), ["u1"]),
            (new(Search: "bob r"), ["u2"]),
            (new(Search: "ZOË"), ["u3"]),
            (new(Search: "ann.LEE@"), ["u1"]),
            (new(Search: "accounts@acme"), ["u1"]),
            (new(Search: "#ext#"), ["u4"]),
            (new(Search: "finance"), []),
            (new(Search: "_nn"), []),
            (new(Connection: "77:nowhere"), ["u1", "u2", "u3", "u4", "u5"]),
        })
        {
            var page = (await Users(home).ListAsync(Everything(home), acme, filter, new RecordQuery(0, 50, null, false), Stop))!;
            page.Rows.Select(u => u.Record.ExternalId).ShouldBe(expected, ignoreOrder: true, $"{filter} {string.Join(' ', filter.Products ?? [])}");
            page.Total.ShouldBe(expected.Length);
            (await Users(home).AllAsync(Everything(home), acme, filter, Stop).Select(u => u.Record.ExternalId).ToListAsync(Stop)).ShouldBe(expected, ignoreOrder: true);
        }

        (await Users(home).ListAsync(Everything(home), globex, new(Products: ["lic-e3"]), new RecordQuery(0, 50, null, false), Stop))!.Rows.Select(u => u.Name).ShouldBe(["Secret of Globex"]);
    }

    [Theory, DatabaseData]
    public async Task People_are_ordered_and_paged_and_each_has_licences_by_name(Database kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var (_, acme, _, _) = await CloudShelf.Of(home).FillAsync();

        async Task<string> OrderAsync(string? by, bool down, int skip = 0, int take = 50) => string.Join(' ', (await Users(home).ListAsync(
            Everything(home), acme, new(Search: "acme.example", Kind: null), new RecordQuery(skip, take, by, down), Stop))!.Rows.Where(u => !u.Record.IsGuest).Select(u => u.Record.ExternalId));

        (await OrderAsync(null, false)).ShouldBe("u1 u2 u5 u3", "capitals do not matter, and who has no name is called by the address");
        (await OrderAsync(nameof(CloudUserLine.Name), true)).ShouldBe("u3 u5 u2 u1");
        (await OrderAsync(nameof(CloudUserLine.Address), false)).ShouldBe("u1 u2 u5 u3");
        (await OrderAsync(nameof(CloudUserLine.LicenseCount), true)).ShouldBe("u1 u5 u3 u2");
        (await OrderAsync(nameof(CloudUserLine.IsEnabled), true)).ShouldBe("u2 u1 u5 u3");
        var page = (await Users(home).ListAsync(Everything(home), acme, new(Kind: CloudUserKind.Enabled), new RecordQuery(1, 1, null, false), Stop))!;
        (page.Total, page.Rows.Single().Record.ExternalId).ShouldBe((3, "u5"));
        var ann = (await Users(home).ListAsync(Everything(home), acme, new(Search: "ann"), new RecordQuery(0, 1, null, false), Stop))!.Rows.Single();
        ann.Licenses.Select(l => l.Name).ShouldBe(["Sky Office E3", "Sky Protect, Plan 1"]);
        page.Rows.Single().Licenses.Select(l => l.Name).ShouldBe(["lic-gone"], "a product that is not there any more has its id");
    }

    [Theory, DatabaseData]
    public async Task One_person_has_the_names_of_the_groups_that_give_licences_and_is_found_at_their_own_company_only(Database kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var (integration, acme, globex, _) = await CloudShelf.Of(home).FillAsync();

        var ann = (await Users(home).GetAsync(Everything(home), acme, $"{integration}:{CloudShelf.Acme}", "u1", Stop))!;

        ann.GroupNames.ShouldBe(new Dictionary<string, string> { ["g1"] = "Licensed people" });
        ann.ReadAt.ShouldBe(StorageHome.Start.AddHours(-1));
        (await Users(home).GetAsync(Everything(home), acme, $"{integration}:{CloudShelf.Globex}", "u9", Stop)).ShouldBeNull("that is another company's connection");
        (await Users(home).GetAsync(Everything(home), globex, $"{integration}:{CloudShelf.Globex}", "u1", Stop)).ShouldBeNull();
    }

    [Theory, DatabaseData]
    public async Task Who_may_not_see_a_company_is_told_nothing_by_any_list(Database kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var (_, acme, globex, _) = await CloudShelf.Of(home).FillAsync();
        var other = await home.AddTenantAsync("Fabrikam IT");
        foreach (var sight in new[] { new Sight(home.Tenant, [globex]), new Sight(home.Tenant, null, new ClientSight(TicketReach.Company, [])), new Sight(home.Tenant, [acme], new ClientSight(TicketReach.Company, [])), Sight.Whole(other) })
        {
            (await Known(home).FindAsync(sight, acme, Stop)).ShouldBeNull();
            (await Users(home).ListAsync(sight, acme, new(), new RecordQuery(0, 50, null, false), Stop)).ShouldBeNull();
            (await Users(home).AllAsync(sight, acme, new(), Stop).ToListAsync(Stop)).ShouldBeEmpty();
            (await Lists(home).LicensesAsync(sight, acme, null, Stop)).ShouldBeNull();
            (await Lists(home).GroupsAsync(sight, acme, null, null, new RecordQuery(0, 50, null, false), Stop)).ShouldBeNull();
            (await Lists(home).DomainsAsync(sight, acme, null, Stop)).ShouldBeNull();
            (await Scores(home).FindAsync(sight, acme, null, Stop)).ShouldBeNull();
            (await Overview(home).OfAsync(sight, acme, Stop)).ShouldBeNull();
        }

        (await OverviewAsync(home, sight: new Sight(home.Tenant, [globex]))).Select(l => l.Company).ShouldBe(["Globex"]);
        (await OverviewAsync(home, "not_connected", sight: new Sight(home.Tenant, [globex]))).ShouldBeEmpty();
        (await OverviewAsync(home, sight: Sight.Whole(other))).ShouldBeEmpty();
        (await Overview(home).OrphansAsync(other, Stop)).ShouldBeEmpty();
    }

    [Theory, DatabaseData]
    public async Task Lists_show_what_was_read_last_in_its_order(Database kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var shelf = CloudShelf.Of(home);
        var (integration, acme, _, _) = await shelf.FillAsync();

        (await Lists(home).LicensesAsync(Everything(home), acme, null, Stop))!.Select(l => (l.Record.PartNumber, l.Free, l.Over))
            .ShouldBe([("SKY_FREE", 9998, 0), ("SKY_E3", 1, 0), ("SKY_P1", 0, 3), ("SKY_ROOM", 1, 0)]);
        (await GroupsAsync(null)).ShouldBe(["all staff", "Licensed people"]);
        (await GroupsAsync("LICENSED")).ShouldBe(["Licensed people"]);
        (await Lists(home).DomainsAsync(Everything(home), acme, null, Stop))!.Select(d => d.Record.Name).ShouldBe(["acme.example", "acme.onsky.example", "acme.test"]);

        await shelf.StreamAsync(integration, CloudShelf.Acme, DataType.CloudGroups, s => s.LiveGeneration++);
        (await GroupsAsync(null)).ShouldBeEmpty("rows of another generation are nobody's");

        async Task<IEnumerable<string>> GroupsAsync(string? search) =>
            (await Lists(home).GroupsAsync(Everything(home), acme, null, search, new RecordQuery(0, 50, null, false), Stop))!.Rows.Select(g => g.Name);
    }

    [Theory, DatabaseData]
    public async Task A_score_has_its_change_its_days_and_what_is_worth_doing(Database kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var (_, acme, globex, initech) = await CloudShelf.Of(home).FillAsync();

        var score = (await Scores(home).FindAsync(Everything(home), acme, null, Stop))!.Single();

        (score.Percent, score.Change, score.Latest!.AverageOfSize).ShouldBe((60m, 10m, 52m));
        score.History.Select(p => (p.At.Date - StorageHome.Start.Date).Days).ShouldBe([-40, -31, -4, -2, -1]);
        score.Open.Select(c => (c.Control.Title, c.Left)).ShouldBe([("Ask for a second factor", 10m), ("Block old sign-ins", 3m)]);
        score.Done.Select(c => c.Control.Title).ShouldBe(["Encrypt disks"]);
        score.Elsewhere.ShouldBe(1);
        (await Scores(home).FindAsync(Everything(home), globex, null, Stop))!.Single().Change.ShouldBeNull();
        (await Scores(home).FindAsync(Everything(home), initech, null, Stop))!.ShouldBeEmpty();
    }

    [Theory, DatabaseData]
    public async Task All_clients_stand_beside_each_other_with_numbers_only_where_something_was_read(Database kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var shelf = CloudShelf.Of(home);
        var (integration, _, _, _) = await shelf.FillAsync();
        await shelf.StandAsync(CloudShelf.Globex, PartitionStatus.NeedsConsent, "The agreement was taken back.");
        await shelf.StreamAsync(integration, CloudShelf.Globex, DataType.CloudUsers, s => s.LastCompleteAt = null);

        var all = await OverviewAsync(home);

        all.Select(l => (l.Company, l.Standing, l.Users, l.Figures.Enabled, l.Figures.Guests, l.LicensesUsed, l.LicensesTotal, l.LicensesFree, l.Figures.Licenses?.Over, l.Score, l.Figures.ScoreChange)).ShouldBe(
        [
            ("Acme", CloudStanding.Connected, 5, 3, 1, 10, 8, 1, 3, 60m, 10m),
            ("Globex", CloudStanding.NeedsConsent, null, null, null, 1, 1, 0, 0, 20m, null),
        ]);
        all[1].Connection!.Reason.ShouldBe("The agreement was taken back.");
        await shelf.StreamAsync(integration, CloudShelf.Acme, DataType.SecurityScores, s => s.LastCompleteAt = null);
        (await OverviewAsync(home)).Select(l => (l.Company, l.Score, l.Figures.ScoreChange)).ShouldBe([("Acme", null, null), ("Globex", 20m, null)]);
        all.Select(l => l.Oldest!.Freshness).ShouldBe([Freshness.Fresh, Freshness.Never]);
        (await OverviewAsync(home, sort: "-users")).Select(l => l.Company).ShouldBe(["Acme", "Globex"], "what is not known comes last either way");
        (await OverviewAsync(home, sort: "users")).Select(l => l.Company).ShouldBe(["Acme", "Globex"]);
        (await OverviewAsync(home, sort: "score")).Select(l => l.Company).ShouldBe(["Globex", "Acme"]);
        (await OverviewAsync(home, sort: "-company")).Select(l => l.Company).ShouldBe(["Globex", "Acme"]);
        (await OverviewAsync(home, "needs_consent")).Select(l => l.Company).ShouldBe(["Globex"]);
        (await OverviewAsync(home, "error")).ShouldBeEmpty();
        (await OverviewAsync(home, "not_connected")).Select(l => (l.Company, l.Users)).ShouldBe([("Initech", null)]);
        (await OverviewAsync(home, search: "ACM")).Select(l => l.Company).ShouldBe(["Acme"]);
        (await Overview(home).OrphansAsync(home.Tenant, Stop)).ShouldBe(["Hooli"]);
    }

    [Theory]
    [DatabaseData(IntegrationStatus.Active, CloudStanding.Connected, null)]
    [DatabaseData(IntegrationStatus.Error, CloudStanding.Connected, null)]
    [DatabaseData(IntegrationStatus.Paused, CloudStanding.Paused, "Our Sky is paused")]
    [DatabaseData(IntegrationStatus.Disconnected, CloudStanding.Error, "Our Sky is disconnected. The secret has ended.")]
    [DatabaseData(IntegrationStatus.Stopped, CloudStanding.Error, "Our Sky is stopped. The secret has ended.")]
    public async Task What_the_integration_cannot_do_no_client_s_connection_can(Database kind, IntegrationStatus status, CloudStanding standing, string? reason)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var shelf = CloudShelf.Of(home);
        var (integration, acme, _, _) = await shelf.FillAsync();
        await shelf.DoAsync(db => db.Integrations.Where(i => i.Id == integration).ExecuteUpdateAsync(s => s.SetProperty(i => i.Status, status).SetProperty(i => i.StatusReason, "The secret has ended.")));

        var connection = (await Known(home).FindAsync(Everything(home), acme, Stop))!.Connections.Single();

        connection.Standing.ShouldBe(standing);
        (connection.Reason ?? "").ShouldStartWith(reason ?? "");
    }

    [Theory, DatabaseData]
    public async Task A_client_that_is_blocked_unlinked_or_disconnected_shows_nothing(Database kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var shelf = CloudShelf.Of(home);
        var (integration, acme, globex, _) = await shelf.FillAsync();
        await shelf.DoAsync(db =>
        {
            db.BlockedCompanies.Add(new BlockedCompany { TenantId = home.Tenant, IntegrationId = integration, ExternalId = CloudShelf.Acme, Name = "Acme Ltd", BlockedBy = "Ada", BlockedAt = StorageHome.Start });
            return Task.CompletedTask;
        });
        (await Users(home).ListAsync(Everything(home), acme, new(), new RecordQuery(0, 50, null, false), Stop))!.Rows.ShouldBeEmpty();

        await home.Get<MSPortal.Core.Ports.IIntegrationStore>().DisconnectPartitionAsync(integration, CloudShelf.Globex, home.Ada, Stop);
        (await Users(home).ListAsync(Everything(home), globex, new(), new RecordQuery(0, 50, null, false), Stop))!.Rows.ShouldBeEmpty();
        (await OverviewAsync(home)).ShouldBeEmpty();
        (await OverviewAsync(home, "not_connected")).Select(l => l.Company).ShouldBe(["Acme", "Globex", "Initech"]);
    }

    [Theory, DatabaseData]
    public async Task A_company_with_two_connections_has_both_or_the_one_that_is_asked_for(Database kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var shelf = CloudShelf.Of(home);
        var (integration, acme, _, _) = await shelf.FillAsync();
        await shelf.ConnectAsync(integration, "t-acme-2", "Acme Labs", acme);
        await shelf.UsersAsync(integration, "t-acme-2", CloudShelf.User("u1", "lab@acme-labs.example", "Lab", new CloudLicenseUse("lic-e3")));

        (await NamesAsync(new())).ShouldBe(["Ann Lee: Sky Office E3, Sky Protect, Plan 1", "Lab: lic-e3"], "the name of a product is the connection's own");
        (await NamesAsync(new(Connection: $"{integration}:t-acme-2"))).ShouldBe(["Lab: lic-e3"]);
        (await NamesAsync(new(Connection: $"{integration}:{CloudShelf.Acme}"))).ShouldBe(["Ann Lee: Sky Office E3, Sky Protect, Plan 1"]);
        (await OverviewAsync(home, search: "acme")).Select(l => (l.Connection!.Name, l.Users)).ShouldBe([("Acme Labs", 1), ("Acme Ltd", 5)]);
        (await Scores(home).FindAsync(Everything(home), acme, null, Stop))!.Select(s => s.Percent).ShouldBe([null, 60m]);

        async Task<IEnumerable<string>> NamesAsync(CloudUserFilter filter) => (await Users(home).ListAsync(Everything(home), acme, filter with { Products = ["lic-e3"] }, new RecordQuery(0, 50, null, false), Stop))!
            .Rows.Select(u => $"{u.Name}: {string.Join(", ", u.Licenses.Select(l => l.Name))}");
    }

    private static Sight Everything(StorageHome home) => Sight.Whole(home.Tenant);

    private static CloudConnections Known(StorageHome home) => new(home.Database, new ConnectorRegistry([new CloudVendor()]), home.Clock);

    private static CloudUserQueries Users(StorageHome home) => new(home.Database, Known(home));

    private static CloudListQueries Lists(StorageHome home) => new(home.Database, Known(home));

    private static CloudScoreQueries Scores(StorageHome home) => new(home.Database, Known(home));

    private static CloudOverviewQuery Overview(StorageHome home) => new(home.Database, Known(home), home.Clock);

    private static Task<IReadOnlyList<CloudOverviewLine>> OverviewAsync(StorageHome home, string? status = null, string? search = null, string sort = "company", Sight? sight = null) =>
        Overview(home).ListAsync(sight ?? Everything(home), new CloudOverviewParameters { Status = status, Search = search }, CloudOverviewSort.Parse(sort)!, Stop);
}
