using System.Net;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Companies;

public sealed class CompanyTypeApiTests
{
    [Fact]
    public async Task Types_are_previewed_applied_to_all_that_match_listed_filtered_and_undone()
    {
        await using var portal = await CompanyApiTests.StartAsync();
        var key = await portal.AddKeyAsync("write");
        await CompanyApiTests.SendAsync(portal, key, HttpMethod.Post, "/api/v1/integrations/1/companies/import", new { all = true });
        var order = new { act = "add", types = new[] { "VIP" }, matching = new { search = "acme" } };

        var plan = await CompanyApiTests.SendAsync(portal, key, HttpMethod.Post, "/api/v1/company-types/preview", order);
        (plan.GetProperty("changing").GetInt32(), plan.GetProperty("gained").GetProperty("VIP").GetInt32()).ShouldBe((1, 1));
        Names(await CompanyApiTests.SendAsync(portal, key, HttpMethod.Get, "/api/v1/companies?type=vip")).ShouldBeEmpty();
        var done = await CompanyApiTests.SendAsync(portal, key, HttpMethod.Post, "/api/v1/company-types/apply", order);
        done.GetProperty("changed").GetInt32().ShouldBe(1);

        var found = await CompanyApiTests.SendAsync(portal, key, HttpMethod.Get, "/api/v1/companies?type=vip");
        Names(found).ShouldBe(["Acme"]);
        found.GetProperty("data")[0].GetProperty("types")[0].GetString().ShouldBe("VIP");
        Names(await CompanyApiTests.SendAsync(portal, key, HttpMethod.Get, "/api/v1/company-types")).ShouldBe(["VIP"]);
        await CompanyApiTests.SendAsync(portal, key, HttpMethod.Post, $"/api/v1/company-operations/{done.GetProperty("operationId").GetString()}/undo");
        Names(await CompanyApiTests.SendAsync(portal, key, HttpMethod.Get, "/api/v1/companies?type=vip")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{\"act\":\"add\",\"types\":[\"VIP\"]}", "Say either which companies in companyIds, or all that match in matching.")]
    [InlineData("{\"act\":\"add\",\"types\":[],\"matching\":{}}", "Say at least one type.")]
    [InlineData("{\"act\":\"replace\",\"matching\":{}}", "Say which types; an empty list replaces them by none.")]
    [InlineData("{\"types\":[\"VIP\"],\"matching\":{}}", "Say add, remove or replace.")]
    [InlineData("{\"act\":\"replace\",\"types\":[\"VIP\"],\"matching\":{\"type\":\" \"}}", "Leave it out, or say a type.")]
    [InlineData("{\"act\":\"replace\",\"types\":[\"VIP\"],\"matching\":{\"search\":\"\"}}", "Leave it out, or say a part of the name.")]
    public async Task What_cannot_be_done_is_said_in_a_problem_document(string body, string words)
    {
        await using var portal = await CompanyApiTests.StartAsync();
        var key = await portal.AddKeyAsync("write");
        foreach (var what in new[] { "apply", "preview" })
        {
            using var answer = await CompanyApiTests.AskAsync(portal, key, HttpMethod.Post, $"/api/v1/company-types/{what}", JsonDocument.Parse(body).RootElement);
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, what);
            (await answer.Content.ReadAsStringAsync()).ShouldContain(words);
        }
    }

    [Fact]
    public async Task A_key_that_may_only_read_changes_no_types()
    {
        await using var portal = await CompanyApiTests.StartAsync();
        using var answer = await CompanyApiTests.AskAsync(portal, await portal.AddKeyAsync("read"), HttpMethod.Post, "/api/v1/company-types/apply", new { act = "add", types = new[] { "VIP" }, matching = new { } });
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    private static string[] Names(JsonElement list) => CompanyApiTests.Texts(list, "name");
}
