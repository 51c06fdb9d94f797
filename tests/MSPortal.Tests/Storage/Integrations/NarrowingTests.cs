using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Integrations;
using MSPortal.Storage.Model;
using MSPortal.Storage.Secrets;
using Shouldly;
using Xunit;
using DatabaseDataAttribute = MSPortal.Tests.Support.DatabaseDataAttribute;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Storage.Integrations;

/// <summary>Tickets that changed settings leave out go whatever comes in between, and only those.</summary>
public sealed class NarrowingTests
{
    private static readonly TicketScope Older = new() { Containers = ["1", "2"], ClosedStatuses = ["parked"] };
    private static readonly TicketScope Narrower = new() { Containers = ["1"], ClosedStatuses = ["billed"] };

    [Theory, DatabaseData]
    public async Task Who_has_looked_at_older_settings_undoes_nobody_elses(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await home.ConnectAsync();
        await home.Store().SetScopeAsync(id, Older, home.Ada, CancellationToken.None);

        await home.Store().ChangeScopeAsync(id, Older, Narrower, home.Ada, CancellationToken.None);
        (await Should.ThrowAsync<ActionRefusedException>(() => home.Store().ChangeScopeAsync(id, Older, Older with { HistoryMonths = 6 }, home.Ada, CancellationToken.None)))
            .Message.ShouldStartWith("Somebody else has changed the ticket settings");

        StoredJson.Read<TicketScope>((await home.RowAsync(id)).Scope)!.Containers.ShouldBe(Narrower.Containers);
    }

    [Theory, DatabaseData]
    public async Task Someone_who_leaves_the_page_meanwhile_breaks_nothing_off(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await SeedAsync(home);
        using var left = new CancellationTokenSource();

        await Store(home, left.Cancel).SetScopeAsync(id, Narrower, home.Ada, left.Token);

        left.IsCancellationRequested.ShouldBeTrue();
        await ShouldBeNarrowAsync(home);
    }

    [Theory, DatabaseData]
    public async Task Saving_once_more_finishes_what_a_dying_process_began(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await SeedAsync(home);
        await Should.ThrowAsync<IOException>(() => Store(home, () => throw new IOException("Out of power.")).SetScopeAsync(id, Narrower, home.Ada, CancellationToken.None));

        (await home.Store().PreviewScopeAsync(home.Tenant, id, Narrower, CancellationToken.None)).Hidden.ShouldBe(1);
        await home.Store().SetScopeAsync(id, Narrower, home.Ada, CancellationToken.None);

        await ShouldBeNarrowAsync(home);
        (await home.AuditAsync()).Count(a => a.Action == "integration.ticket_settings_changed").ShouldBe(1);
    }

    [Theory, DatabaseData]
    public async Task A_company_filter_that_was_broken_off_half_way_is_finished_by_saving_it_once_more(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await home.ConnectAsync(Older);
        await AddCompaniesAsync(home, id);
        var filter = new CompanyFilter { SkipInactive = true };
        await Should.ThrowAsync<IOException>(() => Store(home, () => throw new IOException("Out of power.")).SetCompanyFilterAsync(id, filter, home.Ada, CancellationToken.None));
        (await CompaniesAsync(home)).ShouldBe(["active", "inactive"], ignoreOrder: true);

        await home.Store().SetCompanyFilterAsync(id, filter, home.Ada, CancellationToken.None);

        (await CompaniesAsync(home)).ShouldBe(["active"]);
        (await home.AuditAsync()).Count(a => a.Action == "integration.company_filter_changed").ShouldBe(1);
    }

    [Theory, DatabaseData]
    public async Task Whether_new_companies_are_imported_is_no_reason_to_read_them_anew(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await home.ConnectAsync(Older);
        var before = await home.StreamAsync(id, DataType.Companies);

        await home.Store().SetCompanyFilterAsync(id, new CompanyFilter { ImportNew = true }, home.Ada, CancellationToken.None);

        var after = await home.StreamAsync(id, DataType.Companies);
        (after.RequestedAt, after.RequestedFull).ShouldBe((before.RequestedAt, before.RequestedFull));
        (await home.RowAsync(id)).CompanyFilter.ShouldContain("\"importNew\":true");

        // What is new stays so whether it is imported or told of; a changed filter makes nothing new.
        await using (var db = home.Open())
        {
            var mark = new NewCompanyMark(StorageHome.Start, 1, StorageHome.Start, StorageHome.Start.AddHours(1));
            var stored = System.Text.Json.JsonSerializer.Serialize(new CompanyFilter { ImportNew = true, NewFrom = mark }, System.Text.Json.JsonSerializerOptions.Web);
            await db.Integrations.ExecuteUpdateAsync(set => set.SetProperty(i => i.CompanyFilter, stored));
        }

        await home.Store().SetCompanyFilterAsync(id, new CompanyFilter(), home.Ada, CancellationToken.None);
        (await home.RowAsync(id)).CompanyFilter.ShouldContain("\"newest\":\"2026-03-01T13:00:00+00:00\"");
        await home.Store().SetCompanyFilterAsync(id, new CompanyFilter { SkipInactive = true }, home.Ada, CancellationToken.None);
        (await home.RowAsync(id)).CompanyFilter.ShouldContain("\"after\":null");
    }

