using System.Net;
using System.Text.Json;
using MSPortal.Storage.Model;
using MSPortal.Tests.Web.Features.Api;
using MSPortal.Web.Hosting;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Consent;

public sealed class ClientApiTests
{
    [Fact]
    public async Task Clients_are_connected_checked_and_disconnected_and_a_refusal_says_whether_consent_is_missing()
    {
        await using var home = await ConsentHome.OpenAsync();
        using var api = await home.ApiAsync();
        var clients = $"/integrations/{home.Id}/clients";
        home.Vendor.Agreed["t1"] = true;

        var made = await api.PostAsync(clients, new { client = " t1.example ", companyId = home.Contoso });
        var without = await api.PostAsync(clients, new { client = "t2", companyId = home.Fabrikam });
        var nowhere = await api.PostAsync(clients, new { client = "nowhere" });
        var taken = await api.PostAsync(clients, new { client = "t1", companyId = home.Fabrikam });
        var empty = await api.PostAsync(clients, new { client = " " });
        var list = await api.GetAsync(clients);

        (made.Status, made.Message.Headers.Location!.ToString()).ShouldBe((HttpStatusCode.Created, $"/api/v1{clients}/t1"));
        (without.Status, without.Detail, without.Body.GetProperty("needsConsent").GetBoolean()).ShouldBe((HttpStatusCode.Conflict, "t2 has not agreed. Ask its administrator.", true));
        (nowhere.Status, nowhere.Detail, nowhere.Body.GetProperty("needsConsent").GetBoolean()).ShouldBe((HttpStatusCode.Conflict, "There is no tenant “nowhere”.", false));
        (taken.Status, taken.Detail).ShouldBe((HttpStatusCode.Conflict, "Client t1 is linked to Contoso already. Unlink it there first."));
        empty.Fields.ShouldBe(["client"]);
        list.Body.GetProperty("data").EnumerateArray().Select(c => (Text(c, "id"), Text(c, "name"), Text(c, "detail"), Text(c, "status"), Text(c, "companyName"), Text(c, "connectedBy")))
            .ShouldBe([("t1", "Client t1", "t1.example", "connected", "Contoso", "read write manage")]);

        home.Vendor.Agreed.Clear();
        (await api.PostAsync($"{clients}/t1/check")).Detail.ShouldBe("t1 has not agreed. Ask its administrator.");
        home.Vendor.Agreed["t1"] = true;
        (await api.PostAsync($"{clients}/t1/check")).Status.ShouldBe(HttpStatusCode.OK);
        (await api.PostAsync($"{clients}/t9/check")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await api.SendAsync(HttpMethod.Delete, $"{clients}/t1", null)).Status.ShouldBe(HttpStatusCode.NoContent);
        (await api.SendAsync(HttpMethod.Delete, $"{clients}/t1", null)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await home.ConnectedAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_data_type_is_one_entry_for_all_clients_and_runs_can_be_asked_for_by_client()
    {
        await using var home = await ConsentHome.OpenAsync();
        using var api = await home.ApiAsync();
        foreach (var client in new[] { "t1", "t2", "t3" })
        {
            home.Vendor.Agreed[client] = true;
            (await api.PostAsync($"/integrations/{home.Id}/clients", new { client })).Status.ShouldBe(HttpStatusCode.Created);
        }

        var streams = (await api.GetAsync($"/integrations/{home.Id}/streams")).Body.GetProperty("data").EnumerateArray().ToList();
        var changed = await api.SendAsync(HttpMethod.Patch, $"/integrations/{home.Id}/streams/licenses", new { intervalMinutes = 720 });
        var integration = await api.GetAsync($"/integrations/{home.Id}");

        streams.Select(s => (Text(s, "dataType"), s.TryGetProperty("clients", out var c) && c.ValueKind == JsonValueKind.Object ? c.GetProperty("total").GetInt32() : 0))
            .ShouldBe([("companies", 0), ("cloud_users", 3), ("licenses", 3)]);
        changed.Status.ShouldBe(HttpStatusCode.OK);
        (integration.Body.GetProperty("clients").GetInt32(), integration.Body.GetProperty("clientsInTrouble").GetInt32()).ShouldBe((3, 0));
        await using var db = home.Portal.Data.Open(1);
        db.Streams.Where(s => s.DataType == Core.Model.DataType.Licenses).Select(s => s.Interval).ToList().ShouldBe(Enumerable.Repeat(TimeSpan.FromHours(12), 3));
        db.Runs.Add(new RunRow { TenantId = 1, IntegrationId = home.Id, DataType = Core.Model.DataType.Licenses, Partition = "t2", StartedAt = home.Clock.GetUtcNow().AddDays(1), EndedAt = home.Clock.GetUtcNow().AddDays(1) });
        await db.SaveChangesAsync();
        var runs = (await api.GetAsync($"/integrations/{home.Id}/runs?client=t2&limit=1")).Body.GetProperty("data").EnumerateArray().Single();
        (Text(runs, "client"), Text(runs, "clientName")).ShouldBe(("t2", "Client t2"));
    }

    [Fact]
    public async Task A_consent_link_is_answered_once_listed_without_its_address_and_taken_back()
    {
        await using var home = await ConsentHome.OpenAsync();
        using var api = await home.ApiAsync();
        var links = $"/integrations/{home.Id}/consent-links";

        var made = await api.PostAsync(links, new { companyId = home.Contoso });
        var list = (await api.GetAsync(links)).Body.GetProperty("data").EnumerateArray().Single();
        var id = made.Body.GetProperty("id").GetInt64();

        made.Status.ShouldBe(HttpStatusCode.Created);
        Text(made.Body, "address").ShouldStartWith("http://portal.example/connect/");
        Text(made.Body, "warning").ShouldBeNull("nothing is listed that could be Contoso's");
        (Text(list, "companyName"), Text(list, "createdBy"), Text(list, "expiresAt"), list.TryGetProperty("address", out var address) && address.ValueKind == JsonValueKind.String)
            .ShouldBe(("Contoso", "read write manage", "2026-12-05T12:00:00+00:00", false));
        (await api.PostAsync(links, new { })).Fields.ShouldBe(["companyId"]);
        (await api.PostAsync(links, new { companyId = Guid.NewGuid() })).Status.ShouldBe(HttpStatusCode.Conflict);
        (await api.SendAsync(HttpMethod.Delete, $"{links}/{id}", null)).Status.ShouldBe(HttpStatusCode.NoContent);
        (await api.SendAsync(HttpMethod.Delete, $"{links}/{id}", null)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await home.Portal.AuditAsync()).Where(a => a.Contains("consent", StringComparison.Ordinal)).ShouldBe(["integration.consent_link_created", "integration.consent_link_revoked"]);
        await home.ListAsync("listed");
        Text((await api.PostAsync(links, new { companyId = home.Contoso })).Body, "warning").ShouldNotBeNull().ShouldStartWith("Contoso is not linked to a tenant of Our cloud.");
    }

    [Fact]
    public async Task Who_may_only_read_sees_clients_and_no_links_and_another_tenant_sees_neither()
    {
        await using var home = await ConsentHome.OpenAsync();
        using var api = await home.ApiAsync();
        using var reader = await home.ApiAsync("read");
        using var other = new ApiCaller(home.Portal, await OtherTenantsKeyAsync(home));
        var (clients, links) = ($"/integrations/{home.Id}/clients", $"/integrations/{home.Id}/consent-links");
        home.Vendor.Agreed["t1"] = true;
        await api.PostAsync(clients, new { client = "t1" });
        var link = (await api.PostAsync(links, new { companyId = home.Contoso })).Body.GetProperty("id").GetInt64();

        (await reader.GetAsync(clients)).Status.ShouldBe(HttpStatusCode.OK);
        foreach (var (method, path) in new[] { (HttpMethod.Post, clients), (HttpMethod.Delete, $"{clients}/t1"), (HttpMethod.Post, $"{clients}/t1/check"), (HttpMethod.Get, links), (HttpMethod.Post, links), (HttpMethod.Delete, $"{links}/{link}") })
        {
            (await reader.SendAsync(method, path, method == HttpMethod.Post ? new { } : null)).Status.ShouldBe(HttpStatusCode.Forbidden, $"{method} {path}");
            (await other.SendAsync(method, path, method == HttpMethod.Post ? new { } : null)).Status.ShouldBe(HttpStatusCode.NotFound, $"{method} {path}");
        }

        (await other.GetAsync(clients)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await home.ConnectedAsync()).ShouldBe(["t1: nobody"]);
        (await home.Links.ListAsync(1, home.Id, null, default)).Count.ShouldBe(1);
        await Should.ThrowAsync<KeyNotFoundException>(() => home.Links.CreateAsync(home.Id, home.Contoso, home.Ada with { TenantId = 2 }, default));
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static async Task<string> OtherTenantsKeyAsync(ConsentHome home)
    {
        var key = ApiKeySecret.New();
        await using var db = home.Portal.Data.Open();
        var tenant = new Tenant { Name = "Other", CreatedAt = home.Clock.GetUtcNow() };
        db.Tenants.Add(tenant);
        await db.SaveChangesAsync();
        db.ApiKeys.Add(new ApiKey
        {
            TenantId = tenant.Id, Name = "other", Prefix = ApiKeySecret.Prefix(key), Hash = ApiKeySecret.Hash(key), Scopes = "read write manage", CreatedBy = "test", CreatedAt = home.Clock.GetUtcNow(),
        });
        await db.SaveChangesAsync();
        return key;
    }
}
