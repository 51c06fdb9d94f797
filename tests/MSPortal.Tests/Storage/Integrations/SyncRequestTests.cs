using Microsoft.Extensions.DependencyInjection;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Integrations;
using MSPortal.Storage.Model;
using MSPortal.Storage.Secrets;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Storage.Integrations;

public sealed class SyncRequestTests
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    [Theory, DatabaseData]
    public async Task Fifty_presses_at_once_from_two_processes_make_one_request(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await home.ConnectAsync();

        var answers = await PressAsync(home, id, 50);

        var request = (await home.RequestsAsync(id)).ShouldHaveSingleItem();
        (request.Status, request.Trigger, request.DataTypes).ShouldBe((RequestStatus.Queued, SyncTrigger.Manual, "reference,companies,tickets,ticket_notes"));
        answers.Select(a => a.RequestId).Distinct().ShouldBe([request.Id]);
        answers.Count(a => !a.Joined).ShouldBe(1);
        await using var db = home.Open();
        (await db.Streams.Where(s => s.RequestId == request.Id).Select(s => s.DataType).ToListAsync())
            .ShouldBe([DataType.Reference, DataType.Companies, DataType.Tickets, DataType.TicketNotes], ignoreOrder: true);
    }

    [Theory, DatabaseData]
    public async Task Fifty_presses_beside_a_running_request_queue_one_follow_up(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await home.ConnectAsync();
        var first = await home.Store().RequestSyncAsync(SyncOrders.Now(id), Window, home.Ada, CancellationToken.None);
        await TakenUpAsync(home, id, first.RequestId!.Value, DataType.Tickets);

        var answers = await PressAsync(home, id, 50);

        var requests = await home.RequestsAsync(id);
        requests.Select(r => (r.Status, r.DataTypes)).ShouldBe(
            [(RequestStatus.Running, "reference,companies,tickets,ticket_notes"), (RequestStatus.Queued, "tickets")]);
        answers.Select(a => a.RequestId).Distinct().ShouldBe([requests[1].Id]);
        answers.Count(a => !a.Joined).ShouldBe(1);
        // What the running one still waits for begins after the presses, too, and stays with it.
        (await home.StreamAsync(id, DataType.Companies)).RequestId.ShouldBe(requests[0].Id);
        (await home.StreamAsync(id, DataType.Tickets)).RequestId.ShouldBe(requests[1].Id);
    }

    [Theory, DatabaseData]
    public async Task Inside_the_window_a_person_waits_and_the_command_line_does_not(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await home.ConnectAsync();
        await home.ChangeAsync(id, i => i.ManualWindowUntil = StorageHome.Start.AddMinutes(3));

        (await AskAsync(home, SyncOrders.Now(id), Window)).ShouldBe(new SyncRequestResult(null, false, TimeSpan.FromMinutes(3), null));
        (await AskAsync(home, SyncOrders.Now(id), TimeSpan.FromMinutes(1))).RetryAfter.ShouldBe(TimeSpan.FromMinutes(1));
        (await home.RequestsAsync(id)).ShouldBeEmpty();
        home.Clock.Advance(TimeSpan.FromMinutes(3));
        (await AskAsync(home, SyncOrders.Reference(id), Window)).RequestId.ShouldNotBeNull();
        await home.ChangeAsync(id, i => i.ManualWindowUntil = StorageHome.Start.AddMinutes(8));
        (await AskAsync(home, SyncOrders.Reference(id), Window)).Joined.ShouldBeTrue();
        (await AskAsync(home, SyncOrders.Now(id), Window)).RetryAfter.ShouldBe(TimeSpan.FromMinutes(5));
        (await AskAsync(home, SyncOrders.Now(id), null)).Joined.ShouldBeTrue();

        (await home.RequestsAsync(id)).ShouldHaveSingleItem().DataTypes.ShouldBe("reference,companies,tickets,ticket_notes");
    }

    [Theory, DatabaseData]
    public async Task What_cannot_run_is_refused_in_a_plain_sentence(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await home.ConnectAsync();
        var refusal = async () => (await AskAsync(home, SyncOrders.Now(id), null)).Refusal;

        await home.ChangeAsync(id, i => i.Status = IntegrationStatus.Paused);
        (await refusal()).ShouldBe("Contoso PSA is paused. Resume it first.");
        await home.ChangeAsync(id, i => i.Status = IntegrationStatus.Stopped);
        (await refusal()).ShouldBe("Contoso PSA was stopped. Reactivate it first.");
        await home.ChangeAsync(id, i => i.Status = IntegrationStatus.Disconnected);
        (await refusal()).ShouldBe("Contoso PSA is disconnected. Reconnect it first.");
        await home.ChangeAsync(id, i => i.Status = IntegrationStatus.Active);
        (await AskAsync(home, new SyncOrder(id, SyncTrigger.Manual, [DataType.Devices]), null)).Refusal
            .ShouldBe("Devices: turned off for Contoso PSA. Turn a data type on to sync it.");
        await using (var db = home.Open())
        {
            await db.Streams.ExecuteUpdateAsync(s => s.SetProperty(x => x.DeniedPermission, "Inquire"));
        }

        (await refusal()).ShouldBe("The key of Contoso PSA lacks the permission for every data type that is turned on. Re-check the permissions.");
        await using (var db = home.Open())
        {
            await db.Streams.ExecuteUpdateAsync(s => s.SetProperty(x => x.Enabled, false));
        }

        (await refusal()).ShouldBe("No data type of Contoso PSA is turned on.");
        home.Restart(loseKey: true);
        (await refusal()).ShouldBe("The stored credentials of Contoso PSA can no longer be read. Reconnect it.");
        (await home.RequestsAsync(id)).ShouldBeEmpty();
        (await home.AuditAsync()).Select(a => a.Action).ShouldBe(["integration.connected"]);
    }

    [Theory, DatabaseData]
    public async Task A_denied_data_type_is_checked_again_only_when_asked_for_by_name(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await home.ConnectAsync();
        await home.ChangeStreamAsync(id, DataType.Companies, s => (s.DeniedPermission, s.NotBefore) = ("Inquire", StorageHome.Start.AddDays(7)));

        await AskAsync(home, SyncOrders.Now(id), null);
        (await home.StreamAsync(id, DataType.Companies)).RequestedAt.ShouldBeNull();
        await AskAsync(home, new SyncOrder(id, SyncTrigger.Manual, [DataType.Companies]), null);

        var stream = await home.StreamAsync(id, DataType.Companies);
        (stream.RequestedAt, stream.NotBefore).ShouldBe((StorageHome.Start, null));
        (await home.RequestsAsync(id)).ShouldHaveSingleItem();
    }

    [Theory, DatabaseData]
    public async Task A_persons_wish_lifts_a_back_off_but_no_pause_that_the_vendor_asked_for(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await home.ConnectAsync();
        var later = StorageHome.Start.AddMinutes(30);
        await home.ChangeStreamAsync(id, DataType.Companies, s => (s.FaultKind, s.NotBefore, s.BackoffLevel) = ("VendorDown", later, 4));
        await home.ChangeStreamAsync(id, DataType.Tickets, s =>
        {
            // It failed once, began again, and then the vendor asked for a pause: the run waits for its end.
            (s.FaultKind, s.NotBefore, s.BackoffLevel) = ("VendorDown", later, 1);
            s.IncrementalPass = StoredJson.Write(IntegrationStoreTests.Pass(PassKind.Incremental) with { RunId = 7, RunningUnder = null });
        });
        await home.ChangeStreamAsync(id, DataType.TicketNotes, s => s.NotBefore = later);

        await AskAsync(home, SyncOrders.Now(id), Window);

        var companies = await home.StreamAsync(id, DataType.Companies);
        (companies.RequestedAt, companies.NotBefore, companies.BackoffLevel).ShouldBe((StorageHome.Start, null, 4));
        (await home.StreamAsync(id, DataType.Tickets)).NotBefore.ShouldBe(later);
        (await home.StreamAsync(id, DataType.TicketNotes)).NotBefore.ShouldBe(later);

        // The request waits behind a new back-off, and a person presses once more.
        await home.ChangeStreamAsync(id, DataType.Companies, s => s.NotBefore = later);
        (await AskAsync(home, SyncOrders.Now(id), Window)).Joined.ShouldBeTrue();
        (await home.StreamAsync(id, DataType.Companies)).NotBefore.ShouldBeNull();
    }

    [Theory, DatabaseData]
    public async Task Clear_and_resync_widens_what_waits_and_changed_settings_are_not_forgotten(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await home.ConnectAsync();
        await home.ChangeStreamAsync(id, DataType.Companies, s => (s.RequestedAt, s.RequestedTrigger, s.RequestedFull) = (StorageHome.Start, SyncTrigger.Settings, true));
        var first = await AskAsync(home, SyncOrders.Now(id), null);

        var second = await AskAsync(home, SyncOrders.ClearAndResync(id), null);

        second.ShouldBe(new SyncRequestResult(first.RequestId, true, null, null));
        var tickets = await home.StreamAsync(id, DataType.Tickets);
        (tickets.RequestId, tickets.RequestedTrigger, tickets.RequestedFull, tickets.RequestedShadow).ShouldBe((first.RequestId, SyncTrigger.Resync, true, true));
        var companies = await home.StreamAsync(id, DataType.Companies);
        (companies.RequestId, companies.RequestedTrigger, companies.RequestedFull).ShouldBe((first.RequestId, SyncTrigger.Settings, true));
        var request = (await home.RequestsAsync(id)).ShouldHaveSingleItem();
        (request.Full, request.Shadow).ShouldBe((true, true));
    }

    private static Task<SyncRequestResult> AskAsync(StorageHome home, SyncOrder order, TimeSpan? window) =>
        home.Store().RequestSyncAsync(order, window, home.Ada, CancellationToken.None);

    private static async Task<SyncRequestResult[]> PressAsync(StorageHome home, long id, int times)
    {
        var here = home.Store();
        var other = new IntegrationStore(new PortalDatabase(StorageHome.Parse(home.Setting)), home.Get<Vault>(), home.Clock);
        return await Task.WhenAll(Enumerable.Range(0, times).Select(i => Task.Run(() =>
            (i % 2 == 0 ? here : other).RequestSyncAsync(SyncOrders.Now(id), Window, home.Ada, CancellationToken.None))));
    }

    /// <summary>What the engine does first with a request.</summary>
    private static async Task TakenUpAsync(StorageHome home, long id, long request, DataType type)
    {
        await home.ChangeStreamAsync(id, type, s =>
            (s.RequestedAt, s.RequestedTrigger, s.RequestId, s.RequestedFull, s.RequestedShadow) = (null, null, null, false, false));
        await using var db = home.Open();
        await db.SyncRequests.Where(r => r.Id == request).ExecuteUpdateAsync(r => r.SetProperty(x => x.Status, RequestStatus.Running));
    }
}
