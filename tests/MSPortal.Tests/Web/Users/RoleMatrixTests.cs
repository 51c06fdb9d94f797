using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MSPortal.Tests.Support;
using MSPortal.Tests.Web.Hosting;
using MSPortal.Web.Access;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Users;

/// <summary>Every page and endpoint × everything that a role may allow, tried one by one. What is expected stands in docs/roles.md, for people.</summary>
public sealed partial class RoleMatrixTests
{
    private const string SignedIn = "signed in";
    private const string Everyone = "everyone";

    [Fact]
    public async Task Every_page_and_endpoint_says_what_it_needs_and_the_administrators_guide_says_the_same()
    {
        await using var portal = await RunningPortal.SetUpAsync();

        var (declared, written) = (Doors(portal).ConvertAll(door => $"{door.Method} {door.Path}: {door.Needs}"), Written());

        declared.Except(written).ShouldBeEmpty("not in docs/roles.md");
        written.Except(declared).ShouldBeEmpty("not so in the portal");
        written.ShouldBeUnique();
    }

    [Fact]
    public async Task Each_permission_opens_what_needs_it_and_nothing_else()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var doors = Doors(portal).Where(d => d.Needs != Everyone && d.Path != "/signout").ToList();
        var wrong = new ConcurrentBag<string>();
        var tried = 0;
        foreach (var permission in Permissions.All)
        {
            using var client = await portal.SignInWithAsync(permission.Name);
            var may = Permissions.Closed([permission.Name]);
            await Parallel.ForEachAsync(doors, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (door, _) =>
            {
                Interlocked.Increment(ref tried);
                var expected = door.Needs == SignedIn || may.Contains(door.Needs) ? "opened" : "refused";
                if (await TryAsync(portal, door, client) is var seen && seen != expected)
                {
                    wrong.Add($"{permission.Name} × {door.Method} {door.Path}: {seen}, should be {expected}");
                }
            });
        }

