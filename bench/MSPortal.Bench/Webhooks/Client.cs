using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Histories.Vendors;
using MSPortal.Histories.Vendors.Psas;
using MSPortal.Simulators;

namespace MSPortal.Bench.Webhooks;

/// <summary>One client of the MSP: a simulated PSA of its own, connected to the portal, which it calls whenever a ticket changes.</summary>
internal sealed class Client(Psa psa, int number) : IAsyncDisposable
{
    private SimulatedVendor? vendor;

    public long Id { get; private set; }

    /// <summary>Where the vendor delivers to; null where that is the vendor's secret.</summary>
    public string? Address { get; private set; }

    public IReadOnlyList<JsonNode> Tickets { get; private set; } = [];

    public VendorControl Control => vendor!.Control;

    /// <param name="tickets">Those that the vendor has, most of them done with.</param>
    /// <param name="fresh">Further ones, all open.</param>
    public async Task ConnectAsync(Server portal, int tickets, int fresh, CancellationToken ct)
    {
        vendor = await SimulatedVendor.StartAsync(psa.Provider, new SimulatorOptions { Seed = number, Companies = 3, Tickets = tickets }, ct);
        if (psa.Provider == "connectwise")
        {
            await Control.DoAsync(new Edit(HttpMethod.Post, "credentials", new { companyId = $"client{number}" }), ct);   // An account is connected once.
        }

        var like = (await Control.RecordsAsync("tickets", ct))[0];
        for (var n = 0; n < fresh; n++)
        {
            await Control.DoAsync(psa.Create(like, string.Create(CultureInfo.InvariantCulture, $"Fresh {n}")), ct);
        }

        var provider = (await portal.SendAsync(HttpMethod.Get, "providers", null, ct))["data"]!.AsArray().Single(p => (string?)p!["id"] == psa.Provider)!;
        var settings = await Control.SettingsAsync(provider["settings"]!.AsArray().Select(f => (string)f!["key"]!), ct);
        var made = await portal.SendAsync(HttpMethod.Post, "integrations", new { provider = psa.Provider, name = $"Client {number}", settings }, ct);
        Id = made["id"]!.GetValue<long>();
        if (await psa.ContainersAsync(kind => Control.RecordsAsync(kind, ct)) is { } containers)
        {
            await UntilAsync(async () => (await portal.SendAsync(HttpMethod.Get, $"integrations/{Id}/ticket-settings", null, ct))["listsReadAt"] is not null, ct);
            await portal.SendAsync(HttpMethod.Put, $"integrations/{Id}/ticket-settings", new { containers }, ct);
        }

        Address = (string?)(await portal.SendAsync(HttpMethod.Put, $"integrations/{Id}/webhooks", null, ct))["address"];
        Tickets = [.. (await Control.RecordsAsync("tickets", ct)).Where(psa.IsOpen)];
    }

    /// <summary>Leaves those that the portal's choice takes in.</summary>
    public void Keep(IReadOnlySet<string> stored) => Tickets = [.. Tickets.Where(t => stored.Contains(t["id"]!.ToJsonString()))];

    public Task RenameAsync(JsonNode ticket, string summary, CancellationToken ct) => Control.DoAsync(psa.Rename(ticket, summary), ct);

    public ValueTask DisposeAsync() => vendor?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static async Task UntilAsync(Func<Task<bool>> condition, CancellationToken ct)
    {
        while (!await condition())
        {
            await Task.Delay(100, ct);
        }
    }
}
