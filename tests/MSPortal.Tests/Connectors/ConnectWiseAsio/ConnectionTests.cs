using MSPortal.Connectors.ConnectWiseAsio;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Tests.Connectors.Contract;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Connectors.ConnectWiseAsio;

/// <summary>Every wrong setting is named at its field, every scope has a token of its own, and every area is told apart.</summary>
public sealed class ConnectionTests(AllSimulators vendors) : IClassFixture<AllSimulators>
{
    [Fact]
    public async Task A_good_connection_names_the_partner_and_every_area()
    {
        await using var bench = await StartAsync();

        var report = await bench.TestAsync();

        report.Passed.ShouldBeTrue();
        report.Account.ShouldBe(new AccountIdentity("50005", "Sim MSP 5", null, "clientId"));
        report.Areas.Select(a => (a.DataType, a.Outcome)).ShouldBe([(DataType.Companies, AreaOutcome.Granted), (DataType.Devices, AreaOutcome.Granted), (DataType.DeviceDetails, AreaOutcome.Granted)]);
    }

    [Theory]
    [InlineData("NA", "https://openapi.service.itsupport247.net/")]
    [InlineData(" eu ", "https://openapi.service.euplatform.connectwise.com/")]
    [InlineData("Au", "https://openapi.service.auplatform.connectwise.com/")]
    [InlineData("https://openapi.service.itsupport247.net/v1/token", "https://openapi.service.itsupport247.net/")]
    public void An_environment_or_its_address_is_understood(string entered, string meant)
    {
        AsioAddress.TryParse(entered, out var address, out _).ShouldBeTrue();
        AsioAddress.Allowed(address!, allowPrivate: false).AbsoluteUri.ShouldBe(meant);
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("http://openapi.service.itsupport247.net")]
    [InlineData("https://127.0.0.1")]
    public void Secrets_go_to_the_platform_alone(string entered)
    {
        AsioAddress.TryParse(entered, out var address, out _).ShouldBeTrue();

        Should.Throw<FaultException>(() => AsioAddress.Allowed(address!, allowPrivate: false)).Field.ShouldBe("environment");
    }

    [Theory]
    [InlineData("environment", "UK")]
    [InlineData("environment", "ftp://openapi.service.itsupport247.net")]
    [InlineData("clientId", "two words")]
    [InlineData("clientSecret", "two words")]
    public async Task A_mistake_that_can_be_seen_is_named_without_asking(string key, string value)
    {
        await using var bench = await StartAsync();
        bench.Settings = new SettingsValues(new Dictionary<string, string>(bench.Settings.All) { [key] = value });

        (await bench.TestAsync()).Problem!.Field.ShouldBe(key);
        bench.Seen.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("platform.companies.read", new[] { DataType.Companies })]
    [InlineData("platform.devices.read", new[] { DataType.Devices, DataType.DeviceDetails })]
    [InlineData("platform.sites.read", new DataType[0])]
    public async Task A_scope_that_the_key_lacks_costs_its_area_and_no_other(string scope, DataType[] denied)
    {
        await using var bench = await StartAsync();
        await bench.ControlAsync("permissions", new Dictionary<string, bool> { [scope] = false });
        var report = await bench.TestAsync();
        var companies = scope == "platform.companies.read" ? null : await bench.ReadAsync(bench.Stream(DataType.Companies));
        await bench.ControlAsync("permissions", new Dictionary<string, bool> { [scope] = true });

        report.Areas.Where(a => a.Outcome == AreaOutcome.NotPermitted).Select(a => a.DataType).ShouldBe(denied);
        companies?[^1].Complete.ShouldBeTrue();
        report.Areas.Any(a => a.Detail?.Contains("platform.sites.read", StringComparison.Ordinal) is true).ShouldBe(scope == "platform.sites.read");
    }

    [Fact]
    public async Task Without_the_scope_of_sites_devices_come_without_the_names_of_their_places()
    {
        await using var bench = await StartAsync();
        await bench.ControlAsync("permissions", new Dictionary<string, bool> { ["platform.sites.read"] = false });
        var pages = await bench.ReadAsync(bench.Stream(DataType.Devices));
        await bench.ControlAsync("permissions", new Dictionary<string, bool> { ["platform.sites.read"] = true });

        pages[^1].Complete.ShouldBeTrue();
        pages.SelectMany(p => p.Rows).Cast<ExternalDevice>().ShouldAllBe(d => d.SiteName == null);
    }

    [Fact]
    public async Task One_token_for_each_scope_serves_all_who_read_at_once()
    {
        await using var bench = await StartAsync();

        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => bench.ReadAsync(bench.Stream(i % 2 == 0 ? DataType.Companies : DataType.Devices))));

        bench.Seen.Count(s => s.Uri.AbsolutePath == "/v1/token").ShouldBe(3);
    }

    [Fact]
    public async Task A_lock_for_too_many_tokens_is_a_pause_and_no_refusal()
    {
        await using var bench = await StartAsync();
        await vendors.ControlAsync("cwasio", HttpMethod.Post, "set/behaviour", new { tokensPerMinute = 0 });
        var fault = await Should.ThrowAsync<FaultException>(() => bench.ReadAsync(bench.Stream(DataType.Companies)));
        await vendors.ControlAsync("cwasio", HttpMethod.Post, "set/behaviour", new { tokensPerMinute = 60 });

        fault.Fault.ShouldBe(new Fault.RateLimited(TimeSpan.FromSeconds(30)));
    }

    [Theory]
    [InlineData("""{"clientId":"someone-else"}""")]
    [InlineData("""{"clientSecret":"other"}""")]
    [InlineData("""{"revoked":true}""")]
    public async Task A_refused_key_is_told_at_its_field(string credentials)
    {
        await using var bench = await StartAsync();
        var before = (await vendors.ControlAsync("cwasio", HttpMethod.Post, "set/credentials", new { }))!;
        await vendors.ControlAsync("cwasio", HttpMethod.Post, "set/credentials", System.Text.Json.Nodes.JsonNode.Parse(credentials)!);
        var report = await bench.TestAsync();
        await vendors.ControlAsync("cwasio", HttpMethod.Post, "set/credentials", before);

        report.Problem!.Fault.ShouldBeOfType<Fault.AuthFailed>();
        report.Problem.Field.ShouldBe("clientSecret");
    }

    [Fact]
    public async Task A_next_page_at_another_host_is_never_asked()
    {
        await using var bench = await StartAsync();
        await bench.ControlAsync("faults", new { kind = "capPage", rows = 1 });
        await vendors.ControlAsync("cwasio", HttpMethod.Post, "set/behaviour", new { linkHost = "https://evil.example" });
        var fault = await Should.ThrowAsync<FaultException>(() => bench.ReadAsync(bench.Stream(DataType.Devices)));
        await vendors.ControlAsync("cwasio", HttpMethod.Post, "set/behaviour", new { linkHost = (string?)null });

        fault.Fault.Sentence.ShouldContain("evil.example");
        bench.Seen.ShouldAllBe(s => s.Uri.Host != "evil.example");
    }

    private Task<ConnectorBench> StartAsync()
    {
        vendors.Clock.Advance(TimeSpan.FromMinutes(1));   // What a minute allows begins anew.
        return ConnectorBench.StartAsync(vendors, "cwasio");
    }
}
