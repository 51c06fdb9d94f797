using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Time.Testing;
using MSPortal.Simulators;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Simulators.DattoRmm;

/// <summary>The simulator in this process on a free port, with a client that can sign in and the control beside it.</summary>
public sealed class RunningDatto : IAsyncLifetime
{
    public static readonly DateTimeOffset Origin = new(2026, 4, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly WebApplication app;

    public RunningDatto() => app = SimulatorHost.Build(new SimulatorOptions { Companies = 30, Devices = 600, Now = Origin, Time = Clock });

    public FakeTimeProvider Clock { get; } = new(Origin);

    public HttpClient Client { get; } = new() { Timeout = TimeSpan.FromSeconds(30) };

    public JsonObject About { get; private set; } = [];

    public string Token { get; set; } = "";

    public static async Task<RunningDatto> StartAsync()
    {
        var simulator = new RunningDatto();
        await simulator.InitializeAsync();
        return simulator;
    }

    public async ValueTask InitializeAsync()
    {
        await app.StartAsync();
        Client.BaseAddress = new Uri(app.Urls.Single());
        About = (await ControlAsync(HttpMethod.Get, ""))!.AsObject();
        Token = (await SignInAsync()).Body["access_token"]!.GetValue<string>();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
    }

    public async Task<(HttpStatusCode Status, JsonNode Body)> SignInAsync(string? secret = null, string client = "public-client:public", string grant = "password")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/dattormm/auth/oauth/token")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = grant, ["username"] = About["apiKey"]!.GetValue<string>(), ["password"] = secret ?? About["secretKey"]!.GetValue<string>(),
            }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(client)));
        using var response = await Client.SendAsync(request);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    /// <param name="path">Below the API's root.</param>
    public async Task<(HttpStatusCode Status, JsonNode? Body, string? RetryAfter)> SendAsync(string path, HttpMethod? method = null, string? token = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, "/dattormm/api" + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? Token);
        using var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text), response.Headers.TryGetValues("Retry-After", out var values) ? values.Single() : null);
    }

    public async Task<JsonNode> GetAsync(string path)
    {
        var (status, body, _) = await SendAsync(path);
        status.ShouldBe(HttpStatusCode.OK, body?.ToJsonString());
        return body!;
    }

    /// <summary>All rows of a list, by following what it names as its next page.</summary>
    public async Task<IReadOnlyList<JsonNode>> AllAsync(string path, string wrapper)
    {
        var rows = new List<JsonNode>();
        for (string? next = path; next is not null;)
        {
            var page = await GetAsync(next);
            rows.AddRange(page[wrapper]!.AsArray().Select(r => r!));
            next = (string?)page["pageDetails"]!["nextPageUrl"] is { Length: > 0 } url ? new Uri(url).PathAndQuery["/dattormm/api".Length..] : null;
        }

        return rows;
    }

    /// <summary>What the vendor really has.</summary>
    public async Task<JsonArray> TruthAsync(string kind) => (await ControlAsync(HttpMethod.Get, $"records/{kind}"))!.AsArray();

    public async Task<JsonNode?> ControlAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, "/control/dattormm/" + path);
        request.Content = body is null ? null : new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        using var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue($"{path}: {text}");
        return text.Length == 0 ? null : JsonNode.Parse(text);
    }
}
