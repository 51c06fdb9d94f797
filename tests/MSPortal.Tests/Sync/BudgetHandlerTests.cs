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

    private static HttpResponseMessage TooMany(string? header)
    {
        var response = new HttpResponseMessage(HttpStatusCode.TooManyRequests);
        if (header is not null)
        {
            response.Headers.TryAddWithoutValidation("Retry-After", header);
        }

        return response;
    }

    private static async Task<HttpResponseMessage> SendAsync(Session session)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("https://vendor.example/tickets"));
        return await session.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static TaskCompletionSource Done()
    {
        var done = new TaskCompletionSource();
        done.SetResult();
        return done;
    }

    private static IntegrationState Integration(long id) => new()
    {
        TenantId = 1,
        Id = id,
        Provider = "limited",
        Name = "Limited",
        Status = IntegrationStatus.Active,
        Settings = new SettingsValues(new Dictionary<string, string>()),
    };

    private static IConnector Connector()
    {
        var connector = Substitute.For<IConnector>();
        connector.Info.Returns(new ConnectorInfo("limited", "Limited", ProviderCategory.Psa, "L", "#000", "x") { Summary = "" });
        connector.Limits.Returns([new RateLimit(600, TimeSpan.FromMinutes(1), 5)]);
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
