using MSPortal.Connectors.DattoRmm;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Connectors.DattoRmm.DattoScript;

namespace MSPortal.Tests.Connectors.DattoRmm;

/// <summary>Every wrong setting is named at its field, the token is kept and renewed, and every way of saying no is told apart.</summary>
public sealed class ConnectionTests
{
    private readonly DattoScript vendor = new();

    public ConnectionTests()
    {
        vendor.With("/v2/account/sites", [1]).With("/v2/account/devices", [2]).With("/v2/account/alerts/open", [3]);
        vendor.Documents[$"/v2/audit/device/{Uid(2)}"] = Audit;
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_good_connection_names_its_account_and_every_area()
    {
        var report = await TestAsync();

        report.Account.ShouldBe(new AccountIdentity("acc-1", "Acme MSP", null, "apiKey"));
        report.Areas.Select(a => (a.DataType, a.Outcome)).ShouldBe(new DattoRmmConnector().Streams.Select(s => (s.DataType, AreaOutcome.Granted)), ignoreOrder: true);
        report.Areas.Where(a => a.Required).Select(a => a.DataType).ShouldBe([DataType.Companies]);
    }

    [Fact]
    public async Task The_keys_are_sent_once_as_name_and_password_and_the_token_signs_the_rest()
    {
        await TestAsync();

        var signIn = vendor.Calls("/auth/oauth/token").ShouldHaveSingleItem();
        signIn.Authorization.ShouldBe("Basic cHVibGljLWNsaWVudDpwdWJsaWM=");
        signIn.Body.Split('&').ShouldBe([$"grant_type=password", $"username={ApiKey}", $"password={Uri.EscapeDataString(SecretKey)}"], ignoreOrder: true);
        vendor.Seen.Where(c => c != signIn).ShouldAllBe(c => c.Authorization == "Bearer token-00000000000000000001");
    }

    [Fact]
    public async Task A_refused_token_is_replaced_once_and_then_believed()
    {
        await TestAsync();
        var refuse = true;
        vendor.Script = call => call.Path == "/v2/account/sites" && refuse && !(refuse = false) ? Answer(401, """{"error":"invalid_token","error_description":"Invalid access token: token-00000000000000000001"}""") : null;
        (await vendor.Client().GetAsync("/v2/account/sites", DattoRmmPermissions.Sites, Stop)).IsSuccess.ShouldBeTrue();
        vendor.Calls("/auth/oauth/token").Count().ShouldBe(2);

        vendor.Script = call => call.Path == "/v2/account/sites" ? Answer(401, """{"error":"invalid_token","error_description":"Invalid access token: token-00000000000000000002"}""") : null;
        var thrown = await Should.ThrowAsync<FaultException>(() => vendor.Client().GetAsync("/v2/account/sites", DattoRmmPermissions.Sites, Stop));
        (thrown.Fault.GetType(), thrown.Field, thrown.Message.Contains("token-0", StringComparison.Ordinal)).ShouldBe((typeof(Fault.AuthFailed), "secretKey", false));
    }

    [Fact]
    public async Task Many_that_wait_for_a_token_ask_for_one()
    {
        var client = vendor.Client();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.AskAsync("/v2/account", Stop)));

