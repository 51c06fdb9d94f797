using MSPortal.Connectors.Syncro;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Connectors.Syncro.SyncroScript;

namespace MSPortal.Tests.Connectors.Syncro;

/// <summary>Every wrong setting is named at its field, and every area and permission is told apart.</summary>
public sealed class ConnectionTests
{
    private readonly SyncroScript vendor = new();

    public ConnectionTests()
    {
        foreach (var path in new[] { "/customers", "/contacts", "/tickets", "/customer_assets", "/ticket_timers" })
        {
            vendor.With(path, [1]);
        }

        vendor.With("/tickets/1/comments", []);
    }

    [Fact]
    public async Task A_good_connection_names_its_account_and_every_area()
    {
        var report = await TestAsync();

        report.Passed.ShouldBeTrue();
        report.Account.ShouldBe(new AccountIdentity("acme", "Acme", null, "subdomain"));
        report.Areas.Select(a => (a.DataType, a.Outcome)).ShouldBe(new SyncroConnector().Streams.Select(s => (s.DataType, AreaOutcome.Granted)), ignoreOrder: true);
        report.Areas.Where(a => a.Required).Select(a => a.DataType).ShouldBe([DataType.Reference, DataType.Companies, DataType.Tickets]);
        vendor.Seen.ShouldAllBe(r => r.Authorization == $"Bearer {ApiKey}" && r.Uri.Host == "acme.syncromsp.com" && r.Uri.Scheme == "https");
    }

    [Theory]
    [InlineData("subdomain", "", "subdomain")]
    [InlineData("subdomain", "acme inc", "subdomain")]
    [InlineData("subdomain", "www.syncromsp.com", "subdomain")]
    [InlineData("subdomain", "ftp://acme.syncromsp.com", "subdomain")]
    [InlineData("subdomain", "me:secret@acme.syncromsp.com", "subdomain")]
    [InlineData("apiKey", "", "apiKey")]
    [InlineData("apiKey", "Bearer Tabc", "apiKey")]
    public async Task A_mistake_that_can_be_seen_is_named_without_asking(string key, string value, string field)
    {
        vendor.Settings[key] = value;

        (await TestAsync()).Problem!.Field.ShouldBe(field);
        vendor.Seen.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("http://acme.syncromsp.com")]
    [InlineData("https://evil.example")]
    [InlineData("acme.syncromsp.com.evil.example")]
    [InlineData("127.0.0.1:8080")]
    public async Task The_key_is_sent_to_nobody_but_Syncro_and_never_in_clear(string address)
    {
        vendor.Settings["subdomain"] = address;

        (await TestAsync()).Problem!.Field.ShouldBe("subdomain");
        vendor.Seen.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("acme", "https://acme.syncromsp.com/")]
    [InlineData(" ACME ", "https://acme.syncromsp.com/")]
    [InlineData("acme.syncromsp.com", "https://acme.syncromsp.com/")]
    [InlineData("https://acme.syncromsp.com/tickets/123?x=y", "https://acme.syncromsp.com/")]
    [InlineData("acme.repairshopr.com", "https://acme.repairshopr.com/")]
    public void An_address_is_understood_however_it_was_pasted(string entered, string meant)
    {
        SyncroAddress.TryParse(entered, out var address, out _).ShouldBeTrue();

        address!.ToString().ShouldBe(meant);
        SyncroAddress.IsVendors(address).ShouldBeTrue();
    }

    [Theory]
    [InlineData(401, """{"error":"Invalid API key"}""", "apiKey", "refuses the API key. It says: Invalid API key", typeof(Fault.AuthFailed))]
    [InlineData(401, "", "apiKey", "refuses the API key", typeof(Fault.AuthFailed))]
    [InlineData(401, NotPermitted, null, "lacks the permission", typeof(Fault.PermissionMissing))]
    [InlineData(404, "<html>No such account</html>", "subdomain", "There is no Syncro API at acme.syncromsp.com", typeof(Fault.VendorDown))]
    [InlineData(302, "", "subdomain", "sends us on to", typeof(Fault.VendorDown))]
    [InlineData(200, "<html>Sign in</html>", "subdomain", "names no account", typeof(Fault.BadData))]
    [InlineData(200, """{"hello":"world"}""", "subdomain", "names no account", typeof(Fault.BadData))]
    [InlineData(403, "<html>blocked</html>", null, "Something in front of Syncro", typeof(Fault.VendorDown))]
    [InlineData(429, "Retry later", null, "asks for a pause", typeof(Fault.RateLimited))]
    [InlineData(503, "<html>down</html>", null, "has trouble (status 503)", typeof(Fault.VendorDown))]
    public async Task What_the_vendor_refuses_is_named_at_the_field_that_caused_it(int status, string body, string? field, string sentence, Type fault)
    {
        vendor.Script = r => r.Path == "/me" ? Answer(status, body, body.StartsWith('<') ? "text/html" : "application/json") : null;

        var problem = (await TestAsync()).Problem!;

        problem.Field.ShouldBe(field);
        problem.Message.ShouldContain(sentence);
        problem.WhatToDo.ShouldNotBeEmpty();
        problem.Fault.ShouldBeOfType(fault);
    }

