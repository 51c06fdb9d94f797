using System.Net;
using MSPortal.Connectors.NinjaOne;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Tests.Connectors.Contract;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Connectors.NinjaOne;

/// <summary>Every wrong setting is named at its field, the token is asked for once, and every area is told apart.</summary>
public sealed class ConnectionTests(AllSimulators vendors) : IClassFixture<AllSimulators>
{
    [Fact]
    public async Task A_good_connection_names_its_client_app_and_every_area()
    {
        await using var bench = await StartAsync();

        var report = await bench.TestAsync();

        report.Passed.ShouldBeTrue();
        report.Account!.Id.ShouldBe($"{new Uri(bench.Settings["region"]!).Authority}/{bench.Settings["clientId"]}");
        report.Account.Field.ShouldBe("clientId");
        report.Areas.Select(a => (a.DataType, a.Outcome, a.Required)).ShouldBe(
            [(DataType.Companies, AreaOutcome.Granted, true), (DataType.Devices, AreaOutcome.Granted, true), (DataType.Alerts, AreaOutcome.Granted, false)]);
    }

    [Theory]
    [InlineData("US", "https://app.ninjarmm.com/")]
    [InlineData(" us2 ", "https://us2.ninjarmm.com/")]
    [InlineData("eu", "https://eu.ninjarmm.com/")]
    [InlineData("OC", "https://oc.ninjarmm.com/")]
    [InlineData("ca", "https://ca.ninjarmm.com/")]
    [InlineData("FED", "https://fed.ninjarmm.com/")]
    [InlineData("eu.ninjarmm.com", "https://eu.ninjarmm.com/")]
    [InlineData("https://acme.rmmservice.eu/#/deviceDashboard/35/overview", "https://acme.rmmservice.eu/")]
    public void A_region_or_the_address_of_any_page_is_understood(string entered, string meant)
    {
        NinjaOneAddress.TryParse(entered, out var address, out _).ShouldBeTrue();
        address!.AbsoluteUri.ShouldBe(meant);
    }

    [Theory]
    [InlineData("region", "UK")]
    [InlineData("region", "ftp://eu.ninjarmm.com")]
    [InlineData("region", "https://me:pw@eu.ninjarmm.com")]
    [InlineData("clientId", "two words")]
    [InlineData("clientSecret", "two words")]
    public async Task A_mistake_that_can_be_seen_is_named_without_asking(string key, string value)
    {
        await using var bench = await StartAsync();
        bench.Settings = With(bench.Settings, key, value);

        (await bench.TestAsync()).Problem!.Field.ShouldBe(key);
        bench.Seen.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("http://eu.ninjarmm.com")]
    [InlineData("https://127.0.0.1")]
    [InlineData("https://localhost:5001")]
    public void Secrets_go_to_nobody_in_clear_and_to_no_private_address(string entered)
    {
        NinjaOneAddress.TryParse(entered, out var address, out _).ShouldBeTrue();

        Should.Throw<FaultException>(() => NinjaOneAddress.Allowed(address!, allowPrivate: false)).Field.ShouldBe("region");
        NinjaOneAddress.Allowed(address!, allowPrivate: true).ShouldBe(address);
    }

