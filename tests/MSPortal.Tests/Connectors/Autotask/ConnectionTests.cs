using MSPortal.Connectors.Autotask;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Tests.Simulators.Autotask;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Connectors.Autotask.AutotaskBench;

namespace MSPortal.Tests.Connectors.Autotask;

public sealed class ConnectionTests(RunningAutotask vendor) : IClassFixture<RunningAutotask>
{
    [Theory]
    [InlineData("username", "nobody", "looks like an e-mail address")]
    [InlineData("username", "", "Enter the")]
    [InlineData("secret", "with space", "no spaces")]
    [InlineData("integrationCode", "short", "27 letters and digits")]
    [InlineData("apiUrl", "ftp://x", "not a host name")]
    public void A_mistake_that_can_be_seen_is_named_at_its_field(string field, string value, string words)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal) { ["username"] = "a@b.example", ["secret"] = "s", ["integrationCode"] = new('K', 27), [field] = value };

        var error = new AutotaskConnector().Settings.Validate(new SettingsValues(values)).Single();

        error.Field.ShouldBe(field);
        error.Message.ShouldContain(words);
    }

    [Fact]
    public void The_secret_and_the_code_are_masked()
    {
        var schema = new AutotaskConnector().Settings;

        schema.Fields.Where(f => f.Secret).Select(f => f.Key).ShouldBe(["secret", "integrationCode"]);
        schema.Fields.Where(f => f.Required).Select(f => f.Key).ShouldBe(["username", "secret", "integrationCode"]);
    }

    [Fact]
    public async Task A_test_names_account_zone_budget_and_every_area()
    {
        await using var bench = await StartAsync();
        await bench.ControlAsync("set/foreign", new { requests = 4000 });

        var report = await bench.TestAsync();

        report.Problem.ShouldBeNull();
        report.Account.ShouldBe(new AccountIdentity("100001", "Simulated MSP, Inc.", "Simulated Zone 5", "username"));
        report.Areas.Select(a => a.DataType).ShouldBe(bench.Connector.Streams.Select(s => s.DataType));
        report.Areas.ShouldAllBe(a => a.Outcome == AreaOutcome.Granted);
        report.Areas.Single(a => a.DataType == DataType.Reference).Detail.ShouldBe("All programs together used 4,001 of Autotask's 10,000 requests in the last hour.");
        bench.Seen.First().Headers.Keys.ShouldNotContain("Secret");
        bench.Seen.First().Headers.Keys.ShouldNotContain("ApiIntegrationCode");
    }

    [Theory]
    [InlineData("username", "nobody@example.com", "username", "does not know this API username")]
    [InlineData("secret", "wrong", "secret", "refuses the credentials")]
    [InlineData("integrationCode", "WRONGWRONGWRONGWRONGWRONGWR", "secret", "refuses the credentials")]
    public async Task A_wrong_field_is_named_as_well_as_autotask_tells_it(string field, string value, string named, string words)
    {
        await using var bench = On(vendor);
        bench.Settings[field] = value;

        var problem = (await bench.TestAsync()).Problem!;

        problem.Field.ShouldBe(named);
        problem.Message.ShouldContain(words);
        problem.Fault.ShouldBeOfType<Fault.AuthFailed>();
    }

    [Fact]
    public async Task A_code_that_is_named_in_the_refusal_is_the_field_of_the_problem()
    {
        await using var bench = On(vendor);
        bench.Script = r => r.Path == "ThresholdInformation" ? Answer(500, """{"errors":["IntegrationCode is invalid"]}""") : null;

        (await bench.TestAsync()).Problem!.Field.ShouldBe("integrationCode");
    }

    [Theory]
    [InlineData("error", AreaOutcome.NotPermitted)]
    [InlineData("forbidden", AreaOutcome.NotPermitted)]
    [InlineData("hidden", AreaOutcome.GrantedNoData)]
    public async Task A_missing_permission_is_told_for_its_area_alone(string deniedAs, AreaOutcome outcome)
    {
        await using var bench = await StartAsync();
        await bench.ControlAsync("permissions", new { contacts = false });
        await bench.ControlAsync("set/behaviour", new { deniedAs });

        var report = await bench.TestAsync();

        report.Passed.ShouldBeTrue();
        report.Areas.Where(a => a.Outcome != AreaOutcome.Granted).Select(a => (a.DataType, a.Outcome)).ShouldBe([(DataType.Contacts, outcome)]);
    }

    [Fact]
    public async Task Credentials_that_may_read_nothing_do_not_connect()
    {
        await using var bench = await StartAsync();
        await bench.ControlAsync("permissions", new { contacts = false, companies = false, resources = false, tickets = false, ticketNotes = false, timeEntries = false, configurationItems = false });

        var report = await bench.TestAsync();

        report.Passed.ShouldBeFalse();
        report.Problem!.Fault.ShouldBeOfType<Fault.PermissionMissing>();
    }

    [Theory]
    [InlineData("https://evil.example/", true)]
    [InlineData("http://webservices.autotask.net/", true)]
    [InlineData("https://notautotask.net/", true)]
    [InlineData("http://127.0.0.1:1/", false)]
    public async Task Secrets_go_to_autotasks_own_hosts_only(string address, bool allowPrivate)
    {
        await using var bench = On(vendor);
        bench.Settings["apiUrl"] = address;

        Should.Throw<FaultException>(() => new AutotaskClient(bench.Session(allowPrivate))).Field.ShouldBe("apiUrl");
        bench.Seen.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("https://evil.example/ATServicesRest/")]
    [InlineData("http://webservices5.autotask.net/ATServicesRest/")]
    [InlineData("https://autotask.net.evil.example/ATServicesRest/")]
    public async Task A_zone_that_is_not_autotasks_gets_no_secret(string url)
    {
        await using var bench = On(vendor);
        bench.Script = _ => Answer(200, $$"""{"zoneName":"x","url":"{{url}}","webUrl":"","ci":1}""");

        var problem = (await bench.TestAsync()).Problem!;

        problem.Field.ShouldBe("apiUrl");
        bench.Seen.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_database_that_moved_is_found_again_and_only_then_a_401_is_believed()
    {
        await using var bench = await StartAsync();
        await bench.ReadAsync(DataType.Users);
        await bench.ControlAsync("set/zone", new { zone = 12 });
        bench.Seen.Clear();

        Ids(await bench.ReadAsync(DataType.Users)).ShouldBe(await bench.TruthIdsAsync("resources"));
        bench.Seen.Count(r => r.Path.StartsWith("ZoneInformation", StringComparison.Ordinal)).ShouldBe(1);
        bench.Seen.Last().Uri.AbsolutePath.ShouldStartWith("/autotask/zone12/");

        await bench.ControlAsync("set/credentials", new { revoked = true });
        (await FaultAsync(() => bench.ReadAsync(DataType.Users))).ShouldBeOfType<Fault.AuthFailed>();
    }

    [Fact]
    public async Task The_budget_is_asked_every_five_minutes_and_not_with_every_page()
    {
        await using var bench = await StartAsync();
        int Asked() => bench.Seen.Count(r => r.Path == "ThresholdInformation");

        await bench.ReadAsync(DataType.Tickets);
        await bench.ReadAsync(DataType.Contacts);
        Asked().ShouldBe(1);

        bench.Vendor.Clock.Advance(TimeSpan.FromMinutes(6));
        await bench.ReadAsync(DataType.Contacts);
        Asked().ShouldBe(2);
    }

    [Theory]
    [InlineData("/autotask/zone5/ATServicesRest/V1.0/Tickets/query", "tickets")]
    [InlineData("/atservicesrest/v1.0/tickets/7", "tickets")]
    [InlineData("/ATServicesRest/V1.0/ThresholdInformation", "thresholdinformation")]
    [InlineData("/ATServicesRest/V1.0/ZoneInformation", null)]
    public void Places_are_counted_per_endpoint(string path, string? endpoint)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("https://webservices5.autotask.net" + path));

        AutotaskBudget.Endpoint(request).ShouldBe(endpoint);
    }

    [Theory]
    [InlineData("/ATServicesRest/V1.0/ThresholdInformation", """{"externalRequestThreshold":10000,"requestThresholdTimeframe":60,"currentTimeframeRequestCount":124}""", 124)]
    [InlineData("/ATServicesRest/V1.0/Tickets/query", """{"externalRequestThreshold":10000,"currentTimeframeRequestCount":124}""", null)]
    [InlineData("/ATServicesRest/V1.0/ThresholdInformation", "<html>", null)]
    [InlineData("/ATServicesRest/V1.0/ThresholdInformation", """{"externalRequestThreshold":0,"currentTimeframeRequestCount":"x"}""", null)]
    public async Task What_autotask_counts_is_read_off_its_answer(string path, string body, int? used)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("https://webservices5.autotask.net" + path));
        using var response = Answer(200, body);
        response.RequestMessage = request;

        AutotaskBudget.Usage(response).ShouldBe(used is { } count ? new BudgetUsage(count, 10_000) : null);
        (await response.Content.ReadAsStringAsync()).ShouldBe(body);
    }
}
