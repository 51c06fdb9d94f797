using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Storage.Secrets;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Storage.Integrations;

public sealed class IntegrationStoreTests
{
    [Theory, DatabaseData]
    public async Task A_new_integration_keeps_its_secret_encrypted_and_its_streams_due(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);

        var id = await home.ConnectAsync();

        var row = await home.RowAsync(id);
        (row.Status, row.AccountId, row.SettingsVersion, row.Settings).ShouldBe((IntegrationStatus.Active, "acc-1", 1, """{"companyId":"contoso"}"""));
        System.Text.Encoding.UTF8.GetString(row.Secrets!).ShouldNotContain("s3cr3t");
        home.Get<Vault>().Read(row)!.All.ShouldBe(Sample.Settings().All, ignoreOrder: true);
        await using var db = home.Open();
        (await db.Streams.Where(s => s.Enabled && s.DueAt <= StorageHome.Start && s.FullDueAt <= StorageHome.Start).Select(s => s.DataType).ToListAsync())
            .ShouldBe([DataType.Reference, DataType.Companies, DataType.Tickets, DataType.TicketNotes], ignoreOrder: true);
        var entry = (await home.AuditAsync()).ShouldHaveSingleItem();
        (entry.Action, entry.Actor, entry.From, entry.SubjectName).ShouldBe(("integration.connected", "ada@example.com", "192.0.2.1", "Contoso PSA"));
        entry.After!.ShouldContain("contoso");
        entry.After!.ShouldNotContain("s3cr3t");
    }

    [Theory, DatabaseData]
    public async Task Nothing_can_be_done_to_another_tenants_integration(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await home.ConnectAsync();
        var stranger = new Actor(await home.AddTenantAsync("Fabrikam"), "eve@example.com", null);
        var key = home.Key(id, DataType.Tickets);
        var (store, none) = (home.Store(), CancellationToken.None);
        var before = await AllAsync(home, id);

        Func<Task>[] attempts =
        [
            () => store.ReconnectAsync(id, Sample.Settings("other"), Sample.Secret, null, stranger, none),
            () => store.RenameAsync(id, "Mine", stranger, none),
            () => store.SetStatusAsync(id, IntegrationStatus.Paused, null, stranger, none),
            () => store.DisconnectAsync(id, stranger, none),
            () => store.PreviewRemovalAsync(stranger.TenantId, id, none),
            () => store.RemoveAsync(id, stranger, none),
            () => store.SetScopeAsync(id, new TicketScope(), stranger, none),
            () => store.PreviewScopeAsync(stranger.TenantId, id, new TicketScope(), none),
            () => store.PreviewCompanyFilterAsync(stranger.TenantId, id, new CompanyFilter(), none),
            () => store.SetCompanyFilterAsync(id, new CompanyFilter { SkipInactive = true }, stranger, none),
            () => store.SetStreamAsync(key, false, TimeSpan.FromHours(1), stranger, none),
            () => store.SetStreamAsync(key with { TenantId = stranger.TenantId }, false, TimeSpan.FromHours(1), stranger, none),
            () => store.RequestSyncAsync(SyncOrders.Now(id), null, stranger, none),
            () => store.DecideHeldAsync(key, true, stranger, none),
            () => store.DecideHeldAsync(key with { TenantId = stranger.TenantId }, true, stranger, none),
        ];

        foreach (var attempt in attempts)
        {
            (await attempt.ShouldThrowAsync<KeyNotFoundException>()).Message.ShouldBe($"There is no integration {id}.");
        }

        (await AllAsync(home, id)).ShouldBe(before);
    }

    [Theory, DatabaseData]
    public async Task A_reconnect_starts_afresh_with_the_same_account_only(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await home.ConnectAsync();
        var later = StorageHome.Start.AddDays(1);
        await home.ChangeAsync(id, i => (i.Status, i.StatusReason, i.UnintelligibleRuns, i.Fence) = (IntegrationStatus.Disconnected, "Key refused.", 4, 9));
        await home.ChangeStreamAsync(id, DataType.Tickets, s =>
        {
            (s.BackoffLevel, s.NotBefore, s.FaultKind, s.FaultSentence, s.FaultSince) = (3, later, "AuthFailed", "Refused.", StorageHome.Start);
            (s.DueAt, s.IncrementalDueAt, s.FullDueAt) = (later, later, later);
            s.IncrementalPass = StoredJson.Write(Pass(PassKind.Incremental) with { Failures = 5, RunId = 0 });
        });
        await home.ChangeStreamAsync(id, DataType.Devices, s => s.DueAt = later);
        var reconnect = (AccountIdentity account) =>
            home.Store().ReconnectAsync(id, Sample.Settings("s3cr3t-two"), Sample.Secret, account, home.Ada, CancellationToken.None);

        var refusal = await Should.ThrowAsync<ActionRefusedException>(() => reconnect(new AccountIdentity("acc-2", "Fabrikam")));
        refusal.Message.ShouldBe("These credentials belong to another account (Fabrikam). Contoso PSA reads Contoso; connect the other one as a new integration.");
        (await home.RowAsync(id)).Status.ShouldBe(IntegrationStatus.Disconnected);

        await reconnect(new AccountIdentity("acc-1", "Contoso Ltd", "2026.2"));

        var row = await home.RowAsync(id);
        (row.Status, row.StatusReason, row.UnintelligibleRuns, row.SettingsVersion, row.Fence, row.AccountName, row.VendorVersion)
            .ShouldBe((IntegrationStatus.Active, null, 0, 2, 10, "Contoso Ltd", "2026.2"));
        home.Get<Vault>().Read(row)!["privateKey"].ShouldBe("s3cr3t-two");
        var tickets = await home.StreamAsync(id, DataType.Tickets);
        (tickets.BackoffLevel, tickets.NotBefore, tickets.FaultKind, tickets.FaultSentence, tickets.FaultSince, tickets.DueAt)
            .ShouldBe((0, null, null, null, null, StorageHome.Start));
        StoredJson.Read<PassState>(tickets.IncrementalPass)!.Failures.ShouldBe(0);
        (await home.StreamAsync(id, DataType.Devices)).DueAt.ShouldBe(later);
        var entry = (await home.AuditAsync())[^1];
        (entry.Action, (entry.Before + entry.After).Contains("s3cr3t", StringComparison.Ordinal)).ShouldBe(("integration.reconnected", false));
    }

    [Theory]
    [DatabaseData("pause")]
    [DatabaseData("disconnect")]
    public async Task Work_under_way_is_cut_off_and_nothing_waits_for_it(DatabaseKind kind, string how)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await home.ConnectAsync();
        var request = (await home.Store().RequestSyncAsync(SyncOrders.Now(id), null, home.Ada, CancellationToken.None)).RequestId!.Value;
        var (running, waiting) = await UnderWayAsync(home, id, request);

        await (how == "pause"
            ? home.Store().SetStatusAsync(id, IntegrationStatus.Paused, null, home.Ada, CancellationToken.None)
            : home.Store().DisconnectAsync(id, home.Ada, CancellationToken.None));

        var row = await home.RowAsync(id);
        (row.Fence, row.LeaseNode, row.LeaseUntil, row.Secrets is null).ShouldBe((6, null, null, how == "disconnect"));
        row.Status.ShouldBe(how == "pause" ? IntegrationStatus.Paused : IntegrationStatus.Disconnected);
        await using var db = home.Open();
        (await db.Runs.OrderBy(r => r.Id).Select(r => new { r.Id, r.Status, r.EndedAt }).ToListAsync())
            .Select(r => (r.Id, r.Status, r.EndedAt))
            .ShouldBe([(running, RunStatus.Cancelled, StorageHome.Start), (waiting, RunStatus.Cancelled, StorageHome.Start)]);
        (await home.RequestsAsync(id)).Select(r => (r.Id, r.Status, r.EndedAt)).ShouldBe([(request, RequestStatus.Cancelled, StorageHome.Start)]);
        var streams = await db.Streams.Where(s => s.IntegrationId == id).ToListAsync();
        streams.ShouldAllBe(s => s.RequestedAt == null && s.RequestId == null);
        // The places are kept, so that a later run goes on from there.
        var tickets = streams.Single(s => s.DataType == DataType.Tickets);
        StoredJson.Read<PassState>(tickets.IncrementalPass).ShouldBe(Pass(PassKind.Incremental) with { RunId = 0, RunningUnder = null, RequestId = null, Trigger = SyncTrigger.Schedule });
        StoredJson.Read<PassState>(tickets.FullPass).ShouldBe(Pass(PassKind.Full) with { RunId = 0, RunningUnder = null, RequestId = null, Trigger = SyncTrigger.Settings });
        (await home.AuditAsync())[^1].Action.ShouldBe($"integration.{how}d".Replace("disconnectd", "disconnected", StringComparison.Ordinal));
    }

    [Theory, DatabaseData]
    public async Task What_a_pause_kept_from_being_read_in_full_is_read_after_it(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await home.ConnectAsync();
        var later = StorageHome.Start.AddHours(5);
        await home.ChangeStreamAsync(id, DataType.Tickets, s =>
            (s.DueAt, s.FullDueAt, s.RequestedAt, s.RequestedTrigger, s.RequestedFull) = (later, later, StorageHome.Start, SyncTrigger.Settings, true));

        await home.Store().SetStatusAsync(id, IntegrationStatus.Paused, null, home.Ada, CancellationToken.None);

        var stream = await home.StreamAsync(id, DataType.Tickets);
        (stream.RequestedAt, stream.FullDueAt, stream.DueAt).ShouldBe((null, StorageHome.Start, StorageHome.Start));
    }

    [Theory, DatabaseData]
    public async Task Pause_resume_and_reactivate_lead_only_where_they_can(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await home.ConnectAsync();
        var set = (IntegrationStatus status) => home.Store().SetStatusAsync(id, status, null, home.Ada, CancellationToken.None);

        await set(IntegrationStatus.Paused);
        await set(IntegrationStatus.Paused);
        await set(IntegrationStatus.Active);
        await home.ChangeAsync(id, i => (i.Status, i.UnintelligibleRuns) = (IntegrationStatus.Stopped, 10));
        (await Should.ThrowAsync<ActionRefusedException>(() => set(IntegrationStatus.Paused))).Message.ShouldBe("Contoso PSA is stopped, so there is nothing to pause.");
        await home.ChangeStreamAsync(id, DataType.Tickets, s => (s.BackoffLevel, s.NotBefore) = (4, StorageHome.Start.AddMinutes(30)));
        await set(IntegrationStatus.Active);
        await home.Store().DisconnectAsync(id, home.Ada, CancellationToken.None);
        (await Should.ThrowAsync<ActionRefusedException>(() => set(IntegrationStatus.Active))).Message.ShouldBe("Contoso PSA has no working credentials. Reconnect it.");
        (await Should.ThrowAsync<ActionRefusedException>(() => set(IntegrationStatus.Paused))).Message.ShouldContain("disconnected");
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => set(IntegrationStatus.Stopped));

        (await home.AuditAsync()).Select(a => a.Action).ShouldBe(
            ["integration.connected", "integration.paused", "integration.resumed", "integration.reactivated", "integration.disconnected"]);
        (await home.RowAsync(id)).UnintelligibleRuns.ShouldBe(0);
        var stream = await home.StreamAsync(id, DataType.Tickets);
        (stream.BackoffLevel, stream.NotBefore).ShouldBe((0, null));
    }

    [Theory, DatabaseData]
    public async Task A_rename_is_trimmed_and_audited_once(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await home.ConnectAsync();

        await home.Store().RenameAsync(id, " Our PSA ", home.Ada, CancellationToken.None);
        await home.Store().RenameAsync(id, "Our PSA", home.Ada, CancellationToken.None);
        await Should.ThrowAsync<ActionRefusedException>(() => home.Store().RenameAsync(id, "  ", home.Ada, CancellationToken.None));

        (await home.RowAsync(id)).Name.ShouldBe("Our PSA");
        var entry = (await home.AuditAsync()).Where(a => a.Action == "integration.renamed").ShouldHaveSingleItem();
        (entry.Before, entry.After).ShouldBe(("""{"name":"Contoso PSA"}""", """{"name":"Our PSA"}"""));
    }

    internal static PassState Pass(PassKind kind) => new()
    {
        Kind = kind,
        RunId = 77,
        RunningUnder = 5,
        Trigger = kind == PassKind.Full ? SyncTrigger.Settings : SyncTrigger.Manual,
        StartedAt = StorageHome.Start,
        StartSequence = 3,
        Generation = 1,
        Cursor = "page 4",
    };

    /// <summary>A job at fence 5 runs the incremental pass of tickets; their full pass waits for its next slice.</summary>
    private static async Task<(long Running, long Waiting)> UnderWayAsync(StorageHome home, long id, long request)
    {
        await home.ChangeAsync(id, i => (i.Fence, i.LeaseNode, i.LeaseUntil) = (5, "node", StorageHome.Start.AddSeconds(30)));
        await using var db = home.Open();
        RunRow[] runs = [Run(RunStatus.Running, PassKind.Incremental), Run(RunStatus.Waiting, PassKind.Full)];
        db.Runs.AddRange(runs);
        await db.SyncRequests.ExecuteUpdateAsync(r => r.SetProperty(x => x.Status, RequestStatus.Running));
        await db.SaveChangesAsync();
        await home.ChangeStreamAsync(id, DataType.Tickets, s =>
        {
            s.IncrementalPass = StoredJson.Write(Pass(PassKind.Incremental) with { RunId = runs[0].Id, RequestId = request });
            s.FullPass = StoredJson.Write(Pass(PassKind.Full) with { RunId = runs[1].Id, RunningUnder = null });
            (s.RequestedAt, s.RequestedTrigger, s.RequestId) = (null, null, null);
        });
        return (runs[0].Id, runs[1].Id);

        RunRow Run(RunStatus status, PassKind pass) => new()
        {
            TenantId = home.Tenant,
            IntegrationId = id,
            DataType = DataType.Tickets,
            Status = status,
            Kind = pass,
            RequestId = request,
            StartedAt = StorageHome.Start,
            HeartbeatAt = StorageHome.Start,
            Fence = 5,
        };
    }

    private static async Task<string> AllAsync(StorageHome home, long id)
    {
        await using var db = home.Open();
        return StoredJson.Write(new
        {
            Row = await home.RowAsync(id),
            Streams = await db.Streams.AsNoTracking().OrderBy(s => s.DataType).ToListAsync(),
            Requests = await db.SyncRequests.AsNoTracking().ToListAsync(),
            Audit = await db.Audit.IgnoreQueryFilters().AsNoTracking().Select(a => a.Action).ToListAsync(),
        });
    }
}
