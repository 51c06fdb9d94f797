using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using MSPortal.Tests.Web.Hosting;
using MSPortal.Web.Access;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Features.Api;

public sealed class ApiDocumentTests
{
    [Fact]
    public async Task The_document_holds_the_API_and_nothing_else_and_says_how_to_sign_in()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var key = await portal.AddKeyAsync("read");

        using var document = await DocumentAsync(portal, key);

        var root = document.RootElement;
        foreach (var path in root.GetProperty("paths").EnumerateObject())
        {
            path.Name.ShouldStartWith("/api/v1/");
        }

        var scheme = root.GetProperty("components").GetProperty("securitySchemes").GetProperty("bearer");
        scheme.GetProperty("type").GetString().ShouldBe("http");
        scheme.GetProperty("scheme").GetString().ShouldBe("bearer");
        root.GetProperty("security")[0].TryGetProperty("bearer", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task Every_endpoint_under_api_has_a_policy_and_a_summary_and_is_in_the_document()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        using var document = await DocumentAsync(portal, await portal.AddKeyAsync("read"));
        var endpoints = portal.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText?.StartsWith("/api", StringComparison.Ordinal) == true).ToList();

        var served = endpoints.SelectMany(e => e.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Select(m => $"{m} {Plain(e)}"));
        var described = document.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(p => p.Value.EnumerateObject().Select(m => $"{m.Name.ToUpperInvariant()} {p.Name}"));

        served.ShouldBe(described, ignoreOrder: true);
        endpoints.Where(e => !e.Metadata.GetOrderedMetadata<IAuthorizeData>().Any(a => Permissions.Find(a.Policy ?? "") is not null)).Select(Plain).ShouldBeEmpty("without a policy");
        endpoints.Where(e => string.IsNullOrWhiteSpace(e.Metadata.GetMetadata<IEndpointSummaryMetadata>()?.Summary)).Select(Plain).ShouldBeEmpty("without a summary");
    }

    [Fact]
    public async Task The_page_of_the_API_runs_scripts_of_this_portal_only()
    {
        await using var portal = await RunningPortal.SetUpAsync();

        using var answer = await portal.GetAsync("/docs/api/");
        var html = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("script-src 'self' 'nonce-");
        html.ShouldNotContain("https://");
    }

    [Fact]
    public async Task Document_and_page_need_a_sign_in()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        using var stranger = portal.NewClient();

        using var document = await portal.GetAsync("/openapi/v1.json", client: stranger);
        using var page = await portal.GetAsync("/docs/api/", client: stranger);

        document.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        document.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        page.StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task A_key_that_asks_too_often_is_told_when_to_come_back_while_others_go_on()
    {
        await using var portal = await RunningPortal.SetUpAsync(options => options with { ApiRequestsPerMinute = 2 });
        var (greedy, modest) = (await portal.AddKeyAsync("read"), await portal.AddKeyAsync("write"));
        using var stranger = portal.NewClient();

        List<HttpStatusCode> codes = [];
        for (var i = 0; i < 3; i++)
        {
            using var answer = await portal.GetAsync("/openapi/v1.json", greedy, stranger);
            codes.Add(answer.StatusCode);
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
            {
                answer.Headers.RetryAfter!.Delta!.Value.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
                answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
            }
        }

        using var other = await portal.GetAsync("/openapi/v1.json", modest, stranger);
        codes.ShouldBe([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests]);
        other.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static async Task<JsonDocument> DocumentAsync(RunningPortal portal, string key)
    {
        using var client = portal.NewClient();
        using var answer = await portal.GetAsync("/openapi/v1.json", key, client);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>As the document writes it: without constraints.</summary>
    private static string Plain(RouteEndpoint endpoint) =>
        endpoint.RoutePattern.Parameters.Aggregate(endpoint.RoutePattern.RawText!, (path, p) =>
            p.ParameterPolicies.Aggregate(path, (shorter, policy) => shorter.Replace($":{policy.Content}", "", StringComparison.Ordinal))).TrimEnd('/');
}
