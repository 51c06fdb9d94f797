using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Storage.Model;
using MSPortal.Tests.Storage;
using MSPortal.Tests.Support;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Tickets;
using MSPortal.Web.Ui;
using Shouldly;
using Xunit;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Tickets;

public sealed class TicketQueryTests
{
    [Theory, DatabaseData]
    public async Task A_ticket_is_seen_when_its_company_is_linked_and_not_blocked_or_when_it_has_none(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var seed = Seed(home);
        var psa = await seed.IntegrationAsync();
        var other = await seed.IntegrationAsync("Other PSA");
        var acme = await seed.LinkAsync(psa, "7", "Acme");
        await seed.LinkAsync(psa, "8", "Blocked and linked");
        await seed.LinkAsync(other, "9", "Of the other PSA");
        await seed.LinkAsync(psa, "6", "Of a partition", partition: "p");
        await seed.BlockAsync(psa, "8");
        await seed.BlockAsync(psa, "10");
        await seed.TicketAsync(psa, "1", company: "7");
        await seed.TicketAsync(psa, "2", company: null);
        await seed.TicketAsync(psa, "3", company: "8");
        await seed.TicketAsync(psa, "4", company: "9");
        await seed.TicketAsync(psa, "5", company: "10");
        await seed.TicketAsync(psa, "6", company: "6");
        await seed.TicketAsync(psa, "7", company: "unknown");

        (await NumbersAsync(home, TicketFilter.Everything)).ShouldBe(["1", "2"], ignoreOrder: true);
        var lines = (await PageAsync(home, TicketFilter.Everything)).Rows.ToDictionary(l => l.Number);
        (lines["1"].CompanyId, lines["1"].Company).ShouldBe((acme, "Acme"));
        (lines["2"].CompanyId, lines["2"].Company).ShouldBe((null, null));
    }

    [Theory, DatabaseData]
    public async Task Linking_shows_and_unlinking_hides_at_once(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var seed = Seed(home);
        var psa = await seed.IntegrationAsync();
        var id = await seed.TicketAsync(psa, "1", company: "7");
        (await NumbersAsync(home, TicketFilter.Everything)).ShouldBeEmpty();
        (await Queries(home).FindAsync(Sight.Whole(home.Tenant), id, default)).ShouldBeNull();
        await seed.LinkAsync(psa, "7", "Acme");
        (await NumbersAsync(home, TicketFilter.Everything)).ShouldBe(["1"]);
        (await Queries(home).FindAsync(Sight.Whole(home.Tenant), id, default)).ShouldNotBeNull().Company.ShouldBe("Acme");
        await seed.DoAsync(db => db.CompanyLinks.ExecuteDeleteAsync());
        (await NumbersAsync(home, TicketFilter.Everything)).ShouldBeEmpty();
    }

    [Theory, DatabaseData]
    public async Task Another_tenants_tickets_are_never_seen(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var theirs = await home.AddTenantAsync("Fabrikam IT");
        var seed = new TicketSeed(home.Database, theirs, StorageHome.Start);
        var psa = await seed.IntegrationAsync();
        await seed.LinkAsync(psa, "7", "Acme");
        var id = await seed.TicketAsync(psa, "1", company: "7");
        await seed.TicketAsync(psa, "2", company: null);

        (await NumbersAsync(home, TicketFilter.Everything)).ShouldBeEmpty();
        (await NumbersAsync(home, TicketFilter.Everything with { Search = "Ticket" })).ShouldBeEmpty();
        (await Queries(home).FindAsync(Sight.Whole(home.Tenant), id, default)).ShouldBeNull();
        (await Queries(home).BatchAsync(Sight.Whole(home.Tenant), TicketFilter.Everything, null, 10, default)).Rows.ShouldBeEmpty();
        (await new TicketQueries(home.Database).FindAsync(Sight.Whole(theirs), id, default)).ShouldNotBeNull();
    }