    [Theory, DatabaseData]
    public async Task Someone_who_leaves_the_company_filter_meanwhile_breaks_nothing_off(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await home.ConnectAsync(Older);
        await AddCompaniesAsync(home, id);
        using var left = new CancellationTokenSource();

        await Store(home, left.Cancel).SetCompanyFilterAsync(id, new CompanyFilter { SkipInactive = true }, home.Ada, left.Token);

        left.IsCancellationRequested.ShouldBeTrue();
        (await CompaniesAsync(home)).ShouldBe(["active"]);
    }

    [Theory, DatabaseData]
    public async Task A_ticket_that_is_moved_back_at_that_moment_stays(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await SeedAsync(home);
        await using var db = home.Open();
        var read = await db.Database.BeginTransactionAsync();
        await db.Streams.Where(s => s.DataType == DataType.Tickets).ExecuteUpdateAsync(s => s.SetProperty(x => x.ReadSequence, x => x.ReadSequence + 1));
        var moved = await db.Tickets.SingleAsync(t => t.ExternalId == "other-board");
        (moved.ContainerId, moved.Payload) = ("1", Canonical.Json(Ticket("other-board", "1", "open")));
        await db.SaveChangesAsync();

        var narrowing = Task.Run(() => home.Store().SetScopeAsync(id, Older with { Containers = ["1"] }, home.Ada, CancellationToken.None));
        await home.WaitingAsync(narrowing);
        await read.CommitAsync();
        await narrowing;

        await using var after = home.Open();
        (await after.Tickets.Select(t => t.ExternalId).ToListAsync()).ShouldBe(["stays", "parked", "billed", "other-board"], ignoreOrder: true);
    }

    private static IntegrationStore Store(StorageHome home, Action between) => new(home.Database, home.Get<Vault>(), new Interruption(between));

    private static async Task<long> SeedAsync(StorageHome home)
    {
        var id = await home.ConnectAsync(Older);
        await using var db = home.Open();
        foreach (var t in new[] { Ticket("stays", "1", "open"), Ticket("parked", "1", "parked"), Ticket("billed", "1", "billed"), Ticket("other-board", "2", "open") })
        {
            db.Tickets.Add(new TicketRow
            {
                TenantId = home.Tenant, IntegrationId = id, Generation = 1, ExternalId = t.ExternalId, Number = t.Number, Summary = t.Summary,
                ContainerId = t.ContainerId, StatusId = t.StatusId, VendorUpdatedAt = t.VendorUpdatedAt, IsClosed = Older.CountsAsClosed(t), Payload = Canonical.Json(t),
            });
        }

        await db.SaveChangesAsync();
        return id;
    }

    private static Ticket Ticket(string id, string board, string status) => new()
    {
        ExternalId = id, Number = id, Summary = id, ContainerId = board, StatusId = status, VendorUpdatedAt = StorageHome.Start.AddDays(-1),
    };

    private static async Task AddCompaniesAsync(StorageHome home, long id)
    {
        await using var db = home.Open();
        foreach (var company in new[] { "active", "inactive" }.Select(name => new ExternalCompany { ExternalId = name, Name = name, IsInactive = name == "inactive" }))
        {
            db.ExternalCompanies.Add(new ExternalCompanyRow
            {
                TenantId = home.Tenant, IntegrationId = id, Generation = 1, ExternalId = company.ExternalId, Name = company.Name, NormalizedName = company.Name, IsInactive = company.IsInactive, Payload = Canonical.Json(company),
            });
        }

        await db.SaveChangesAsync();
    }

    private static async Task<List<string>> CompaniesAsync(StorageHome home)
    {
        await using var db = home.Open();
        return await db.ExternalCompanies.Select(c => c.ExternalId).ToListAsync();
    }

    private static async Task ShouldBeNarrowAsync(StorageHome home)
    {
        await using var db = home.Open();
        (await db.Tickets.Select(t => new { t.ExternalId, t.IsClosed }).ToListAsync()).Select(t => (t.ExternalId, t.IsClosed))
            .ShouldBe([("stays", false), ("parked", false), ("billed", true)], ignoreOrder: true);
    }

    /// <summary>Something happens after the settings are stored, and before anything is hidden.</summary>
    private sealed class Interruption(Action between) : TimeProvider
    {
        private int looks;

        public override DateTimeOffset GetUtcNow()
        {
            if (++looks == 2)
            {
                between();
            }

            return StorageHome.Start;
        }
    }
}
