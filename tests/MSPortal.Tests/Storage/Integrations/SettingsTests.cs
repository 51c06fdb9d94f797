using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Integrations;
using MSPortal.Storage.Model;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Storage.Integrations;

public sealed class SettingsTests
{
    private const string Sales = "Señor \"Sales\" <1>";
    private static readonly DateTimeOffset LongAgo = StorageHome.Start.AddMonths(-13);

    [Theory, DatabaseData]
    public async Task A_narrower_scope_hides_at_once_exactly_what_its_preview_counted(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await home.ConnectAsync(new TicketScope { Containers = ["1", "2"], ClosedStatuses = ["waiting", "parked"] });
        await AddAsync(home, id, Tickets());
        var scope = new TicketScope { Containers = ["1"], ExcludedStatuses = ["spam"], ExcludedGroups = [Sales], ClosedStatuses = ["waiting", "billed"], HistoryMonths = 12 };

        var preview = await home.Store().PreviewScopeAsync(home.Tenant, id, scope, CancellationToken.None);
        await home.Store().SetScopeAsync(id, scope, home.Ada, CancellationToken.None);

        await using var db = home.Open();
        (await db.Tickets.Select(t => t.ExternalId).ToListAsync()).ShouldBe(["new", "waiting-new", "parked-open", "billed-new", "other-team"], ignoreOrder: true);
        (await db.Ledger.Where(l => l.State == LedgerState.OutOfScope).Select(l => new { l.ExternalId, l.Reason, l.Hash }).ToListAsync())
            .Select(l => (l.ExternalId, l.Reason, l.Hash)).ShouldBe(
            [
                ("other-board", "ContainerNotSelected", null),
                ("spam", "StatusExcluded", null),
                ("sales", "GroupExcluded", null),
                ("waiting-old", "OutsideHistory", null),
                ("parked-closed", "OutsideHistory", null),
                ("billed-old", "OutsideHistory", null),
            ],
            ignoreOrder: true);
        // Hidden open ones: other-board, spam, sales, billed-old (its status counted as open).
        preview.ShouldBe(new ScopePreview(6, 4, Adds: true));
        (await db.Tickets.Where(t => t.IsClosed).Select(t => t.ExternalId).ToListAsync()).ShouldBe(["waiting-new", "billed-new"], ignoreOrder: true);
        string[] kept = ["new", "waiting-new", "parked-open", "billed-new", "other-team"];
        (await db.TicketNotes.Select(n => n.TicketId).ToListAsync()).ShouldBe(kept, ignoreOrder: true);
        (await db.Ledger.Where(l => l.DataType == DataType.TicketNotes).Select(l => l.ExternalId).ToListAsync())
            .ShouldBe(kept.Select(k => $"note-{k}"), ignoreOrder: true);
        (await db.ChildQueue.Select(c => c.ParentId).ToListAsync()).ShouldBe(kept, ignoreOrder: true);
    }

    [Theory, DatabaseData]
    public async Task A_scope_that_adds_asks_for_a_full_read_and_cuts_off_work_by_the_old_one(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await home.ConnectAsync();
        await home.ChangeAsync(id, i => (i.Fence, i.LeaseUntil) = (5, StorageHome.Start.AddSeconds(30)));
        await home.ChangeStreamAsync(id, DataType.Tickets, s => s.FullPass = StoredJson.Write(IntegrationStoreTests.Pass(PassKind.Full)));

        await home.Store().SetScopeAsync(id, new TicketScope { Containers = ["1", "2", "3"] }, home.Ada, CancellationToken.None);

        var stream = await home.StreamAsync(id, DataType.Tickets);
        (stream.RequestedAt, stream.RequestedTrigger, stream.RequestedFull, stream.RequestedShadow).ShouldBe((StorageHome.Start, SyncTrigger.Settings, true, false));
        StoredJson.Read<PassState>(stream.FullPass).ShouldBe(IntegrationStoreTests.Pass(PassKind.Full) with { RunId = 0, RunningUnder = null, Restart = true });
        var row = await home.RowAsync(id);
        (row.Fence, row.LeaseUntil).ShouldBe((6, null));
        StoredJson.Read<TicketScope>(row.Scope)!.Containers.ShouldBe(["1", "2", "3"]);
        (await home.AuditAsync())[^1].Action.ShouldBe("integration.ticket_settings_changed");
    }

