using MSPortal.Connectors.Common;
using MSPortal.Connectors.ConnectWise;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Connectors.ConnectWise.ScriptedVendor;

namespace MSPortal.Tests.Connectors.ConnectWise;

/// <summary>Every wrong setting is named at its field, and every area of the vendor is told apart.</summary>
public sealed class ConnectionTests
{
    private readonly ScriptedVendor vendor = new();

    public ConnectionTests()
    {
        foreach (var path in new[] { "/service/boards", "/service/priorities", "/service/sources", "/company/companies/statuses", "/company/companies/types", "/company/contacts/types", "/company/companies", "/company/contacts", "/system/members", "/company/configurations", "/service/tickets", "/time/entries" })
        {
            vendor.With(path, [1]);
        }

        vendor.With("/service/tickets/1/notes", []);
    }

    [Fact]
    public async Task A_good_connection_names_its_account_and_every_area()
    {
        var report = await TestAsync();

        report.Passed.ShouldBeTrue();
        report.Account.ShouldBe(new AccountIdentity("acme@na.myconnectwise.net", "Acme IT", "v2025.1.1", "companyId"));
        report.Areas.Select(a => (a.DataType, a.Outcome)).ShouldBe(new ConnectWiseConnector().Streams.Select(s => (s.DataType, AreaOutcome.Granted)), ignoreOrder: true);
        report.Areas.Where(a => a.Required).Select(a => a.DataType).ShouldBe([DataType.Reference, DataType.Companies, DataType.Tickets]);
    }

