using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.EndToEnd.Support;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.EndToEnd.Acceptance;

/// <summary>The polite end.</summary>
public sealed class TerminateTests
{
    [Theory, DatabaseData]
    public async Task A_server_that_is_told_to_stop_ends_soon_and_its_work_goes_on_after_the_restart(DatabaseKind kind)
    {
        await using var scenario = await Scenario.StartAsync(kind);
        await scenario.ConnectAsync();
        await scenario.Vendor.HoldAfterAsync(pages: 3);
        var portal = await scenario.ServeAsync();
        await scenario.Vendor.HeldAsync();

        (await portal.StopAsync().WaitAsync(TimeSpan.FromSeconds(10))).ShouldBe(0, portal.Output);

        await scenario.NoRunIsLeftAsync();
        await scenario.Vendor.HealAsync();
        await portal.RestartAsync();
        await scenario.ReadInBackgroundAsync(portal);
        (await Scenario.ListedAsync(portal)).ShouldBe(await scenario.Vendor.ShownAsync());
    }
}