    [Theory, DatabaseData]
    public async Task A_scope_that_only_narrows_or_sorts_stages_asks_for_no_read(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await home.ConnectAsync();
        var stages = new TicketScope { Containers = ["2", "1"], Stages = new Dictionary<string, TicketStage> { ["9"] = TicketStage.Waiting } };

        await home.Store().SetScopeAsync(id, stages, home.Ada, CancellationToken.None);
        (await home.RowAsync(id)).Fence.ShouldBe(0);
        await home.Store().SetScopeAsync(id, stages with { Containers = ["1"] }, home.Ada, CancellationToken.None);

        (await home.StreamAsync(id, DataType.Tickets)).RequestedAt.ShouldBeNull();
        var row = await home.RowAsync(id);
        row.Fence.ShouldBe(1);
        StoredJson.Read<TicketScope>(row.Scope)!.Stages.ShouldBe(new Dictionary<string, TicketStage> { ["9"] = TicketStage.Waiting });
    }

    [Theory, DatabaseData]
    public async Task Many_tickets_leave_in_many_batches_and_none_is_forgotten(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await home.ConnectAsync();
        await AddAsync(home, id, [.. Enumerable.Range(0, 1203).Select(i => Ticket($"t{i}", i % 3 == 0 ? "1" : "2"))]);

        await home.Store().SetScopeAsync(id, new TicketScope { Containers = ["1"] }, home.Ada, CancellationToken.None);

        await using var db = home.Open();
        var expected = Enumerable.Range(0, 1203).Where(i => i % 3 == 0).Select(i => $"t{i}").Order(StringComparer.Ordinal).ToList();
        (await db.Tickets.Select(t => t.ExternalId).ToListAsync()).Order(StringComparer.Ordinal).ShouldBe(expected);
        (await db.Ledger.Where(l => l.DataType == DataType.Tickets && l.State == LedgerState.Kept).Select(l => l.ExternalId).ToListAsync())
            .Order(StringComparer.Ordinal).ShouldBe(expected);
    }

