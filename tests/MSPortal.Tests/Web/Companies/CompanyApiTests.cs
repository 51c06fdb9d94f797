using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Storage.Model;
using MSPortal.Tests.Storage;
using MSPortal.Tests.Web.Hosting;
using MSPortal.Web.Features.Companies;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Companies;

public sealed class CompanyApiTests
{
    [Fact]
    public async Task An_import_by_the_api_is_listed_mapped_unmapped_and_undone()
    {
        await using var portal = await StartAsync();
        var key = await portal.AddKeyAsync("write");

        var external = await GetAsync(portal, key, "/api/v1/integrations/1/external-companies");
        Texts(external, "name").ShouldBe(["Acme", "Contoso", "Fabrikam"]);
        external.GetProperty("data")[0].GetProperty("openTickets").GetInt32().ShouldBe(2);
        external.GetProperty("data")[2].GetProperty("passes").GetBoolean().ShouldBeFalse(); // It is deleted at the vendor.
        external.GetProperty("pagination").GetProperty("totalCount").GetInt32().ShouldBe(3);

        var import = await SendAsync(portal, key, HttpMethod.Post, "/api/v1/integrations/1/companies/import", new { all = true });
        (import.GetProperty("created").GetInt32(), import.GetProperty("failed").GetInt32()).ShouldBe((2, 0));
        var companies = await GetAsync(portal, key, "/api/v1/companies");
        Texts(companies, "name").ShouldBe(["Acme", "Contoso"]);
        var acme = companies.GetProperty("data")[0].GetProperty("id").GetString();
        Texts(await GetAsync(portal, key, $"/api/v1/companies/{acme}/links"), "externalId").ShouldBe(["1"]);
        Texts(await GetAsync(portal, key, "/api/v1/mappings?integrationId=1"), "externalId").ShouldBe(["1", "2"]);

        await SendAsync(portal, key, HttpMethod.Put, "/api/v1/mappings/1/3", new { companyId = acme });
        Texts(await GetAsync(portal, key, $"/api/v1/companies/{acme}/links"), "externalId").ShouldBe(["1", "3"]);
        await SendAsync(portal, key, HttpMethod.Delete, "/api/v1/mappings/1/3");
        await SendAsync(portal, key, HttpMethod.Post, $"/api/v1/company-operations/{import.GetProperty("operationId").GetString()}/undo");
        Texts(await GetAsync(portal, key, "/api/v1/companies"), "name").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_company_is_made_changed_deleted_and_its_external_company_unblocked()
    {
        await using var portal = await StartAsync();
        var key = await portal.AddKeyAsync("write");

        using var made = await AskAsync(portal, key, HttpMethod.Post, "/api/v1/companies", new { name = "Tailspin", city = "Bonn" });
        made.StatusCode.ShouldBe(HttpStatusCode.Created);
        var address = made.Headers.Location!.ToString();
        await SendAsync(portal, key, HttpMethod.Put, "/api/v1/mappings/1/2", new { companyId = address.Split('/')[^1] });
        var changed = await SendAsync(portal, key, HttpMethod.Patch, address, new { isActive = false });
        (changed.GetProperty("name").GetString(), changed.GetProperty("city").GetString(), changed.GetProperty("isActive").GetBoolean()).ShouldBe(("Tailspin", "Bonn", false));
        await SendAsync(portal, key, HttpMethod.Delete, address);
        Texts(await GetAsync(portal, key, "/api/v1/blocked-companies"), "name").ShouldBe(["Contoso"]);
        await SendAsync(portal, key, HttpMethod.Delete, "/api/v1/blocked-companies/1/2");
        Texts(await GetAsync(portal, key, "/api/v1/blocked-companies"), "name").ShouldBeEmpty();
    }

    [Fact]
    public async Task New_companies_are_listed_and_put_off_by_the_api()
    {
        await using var portal = await StartAsync();
        var key = await portal.AddKeyAsync("write");
        await SendAsync(portal, key, HttpMethod.Post, "/api/v1/integrations/1/companies/import", new { externalIds = new[] { "1" } });
        await using (var db = portal.Data.Open(1))
        {
            var after = StorageHome.Start + TimeSpan.FromHours(1);
            await db.ExternalCompanies.Where(e => e.ExternalId == "2").ExecuteUpdateAsync(set => set.SetProperty(e => e.CreatedAt, after));
            await db.Streams.ExecuteUpdateAsync(set => set.SetProperty(s => s.LastCompleteAt, after));
        }

        await new NewCompanies(portal.Data, new CompanyImport(portal.Data, TimeProvider.System, []), TimeProvider.System).LookAsync(1, 1, CancellationToken.None);

        Texts(await GetAsync(portal, key, "/api/v1/integrations/1/external-companies?new=true"), "name").ShouldBe(["Contoso"]);
        (await SendAsync(portal, key, HttpMethod.Post, "/api/v1/integrations/1/companies/dismiss-new")).GetProperty("dismissed").GetInt32().ShouldBe(1);
        Texts(await GetAsync(portal, key, "/api/v1/integrations/1/external-companies?new=true"), "name").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("POST", "/api/v1/companies", "{\"name\":\" \"}", HttpStatusCode.BadRequest, "A company needs a name.")]
    [InlineData("POST", "/api/v1/integrations/1/companies/import", "{}", HttpStatusCode.BadRequest, "Say either all, or which companies in externalIds or choices.")]
    [InlineData("POST", "/api/v1/integrations/77/companies/import", "{\"all\":true}", HttpStatusCode.NotFound, "There is no integration 77.")]
    [InlineData("PUT", "/api/v1/mappings/1/1", "{\"companyId\":\"6f9619ff-8b86-d011-b42d-00c04fc964ff\"}", HttpStatusCode.NotFound, "This company does not exist any more.")]
    [InlineData("DELETE", "/api/v1/mappings/1/1", null, HttpStatusCode.NotFound, "It is not linked (any more).")]
    [InlineData("GET", "/api/v1/companies/6f9619ff-8b86-d011-b42d-00c04fc964ff", null, HttpStatusCode.NotFound, "There is no such company.")]
    [InlineData("GET", "/api/v1/integrations/77/external-companies", null, HttpStatusCode.NotFound, "There is no integration 77.")]
    public async Task What_cannot_be_done_is_said_in_a_problem_document(string method, string path, string? body, HttpStatusCode status, string words)
    {
        await using var portal = await StartAsync();
        var key = await portal.AddKeyAsync("write");
        using var answer = await AskAsync(portal, key, new HttpMethod(method), path, body is null ? null : JsonDocument.Parse(body).RootElement);
        answer.StatusCode.ShouldBe(status);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString().ShouldBe(words);
    }

    [Theory]
    [InlineData("POST", "/api/v1/companies", "{\"name\":\"New\"}")]
    [InlineData("POST", "/api/v1/integrations/1/companies/import", "{\"all\":true}")]
    [InlineData("POST", "/api/v1/integrations/1/companies/dismiss-new", null)]
    [InlineData("PUT", "/api/v1/blocked-companies/1/1", null)]
    [InlineData("DELETE", "/api/v1/mappings/1/1", null)]
    public async Task A_key_that_may_only_read_changes_nothing(string method, string path, string? body)
    {
        await using var portal = await StartAsync();
        using var answer = await AskAsync(portal, await portal.AddKeyAsync("read"), new HttpMethod(method), path, body is null ? null : JsonDocument.Parse(body).RootElement);
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        await using var db = portal.Data.Open(1);
        (await db.Companies.AnyAsync()).ShouldBeFalse();
        (await db.BlockedCompanies.AnyAsync()).ShouldBeFalse();
    }

    internal static async Task<RunningPortal> StartAsync()
    {
        var portal = await RunningPortal.SetUpAsync();
        (await Seed.IntegrationAsync(portal.Data, 1, "Main PSA")).ShouldBe(1);
        await Seed.CompaniesAsync(
            portal.Data,
            1,
            1,
            new ExternalCompany { ExternalId = "1", Name = "Acme" },
            new ExternalCompany { ExternalId = "2", Name = "Contoso" },
            new ExternalCompany { ExternalId = "3", Name = "Fabrikam", IsDeleted = true });
        await Seed.TicketsAsync(portal.Data, 1, 1, "1", open: 2, closed: 1);
        return portal;
    }

    internal static string[] Texts(JsonElement list, string field) => [.. list.GetProperty("data").EnumerateArray().Select(e => e.GetProperty(field).GetString()!)];

    private static Task<JsonElement> GetAsync(RunningPortal portal, string key, string path) => SendAsync(portal, key, HttpMethod.Get, path);

    internal static async Task<JsonElement> SendAsync(RunningPortal portal, string key, HttpMethod method, string path, object? body = null)
    {
        using var answer = await AskAsync(portal, key, method, path, body);
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue($"{method} {path}: {answer.StatusCode} {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    internal static async Task<HttpResponseMessage> AskAsync(RunningPortal portal, string key, HttpMethod method, string path, object? body)
    {
        using var client = portal.NewClient();
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.RelativeOrAbsolute)) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new("Bearer", key);
        return await client.SendAsync(request);
    }
}
