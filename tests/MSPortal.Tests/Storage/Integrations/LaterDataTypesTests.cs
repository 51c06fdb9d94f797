using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Integrations;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Storage.Integrations;

public sealed class LaterDataTypesTests
{
    [Theory, DatabaseData]
    public async Task An_integration_of_an_older_version_gets_what_its_connector_has_learned_and_keeps_what_a_person_set(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await home.ConnectAsync();
        await home.Store().SetStreamAsync(home.Key(id, DataType.Tickets), enabled: false, TimeSpan.FromMinutes(42), home.Ada, CancellationToken.None);
        string provider;
        List<NewStream> known;
        await using (var db = home.Open())
        {
            provider = (await db.Integrations.SingleAsync(i => i.Id == id)).Provider;
            known = [.. (await db.Streams.Where(s => s.IntegrationId == id).Select(s => s.DataType).ToListAsync()).Select(t => Stream(t))];
        }

        var streams = new Dictionary<string, IReadOnlyList<NewStream>> { [provider] = [.. known, Stream(DataType.TimeEntries)], ["another"] = [Stream(DataType.Devices)] };
        var added = await LaterDataTypes.AddAsync(home.Get<PortalDatabase>(), streams, CancellationToken.None);
        var again = await LaterDataTypes.AddAsync(home.Get<PortalDatabase>(), streams, CancellationToken.None);

        (added, again).ShouldBe((1, 0));
        await using var after = home.Open();
        var rows = await after.Streams.Where(s => s.IntegrationId == id).ToListAsync();
        rows.Select(s => s.DataType).ShouldBe([.. known.Select(s => s.DataType), DataType.TimeEntries], ignoreOrder: true);
        rows.Single(s => s.DataType == DataType.Tickets).Enabled.ShouldBeFalse();
        rows.Single(s => s.DataType == DataType.Tickets).Interval.ShouldBe(TimeSpan.FromMinutes(42));
        rows.Single(s => s.DataType == DataType.TimeEntries).ShouldSatisfyAllConditions(s => s.Enabled.ShouldBeTrue(), s => s.DueAt.ShouldBe(StorageHome.Start));
    }

    [Theory, DatabaseData]
    public async Task What_is_read_for_each_client_is_added_for_those_that_are_connected_and_never_for_the_integration_itself(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var (id, without) = (await home.ConnectAsync(), await home.ConnectAsync(name: "Second", account: "acc-2"));
        await home.AddClientAsync(id, "t1");
        await home.AddClientAsync(id, "t2");
        await using (var db = home.Open())
        {
            // One of them lacks what a person has turned off for all.
            await db.Streams.Where(s => s.Partition == "t1" && s.DataType == DataType.Licenses).ExecuteDeleteAsync();
            await db.Streams.Where(s => s.Partition == "t2" && s.DataType == DataType.Licenses).ExecuteUpdateAsync(s => s.SetProperty(x => x.Enabled, false));
        }

        var streams = new Dictionary<string, IReadOnlyList<NewStream>> { ["psa"] = [.. ClientSample.Streams, Stream(DataType.Domains) with { PerPartition = true }, Stream(DataType.Contacts)] };
        var added = await LaterDataTypes.AddAsync(home.Get<PortalDatabase>(), streams, CancellationToken.None);
        var again = await LaterDataTypes.AddAsync(home.Get<PortalDatabase>(), streams, CancellationToken.None);

        (added, again).ShouldBe((5, 0));
        (await home.ClientStreamsAsync(id)).Select(s => (s.Partition, s.DataType, s.Enabled)).ShouldBe(
            from c in (string[])["t1", "t2"] from t in (DataType[])[DataType.CloudUsers, DataType.Licenses, DataType.Domains] select (c, t, t != DataType.Licenses), ignoreOrder: true);
        (await home.StreamAsync(id, DataType.Contacts)).Partition.ShouldBe("");
        (await home.ClientStreamsAsync(without)).ShouldBeEmpty();
        await using var after = home.Open();
        (await after.Streams.AnyAsync(s => s.Partition == "" && (s.DataType == DataType.Domains || s.DataType == DataType.CloudUsers))).ShouldBeFalse();
    }

    private static NewStream Stream(DataType type) => new(type, Enabled: true, TimeSpan.FromHours(1), TimeSpan.FromDays(1), StorageHome.Start, DeniedPermission: null);
}