    [Theory, DatabaseData]
    public async Task Only_the_live_generation_is_seen_and_a_swap_changes_it_at_once(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var seed = Seed(home);
        var psa = await seed.IntegrationAsync();
        await seed.TicketAsync(psa, "1", company: null, t => t.Summary = "old");
        await seed.TicketAsync(psa, "1", company: null, t => t.Summary = "new", generation: 2);
        await seed.TicketAsync(psa, "2", company: null, generation: 2);
        (await PageAsync(home, TicketFilter.Everything)).Rows.Select(l => (l.Number, l.Summary)).ShouldBe([("1", "old")]);
        await seed.DoAsync(db => db.Streams.Where(s => s.DataType == DataType.Tickets).ExecuteUpdateAsync(u => u.SetProperty(s => s.LiveGeneration, 2)));
        (await PageAsync(home, TicketFilter.Everything)).Rows.Select(l => (l.Number, l.Summary)).ShouldBe([("1", "new"), ("2", "Ticket 2")], ignoreOrder: true);
    }

    [Theory, DatabaseData]
    public async Task Each_filter_finds_exactly_its_own(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var seed = Seed(home);
        var psa = await seed.IntegrationAsync();
        var other = await seed.IntegrationAsync("Second PSA", "autotask", new TicketScope { Stages = new Dictionary<string, TicketStage> { ["10"] = TicketStage.Waiting } });
        var acme = await seed.LinkAsync(psa, "7", "Acme");
        await seed.TicketAsync(psa, "1", "7", t => (t.Priority, t.OwnerName, t.VendorUpdatedAt, t.OpenedAt) = (PriorityLevel.Critical, "Kim", At(1), At(1)));
        await seed.TicketAsync(psa, "2", null, t => (t.StatusId, t.StatusName, t.ContainerName, t.VendorUpdatedAt, t.OpenedAt) = ("11", "Doing", "Projects", At(2), At(2)));
        await seed.TicketAsync(psa, "3", null, t => (t.StatusId, t.StatusName, t.IsClosed, t.VendorUpdatedAt, t.OpenedAt) = ("99", "Odd", true, At(3), At(3)));
        await seed.TicketAsync(other, "4", null, t => (t.Priority, t.OwnerName, t.Summary, t.VendorUpdatedAt, t.OpenedAt) = (PriorityLevel.Low, "Lee", "Printer on fire", At(4), At(4)));
        var all = TicketFilter.Everything;

        var wrong = new List<string>();
        foreach (var (name, filter, expected) in new (string, TicketFilter, string)[]
        {
            ("open by default", new(), "1 2 4"),
            ("closed", new() { State = TicketState.Closed }, "3"),
            ("all", all, "1 2 3 4"),
            ("status", all with { Statuses = ["Doing", "Odd"] }, "2 3"),
            ("stage of each integration", all with { Stages = [TicketStage.New] }, "1"),
            ("stages", all with { Stages = [TicketStage.Working, TicketStage.Waiting] }, "2 4"),
            ("no stage", all with { Stages = [null] }, "3"),
            ("stage or none", all with { Stages = [null, TicketStage.New] }, "1 3"),
            ("priority", all with { Priorities = [PriorityLevel.Critical, PriorityLevel.Low] }, "1 4"),
            ("no priority", all with { Priorities = [null] }, "2 3"),
            ("company", all with { Companies = [acme] }, "1"),
            ("no company", all with { Companies = [null] }, "2 3 4"),
            ("company or none", all with { Companies = [acme, null] }, "1 2 3 4"),
            ("an unknown company", all with { Companies = [Guid.NewGuid()] }, ""),
            ("assignee", all with { Assignees = ["Kim"] }, "1"),
            ("nobody or Lee", all with { Assignees = [null, "Lee"] }, "2 3 4"),
            ("container", all with { Containers = ["Projects"] }, "2"),
            ("integration", all with { Integrations = [other] }, "4"),
            ("provider", all with { Providers = ["ConnectWise"] }, "1 2 3"),
            ("updated from", all with { UpdatedFrom = At(3) }, "3 4"),
            ("updated before", all with { UpdatedBefore = At(3) }, "1 2"),
            ("opened within", all with { OpenedFrom = At(2), OpenedBefore = At(4) }, "2 3"),
            ("search", all with { Search = "FIRE print" }, "4"),
            ("search by the vendor's company name", all with { Search = "vendor's 7" }, "1"),
            ("a short word", all with { Search = "4" }, "4"),
            ("several together", all with { Search = "ticket", Priorities = [PriorityLevel.Critical], Containers = ["Help Desk"] }, "1"),
        })
        {
            var found = string.Join(' ', (await NumbersAsync(home, filter)).Order());
            if (found != expected)
            {
                wrong.Add($"{name}: “{found}” instead of “{expected}”");
            }
        }

        wrong.ShouldBeEmpty();
    }

