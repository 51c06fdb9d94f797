using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MSPortal.Histories.Vendors.Psas;
using MSPortal.Simulators;

namespace MSPortal.Bench.Webhooks;

/// <summary>One client of the MSP: a simulated PSA of its own, connected to the portal, which it calls whenever a ticket changes.</summary>
internal sealed class Client(Psa psa, int number) : IAsyncDisposable
{
    private WebApplication vendor = null!;
    private HttpClient control = null!;

    public long Id { get; private set; }

    /// <summary>Where the vendor delivers to; null where that is the vendor's secret.</summary>
    public string? Address { get; private set; }

    public IReadOnlyList<JsonNode> Tickets { get; private set; } = [];

    public async Task ConnectAsync(Server portal, int tickets, CancellationToken ct)
    {
        vendor = SimulatorHost.Build(new SimulatorOptions { Seed = number, Companies = 3, Tickets = tickets });
        await vendor.StartAsync(ct);
        control = new HttpClient { BaseAddress = new Uri($"{vendor.Urls.Single()}/control/{psa.Provider}/") };
        if (psa.Provider == "connectwise")
        {
            await SendAsync(new Edit(HttpMethod.Post, "credentials", new { companyId = $"client{number}" }), ct);   // An account is connected once.
        }

        var about = (await control.GetFromJsonAsync<JsonObject>("", ct))!;
        var provider = (await portal.SendAsync(HttpMethod.Get, "providers", null, ct))["data"]!.AsArray().Single(p => (string?)p!["id"] == psa.Provider)!;
        var settings = provider["settings"]!.AsArray().Select(f => (string)f!["key"]!).Where(about.ContainsKey).ToDictionary(k => k, k => about[k]!.GetValue<string>());
        var made = await portal.SendAsync(HttpMethod.Post, "integrations", new { provider = psa.Provider, name = $"Client {number}", settings }, ct);
        Id = made["id"]!.GetValue<long>();
        if (await psa.ContainersAsync(kind => RecordsAsync(kind, ct)) is { } containers)
        {
            await UntilAsync(async () => (await portal.SendAsync(HttpMethod.Get, $"integrations/{Id}/ticket-settings", null, ct))["listsReadAt"] is not null, ct);
            await portal.SendAsync(HttpMethod.Put, $"integrations/{Id}/ticket-settings", new { containers }, ct);
        }

        Address = (string?)(await portal.SendAsync(HttpMethod.Put, $"integrations/{Id}/webhooks", null, ct))["address"];
        Tickets = [.. (await RecordsAsync("tickets", ct)).Where(psa.IsOpen)];
    }

    /// <summary>Leaves those that the portal's choice takes in.</summary>
    public void Keep(IReadOnlySet<string> stored) => Tickets = [.. Tickets.Where(t => stored.Contains(t["id"]!.ToJsonString()))];

    public Task RenameAsync(JsonNode ticket, string summary, CancellationToken ct) => SendAsync(psa.Rename(ticket, summary), ct);

    public async Task<IReadOnlyList<JsonNode>> RecordsAsync(string kind, CancellationToken ct) =>
        [.. (await control.GetFromJsonAsync<JsonArray>($"records/{kind}", ct))!.Select(n => n!)];

    public async ValueTask DisposeAsync()
    {
        control?.Dispose();
        if (vendor is not null)
        {
            await vendor.StopAsync(new CancellationToken(canceled: true));
            await vendor.DisposeAsync();
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> condition, CancellationToken ct)
    {
        while (!await condition())
        {
            await Task.Delay(100, ct);
        }
    }

    private async Task SendAsync(Edit edit, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(edit.Method, edit.Path) { Content = JsonContent.Create(edit.Body) };
        using var answer = await control.SendAsync(request, ct);
        answer.EnsureSuccessStatusCode();
    }
}
