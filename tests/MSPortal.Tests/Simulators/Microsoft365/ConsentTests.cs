using System.Net;
using System.Text.RegularExpressions;
using System.Web;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Simulators.Microsoft365;

/// <summary>The page on which an administrator lets the app in.</summary>
public sealed class ConsentTests
{
    private const string Back = "http://127.0.0.1:9/consent?step=2";

    [Fact]
    public async Task Who_accepts_is_led_back_with_the_tenants_id_and_the_app_may_come_in()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        var (status, page) = await OpenAsync(sim, sim.NotConsented.DefaultDomain);
        status.ShouldBe(HttpStatusCode.OK);
        page.ShouldContain("MSP Portal (simulated)");
        page.ShouldNotContain("<select");

        var to = await DecideAsync(sim, sim.NotConsented.DefaultDomain, page, "accept");

        to.GetLeftPart(UriPartial.Path).ShouldBe("http://127.0.0.1:9/consent");
        var said = HttpUtility.ParseQueryString(to.Query);
        (said["step"], said["admin_consent"], said["tenant"], said["state"]).ShouldBe(("2", "True", sim.NotConsented.Id, "a&b=\"<ü>\""));
        (await sim.GetAsync(sim.NotConsented, "/users"))["value"]!.AsArray().Count.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Without_a_tenant_in_the_address_one_is_chosen_on_the_page()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        var (_, page) = await OpenAsync(sim, "organizations");
        Regex.Matches(page, "<option value=\"(?<id>[^\"]+)\">").Select(m => m.Groups["id"].Value).ShouldBe(sim.Vendor.Tenants.Select(t => t.Id));

        var to = await DecideAsync(sim, "organizations", page, "accept", ("tenant", sim.NotConsented.Id));

        HttpUtility.ParseQueryString(to.Query)["tenant"].ShouldBe(sim.NotConsented.Id);
        (await sim.TokenAsync(sim.NotConsented.Id)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Who_cancels_is_led_back_with_the_reason_and_nothing_is_granted()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        var (_, page) = await OpenAsync(sim, sim.NotConsented.Id);

        var said = HttpUtility.ParseQueryString((await DecideAsync(sim, sim.NotConsented.Id, page, "cancel")).Query);

        (said["error"], said["state"], said["tenant"]).ShouldBe(("access_denied", "a&b=\"<ü>\"", null));
        said["error_description"]!.ShouldStartWith("AADSTS65004");
        (await sim.TokenAsync(sim.NotConsented.Id)).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_wrong_client_tenant_or_way_back_is_told_on_the_page_and_leads_nowhere()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        Trouble(await OpenAsync(sim, sim.Large.Id, client: "11111111-2222-3333-4444-555555555555"), "AADSTS700016");
        Trouble(await OpenAsync(sim, "nowhere.example"), "AADSTS90002");
        Trouble(await OpenAsync(sim, sim.Large.Id, back: "javascript:alert(1)"), "AADSTS50011");

        sim.Vendor.RegisterRedirects("https://portal.example/consent");
        Trouble(await OpenAsync(sim, sim.Large.Id), "AADSTS50011");
        (await OpenAsync(sim, sim.Large.Id, back: "https://portal.example/consent")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_the_app_asks_for_later_counts_after_the_next_consent_and_the_next_token()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        sim.Vendor.Demand("SecurityEvents.Read.All", wanted: false);
        sim.Vendor.GrantConsent(sim.Large.Id);
        (await sim.RefusalAsync(sim.Large, "/security/secureScores")).ShouldBe("403 Authorization_RequestDenied");

        sim.Vendor.Demand("SecurityEvents.Read.All");
        await sim.SignInAsync(sim.Large);
        (await sim.RefusalAsync(sim.Large, "/security/secureScores")).ShouldBe("403 Authorization_RequestDenied");

        var (_, page) = await OpenAsync(sim, sim.Large.Id);
        await DecideAsync(sim, sim.Large.Id, page, "accept");
        (await sim.RefusalAsync(sim.Large, "/security/secureScores")).ShouldBe("403 Authorization_RequestDenied");
        await sim.SignInAsync(sim.Large);
        await sim.GetAsync(sim.Large, "/security/secureScores?$top=1");
    }

    private static void Trouble((HttpStatusCode Status, string Page) answer, string code)
    {
        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Page.ShouldContain(code);
        answer.Page.ShouldNotContain("<form");
    }

    private static async Task<(HttpStatusCode Status, string Page)> OpenAsync(RunningMicrosoft365 sim, string tenant, string? client = null, string back = Back)
    {
        using var response = await sim.Client.GetAsync(new Uri($"/{tenant}/adminconsent?client_id={client ?? sim.Vendor.ClientId}&redirect_uri={Uri.EscapeDataString(back)}&state={Uri.EscapeDataString("a&b=\"<ü>\"")}", UriKind.Relative));
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Sends the page's form as a browser does.</summary>
    private static async Task<Uri> DecideAsync(RunningMicrosoft365 sim, string tenant, string page, string decision, params (string Name, string Value)[] chosen)
    {
        var fields = Regex.Matches(page, "<input type=\"hidden\" name=\"(?<name>[^\"]+)\" value=\"(?<value>[^\"]*)\">").Select(m => KeyValuePair.Create(m.Groups["name"].Value, WebUtility.HtmlDecode(m.Groups["value"].Value)));
        using var content = new FormUrlEncodedContent(fields.Concat(chosen.Select(c => KeyValuePair.Create(c.Name, c.Value))).Append(KeyValuePair.Create("decision", decision)));
        using var response = await sim.Client.PostAsync(new Uri($"/{tenant}/adminconsent", UriKind.Relative), content);
        response.StatusCode.ShouldBe(HttpStatusCode.Found);
        return response.Headers.Location!;
    }
}
