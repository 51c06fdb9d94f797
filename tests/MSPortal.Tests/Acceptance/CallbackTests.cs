using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MSPortal.Core.Model;
using MSPortal.Core.Webhooks;
using MSPortal.Simulators;
using MSPortal.Storage.Model;
using MSPortal.Tests.Web.Features.Api;
using MSPortal.Tests.Web.Hosting;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Acceptance;

/// <summary>The real portal and the simulated vendor, which calls back: what changes there is here without any sync.</summary>
public sealed class CallbackTests : IAsyncLifetime
{
    private WebApplication vendor = null!;
    private RunningPortal portal = null!;
    private ApiCaller api = null!;
    private HttpClient control = null!;
    private long id;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        vendor = SimulatorHost.Build(new SimulatorOptions { Seed = 7, Companies = 8, Tickets = 30 });
        await vendor.StartAsync(Ct);
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        portal = await RunningPortal.SetUpAsync(o => o with { Urls = address.GetLeftPart(UriPartial.Authority), PublicUrl = address, AllowPrivateNetworks = true });
        api = new ApiCaller(portal, await portal.AddKeyAsync("read write manage"));
        control = new HttpClient { BaseAddress = new Uri($"{vendor.Urls.Single()}/control/connectwise/") };
        var settings = (await control.GetFromJsonAsync<JsonObject>("", Ct))!;
        var entered = new[] { "apiUrl", "companyId", "publicKey", "privateKey", "clientId" }.ToDictionary(k => k, k => settings[k]!.GetValue<string>());
        id = (await api.PostAsync("/integrations", new { provider = "connectwise", name = "Main", settings = entered })).Body.GetProperty("id").GetInt64();
        await UntilAsync("the lists are read", async () => (await api.GetAsync($"/integrations/{id}/ticket-settings")).Body.TryGetProperty("listsReadAt", out var at) && at.ValueKind != System.Text.Json.JsonValueKind.Null);
        (await api.SendAsync(HttpMethod.Put, $"/integrations/{id}/ticket-settings", new { containers = new[] { "all" } })).Status.ShouldBe(HttpStatusCode.OK);
        await UntilAsync("the tickets are read", async () => await TicketsAsync(t => t.Count()) > 0 && await IsIdleAsync());
    }

    public async ValueTask DisposeAsync()
    {
        control.Dispose();
        api.Dispose();
        await portal.DisposeAsync();
        await vendor.StopAsync(CancellationToken.None);
        await vendor.DisposeAsync();
    }

    [Fact]
    public async Task Changes_are_here_at_once_strangers_are_refused_and_what_the_vendor_switched_off_is_switched_on_again()
    {
        (await api.GetAsync($"/integrations/{id}/webhooks")).Body.GetProperty("enabled").GetBoolean().ShouldBeFalse();
        var on = await api.SendAsync(HttpMethod.Put, $"/integrations/{id}/webhooks", null);
        (on.Status, on.Body.GetProperty("enabled").GetBoolean(), on.Body.GetProperty("trouble").ValueKind).ShouldBe((HttpStatusCode.OK, true, System.Text.Json.JsonValueKind.Null), on.Text);
        on.Body.GetProperty("address").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null, "the address is a secret");
        (await CallbacksAsync()).Select(c => (string)c["type"]!).ShouldBe(["ticket", "company", "contact", "configuration", "member"], ignoreOrder: true);

        await ChangesArriveAsync();
        await StrangersAreRefusedAsync();
        await IsMendedAsync();

        (await api.SendAsync(HttpMethod.Delete, $"/integrations/{id}/webhooks", null)).Status.ShouldBe(HttpStatusCode.OK);
        (await CallbacksAsync()).ShouldBeEmpty();
        (await portal.AuditAsync()).Where(a => a.Contains("webhooks", StringComparison.Ordinal)).ShouldBe(["integration.webhooks_enabled", "integration.webhooks_disabled"]);
    }

    private async Task ChangesArriveAsync()
    {
        var known = await TicketsAsync(t => t.Select(x => x.ExternalId).First());
        await SendAsync(HttpMethod.Patch, $"records/tickets/{known}", new { summary = "Grüße 🙂" });
        await UntilAsync("the change is here", () => TicketsAsync(t => t.Any(x => x.ExternalId == known && x.Summary == "Grüße 🙂")));

        var like = (await control.GetFromJsonAsync<JsonObject>($"records/tickets/{known}", Ct))!;
        await SendAsync(HttpMethod.Post, "records/tickets", new { summary = "Brand new", board = new { id = (int)like["board"]!["id"]! }, company = new { id = (int)like["company"]!["id"]! } });
        await UntilAsync("the new ticket is here", () => TicketsAsync(t => t.Any(x => x.Summary == "Brand new")));

        await SendAsync(HttpMethod.Delete, $"records/tickets/{known}", null);
        await UntilAsync("the deleted ticket is gone", async () => !await TicketsAsync(t => t.Any(x => x.ExternalId == known)));
        (await api.GetAsync($"/integrations/{id}/webhooks")).Body.GetProperty("accepted").GetInt64().ShouldBeGreaterThanOrEqualTo(3);
    }

    private async Task StrangersAreRefusedAsync()
    {
        var url = (string)(await CallbacksAsync())[0]["url"]! + "1&action=updated";
        using var stranger = portal.NewClient();
        async Task<HttpStatusCode> PostAsync(string to, HttpContent body)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, to) { Content = body };
            using var answer = await stranger.SendAsync(request, Ct);
            return answer.StatusCode;
        }

        var large = new byte[(1024 * 1024) + 1];
        (await PostAsync(url, new StringContent("""{"Type":"ticket","ID":1,"Action":"deleted"}""", Encoding.UTF8, "application/json"))).ShouldBe(HttpStatusCode.Unauthorized);
        (await PostAsync(url, new ByteArrayContent(large))).ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await PostAsync("/hooks/somewhere", new StringContent("{}"))).ShouldBe(HttpStatusCode.NotFound);
        (await PostAsync("/hooks/somewhere", new ByteArrayContent(large))).ShouldBe(HttpStatusCode.NotFound);
        await UntilAsync("they are counted", async () => (await api.GetAsync($"/integrations/{id}/webhooks")).Body is var body
            && body.GetProperty("forged").GetInt64() == 1 && body.GetProperty("tooLarge").GetInt64() == 1);
    }

    private async Task IsMendedAsync()
    {
        var off = (int)(await CallbacksAsync()).First(c => (string)c["type"]! == "ticket")["id"]!;
        await SendAsync(HttpMethod.Patch, $"records/callbacks/{off}", new { inactiveFlag = true });
        await using (var db = portal.Data.Open(1))
        {
            await db.WebhookEndpoints.ExecuteUpdateAsync(e => e.SetProperty(x => x.CheckDueAt, DateTimeOffset.UnixEpoch), Ct);
        }

        await portal.Services.GetRequiredService<WebhookSetup>().CheckDueAsync(Ct);
        var callbacks = await CallbacksAsync();
        callbacks.Select(c => (string)c["type"]!).ShouldBe(["ticket", "company", "contact", "configuration", "member"], ignoreOrder: true);
        callbacks.ShouldAllBe(c => !((bool?)c["inactiveFlag"] ?? false));
    }

    private async Task<IReadOnlyList<JsonNode>> CallbacksAsync() => [.. (await control.GetFromJsonAsync<JsonArray>("records/callbacks", Ct))!.Select(n => n!)];

    private async Task SendAsync(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var answer = await control.SendAsync(request, Ct);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync(Ct));
    }

    private async Task<T> TicketsAsync<T>(Func<IQueryable<TicketRow>, T> ask)
    {
        await using var db = portal.Data.Open(1);
        return ask(db.Tickets.AsNoTracking());
    }

    private async Task<bool> IsIdleAsync()
    {
        await using var db = portal.Data.Open(1);
        return !await db.Streams.AnyAsync(s => s.DataType == DataType.Tickets && s.LastCompleteAt == null, Ct);
    }

    private static async Task UntilAsync(string what, Func<Task<bool>> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (!await condition())
        {
            limit.IsCancellationRequested.ShouldBeFalse($"Not within a minute: {what}.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), Ct);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