    [Theory]
    [InlineData("""{"clientId":"someone-else"}""", "clientId", "does not know this Client ID")]
    [InlineData("""{"clientSecret":"other"}""", "clientSecret", "refuses the client id and secret")]
    [InlineData("""{"revoked":true}""", "clientSecret", "refuses the client id and secret")]
    [InlineData("""{"scopes":["management"]}""", "clientId", "scope Monitoring")]
    public async Task A_refused_client_app_is_told_from_a_wrong_secret_and_from_a_missing_scope(string credentials, string field, string said)
    {
        await using var bench = await StartAsync();
        var before = (await vendors.ControlAsync("ninjaone", HttpMethod.Post, "set/credentials", new { }))!.ToJsonString();
        await vendors.ControlAsync("ninjaone", HttpMethod.Post, "set/credentials", System.Text.Json.Nodes.JsonNode.Parse(credentials)!);
        var report = await bench.TestAsync();
        await vendors.ControlAsync("ninjaone", HttpMethod.Post, "set/credentials", System.Text.Json.Nodes.JsonNode.Parse(before)!);

        report.Problem!.Fault.ShouldBeOfType<Fault.AuthFailed>();
        report.Problem.Field.ShouldBe(field);
        report.Problem.Message.ShouldContain(said);
        report.Problem.WhatToDo.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task One_token_serves_all_who_read_at_once_and_is_renewed_when_it_ends_or_is_refused()
    {
        await using var bench = await StartAsync();
        var companies = bench.Stream(DataType.Companies);
        int Tokens() => bench.Seen.Count(s => s.Uri.AbsolutePath == "/ws/oauth/token");

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => bench.ReadAsync(companies)));
        Tokens().ShouldBe(1);

        await vendors.ControlAsync("ninjaone", HttpMethod.Post, "set/tokens", new { });
        await bench.ReadAsync(companies);
        Tokens().ShouldBe(2);

        vendors.Clock.Advance(TimeSpan.FromMinutes(61));
        bench.Seen.Clear();
        await bench.ReadAsync(companies);
        bench.Seen.First().Uri.AbsolutePath.ShouldBe("/ws/oauth/token");
        Tokens().ShouldBe(1);
    }

    [Theory]
    [InlineData("organizations", DataType.Companies)]
    [InlineData("devices", DataType.Devices)]
    [InlineData("alerts", DataType.Alerts)]
    public async Task An_area_that_is_not_permitted_is_the_only_one_that_is_named(string area, DataType type)
    {
        await using var bench = await StartAsync();
        await bench.ControlAsync("permissions", new Dictionary<string, bool> { [area] = false });
        var report = await bench.TestAsync();
        await bench.ControlAsync("permissions", new Dictionary<string, bool> { [area] = true });

        report.Areas.Where(a => a.Outcome == AreaOutcome.NotPermitted).Select(a => a.DataType).ShouldBe([type]);
        report.Areas.Where(a => a.DataType != type).ShouldAllBe(a => a.Outcome == AreaOutcome.Granted);
    }

    [Theory]
    [InlineData(500, AreaOutcome.CouldNotVerify)]
    [InlineData(429, AreaOutcome.CouldNotVerify)]
    [InlineData(404, AreaOutcome.NotAvailable)]
    public async Task What_could_not_be_asked_is_never_called_denied(int status, AreaOutcome outcome)
    {
        await using var bench = await StartAsync();
        await bench.ControlAsync("faults", new { kind = "status", code = status, path = "/v2/alerts" });

        (await bench.TestAsync()).Areas.Single(a => a.DataType == DataType.Alerts).Outcome.ShouldBe(outcome);
    }

    [Fact]
    public async Task Another_host_to_which_an_answer_leads_is_never_followed()
    {
        await using var bench = await StartAsync();
        bench.Script = (request, _) =>
        {
            var answer = request.RequestUri!.AbsolutePath == "/v2/organizations" ? new HttpResponseMessage(HttpStatusCode.Redirect) : null;
            answer?.Headers.Location = new Uri("https://evil.example/v2/organizations");
            return Task.FromResult(answer);
        };

        var fault = await Should.ThrowAsync<FaultException>(() => bench.ReadAsync(bench.Stream(DataType.Companies)));

        fault.Field.ShouldBe("region");
        fault.Fault.Sentence.ShouldContain("evil.example");
        bench.Seen.ShouldAllBe(s => s.Uri.Host != "evil.example");
    }

    private Task<ConnectorBench> StartAsync() => ConnectorBench.StartAsync(vendors, "ninjaone");

    private static SettingsValues With(SettingsValues settings, string key, string value) => new(new Dictionary<string, string>(settings.All) { [key] = value });
}
