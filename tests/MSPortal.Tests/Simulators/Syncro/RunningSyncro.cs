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

namespace MSPortal.Tests.Simulators.Syncro;

/// <summary>The simulator in this process on a free port, with a client that is signed in and the control beside it.</summary>
public sealed class RunningSyncro : IAsyncLifetime
{
    public static readonly DateTimeOffset Origin = new(2026, 4, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly SimulatorOptions options;
    private WebApplication? app;

    public RunningSyncro() => options = new SimulatorOptions { Companies = 120, Tickets = 130, Now = Origin, Time = Clock };

    public FakeTimeProvider Clock { get; } = new(Origin);

    public HttpClient Client { get; } = new() { Timeout = TimeSpan.FromSeconds(30) };

    public string ApiKey { get; private set; } = "";

    public static async Task<RunningSyncro> StartAsync()
    {
        var simulator = new RunningSyncro();
        await simulator.InitializeAsync();
        return simulator;
    }

    public async ValueTask InitializeAsync()
    {
        app = SimulatorHost.Build(options);
        await app.StartAsync();
        Client.BaseAddress = new Uri(app.Urls.First());
        var about = (await ControlAsync(HttpMethod.Get, ""))!;
        about["subdomain"]!.GetValue<string>().ShouldBe(Client.BaseAddress.ToString().TrimEnd('/'));
        ApiKey = about["apiKey"]!.GetValue<string>();
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ApiKey);
        await ControlAsync(HttpMethod.Post, "rate", new { perMinute = 0 });
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (app is not null)
        {
            await app.DisposeAsync();
        }
    }

    public async Task<(HttpStatusCode Status, string Type, string Body)> SendAsync(HttpMethod method, string path, object? body = null, string contentType = "application/json", string? authorization = null)
    {
        using var request = new HttpRequestMessage(method, "/api/v1" + path);
        if (body is not null)
        {
            request.Content = new StringContent(body as string ?? JsonSerializer.Serialize(body), Encoding.UTF8, contentType);
        }

        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        using var response = await Client.SendAsync(request);
        return (response.StatusCode, response.Content.Headers.ContentType?.MediaType ?? "", await response.Content.ReadAsStringAsync());
    }

    public async Task<JsonNode> GetAsync(string path)
    {
        var (status, _, body) = await SendAsync(HttpMethod.Get, path);
        status.ShouldBe(HttpStatusCode.OK, body);
        return JsonNode.Parse(body)!;
    }

    /// <summary>All rows of a list, page after page.</summary>
    public async Task<IReadOnlyList<JsonNode>> AllAsync(string path, string wrapper)
    {
        var rows = new List<JsonNode>();
        for (var page = 1; ; page++)
        {
            var part = (await GetAsync($"{path}{(path.Contains('?', StringComparison.Ordinal) ? "&" : "?")}page={page}"))[wrapper]!.AsArray();
            if (part.Count == 0)
            {
                return rows;
            }

            rows.AddRange(part.Select(r => r!));
        }
    }

    /// <summary>What the vendor really has.</summary>
    public async Task<JsonArray> TruthAsync(string kind) => (await ControlAsync(HttpMethod.Get, $"records/{kind}"))!.AsArray();

    public async Task<JsonNode?> ControlAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, "/control/syncro/" + path);
        request.Content = body is null ? null : new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        using var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue($"{path}: {text}");
        return text.Length == 0 ? null : JsonNode.Parse(text);
    }

    public static long[] Ids(IEnumerable<JsonNode?> rows) => [.. rows.Select(r => r!["id"]!.GetValue<long>())];
}
