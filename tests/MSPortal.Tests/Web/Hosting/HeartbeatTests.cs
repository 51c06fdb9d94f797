using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MSPortal.Core.Contracts;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;
using NSubstitute;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Hosting;

/// <summary>What a server makes of others that live, or lived, on its database.</summary>
public sealed class HeartbeatTests
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task The_first_of_all_has_a_burst_in_hand_and_who_comes_after_it_has_none()
    {
        await using var portal = await RunningPortal.StartAsync(clock: clock);
        InHand(portal).ShouldBeTrue();
        await portal.StopAsync();
        await using (var db = portal.Data.Open())
        {
            (await db.Nodes.SingleAsync()).HeartbeatAt.ShouldBeLessThan(clock.GetUtcNow().AddSeconds(-30), "it does not live any more");
        }

        await portal.StartAgainAsync();
        InHand(portal).ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(2));
        InHand(portal).ShouldBeTrue();
    }

    [Fact]
    public async Task Who_comes_to_a_living_one_waits_until_that_one_has_noticed_and_has_a_part()
    {
        await using var portal = await RunningPortal.StartAsync(clock: clock);
        await portal.StopAsync();
        await using (var db = portal.Data.Open())
        {
            db.Nodes.Add(new Node { Name = "another", Version = "1", StartedAt = clock.GetUtcNow(), HeartbeatAt = clock.GetUtcNow() });
            await db.SaveChangesAsync();
        }

        await portal.StartAgainAsync();
        clock.Advance(TimeSpan.FromSeconds(19));
        InHand(portal).ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(3));
        InHand(portal).ShouldBeFalse("of 60 a minute a quarter is its own");
        clock.Advance(TimeSpan.FromSeconds(4));
        InHand(portal).ShouldBeTrue();
    }

    [Fact]
    public async Task One_that_was_killed_on_this_machine_has_no_part_any_more()
    {
        await using var portal = await RunningPortal.StartAsync(clock: clock);
        await portal.StopAsync();
        await using (var db = portal.Data.Open())
        {
            db.Nodes.Add(new Node { Name = $"{Environment.MachineName}-{int.MaxValue}-abcdef", Version = "1", StartedAt = clock.GetUtcNow(), HeartbeatAt = clock.GetUtcNow() });
            await db.SaveChangesAsync();
        }

        await portal.StartAgainAsync();
        InHand(portal).ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(2));
        InHand(portal).ShouldBeTrue();
    }

    /// <summary>Whether a request could leave at once.</summary>
    private static bool InHand(RunningPortal portal)
    {
        var connector = Substitute.For<IConnector>();
        connector.Info.Returns(new ConnectorInfo("limited", "Limited", ProviderCategory.Psa, "L", "#334455", "limited") { Summary = "" });
        connector.Limits.Returns([new RateLimit(60, TimeSpan.FromMinutes(1), 10)]);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("https://vendor.example/tickets"));
        using var stop = new CancellationTokenSource();
        var turn = portal.Services.GetRequiredService<Budgets>().Of(connector, null, Guid.NewGuid().ToString())[0].For(request)!.AcquireAsync(WorkPriority.Schedule, stop.Token);
        stop.Cancel();
        return turn.IsCompletedSuccessfully;
    }
}
