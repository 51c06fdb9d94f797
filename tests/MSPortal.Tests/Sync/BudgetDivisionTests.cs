using Microsoft.Extensions.Time.Testing;
using MSPortal.Core.Contracts;
using MSPortal.Core.Sync;
using MSPortal.Tests.Sync.Support;
using NSubstitute;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Sync;

/// <summary>What several servers on one database may send together.</summary>
public sealed class BudgetDivisionTests : IDisposable
{
    private readonly FakeTimeProvider clock = new();
    private readonly HttpRequestMessage request = new(HttpMethod.Get, new Uri("https://vendor.example/tickets"));

    [Theory]
    [InlineData(60, 60, 4)]
    [InlineData(30, 60, 2)]
    [InlineData(700, 300, 10)]
    public void Two_never_send_more_than_one_might_however_work_moves_between_them_and_they_begin_anew(int permits, int seconds, int concurrency)
    {
        var connector = Connector(new RateLimit(permits, TimeSpan.FromSeconds(seconds), concurrency));
        var (window, began, dice, end) = (TimeSpan.FromSeconds(seconds), clock.GetUtcNow(), new Random(permits), false);
        var sent = new List<DateTimeOffset>();
        Server[] servers = [new(clock), new(clock)];
        servers[0].Works();
        List<Task> workers = [];
        InTurn.Run(
            () => workers.AddRange(servers.SelectMany(s => Enumerable.Range(0, 3).Select(_ => SendAsync(s)))),
            () =>
            {
                if (dice.Next(25) == 0)
                {
                    var next = dice.Next(2);
                    servers[1 - next].Rests();
                    servers[next].Works();
                }

                if (dice.Next(80) == 0)
                {
                    servers[dice.Next(2)].BeginAnew();
                }

                clock.Advance(window / 40);
            },
            () => clock.GetUtcNow() - began > window * 30);
        end = true;
        Array.ForEach(servers, s => s.BeginAnew());

        sent.ShouldKeep(window, permits);
        sent.Count.ShouldBeGreaterThan(permits * 15, "and half of what is permitted is used at the least");

        async Task SendAsync(Server server)
        {
            while (!end)
            {
                try
                {
                    using var place = await Budget(server.Budgets, connector).AcquireAsync(WorkPriority.Schedule, server.Life.Token);
                    sent.Add(clock.GetUtcNow());
                }
                catch (OperationCanceledException)
                {
                    // It begins anew.
                }
            }
        }
    }

    /// <summary>Who has nothing to send for a while must not save up what was the other's meanwhile.</summary>
    [Theory]
    [InlineData(100)]
    [InlineData(120)]
    [InlineData(630)]
    public void Two_that_work_in_turns_and_rest_between_never_send_more_either(int permits)
    {
        var (connector, window, began, dice) = (Connector(new RateLimit(permits, TimeSpan.FromMinutes(1), 10)), TimeSpan.FromMinutes(1), clock.GetUtcNow(), new Random(permits));
        var sent = new List<DateTimeOffset>();
        Server[] servers = [new(clock), new(clock)];
        var worker = 0;
        while (clock.GetUtcNow() - began < window * 30)
        {
            servers[worker].Rests();
            worker = dice.Next(4) == 0 ? worker : 1 - worker;
            servers[worker].Works();
            var until = clock.GetUtcNow() + TimeSpan.FromSeconds(dice.Next(2, 15));
            while (clock.GetUtcNow() < until)
            {
                var some = SentWithin(Budget(servers[worker].Budgets, connector), TimeSpan.Zero);
                sent.AddRange(Enumerable.Repeat(clock.GetUtcNow(), some));
                clock.Advance(TimeSpan.FromMilliseconds(500));
            }
        }

        sent.ShouldKeep(window, permits);
        sent.Count.ShouldBeGreaterThan(permits * 15);
    }

