using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;
using MSPortal.Tests.Support;
using MSPortal.Tests.Sync.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Sync;

/// <summary>What the engine does where a vendor keeps clients apart: one client's trouble stays with that client.</summary>
public sealed class ClientTests
{
    private static readonly DataType[] Types = [DataType.CloudUsers, DataType.Licenses, DataType.SecurityScores];
    private static readonly TimeSpan Again = TimeSpan.FromHours(6);

    [Theory, DatabaseData]
    public async Task Every_client_is_read_on_its_own_and_is_an_external_company(DatabaseKind kind)
    {
        await using var home = await ClientsHome.CreateAsync(kind);
        home.Vendor.Add("b", ClientVendor.User("2"));

        await home.TurnAsync();

        home.Vendor.Calls.ShouldBe(["companies of ", .. new[] { "a", "b", "c" }.SelectMany(c => (string[])[$"licenses of {c}", $"cloud_users of {c}", $"security_scores of {c}"])], ignoreOrder: true);
        (await home.ShownAsync<ExternalCompanyRow>(DataType.Companies, "")).ShouldBe(["a", "b", "c"]);
        (await home.ShownAsync<CloudUserRow>(DataType.CloudUsers, "a")).ShouldBe(["1"]);
        (await home.ShownAsync<CloudUserRow>(DataType.CloudUsers, "b")).ShouldBe(["1", "2"]);
        (await home.StatusesAsync()).ShouldAllBe(s => s == PartitionStatus.Connected);
    }

    [Theory, DatabaseData]
    public async Task A_client_that_withdraws_its_consent_waits_alone_and_works_again_by_itself(DatabaseKind kind)
    {
        await using var home = await ClientsHome.ReadAsync(kind);
        home.Vendor.Refused.Add("b");
        await home.LiveAsync(TimeSpan.FromMinutes(40));

        var client = await home.ClientAsync("b");
        (client.Status, client.Reason, client.WhatToDo).ShouldBe((PartitionStatus.NeedsConsent, "Client B refuses.", "Ask it to agree."));
        (await home.StatusesAsync()).ShouldBe([PartitionStatus.Connected, PartitionStatus.NeedsConsent, PartitionStatus.Connected]);
        (await home.IntegrationAsync()).Status.ShouldBe(IntegrationStatus.Active);
        var refused = home.CallsOf("b");
        refused.Count.ShouldBe(2, "one read and one test tell of all its data types");
        refused.ShouldContain("test of b");
        home.CallsOf("").ShouldContain("test of ", "what is wrong with all of them would be no reason to ask one client");
        var waiting = await home.StreamsAsync("b");
        waiting.Values.Select(s => (s.Key.DataType, s.Progress.FaultKind, s.Progress.FaultSentence, s.Progress.NotBefore))
            .ShouldBe(Types.Select(t => (t, (string?)"AuthFailed", (string?)"Client B refuses.", (DateTimeOffset?)(client.StatusSince + Again))), ignoreOrder: true);
        waiting.Values.ShouldAllBe(s => s.Progress.DueAt >= client.StatusSince + Again);
        (await home.RunsAsync("b")).Count(r => r.Status == RunStatus.Failed).ShouldBe(1);

        await home.LiveAsync(client.StatusSince + Again - home.Now - TimeSpan.FromMinutes(5));
        home.CallsOf("b").ShouldBeEmpty();
        foreach (var other in new[] { "a", "c" })
        {
            home.CallsOf(other).Count(c => c.StartsWith("licenses", StringComparison.Ordinal)).ShouldBeGreaterThan(8);
            (await home.StreamsAsync(other)).Values.ShouldAllBe(s => s.Progress.FaultKind == null && s.Progress.NotBefore == null);
        }

        await home.LiveAsync(TimeSpan.FromMinutes(5));
        home.CallsOf("b").Count.ShouldBe(2, "it asks again, once");
        var still = await home.ClientAsync("b");
        (still.Status, still.StatusSince).ShouldBe((PartitionStatus.NeedsConsent, client.StatusSince));

        home.Vendor.Refused.Clear();
        await home.LiveAsync(Again);
        (await home.StatusesAsync()).ShouldAllBe(s => s == PartitionStatus.Connected);
        (await home.ClientAsync("b")).ShouldSatisfyAllConditions(c => c.Reason.ShouldBeNull(), c => c.WhatToDo.ShouldBeNull());
        home.CallsOf("b").ShouldBe([.. Types.Select(t => $"{t.Slug()} of b")], ignoreOrder: true);
        (await home.StreamsAsync("b")).Values.ShouldAllBe(s => s.Progress.FaultKind == null && s.Progress.NotBefore == null && s.Progress.LastCompleteAt == home.Now);
    }

    [Theory, DatabaseData]
    public async Task Credentials_that_are_refused_for_all_disconnect_the_integration_and_no_client_is_asked_to_agree(DatabaseKind kind)
    {
        await using var home = await ClientsHome.ReadAsync(kind);
        home.Vendor.Refused.Add("");

        await home.LiveAsync(TimeSpan.FromMinutes(40));

        var integration = await home.IntegrationAsync();
        (integration.Status, integration.StatusReason).ShouldBe((IntegrationStatus.Disconnected, "The MSP refuses."));
        (await home.StatusesAsync()).ShouldAllBe(s => s == PartitionStatus.Connected);
    }

