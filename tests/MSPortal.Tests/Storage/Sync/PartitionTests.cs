using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Tests.Storage.Integrations;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Storage.Integrations.ClientSample;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Storage.Sync;

/// <summary>What the engine tells the store of one client's connection.</summary>
public sealed class PartitionTests
{
    private static readonly DateTimeOffset Later = StorageHome.Start.AddHours(6);

    [Theory, DatabaseData]
    public async Task All_data_types_of_a_refused_client_wait_but_for_those_that_somebody_waits_for_or_that_are_denied(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var (id, store) = await CreateAsync(home);
        var lease = await home.LeaseAsync(id);
        var pass = IntegrationStoreTests.Pass(PassKind.Full);
        await SetAsync(home, id, "t1", DataType.Licenses, s => s.RequestedAt = StorageHome.Start);
        await SetAsync(home, id, "t1", DataType.Domains, s => s.FullPass = StoredJson.Write(pass with { RunId = 5 }));
        await SetAsync(home, id, "t1", DataType.CloudGroups, s => (s.DeniedPermission, s.FaultKind, s.NotBefore) = ("Groups", "PermissionMissing", Later.AddDays(3)));
        await SetAsync(home, id, "t1", DataType.SecurityScores, s => s.DueAt = Later.AddDays(1));
        await SetAsync(home, id, "t1", DataType.SecurityControls, s => (s.FaultKind, s.FaultSince) = ("VendorDown", StorageHome.Start.AddDays(-1)));

        await store.SetPartitionAsync(lease, "t1", PartitionStatus.NeedsConsent, "Refused.", "Agree.", Later, default);

        (await home.Store().PartitionsAsync(home.Tenant, id, default)).Select(p => (p.Status, p.Reason, p.WhatToDo)).ShouldBe(
            [(PartitionStatus.NeedsConsent, "Refused.", "Agree."), (PartitionStatus.Connected, null, null)]);
        (await home.ClientStreamsAsync(id, "t1")).Select(s => (s.DataType, s.FaultKind, s.FaultSentence, s.FaultSince, s.NotBefore, s.DueAt)).ShouldBe(
            new (DataType, string?, string?, DateTimeOffset?, DateTimeOffset?, DateTimeOffset)[]
            {
                (DataType.CloudUsers, "AuthFailed", "Refused.", StorageHome.Start, Later, Later),
                (DataType.CloudGroups, "PermissionMissing", null, null, Later.AddDays(3), StorageHome.Start),
                (DataType.Licenses, "AuthFailed", "Refused.", StorageHome.Start, null, StorageHome.Start),
                (DataType.Domains, "AuthFailed", "Refused.", StorageHome.Start, null, StorageHome.Start),
                (DataType.SecurityScores, "AuthFailed", "Refused.", StorageHome.Start, Later, Later.AddDays(1)),
                (DataType.SecurityControls, "AuthFailed", "Refused.", StorageHome.Start.AddDays(-1), Later, Later),
            },
            ignoreOrder: true);
        (await home.ClientStreamsAsync(id, "t1")).Single(s => s.DataType == DataType.Domains).FullPass.ShouldBe(StoredJson.Write(pass with { RunId = 5 }));
        (await home.ClientStreamsAsync(id, "t2")).ShouldAllBe(s => s.FaultKind == null && s.NotBefore == null);
        (await home.StreamAsync(id, DataType.Tickets)).FaultKind.ShouldBeNull();

        home.Clock.Advance(TimeSpan.FromHours(1));
        await store.SetPartitionAsync(lease, "t1", PartitionStatus.Connected, null, null, null, default);

        var now = home.Clock.GetUtcNow();
        (await home.Store().PartitionsAsync(home.Tenant, id, default))[0].ShouldSatisfyAllConditions(
            p => p.Status.ShouldBe(PartitionStatus.Connected), p => p.Reason.ShouldBeNull(), p => p.WhatToDo.ShouldBeNull(), p => p.StatusSince.ShouldBe(now));
        (await home.ClientStreamsAsync(id, "t1")).Where(s => s.DataType != DataType.CloudGroups).ShouldAllBe(s => s.FaultKind == null && s.FaultSince == null && s.NotBefore == null && s.DueAt == now);
        (await home.ClientStreamsAsync(id, "t1")).Single(s => s.DataType == DataType.CloudGroups).ShouldSatisfyAllConditions(
            s => s.DeniedPermission.ShouldBe("Groups"), s => s.NotBefore.ShouldBe(now, "who agrees anew may have given it"), s => s.DueAt.ShouldBe(now));
    }

