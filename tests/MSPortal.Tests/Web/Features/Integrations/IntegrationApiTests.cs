using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using MSPortal.Storage.Model;
using MSPortal.Tests.Web.Features.Api;
using MSPortal.Tests.Web.Hosting;
using MSPortal.Web.Hosting;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Features.Integrations;

public sealed class IntegrationApiTests
{
    private const string Secret = "the-private-key-itself";

    private static readonly DateTimeOffset Start = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task What_is_connected_is_listed_and_no_answer_and_no_audit_entry_holds_a_secret()
    {
        await using var portal = await StartAsync();
        using var api = new ApiCaller(portal, await portal.AddKeyAsync("read write manage"));

        var made = await api.PostAsync("/integrations", Input());
        var id = made.Body.GetProperty("id").GetInt64();
        var one = await api.GetAsync($"/integrations/{id}");
        var list = await api.GetAsync("/integrations");

        made.Status.ShouldBe(HttpStatusCode.Created);
        made.Message.Headers.Location!.ToString().ShouldBe($"/api/v1/integrations/{id}");
        one.Body.GetProperty("settings").GetProperty("companyId").GetString().ShouldBe("acme");
        one.Body.GetProperty("settings").GetProperty("privateKey").GetString().ShouldBe("********");
        list.Body.GetProperty("data").EnumerateArray().Select(i => i.GetProperty("name").GetString()).ShouldBe(["Main"]);
        list.Body.GetProperty("pagination").GetProperty("totalCount").GetInt32().ShouldBe(1);
        (made.Text + one.Text + list.Text + await AuditTextAsync(portal)).ShouldNotContain(Secret);
    }