    [Theory]
    [InlineData("apiUrl", "not a host", "apiUrl")]
    [InlineData("apiUrl", "ftp://api-na.myconnectwise.net", "apiUrl")]
    [InlineData("companyId", "acme+key", "companyId")]
    [InlineData("publicKey", "", "publicKey")]
    [InlineData("clientId", "privatekey456", "clientId")]
    public async Task A_mistake_that_can_be_seen_is_named_without_asking(string key, string value, string field)
    {
        vendor.Settings[key] = value;

        (await TestAsync()).Problem!.Field.ShouldBe(field);
        vendor.Seen.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/login", 200, "null", "companyId", "does not know this company id")]
    [InlineData("/login", 200, "<html>Welcome</html>", "apiUrl", "does not answer as ConnectWise does")]
    [InlineData("/login", 404, "<html>404</html>", "apiUrl", "There is no ConnectWise at")]
    [InlineData("/login", 200, """{"hello":"world"}""", "apiUrl", "names no code base")]
    [InlineData("/login", 200, """{"Codebase":"../../admin?"}""", "apiUrl", "names no code base")]
    [InlineData("/system/info", 401, """{"code":"Unauthorized","message":"Invalid credentials"}""", "privateKey", "refuses the keys")]
    [InlineData("/system/info", 401, """{"code":"Unauthorized","message":"Unknown clientId"}""", "clientId", "does not accept the clientId")]
    [InlineData("/system/info", 403, """{"code":"Security","message":"SSL is required."}""", "apiUrl", "wants the API host")]
    [InlineData("/system/info", 200, "<html>Sign in</html>", "apiUrl", "web page")]
    public async Task What_the_vendor_refuses_is_named_at_the_field_that_caused_it(string path, int status, string body, string field, string sentence)
    {
        vendor.Script = r => r.Uri.AbsolutePath.Contains(path, StringComparison.Ordinal) ? Answer(status, body) : null;

        var problem = (await TestAsync()).Problem!;

        problem.Field.ShouldBe(field);
        problem.Message.ShouldContain(sentence);
        problem.WhatToDo.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Each_area_has_one_of_five_outcomes()
    {
        vendor.Rows["/company/contacts"].Clear();
        vendor.Script = r => r.Path switch
        {
            "/system/members" => Answer(403, """{"code":"Security","message":"You do not have security permission to perform this action."}"""),
            "/company/configurations" => Answer(404, "<html>not here</html>"),
            "/service/tickets/1/notes" => Answer(500, ""),
            _ => null,
        };

        var areas = (await TestAsync()).Areas.ToDictionary(a => a.DataType, a => a.Outcome);

        areas[DataType.Companies].ShouldBe(AreaOutcome.Granted);
        areas[DataType.Contacts].ShouldBe(AreaOutcome.GrantedNoData);
        areas[DataType.Users].ShouldBe(AreaOutcome.NotPermitted);
        areas[DataType.Devices].ShouldBe(AreaOutcome.NotAvailable);
        areas[DataType.TicketNotes].ShouldBe(AreaOutcome.CouldNotVerify);
    }

    [Theory]
    [InlineData(false, AreaOutcome.Granted, "Service Tickets")]
    [InlineData(true, AreaOutcome.NotPermitted, "Project Tickets")]
    public async Task Project_tickets_need_their_permission_only_where_they_are_chosen(bool chosen, AreaOutcome outcome, string permission)
    {
        vendor.Scope = vendor.Scope with { Options = chosen ? ["project"] : [] };
        vendor.Script = r => r.Path == "/project/tickets" ? Answer(403, "") : null;

        var area = (await TestAsync()).Areas.Single(a => a.DataType == DataType.Tickets);

        (area.Outcome, area.Permission.Name).ShouldBe((outcome, permission));
        vendor.Calls("/project/tickets").Count().ShouldBe(chosen ? 1 : 0);
    }

    [Fact]
    public async Task Keys_that_may_read_nothing_do_not_pass()
    {
        vendor.Script = r => r.Path.StartsWith("/service", StringComparison.Ordinal) || r.Path.StartsWith("/company", StringComparison.Ordinal) || r.Path is "/system/members" or "/time/entries" ? Answer(403, "") : null;

        (await TestAsync()).Problem!.Message.ShouldBe("The keys are accepted, but they may not read anything.");
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
    [InlineData("evil.example", null, true)]
    [InlineData("evil.example", SettingsSchema.Mask, true)]
    [InlineData("evil.example", "entered anew", false)]
    [InlineData("API-na.myconnectwise.net ", SettingsSchema.Mask, false)]
    public void A_stored_key_is_never_sent_to_another_host(string host, string? key, bool refused)
    {
        var entered = new Dictionary<string, string> { ["apiUrl"] = host };
        if (key is not null)
        {
            entered["privateKey"] = key;
        }

        var errors = new ConnectWiseConnector().Settings.Misdirected(new SettingsValues(vendor.Settings), entered);

        errors.Select(e => e.Field).ShouldBe(refused ? ["privateKey"] : []);
    }

    [Theory]
    [InlineData("na.myconnectwise.net", "https://api-na.myconnectwise.net/")]
    [InlineData(" https://api-eu.myconnectwise.net/v4_6_release/apis/3.0 ", "https://api-eu.myconnectwise.net/")]
    [InlineData("https://psa.example.com:8443/v4_6_release/services/x?y", "https://psa.example.com:8443/")]
    public void An_address_is_understood_however_it_was_pasted(string entered, string meant)
    {
        ConnectWiseAddress.TryParse(entered, out var address, out _).ShouldBeTrue();

        address!.ToString().ShouldBe(meant);
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("10.1.2.3", true)]
    [InlineData("169.254.169.254", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:10.0.0.1", true)]
    [InlineData("64:ff9b::a00:1", true)]
    [InlineData("2002:a00:1::", true)]
    [InlineData("fd00::1", true)]
    [InlineData("fe80::1%3", true)]
    [InlineData("8.8.8.8", false)]
    [InlineData("2606:4700::1111", false)]
    public void Private_addresses_are_known_in_every_disguise(string address, bool isPrivate) =>
        PrivateNetwork.Contains(System.Net.IPAddress.Parse(address)).ShouldBe(isPrivate);

    [Fact]
    public async Task A_private_address_is_refused_before_a_connection_is_made_and_reached_when_allowed()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var address = new Uri($"http://127.0.0.1:{((System.Net.IPEndPoint)listener.LocalEndpoint).Port}/");
        using var closed = new HttpMessageInvoker(VendorHttp.CreateHandler(allowPrivateNetworks: false));
        using var request = new HttpRequestMessage(HttpMethod.Get, address);

        var fault = await Should.ThrowAsync<FaultException>(() => VendorHttp.SendAsync(closed, request, "apiUrl", TestContext.Current.CancellationToken));

        fault.Field.ShouldBe("apiUrl");
        fault.Fault.Sentence.ShouldContain("private network");
        listener.Pending().ShouldBeFalse();

        using var open = new HttpMessageInvoker(VendorHttp.CreateHandler(allowPrivateNetworks: true));
        using var again = new HttpRequestMessage(HttpMethod.Get, address);
        var answer = VendorHttp.SendAsync(open, again, "apiUrl", TestContext.Current.CancellationToken);
        using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"u8.ToArray(), TestContext.Current.CancellationToken);

        (await answer).IsSuccess.ShouldBeTrue();
    }

    private Task<TestReport> TestAsync() => new ConnectWiseConnector().TestAsync(vendor.Session(), TestContext.Current.CancellationToken);
}
