using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MSPortal.Storage.Model;
using MSPortal.Tests.Web.Hosting;
using MSPortal.Tests.Web.Users;
using MSPortal.Web.Features.Devices;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Devices;

public sealed class DeviceApiTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    [Fact]
    public async Task Types_are_matched_devices_imported_and_each_machine_is_listed_once()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var (psa, rmm, _, _) = await new DeviceShelf(portal.Data, 1, Now).FillAsync();

        (await TypesAsync(portal, psa)).ShouldBe(["Workstation 2 1 undecided → workstation", "Frobnicator 1 1 undecided → ", "Printer 1 1 undecided → printer", "Server 1 1 undecided → server"], ignoreOrder: true);
        (await StagedAsync(portal, psa)).ShouldBe(["1 typeUndecided", "2 typeUndecided", "3 typeUndecided", "4 companyNotLinked", "5 typeUndecided"], ignoreOrder: true);
        await ChooseAsync(portal, psa, new { sourceType = "Workstation", type = "workstation" }, new { sourceType = "Printer", type = "printer" }, new { sourceType = "Server", type = (string?)null });
        (await StagedAsync(portal, psa)).ShouldBe(["1 ready", "2 ready", "3 typeIgnored", "4 companyNotLinked", "5 typeUndecided"], ignoreOrder: true);
        (await StagedAsync(portal, psa, "?status=ready&search=printer")).ShouldBe(["2 ready"]);
        (await StagedAsync(portal, psa, "?status=typeIgnored")).ShouldBe(["3 typeIgnored"]);

        (await SendAsync(portal, HttpMethod.Post, $"integrations/{psa}/devices/import", new { externalIds = new[] { "1", "4", "nowhere" } })).ShouldBe("""{"imported":1,"devices":1,"skipped":2}""");
        await ChooseAsync(portal, rmm, new { sourceType = "Desktop", type = "workstation" });
        (await SendAsync(portal, HttpMethod.Post, $"integrations/{rmm}/devices/import", new { all = true })).ShouldBe("""{"imported":1,"devices":0,"skipped":0}""", "it is the machine that the other tool knows");
        (await SendAsync(portal, HttpMethod.Post, $"integrations/{psa}/devices/import", new { all = true })).ShouldBe("""{"imported":1,"devices":1,"skipped":0}""");
        (await SendAsync(portal, HttpMethod.Post, $"integrations/{psa}/devices/import", new { all = true })).ShouldBe("""{"imported":0,"devices":0,"skipped":0}""");

        (await NamesAsync(portal)).ShouldBe(["PC-1", "Printer 2"]);
        (await StagedAsync(portal, psa, "?status=imported")).ShouldBe(["1 imported", "2 imported"], ignoreOrder: true);
        (await portal.AuditAsync()).ShouldContain("devices.imported");
    }

    [Theory]
    [InlineData("?q=printer", "Printer 2")]
    [InlineData("?q=sn-1000", "PC-1")]
    [InlineData("?q=nothing", "")]
    [InlineData("?type=printer&type=server", "Printer 2,SRV-1")]
    [InlineData("?online=yes", "PC-1")]
    [InlineData("?online=unknown", "Printer 2,SRV-1")]
    [InlineData("?alerts=yes", "PC-1")]
    [InlineData("?sources=several", "PC-1")]
    [InlineData("?sources=one", "Printer 2,SRV-1")]
    [InlineData("?sort=-name", "SRV-1,Printer 2,PC-1")]
    [InlineData("?sort=company&limit=2&page=2", "SRV-1")]
    [InlineData("?sort=-alerts", "PC-1,Printer 2,SRV-1")]
    [InlineData("?sort=-seen", "PC-1,Printer 2,SRV-1")]
    [InlineData("?integration=2", "PC-1")]
    public async Task Filters_and_order_are_query_parameters(string query, string expected)
    {
        await using var portal = await RunningPortal.SetUpAsync();
        await ImportedAsync(portal);
        (await NamesAsync(portal, query)).ShouldBe(expected.Split(',', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("devices?type=toaster", "type")]
    [InlineData("devices?company=7", "company")]
    [InlineData("devices?integration=-1", "integration")]
    [InlineData("devices?online=maybe", "online")]
    [InlineData("devices?sources=2", "sources")]
    [InlineData("devices?sort=colour", "sort")]
    [InlineData("devices?limit=0", "limit")]
    [InlineData("integrations/1/staged-devices?status=odd", "status")]
    public async Task What_cannot_be_understood_is_a_problem_at_its_parameter(string path, string parameter)
    {
        await using var portal = await RunningPortal.SetUpAsync();
        using var answer = await portal.GetAsync($"/api/v1/{path}");
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        Parse(await answer.Content.ReadAsStringAsync()).GetProperty("errors").EnumerateObject().Select(e => e.Name).ShouldBe([parameter]);
    }

    [Fact]
    public async Task A_device_has_what_each_source_says_why_it_is_this_one_and_what_is_wrong()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        await ImportedAsync(portal);

        var device = await JsonAsync(portal, $"/api/v1/devices/{await IdAsync(portal, "PC-1")}");

        device.GetProperty("sources").EnumerateArray().Select(s => (s.GetProperty("integration").GetString(), s.GetProperty("externalId").GetString(), s.GetProperty("evidence").GetString(), s.GetProperty("url").GetString()))
            .ShouldBe([("Main PSA", "1", null, "https://psa.example/1"), ("Field RMM", "r1", "serial", null)]);
        device.GetRawText().ShouldNotContain("javascript:");
        device.GetProperty("alerts").EnumerateArray().Select(a => (a.GetProperty("message").GetString(), a.GetProperty("priority").GetString())).ShouldBe([("Disk almost full", "high")]);
        device.GetProperty("device").GetProperty("online").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task A_split_record_is_a_device_of_its_own_and_a_merge_brings_it_back_under_the_same_id()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var (psa, rmm, _, _) = await ImportedAsync(portal);
        var id = await IdAsync(portal, "PC-1");
        foreach (var (integration, record, left) in new[] { (rmm, "r1", "1"), (psa, "1", "r1") })
        {
            var split = Parse(await SendAsync(portal, HttpMethod.Post, $"devices/{id}/split", new { integrationId = integration, externalId = record }));
            var other = split.GetProperty("newDevice").GetGuid();
            other.ShouldNotBe(id);
            (await RecordsAsync(portal, id)).ShouldBe([left]);
            (await RecordsAsync(portal, other)).ShouldBe([record]);

            await SendAsync(portal, HttpMethod.Post, $"devices/{id}/merge", new Dictionary<string, Guid> { ["with"] = other });
            (await RecordsAsync(portal, id)).ShouldBe(["1", "r1"]);
            using var gone = await portal.GetAsync($"/api/v1/devices/{other}");
            gone.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        }

        (await portal.AuditAsync()).Where(a => a is "device.split" or "device.merged").ShouldBe(["device.split", "device.merged", "device.split", "device.merged"]);
    }

    [Fact]
    public async Task What_cannot_be_merged_split_mapped_or_imported_says_why()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var (psa, _, _, _) = await ImportedAsync(portal);
        var (pc, printer, server) = (await IdAsync(portal, "PC-1"), await IdAsync(portal, "Printer 2"), await IdAsync(portal, "SRV-1"));
        foreach (var (path, body, status, words) in new (string, object, HttpStatusCode, string)[]
        {
            ($"devices/{pc}/merge", new Dictionary<string, Guid> { ["with"] = server }, HttpStatusCode.Conflict, "Devices of different companies cannot be one."),
            ($"devices/{pc}/merge", new Dictionary<string, Guid> { ["with"] = pc }, HttpStatusCode.Conflict, "This is one device already."),
            ($"devices/{pc}/merge", new Dictionary<string, Guid> { ["with"] = Guid.NewGuid() }, HttpStatusCode.NotFound, "There is no such device."),
            ($"devices/{printer}/split", new { integrationId = psa, externalId = "2" }, HttpStatusCode.Conflict, "It is the only record of this device."),
            ($"devices/{pc}/split", new { integrationId = psa, externalId = "2" }, HttpStatusCode.Conflict, "This record does not belong to the device any more."),
            ($"devices/{Guid.NewGuid()}/split", new { integrationId = psa, externalId = "2" }, HttpStatusCode.NotFound, "There is no such device."),
            ("integrations/77/devices/import", new { all = true }, HttpStatusCode.NotFound, "There is no integration 77."),
            ($"integrations/{psa}/devices/import", new { }, HttpStatusCode.BadRequest, "Say either all, or which devices in externalIds."),
        })
        {
            using var answer = await portal.Client.PostAsJsonAsync(new Uri($"/api/v1/{path}", UriKind.Relative), body);
            (answer.StatusCode, Parse(await answer.Content.ReadAsStringAsync()).GetProperty("detail").GetString()).ShouldBe((status, words), path);
        }

        using var wrong = await portal.Client.PutAsJsonAsync(new Uri($"/api/v1/integrations/{psa}/device-types", UriKind.Relative), new { types = new[] { new { sourceType = "Server", type = "toaster" } } });
        wrong.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_record_whose_company_is_no_longer_linked_is_no_source_of_the_device_any_more()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var (_, rmm, _, _) = await ImportedAsync(portal);
        var id = await IdAsync(portal, "PC-1");
        await using (var db = portal.Data.Open(1))
        {
            await db.CompanyLinks.Where(l => l.IntegrationId == rmm).ExecuteDeleteAsync();
        }

        (await RecordsAsync(portal, id)).ShouldBe(["1"]);
        await portal.Services.GetRequiredService<Inventory>().SettleAsync(1, default);
        var device = await JsonAsync(portal, $"/api/v1/devices/{id}");
        device.GetRawText().ShouldNotContain("OptiPlex");
        device.GetProperty("alerts").GetArrayLength().ShouldBe(0);
        (await NamesAsync(portal, $"?integration={rmm}")).ShouldBeEmpty();
        (await NamesAsync(portal, "?alerts=yes")).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_file_has_what_the_filter_shows_and_no_formula()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        await ImportedAsync(portal);
        using var answer = await portal.GetAsync("/devices/export.csv?type=printer&type=server");
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/csv");
        var rows = (await answer.Content.ReadAsStringAsync()).TrimStart('\uFEFF').Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        rows[0].ShouldStartWith("Name,Company,Type,Online");
        rows.Skip(1).Select(r => r.Split(',')[0]).ShouldBe(["Printer 2", "SRV-1"]);
        rows[1].ShouldContain("'=1+1");
        (await portal.AuditAsync()).ShouldContain("devices.exported");
    }

    [Fact]
    public async Task Whoever_sees_assigned_companies_only_finds_no_other_ones_device_by_any_way()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var (_, _, acme, _) = await ImportedAsync(portal);
        var (ours, theirs) = (await IdAsync(portal, "PC-1"), await IdAsync(portal, "SRV-1"));
        var user = await portal.AddUserAsync(BuiltInRole.Administrator, "tom@example.com");
        await using (var db = portal.Data.Open(1))
        {
            await db.Users.Where(u => u.Id == user.Id).ExecuteUpdateAsync(u => u.SetProperty(x => x.SeesAssignedOnly, true));
            db.UserCompanies.Add(new UserCompany { TenantId = 1, UserId = user.Id, CompanyId = acme });
            await db.SaveChangesAsync();
        }

        using var tom = await portal.SignInAsync(user);
        foreach (var path in new[] { "/api/v1/devices", "/api/v1/devices?q=srv", "/api/v1/devices?sort=-company", "/api/v1/devices?type=server", "/devices/export.csv", "/devices", $"/api/v1/devices/{ours}", $"/devices/{ours}" })
        {
            using var answer = await portal.GetAsync(path, client: tom);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
            var text = await answer.Content.ReadAsStringAsync();
            text.ShouldNotContain("SRV-1", Case.Sensitive, path);
            text.ShouldNotContain("Globex", Case.Sensitive, path);
        }

        (await NamesAsync(portal, "", tom)).ShouldBe(["PC-1", "Printer 2"]);
        foreach (var path in new[] { $"/api/v1/devices/{theirs}", $"/devices/{theirs}" })
        {
            using var answer = await portal.GetAsync(path, client: tom);
            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
        }

        using var merge = await tom.PostAsJsonAsync(new Uri($"/api/v1/devices/{ours}/merge", UriKind.Relative), new Dictionary<string, Guid> { ["with"] = theirs });
        merge.StatusCode.ShouldBe(HttpStatusCode.Forbidden, "changing the inventory is for those who see all of it");
    }

    [Fact]
    public async Task Another_tenants_devices_do_not_exist()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        await ImportedAsync(portal);
        long other;
        await using (var db = portal.Data.Open())
        {
            var tenant = new Tenant { Name = "Fabrikam", CreatedAt = Now };
            db.Tenants.Add(tenant);
            await db.SaveChangesAsync();
            other = tenant.Id;
        }

        var theirs = new DeviceShelf(portal.Data, other, Now);
        var psa = await theirs.IntegrationAsync();
        (await NamesAsync(portal)).ShouldBe(["PC-1", "Printer 2", "SRV-1"]);
        foreach (var path in new[] { $"integrations/{psa}/device-types", $"integrations/{psa}/staged-devices" })
        {
            using var answer = await portal.GetAsync($"/api/v1/{path}");
            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
        }
    }

    private static async Task<(long Psa, long Rmm, Guid Acme, Guid Globex)> ImportedAsync(RunningPortal portal)
    {
        var all = await new DeviceShelf(portal.Data, 1, Now).FillAsync();
        await ChooseAsync(portal, all.Psa, new { sourceType = "Workstation", type = "workstation" }, new { sourceType = "Printer", type = "printer" }, new { sourceType = "Server", type = "server" });
        await ChooseAsync(portal, all.Rmm, new { sourceType = "Desktop", type = "workstation" });
        foreach (var integration in new[] { all.Psa, all.Rmm })
        {
            await SendAsync(portal, HttpMethod.Post, $"integrations/{integration}/devices/import", new { all = true });
        }

        return all;
    }

    private static Task<string> ChooseAsync(RunningPortal portal, long integration, params object[] types) => SendAsync(portal, HttpMethod.Put, $"integrations/{integration}/device-types", new { types });

    private static async Task<string> SendAsync(RunningPortal portal, HttpMethod method, string path, object body)
    {
        using var request = new HttpRequestMessage(method, new Uri($"/api/v1/{path}", UriKind.Relative)) { Content = JsonContent.Create(body) };
        using var answer = await portal.Client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return text;
    }

    private static async Task<IEnumerable<string>> TypesAsync(RunningPortal portal, long integration) =>
        (await JsonAsync(portal, $"/api/v1/integrations/{integration}/device-types")).GetProperty("data").EnumerateArray()
            .Select(t => $"{t.GetProperty("sourceType")} {t.GetProperty("devices")} {t.GetProperty("ready")} {t.GetProperty("decision")} → {t.GetProperty("proposal")}");

    private static async Task<IEnumerable<string>> StagedAsync(RunningPortal portal, long integration, string query = "") =>
        (await JsonAsync(portal, $"/api/v1/integrations/{integration}/staged-devices{query}")).GetProperty("data").EnumerateArray().Select(d => $"{d.GetProperty("externalId")} {d.GetProperty("status")}");

    private static async Task<IEnumerable<string>> RecordsAsync(RunningPortal portal, Guid device) =>
        (await JsonAsync(portal, $"/api/v1/devices/{device}")).GetProperty("sources").EnumerateArray().Select(s => s.GetProperty("externalId").GetString()!);

    private static async Task<IEnumerable<string>> NamesAsync(RunningPortal portal, string query = "", HttpClient? client = null) =>
        (await JsonAsync(portal, $"/api/v1/devices{query}", client)).GetProperty("data").EnumerateArray().Select(d => d.GetProperty("name").GetString()!);

    private static async Task<Guid> IdAsync(RunningPortal portal, string name) =>
        (await JsonAsync(portal, $"/api/v1/devices?q={Uri.EscapeDataString(name)}")).GetProperty("data").EnumerateArray().Single(d => d.GetProperty("name").GetString() == name).GetProperty("id").GetGuid();

    private static async Task<JsonElement> JsonAsync(RunningPortal portal, string path, HttpClient? client = null)
    {
        using var answer = await portal.GetAsync(path, client: client);
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return Parse(text);
    }

    private static JsonElement Parse(string json) => JsonSerializer.Deserialize<JsonElement>(json);
}