    [Fact]
    public async Task A_wrong_setting_is_a_problem_at_its_field_and_makes_nothing()
    {
        await using var portal = await StartAsync();
        using var api = new ApiCaller(portal, await portal.AddKeyAsync("manage"));

        var wrong = await api.PostAsync("/integrations", Input(clientId: "not-a-guid"));
        var unknown = await api.PostAsync("/integrations", new { provider = "nobody", settings = new Dictionary<string, string>() });
        var mistyped = await api.PostAsync("/integrations", new { provder = "connectwise" });
        var page = await api.GetAsync("/integrations?limit=0");
        var word = await api.GetAsync("/integrations?page=one");

        wrong.Status.ShouldBe(HttpStatusCode.BadRequest);
        wrong.Message.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        wrong.Fields.ShouldBe(["settings.clientId"]);
        unknown.Fields.ShouldBe(["provider"]);
        mistyped.Fields.ShouldBe(["provder"]);
        page.Fields.ShouldBe(["limit"]);
        word.Fields.ShouldBe(["page"]);
        (await api.GetAsync("/integrations")).Body.GetProperty("data").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_key_may_do_what_its_scope_says_and_no_more()
    {
        await using var portal = await StartAsync();
        using var manage = new ApiCaller(portal, await portal.AddKeyAsync("read write manage"));
        using var write = new ApiCaller(portal, await portal.AddKeyAsync("read write"));
        using var read = new ApiCaller(portal, await portal.AddKeyAsync("read"));
        using var nobody = new ApiCaller(portal, "msp_unknown");
        var id = await AddAsync(manage);

        (await read.GetAsync($"/integrations/{id}")).Status.ShouldBe(HttpStatusCode.OK);
        (await read.PostAsync($"/integrations/{id}/sync")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await write.PostAsync($"/integrations/{id}/sync")).Status.ShouldBe(HttpStatusCode.Accepted);
        (await write.PostAsync($"/integrations/{id}/pause")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await write.PostAsync("/integrations", Input())).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await manage.PostAsync($"/integrations/{id}/pause")).Status.ShouldBe(HttpStatusCode.OK);
        (await nobody.GetAsync("/integrations")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Another_tenants_integration_is_not_there()
    {
        await using var portal = await StartAsync();
        using var own = new ApiCaller(portal, await portal.AddKeyAsync("manage"));
        using var other = new ApiCaller(portal, await OtherTenantsKeyAsync(portal));
        var id = await AddAsync(own);
        var asked = await own.PostAsync($"/integrations/{id}/sync");
        var request = asked.Body.GetProperty("id").GetInt64();

        foreach (var path in new[] { "", "/streams", "/runs", "/ticket-settings" })
        {
            (await other.GetAsync($"/integrations/{id}{path}")).Status.ShouldBe(HttpStatusCode.NotFound, path);
        }

        foreach (var verb in new[] { "test", "reconnect", "disconnect", "pause", "resume", "reactivate", "sync", "sync/psa-data" })
        {
            (await other.PostAsync($"/integrations/{id}/{verb}")).Status.ShouldBe(HttpStatusCode.NotFound, verb);
        }

        (await other.SendAsync(HttpMethod.Delete, $"/integrations/{id}?confirm=Main", null)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await other.SendAsync(HttpMethod.Patch, $"/integrations/{id}", new { name = "Mine" })).Status.ShouldBe(HttpStatusCode.NotFound);
        (await other.SendAsync(HttpMethod.Patch, $"/integrations/{id}/streams/tickets", new { enabled = false })).Status.ShouldBe(HttpStatusCode.NotFound);
        (await other.GetAsync($"/sync-requests/{request}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await other.GetAsync("/integrations")).Body.GetProperty("data").GetArrayLength().ShouldBe(0);
        (await own.GetAsync($"/integrations/{id}")).Body.GetProperty("name").GetString().ShouldBe("Main");
    }

    [Fact]
    public async Task Sync_joins_what_is_open_waits_out_the_window_and_is_refused_while_paused()
    {
        await using var portal = await StartAsync();
        using var api = new ApiCaller(portal, await portal.AddKeyAsync("manage"));
        var id = await AddAsync(api);

        var first = await api.PostAsync($"/integrations/{id}/sync");
        var second = await api.PostAsync($"/integrations/{id}/sync");
        await EndRequestsAsync(portal);
        var early = await api.PostAsync($"/integrations/{id}/sync");
        await api.PostAsync($"/integrations/{id}/pause");
        var paused = await api.PostAsync($"/integrations/{id}/sync");

        first.Status.ShouldBe(HttpStatusCode.Accepted);
        first.Body.GetProperty("joined").GetBoolean().ShouldBeFalse();
        second.Body.GetProperty("joined").GetBoolean().ShouldBeTrue();
        second.Body.GetProperty("id").GetInt64().ShouldBe(first.Body.GetProperty("id").GetInt64());
        early.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        early.Message.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromMinutes(5));
        paused.Status.ShouldBe(HttpStatusCode.Conflict);
        paused.Detail.ShouldBe("Main is paused. Resume it first.");
    }

    [Fact]
    public async Task The_end_of_a_key_is_set_and_taken_back()
    {
        await using var portal = await StartAsync();
        using var api = new ApiCaller(portal, await portal.AddKeyAsync("manage"));
        var id = await AddAsync(api);

        (await api.SendAsync(HttpMethod.Put, $"/integrations/{id}/key-expiry", new { on = "2027-01-31" })).Body.GetProperty("keyExpiresOn").GetString().ShouldBe("2027-01-31");
        (await api.GetAsync($"/integrations/{id}")).Body.GetProperty("keyExpiresOn").GetString().ShouldBe("2027-01-31");
        (await api.SendAsync(HttpMethod.Put, $"/integrations/{id}/key-expiry", new { on = (string?)null })).Status.ShouldBe(HttpStatusCode.OK);
        (await api.GetAsync($"/integrations/{id}")).Text.ShouldNotContain("2027-01-31");
        (await api.SendAsync(HttpMethod.Put, "/integrations/4711/key-expiry", new { on = "2027-01-31" })).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Removing_asks_for_the_name()
    {
        await using var portal = await StartAsync();
        using var api = new ApiCaller(portal, await portal.AddKeyAsync("manage"));
        var id = await AddAsync(api);

        var unconfirmed = await api.SendAsync(HttpMethod.Delete, $"/integrations/{id}", null);
        var still = await api.GetAsync($"/integrations/{id}");
        var confirmed = await api.SendAsync(HttpMethod.Delete, $"/integrations/{id}?confirm=Main", null);

        unconfirmed.Fields.ShouldBe(["confirm"]);
        still.Status.ShouldBe(HttpStatusCode.OK);
        confirmed.Status.ShouldBe(HttpStatusCode.NoContent);
        (await api.GetAsync($"/integrations/{id}")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_data_type_keeps_to_its_range_and_a_choice_of_boards_needs_their_list()
    {
        await using var portal = await StartAsync();
        using var api = new ApiCaller(portal, await portal.AddKeyAsync("manage"));
        var id = await AddAsync(api);

        var changed = await api.SendAsync(HttpMethod.Patch, $"/integrations/{id}/streams/tickets", new { intervalMinutes = 30 });
        var wild = await api.SendAsync(HttpMethod.Patch, $"/integrations/{id}/streams/tickets", new { intervalMinutes = 0.01 });
        var unread = await api.SendAsync(HttpMethod.Put, $"/integrations/{id}/ticket-settings", new { containers = new[] { "all" } });
        var nothingHeld = await api.PostAsync($"/integrations/{id}/streams/tickets/held-removals", new { release = true });

        changed.Body.GetProperty("intervalMinutes").GetDouble().ShouldBe(30);
        wild.Fields.ShouldBe(["intervalMinutes"]);
        unread.Status.ShouldBe(HttpStatusCode.Conflict);
        nothingHeld.Status.ShouldBe(HttpStatusCode.Conflict);
    }

    /// <summary>The clock stands still, so that no scheduler takes up what is asked for.</summary>
    private static Task<RunningPortal> StartAsync() => RunningPortal.SetUpAsync(clock: new FakeTimeProvider(Start));

    private static object Input(string clientId = "11111111-2222-3333-4444-555555555555") => new
    {
        provider = "connectwise",
        name = "Main",
        skipTest = true,
        settings = new Dictionary<string, string>
        {
            ["apiUrl"] = "api-na.myconnectwise.net",
            ["companyId"] = "acme",
            ["publicKey"] = "public",
            ["privateKey"] = Secret,
            ["clientId"] = clientId,
        },
    };

    private static async Task<long> AddAsync(ApiCaller api) => (await api.PostAsync("/integrations", Input())).Body.GetProperty("id").GetInt64();

    private static async Task<string> OtherTenantsKeyAsync(RunningPortal portal)
    {
        var key = ApiKeySecret.New();
        await using var db = portal.Data.Open();
        var tenant = new Tenant { Name = "Other", CreatedAt = Start };
        db.Tenants.Add(tenant);
        await db.SaveChangesAsync();
        db.ApiKeys.Add(new ApiKey
        {
            TenantId = tenant.Id,
            Name = "other",
            Prefix = ApiKeySecret.Prefix(key),
            Hash = ApiKeySecret.Hash(key),
            Scopes = "read write manage",
            CreatedBy = "test",
            CreatedAt = Start,
        });
        await db.SaveChangesAsync();
        return key;
    }

    private static async Task EndRequestsAsync(RunningPortal portal)
    {
        await using var db = portal.Data.Open(1);
        await db.SyncRequests.ExecuteUpdateAsync(u => u.SetProperty(r => r.Status, RequestStatus.Succeeded).SetProperty(r => r.EndedAt, Start));
        await db.Integrations.ExecuteUpdateAsync(u => u.SetProperty(i => i.ManualWindowUntil, Start + TimeSpan.FromMinutes(5)));
        await db.Streams.ExecuteUpdateAsync(u => u.SetProperty(s => s.RequestId, (long?)null).SetProperty(s => s.RequestedAt, (DateTimeOffset?)null));
    }

    private static async Task<string> AuditTextAsync(RunningPortal portal)
    {
        await using var db = portal.Data.Open(1);
        return string.Join('\n', await db.Audit.Select(a => a.Action + a.Before + a.After).ToListAsync());
    }
}
