using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Time.Testing;
using MSPortal.Simulators;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Connectors.Contract;

/// <summary>Every simulated vendor in this process, small, on one clock.</summary>
public class AllSimulators : IAsyncLifetime
{
    public static readonly DateTimeOffset Origin = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly WebApplication app;
    private readonly HttpClient client = new();

    public AllSimulators()
        : this(companies: 10, tickets: 50)
    {
    }

    protected AllSimulators(int companies, int tickets) =>
        app = SimulatorHost.Build(new SimulatorOptions { Seed = 5, Companies = companies, Tickets = tickets, Now = Origin, Time = Clock });

    public FakeTimeProvider Clock { get; } = new(Origin);

    public async ValueTask InitializeAsync()
    {
        await app.StartAsync();
        client.BaseAddress = new Uri(app.Urls.Single());
    }

    public async Task<JsonNode?> ControlAsync(string provider, HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri($"/control/{provider}/{path}", UriKind.Relative)) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue(text);
        return text.Length == 0 ? null : JsonNode.Parse(text);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
