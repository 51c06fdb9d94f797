using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MSPortal.Core.Webhooks;
using MSPortal.Histories.Vendors;
using MSPortal.Histories.Vendors.Psas;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Acceptance;

/// <summary>The real portal and a simulated vendor, which calls back: what changes there is here without any sync, and what gets lost is here after the next.</summary>
public sealed class CallbackTests
{
    public static TheoryData<string> Providers => [.. Psa.All.Select(p => p.Provider)];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Providers))]
    public async Task Changes_are_here_at_once_strangers_are_refused_what_is_switched_off_is_mended_and_nothing_is_left_behind(string provider)
    {
        await using var world = await CallbackWorld.ConnectedAsync(provider);
        var url = await EnableAsync(world);
        await ChangesArriveAsync(world);
        await StrangersAreRefusedAsync(world, url + world.Psa.Hooks.Suffix);
        await IsMendedAsync(world);
        await WhatIsLostComesWithTheNextSyncAsync(world);

        var off = await world.Api.SendAsync(HttpMethod.Delete, $"/integrations/{world.Id}/webhooks", null);
        (off.Status, off.Body.GetProperty("trouble").GetString()).ShouldBe((HttpStatusCode.OK, IsByHand(world) ? "Remove the address at the vendor, too." : null), off.Text);
        (await world.HooksAsync()).ShouldBeEmpty();
        await EnableAsync(world);
        (await world.Api.PostAsync($"/integrations/{world.Id}/disconnect")).Status.ShouldBe(HttpStatusCode.OK);
        (await world.HooksAsync()).ShouldBeEmpty();
    }

    private static bool IsByHand(CallbackWorld world) => world.Psa.Hooks.Kinds.Count == 0;

    /// <returns>The address, as the vendor knows it.</returns>
    private static async Task<string> EnableAsync(CallbackWorld world)
    {
        (await world.WebhooksAsync()).GetProperty("enabled").GetBoolean().ShouldBeFalse();
        var on = await world.Api.SendAsync(HttpMethod.Put, $"/integrations/{world.Id}/webhooks", null);
        (on.Status, on.Body.GetProperty("enabled").GetBoolean(), on.Body.GetProperty("trouble").ValueKind).ShouldBe((HttpStatusCode.OK, true, JsonValueKind.Null), on.Text);
        if (IsByHand(world))
        {
            var address = on.Body.GetProperty("address").GetString()!;
            await world.DoAsync(new Edit(HttpMethod.Post, "set/notices", new { url = address }));
            return address;
        }

        on.Body.GetProperty("address").ValueKind.ShouldBe(JsonValueKind.Null, "the address is a secret");
        var hooks = await world.HooksAsync();
        hooks.Select(h => h.Kind).Distinct().ShouldBe(world.Psa.Hooks.Kinds);
        hooks.ShouldAllBe(h => IsOn(world, h.Row));
        return (string)hooks[0].Row[world.Psa.Hooks.Url]!;
    }

    private static bool IsOn(CallbackWorld world, JsonNode hook) => ((bool?)hook[world.Psa.Hooks.Switch] ?? false) == world.Psa.Hooks.On;

    private static async Task ChangesArriveAsync(CallbackWorld world)
    {
        var known = await AnyAsync(world);
        var id = known["id"]!.ToJsonString();
        await world.DoAsync(world.Psa.Rename(known, "Grüße 🙂"));
        await CallbackWorld.UntilAsync("the change is here", () => world.TicketsAsync(t => t.Any(x => x.ExternalId == id && x.Summary == "Grüße 🙂")));

        await world.DoAsync(world.Psa.Create(known, "Brand new"));
        await CallbackWorld.UntilAsync("the new ticket is here", () => world.TicketsAsync(t => t.Any(x => x.Summary == "Brand new")));

        if (world.Psa.Hooks.TellsDeletions)
        {
            await world.DoAsync(world.Psa.Delete(known));
            await CallbackWorld.UntilAsync("the deleted ticket is gone", async () => !await world.TicketsAsync(t => t.Any(x => x.ExternalId == id)));
        }

        (await world.WebhooksAsync()).GetProperty("accepted").GetInt64().ShouldBeGreaterThanOrEqualTo(2);
    }

    private static async Task StrangersAreRefusedAsync(CallbackWorld world, string url)
    {
        using var stranger = world.Portal.NewClient();
        async Task<HttpStatusCode> PostAsync(string to, HttpContent body)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, to) { Content = body };
            using var answer = await stranger.SendAsync(request, Ct);
            return answer.StatusCode;
        }

        var large = new byte[(1024 * 1024) + 1];
        if (!IsByHand(world))
        {
            (await PostAsync(url, new StringContent("""{"Type":"ticket","EntityType":"Ticket","ID":1,"object_id":1,"Action":"deleted"}""", Encoding.UTF8, "application/json"))).ShouldBe(HttpStatusCode.Unauthorized);
        }

        (await PostAsync(url, new ByteArrayContent(large))).ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await PostAsync("/hooks/somewhere", new StringContent("{}"))).ShouldBe(HttpStatusCode.NotFound);
        (await PostAsync("/hooks/somewhere", new ByteArrayContent(large))).ShouldBe(HttpStatusCode.NotFound);
        await CallbackWorld.UntilAsync("they are counted", async () => await world.WebhooksAsync() is var body
            && body.GetProperty("forged").GetInt64() == (IsByHand(world) ? 0 : 1) && body.GetProperty("tooLarge").GetInt64() == 1);
    }

    private static async Task IsMendedAsync(CallbackWorld world)
    {
        if (IsByHand(world))
        {
            return;
        }

        var hooks = world.Psa.Hooks;
        var (kind, off) = (await world.HooksAsync())[0];
        await world.DoAsync(new Edit(HttpMethod.Patch, $"records/{kind}/{off[hooks.Key]}", new Dictionary<string, bool> { [hooks.Switch] = !hooks.On }));
        (await world.HooksAsync()).ShouldContain(h => !IsOn(world, h.Row));
        await using (var db = world.Portal.Data.Open(1))
        {
            await db.WebhookEndpoints.ExecuteUpdateAsync(e => e.SetProperty(x => x.CheckDueAt, DateTimeOffset.UnixEpoch), Ct);
        }

        await world.Portal.Services.GetRequiredService<WebhookSetup>().CheckDueAsync(Ct);
        var mended = await world.HooksAsync();
        mended.Select(h => h.Kind).Distinct().ShouldBe(hooks.Kinds);
        mended.ShouldAllBe(h => IsOn(world, h.Row));
        await world.DoAsync(world.Psa.Rename(await AnyAsync(world), "Told again"));
        await CallbackWorld.UntilAsync("what is mended tells again", () => world.TicketsAsync(t => t.Any(x => x.Summary == "Told again")));
    }

    private static async Task WhatIsLostComesWithTheNextSyncAsync(CallbackWorld world)
    {
        var known = await AnyAsync(world);
        await world.Portal.StopAsync();
        await world.DoAsync(world.Psa.Rename(known, "Nobody was told"));
        await CallbackWorld.UntilAsync("the vendor has given up", world.HasLostAsync);
        await world.Portal.StartAgainAsync();

        var accepted = (await world.WebhooksAsync()).GetProperty("accepted").GetInt64();
        await world.Api.PostAsync($"/integrations/{world.Id}/sync", new { dataTypes = new[] { "tickets" } });
        await CallbackWorld.UntilAsync("the next sync brings it", () => world.TicketsAsync(t => t.Any(x => x.Summary == "Nobody was told")));
        (await world.WebhooksAsync()).GetProperty("accepted").GetInt64().ShouldBe(accepted, "it was not told late");
    }

    private static async Task<JsonNode> AnyAsync(CallbackWorld world)
    {
        var here = (await world.TicketsAsync(t => t.Select(x => x.ExternalId).ToList())).ToHashSet(StringComparer.Ordinal);
        return (await world.RecordsAsync("tickets")).Where(t => here.Contains(t["id"]!.ToJsonString())).OrderByDescending(world.Psa.IsOpen).First();
    }
}
