using System.Net;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Hosting;

public sealed class FirstRunTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/signin")]
    public async Task Until_there_is_an_administrator_every_page_leads_to_the_set_up(string page)
    {
        await using var portal = await RunningPortal.StartAsync();
        using var answer = await portal.GetAsync(page);
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        answer.Headers.Location!.ToString().ShouldBe("/setup");
    }

    [Fact]
    public async Task The_set_up_makes_tenant_and_administrator_and_signs_in()
    {
        await using var portal = await RunningPortal.StartAsync();
        using var answer = await portal.PostAsync("/setup", RunningPortal.SetUpForm());
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);

        await using var db = portal.Data.Open(1);
        (await db.Tenants.Select(t => new { t.Name, t.TimeZone }).ToListAsync()).ShouldBe([new { Name = "Northwind IT", TimeZone = "Europe/Berlin" }]);
        (await db.Users.Select(u => new { u.Email, u.DisplayName, u.TenantId }).ToListAsync())
            .ShouldBe([new { Email = (string?)RunningPortal.Email, DisplayName = "Ada Lovelace", TenantId = 1L }]);
        (await portal.AuditAsync()).ShouldBe(["portal.set_up", "user.signed_in"]);
        using var home = await portal.GetAsync("/");
        home.Headers.Location?.ToString().ShouldNotContain("signin");
    }

    [Fact]
    public async Task Afterwards_the_set_up_is_gone()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        using var page = await portal.GetAsync("/setup");
        page.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var stranger = portal.NewClient();
        using var theirs = await portal.GetAsync("/setup", client: stranger);
        theirs.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("Input.Password", "elevenchars", "12 to 200 characters")]
    [InlineData("Input.Password", "aaaaaaaaaaaaaa", "different characters")]
    [InlineData("Input.Email", "ada", "not an e-mail address")]
    [InlineData("Input.TenantName", "", "company&#x27;s name")]
    [InlineData("Input.TimeZone", "Mars/Olympus", "Choose a time zone")]
    public async Task A_wrong_entry_says_so_and_makes_nothing(string field, string value, string words)
    {
        await using var portal = await RunningPortal.StartAsync();
        var form = RunningPortal.SetUpForm();
        form[field] = value;
        using var answer = await portal.PostAsync("/setup", form);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsStringAsync()).ShouldContain(words);
        await using var db = portal.Data.Open();
        (await db.Users.AnyAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task The_operators_key_works_before_anyone_has_signed_in_and_the_set_up_names_its_tenant()
    {
        const string key = "an-operator-chose-this-key";
        await using var portal = await RunningPortal.StartAsync(o => o with { BootstrapApiKey = key });
        using var answer = await portal.GetAsync("/metrics", key);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var set = await portal.PostAsync("/setup", RunningPortal.SetUpForm());
        await using var db = portal.Data.Open(1);
        (await db.Tenants.Select(t => t.Name).ToListAsync()).ShouldBe(["Northwind IT"]);
        (await db.ApiKeys.Select(k => k.Scopes).ToListAsync()).ShouldBe(["read write manage"]);
        (await db.ApiKeys.Select(k => k.Prefix).SingleAsync()).ShouldNotBe(key);
    }
}
