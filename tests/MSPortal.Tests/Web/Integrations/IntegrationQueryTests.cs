using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Storage.Secrets;
using MSPortal.Tests.Storage;
using MSPortal.Tests.Support;
using MSPortal.Web.Features.Integrations;
using MSPortal.Web.Features.Tickets;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Web.Integrations.PaperIntegrations;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Integrations;

public sealed class IntegrationQueryTests
{
    private static readonly DateTimeOffset Now = StorageHome.Start;

    [Theory, DatabaseData]
    public async Task An_integration_whose_data_is_fresh_is_active_and_says_when_it_last_and_next_syncs(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await AddAsync(home);

        var one = (await Queries(home).ListAsync(home.Tenant, default)).ShouldHaveSingleItem();

        one.Id.ShouldBe(id);
        one.Condition.ShouldBe(IntegrationCondition.Active);
        one.Reason.ShouldBeNull();
        one.LastSyncAt.ShouldBe(Now.AddMinutes(-2));
        one.NextSyncAt.ShouldBe(Now.AddMinutes(13));
        one.Streams.Select(s => (s.DataType, s.Label, s.Freshness)).ShouldBe(
        [
            (DataType.Reference, "Boards and lists", Freshness.Fresh),
            (DataType.Companies, "Companies", Freshness.Fresh),
            (DataType.Tickets, "Paper tickets", Freshness.Fresh),
        ]);
    }

    [Theory, DatabaseData]
    public async Task What_a_complete_read_will_cost_is_told_by_the_last_one(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var (id, other) = (await AddAsync(home), await AddAsync(home));
        var runs = new RunQueries(home.Database, home.Clock);
        var effort = () => runs.EffortAsync(home.Tenant, id, DataType.Tickets, 1500, default);
        RunRow Complete(long of, DataType type, long read, long calls, int seconds, PassKind pass = PassKind.Full) => new()
        {
            TenantId = home.Tenant, IntegrationId = of, DataType = type, Kind = pass, Status = RunStatus.Succeeded, Read = read, ApiCalls = calls,
            StartedAt = Now.AddHours(-1), EndedAt = Now.AddHours(-1).AddSeconds(seconds),
        };
        await using var db = home.Open();
        db.Runs.AddRange(Complete(other, DataType.Tickets, 10, 100, 100), Complete(id, DataType.Tickets, 3, 1, 1, PassKind.Incremental));
        await db.SaveChangesAsync();
        (await effort()).ShouldBeNull();

        db.Runs.AddRange(Complete(id, DataType.Companies, 300, 3, 30));
        await db.SaveChangesAsync();
        (await effort()).ShouldBe((15L, TimeSpan.FromSeconds(150)));

        db.Runs.AddRange(Complete(id, DataType.Tickets, 1000, 7, 60));
        await db.SaveChangesAsync();
        (await effort()).ShouldBe((11L, TimeSpan.FromSeconds(90)));
    }

    [Theory, DatabaseData]
    public async Task How_many_records_wait_to_have_theirs_read_is_told_with_the_data_type(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var (id, other) = (await AddAsync(home), await AddAsync(home));
        await using (var db = home.Open())
        {
            db.ChildQueue.AddRange(new[] { (id, "1"), (id, "2"), (other, "1") }.Select(row => new ChildQueueRow
            {
                TenantId = home.Tenant, IntegrationId = row.Item1, DataType = DataType.Tickets, ParentId = row.Item2, QueuedAt = Now,
            }));
            await db.SaveChangesAsync();
        }

        var streams = (await Queries(home).DetailAsync(home.Tenant, id, default)).ShouldNotBeNull().Summary.Streams;

        streams.Select(s => (s.DataType, s.Waiting)).ShouldBe([(DataType.Reference, 0), (DataType.Companies, 0), (DataType.Tickets, 2)]);
        StreamResource.Of(streams[2]).Waiting.ShouldBe(2);
        (await Queries(home).ListAsync(home.Tenant, default)).Select(i => i.Streams[2].Waiting).ShouldBe([2, 1], ignoreOrder: true);
    }