        vendor.Calls("/auth/oauth/token").Count().ShouldBe(1);
    }

    [Theory]
    [InlineData("platform", "", "platform")]
    [InlineData("platform", "Malbec", "platform")]
    [InlineData("platform", "https://www.rmm.datto.com", "platform")]
    [InlineData("platform", "ftp://merlot.example", "platform")]
    [InlineData("platform", "https://me:secret@host.example", "platform")]
    [InlineData("apiKey", "", "apiKey")]
    [InlineData("apiKey", "A B", "apiKey")]
    [InlineData("secretKey", "", "secretKey")]
    [InlineData("secretKey", "A B", "secretKey")]
    public async Task A_mistake_that_can_be_seen_is_named_without_asking(string key, string value, string field)
    {
        vendor.Settings[key] = value;

        (await TestAsync()).Problem!.Field.ShouldBe(field);
        vendor.Seen.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("merlot")]
    [InlineData(" MERLOT ")]
    [InlineData("https://merlot-api.centrastage.net/api/swagger-ui/index.html")]
    [InlineData("merlot.rmm.datto.com/device/12")]
    [InlineData("https://merlotcsm.centrastage.net/csm/")]
    public async Task Whatever_people_paste_leads_to_the_platform(string entered)
    {
        vendor.Settings["platform"] = entered;

        (await TestAsync()).Passed.ShouldBeTrue();
        vendor.Seen.ShouldAllBe(c => c.Uri.GetLeftPart(UriPartial.Authority) == "https://merlot-api.centrastage.net");
    }

    [Theory]
    [InlineData("http://merlot.example")]
    [InlineData("https://evil.example")]
    [InlineData("merlot-api.centrastage.net.evil.example")]
    [InlineData("https://127.0.0.1:8080/")]
    public async Task Keys_are_sent_to_nobody_but_Datto_unless_private_networks_are_allowed(string address)
    {
        vendor.Settings["platform"] = address;

        (await TestAsync()).Problem!.Field.ShouldBe("platform");
        vendor.Seen.ShouldBeEmpty();
        (await new DattoRmmConnector().TestAsync(vendor.Session(allowPrivate: true), Stop)).Problem.ShouldBeNull();
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    public async Task Wrong_keys_are_named(int status)
    {
        vendor.Script = call => call.Path == "/auth/oauth/token" ? Answer(status, $$"""{"error":"invalid_grant","error_description":"Bad credentials for {{ApiKey}}"}""") : null;

        var problem = (await TestAsync()).Problem!;

        (problem.Field, problem.Fault.GetType(), problem.Message).ShouldBe(("secretKey", typeof(Fault.AuthFailed), "Datto RMM refuses the API Key and Secret Key (invalid_grant)."));
    }

    [Theory]
    [InlineData("sites", DataType.Companies)]
    [InlineData("devices", DataType.Devices)]
    [InlineData("alerts", DataType.Alerts)]
    [InlineData("audit", DataType.DeviceDetails)]
    public async Task A_missing_permission_is_that_of_its_area(string part, DataType type)
    {
        vendor.Script = call => call.Path.Contains($"/{part}", StringComparison.Ordinal) ? Error(403, "Forbidden") : null;

        (await TestAsync()).Areas.Where(a => a.Outcome == AreaOutcome.NotPermitted).Select(a => a.DataType).ShouldBe([type]);
    }

    [Theory]
    [InlineData("Forbidden: IP address temporarily blocked", null, 300)]
    [InlineData("Rate limit exceeded", "20", 300)]
    [InlineData("Forbidden", "900", 900)]
    public async Task A_blocked_address_is_a_pause_and_no_missing_permission(string words, string? retryAfter, int seconds)
    {
        vendor.Script = call => call.Path.StartsWith("/v2", StringComparison.Ordinal) ? Error(403, words, retryAfter) : null;

        var thrown = await Should.ThrowAsync<FaultException>(() => vendor.Client().GetAsync("/v2/account/sites", DattoRmmPermissions.Sites, Stop));

        thrown.Fault.ShouldBe(new Fault.RateLimited(TimeSpan.FromSeconds(seconds)));
        (await TestAsync()).Problem!.Fault.ShouldBeOfType<Fault.RateLimited>();
    }

    [Fact]
    public async Task A_403_of_the_account_itself_denies_nobody()
    {
        vendor.Script = call => call.Path.StartsWith("/v2", StringComparison.Ordinal) ? Error(403, "Forbidden") : null;

        (await TestAsync()).Problem!.Fault.ShouldBeOfType<Fault.VendorDown>();
    }

    [Theory]
    [InlineData(409, typeof(Fault.VendorDown))]
    [InlineData(429, typeof(Fault.RateLimited))]
    [InlineData(500, typeof(Fault.VendorDown))]
    [InlineData(400, typeof(Fault.BadData))]
    [InlineData(302, typeof(Fault.VendorDown))]
    public async Task Other_refusals_are_what_they_mean(int status, Type fault)
    {
        vendor.Script = call => call.Path == "/v2/account/sites" ? Error(status, "x") : null;

        (await Should.ThrowAsync<FaultException>(() => vendor.Client().GetAsync("/v2/account/sites", DattoRmmPermissions.Sites, Stop))).Fault.ShouldBeOfType(fault);
    }

    [Fact]
    public async Task What_the_account_uses_is_asked_for_now_and_then_and_its_failure_is_nobodys()
    {
        var client = vendor.Client();
        vendor.Script = call => call.Path == "/v2/system/request_rate" ? Error(500, "x") : null;
        for (var i = 0; i < 3; i++)
        {
            (await client.AskAsync("/v2/account", Stop)).IsSuccess.ShouldBeTrue();
            vendor.Clock.Advance(TimeSpan.FromSeconds(50));
        }

        vendor.Calls("/v2/system/request_rate").Count().ShouldBe(1);
        await client.AskAsync("/v2/account", Stop);
        vendor.Calls("/v2/system/request_rate").Count().ShouldBe(2);
    }

    [Fact]
    public void The_count_of_the_account_is_read_off_its_answer_and_off_no_other()
    {
        using var asked = Answered("/api/v2/system/request_rate", """{"accountCount":431,"accountRateLimit":600}""");
        using var other = Answered("/api/v2/account", """{"accountCount":431,"accountRateLimit":600}""");
        using var broken = Answered("/api/v2/system/request_rate", """{"accountCount":"many"}""");

        (DattoRmmBudget.Usage(asked), DattoRmmBudget.Usage(other), DattoRmmBudget.Usage(broken)).ShouldBe((new BudgetUsage(431, 600), null, null));
        var limits = new DattoRmmConnector().Limits;
        limits.Select(l => (l.Permits, l.Window)).ShouldBe([(20_000, TimeSpan.FromDays(1)), (540, TimeSpan.FromSeconds(60))]);
        limits[0].Part!(asked.RequestMessage!).ShouldBeNull();
        using var audit = new HttpRequestMessage(HttpMethod.Get, "https://merlot-api.centrastage.net/api/v2/audit/printer/x");
        limits[0].Part!(audit).ShouldNotBeNull();
        limits.Select(l => l.ScopeOf!(new SettingsValues(vendor.Settings))).Distinct().ShouldHaveSingleItem().ShouldBe($"merlot-api.centrastage.net {ApiKey}");
    }

    private static HttpResponseMessage Answered(string path, string body)
    {
        var answer = Answer(200, body);
        answer.RequestMessage = new HttpRequestMessage(HttpMethod.Get, $"https://merlot-api.centrastage.net{path}");
        return answer;
    }

    private Task<TestReport> TestAsync() => new DattoRmmConnector().TestAsync(vendor.Session(), Stop);
}