    [Theory, DatabaseData]
    public async Task Companies_that_no_longer_pass_leave_and_their_links_stay(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await home.ConnectAsync();
        await using (var db = home.Open())
        {
            foreach (var company in new[] { Company("a", false), Company("b", true), Company("c", true) })
            {
                db.ExternalCompanies.Add(new ExternalCompanyRow
                {
                    TenantId = home.Tenant, IntegrationId = id, Generation = 1, ExternalId = company.ExternalId, Name = company.Name,
                    NormalizedName = company.Name, IsInactive = company.IsInactive, Payload = Canonical.Json(company),
                });
                db.Ledger.Add(Ledger(home, id, DataType.Companies, company.ExternalId));
                if (company.ExternalId != "c")
                {
                    db.CompanyLinks.Add(new CompanyLink
                    {
                        TenantId = home.Tenant, IntegrationId = id, CompanyId = Guid.NewGuid(), ExternalId = company.ExternalId, LinkedBy = "ada", LinkedAt = StorageHome.Start,
                    });
                }
            }

            foreach (var (ticket, company, generation) in new[] { ("1", "a", 1), ("2", "b", 1), ("3", "c", 1), ("4", "c", 1), ("5", "c", 2), ("6", null, 1) })
            {
                db.Tickets.Add(new TicketRow { TenantId = home.Tenant, IntegrationId = id, Generation = generation, ExternalId = ticket, Number = ticket, Summary = ticket, CompanyId = company, Payload = "{}" });
            }

            await db.SaveChangesAsync();
        }

        (await home.Store().PreviewCompanyFilterAsync(home.Tenant, id, new CompanyFilter { SkipInactive = true }, CancellationToken.None)).ShouldBe(new CompanyFilterPreview(2, 1, 2));
        (await home.Store().PreviewCompanyFilterAsync(home.Tenant, id, new CompanyFilter { ImportNew = true }, CancellationToken.None)).ShouldBe(new CompanyFilterPreview(0, 0, 0));
        await home.Store().SetCompanyFilterAsync(id, new CompanyFilter { SkipInactive = true }, home.Ada, CancellationToken.None);

        await using var after = home.Open();
        (await after.ExternalCompanies.Select(c => c.ExternalId).ToListAsync()).ShouldBe(["a"]);
        (await after.Ledger.Where(l => l.State == LedgerState.OutOfScope).Select(l => l.ExternalId + l.Reason).ToListAsync()).ShouldBe(["bCompanyFilter", "cCompanyFilter"], ignoreOrder: true);
        (await after.CompanyLinks.Select(l => l.ExternalId).ToListAsync()).ShouldBe(["a", "b"], ignoreOrder: true);
        var stream = await home.StreamAsync(id, DataType.Companies);
        (stream.RequestedTrigger, stream.RequestedFull).ShouldBe((SyncTrigger.Settings, true));
        (await home.AuditAsync())[^1].Action.ShouldBe("integration.company_filter_changed");
    }

    [Theory, DatabaseData]
    public async Task A_data_type_turned_off_leaves_no_run_and_no_request_open_and_turned_on_is_due(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await home.ConnectAsync();
        var key = home.Key(id, DataType.Companies);
        await home.Store().RequestSyncAsync(new SyncOrder(id, SyncTrigger.Manual, [DataType.Companies]), null, home.Ada, CancellationToken.None);
        await home.ChangeStreamAsync(id, DataType.Companies, s => s.DueAt = StorageHome.Start.AddDays(1));

        await home.Store().SetStreamAsync(key, false, TimeSpan.FromHours(2), home.Ada, CancellationToken.None);

        var off = await home.StreamAsync(id, DataType.Companies);
        (off.Enabled, off.Interval, off.RequestedAt, off.RequestId).ShouldBe((false, TimeSpan.FromHours(2), null, null));
        (await home.RequestsAsync(id)).Select(r => r.Status).ShouldBe([RequestStatus.Cancelled]);

        await home.Store().SetStreamAsync(key, true, TimeSpan.FromHours(2), home.Ada, CancellationToken.None);

        (await home.StreamAsync(id, DataType.Companies)).DueAt.ShouldBe(StorageHome.Start);
        (await home.AuditAsync()).Count(a => a.Action == "integration.data_type_changed").ShouldBe(2);
    }

    [Theory, DatabaseData]
    public async Task A_shorter_interval_counts_at_once_and_a_longer_one_after_the_next_read(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await home.ConnectAsync();
        var later = StorageHome.Start.AddHours(2);
        var set = (double minutes) => home.Store().SetStreamAsync(home.Key(id, DataType.Companies), true, TimeSpan.FromMinutes(minutes), home.Ada, CancellationToken.None);
        await home.ChangeStreamAsync(id, DataType.Companies, s => (s.Interval, s.DueAt, s.IncrementalDueAt) = (TimeSpan.FromHours(2), later, later));

        await set(15);
        (await home.StreamAsync(id, DataType.Companies)).DueAt.ShouldBe(StorageHome.Start.AddMinutes(15));
        await set(120);
        (await home.StreamAsync(id, DataType.Companies)).DueAt.ShouldBe(StorageHome.Start.AddMinutes(15));

        await home.ChangeStreamAsync(id, DataType.Companies, s => (s.NotBefore, s.DueAt, s.IncrementalDueAt) = (later, later, later));
        await set(15);
        (await home.StreamAsync(id, DataType.Companies)).DueAt.ShouldBe(later, "the vendor asked for a pause");
    }

