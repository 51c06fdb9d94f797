using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using MSPortal.Core.Contracts;
using MSPortal.Core.Sync;
using MSPortal.Tests.Sync.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Sync;

public sealed class RateBudgetTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(60, 60, 4)]
    [InlineData(5, 1, 3)]
    [InlineData(1, 2, 1)]
    [InlineData(1000, 60, 10)]
    public async Task No_window_wherever_it_begins_ever_has_more_requests_than_the_vendor_permits(int permits, int seconds, int concurrency)
    {
        var clock = new FakeTimeProvider();
        var window = TimeSpan.FromSeconds(seconds);
        using var budget = new RateBudget(new RateLimit(permits, window, concurrency), clock);
        var sent = new ConcurrentQueue<DateTimeOffset>();
        List<Task> workers = [];
        InTurn.Run(
            () => workers.AddRange(Enumerable.Range(0, concurrency * 2).Select(_ => SendAsync(budget, sent, clock, (permits * 2) + 3))),
            () => clock.Advance(window / 40),
            () => workers.TrueForAll(w => w.IsCompleted));
        await Task.WhenAll(workers);

        sent.Count.ShouldBe(concurrency * 2 * ((permits * 2) + 3));
        sent.ShouldKeep(window, permits);
    }

    [Fact]
    public async Task Never_more_are_under_way_than_the_vendor_permits()
    {
        var clock = new FakeTimeProvider();
        using var budget = new RateBudget(new RateLimit(100_000, TimeSpan.FromSeconds(1), 3), clock);
        var places = new List<IDisposable>();
        for (var i = 0; i < 3; i++)
        {
            places.Add(await budget.AcquireAsync(WorkPriority.Schedule, Ct));
        }

        var fourth = budget.AcquireAsync(WorkPriority.Interactive, Ct);
        clock.Advance(TimeSpan.FromHours(1));
        fourth.IsCompleted.ShouldBeFalse();

        places[1].Dispose();
        places[1].Dispose(); // Giving a place back twice gives one place.
        using var got = await fourth;
        var fifth = budget.AcquireAsync(WorkPriority.Interactive, Ct);
        clock.Advance(TimeSpan.FromHours(1));
        fifth.IsCompleted.ShouldBeFalse();
        places[0].Dispose();
        (await fifth).Dispose();
        places[2].Dispose();
    }

    [Fact]
    public async Task A_person_goes_before_a_webhook_before_the_schedule_before_the_backfill()
    {
        using var budget = new RateBudget(new RateLimit(100_000, TimeSpan.FromSeconds(1), 1), new FakeTimeProvider());
        var held = await budget.AcquireAsync(WorkPriority.Backfill, Ct);
        var order = new ConcurrentQueue<string>();
        var waiting = new[] { WorkPriority.Backfill, WorkPriority.Schedule, WorkPriority.Backfill, WorkPriority.Webhook, WorkPriority.Interactive, WorkPriority.Schedule, WorkPriority.Interactive }
            .Select((priority, i) => TakeAsync(budget, priority, $"{priority} {i}", order)).ToList();

        held.Dispose();
        await Task.WhenAll(waiting);

        order.ShouldBe(["Interactive 4", "Interactive 6", "Webhook 3", "Schedule 1", "Schedule 5", "Backfill 0", "Backfill 2"]);
    }

    [Fact]
    public async Task A_pause_that_the_vendor_asks_for_holds_everyone_and_ends()
    {
        var clock = new FakeTimeProvider();
        using var budget = new RateBudget(new RateLimit(6000, TimeSpan.FromMinutes(1), 5), clock);
        (await budget.AcquireAsync(WorkPriority.Schedule, Ct)).Dispose();
        budget.Block(TimeSpan.FromSeconds(90));
        budget.Block(TimeSpan.FromSeconds(5)); // A shorter one does not end a longer one.
        budget.BlockedUntil.ShouldBe(clock.GetUtcNow() + TimeSpan.FromSeconds(90));

        var person = budget.AcquireAsync(WorkPriority.Interactive, Ct);
        clock.Advance(TimeSpan.FromSeconds(89));
        person.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(1.1));
        (await person.WaitAsync(TimeSpan.FromSeconds(10), Ct)).Dispose();
    }

    [Fact]
    public async Task Whoever_stops_waiting_keeps_nobody_waiting_and_takes_no_place()
    {
        var clock = new FakeTimeProvider();
        using var budget = new RateBudget(new RateLimit(1000, TimeSpan.FromSeconds(1), 1), clock);
        var held = await budget.AcquireAsync(WorkPriority.Schedule, Ct);
        using var leaves = new CancellationTokenSource();
        var gone = budget.AcquireAsync(WorkPriority.Interactive, leaves.Token);
        var next = budget.AcquireAsync(WorkPriority.Schedule, Ct);
        await leaves.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(gone);

        held.Dispose();
        (await next.WaitAsync(TimeSpan.FromSeconds(10), Ct)).Dispose();
        (await budget.AcquireAsync(WorkPriority.Schedule, Ct)).Dispose();
    }

    private static async Task TakeAsync(RateBudget budget, WorkPriority priority, string name, ConcurrentQueue<string> order)
    {
        using var place = await budget.AcquireAsync(priority, Ct);
        order.Enqueue(name);
    }

    private static async Task SendAsync(RateBudget budget, ConcurrentQueue<DateTimeOffset> sent, FakeTimeProvider clock, int requests)
    {
        for (var i = 0; i < requests; i++)
        {
            using var place = await budget.AcquireAsync(WorkPriority.Schedule, Ct);
            sent.Enqueue(clock.GetUtcNow());
        }
    }
}
