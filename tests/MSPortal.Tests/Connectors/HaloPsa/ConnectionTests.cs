using MSPortal.Connectors.HaloPsa;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Connectors.HaloPsa.ScriptedHalo;

namespace MSPortal.Tests.Connectors.HaloPsa;

/// <summary>Every wrong setting is named at its field, and every area of the vendor is told apart.</summary>
public sealed class ConnectionTests
{
    private readonly ScriptedHalo vendor = new();

    public ConnectionTests()
    {
        foreach (var path in new[] { "/TicketType", "/Status", "/Team", "/Priority", "/Category", "/Client", "/Users", "/Agent", "/Asset", "/AssetType", "/Tickets", "/Actions" })
        {
            vendor.With(path, [1]);
        }

        vendor.With("/TimesheetEvent", [1], id => new System.Text.Json.Nodes.JsonObject { ["id"] = id, ["timetaken"] = 1.5 });
    }

    [Fact]
    public async Task A_good_connection_names_its_account_and_every_area()
    {
        var report = await TestAsync();

        report.Passed.ShouldBeTrue();
        report.Account.ShouldBe(new AccountIdentity("acme.halopsa.com", "acme", "2.236.1", "haloUrl"));
        report.Areas.Select(a => (a.DataType, a.Outcome)).ShouldBe(new HaloPsaConnector().Streams.Select(s => (s.DataType, AreaOutcome.Granted)), ignoreOrder: true);
        report.Areas.Where(a => a.Required).Select(a => a.DataType).ShouldBe([DataType.Reference, DataType.Companies, DataType.Tickets], ignoreOrder: true);
    }

