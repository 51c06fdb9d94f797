using MSPortal.Connectors.HaloPsa;
using MSPortal.Core.Contracts;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Connectors.HaloPsa.ScriptedHalo;

namespace MSPortal.Tests.Connectors.HaloPsa;

/// <summary>Tokens, where they come from, and what refusals mean.</summary>
public sealed class ClientTests
{
    private readonly ScriptedHalo vendor = new();

    public ClientTests() => vendor.With("/Client", [1]);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_token_serves_all_calls_however_many_begin_at_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => vendor.Client().GetAsync("/Client", "", null, Stop)));

        vendor.Tokens.ShouldBe(1);
        vendor.Calls("/Client").ShouldAllBe(c => c.Authorization == "Bearer token-1");
        var asked = vendor.Calls("/auth/token").Single();
        (asked.Method, asked["tenant"], asked.Form["grant_type"], asked.Form["client_id"], asked.Form["client_secret"], asked.Form["scope"])
            .ShouldBe(("POST", "acme", "client_credentials", ClientId, ClientSecret, "all"));
    }

    [Fact]
    public async Task A_token_is_replaced_before_it_runs_out()
    {
        await vendor.Client().GetAsync("/Client", "", null, Stop);
        vendor.Clock.Advance(TimeSpan.FromSeconds(3580));
        await vendor.Client().GetAsync("/Client", "", null, Stop);

        vendor.Calls("/Client").Select(c => c.Authorization).ShouldBe(["Bearer token-1", "Bearer token-2"]);
    }

    [Fact]
    public async Task A_token_that_another_program_ended_is_replaced_once_for_all_who_used_it()
    {
        await vendor.Client().GetAsync("/Client", "", null, Stop);
        vendor.Script = r => r.Authorization == "Bearer token-1" ? Answer(401, "") : null;

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => vendor.Client().GetAsync("/Client", "", null, Stop)));

        vendor.Tokens.ShouldBe(2);
    }

    [Fact]
    public async Task A_fresh_token_that_is_refused_is_a_refusal()
    {
        vendor.Script = r => r.Path == "/Client" ? Answer(401, "") : null;

        var fault = await Should.ThrowAsync<FaultException>(() => vendor.Client().GetAsync("/Client", "", HaloPsaPermissions.Companies, Stop));

        fault.Fault.ShouldBeOfType<Fault.AuthFailed>();
        (vendor.Tokens, vendor.Calls("/Client").Count).ShouldBe((2, 2));
    }

    [Theory]
    [InlineData("""{"auth_url":"https://auth.hosted.example/auth","tenant_id":"other"}""", 200, "https://auth.hosted.example/auth/token?tenant=other")]
    [InlineData("""{"auth_url":"https://auth.hosted.example/auth/"}""", 200, "https://auth.hosted.example/auth/token")]
    [InlineData("", 404, "https://acme.halopsa.com/auth/token")]
    [InlineData("<html>Sign in</html>", 200, "https://acme.halopsa.com/auth/token")]
    [InlineData("""{"auth_url":["no"]}""", 200, "https://acme.halopsa.com/auth/token")]
    public async Task The_server_says_where_tokens_are_given(string body, int status, string expected)
    {
        vendor.Script = r => r.Path == "/AuthInfo" ? Answer(status, body) : null;

        await vendor.Client().GetAsync("/Client", "", null, Stop);

        vendor.Seen.Single(r => r.Method == "POST").Uri.ToString().ShouldBe(expected);
    }

    [Theory]
    [InlineData("", "", "https://acme.halopsa.com/auth/token?tenant=acme")]
    [InlineData("mine", "", "https://acme.halopsa.com/auth/token?tenant=mine")]
    [InlineData("", "auth.example.com", "https://auth.example.com/auth/token")]
    [InlineData("mine", "https://auth.example.com/sso/token", "https://auth.example.com/sso/token?tenant=mine")]
    public async Task What_a_person_entered_comes_first(string tenant, string auth, string expected)
    {
        (vendor.Settings["tenant"], vendor.Settings["authUrl"]) = (tenant, auth);

        await vendor.Client().GetAsync("/Client", "", null, Stop);

        vendor.Seen.Single(r => r.Method == "POST").Uri.ToString().ShouldBe(expected);
    }

    [Theory]
    [InlineData("http://auth.example.com/auth")]
    [InlineData("https://127.0.0.1/auth")]
    [InlineData("https://localhost/auth")]
    public async Task The_secret_is_never_sent_where_others_could_read_it(string auth)
    {
        vendor.Script = r => r.Path == "/AuthInfo" ? Answer(200, $$"""{"auth_url":"{{auth}}"}""") : null;

        var fault = await Should.ThrowAsync<FaultException>(() => vendor.Client().GetAsync("/Client", "", null, Stop));

        (fault.Fault.GetType(), fault.Field).ShouldBe((typeof(Fault.VendorDown), "haloUrl"));
        vendor.Seen.ShouldAllBe(r => r.Method == "GET");
    }

    [Theory]
    [InlineData(403, "", typeof(Fault.PermissionMissing), null)]
    [InlineData(404, "", typeof(Fault.VendorDown), "haloUrl")]
    [InlineData(429, "\"Rate Limit Reached - 700 Requests per rolling 5 minute window.\"", typeof(Fault.RateLimited), null)]
    [InlineData(500, "", typeof(Fault.VendorDown), null)]
    [InlineData(504, "<html>gateway</html>", typeof(Fault.VendorDown), null)]
    [InlineData(302, "", typeof(Fault.VendorDown), "haloUrl")]
    [InlineData(400, """{"client_id":["The value 'probe' is not valid."]}""", typeof(Fault.BadData), null)]
    public async Task Every_refusal_has_its_fault(int status, string body, Type expected, string? field)
    {
        vendor.Script = r => r.Path == "/Client" ? Answer(status, body) : null;

        var fault = await Should.ThrowAsync<FaultException>(() => vendor.Client().GetAsync("/Client", "", HaloPsaPermissions.Companies, Stop));

        (fault.Fault.GetType(), fault.Field).ShouldBe((expected, field));
    }

    [Theory]
    [InlineData("""{"id":["The value 'probe' is not valid."]}""", "id: The value 'probe' is not valid.")]
    [InlineData("""{"ClassName":"System.Exception","Message":"Details is mandatory"}""", "Details is mandatory")]
    [InlineData("""{"error":"nope"}""", "nope")]
    [InlineData("""{"resultCode":7,"errorMessage":"seven"}""", "seven")]
    [InlineData("\"plain words\"", "plain words")]
    [InlineData("not json", "")]
    public async Task The_vendors_words_are_found_in_each_of_their_shapes(string body, string said)
    {
        vendor.Script = r => r.Path == "/Client" ? Answer(400, body) : null;

        HaloPsaErrors.Message(await vendor.Client().AskAsync("/Client", "", Stop), t => t).ShouldBe(said);
    }

    [Theory]
    [InlineData("45", 45)]
    [InlineData("Sun, 01 Jun 2025 12:01:00 GMT", 60)]
    [InlineData("soon", null)]
    [InlineData(null, null)]
    public async Task A_pause_is_as_long_as_the_vendor_says(string? header, int? seconds)
    {
        vendor.Script = r =>
        {
            if (r.Path != "/Client")
            {
                return null;
            }

            var answer = Answer(429, "");
            if (header is not null)
            {
                answer.Headers.TryAddWithoutValidation("Retry-After", header);
            }

            return answer;
        };

        var fault = await Should.ThrowAsync<FaultException>(() => vendor.Client().GetAsync("/Client", "", null, Stop));

        fault.Fault.ShouldBe(new Fault.RateLimited(seconds is { } s ? TimeSpan.FromSeconds(s) : null));
    }
}