    [Theory]
    [InlineData("/tickets/settings", DataType.Reference, "Tickets – List/Search")]
    [InlineData("/customers", DataType.Companies, "Customers – List/Search")]
    [InlineData("/customers/1", DataType.Companies, "Customers – View Detail")]
    [InlineData("/contacts", DataType.Contacts, "Customers – View Detail")]
    [InlineData("/users", DataType.Users, "Users")]
    [InlineData("/tickets/1", DataType.Tickets, "Tickets – View Details")]
    [InlineData("/tickets/1/comments", DataType.TicketNotes, "Tickets – View Details")]
    [InlineData("/customer_assets", DataType.Devices, "Assets – List/Search")]
    [InlineData("/customer_assets/1", DataType.Devices, "Assets – View Details")]
    [InlineData("/ticket_timers", DataType.TimeEntries, "Ticket Timers – Overview")]
    public async Task A_missing_permission_is_told_by_its_own_name_whatever_the_words_of_the_401(string path, DataType type, string permission)
    {
        foreach (var (status, body) in new[] { (401, NotPermitted), (401, "{}"), (403, "{}") })
        {
            vendor.Script = r => r.Path == path ? Answer(status, body) : null;

            var report = await TestAsync();

            report.Passed.ShouldBeTrue();
            report.Areas.Where(a => a.Outcome == AreaOutcome.NotPermitted).Select(a => (a.DataType, a.Permission.Name)).ShouldBe([(type, permission)]);
        }
    }

    [Fact]
    public async Task What_is_not_there_and_what_cannot_be_told_is_not_taken_for_denied()
    {
        vendor.Rows["/contacts"].Clear();
        vendor.Script = r => r.Path switch
        {
            "/customer_assets" => Answer(404, """{"error":"Not found"}"""),
            "/users" => Answer(500, ""),
            "/tickets/1/comments" => Answer(200, "<html>Sign in</html>", "text/html"),
            _ => null,
        };

        var areas = (await TestAsync()).Areas.ToDictionary(a => a.DataType, a => a.Outcome);

        areas[DataType.Contacts].ShouldBe(AreaOutcome.GrantedNoData);
        areas[DataType.Devices].ShouldBe(AreaOutcome.NotAvailable);
        areas[DataType.Users].ShouldBe(AreaOutcome.CouldNotVerify);
        areas[DataType.TicketNotes].ShouldBe(AreaOutcome.CouldNotVerify);
    }

    [Fact]
    public async Task A_key_that_may_read_nothing_does_not_pass_and_is_not_called_refused()
    {
        vendor.Script = r => r.Path == "/me" ? null : Answer(401, NotPermitted);

        var problem = (await TestAsync()).Problem!;

        problem.Message.ShouldBe("The API key is accepted, but it may not read anything.");
        problem.Fault.ShouldBeOfType<Fault.PermissionMissing>();
    }

    [Fact]
    public async Task A_pause_during_the_test_is_a_pause_and_no_verdict()
    {
        vendor.Script = r => r.Path == "/contacts" ? Answer(429, "Retry later", "text/plain") : null;

        (await TestAsync()).Problem!.Fault.ShouldBeOfType<Fault.RateLimited>();
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
    [InlineData("evil", null, true)]
    [InlineData("evil", SettingsSchema.Mask, true)]
    [InlineData("evil", "entered-anew", false)]
    [InlineData("ACME ", SettingsSchema.Mask, false)]
    public void A_stored_key_is_never_sent_to_another_account(string subdomain, string? key, bool refused)
    {
        var entered = new Dictionary<string, string> { ["subdomain"] = subdomain };
        if (key is not null)
        {
            entered["apiKey"] = key;
        }

        var errors = new SyncroConnector().Settings.Misdirected(new SettingsValues(vendor.Settings), entered);

        errors.Select(e => e.Field).ShouldBe(refused ? ["apiKey"] : []);
    }

    [Fact]
    public async Task The_preview_adds_what_is_open_to_what_was_resolved_within_the_history()
    {
        vendor.Rows.Remove("/tickets");
        vendor.Script = r => r.Path != "/tickets" ? null
            : Answer(200, vendor.Page("/tickets", [.. Enumerable.Range(1, r["status"] == "Not Closed" ? 120 : 7).Select(Row)], r).ToJsonString());

        var count = await new SyncroConnector().PreviewTicketsAsync(vendor.Session(), new TicketScope { Containers = null, HistoryMonths = 12 }, TestContext.Current.CancellationToken);

        count.ShouldBe(127);
        vendor.Calls("/tickets").Select(r => (r["status"], r["resolved_after"], r["page"])).ShouldBe(
            [("Not Closed", null, "1"), ("Not Closed", null, "3"), ("Resolved", "2025-06-01T12:00:00Z", "1")]);
    }

    private Task<TestReport> TestAsync() => new SyncroConnector().TestAsync(vendor.Session(), TestContext.Current.CancellationToken);
}
