using System.Net;
using System.Text.Json;
using MSPortal.Tests.Web.Hosting;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Companies;

public sealed class CompanyDetailApiTests
{
    [Fact]
    public async Task A_parent_is_set_shown_refused_in_a_circle_and_taken_off()
    {
        await using var portal = await CompanyApiTests.StartAsync();
        var key = await portal.AddKeyAsync("write");
        var (acme, bolt) = (await MakeAsync(portal, key, "Acme Group"), await MakeAsync(portal, key, "Bolt"));

        var set = await CompanyApiTests.SendAsync(portal, key, HttpMethod.Put, $"/api/v1/companies/{bolt}/parent", new { parentId = acme });
        set.GetProperty("parent").GetProperty("name").GetString().ShouldBe("Acme Group");
        var overview = await CompanyApiTests.SendAsync(portal, key, HttpMethod.Get, $"/api/v1/companies/{acme}/overview");
        overview.GetProperty("relatives").GetProperty("children")[0].GetProperty("name").GetString().ShouldBe("Bolt");
        using var circle = await CompanyApiTests.AskAsync(portal, key, HttpMethod.Put, $"/api/v1/companies/{acme}/parent", new { parentId = bolt });
        circle.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await CompanyApiTests.SendAsync(portal, key, HttpMethod.Delete, $"/api/v1/companies/{bolt}/parent")).GetProperty("parent").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Locations_are_kept_by_the_api()
    {
        await using var portal = await CompanyApiTests.StartAsync();
        var key = await portal.AddKeyAsync("write");
        var acme = await MakeAsync(portal, key, "Acme Group");
        using var made = await CompanyApiTests.AskAsync(portal, key, HttpMethod.Post, $"/api/v1/companies/{acme}/locations", new { name = "Depot", city = "Bonn" });
        made.StatusCode.ShouldBe(HttpStatusCode.Created);
        var address = made.Headers.Location!.ToString();

        (await CompanyApiTests.SendAsync(portal, key, HttpMethod.Put, address, new { name = "Depot", isPrimary = true })).GetProperty("city").ValueKind.ShouldBe(JsonValueKind.Null);
        CompanyApiTests.Texts(await CompanyApiTests.SendAsync(portal, key, HttpMethod.Get, $"/api/v1/companies/{acme}/locations"), "name").ShouldBe(["Depot"]);
        using var nameless = await CompanyApiTests.AskAsync(portal, key, HttpMethod.Put, address, new { name = " " });
        nameless.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        await CompanyApiTests.SendAsync(portal, key, HttpMethod.Delete, address);
        CompanyApiTests.Texts(await CompanyApiTests.SendAsync(portal, key, HttpMethod.Get, $"/api/v1/companies/{acme}/locations"), "name").ShouldBeEmpty();
    }

    private static async Task<string> MakeAsync(RunningPortal portal, string key, string name) =>
        (await CompanyApiTests.SendAsync(portal, key, HttpMethod.Post, "/api/v1/companies", new { name })).GetProperty("id").GetString()!;
}
