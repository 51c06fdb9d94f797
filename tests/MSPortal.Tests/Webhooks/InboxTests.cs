using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Webhooks;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Webhooks;

/// <summary>Hints outlive the process, the vendor's pauses and its bad days.</summary>
public sealed class InboxTests
{
    [Theory, DatabaseData]
    public async Task What_was_stored_and_not_yet_read_when_the_portal_died_is_read_by_the_next_one(DatabaseKind kind)
    {
        var first = await WebhookHome.OpenAsync(kind);
        first.Vendor.Change(3, t => t with { Summary = "Changed" });
        await first.StopAsync();
        var now = first.Engine.Clock.GetUtcNow();
        await first.Store.ReceiveAsync(
            [new Received(first.Engine.Tenant, first.Engine.Id, DeliveryKind.Accepted, [new WebhookHint(DataType.Tickets, "3")])], now, now + first.Options.Claim, default);

        await using var next = await first.RestartAsync();
        (await next.Inbox.SweepOnceAsync(default)).ShouldBe(0, "somebody else may still be at it");
        next.Engine.Clock.Advance(next.Options.Claim);
        await next.Inbox.SweepOnceAsync(default);
        await next.IdleAsync();

        await next.Engine.ShouldBeTheVendorsAsync();
        await next.StopAsync();
        (await next.HintsAsync()).Select(h => (h.ExternalId, h.Outcome)).ShouldBe([("3", "present")]);
        (await next.Store.ClaimAsync(now.AddDays(1), now.AddDays(2), 100, default)).ShouldBeEmpty();
    }

    [Theory, DatabaseData]
    public async Task A_pause_of_the_vendors_is_kept_and_afterwards_every_record_is_read_once(DatabaseKind kind)
    {
        await using var home = await WebhookHome.OpenAsync(kind, tickets: 12);
        home.Vendor.Before = (call, _) => call.StartsWith("tickets ids", StringComparison.Ordinal)
            ? throw new FaultException(new Fault.RateLimited(TimeSpan.FromMinutes(2)))
            : Task.CompletedTask;
        for (var id = 1; id <= 12; id++)
        {
            home.Vendor.Change(id, t => t with { Summary = "Changed" });
        }

        await home.DeliverAsync(string.Join('\n', Enumerable.Range(1, 12).Select(i => $"{i} updated")));
        await home.DeliverAsync(string.Join('\n', Enumerable.Range(1, 12).Select(i => $"{i} updated")));
        await home.IdleAsync();
        home.Vendor.Calls.Count.ShouldBeLessThanOrEqualTo(2 * home.Options.ReadsPerIntegration, "a few were under way when the pause began");

        home.Vendor.Before = null;
        home.Vendor.Calls.Clear();
        home.Engine.Clock.Advance(TimeSpan.FromMinutes(1));
        await home.Inbox.SweepOnceAsync(default);
        await home.IdleAsync();
        home.Vendor.Calls.ShouldBeEmpty("the pause lasts two minutes");
        home.Engine.Clock.Advance(TimeSpan.FromMinutes(1));
        await home.Inbox.SweepOnceAsync(default);
        await home.IdleAsync();
        home.Vendor.Calls.Where(c => c.StartsWith("tickets ids", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .ShouldBe(Enumerable.Range(1, 12).Select(i => $"tickets ids {i}").Order(StringComparer.Ordinal));
        await home.Engine.ShouldBeTheVendorsAsync();
    }

    [Theory, DatabaseData]
    public async Task A_record_that_cannot_be_read_is_tried_again_less_and_less_often_and_given_up_in_the_end(DatabaseKind kind)
    {
        await using var home = await WebhookHome.OpenAsync(kind);
        home.Vendor.Before = (call, _) => call == "tickets ids 3" ? throw new FaultException(new Fault.VendorDown("500")) : Task.CompletedTask;
        home.Vendor.Change(4, t => t with { Summary = "Not held up" });
        await home.DeliverAsync("3 updated\n4 updated");
        await home.IdleAsync();
        foreach (var wait in home.Options.Retries)
        {
            home.Vendor.Calls.Clear();
            home.Engine.Clock.Advance(wait - TimeSpan.FromSeconds(1));
            await home.Inbox.SweepOnceAsync(default);
            await home.IdleAsync();
            home.Vendor.Calls.ShouldBeEmpty();
            home.Engine.Clock.Advance(TimeSpan.FromSeconds(1));
            await home.Inbox.SweepOnceAsync(default);
            await home.IdleAsync();
            home.Vendor.Calls.ShouldBe(["tickets ids 3"]);
        }

        await home.StopAsync();
        (await home.HintsAsync()).Select(h => (h.ExternalId, h.Outcome)).ShouldBe([("3", "given up"), ("4", "present")]);
        (await home.Engine.ShownAsync())["4"].ShouldBeOfType<Ticket>().Summary.ShouldBe("Not held up");
    }

    [Theory, DatabaseData]
    public async Task Two_nodes_never_follow_the_same_hint_at_once(DatabaseKind kind)
    {
        await using var home = await WebhookHome.OpenAsync(kind);
        await home.StopAsync();
        var now = home.Engine.Clock.GetUtcNow();
        await home.Store.ReceiveAsync(
            [.. Enumerable.Range(1, 200).Select(i => new Received(home.Engine.Tenant, home.Engine.Id, DeliveryKind.Accepted, [new WebhookHint(DataType.Tickets, $"{i}")]))], now, now, default);

        var claims = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => home.Store.ClaimAsync(now, now.AddSeconds(30), 1000, default))));
        var all = claims.SelectMany(c => c).Select(e => e.ExternalId).ToList();
        all.Count.ShouldBe(all.Distinct().Count());
        all.Concat((await home.Store.ClaimAsync(now, now.AddSeconds(30), 1000, default)).Select(e => e.ExternalId))
            .Order(StringComparer.Ordinal).ShouldBe(Enumerable.Range(1, 200).Select(i => $"{i}").Order(StringComparer.Ordinal));
    }

    [Theory, DatabaseData]
    public async Task A_burst_of_deliveries_is_stored_to_the_last_and_read_once_per_record(DatabaseKind kind)
    {
        await using var home = await WebhookHome.OpenAsync(kind, tickets: 5);
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => home.DeliverAsync($"{(i % 5) + 1} updated")));
        answers.Distinct().ShouldBe([DoorAnswer.Accepted]);
        await home.IdleAsync();
        await home.StopAsync();
        (await home.HintsAsync()).Count(h => h.Outcome == "present").ShouldBe(200);
        (await home.RowAsync()).Accepted.ShouldBe(200);
        home.Vendor.Calls.Count(c => c.StartsWith("tickets", StringComparison.Ordinal)).ShouldBeLessThan(100, "hints about one record are followed together");
    }
}