    [Theory, DatabaseData]
    public async Task A_missing_permission_is_named_with_the_place_where_it_lives(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        await AddAsync(home, streams: s => s.DeniedPermission = s.DataType == DataType.Tickets ? "Read Tickets" : null);

        var one = (await Queries(home).ListAsync(home.Tenant, default)).ShouldHaveSingleItem();

        one.Condition.ShouldBe(IntegrationCondition.NeedsAttention);
        one.Reason.ShouldNotBeNull().ShouldContain("Read Tickets");
        one.WhatToDo.ShouldNotBeNull().ShouldContain("Admin → Roles → Tickets");
        one.Streams.Single(s => s.DataType == DataType.Tickets).NextAt.ShouldBeNull();
    }

    [Theory, DatabaseData]
    public async Task Nothing_selected_is_said_in_the_vendors_own_word(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        await AddAsync(home, i => i.Scope = """{"containers":[]}""");

        var one = (await Queries(home).ListAsync(home.Tenant, default)).ShouldHaveSingleItem();

        one.Condition.ShouldBe(IntegrationCondition.NeedsAttention);
        one.Reason.ShouldBe("No board is selected, so no tickets are synced.");
        one.Concerns[0].Remedy.ShouldBe(AttentionRemedy.ChooseTickets);
    }

    [Theory, DatabaseData]
    public async Task A_disconnected_integration_plans_nothing_and_shows_its_reason(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        await AddAsync(home, i => (i.Status, i.StatusReason, i.StatusAdvice, i.Secrets) = (IntegrationStatus.Disconnected, "The key was refused.", "Make a new key.", null));

        var one = (await Queries(home).ListAsync(home.Tenant, default)).ShouldHaveSingleItem();

        (one.Condition, one.Reason, one.WhatToDo, one.NextSyncAt).ShouldBe((IntegrationCondition.Disconnected, "The key was refused.", "Make a new key.", null));
        one.Streams.ShouldAllBe(s => s.NextAt == null);
    }

    [Theory, DatabaseData]
    public async Task Credentials_that_cannot_be_read_any_more_show_as_disconnected_in_the_list_too(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await AddAsync(home, i => i.Secrets = [1]);

        var one = (await Queries(home).ListAsync(home.Tenant, default)).ShouldHaveSingleItem();

        (one.Condition, one.NextSyncAt).ShouldBe((IntegrationCondition.Disconnected, null));
        one.Reason.ShouldNotBeNull().ShouldContain("can no longer be read");
        one.WhatToDo.ShouldNotBeNull().ShouldStartWith("Reconnect");
        (await Queries(home).DetailAsync(home.Tenant, id, default)).ShouldNotBeNull().Summary.Reason.ShouldBe(one.Reason);
    }

    [Theory, DatabaseData]
    public async Task Tickets_wait_for_companies_that_could_be_imported_read_or_not_and_for_no_others(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await AddAsync(home);
        await using (var db = home.Open())
        {
            foreach (var company in new[] { "linked", "blocked", "open" })
            {
                db.ExternalCompanies.Add(Record(new ExternalCompanyRow { Name = company, NormalizedName = company, ExternalId = company, Payload = "{}" }, home, id));
            }

            db.ExternalCompanies.Add(Record(new ExternalCompanyRow { Name = "old", NormalizedName = "old", ExternalId = "old", Payload = "{}" }, home, id, generation: 2));
            db.Ledger.Add(new LedgerRow { TenantId = home.Tenant, IntegrationId = id, DataType = DataType.Companies, Generation = 1, ExternalId = "filtered out", State = LedgerState.OutOfScope });
            db.CompanyLinks.Add(new CompanyLink { TenantId = home.Tenant, IntegrationId = id, CompanyId = Guid.NewGuid(), ExternalId = "linked", LinkedBy = "ada", LinkedAt = Now });
            db.BlockedCompanies.Add(new BlockedCompany { TenantId = home.Tenant, IntegrationId = id, ExternalId = "blocked", Name = "b", BlockedBy = "ada", BlockedAt = Now });
            var number = 0;
            foreach (var (company, generation) in new[] { ("linked", 1), ("blocked", 1), ("open", 1), ("open", 1), ("open", 2), ("filtered out", 1), ("unread", 1), ("unread", 1), ("old", 1), (null, 1) })
            {
                var ticket = FormattableString.Invariant($"{++number}");
                db.Tickets.Add(Record(new TicketRow { Number = ticket, ExternalId = ticket, Summary = "s", Payload = "{}", CompanyId = company }, home, id, generation));
            }

            await db.SaveChangesAsync();
        }

        var one = (await Queries(home).ListAsync(home.Tenant, default)).ShouldHaveSingleItem();

        (one.HeldBack, one.LinkedCompanies).ShouldBe((new WaitingTickets(5, 3, 2), 1));
    }

