using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Time.Testing;
using MSPortal.Simulators;
using MSPortal.Simulators.Microsoft365;
using Shouldly;

namespace MSPortal.Tests.Simulators.Microsoft365;

/// <summary>A small world of tenants of its own for each test, on a clock that stands still.</summary>
internal sealed class RunningMicrosoft365 : IAsyncDisposable
{
    public static readonly DateTimeOffset Origin = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly WebApplication app;
    private readonly Dictionary<string, string> tokens = new(StringComparer.Ordinal);

    private RunningMicrosoft365(int seed, int directories, int users) =>
        app = SimulatorHost.Build(new SimulatorOptions { Seed = seed, Companies = 1, Tickets = 1, Directories = directories, Users = users, Now = Origin, Time = Clock });

    public FakeTimeProvider Clock { get; } = new(Origin);

    public HttpClient Client { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(30) };

    public Microsoft365Vendor Vendor => Microsoft365Vendor.Of(app);

    /// <summary>The partner's own.</summary>
    public Microsoft365Tenant Partner => Vendor.Tenants[0];

    /// <summary>Has the most people, every product that matters, and pages of everything.</summary>
    public Microsoft365Tenant Large => Vendor.Tenants[1];

    public Microsoft365Tenant NotConsented => Vendor.Tenants[2];

    public Microsoft365Tenant Nobody => Vendor.Tenants[3];

    public static async Task<RunningMicrosoft365> StartAsync(int seed = 5, int directories = 9, int users = 600)
    {
        var running = new RunningMicrosoft365(seed, directories, users);
        await running.app.StartAsync();
        running.Client.BaseAddress = new Uri(running.app.Urls.Single());
        return running;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
    }

    public async Task<(HttpStatusCode Status, JsonNode Body)> TokenAsync(string tenant, params (string Name, string? Value)[] other)
    {
        var form = new Dictionary<string, string?>
        {
            ["grant_type"] = "client_credentials", ["client_id"] = Vendor.ClientId, ["client_secret"] = Vendor.ClientSecret, ["scope"] = "https://graph.microsoft.com/.default",
        };
        foreach (var (name, value) in other)
        {
            form[name] = value;
        }

        using var content = new FormUrlEncodedContent(form.Where(f => f.Value is not null).Select(f => KeyValuePair.Create(f.Key, f.Value!)));
        using var response = await Client.PostAsync(new Uri($"/{tenant}/oauth2/v2.0/token", UriKind.Relative), content);
        return (response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonNode>())!);
    }

    /// <summary>Takes a token (again).</summary>
    public async Task SignInAsync(Microsoft365Tenant tenant)
    {
        var (status, body) = await TokenAsync(tenant.Id);
        status.ShouldBe(HttpStatusCode.OK, body.ToJsonString());
        tokens[tenant.Id] = (string)body["access_token"]!;
    }

    /// <param name="path">From the version on, or a link as it was given.</param>
    public async Task<HttpResponseMessage> SendAsync(Microsoft365Tenant tenant, string path, HttpMethod? method = null, JsonNode? body = null, params (string Name, string Value)[] headers)
    {
        if (!tokens.ContainsKey(tenant.Id))
        {
            await SignInAsync(tenant);
        }

        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, path.StartsWith("http", StringComparison.Ordinal) ? path : "/v1.0" + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens[tenant.Id]);
        request.Content = body is null ? null : JsonContent.Create(body);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await Client.SendAsync(request);
    }

    public async Task<JsonNode> GetAsync(Microsoft365Tenant tenant, string path, params (string Name, string Value)[] headers)
    {
        using var response = await SendAsync(tenant, path, headers: headers);
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return JsonNode.Parse(text)!;
    }

    /// <summary>“404 Request_ResourceNotFound”.</summary>
    public async Task<string> RefusalAsync(Microsoft365Tenant tenant, string path, params (string Name, string Value)[] headers)
    {
        using var response = await SendAsync(tenant, path, headers: headers);
        return $"{(int)response.StatusCode} {(await response.Content.ReadFromJsonAsync<JsonNode>())!["error"]?["code"]}";
    }

    /// <summary>All pages, and the link for the next time where there is one.</summary>
    public async Task<(List<JsonObject> Rows, string? Delta, int Pages)> ReadAsync(Microsoft365Tenant tenant, string path, params (string Name, string Value)[] headers)
    {
        var rows = new List<JsonObject>();
        for (var pages = 1; ; pages++)
        {
            var page = await GetAsync(tenant, path, headers);
            rows.AddRange(page["value"]!.AsArray().Select(r => r!.AsObject()));
            if ((string?)page["@odata.nextLink"] is not { } next)
            {
                return (rows, (string?)page["@odata.deltaLink"], pages);
            }

            path = next;
        }
    }

    public List<JsonObject> Truth(Microsoft365Tenant tenant, string kind) => [.. Vendor.Truth(tenant.Id, kind).Select(r => r!.AsObject())];

    public async Task<JsonNode?> ControlAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, "/control/microsoft365/" + path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue(text);
        return text.Length == 0 ? null : JsonNode.Parse(text);
    }

    public static string[] Ids(IEnumerable<JsonObject> rows) => [.. rows.Select(r => (string)r["id"]!)];
}