    [Theory, DatabaseData]
    public async Task A_pause_that_the_vendor_wants_for_one_client_delays_no_other(DatabaseKind kind)
    {
        await using var home = await ClientsHome.CreateAsync(kind);
        home.Vendor.Faults["licenses of b"] = new Fault.RateLimited(TimeSpan.FromMinutes(10));

        await home.TurnAsync();

        foreach (var other in new[] { "a", "c" })
        {
            (await home.StreamsAsync(other)).Values.ShouldAllBe(s => s.Progress.LastCompleteAt == home.Now);
        }

        var paused = await home.StreamsAsync("b");
        (paused[DataType.Licenses].Progress.NotBefore, paused[DataType.Licenses].Progress.FaultKind).ShouldBe((home.Now + TimeSpan.FromMinutes(10), null));
        home.Vendor.Faults.Clear();
        await home.LiveAsync(TimeSpan.FromMinutes(10));
        (await home.StreamsAsync("b")).Values.ShouldAllBe(s => s.Progress.LastCompleteAt != null);
    }

    [Theory, DatabaseData]
    public async Task What_a_data_type_needs_is_looked_for_with_the_same_client(DatabaseKind kind)
    {
        await using var home = await ClientsHome.CreateAsync(kind);
        home.Vendor.Faults["licenses of b"] = new Fault.RateLimited(TimeSpan.FromMinutes(10));

        await home.TurnAsync();

        home.CallsOf("a").ShouldContain("cloud_users of a");
        home.CallsOf("b").ShouldNotContain("cloud_users of b", "its licenses are not known yet");
    }

    [Theory, DatabaseData]
    public async Task A_permission_that_one_client_did_not_give_locks_that_data_type_of_it_alone(DatabaseKind kind)
    {
        await using var home = await ClientsHome.ReadAsync(kind);
        home.Vendor.Denied.Add(("b", DataType.Licenses));

        await home.LiveAsync(TimeSpan.FromMinutes(40));

        await using (var db = home.Open())
        {
            (await db.Streams.Where(s => s.DeniedPermission != null).Select(s => new { s.Partition, s.DataType, s.DeniedPermission }).SingleAsync())
                .ShouldBe(new { Partition = "b", DataType = DataType.Licenses, DeniedPermission = (string?)"Licenses read" });
            var clients = await db.Partitions.OrderBy(p => p.Partition).ToListAsync();
            clients[1].Areas!.ShouldContain("NotPermitted");
            clients[1].Detail.ShouldBe("b.example");
            clients.Select(p => p.Areas is null).ShouldBe([true, false, true]);
            (await home.IntegrationAsync()).Areas.ShouldBeNull();
        }

        (await home.StatusesAsync()).ShouldAllBe(s => s == PartitionStatus.Connected);
        (await home.IntegrationAsync()).Status.ShouldBe(IntegrationStatus.Active);
        home.Vendor.Calls.Clear();
        await home.LiveAsync(TimeSpan.FromHours(1));
        home.CallsOf("b").ShouldSatisfyAllConditions(c => c.ShouldNotContain("licenses of b"), c => c.ShouldContain("cloud_users of b"));

        // Whoever presses Sync Now may just have got the permission.
        home.Vendor.Denied.Clear();
        await home.Integrations.RequestSyncAsync(SyncOrders.Now(home.Id), null, home.Ada, default);
        await home.TurnAsync();
        (await home.StreamsAsync("b"))[DataType.Licenses].Progress.ShouldSatisfyAllConditions(
            p => p.DeniedPermission.ShouldBeNull(), p => p.FaultKind.ShouldBeNull(), p => p.LastCompleteAt.ShouldBe(home.Now));
    }

    [Theory, DatabaseData]
    public async Task What_fails_again_and_again_with_one_client_is_no_error_of_the_integration(DatabaseKind kind)
    {
        await using var home = await ClientsHome.ReadAsync(kind);
        home.Vendor.Faults["cloud_users of b"] = new Fault.VendorDown("The vendor answers 500.");

        await home.LiveAsync(TimeSpan.FromHours(2));

        var broken = (await home.StreamsAsync("b"))[DataType.CloudUsers].Progress;
        broken.Full!.Failures.ShouldBeGreaterThan(3);
        (await home.IntegrationAsync()).Status.ShouldBe(IntegrationStatus.Active);
        (await home.ClientAsync("b")).Status.ShouldBe(PartitionStatus.Connected);
    }