    [Theory, DatabaseData]
    public async Task A_complete_read_of_nothing_where_there_were_many_is_a_warning(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await AddAsync(home);
        await AddRunAsync(home, id, DataType.Companies, PassKind.Full, read: 40);
        await AddRunAsync(home, id, DataType.Companies, PassKind.Incremental, read: 0);
        await AddRunAsync(home, id, DataType.Contacts, PassKind.Full, read: 40, RunStatus.Interrupted);
        await AddRunAsync(home, id, DataType.Contacts, PassKind.Full, read: 0); // It only ended what was read before.
        var empty = await AddRunAsync(home, id, DataType.Companies, PassKind.Full, read: 0);

        var runs = new RunQueries(home.Database, home.Clock);
        var page = await runs.ListAsync(home.Tenant, new RunFilter(id), 0, 10, default);

        page.Rows.Where(r => r.Warning is not null).Select(r => r.Id).ShouldBe([empty]);
        var one = (await Queries(home).ListAsync(home.Tenant, default)).ShouldHaveSingleItem();
        one.Condition.ShouldBe(IntegrationCondition.NeedsAttention);
        one.Reason.ShouldNotBeNull().ShouldContain("no records");
    }

    [Theory, DatabaseData]
    public async Task Runs_are_paged_newest_first_and_filtered_by_data_type_and_result(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await AddAsync(home);
        var first = await AddRunAsync(home, id, DataType.Tickets, PassKind.Full, read: 5);
        await AddRunAsync(home, id, DataType.Companies, PassKind.Full, read: 5);
        var failed = await AddRunAsync(home, id, DataType.Tickets, PassKind.Incremental, read: 0, RunStatus.Failed);
        var runs = new RunQueries(home.Database, home.Clock);

        async Task<(long[] Ids, int Total)> PageAsync(RunFilter filter, int skip, int take)
        {
            var page = await runs.ListAsync(home.Tenant, filter, skip, take, default);
            return ([.. page.Rows.Select(r => r.Id)], page.Total);
        }

        var tickets = await PageAsync(new RunFilter(id, DataType.Tickets), 0, 10);
        tickets.Ids.ShouldBe([failed, first]);
        (await PageAsync(new RunFilter(id, DataType.Tickets), 1, 1)).Ids.ShouldBe([first]);
        (await PageAsync(new RunFilter(id, Status: RunStatus.Failed), 0, 10)).Ids.ShouldBe([failed]);
        (await PageAsync(new RunFilter(id), 0, 1)).Total.ShouldBe(3);
    }

