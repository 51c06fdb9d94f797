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

    private static NewStream Stream(DataType type) => new(type, Enabled: true, TimeSpan.FromHours(1), TimeSpan.FromDays(1), StorageHome.Start, DeniedPermission: null);
}
