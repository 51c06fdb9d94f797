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

namespace MSPortal.Tests.Simulators.HaloPsa;

/// <summary>The simulator in this process on a free port, with a client that is signed in and the control beside it.</summary>
public sealed class RunningHalo : IAsyncLifetime
{
    public static readonly DateTimeOffset Origin = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private WebApplication? app;

    public FakeTimeProvider Clock { get; } = new(Origin);

    public HttpClient Client { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(30) };

    public JsonObject About { get; private set; } = [];

    public string Text(string name) => About[name]!.GetValue<string>();

    public async ValueTask InitializeAsync()
    {
        app = SimulatorHost.Build(new SimulatorOptions { Companies = 12, Tickets = 230, Now = Origin, Time = Clock });
        await app.StartAsync();
        Client.BaseAddress = new Uri(app.Urls.First());
        About = (await ControlAsync("")).AsObject();
        await ControlAsync("set/limit", new { permits = 0 });
        await SignInAsync();
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

    /// <summary>Takes a token and uses it from now on.</summary>
    public async Task<HttpResponseMessage> SignInAsync(string? secret = null, string query = "", params (string Name, string Value)[] more)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials", ["client_id"] = Text("clientId"), ["client_secret"] = secret ?? Text("clientSecret"), ["scope"] = "all",
        };
        foreach (var (name, value) in more)
        {
            form[name] = value;
        }

        using var content = new FormUrlEncodedContent(form);
        var response = await Client.PostAsync(new Uri("/auth/token" + query, UriKind.Relative), content);
        if (response.IsSuccessStatusCode)
        {
            Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await ReadAsync(response))["access_token"]!.GetValue<string>());
        }

        return response;
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path.StartsWith('/') ? path : "/api/" + path);
        if (body is not null)
        {
            request.Content = new StringContent(body as string ?? JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        }

        return await Client.SendAsync(request);
    }

    public Task<HttpResponseMessage> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public async Task<HttpStatusCode> StatusAsync(string path)
    {
        using var response = await GetAsync(path);
        return response.StatusCode;
    }

    public async Task<JsonNode> JsonAsync(string path)
    {
        using var response = await GetAsync(path);
        return await ReadAsync(response);
    }

    /// <summary>What the vendor really has.</summary>
    public async Task<JsonArray> TruthAsync(string kind) => (await ControlAsync("records/" + kind)).AsArray();

    public async Task<JsonNode> ControlAsync(string path, object? body = null, HttpMethod? method = null)
    {
        using var response = await SendAsync(method ?? (body is null ? HttpMethod.Get : HttpMethod.Post), "/control/halopsa/" + path, body);
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

    public static int[] Ids(JsonNode rows) => [.. rows.AsArray().Select(r => r!["id"]!.GetValue<int>())];
}
