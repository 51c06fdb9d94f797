using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using MSPortal.Web.Features.Clients;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Consent;

public sealed class ConsentFlowTests
{
    [Fact]
    public async Task The_page_says_who_asks_for_what_and_is_kept_nowhere()
    {
        await using var home = await ConsentHome.OpenAsync();
        using var visitor = home.Visitor();
        var link = await home.LinkAsync();

        using var answer = await home.Portal.GetAsync(link, client: visitor);
        var (_, text) = await home.ReadAsync(visitor, link);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (var said in new[] { "Northwind IT asks to read data of Contoso", "People and what belongs to them", "Licences and what belongs to them", "Nothing is changed.", "login.stub.example", "Continue to Stub Cloud", "5 Dec 2026, 13:00" })
        {
            text.ShouldContain(said);
        }

        text.ShouldNotContain("Tenants and what belongs to them", Case.Sensitive, "that is the MSP's own list");
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        answer.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
        answer.Headers.GetValues("X-Robots-Tag").ShouldBe(["noindex, nofollow"]);
        answer.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("form-action 'self' https://login.stub.example;");
    }

    [Fact]
    public async Task Only_hashes_of_link_and_state_are_stored()
    {
        await using var home = await ConsentHome.OpenAsync();
        using var visitor = home.Visitor();
        var link = await home.LinkAsync();
        var (one, other) = (await home.BeginAsync(visitor, link), await home.BeginAsync(visitor, link));

        var row = await home.RowAsync();
        var token = link["/connect/".Length..];
        token.Length.ShouldBe(43, "32 bytes");
        row.TokenHash.ShouldBe(SHA256.HashData(System.Buffers.Text.Base64Url.DecodeFromChars(token)));
        row.StateHash.ShouldBe(SHA256.HashData(System.Buffers.Text.Base64Url.DecodeFromChars(other)), "a fresh one each time");
        one.ShouldNotBe(other);
        await using var db = home.Portal.Data.Open(1);
        var audit = string.Concat(await db.Audit.Select(a => a.Before + a.After).ToListAsync());
        audit.ShouldNotContain(token);
    }

