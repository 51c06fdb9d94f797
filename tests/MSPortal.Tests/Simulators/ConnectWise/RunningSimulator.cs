using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using MSPortal.Simulators;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Simulators.ConnectWise;

/// <summary>The simulator in this process on a free port, with a client that is signed in and the control beside it.</summary>
public sealed class RunningSimulator : IAsyncLifetime
{
    public const string Api = "/v2025_1/apis/3.0/";
    public static readonly DateTimeOffset Origin = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly SimulatorOptions Small = new() { Companies = 12, Tickets = 120, Now = Origin };

    private readonly SimulatorOptions options;
    private WebApplication? app;

    public RunningSimulator()
        : this(Small)
    {
    }

    private RunningSimulator(SimulatorOptions options) => this.options = options;

    public HttpClient Client { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(30) };

    public JsonObject About { get; private set; } = new();

    public static async Task<RunningSimulator> StartAsync(Func<SimulatorOptions, SimulatorOptions>? change = null)
    {
        var simulator = new RunningSimulator(change?.Invoke(Small) ?? Small);
        await simulator.InitializeAsync();
        return simulator;
    }

    public async ValueTask InitializeAsync()
    {
        app = SimulatorHost.Build(options);
        await app.StartAsync();
        Client.BaseAddress = new Uri(app.Urls.First());
        About = (await ControlAsync("")).AsObject();
        string Text(string name) => About[name]!.GetValue<string>();
        Client.DefaultRequestHeaders.Authorization = Basic($"{Text("companyId")}+{Text("publicKey")}:{Text("privateKey")}");
        Client.DefaultRequestHeaders.Add("clientId", Text("clientId"));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (app is not null)
        {
            using var atOnce = new CancellationTokenSource();
            await atOnce.CancelAsync();
            await app.StopAsync(atOnce.Token);
            await app.DisposeAsync();
        }
    }

    public static AuthenticationHeaderValue Basic(string text) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(text)));

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path.StartsWith('/') ? path : Api + path);
        foreach (var (name, value) in headers)
        {
            request.Headers.Remove(name);
            request.Headers.Add(name, value);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body as string ?? JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        }

        return await Client.SendAsync(request);
    }

    public Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    public async Task<JsonArray> ListAsync(string path)
    {
        using var response = await GetAsync(path);
        return (await ReadAsync(response)).AsArray();
    }

    public async Task<int> CountAsync(string path) => (await ReadAsync(await GetAsync(path)))["count"]!.GetValue<int>();

    /// <summary>What the vendor really has.</summary>
    public async Task<JsonArray> TruthAsync(string kind) => (await ControlAsync("records/" + kind)).AsArray();

    public async Task<JsonNode> ControlAsync(string path, object? body = null, HttpMethod? method = null)
    {
        using var response = await SendAsync(method ?? (body is null ? HttpMethod.Get : HttpMethod.Post), "/control/connectwise/" + path, body);
        response.IsSuccessStatusCode.ShouldBeTrue($"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        return response.StatusCode is HttpStatusCode.NoContent ? new JsonObject() : await ReadAsync(response, null);
    }

    public static async Task<JsonNode> ReadAsync(HttpResponseMessage response, HttpStatusCode? expected = HttpStatusCode.OK)
    {
        var text = await response.Content.ReadAsStringAsync();
        if (expected is not null)
        {
            response.StatusCode.ShouldBe(expected.Value, text);
        }

        return JsonNode.Parse(text)!;
    }

    public static int[] Ids(JsonArray rows) => [.. rows.Select(r => r!["id"]!.GetValue<int>())];
}