    [Theory]
    [DatabaseData(true)]
    [DatabaseData(false)]
    public async Task Held_removals_are_released_or_dropped_by_name_and_only_once(DatabaseKind kind, bool release)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await home.ConnectAsync();
        var held = IntegrationStoreTests.Pass(PassKind.Full) with { Phase = PassPhase.Held, RunId = 0, RunningUnder = null, HeldMissing = 40, Generation = 2 };
        await home.ChangeStreamAsync(id, DataType.Tickets, s =>
            (s.FullPass, s.ShadowGeneration, s.DueAt) = (StoredJson.Write(held), 2, StorageHome.Start.AddDays(1)));
        var decide = () => home.Store().DecideHeldAsync(home.Key(id, DataType.Tickets), release, home.Ada, CancellationToken.None);

        await decide();
        await Should.ThrowAsync<ActionRefusedException>(decide);

        var stream = await home.StreamAsync(id, DataType.Tickets);
        StoredJson.Read<PassState>(stream.FullPass).ShouldBe(release ? held with { ReleasedBy = "ada@example.com" } : null);
        (stream.ShadowGeneration, stream.DueAt).ShouldBe(release ? (2, StorageHome.Start) : (null, StorageHome.Start.AddDays(1)));
        (await home.RowAsync(id)).Fence.ShouldBe(1);
        (await home.AuditAsync())[^1].Action.ShouldBe($"integration.held_removals_{(release ? "released" : "dropped")}");
    }

    [Theory, DatabaseData]
    public async Task A_removal_takes_everything_of_the_integration_and_nothing_of_another(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var (id, other) = (await home.ConnectAsync(), await home.ConnectAsync(name: "Second PSA", account: "acc-2"));
        await AddAsync(home, id, Tickets());
        await AddAsync(home, other, [Ticket("new", "1")]);
        await home.Store().RequestSyncAsync(SyncOrders.Now(id), null, home.Ada, CancellationToken.None);
        await using (var before = home.Open())
        {
            foreach (var integration in new[] { id, other })
            {
                before.TenantSettings.Add(new TenantSetting { TenantId = home.Tenant, Key = ContactImportKeys.Of(ContactImportKeys.Rules, integration), Value = "{}" });
                before.TenantSettings.Add(new TenantSetting { TenantId = home.Tenant, Key = ContactImportKeys.Of(ContactImportKeys.Report, integration), Value = "{}" });
            }

            before.BlockedContacts.Add(new BlockedContact { TenantId = home.Tenant, IntegrationId = id, ExternalId = "70", Name = "Ann", NormalizedEmail = "ANN@ACME.EXAMPLE", BlockedBy = "ada" });
            await before.SaveChangesAsync();
        }

        var preview = await home.Store().PreviewRemovalAsync(home.Tenant, id, CancellationToken.None);
        await home.Store().RemoveAsync(id, home.Ada, CancellationToken.None);

        (preview.Name, preview.LinkedCompanies).ShouldBe(("Contoso PSA", 0));
        preview.Records.ShouldBe(new Dictionary<DataType, long> { [DataType.Tickets] = Tickets().Count, [DataType.TicketNotes] = Tickets().Count }, ignoreOrder: true);
        await using var db = home.Open();
        (await db.Integrations.Select(i => i.Id).ToListAsync()).ShouldBe([other]);
        (await db.Streams.Select(s => s.IntegrationId).Distinct().ToListAsync()).ShouldBe([other]);
        (await db.Tickets.Select(t => t.IntegrationId).ToListAsync()).ShouldBe([other]);
        (await db.TicketNotes.Select(t => t.IntegrationId).ToListAsync()).ShouldBe([other]);
        (await db.Ledger.Select(t => t.IntegrationId).Distinct().ToListAsync()).ShouldBe([other]);
        (await db.ChildQueue.Select(t => t.IntegrationId).ToListAsync()).ShouldBe([other]);
        (await db.SyncRequests.CountAsync()).ShouldBe(0);
        (await db.TenantSettings.Where(s => s.Key.StartsWith("contact-import.")).Select(s => s.Key).ToListAsync()).ShouldBe([$"contact-import.rules.{other}", $"contact-import.report.{other}"], ignoreOrder: true);
        (await db.BlockedContacts.Select(b => b.Name).ToListAsync()).ShouldBe(["Ann"], "another integration may know them");
        var entry = (await home.AuditAsync())[^1];
        (entry.Action, entry.SubjectName).ShouldBe(("integration.removed", "Contoso PSA"));
        entry.Before!.ShouldContain($"\"tickets\":{Tickets().Count}");
    }

    private static List<Ticket> Tickets() =>
    [
        Ticket("new", "1"),
        Ticket("other-board", "2"),
        Ticket("spam", "1", "spam"),
        Ticket("waiting-new", "1", "waiting"),
        Ticket("waiting-old", "1", "waiting") with { VendorUpdatedAt = LongAgo },
        Ticket("parked-open", "1", "parked") with { VendorUpdatedAt = LongAgo },
        Ticket("parked-closed", "1", "parked") with { VendorUpdatedAt = LongAgo, IsClosed = true },
        Ticket("billed-new", "1", "billed"),
        Ticket("billed-old", "1", "billed") with { ClosedAt = LongAgo },
        Ticket("sales", "1") with { GroupId = Sales },
        Ticket("other-team", "1") with { GroupId = "Support", Summary = $"They wrote \"groupId\":\"{Sales}\"." },
    ];

    private static Ticket Ticket(string id, string board, string status = "open") => new()
    {
        ExternalId = id, Number = id, Summary = id, ContainerId = board, StatusId = status, VendorUpdatedAt = StorageHome.Start.AddDays(-1),
    };

    private static ExternalCompany Company(string id, bool inactive) => new() { ExternalId = id, Name = id, IsInactive = inactive };

    private static LedgerRow Ledger(StorageHome home, long id, DataType type, string externalId) => new()
    {
        TenantId = home.Tenant, IntegrationId = id, DataType = type, Generation = 1, ExternalId = externalId,
        State = LedgerState.Kept, Hash = [1], ConfirmedAt = StorageHome.Start,
    };

    private static async Task AddAsync(StorageHome home, long id, List<Ticket> tickets)
    {
        await using var db = home.Open();
        var scope = StoredJson.Read<TicketScope>((await db.Integrations.SingleAsync(i => i.Id == id)).Scope)!;
        foreach (var t in tickets)
        {
            db.Tickets.Add(new TicketRow
            {
                TenantId = home.Tenant, IntegrationId = id, Generation = 1, ExternalId = t.ExternalId, Number = t.Number, Summary = t.Summary,
                ContainerId = t.ContainerId, StatusId = t.StatusId, VendorUpdatedAt = t.VendorUpdatedAt, ClosedAt = t.ClosedAt,
                IsClosed = scope.CountsAsClosed(t), Payload = Canonical.Json(t),
            });
            db.TicketNotes.Add(new TicketNoteRow
            {
                TenantId = home.Tenant, IntegrationId = id, Generation = 1, ExternalId = $"note-{t.ExternalId}", TicketId = t.ExternalId, Payload = "{}",
            });
            db.ChildQueue.Add(new ChildQueueRow { TenantId = home.Tenant, IntegrationId = id, DataType = DataType.TicketNotes, ParentId = t.ExternalId, QueuedAt = StorageHome.Start });
            db.Ledger.AddRange(Ledger(home, id, DataType.Tickets, t.ExternalId), Ledger(home, id, DataType.TicketNotes, $"note-{t.ExternalId}"));
        }

        await db.SaveChangesAsync();
    }
}
