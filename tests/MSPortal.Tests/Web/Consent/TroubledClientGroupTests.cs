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
using MSPortal.Web.Features.Diagnosis;
using MSPortal.Web.Features.Integrations;
using MSPortal.Web.Features.Notifications;
using MSPortal.Web.Ui;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Web.Consent.ClientGroup;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Consent;

/// <summary>What one client's trouble says of it, and what it must not hide of the others.</summary>
public sealed class TroubledClientGroupTests
{
    [Theory, DatabaseData]
    public async Task Each_client_that_loses_a_permission_or_has_removals_held_is_told_of_on_its_own(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await SeedAsync(home, 4);
        async Task<IReadOnlyList<Trouble>> TroublesAsync() => Troubles.Of(await Queries(home).ListAsync(home.Tenant, default));
        await StreamsAsync(home, ["c02"], DataType.CloudUsers, s => s.DeniedPermission = "People.Read");
        await StreamsAsync(home, ["c01"], DataType.Licenses, s => s.FullPass = StoredJson.Write(Held(30)));

        (await TroublesAsync()).Select(t => t.Key).ShouldBe([$"{id}/denied/cloud_users/c02", $"{id}/held/licenses/c01"]);
        await StreamsAsync(home, ["c03"], DataType.CloudUsers, s => s.DeniedPermission = "People.Read");
        await StreamsAsync(home, ["c04"], DataType.Licenses, s => s.FullPass = StoredJson.Write(Held(1)));
        (await TroublesAsync()).Select(t => (t.Sentence, t.Label, t.Href)).ShouldBe(
        [
            ("Our cloud: People of Client 02 are not read, because the client's consent lacks the permission “People.Read”.", "Clients", $"/settings/integrations/{id}#clients"),
            ("Our cloud: People of Client 03 are not read, because the client's consent lacks the permission “People.Read”.", "Clients", $"/settings/integrations/{id}#clients"),
            ("Our cloud: 30 removals of licences of Client 01 at once may be a mistake, so nothing was removed.", "Decide", $"/settings/integrations/{id}"),
            ("Our cloud: 1 removal of licences of Client 04 at once may be a mistake, so nothing was removed.", "Decide", $"/settings/integrations/{id}"),
        ]);

        await StreamsAsync(home, ["c01", "c04"], DataType.CloudUsers, s => s.DeniedPermission = "People.Read");
        (await TroublesAsync()).Where(t => t.Key.Contains("/denied/", StringComparison.Ordinal)).Select(t => t.Label).ShouldBe(Enumerable.Repeat("Clients", 4), "no key of ours mends it, though nobody is left");
    }

    [Theory, DatabaseData]
    public async Task A_client_that_should_have_been_read_by_now_and_never_was_is_the_worst_and_one_that_is_only_new_is_not(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        await SeedAsync(home, 3);
        async Task<StreamSummary> PeopleAsync() => (await Queries(home).ListAsync(home.Tenant, default)).Single().Streams[1];

        await StreamsAsync(home, ["c02"], DataType.CloudUsers, s => (s.LastCompleteAt, s.DueAt) = (null, Now));
        var isNew = await PeopleAsync();
        (isNew.Freshness, isNew.LastCompleteAt, isNew.IsOverdue).ShouldBe((Freshness.Fresh, Now.AddMinutes(-3), false));
        await StreamsAsync(home, ["c02"], DataType.CloudUsers, s => s.DueAt = Now.AddDays(-1));
        var overdue = await PeopleAsync();
        (overdue.Freshness, overdue.LastCompleteAt, overdue.IsOverdue, overdue.Clients!.Fresh).ShouldBe((Freshness.Never, null, true, 2));
        Words.Of(overdue).ShouldBe(("Not read yet", Tone.Attention));
        await StreamsAsync(home, ["c02"], DataType.CloudUsers, s => s.DeniedPermission = "People.Read");
        (await PeopleAsync()).Freshness.ShouldBe(Freshness.Fresh, "it waits for its consent, not for us");
    }

