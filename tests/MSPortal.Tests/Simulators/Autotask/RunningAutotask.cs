using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Time.Testing;
using MSPortal.Simulators;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Simulators.Autotask;

/// <summary>The simulator in this process on a free port and a clock of its own, with a client that is signed in and the control beside it.</summary>
public sealed class RunningAutotask : IAsyncLifetime
{
    public static readonly DateTimeOffset Origin = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly SimulatorOptions options;
    private WebApplication? app;

    public RunningAutotask()
        : this(new SimulatorOptions { Companies = 12, Tickets = 120, Now = Origin })
    {
    }

    private RunningAutotask(SimulatorOptions options) => this.options = options with { Time = Clock, CallbackRetry = TimeSpan.Zero };

    public FakeTimeProvider Clock { get; } = new(Origin);

    public HttpClient Client { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(30) };

    public JsonObject About { get; private set; } = [];

    /// <summary>Root of the API in the zone of the database.</summary>
    public string Api => $"/autotask/zone{About["zone"]}/ATServicesRest/V1.0/";

    public static async Task<RunningAutotask> StartAsync(Func<SimulatorOptions, SimulatorOptions>? change = null)
    {
        var small = new SimulatorOptions { Companies = 12, Tickets = 120, Now = Origin };
        var simulator = new RunningAutotask(change?.Invoke(small) ?? small);
        await simulator.InitializeAsync();
        return simulator;
    }

    public async ValueTask InitializeAsync()
    {
        app = SimulatorHost.Build(options);
        await app.StartAsync();
        Client.BaseAddress = new Uri(app.Urls.First());
        About = (await ControlAsync(HttpMethod.Get, ""))!.AsObject();
        foreach (var (header, key) in new[] { ("UserName", "username"), ("Secret", "secret"), ("ApiIntegrationCode", "integrationCode") })
        {
            Client.DefaultRequestHeaders.TryAddWithoutValidation(header, (string?)About[key]);
        }
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

    /// <param name="path">Below the API's root, or from the host's root on.</param>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path.StartsWith('/') ? path : Api + path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        request.Content = body switch
        {
            null => null,
            HttpContent content => content,
            string text => new StringContent(text, Encoding.UTF8, "application/json"),
            _ => new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json"),
        };
        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>The answer's JSON; its status is checked on the way.</summary>
    public async Task<JsonObject> AskAsync(HttpMethod method, string path, object? body = null, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var response = await SendAsync(method, path, body);
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(status, text);
        return JsonNode.Parse(text)!.AsObject();
    }

    /// <summary>Ids that a query brings, in the order in which they come.</summary>
    public async Task<IReadOnlyList<long>> IdsAsync(string entity, string filter, int most = 500)
    {
        var page = await AskAsync(HttpMethod.Post, $"{entity}/query", $$"""{"MaxRecords":{{most}},"Filter":[{{filter}}]}""");
        return [.. page["items"]!.AsArray().Select(i => i!["id"]!.GetValue<long>())];
    }

    /// <summary>The first error of a call that is refused.</summary>
    public async Task<string> ErrorAsync(HttpMethod method, string path, object? body = null, HttpStatusCode status = HttpStatusCode.InternalServerError) =>
        (await AskAsync(method, path, body, status))["errors"]!.AsArray().Single()!.GetValue<string>();

    public async Task<JsonNode?> ControlAsync(HttpMethod method, string path, object? body = null)
    {
        using var response = await SendAsync(method, "/control/autotask/" + path, body);
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue(text);
        return text.Length == 0 ? null : JsonNode.Parse(text);
    }

    public async Task<IReadOnlyList<JsonObject>> TruthAsync(string kind) => [.. (await ControlAsync(HttpMethod.Get, "records/" + kind))!.AsArray().Select(n => n!.AsObject())];
}