        wrong.ShouldBeEmpty();
        tried.ShouldBe(doors.Count * Permissions.All.Count);
    }

    /// <summary>Also of a role that somebody wrote into the database with everything in it.</summary>
    [Fact]
    public async Task A_company_user_opens_what_their_role_says_of_tickets_and_nothing_of_how_the_portal_is_run()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var doors = Doors(portal).Where(d => d.Needs != Everyone && d.Path != "/signout").ToList();
        var everything = await portal.AddRoleAsync("Everything", [.. Permissions.All.Select(p => p.Name)]);
        List<string> wrong = [];
        foreach (var (name, role, may) in new[]
        {
            ("Company user", MSPortal.Storage.Model.BuiltInRole.CompanyUser, new[] { Permissions.ReadTickets }),
            ("Everything", everything, [Permissions.ReadTickets, Permissions.RefreshTickets]),
            ("Administrator", MSPortal.Storage.Model.BuiltInRole.Administrator, [Permissions.ReadTickets, Permissions.RefreshTickets]),
        })
        {
            using var client = await portal.SignInAsync(await portal.Data.ClientAsync(1, Guid.NewGuid(), $"{role:N}@acme.example", role, MSPortal.Storage.Model.TicketReach.Company));
            foreach (var door in doors)
            {
                var expected = door.Needs == SignedIn || may.Contains(door.Needs) ? "opened" : "refused";
                if (await TryAsync(portal, door, client) is var seen && seen != expected)
                {
                    wrong.Add($"{name} × {door.Method} {door.Path}: {seen}, should be {expected}");
                }
            }
        }

        wrong.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(KeyScopes.Read)]
    [InlineData(KeyScopes.Write)]
    [InlineData(KeyScopes.Manage)]
    public async Task A_key_opens_the_endpoints_that_its_scope_includes_and_no_page(string scope)
    {
        await using var portal = await RunningPortal.SetUpAsync();
        using var client = portal.NewClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", await portal.AddKeyAsync(scope));
        var may = Permissions.OfScope(scope);
        List<string> wrong = [];
        foreach (var door in Doors(portal).Where(d => d.Needs != Everyone))
        {
            var isProgram = door.Path.StartsWith("/api", StringComparison.Ordinal) || door.Path.StartsWith("/openapi", StringComparison.Ordinal);
            var expected = door.Method != "PAGE" && (door.Needs == SignedIn ? isProgram : may.Contains(door.Needs)) ? "opened" : "refused";
            if (await TryAsync(portal, door, client) is var seen && seen != expected)
            {
                wrong.Add($"{door.Method} {door.Path}: {seen}, should be {expected}");
            }
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task Strangers_and_people_who_were_disabled_are_let_in_nowhere()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        using var stranger = portal.NewClient();
        using var disabled = await DisabledAsync(portal);
        var doors = Doors(portal).Where(d => d.Needs != Everyone).ToList();
        List<string> opened = [];
        foreach (var door in doors)
        {
            foreach (var (who, client) in new[] { ("a stranger", stranger), ("disabled", disabled) })
            {
                if (await TryAsync(portal, door, client) == "opened")
                {
                    opened.Add($"{who}: {door.Method} {door.Path}");
                }
            }
        }

        opened.ShouldBeEmpty();
        doors.Count.ShouldBeGreaterThan(60);
    }

    private static async Task<HttpClient> DisabledAsync(RunningPortal portal)
    {
        var user = await portal.AddUserAsync(MSPortal.Storage.Model.BuiltInRole.Administrator, "gone@example.com");
        var client = await portal.SignInAsync(user);
        await using var db = portal.Data.Open(1);
        await db.Users.Where(u => u.Id == user.Id).ExecuteUpdateAsync(u => u.SetProperty(x => x.IsDisabled, true));
        portal.Services.GetRequiredService<AccessBook>().Forget();
        return client;
    }

    /// <summary>What is not ours (the circuit's own addresses, files that are not there, scripts of the API's page) asks for a sign-in by the rule for everything that says nothing.</summary>
    private static List<Door> Doors(RunningPortal portal) =>
    [
        .. portal.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<Microsoft.AspNetCore.StaticAssets.StaticAssetDescriptor>() is null)
            .SelectMany(e => Methods(e).Select(method => new Door(method, Path(e), Needs(e))))
            .Where(door => !door.Path.StartsWith("/_", StringComparison.Ordinal) && door.Path != "/{**path:file}" && !ScriptOfTheApiPage().IsMatch(door.Path))
            .Distinct()
            .OrderBy(door => door.Path, StringComparer.Ordinal),
    ];

    private static IEnumerable<string> Methods(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is not null
        ? ["PAGE"]
        : endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Where(m => m != "HEAD") ?? ["GET"];

    private static string Path(RouteEndpoint endpoint) => "/" + endpoint.RoutePattern.RawText!.Trim('/');

    private static string Needs(RouteEndpoint endpoint)
    {
        if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            return Everyone;
        }

        var rules = endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>();
        return rules switch
        {
            [NeedsAttribute needs] => needs.Permission,
            [SignedInAttribute] => SignedIn,
            [{ Policy: "metrics" }] => Everyone, // By where the request comes from; tried on its own.
            _ => $"{rules.Count} rules",
        };
    }

    /// <summary>“opened”, “refused”, or what else was answered.</summary>
    private static async Task<string> TryAsync(RunningPortal portal, Door door, HttpClient client)
    {
        using var request = new HttpRequestMessage(door.Method == "PAGE" ? HttpMethod.Get : new HttpMethod(door.Method), new Uri(Parameter().Replace(door.Path, Value), UriKind.Relative));
        if (request.Method != HttpMethod.Get && request.Method != HttpMethod.Delete)
        {
            request.Content = JsonContent.Create(new { });
        }

        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var place = answer.Headers.Location?.ToString() ?? "";
        return answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden || place.StartsWith("/denied", StringComparison.Ordinal) || place.StartsWith("/signin", StringComparison.Ordinal)
            ? "refused"
            : (int)answer.StatusCode is >= 500 ? $"{(int)answer.StatusCode}" : "opened";
    }

    private static string Value(Match parameter) => parameter.Value switch
    {
        var guid when guid.Contains(":guid", StringComparison.Ordinal) => "5f0c7f6e-0000-8000-8000-00000000dead",
        var number when number.Contains(":long", StringComparison.Ordinal) => "424242",
        _ => "streams",
    };

    /// <summary>The rows of the guide's table: <c>| GET /tickets | read_tickets |</c>.</summary>
    private static List<string> Written() =>
    [
        .. File.ReadLines(System.IO.Path.Combine(Repository.Root, "docs", "roles.md")).Select(line => Row().Match(line)).Where(m => m.Success)
            .Select(m => $"{m.Groups["what"].Value}: {m.Groups["needs"].Value.Trim('`')}"),
    ];

    [GeneratedRegex(@"^/docs/api/[^{]+\.(js|svg)$", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex ScriptOfTheApiPage();

    [GeneratedRegex(@"\{[^}]*\}", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Parameter();

    [GeneratedRegex(@"^\| `(?<what>(PAGE|GET|POST|PUT|PATCH|DELETE) /[^`]*)` \| (?<needs>[^|]+?) \|", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Row();

    private sealed record Door(string Method, string Path, string Needs);
}