    [Theory, DatabaseData]
    public async Task What_runs_of_a_client_say_that_is_connected_no_more_is_nobodys(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await SeedAsync(home, 2);
        const string Gone = "0b5a2c4e-9a7e-4a55-8f3b-0f6f6c1f8a11";
        await RunsAsync(home, id, (Gone, RunStatus.Partial, "2 missing records were kept."));
        async Task<IntegrationSummary> OneAsync() => (await Queries(home).ListAsync(home.Tenant, default)).Single();

        (await OneAsync()).Condition.ShouldBe(IntegrationCondition.Active);
        await RunsAsync(home, id, ("c01", RunStatus.Partial, "2 missing records were kept."));
        (await OneAsync()).Concerns.Select(c => c.Sentence).ShouldBe(["Cloud users: 2 missing records were kept (Client 01)."], "one of two is not all");
        await RunsAsync(home, id, ("c02", RunStatus.Partial, "2 missing records were kept."));
        (await OneAsync()).Concerns.Select(c => c.Sentence).ShouldBe(["Cloud users: 2 missing records were kept (all 2 clients)."]);
    }

    [Theory, DatabaseData]
    public async Task Each_fault_stands_beside_those_who_have_it_and_silences_nobody_else(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await SeedAsync(home, 5);
        await StreamsAsync(home, ["c03", "c04"], DataType.CloudUsers, s => s.FaultSentence = "It answered 502.");
        await StreamsAsync(home, ["c01"], DataType.CloudUsers, s => s.FaultSentence = "Its answer was no JSON.");
        await RunsAsync(home, id, ("c01", RunStatus.Partial, "3 missing records were kept."), ("c05", RunStatus.Partial, "3 missing records were kept."));

        var one = (await Queries(home).ListAsync(home.Tenant, default)).Single();

        one.Streams[1].Fault.ShouldBe("Client 03 and Client 04: It answered 502. Client 01: Its answer was no JSON.");
        one.Concerns.Select(c => c.Sentence).ShouldBe(
        [
            "Cloud users: It answered 502 (Client 03 and Client 04).",
            "Cloud users: Its answer was no JSON (Client 01).",
            "Cloud users: 3 missing records were kept (Client 05).",
        ]);
    }

    [Theory, DatabaseData]
    public async Task For_a_diagnosis_the_client_stands_that_is_furthest_behind_of_those_that_may_be_read(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        await SeedAsync(home, 5);
        var query = new IntegrationFactsQuery(home.Get<ISyncStore>(), new ConnectorRegistry([new CloudStub()]), home.Get<Vault>(), home.Clock);
        async Task<string> WorstAsync()
        {
            await using var db = home.Open();
            return (await query.ReadAsync(db, db.Integrations.Single(), false, default)).Streams.Single(s => s.State.Key.DataType == DataType.CloudUsers).State.Key.Partition;
        }

        await RefuseAsync(home, "c05", PartitionStatus.NeedsConsent, "It was taken back.");
        await StreamsAsync(home, ["c04"], DataType.CloudUsers, s => (s.DeniedPermission, s.LastCompleteAt) = ("People.Read", Now.AddDays(-9)));
        (await WorstAsync()).ShouldBe("c03");
        await StreamsAsync(home, ["c02"], DataType.CloudUsers, s => (s.LastCompleteAt, s.DueAt) = (null, Now));
        (await WorstAsync()).ShouldBe("c03", "the second one is only new");
        await StreamsAsync(home, ["c02"], DataType.CloudUsers, s => s.DueAt = Now.AddDays(-1));
        (await WorstAsync()).ShouldBe("c02");
    }

    private static PassState Held(int missing) => new()
    {
        Kind = PassKind.Full, RunId = 0, Trigger = SyncTrigger.Schedule, StartedAt = Now, StartSequence = 1, Generation = 1, Phase = PassPhase.Held, HeldMissing = missing,
    };

    /// <summary>Of people, ended just now.</summary>
    private static async Task RunsAsync(StorageHome home, long integration, params (string Client, RunStatus Status, string Message)[] runs)
    {
        await using var db = home.Open();
        db.Runs.AddRange(runs.Select(r => new RunRow
        {
            TenantId = home.Tenant, IntegrationId = integration, DataType = DataType.CloudUsers, Partition = r.Client, Kind = PassKind.Full, Status = r.Status, Read = 5, Message = r.Message,
            StartedAt = Now.AddMinutes(-1), EndedAt = Now,
        }));
        await db.SaveChangesAsync();
    }
}
