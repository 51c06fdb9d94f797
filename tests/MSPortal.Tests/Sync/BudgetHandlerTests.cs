using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Sync;
using NSubstitute;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Sync;

/// <summary>What the engine learns from a vendor's answers before any connector sees them.</summary>
public sealed class BudgetHandlerTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider clock = new(Start);
    private readonly List<HttpRequestMessage> sent = [];
    private TaskCompletionSource hold = Done();
    private RateLimit limit = new(600, TimeSpan.FromMinutes(1), 5);
    private Func<HttpResponseMessage> answer = () => new HttpResponseMessage(HttpStatusCode.OK);

    [Theory]
    [InlineData("7", 7)]
    [InlineData("Sun, 01 Mar 2026 12:00:09 GMT", 9)]
    [InlineData("Sun, 01 Mar 2026 11:00:00 GMT", 1)]
    [InlineData(null, 30)]
    [InlineData("0", 1)]
    [InlineData("99999999", 1800)]
    [InlineData("soon", 30)]
    public async Task A_429_holds_the_whole_budget_for_as_long_as_makes_sense(string? header, int seconds)
    {
        answer = () => TooMany(header);
        var sessions = Sessions();
        (await SendAsync(sessions.ForTest(Connector(), new SettingsValues(new Dictionary<string, string>())))).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);

        var session = sessions.For(Integration(1), WorkPriority.Interactive);
        answer = () => TooMany(header);
        await SendAsync(session);
        answer = () => new HttpResponseMessage(HttpStatusCode.OK);
        var before = sent.Count;
        if (seconds > 10)
        {
            var fault = (await Should.ThrowAsync<FaultException>(() => SendAsync(session))).Fault.ShouldBeOfType<Fault.RateLimited>();
            fault.RetryAfter.ShouldBe(TimeSpan.FromSeconds(seconds));
            sent.Count.ShouldBe(before, "nothing is sent during the pause");
            clock.Advance(TimeSpan.FromSeconds(seconds));
        }

        var next = SendAsync(sessions.For(Integration(1), WorkPriority.Interactive));
        if (seconds <= 10)
        {
            sent.Count.ShouldBe(before, "nothing is sent during the pause");
            clock.Advance(TimeSpan.FromSeconds(seconds));
        }

        (await next.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task One_integrations_pause_is_not_anothers()
    {
        var sessions = Sessions();
        answer = () => TooMany("600");
        await SendAsync(sessions.For(Integration(1), WorkPriority.Schedule));
        answer = () => new HttpResponseMessage(HttpStatusCode.OK);

        (await SendAsync(sessions.For(Integration(2), WorkPriority.Schedule))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_call_that_waits_when_a_long_pause_begins_is_given_back_at_once()
    {
        var sessions = Sessions();
        hold = new TaskCompletionSource();
        var under = Enumerable.Range(0, 5).Select(_ => SendAsync(sessions.For(Integration(1), WorkPriority.Schedule))).ToList();
        var queued = SendAsync(sessions.For(Integration(1), WorkPriority.Schedule));
        sent.Count.ShouldBe(5, "no more may be under way");

        answer = () => TooMany("600");
        hold.SetResult();
        await Task.WhenAll(under);

        var fault = (await Should.ThrowAsync<FaultException>(() => queued.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken)))
            .Fault.ShouldBeOfType<Fault.RateLimited>();
        fault.RetryAfter.ShouldBe(TimeSpan.FromMinutes(10));
        sent.Count.ShouldBe(5, "nothing is sent during the pause");
    }

    [Fact]
    public async Task Tests_of_new_settings_leave_no_budget_behind_and_tests_of_an_account_that_is_connected_use_its_own()
    {
        var budgets = new Budgets(clock);
        var sessions = Sessions(budgets);
        var settings = new SettingsValues(new Dictionary<string, string>());
        await SendAsync(sessions.ForTest(Connector(), settings));
        await SendAsync(sessions.ForTest(Connector(), settings));
        budgets.Count.ShouldBe(0);

        answer = () => TooMany("600");
        await SendAsync(sessions.For(Integration(1), WorkPriority.Schedule));
        answer = () => new HttpResponseMessage(HttpStatusCode.OK);

        (await Should.ThrowAsync<FaultException>(() => SendAsync(sessions.ForTest(Connector(), settings, Integration(1))))).Fault.ShouldBeOfType<Fault.RateLimited>();
        (await SendAsync(sessions.ForTest(Connector(), settings))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_limit_per_part_counts_each_part_on_its_own_and_leaves_other_requests_alone()
    {
        limit = new RateLimit(100_000, TimeSpan.FromMinutes(1), 2) { Part = r => r.RequestUri!.AbsolutePath == "/free" ? null : r.RequestUri.AbsolutePath };
        var sessions = Sessions();
        hold = new TaskCompletionSource();
        var all = new[] { "/a", "/a", "/a", "/b", "/free", "/free", "/free" }
            .Select(path => SendAsync(sessions.For(Integration(1), WorkPriority.Schedule), path)).ToList();
        sent.Select(r => r.RequestUri!.AbsolutePath).Order().ShouldBe(["/a", "/a", "/b", "/free", "/free", "/free"]);

        hold.SetResult();
        await Task.WhenAll(all);
        sent.Count(r => r.RequestUri!.AbsolutePath == "/a").ShouldBe(3);
    }

    [Fact]
    public async Task Integrations_whose_settings_say_so_share_a_bucket_and_others_do_not()
    {
        limit = new RateLimit(600, TimeSpan.FromMinutes(1), 5) { ScopeOf = s => s["database"] };
        var sessions = Sessions();
        answer = () => TooMany("600");
        await SendAsync(sessions.For(Integration(1, "east"), WorkPriority.Schedule));
        answer = () => new HttpResponseMessage(HttpStatusCode.OK);

        await Should.ThrowAsync<FaultException>(() => SendAsync(sessions.For(Integration(2, "east"), WorkPriority.Schedule)));
        await Should.ThrowAsync<FaultException>(() => SendAsync(sessions.ForTest(Connector(), Integration(1, "east").Settings!)));
        (await SendAsync(sessions.For(Integration(3, "west"), WorkPriority.Schedule))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await SendAsync(sessions.For(Integration(4), WorkPriority.Schedule))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await SendAsync(sessions.For(Integration(5), WorkPriority.Schedule))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_vendors_own_count_stops_background_work_of_everyone_who_shares_the_budget_but_no_person()
    {
        limit = new RateLimit(10_000, TimeSpan.FromHours(1), 5, "the database") { SlowFrom = 0.5, BackgroundStopsAt = 0.75, Usage = Count };
        var sessions = Sessions();
        answer = () => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("7600 of 10000") };
        await SendAsync(sessions.For(Integration(1), WorkPriority.Interactive));
        answer = () => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("nothing about it") };

        var before = sent.Count;
        foreach (var priority in new[] { WorkPriority.Webhook, WorkPriority.Schedule, WorkPriority.Backfill })
        {
            var fault = (await Should.ThrowAsync<FaultException>(() => SendAsync(sessions.For(Integration(2), priority)))).Fault.ShouldBeOfType<Fault.RateLimited>();
            fault.Kept.ShouldBeTrue();
        }

        sent.Count.ShouldBe(before);
        (await SendAsync(sessions.For(Integration(2), WorkPriority.Interactive))).StatusCode.ShouldBe(HttpStatusCode.OK);

        static BudgetUsage? Count(HttpResponseMessage response)
        {
            using var reader = new StreamReader(response.Content.ReadAsStream(), leaveOpen: true);
            return reader.ReadToEnd().Split(" of ") is [var used, var permits] ? new BudgetUsage(int.Parse(used, null), int.Parse(permits, null)) : null;
        }
    }

    private static HttpResponseMessage TooMany(string? header)
    {
        var response = new HttpResponseMessage(HttpStatusCode.TooManyRequests);
        if (header is not null)
        {
            response.Headers.TryAddWithoutValidation("Retry-After", header);
        }

        return response;
    }

    private static async Task<HttpResponseMessage> SendAsync(Session session, string path = "/tickets")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("https://vendor.example" + path));
        return await session.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static TaskCompletionSource Done()
    {
        var done = new TaskCompletionSource();
        done.SetResult();
        return done;
    }

    private static IntegrationState Integration(long id, string? database = null) => new()
    {
        TenantId = 1,
        Id = id,
        Provider = "limited",
        Name = "Limited",
        Status = IntegrationStatus.Active,
        Settings = new SettingsValues(database is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["database"] = database }),
    };

    private IConnector Connector()
    {
        var connector = Substitute.For<IConnector>();
        connector.Info.Returns(new ConnectorInfo("limited", "Limited", ProviderCategory.Psa, "L", "#000", "x") { Summary = "" });
        connector.Limits.Returns([limit]);
        return connector;
    }

    private Sessions Sessions(Budgets? budgets = null) => new(
        new ConnectorRegistry([Connector()]), budgets ?? new Budgets(clock), new Stub(this), new SyncOptions(), clock, NullLoggerFactory.Instance);

    private sealed class Stub(BudgetHandlerTests test) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            test.sent.Add(request);
            await test.hold.Task;
            return test.answer();
        }
    }
}
