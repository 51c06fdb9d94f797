using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Tests.Storage;
using MSPortal.Tests.Support;
using MSPortal.Tests.Web.Tickets;
using MSPortal.Web.Hosting;
using Shouldly;
using Xunit;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Hosting;

/// <summary>When <c>sync --wait</c> has waited long enough.</summary>
public sealed class LocalWorkTests
{
    [Theory, DatabaseData]
    public async Task Whoever_waits_for_a_request_waits_for_the_first_read_of_what_it_asked_for_too(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var psa = await new TicketSeed(home.Database, home.Tenant, StorageHome.Start).IntegrationAsync(tickets: s => s.FullPass = Pass());
        await new TicketSeed(home.Database, home.Tenant, StorageHome.Start).IntegrationAsync("Other PSA", tickets: s => s.FullPass = Pass()); // Nobody waits for its first read.
        var (companies, tickets) = (await RequestAsync(home, psa, "companies"), await RequestAsync(home, psa, "reference,tickets"));
        var partial = await RequestAsync(home, psa, "tickets", RequestStatus.Partial);
        var work = new LocalWork(home.Database, null!, home.Clock);
        async Task<(RequestStatus?, RequestStatus?)> StandingAsync(Action<StreamRow> change)
        {
            await using var db = home.Open();
            change(await db.Streams.AsTracking().SingleAsync(s => s.IntegrationId == psa && s.DataType == DataType.Tickets));
            await db.SaveChangesAsync();
            return (await work.StatusAsync(home.Tenant, companies, default), await work.StatusAsync(home.Tenant, tickets, default));
        }

        async Task SetAsync(IntegrationStatus status)
        {
            await using var db = home.Open();
            await db.Integrations.Where(i => i.Id == psa).ExecuteUpdateAsync(i => i.SetProperty(x => x.Status, status));
        }

        (await StandingAsync(_ => { })).ShouldBe((RequestStatus.Succeeded, RequestStatus.Running));
        (await work.StatusAsync(home.Tenant, partial, default)).ShouldBe(RequestStatus.Running);
        await SetAsync(IntegrationStatus.Paused);
        (await StandingAsync(_ => { })).ShouldBe((RequestStatus.Succeeded, RequestStatus.Succeeded), "nothing is read while it is paused");
        await SetAsync(IntegrationStatus.Error);
        (await StandingAsync(_ => { })).ShouldBe((RequestStatus.Succeeded, RequestStatus.Running), "it is tried again");
        (await StandingAsync(s => s.NotBefore = StorageHome.Start.AddMinutes(1))).ShouldBe((RequestStatus.Succeeded, RequestStatus.Succeeded), "the vendor wants a pause");
        (await StandingAsync(s => s.NotBefore = StorageHome.Start)).ShouldBe((RequestStatus.Succeeded, RequestStatus.Running), "the pause is over");
        (await StandingAsync(s => s.FullDueAt = StorageHome.Start.AddHours(1))).ShouldBe((RequestStatus.Succeeded, RequestStatus.Succeeded), "it failed and is put off");
        (await StandingAsync(s => (s.FullDueAt, s.FullPass) = (StorageHome.Start, Pass(PassPhase.Held)))).ShouldBe((RequestStatus.Succeeded, RequestStatus.Succeeded), "a person decides");
        (await StandingAsync(s => s.FullPass = Pass(PassPhase.Held, "ada"))).ShouldBe((RequestStatus.Succeeded, RequestStatus.Running), "a person has decided");
        (await StandingAsync(s => s.FullPass = Pass())).ShouldBe((RequestStatus.Succeeded, RequestStatus.Running));
        (await StandingAsync(s => s.DeniedPermission = "Read Tickets")).ShouldBe((RequestStatus.Succeeded, RequestStatus.Succeeded));
        (await StandingAsync(s => (s.DeniedPermission, s.Enabled) = (null, false))).ShouldBe((RequestStatus.Succeeded, RequestStatus.Succeeded));
        (await StandingAsync(s => s.Enabled = true)).ShouldBe((RequestStatus.Succeeded, RequestStatus.Running));
        (await StandingAsync(s => s.LastFullAt = StorageHome.Start)).ShouldBe((RequestStatus.Succeeded, RequestStatus.Succeeded), "a later complete read is nobody's first");
        (await work.StatusAsync(home.Tenant, partial, default)).ShouldBe(RequestStatus.Partial);
        (await StandingAsync(s => s.LastFullAt = null)).ShouldBe((RequestStatus.Succeeded, RequestStatus.Running));
        await using (var db = home.Open())
        {
            db.ChildQueue.Add(new ChildQueueRow { TenantId = home.Tenant, IntegrationId = psa, DataType = DataType.Tickets, ParentId = "1", QueuedAt = StorageHome.Start });
            await db.SaveChangesAsync();
        }

        (await StandingAsync(_ => { })).ShouldBe((RequestStatus.Succeeded, RequestStatus.Succeeded), "record by record it may last for days");
    }

    private static string Pass(PassPhase phase = PassPhase.Reading, string? releasedBy = null) =>
        StoredJson.Write(new PassState { Kind = PassKind.Full, RunId = 1, Trigger = SyncTrigger.Initial, StartedAt = StorageHome.Start, StartSequence = 1, Generation = 1, Phase = phase, ReleasedBy = releasedBy });

    private static async Task<long> RequestAsync(StorageHome home, long integration, string dataTypes, RequestStatus status = RequestStatus.Succeeded)
    {
        await using var db = home.Open();
        var request = new SyncRequestRow
        {
            TenantId = home.Tenant, IntegrationId = integration, Trigger = SyncTrigger.Manual, RequestedBy = "ada", RequestedAt = StorageHome.Start, DataTypes = dataTypes, Status = status, EndedAt = StorageHome.Start,
        };
        db.SyncRequests.Add(request);
        await db.SaveChangesAsync();
        return request.Id;
    }
}