    [Theory, DatabaseData]
    public async Task Every_column_orders_both_ways_and_what_is_missing_comes_last(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var seed = Seed(home);
        var psa = await seed.IntegrationAsync();
        await seed.LinkAsync(psa, "7", "apple");
        await seed.LinkAsync(psa, "8", "Banana");
        await seed.LinkAsync(psa, "9", "cherry");
        await seed.TicketAsync(psa, "9", "9", t => Set(t, "b", "B board", "zoe", "b", PriorityLevel.Low, 1));
        await seed.TicketAsync(psa, "10", "7", t => Set(t, "C", "a board", "Ann", "A", PriorityLevel.Critical, 3));
        await seed.TicketAsync(psa, "100", "8", t => Set(t, "a", "C board", "bob", "c", PriorityLevel.High, 2));
        await seed.TicketAsync(psa, "101", null, t => (t.Summary, t.StatusName, t.ContainerName, t.VendorUpdatedAt, t.OpenedAt) = ("zz", null, null, At(0), At(0)));

        foreach (var (column, ascending, descending) in new[]
        {
            (TicketColumn.Number, "9 10 100 101", "101 100 10 9"),
            (TicketColumn.Updated, "101 9 100 10", "10 100 9 101"),
            (TicketColumn.Opened, "101 9 100 10", "10 100 9 101"),
            (TicketColumn.Summary, "100 9 10 101", "101 10 9 100"),
            (TicketColumn.Company, "10 100 9 101", "9 100 10 101"),
            (TicketColumn.Status, "10 9 100 101", "100 9 10 101"),
            (TicketColumn.Container, "10 9 100 101", "100 9 10 101"),
            (TicketColumn.Assignee, "10 100 9 101", "9 100 10 101"),
            (TicketColumn.Priority, "9 100 10 101", "10 100 9 101"),
        })
        {
            string.Join(' ', await NumbersAsync(home, TicketFilter.Everything, new(column, Descending: false))).ShouldBe(ascending, column.ToString());
            string.Join(' ', await NumbersAsync(home, TicketFilter.Everything, new(column, Descending: true))).ShouldBe(descending, column.ToString());
        }

        static void Set(TicketRow t, string summary, string board, string owner, string status, PriorityLevel priority, int day) =>
            (t.Summary, t.ContainerName, t.OwnerName, t.StatusName, t.Priority, t.VendorUpdatedAt, t.OpenedAt) = (summary, board, owner, status, priority, At(day), At(day));
    }

    [Theory, DatabaseData]
    public async Task Pages_and_batches_neither_repeat_nor_skip_one(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var seed = Seed(home);
        var psa = await seed.IntegrationAsync();
        for (var i = 1; i <= 23; i++)
        {
            // All alike but for their ids, and numbers that are none.
            await seed.TicketAsync(psa, $"T{i}", company: null);
        }

        var expected = Enumerable.Range(1, 23).Select(i => $"T{i}").ToList();
        var paged = new List<string>();
        for (var skip = 0; skip < 25; skip += 5)
        {
            var page = await Queries(home).PageAsync(Sight.Whole(home.Tenant), TicketFilter.Everything, new(TicketColumn.Priority, true), skip, 5, default);
            page.Total.ShouldBe(23);
            paged.AddRange(page.Rows.Select(r => r.ExternalId));
        }

        paged.ShouldBe(expected, ignoreOrder: true);
        var read = new List<string>();
        string? next = null;
        do
        {
            var batch = await Queries(home).BatchAsync(Sight.Whole(home.Tenant), TicketFilter.Everything, next, 5, default);
            read.AddRange(batch.Rows.Select(r => r.ExternalId));
            next = batch.Next;
        }
        while (next is not null);
        read.ShouldBe(expected, ignoreOrder: true);
        await Should.ThrowAsync<FormatException>(() => Queries(home).BatchAsync(Sight.Whole(home.Tenant), TicketFilter.Everything, "rubbish", 5, default));
    }

