using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Tests.Devices;
using MSPortal.Tests.Support;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Companies;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Companies;

/// <summary>Everything that is known about one client, and nothing about another.</summary>
public sealed class CompanyOverviewTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, DatabaseData]
    public async Task A_company_shows_what_each_tool_has_of_it_and_nothing_of_another(DatabaseKind kind)
    {
        await using var home = await DeviceHome.MappedAsync(kind);
        var fabrikam = await home.LinkAsync("Fabrikam", (home.Rmm, "s2"));
        await home.ReadAsync(home.Rmm, DeviceHome.Device("1", "pc-1", "s1") with { IsOnline = false }, DeviceHome.Device("2", "pc-2", "s2"));
        await home.ReadAsync(home.Psa, DeviceHome.Device("77", "srv", "c1", type: "Server"));
        await home.ImportAllAsync(home.Rmm);
        await home.ImportAllAsync(home.Psa);

        var contoso = (await Query(home).FindAsync(home.Everything, home.Contoso, Stop))!;

        contoso.Devices.First.Select(d => d.Name).ShouldBe(["pc-1", "srv"]);
        (contoso.Devices.Total, contoso.Offline).ShouldBe((2, 1));
        contoso.DeviceTypes.ShouldBe(new Dictionary<string, int> { ["workstation"] = 1, ["server"] = 1 }, ignoreOrder: true);
        contoso.Tools.Select(t => (t.Link.IntegrationName, t.Data.Single(d => d.DataType == DataType.Devices).Count)).ShouldBe([("Main PSA", 1), ("Watcher", 1)], ignoreOrder: true);
        contoso.Tools.SelectMany(t => t.Data).Where(d => d.DataType == DataType.Devices).ShouldAllBe(d => d.Freshness == Freshness.Never);
        (await Query(home).FindAsync(home.Everything, fabrikam, Stop))!.Devices.First.Select(d => d.Name).ShouldBe(["pc-2"]);
    }

    [Theory, DatabaseData]
    public async Task Who_may_not_see_the_company_its_tickets_or_its_devices_is_told_nothing_of_them(DatabaseKind kind)
    {
        await using var home = await DeviceHome.MappedAsync(kind);
        await home.ReadAsync(home.Rmm, DeviceHome.Device("1", "pc-1", "s1"));
        await home.ImportAllAsync(home.Rmm);

        (await Query(home).FindAsync(new Sight(home.Storage.Tenant, [Guid.NewGuid()]), home.Contoso, Stop)).ShouldBeNull();
        var told = (await Query(home).FindAsync(home.Everything, home.Contoso, Stop))!.For(permission => permission == Permissions.ReadTickets);

        (told.Devices.Total, told.DeviceTypes.Count, told.Offline).ShouldBe((0, 0, 0));
        told.Tools.SelectMany(t => t.Data).ShouldNotContain(d => d.DataType == DataType.Devices);
        told.Tools.SelectMany(t => t.Data).ShouldContain(d => d.DataType == DataType.Tickets);
    }

    private static CompanyOverviewQuery Query(DeviceHome home) => new(home.Storage.Database, new CompanyQueries(home.Storage.Database), home.Storage.Clock);
}
