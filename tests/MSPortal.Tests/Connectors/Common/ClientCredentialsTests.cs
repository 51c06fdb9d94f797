using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Connectors.Common;

public sealed class ClientCredentialsTests
{
    private readonly FakeTimeProvider clock = new();
    private readonly ConcurrentDictionary<string, object> memory = new();
    private readonly ConcurrentQueue<string> asked = new();
    private readonly TaskCompletionSource open = new();
    private Func<int, (int Status, string Body)> answer = n => (200, $$"""{"access_token":"token{{n}}","expires_in":3600,"token_type":"Bearer"}""");
    private string good = "token1";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task However_many_sessions_need_a_token_one_call_gets_it()
    {
        var waiting = Enumerable.Range(0, 20).Select(_ => Credentials().TokenAsync(null, Ct)).ToList();
        open.SetResult();
        (await Task.WhenAll(waiting)).Distinct().ShouldBe(["token1"]);
        asked.ShouldBe(["client_id=portal&client_secret=s3cret&grant_type=client_credentials"]);
    }

    [Fact]
    public async Task A_token_is_renewed_before_it_ends()
    {
        open.SetResult();
        (await Credentials().TokenAsync(null, Ct)).ShouldBe("token1");
        clock.Advance(TimeSpan.FromMinutes(58));
        (await Credentials().TokenAsync(null, Ct)).ShouldBe("token1");
        clock.Advance(TimeSpan.FromMinutes(1.1));
        (await Credentials().TokenAsync(null, Ct)).ShouldBe("token2");
    }

    [Fact]
    public async Task A_refused_token_is_replaced_once_for_all_who_met_the_refusal()
    {
        open.SetResult();
        await Credentials().TokenAsync(null, Ct);
        good = "token2";
        var all = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Credentials().SendAsync(SendAsync, Ct)));
        all.Select(r => r.Status).Distinct().ShouldBe([HttpStatusCode.OK]);
        asked.Count.ShouldBe(2);

        good = "none";
        asked.Clear();
        (await Credentials().SendAsync(SendAsync, Ct)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        asked.Count.ShouldBe(1, "a second refusal is the answer");
    }

    [Theory]
    [InlineData(400, """{"error":"invalid_client","error_description":"s3cret is wrong"}""", nameof(Fault.AuthFailed), "clientSecret")]
    [InlineData(401, "", nameof(Fault.AuthFailed), "clientSecret")]
    [InlineData(403, "", nameof(Fault.AuthFailed), "clientSecret")]
    [InlineData(403, "<html>a firewall's page says nothing of the secret</html>", nameof(Fault.VendorDown), null)]
    [InlineData(404, "", nameof(Fault.VendorDown), "url")]
    [InlineData(302, "", nameof(Fault.VendorDown), "url")]
    [InlineData(429, "", nameof(Fault.RateLimited), null)]
    [InlineData(503, "<html>s3cret</html>", nameof(Fault.VendorDown), null)]
    [InlineData(400, "what?", nameof(Fault.BadData), "url")]
    [InlineData(200, "<html>s3cret</html>", nameof(Fault.BadData), "url")]
    [InlineData(200, """{"token":"s3cret"}""", nameof(Fault.BadData), "url")]
    public async Task What_is_no_token_says_what_is_wrong_and_where_and_no_secret(int status, string body, string fault, string? field)
    {
        open.SetResult();
        answer = _ => (status, body);
        var thrown = await Should.ThrowAsync<FaultException>(() => Credentials().TokenAsync(null, Ct));
        (thrown.Fault.GetType().Name, thrown.Field).ShouldBe((fault, field));
        thrown.ToString().ShouldNotContain("s3cret");
        thrown.Fault.ToString().ShouldNotContain("s3cret");
    }

    private Task<VendorResponse> SendAsync(string token, CancellationToken ct)
    {
        using var response = new HttpResponseMessage();
        return Task.FromResult(new VendorResponse(token == good ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, response.Headers, null, [])
        {
            Address = new Uri("https://vendor.example/api"),
        });
    }

    private ClientCredentials Credentials() => new(
        new Session
        {
            Settings = new SettingsValues(new Dictionary<string, string>()),
            Http = new HttpMessageInvoker(new Handler(this)),
            Clock = clock,
            Log = NullLogger.Instance,
            Scope = new TicketScope(),
            Memory = memory,
        },
        _ => Task.FromResult(new TokenRequest(
            new Uri("https://vendor.example/auth/token?tenant=acme"),
            new Dictionary<string, string> { ["client_id"] = "portal", ["client_secret"] = "s3cret" })
        {
            Vendor = "Vendor",
            AddressField = "url",
        }));

    private sealed class Handler(ClientCredentialsTests test) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            test.asked.Enqueue(await request.Content!.ReadAsStringAsync(cancellationToken));
            var number = test.asked.Count;
            await test.open.Task;
            var (status, body) = test.answer(number);
            return new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body) };
        }
    }
}