    [Theory, DatabaseData]
    public async Task What_runs_now_is_seen_with_its_counts_and_what_was_asked_for_as_queued(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var running = await AddAsync(home);
        var queued = await AddAsync(home, streams: s => s.RequestedAt = Now);
        await AddAsync(home);
        await AddRunAsync(home, running, DataType.Tickets, PassKind.Full, read: 150, RunStatus.Running);
        await AddRunAsync(home, running, DataType.Companies, PassKind.Full, read: 40);

        var activity = await new RunQueries(home.Database, home.Clock).ActivityAsync(home.Tenant, default);

        activity.Keys.ShouldBe([running, queued], ignoreOrder: true);
        activity[running].Runs.ShouldHaveSingleItem().Counts.Read.ShouldBe(150);
        (activity[running].IsQueued, activity[running].IsSyncing).ShouldBe((false, true));
        (activity[queued].IsQueued, activity[queued].Runs.Count).ShouldBe((true, 0));
    }

    [Theory, DatabaseData]
    public async Task Another_tenant_sees_nothing_of_it(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await AddAsync(home);
        var run = await AddRunAsync(home, id, DataType.Tickets, PassKind.Full, read: 5, RunStatus.Running);
        var other = await home.AddTenantAsync("Fabrikam");
        var runs = new RunQueries(home.Database, home.Clock);

        (await Queries(home).ListAsync(other, default)).ShouldBeEmpty();
        (await Queries(home).DetailAsync(other, id, default)).ShouldBeNull();
        (await Queries(home).ChoicesAsync(other, id, default)).ReadAt.ShouldBeNull();
        (await runs.ActivityAsync(other, default)).ShouldBeEmpty();
        (await runs.FindAsync(other, run, default)).ShouldBeNull();
        (await runs.ListAsync(other, new RunFilter(id), 0, 10, default)).Rows.ShouldBeEmpty();
        (await runs.FindAsync(home.Tenant, run, default)).ShouldNotBeNull();
    }

    [Theory, DatabaseData]
    public async Task Secrets_are_masked_and_lists_come_from_the_live_generation(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await AddAsync(home);
        await using (var db = home.Open())
        {
            db.Reference.Add(Record(Item(ReferenceKinds.Container, "1", "Help Desk"), home, id));
            db.Reference.Add(Record(Item(ReferenceKinds.Container, "2", "Old"), home, id, generation: 2));
            db.Reference.Add(Record(Item(ReferenceKinds.Status, "10", "New", "1"), home, id));
            await db.SaveChangesAsync();
        }

        var detail = (await Queries(home).DetailAsync(home.Tenant, id, default)).ShouldNotBeNull();
        var lists = await Queries(home).ChoicesAsync(home.Tenant, id, default);

        detail.Settings.ShouldBe(new Dictionary<string, string> { ["address"] = "paper.example", ["key"] = SettingsSchema.Mask }, ignoreOrder: true);
        lists.Containers.ShouldBe([new Choice("1", "Help Desk", false)]);
        lists.Statuses.ShouldBe([new StatusChoice("10", "New", "1", false, false, null)]);
    }

    private static ReferenceRow Item(string kind, string id, string name, string? container = null) =>
        new() { Kind = kind, ItemId = id, Name = name, ContainerId = container, ExternalId = ReferenceItem.Key(kind, id), Payload = "{}" };

    private static T Record<T>(T row, StorageHome home, long integration, int generation = 1)
        where T : RecordRow
    {
        (row.Id, row.TenantId, row.IntegrationId, row.Generation, row.CreatedAt, row.ChangedAt) = (Guid.NewGuid(), home.Tenant, integration, generation, Now, Now);
        return row;
    }

    private static async Task<long> AddRunAsync(StorageHome home, long integration, DataType type, PassKind kind, long read, RunStatus status = RunStatus.Succeeded)
    {
        await using var db = home.Open();
        var started = Now.AddHours(-1).AddMinutes(db.Runs.Count());
        var run = new RunRow
        {
            TenantId = home.Tenant,
            IntegrationId = integration,
            DataType = type,
            Kind = kind,
            Trigger = SyncTrigger.Schedule,
            Status = status,
            StartedAt = started,
            HeartbeatAt = started,
            EndedAt = status == RunStatus.Running ? null : started.AddSeconds(3),
            Read = read,
        };
        db.Runs.Add(run);
        await db.SaveChangesAsync();
        return run.Id;
    }
}
