using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Histories.Vendors;
using MSPortal.Histories.Vendors.Psas;
using MSPortal.Simulators;
using MSPortal.Storage.Model;
using MSPortal.Tests.Web.Features.Api;
using MSPortal.Tests.Web.Hosting;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Acceptance;

/// <summary>The real portal with its door, and a simulated vendor that calls it, on the time of day.</summary>
internal sealed class CallbackWorld : IAsyncDisposable
{
    private readonly WebApplication vendor;
    private readonly HttpClient control;

    private CallbackWorld(WebApplication vendor, RunningPortal portal, Psa psa)
    {
        (this.vendor, Portal, Psa) = (vendor, portal, psa);
        control = new HttpClient { BaseAddress = new Uri($"{vendor.Urls.Single()}/control/{psa.Provider}/") };
    }

    public RunningPortal Portal { get; }

    public Psa Psa { get; }

    public ApiCaller Api { get; private set; } = null!;

    public long Id { get; private set; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Connected, and its tickets read once.</summary>
    public static async Task<CallbackWorld> ConnectedAsync(string provider)
    {
        var psa = Psa.All.Single(p => p.Provider == provider);
        var simulator = SimulatorHost.Build(new SimulatorOptions { Seed = 7, Companies = 3, Tickets = 12, CallbackRetry = TimeSpan.FromMilliseconds(20) });
        await simulator.StartAsync(Ct);
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var portal = await RunningPortal.SetUpAsync(o => o with { Urls = address.GetLeftPart(UriPartial.Authority), PublicUrl = address, AllowPrivateNetworks = true });
        var world = new CallbackWorld(simulator, portal, psa) { Api = new ApiCaller(portal, await portal.AddKeyAsync("read write manage")) };
        await world.ConnectAsync();
        return world;
    }

    /// <summary>Our addresses at the vendor.</summary>
    public async Task<IReadOnlyList<(string Kind, JsonNode Row)>> HooksAsync()
    {
        var all = new List<(string, JsonNode)>();
        foreach (var kind in Psa.Hooks.Kinds)
        {
            all.AddRange((await RecordsAsync(kind)).Select(r => (kind, r)));
        }

        return all;
    }

    public async Task<IReadOnlyList<JsonNode>> RecordsAsync(string kind) => [.. (await control.GetFromJsonAsync<JsonArray>($"records/{kind}", Ct))!.Select(n => n!)];

    /// <summary>Whether the vendor called and nobody answered, and is done with it.</summary>
    public async Task<bool> HasLostAsync() =>
        (await control.GetFromJsonAsync<JsonArray>(Psa.Hooks.Deliveries, Ct))!.Select(d => (int?)d![Psa.Hooks.Status]).Contains(Psa.Hooks.Nobody);

    public async Task DoAsync(Edit edit)
    {
        using var request = new HttpRequestMessage(edit.Method, edit.Path) { Content = edit.Body is null ? null : JsonContent.Create(edit.Body) };
        using var answer = await control.SendAsync(request, Ct);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync(Ct));
    }

    public async Task<JsonElement> WebhooksAsync() => (await Api.GetAsync($"/integrations/{Id}/webhooks")).Body;

    public async Task<T> TicketsAsync<T>(Func<IQueryable<TicketRow>, T> ask)
    {
        await using var db = Portal.Data.Open(1);
        return ask(db.Tickets.AsNoTracking());
    }

    public static async Task UntilAsync(string what, Func<Task<bool>> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(TimeSpan.FromSeconds(90));
        while (!await condition())
        {
            limit.IsCancellationRequested.ShouldBeFalse($"Not within a minute and a half: {what}.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), Ct);
        }
    }

    public async ValueTask DisposeAsync()
    {
        control.Dispose();
        Api.Dispose();
        await Portal.DisposeAsync();
        await vendor.StopAsync(new CancellationToken(canceled: true));
        await vendor.DisposeAsync();
    }

    private async Task ConnectAsync()
    {
        var settings = (await control.GetFromJsonAsync<JsonObject>("", Ct))!;
        var fields = (await Api.GetAsync("/providers")).Body.GetProperty("data").EnumerateArray().Single(p => p.GetProperty("id").GetString() == Psa.Provider).GetProperty("settings");
        var entered = fields.EnumerateArray().Select(f => f.GetProperty("key").GetString()!).Where(settings.ContainsKey).ToDictionary(k => k, k => settings[k]!.GetValue<string>());
        var made = await Api.PostAsync("/integrations", new { provider = Psa.Provider, name = "Main", settings = entered });
        made.Status.ShouldBe(HttpStatusCode.Created, made.Text);
        Id = made.Body.GetProperty("id").GetInt64();
        if (await Psa.ContainersAsync(RecordsAsync) is { } containers)
        {
            await UntilAsync("the lists are read", async () => (await Api.GetAsync($"/integrations/{Id}/ticket-settings")).Body.TryGetProperty("listsReadAt", out var at) && at.ValueKind != JsonValueKind.Null);
            var chosen = await Api.SendAsync(HttpMethod.Put, $"/integrations/{Id}/ticket-settings", new { containers });
            chosen.Status.ShouldBe(HttpStatusCode.OK, chosen.Text);
        }

        await UntilAsync("the tickets are read", async () => await TicketsAsync(t => t.Count()) > 0 && await IsReadAsync());
    }

    private async Task<bool> IsReadAsync()
    {
        await using var db = Portal.Data.Open(1);
        return !await db.Streams.AnyAsync(s => s.DataType == DataType.Tickets && s.LastCompleteAt == null, Ct);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
