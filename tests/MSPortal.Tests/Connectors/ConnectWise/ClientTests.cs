using System.Globalization;
using MSPortal.Connectors.ConnectWise;
using MSPortal.Core.Contracts;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Connectors.ConnectWise.ScriptedVendor;

namespace MSPortal.Tests.Connectors.ConnectWise;

public sealed class ClientTests
{
    private static readonly string[] NeverAskedFor =
        ["password", "token", "hourlyCost", "portalPassword", "clientId", "questions", "cost", "hourlyRate", "internalNotes", "notes", "vendorNotes", "birthDay"];

    private readonly ScriptedVendor vendor = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_signed_call_carries_key_client_id_and_version_and_discovery_carries_no_key()
    {
        await vendor.Client().GetAsync("/system/info", "", null, Stop);

        vendor.Seen.Select(r => r.Uri.AbsolutePath).ShouldBe(["/login/companyinfo/acme", "/v2025_1/apis/3.0/system/info"]);
        vendor.Seen[0].Authorization.ShouldBeNull();
        vendor.Seen[0].Headers.Keys.ShouldNotContain("clientId");
        vendor.Seen[1].Authorization.ShouldBe("Basic " + Convert.ToBase64String("acme+publickey123:privatekey456"u8));
        vendor.Seen[1].Headers["clientId"].ShouldBe(ClientId);
        vendor.Seen[1].Headers["Accept"].ShouldContain("version=2025.1");
    }

    [Fact]
    public async Task An_upgrade_that_moves_the_account_is_followed_once()
    {
        await vendor.Client().GetAsync("/system/info", "", null, Stop);
        vendor.CodeBase = "v2025_2";
        vendor.Seen.Clear();

        (await vendor.Client().GetAsync("/system/info", "", null, Stop)).IsSuccess.ShouldBeTrue();

        vendor.Seen.Select(r => r.Uri.AbsolutePath).ShouldBe(["/v2025_1/apis/3.0/system/info", "/login/companyinfo/acme", "/v2025_2/apis/3.0/system/info"]);
    }

    [Fact]
    public async Task A_record_that_is_not_there_is_no_reason_to_look_for_the_account_again()
    {
        vendor.With("/service/tickets", [1]);

        await vendor.Client().AskAsync("/service/tickets/2", "", Stop);

        vendor.Seen.Count(r => r.Uri.AbsolutePath.StartsWith("/login", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Theory]
    [InlineData("https://evil.example/steal", false)]
    [InlineData("http://api-na.myconnectwise.net/v2025_1/apis/3.0/service/tickets", false)]
    [InlineData("https://api-na.myconnectwise.net:8443/v2025_1/apis/3.0/service/tickets", false)]
    [InlineData("/v2025_1/apis/3.0/service/tickets", true)]
    public async Task Keys_never_follow_a_redirect_to_another_host_scheme_or_port(string target, bool followed)
    {
        vendor.With("/service/tickets", [1]);
        vendor.Script = r =>
        {
            if (r.Path != "/moved")
            {
                return null;
            }

            var moved = Answer(302, "");
            moved.Headers.Location = new Uri(target, UriKind.RelativeOrAbsolute);
            return moved;
        };

        var response = await vendor.Client().AskAsync("/moved", "", Stop);

        response.IsSuccess.ShouldBe(followed);
        vendor.Seen.ShouldAllBe(r => r.Uri.Host == "api-na.myconnectwise.net" && r.Uri.Scheme == "https" && r.Uri.Port == 443);
    }

    [Fact]
    public async Task A_redirect_in_circles_ends()
    {
        vendor.Script = r =>
        {
            var moved = Answer(302, "");
            moved.Headers.Location = r.Uri;
            return r.Path == "/round" ? moved : null;
        };

        (await vendor.Client().AskAsync("/round", "", Stop)).Status.ShouldBe(System.Net.HttpStatusCode.Redirect);
        vendor.Calls("/round").Count().ShouldBe(4);
    }

    [Theory]
    [InlineData("http://api-na.myconnectwise.net")]
    [InlineData("https://10.0.0.5")]
    [InlineData("localhost")]
    [InlineData("https://[::1]")]
    public void Http_and_private_addresses_need_the_operator_s_consent(string address)
    {
        vendor.Settings["apiUrl"] = address;

        Should.Throw<FaultException>(() => new ConnectWiseClient(vendor.Session())).Field.ShouldBe("apiUrl");
        Should.NotThrow(() => new ConnectWiseClient(vendor.Session(allowPrivate: true)));
    }

    [Fact]
    public async Task No_field_that_holds_a_secret_or_a_cost_is_ever_asked_for()
    {
        foreach (var path in new[] { "/company/companies", "/company/contacts", "/system/members", "/service/tickets", "/company/configurations", "/company/companies/statuses", "/time/entries" })
        {
            vendor.With(path, [1]);
        }

        vendor.With("/service/tickets/1/notes", [1]);
        foreach (var stream in new ConnectWiseConnector().Streams.Where(s => s.Read is not null && s.DataType != Core.Model.DataType.Reference))
        {
            await foreach (var page in stream.Read!(vendor.Session(), new(PassKind.Full, Cursor.Start, null), Stop))
            {
                page.Rows.Count.ShouldBe(1, stream.Label);
            }
        }

        await ConnectWiseTickets.ReadNotesAsync(vendor.Session(), "1", Stop);

        var lists = vendor.Seen.Where(r => r.Uri.AbsolutePath.Contains("/apis/", StringComparison.Ordinal) && !r.Path.EndsWith("/count", StringComparison.Ordinal) && r.Path != "/system/info").ToList();
        lists.Count.ShouldBeGreaterThanOrEqualTo(6);
        foreach (var request in lists)
        {
            var fields = request["fields"];
            fields.ShouldNotBeNull(request.Path);
            var never = NeverAskedFor.Where(f => f != "notes" || request.Path != "/time/entries");   // What was done is what a time entry is kept for.
            fields.Split(',').Select(f => f.Split('/')[0]).Intersect(never, StringComparer.OrdinalIgnoreCase).ShouldBeEmpty(request.Path);
        }
    }

    [Fact]
    public void Addresses_stay_short_enough_however_many_boards_are_chosen()
    {
        var scope = new TicketScope { Containers = [.. Enumerable.Range(100000, 900).Select(i => i.ToString(CultureInfo.InvariantCulture))] };

        var queries = ConnectWiseQuery.Tickets(scope, vendor.Clock.GetUtcNow().AddYears(-2), "/service/tickets", ConnectWiseMapping.TicketFields, reserve: 40);

        queries.Count.ShouldBeGreaterThan(1);
        queries.ShouldAllBe(q => ConnectWiseClient.Length("/service/tickets", ConnectWiseQuery.Of(q, ConnectWiseMapping.TicketFields, 1000)) <= ConnectWiseQuery.LongestAddress);
        var named = queries.SelectMany(q => q[(q.IndexOf('(', StringComparison.Ordinal) + 1)..q.IndexOf(')', StringComparison.Ordinal)].Split(',')).ToList();
        named.ShouldBe(scope.Containers!, ignoreOrder: true);
        named.ShouldBeUnique();
    }

    [Fact]
    public void A_time_in_a_condition_is_rounded_down_to_a_whole_second_in_UTC() =>
        ConnectWiseQuery.Time(new DateTimeOffset(2025, 3, 4, 1, 2, 3, 999, TimeSpan.FromHours(2))).ShouldBe("[2025-03-03T23:02:03Z]");
}