    [Theory]
    [InlineData(1, false, 60)]
    [InlineData(2, true, 45)]
    [InlineData(2, false, 15)]
    [InlineData(6, false, 3)]
    public void Who_works_on_an_integration_has_most_of_its_budget_and_the_others_divide_the_rest(int among, bool works, int expected)
    {
        var budgets = new Budgets(clock);
        budgets.Divide(among);
        using var work = works ? budgets.WorkOn(1) : null;
        SentWithin(Budget(budgets, Connector(new RateLimit(60, TimeSpan.FromMinutes(1), 10))), TimeSpan.FromMinutes(1)).ShouldBeInRange(expected - 1, expected);
    }

    [Theory]
    [InlineData(1, 60)]
    [InlineData(2, 30)]
    [InlineData(3, 20)]
    public void What_integrations_share_is_divided_equally_whoever_works(int among, int expected)
    {
        var budgets = new Budgets(clock);
        budgets.Divide(among);
        using var work = budgets.WorkOn(1);
        SentWithin(Budget(budgets, Connector(new RateLimit(60, TimeSpan.FromMinutes(1), 10, "everybody"))), TimeSpan.FromMinutes(1)).ShouldBeInRange(expected - 1, expected);
    }

    [Fact]
    public void Who_comes_after_another_has_nothing_in_hand()
    {
        var connector = Connector(new RateLimit(60, TimeSpan.FromMinutes(1), 10));
        var (fresh, later, soon) = (new Budgets(clock), new Budgets(clock), new Budgets(clock));
        later.BeginEmpty(clock.GetUtcNow());
        soon.BeginEmpty(clock.GetUtcNow() + TimeSpan.FromSeconds(10));
        SentWithin(Budget(fresh, connector), TimeSpan.Zero).ShouldBe(6, "the first of all has a tenth of the window");
        SentWithin(Budget(later, connector), TimeSpan.Zero).ShouldBe(0);
        SentWithin(Budget(soon, connector), TimeSpan.FromSeconds(10)).ShouldBe(0, "living ones have to notice first");
        SentWithin(Budget(soon, connector), TimeSpan.FromSeconds(3)).ShouldBe(2);
    }

    public void Dispose() => request.Dispose();

    private static IConnector Connector(RateLimit limit)
    {
        var connector = Substitute.For<IConnector>();
        connector.Info.Returns(new ConnectorInfo("limited", "Limited", ProviderCategory.Psa, "L", "#334455", "limited") { Summary = "" });
        connector.Limits.Returns([limit]);
        return connector;
    }

    private RateBudget Budget(Budgets budgets, IConnector connector) => budgets.Of(connector, null, Budgets.OwnerOf(1))[0].For(request)!;

    /// <summary>How many leave in that time, one after the other and as soon as they may.</summary>
    private int SentWithin(RateBudget budget, TimeSpan time)
    {
        var (until, sent) = (clock.GetUtcNow() + time, 0);
        using var stop = new CancellationTokenSource();
        InTurn.Run(() => _ = SendAsync(), () => clock.Advance(TimeSpan.FromMilliseconds(50)), () => clock.GetUtcNow() >= until);
        stop.Cancel();
        return sent;

        async Task SendAsync()
        {
            while (true)
            {
                (await budget.AcquireAsync(WorkPriority.Schedule, stop.Token)).Dispose();
                sent++;
            }
        }
    }

    private sealed class Server
    {
        private readonly FakeTimeProvider clock;
        private IDisposable? work;

        public Server(FakeTimeProvider clock)
        {
            (this.clock, Budgets) = (clock, new Budgets(clock));
            Budgets.Divide(2);
        }

        public Budgets Budgets { get; private set; }

        public CancellationTokenSource Life { get; private set; } = new();

        public void Works() => work ??= Budgets.WorkOn(1);

        public void Rests()
        {
            work?.Dispose();
            work = null;
        }

        public void BeginAnew()
        {
            work = null;
            Budgets = new Budgets(clock);
            Budgets.Divide(2);
            Budgets.BeginEmpty(clock.GetUtcNow());
            var before = Life;
            Life = new CancellationTokenSource();
            before.Cancel();
        }
    }
}
