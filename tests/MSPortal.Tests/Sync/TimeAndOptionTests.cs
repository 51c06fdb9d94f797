using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Tests.Support;
using MSPortal.Tests.Sync.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Sync;

/// <summary>Time entries are a data type like any other; tickets of an option come and go with the choice.</summary>
public sealed class TimeAndOptionTests
{
    private static readonly TicketScope Usual = new() { Containers = ["1"] };

    [Theory, DatabaseData]
    public async Task Time_entries_are_kept_as_the_vendor_has_them(DatabaseKind kind)
    {
        await using var home = await EngineHome.CreateAsync(kind, DataType.Companies, DataType.Tickets, DataType.TimeEntries);
        home.Vendor.AddTickets(2);
        home.Vendor.AddTime(1, 1, 0.25m);
        home.Vendor.AddTime(2, null, 7.5m);
        await home.TurnAsync();
        await home.ShouldBeTheVendorsAsync(DataType.TimeEntries);

        home.Vendor.AddTime(3, 2, 1m);
        home.Vendor.TimeEntries.Remove(1);
        await home.FullAsync(type: DataType.TimeEntries);
        await home.ShouldBeTheVendorsAsync(DataType.TimeEntries);
    }

    [Theory, DatabaseData]
    public async Task Choosing_an_option_brings_its_tickets_and_leaving_it_takes_them_away(DatabaseKind kind)
    {
        await using var home = await EngineHome.CreateAsync(kind, DataType.Companies, DataType.Tickets);
        home.Vendor.AddTickets(3);
        home.Vendor.Change(2, t => t with { Option = "project" });
        await home.TurnAsync();
        (await home.ShownIdsAsync()).ShouldBe(["1", "3"]);

        var chosen = Usual with { Options = ["project"] };
        (await home.Integrations.PreviewScopeAsync(home.Tenant, home.Id, chosen, default)).ShouldBe(new(0, 0, true));
        await home.Integrations.SetScopeAsync(home.Id, chosen, home.Ada, default);
        await home.TurnAsync();
        (await home.ShownIdsAsync()).ShouldBe(["1", "2", "3"]);

        (await home.Integrations.PreviewScopeAsync(home.Tenant, home.Id, Usual, default)).ShouldBe(new(1, 1, false));
        await home.Integrations.SetScopeAsync(home.Id, Usual, home.Ada, default);
        (await home.ShownIdsAsync()).ShouldBe(["1", "3"]);
    }
}
