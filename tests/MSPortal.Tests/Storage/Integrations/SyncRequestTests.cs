using Microsoft.Extensions.DependencyInjection;
using Microsoft.EntityFrameworkCore;
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