    [Theory, DatabaseData]
    public async Task A_client_that_is_connected_already_costs_no_write_and_a_fault_of_another_kind_stays(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var (id, store) = await CreateAsync(home);
        var lease = await home.LeaseAsync(id);
        await SetAsync(home, id, "t1", DataType.Licenses, s => (s.FaultKind, s.NotBefore) = ("AuthFailed", Later));

        // Whoever holds the lock would keep a write waiting for ever.
        await using (var db = home.Open())
        await using (var transaction = await db.Database.BeginTransactionAsync())
        {
            await db.Integrations.ExecuteUpdateAsync(i => i.SetProperty(x => x.Name, "Held"));
            await store.SetPartitionAsync(lease, "t1", PartitionStatus.Connected, null, null, null, default).WaitAsync(TimeSpan.FromSeconds(20));
        }

        (await home.ClientStreamsAsync(id, "t1")).Single(s => s.DataType == DataType.Licenses).NotBefore.ShouldBe(Later, "it is no more than a stream's own trouble");
        await store.SetPartitionAsync(lease, "gone", PartitionStatus.Error, "Refused.", null, Later, default);
        home.Clock.Advance(TimeSpan.FromMinutes(1));
        await home.LeaseAsync(id);
        await Should.ThrowAsync<FencedOffException>(() => store.SetPartitionAsync(lease, "t1", PartitionStatus.Error, "Late.", null, Later, default));
        (await home.Store().PartitionsAsync(home.Tenant, id, default)).ShouldAllBe(p => p.Status == PartitionStatus.Connected);
    }

    [Theory, DatabaseData]
    public async Task What_a_test_says_of_one_client_locks_neither_another_nor_the_integration(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var (id, store) = await CreateAsync(home);
        var test = (string client, DataType type, AreaOutcome outcome) => store.RecordAreasAsync(
            home.Tenant, id, client, new AccountIdentity(client.Length > 0 ? client : "acc-1", "Acme Ltd") { Detail = "acme.example" },
            [new AreaResult(type, outcome, new VendorPermission(type.Label(), "Read", "There"), false)], StorageHome.Start, default);

        await test("t1", DataType.CloudUsers, AreaOutcome.NotPermitted);
        await test("t2", DataType.Licenses, AreaOutcome.NotPermitted);
        await test("", DataType.Licenses, AreaOutcome.Granted);
        await test("", DataType.Companies, AreaOutcome.NotPermitted);

        (await DeniedAsync(home, id)).ShouldBe(["/companies", "t1/cloud_users", "t2/licenses"], ignoreOrder: true);
        await test("t1", DataType.CloudUsers, AreaOutcome.Granted);
        (await DeniedAsync(home, id)).ShouldBe(["/companies", "t2/licenses"], ignoreOrder: true);
        (await home.Store().PartitionsAsync(home.Tenant, id, default))[0].Identity.ShouldBe(new PartitionIdentity("t1", "Acme Ltd", "acme.example"));
        await using var db = home.Open();
        (await db.Partitions.OrderBy(p => p.Partition).Select(p => p.Areas!).ToListAsync()).ShouldSatisfyAllConditions(
            a => a[0].ShouldContain("Granted"), a => a[1].ShouldContain("NotPermitted"));
        (await home.RowAsync(id)).ShouldSatisfyAllConditions(i => i.AccountName.ShouldBe("Contoso"), i => i.Areas!.ShouldContain("Companies"));
    }

    private static async Task<(long Id, ISyncStore Store)> CreateAsync(StorageHome home)
    {
        var id = await home.ConnectAsync();
        NewStream[] streams =
        [
            .. new[] { DataType.CloudUsers, DataType.CloudGroups, DataType.Licenses, DataType.Domains, DataType.SecurityScores, DataType.SecurityControls }.Select(Stream),
        ];
        foreach (var client in (string[])["t1", "t2"])
        {
            await home.Store().ConnectPartitionAsync(id, new NewPartition(Identity(client), null, streams), home.Ada, default);
        }

        return (id, home.Get<ISyncStore>());
    }

    private static Task SetAsync(StorageHome home, long id, string client, DataType type, Action<StreamRow> change) => home.ChangeClientAsync(id, client, s =>
    {
        if (s.DataType == type)
        {
            change(s);
        }
    });

    private static async Task<List<string>> DeniedAsync(StorageHome home, long id)
    {
        await using var db = home.Open();
        return (await db.Streams.Where(s => s.IntegrationId == id && s.DeniedPermission != null).ToListAsync()).ConvertAll(s => $"{s.Partition}/{s.DataType.Slug()}");
    }
}