    [Fact]
    public async Task An_administrator_agrees_and_the_client_is_connected_once()
    {
        await using var home = await ConsentHome.OpenAsync();
        using var visitor = home.Visitor();
        var link = await home.LinkAsync();
        var state = await home.BeginAsync(visitor, link);
        home.Vendor.Agreed["t1"] = true;

        var (status, text) = await home.ReturnAsync(visitor, state, "t1");
        var again = await home.ReturnAsync(visitor, state, "t1");
        var other = await home.ReturnAsync(visitor, state, "t2");
        var page = await home.ReadAsync(visitor, link);

        (status, (await home.RowAsync()).UsedAt).ShouldBe((HttpStatusCode.OK, home.Clock.GetUtcNow()));
        text.ShouldContain("Client t1 (t1.example) is connected for Contoso.");
        again.Text.ShouldContain("This is done already");
        other.Text.ShouldContain("This is done already");
        (page.Status, page.Text.Contains("This link has ended", StringComparison.Ordinal)).ShouldBe((HttpStatusCode.Gone, true));
        (await home.ConnectedAsync()).ShouldBe(["t1: Contoso"]);
        (await home.Portal.AuditAsync()).Where(a => a.StartsWith("integration.c", StringComparison.Ordinal) || a == "company.linked")
            .ShouldBe(["integration.connected", "integration.consent_link_created", "company.linked", "integration.client_connected", "integration.consent_link_used"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_forged_state_connects_nothing(string state)
    {
        await using var home = await ConsentHome.OpenAsync();
        using var visitor = home.Visitor();
        await home.BeginAsync(visitor, await home.LinkAsync());
        home.Vendor.Agreed["t1"] = true;

        var (status, text) = await home.ReturnAsync(visitor, state, "t1");

        (status, text.Contains("This answer is not known here", StringComparison.Ordinal)).ShouldBe((HttpStatusCode.BadRequest, true), text);
        text.ShouldNotContain("Contoso");
        (await home.ConnectedAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_answer_counts_only_in_the_browser_that_asked_for_it_and_only_the_latest()
    {
        await using var home = await ConsentHome.OpenAsync();
        using var asked = home.Visitor();
        using var lured = home.Visitor();
        using var begun = home.Visitor();
        var link = await home.LinkAsync();
        var old = await home.BeginAsync(asked, link);
        var state = await home.BeginAsync(asked, link);
        await home.BeginAsync(begun, await home.LinkAsync(home.Fabrikam));
        home.Vendor.Agreed["t1"] = true;

        foreach (var visitor in new[] { lured, begun })
        {
            var (status, text) = await home.ReturnAsync(visitor, state, "t1");
            (status, text.Contains("Open your link again", StringComparison.Ordinal)).ShouldBe((HttpStatusCode.BadRequest, true), text);
        }

        (await home.ReturnAsync(asked, old, "t1")).Text.ShouldContain("This answer is not known here");
        (await home.ConnectedAsync()).ShouldBeEmpty();
        (await home.ReturnAsync(asked, state, "t1")).Text.ShouldContain("is connected for Contoso");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_link_that_was_revoked_or_has_ended_opens_nothing_even_on_the_way_back(bool revoked)
    {
        await using var home = await ConsentHome.OpenAsync();
        using var visitor = home.Visitor();
        var link = await home.LinkAsync();
        var state = await home.BeginAsync(visitor, link);
        home.Vendor.Agreed["t1"] = true;
        (await home.RowAsync()).ExpiresAt.ShouldBe(home.Clock.GetUtcNow() + ConsentLinks.Lifetime);
        await home.EndAsync(TimeSpan.FromSeconds(1));
        (await home.ReadAsync(visitor, link)).Status.ShouldBe(HttpStatusCode.OK);

        if (revoked)
        {
            (await home.Links.RevokeAsync(home.Id, (await home.RowAsync()).Id, home.Ada, default)).ShouldBeTrue();
        }
        else
        {
            await home.EndAsync(TimeSpan.Zero);
        }

        (await home.ReadAsync(visitor, link)).Status.ShouldBe(HttpStatusCode.Gone);
        (await home.ReturnAsync(visitor, state, "t1")).Text.ShouldContain("This answer is not known here");
        (await home.ConnectedAsync()).ShouldBeEmpty();
        (await home.Links.ListAsync(1, home.Id, null, default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_refusal_is_told_plainly_and_the_link_stays_good()
    {
        await using var home = await ConsentHome.OpenAsync();
        using var visitor = home.Visitor();
        var link = await home.LinkAsync();

        var (_, text) = await home.ReturnAsync(visitor, await home.BeginAsync(visitor, link), null, "&error=access_denied");

        text.ShouldContain("The administrator has not agreed.");
        (await home.Links.ListAsync(1, home.Id, null, default)).ShouldHaveSingleItem().LastProblem.ShouldBe("The administrator has not agreed.");
        home.Vendor.Agreed["t1"] = true;
        (await home.ReturnAsync(visitor, await home.BeginAsync(visitor, link), "t1")).Text.ShouldContain("is connected for Contoso");
    }

    [Fact]
    public async Task A_consent_that_has_not_arrived_yet_is_tried_again_without_asking_anew()
    {
        await using var home = await ConsentHome.OpenAsync();
        using var visitor = home.Visitor();
        var state = await home.BeginAsync(visitor, await home.LinkAsync());

        var early = await home.ReturnAsync(visitor, state, "t1");
        home.Vendor.Agreed["t1"] = true;
        var later = await home.ReturnAsync(visitor, state, "t1");

        early.Text.ShouldContain("Almost there");
        early.Text.ShouldContain("Try again");
        later.Text.ShouldContain("is connected for Contoso");
    }

    [Fact]
    public async Task A_link_never_connects_what_is_not_its_companys_and_names_nobody_else()
    {
        await using var home = await ConsentHome.OpenAsync();
        using var visitor = home.Visitor();
        var link = await home.LinkAsync();
        foreach (var client in new[] { "fabrikams", "unknowns", "listed", "contosos", "strangers" })
        {
            home.Vendor.Agreed[client] = true;
        }

        await home.OwnAsync("fabrikams", home.Fabrikam);
        await home.ListAsync("listed");
        using (var api = await home.ApiAsync())
        {
            (await api.PostAsync($"/integrations/{home.Id}/clients", new { client = "unknowns" })).Status.ShouldBe(HttpStatusCode.Created);
        }

        List<string> refusals = [];
        async Task<string> TryAsync(string client) => (await home.ReturnAsync(visitor, await home.BeginAsync(visitor, link), client)).Text;
        foreach (var (client, note) in new[] { ("fabrikams", "fabrikams agreed, which is linked to another company."), ("unknowns", "Client unknowns agreed, which is linked to no company."), ("listed", "Client listed agreed, which is linked to no company.") })
        {
            var text = await TryAsync(client);
            text.ShouldContain("It could not be connected");
            text.ShouldNotContain("Fabrikam", Case.Sensitive, "another client is nobody's business");
            refusals.Add(text);
            (await home.RowAsync()).LastProblem.ShouldNotBeNull().ShouldStartWith(note);
        }

        await home.OwnAsync("contosos", home.Contoso);
        refusals.Add(await TryAsync("strangers"));
        refusals.Distinct().ShouldHaveSingleItem("whether an account is known here cannot be told from the refusal").ShouldContain("the tenant that agreed cannot be connected by it");
        (await home.ConnectedAsync()).ShouldBe(["unknowns: nobody"]);
        (await TryAsync("contosos")).ShouldContain("is connected for Contoso");
        (await home.ConnectedAsync()).ShouldBe(["contosos: Contoso", "unknowns: nobody"]);
    }

    [Fact]
    public async Task Looking_is_limited_and_a_stranger_learns_nothing()
    {
        await using var home = await ConsentHome.OpenAsync();
        using var visitor = home.Visitor();
        var guess = $"/connect/{Convert.ToBase64String(Encoding.ASCII.GetBytes(new string('x', 32))).TrimEnd('=')}";
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 22; i++)
        {
            using var answer = await home.Portal.GetAsync(guess, client: visitor);
            statuses.Add(answer.StatusCode);
        }

        statuses[0].ShouldBe(HttpStatusCode.Gone);
        statuses[^1].ShouldBe(HttpStatusCode.TooManyRequests);
    }
}