    [Theory, DatabaseData]
    public async Task Sync_now_tries_a_refused_client_at_once_and_nobody_waits_hours_for_its_end(DatabaseKind kind)
    {
        await using var home = await ClientsHome.ReadAsync(kind);
        home.Vendor.Refused.Add("b");
        await home.LiveAsync(TimeSpan.FromMinutes(40));
        home.Vendor.Calls.Clear();

        await home.Integrations.RequestSyncAsync(SyncOrders.Now(home.Id), null, home.Ada, default);
        await home.TurnAsync();

        home.CallsOf("b").ShouldContain("test of b");
        await using (var db = home.Open())
        {
            var request = await db.SyncRequests.SingleAsync();
            (request.Status, request.EndedAt).ShouldBe((RequestStatus.Partial, home.Now), "the others were read, and nothing is gained by pressing once more");
            (await db.Runs.Where(r => r.RequestId == request.Id && r.Partition == "b").Select(r => r.Status).ToListAsync())
                .ShouldBe([RunStatus.Failed, RunStatus.Failed, RunStatus.Failed]);
        }

        (await home.StreamsAsync("b")).Values.ShouldAllBe(s => s.Progress.NotBefore == home.Now + Again && s.Request == null);
        home.Vendor.Refused.Clear();
        await home.Integrations.RequestSyncAsync(SyncOrders.Now(home.Id), null, home.Ada, default);
        await home.TurnAsync();
        (await home.ClientAsync("b")).Status.ShouldBe(PartitionStatus.Connected);
        (await home.StreamsAsync("b")).Values.ShouldAllBe(s => s.Progress.FaultKind == null && s.Progress.LastCompleteAt == home.Now);
    }

    [Theory, DatabaseData]
    public async Task A_sync_that_is_asked_for_while_a_client_is_found_refused_does_not_wait_for_hours(DatabaseKind kind)
    {
        await using var home = await ClientsHome.ReadAsync(kind);
        home.Vendor.Refused.Add("b");
        var pressed = false;
        home.Vendor.Before = async call =>
        {
            if (call == "test of b" && !pressed)
            {
                pressed = true;
                await home.Integrations.RequestSyncAsync(SyncOrders.Now(home.Id), null, home.Ada, default);
            }
        };

        await home.LiveAsync(TimeSpan.FromMinutes(40));

        await using var db = home.Open();
        (await db.SyncRequests.SingleAsync()).ShouldSatisfyAllConditions(r => r.Status.ShouldBe(RequestStatus.Partial), r => (r.EndedAt - r.RequestedAt).ShouldBe(TimeSpan.FromMinutes(5)));
        (await home.StreamsAsync("b")).Values.ShouldAllBe(s => s.Progress.NotBefore != null && s.Request == null);
    }

    [Theory]
    [DatabaseData(false)]
    [DatabaseData(true)]
    public async Task A_history_keeps_what_the_vendor_has_forgotten(DatabaseKind kind, bool anew)
    {
        await using var home = await ClientsHome.CreateAsync(kind);
        home.Vendor.Add("a", [.. Enumerable.Range(2, 89).Select(ClientVendor.Score)]);
        await home.TurnAsync();
        for (var day = 1; day <= 60; day++)
        {
            home.Vendor.Records.Remove(("a", DataType.SecurityScores, $"day-{day:000}"));
        }

        home.Vendor.Add("a", ClientVendor.Score(91));
        if (anew)
        {
            await home.Integrations.RequestSyncAsync(new SyncOrder(home.Id, SyncTrigger.Resync, [DataType.SecurityScores], Full: true, Shadow: true), null, home.Ada, default);
        }

        await home.LiveAsync(TimeSpan.FromMinutes(40));

        (await home.ShownAsync<SecurityScoreRow>(DataType.SecurityScores, "a")).ShouldBe([.. Enumerable.Range(1, 91).Select(d => $"day-{d:000}")]);
        var progress = (await home.StreamsAsync("a"))[DataType.SecurityScores].Progress;
        (progress.LiveGeneration > 1, progress.Full, progress.RowCount).ShouldBe((anew, null, 91));
        (await home.RunsAsync("a")).ShouldAllBe(r => r.Status == RunStatus.Succeeded);
    }

    [Theory, DatabaseData]
    public async Task A_client_is_connected_when_its_own_test_passes_and_not_before(DatabaseKind kind)
    {
        await using var home = await ClientsHome.ReadAsync(kind);
        home.Vendor.Add("d", ClientVendor.License("x"));
        home.Vendor.Refused.Add("d");

        var refused = await home.Connecting.ConnectAsync(home.Id, " d ", null, home.Ada, default);
        home.Vendor.Refused.Clear();
        home.Vendor.Denied.Add(("d", DataType.SecurityScores));
        (await home.StatusesAsync()).Count.ShouldBe(3);
        var connected = await home.Connecting.ConnectAsync(home.Id, " d ", null, home.Ada, default);
        await home.TurnAsync();

        (refused.Succeeded, refused.NeedsConsent, refused.Problem).ShouldBe((false, true, "Client D refuses. Ask it to agree."));
        (connected.Succeeded, connected.Partition!.Name).ShouldBe((true, "Client D"));
        (await home.ShownAsync<ExternalCompanyRow>(DataType.Companies, "")).ShouldBe(["a", "b", "c", "d"]);
        (await home.ShownAsync<CloudLicenseRow>(DataType.Licenses, "d")).ShouldBe(["x"]);
        (await home.StreamsAsync("d"))[DataType.SecurityScores].Progress.DeniedPermission.ShouldBe("Security scores read");
    }
}
