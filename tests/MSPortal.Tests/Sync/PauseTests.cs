using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Tests.Support;
using MSPortal.Tests.Sync.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Sync;

public sealed class PauseTests
{
    [Theory, DatabaseData]
    public async Task Whoever_asks_for_a_sync_while_the_vendor_wants_a_pause_is_told_until_when(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 3);
        (await home.OrderAsync()).PausedUntil.ShouldBeNull();
        home.Vendor.Before = (_, _) => throw new FaultException(new Fault.RateLimited(TimeSpan.FromMinutes(7)));
        await home.TurnAsync();
        var until = home.Clock.GetUtcNow().AddMinutes(7);

        home.Clock.Advance(TimeSpan.FromMinutes(1));
        (await home.OrderAsync()).PausedUntil.ShouldBe(until);
        (await home.OrderAsync()).PausedUntil.ShouldBe(until, "whoever joins is told, too");

        home.Clock.Advance(TimeSpan.FromMinutes(6));
        (await home.OrderAsync(full: true)).PausedUntil.ShouldBeNull();
    }

    [Theory, DatabaseData]
    public async Task A_back_off_is_no_pause_because_asking_ends_it(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 3);
        home.Vendor.Before = (_, _) => throw new FaultException(new Fault.VendorDown("500"));
        await home.TurnAfterAsync(TimeSpan.FromMinutes(6));
        (await home.ProgressAsync()).NotBefore.ShouldNotBeNull();

        (await home.OrderAsync(types: DataType.Tickets)).PausedUntil.ShouldBeNull();
    }
}