    [Theory, DatabaseData]
    public async Task Reading_all_goes_by_number_and_keeps_its_place_while_tickets_change(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var seed = Seed(home);
        var psa = await seed.IntegrationAsync();
        foreach (var id in new[] { "100", "9", "20", "3" })
        {
            await seed.TicketAsync(psa, id, company: null);
        }

        var first = await Queries(home).BatchAsync(Sight.Whole(home.Tenant), TicketFilter.Everything, "", 2, default);
        await seed.DoAsync(db => db.Tickets.Where(t => t.ExternalId == "9").ExecuteDeleteAsync());
        await seed.DoAsync(db => db.Tickets.Where(t => t.ExternalId == "100").ExecuteUpdateAsync(u => u.SetProperty(t => t.VendorUpdatedAt, At(9))));
        var second = await Queries(home).BatchAsync(Sight.Whole(home.Tenant), TicketFilter.Everything, first.Next, 2, default);
        first.Rows.Concat(second.Rows).Select(r => r.Number).ShouldBe(["3", "9", "20", "100"]);
    }

    [Theory, DatabaseData]
    public async Task Counting_stops_at_the_cap(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var seed = Seed(home);
        var psa = await seed.IntegrationAsync();
        await seed.TicketAsync(psa, "1", company: null);
        await seed.DoAsync(db => db.Database.ExecuteSqlRawAsync(kind == DatabaseKind.Sqlite
            ? """
              INSERT INTO tickets (id, tenant_id, integration_id, partition, generation, external_id, created_at, changed_at, payload, number, number_order, summary, is_closed)
              WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 10003)
              SELECT upper(hex(randomblob(4)) || '-0000-8000-8000-' || hex(randomblob(6))), tenant_id, integration_id, '', 1, i, 0, 0, '{{}}', i, i, 'x', 0 FROM n, tickets WHERE external_id = '1'
              """
            : """
              INSERT INTO tickets (id, tenant_id, integration_id, partition, generation, external_id, created_at, changed_at, payload, number, number_order, summary, is_closed)
              SELECT gen_random_uuid(), tenant_id, integration_id, '', 1, i, now(), now(), '{{}}', i, i, 'x', false FROM generate_series(2, 10003) i, tickets WHERE external_id = '1'
              """));
        var page = await PageAsync(home, TicketFilter.Everything);
        page.Rows.Count.ShouldBe(50);
        page.Total.ShouldBe(RecordCount.Cap + 1);
        (await PageAsync(home, TicketFilter.Everything with { Search = "10003" })).Total.ShouldBe(1);
    }

    private static DateTimeOffset At(int day) => StorageHome.Start.AddDays(day);

    private static TicketSeed Seed(StorageHome home) => new(home.Database, home.Tenant, StorageHome.Start);

    private static TicketQueries Queries(StorageHome home) => new(home.Database);

    private static Task<RecordPage<TicketLine>> PageAsync(StorageHome home, TicketFilter filter, TicketSort? sort = null) =>
        Queries(home).PageAsync(Sight.Whole(home.Tenant), filter, sort ?? TicketSort.Newest, 0, 50, default);

    private static async Task<IReadOnlyList<string>> NumbersAsync(StorageHome home, TicketFilter filter, TicketSort? sort = null) =>
        [.. (await PageAsync(home, filter, sort)).Rows.Select(l => l.Number)];
}