    [Theory]
    [InlineData("haloUrl", "not a host", "haloUrl")]
    [InlineData("haloUrl", "ftp://acme.halopsa.com", "haloUrl")]
    [InlineData("haloUrl", "user:secret@acme.halopsa.com", "haloUrl")]
    [InlineData("clientId", "", "clientId")]
    [InlineData("clientSecret", "with space", "clientSecret")]
    [InlineData("tenant", "a tenant", "tenant")]
    [InlineData("authUrl", "not a host", "authUrl")]
    public async Task A_mistake_that_can_be_seen_is_named_without_asking(string key, string value, string field)
    {
        vendor.Settings[key] = value;

        (await TestAsync()).Problem!.Field.ShouldBe(field);
        vendor.Seen.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/auth/token", 400, """{"error":"invalid_client","error_description":"The specified client credentials are invalid."}""", "clientSecret", "refuses the client id and secret (invalid_client)")]
    [InlineData("/auth/token", 401, """{"error":"invalid_client"}""", "clientSecret", "refuses the client id and secret")]
    [InlineData("/auth/token", 400, """{"error":"invalid_request","error_description":"The specified tenant was not found."}""", "tenant", "does not know this tenant")]
    [InlineData("/auth/token", 400, """{"error":"unauthorized_client"}""", "clientId", "gives this application no token")]
    [InlineData("/auth/token", 404, "", "haloUrl", "does not sign programs in at /auth/token")]
    [InlineData("/auth/token", 200, "<html>Welcome</html>", "haloUrl", "is no token")]
    [InlineData("/auth/token", 200, """{"hello":"world"}""", "haloUrl", "no usable token")]
    [InlineData("/AuthInfo", 503, "", null, "has trouble (status 503)")]
    public async Task What_the_vendor_refuses_is_named_at_the_field_that_caused_it(string path, int status, string body, string? field, string sentence)
    {
        vendor.Script = r => r.Path == path ? Answer(status, body) : null;

        var problem = (await TestAsync()).Problem!;

        problem.Field.ShouldBe(field);
        problem.Message.ShouldContain(sentence);
        problem.WhatToDo.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task An_entered_authorisation_server_is_named_when_it_is_none()
    {
        vendor.Settings["authUrl"] = "https://auth.example.com/auth";
        vendor.Script = r => r.Path == "/auth/token" ? Answer(404, "") : null;

        (await TestAsync()).Problem!.Field.ShouldBe("authUrl");
    }

    [Fact]
    public async Task Each_area_has_one_of_five_outcomes()
    {
        vendor.Rows["/Users"].Clear();
        vendor.Script = r => r.Path switch
        {
            "/Agent" => Answer(403, ""),
            "/Asset" => Answer(404, ""),
            "/Actions" => Answer(500, ""),
            "/Priority" => Answer(403, ""),
            _ => null,
        };

        var report = await TestAsync();
        var areas = report.Areas.ToDictionary(a => a.DataType, a => a.Outcome);

        areas[DataType.Companies].ShouldBe(AreaOutcome.Granted);
        areas[DataType.Contacts].ShouldBe(AreaOutcome.GrantedNoData);
        areas[DataType.Users].ShouldBe(AreaOutcome.NotPermitted);
        areas[DataType.Devices].ShouldBe(AreaOutcome.NotAvailable);
        areas[DataType.TicketNotes].ShouldBe(AreaOutcome.CouldNotVerify);
        report.Areas.Single(a => a.DataType == DataType.Reference).Detail.ShouldBe("Not permitted, and left out: priorities.");
    }

    [Fact]
    public async Task An_application_that_may_read_nothing_does_not_pass()
    {
        vendor.Script = r => r.Authorization is null ? null : Answer(403, "");

        (await TestAsync()).Problem!.Message.ShouldBe("The application is accepted, but it may not read anything.");
    }

    [Fact]
    public async Task A_kept_token_does_not_hide_that_the_application_was_revoked()
    {
        (await TestAsync()).Passed.ShouldBeTrue();
        vendor.Script = r => r.Path == "/auth/token" ? Answer(400, """{"error":"invalid_client"}""") : r.Authorization is not null ? Answer(401, "") : null;

        var problem = (await TestAsync()).Problem!;

        (problem.Field, problem.Fault.GetType()).ShouldBe(("clientSecret", typeof(Fault.AuthFailed)));
    }

    [Fact]
    public async Task A_list_in_trouble_does_not_fail_the_test()
    {
        vendor.Script = r => r.Path is "/Team" or "/Category" ? Answer(500, "") : null;

        (await TestAsync()).Passed.ShouldBeTrue();
    }

    [Theory]
    [InlineData(-4, false)]
    [InlineData(-11, true)]
    [InlineData(11, true)]
    public async Task A_clock_that_is_off_is_said(int minutes, bool said)
    {
        vendor.ClockSkew = TimeSpan.FromMinutes(minutes);

        var detail = (await TestAsync()).Areas.Single(a => a.DataType == DataType.Tickets).Detail ?? "";

        detail.Contains("clock is 11 minutes", StringComparison.Ordinal).ShouldBe(said);
    }

    [Theory]
    [InlineData("haloUrl", "evil.example", true)]
    [InlineData("authUrl", "https://evil.example/auth", true)]
    [InlineData("haloUrl", "ACME.halopsa.com ", false)]
    public void A_stored_secret_is_never_sent_to_another_host(string key, string value, bool refused)
    {
        vendor.Settings["authUrl"] = "";
        var errors = new HaloPsaConnector().Settings.Misdirected(new SettingsValues(vendor.Settings), new Dictionary<string, string> { [key] = value });

        errors.Select(e => e.Field).ShouldBe(refused ? ["clientSecret"] : []);
    }

    [Theory]
    [InlineData("acme.halopsa.com", "https://acme.halopsa.com/")]
    [InlineData(" https://acme.halopsa.com/api/ ", "https://acme.halopsa.com/")]
    [InlineData("https://halo.example.com:8443/tickets?id=5", "https://halo.example.com:8443/")]
    public void An_address_is_understood_however_it_was_pasted(string entered, string meant)
    {
        HaloPsaAddress.TryParse(entered, out var address, out _).ShouldBeTrue();

        address!.ToString().ShouldBe(meant);
    }

    [Theory]
    [InlineData("http://acme.halopsa.com", false)]
    [InlineData("https://127.0.0.1", false)]
    [InlineData("http://127.0.0.1:5000", true)]
    public async Task Private_addresses_and_http_need_the_operators_consent(string url, bool allowed)
    {
        vendor.Settings["haloUrl"] = url;
        vendor.Settings["authUrl"] = url;

        var report = await new HaloPsaConnector().TestAsync(vendor.Session(allowed), TestContext.Current.CancellationToken);

        report.Passed.ShouldBe(allowed);
        (report.Problem?.Field).ShouldBe(allowed ? null : "haloUrl");
    }

    private Task<TestReport> TestAsync() => new HaloPsaConnector().TestAsync(vendor.Session(), TestContext.Current.CancellationToken);
}
