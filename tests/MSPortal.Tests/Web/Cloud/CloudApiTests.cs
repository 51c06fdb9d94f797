using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Storage.Model;
using MSPortal.Tests.Storage;
using MSPortal.Tests.Web.Hosting;
using MSPortal.Tests.Web.Users;
using MSPortal.Web.Access;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Cloud;

/// <summary>What programs and files get, and who gets it.</summary>
public sealed class CloudApiTests
{
    [Fact]
    public async Task People_come_with_licences_pages_and_filters()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var (integration, acme, _, _) = await Shelf(portal).FillAsync();

        var ann = (await ListAsync(portal, $"companies/{acme}/cloud-users?q=ann")).EnumerateArray().Single();
        (ann.GetProperty("id").GetString(), ann.GetProperty("signInAddress").GetString(), ann.GetProperty("enabled").GetBoolean(), ann.GetProperty("mobilePhone").GetString())
            .ShouldBe(("u1", "ann@acme.example", true, "+44 7700 900123"));
        ann.GetProperty("licenses").EnumerateArray().Select(l => $"{l.GetProperty("name")} {l.GetProperty("direct")} {l.GetProperty("groupIds").GetArrayLength()}").ShouldBe(["Sky Office E3 True 0", "Sky Protect, Plan 1 False 1"]);
        ann.GetProperty("origin").GetProperty("client").GetString().ShouldBe(CloudShelf.Acme);
        (await IdsAsync(portal, $"companies/{acme}/cloud-users?licenses=problems")).ShouldBe(["u3"]);
        (await IdsAsync(portal, $"companies/{acme}/cloud-users?product=sky_e3&product=lic-gone")).ShouldBe(["u1", "u5"]);
        (await IdsAsync(portal, $"companies/{acme}/cloud-users?status=enabled&sort=-licenses&limit=1")).ShouldBe(["u1"]);
        (await IdsAsync(portal, $"companies/{acme}/cloud-users?connection={integration}:{CloudShelf.Acme}&status=guest")).ShouldBe(["u4"]);
        var page = await JsonAsync(portal, $"/api/v1/companies/{acme}/cloud-users?limit=2");
        (page.GetProperty("pagination").GetProperty("totalCount").GetInt32(), page.GetProperty("pagination").GetProperty("hasNextPage").GetBoolean(), page.GetProperty("data").GetArrayLength()).ShouldBe((5, true, 2));
    }

    [Fact]
    public async Task Licences_groups_domains_score_and_the_overview_say_what_there_is()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var (_, acme, globex, initech) = await Shelf(portal).FillAsync();

        (await ListAsync(portal, $"companies/{acme}/licenses")).EnumerateArray()
            .Select(l => $"{l.GetProperty("partNumber")} {l.GetProperty("used")}/{l.GetProperty("total")} free {l.GetProperty("free")} too many {l.GetProperty("tooMany")} {l.GetProperty("unlimited")} {l.GetProperty("forCompany")}")
            .ShouldBe(["SKY_FREE 2/10000 free 9998 too many 0 True False", "SKY_E3 4/5 free 1 too many 0 False False", "SKY_P1 6/3 free 0 too many 3 False False", "SKY_ROOM 0/1 free 1 too many 0 False True"]);
        (await ListAsync(portal, $"companies/{acme}/groups")).EnumerateArray().Select(g => $"{g.GetProperty("name")} {g.GetProperty("kind")}").ShouldBe(["all staff collaboration", "Licensed people security"]);
        (await ListAsync(portal, $"companies/{acme}/domains")).EnumerateArray().Select(d => $"{d.GetProperty("name")} {d.GetProperty("default")}").ShouldBe(["acme.example True", "acme.onsky.example False", "acme.test False"]);
        var score = (await ListAsync(portal, $"companies/{acme}/security-score")).EnumerateArray().Single();
        (score.GetProperty("percent").GetDecimal(), score.GetProperty("changeIn30Days").GetDecimal(), score.GetProperty("history").GetArrayLength()).ShouldBe((60, 10, 5));
        score.GetProperty("recommendations").EnumerateArray().Select(c => $"{c.GetProperty("title")} {c.GetProperty("left")} {c.GetProperty("url")}").ShouldBe(["Ask for a second factor 10 https://vendor.example/c1", "Block old sign-ins 3 "]);
        (await ListAsync(portal, $"companies/{initech}/cloud-users")).GetArrayLength().ShouldBe(0);

        var all = await ListAsync(portal, "cloud?sort=-score");
        all.EnumerateArray().Select(c => $"{c.GetProperty("company")} {c.GetProperty("status")} {c.GetProperty("users")} {c.GetProperty("licensesUnused")} {c.GetProperty("securityScore").GetDecimal():0.#}").ShouldBe(["Acme connected 5 1 60", "Globex connected 1 0 20"]);
        all[0].GetProperty("dataTypes").EnumerateArray().Select(d => $"{d.GetProperty("dataType")}").ShouldBe(["cloud_users", "licenses", "security_scores", "security_controls", "cloud_groups", "domains"]);
        (await ListAsync(portal, "cloud?status=not_connected")).EnumerateArray().Select(c => c.GetProperty("company").GetString()).ShouldBe(["Initech"]);
        _ = globex;
    }

    [Fact]
    public async Task What_cannot_be_understood_or_is_not_there_says_so()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var (_, acme, _, _) = await Shelf(portal).FillAsync();
        foreach (var (path, status, field, words) in new[]
        {
            ($"/api/v1/companies/{acme}/cloud-users?status=asleep", HttpStatusCode.BadRequest, "status", "“asleep” is not enabled or disabled or guest."),
            ($"/api/v1/companies/{acme}/cloud-users?licenses=many", HttpStatusCode.BadRequest, "licenses", "“many” is not with or without or problems."),
            ($"/api/v1/companies/{acme}/cloud-users?sort=hair", HttpStatusCode.BadRequest, "sort", "“hair” is no column to order by. There are: name, address, status, licenses."),
            ("/api/v1/cloud?status=fine", HttpStatusCode.BadRequest, "status", "“fine” is no status. There are: connected, needs_consent, error, paused, not_connected."),
            ("/api/v1/cloud?sort=hair", HttpStatusCode.BadRequest, "sort", "“hair” is no column to order by. There are: company, status, users, used, total, unused, score, read."),
            ("/cloud/export.csv?status=fine", HttpStatusCode.BadRequest, "status", "“fine” is no status. There are: connected, needs_consent, error, paused, not_connected."),
            ($"/companies/{acme}/cloud/users/export.csv?status=asleep", HttpStatusCode.BadRequest, "status", "“asleep” is not enabled or disabled or guest."),
        })
        {
            using var answer = await portal.GetAsync(path);
            answer.StatusCode.ShouldBe(status, path);
            var problem = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());
            problem.GetProperty("errors").GetProperty(field)[0].GetString().ShouldBe(words, path);
        }

        foreach (var list in new[] { "cloud-users", "licenses", "groups", "domains", "security-score" })
        {
            using var answer = await portal.GetAsync($"/api/v1/companies/{Guid.NewGuid()}/{list}");
            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound, list);
        }
    }

    [Fact]
    public async Task The_file_has_one_row_for_each_person_with_all_licences_in_one_cell_and_no_formula()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var (integration, acme, _, _) = await Shelf(portal).FillAsync();
        await Shelf(portal).ReadAsync(integration, CloudShelf.Globex, DataType.SecurityScores, new SecurityScore { ExternalId = "before", At = DateTimeOffset.UtcNow.AddDays(-32), Score = 32.5m, Highest = 100 });

        using var answer = await portal.GetAsync($"/companies/{acme}/cloud/users/export.csv");
        var bytes = await answer.Content.ReadAsByteArrayAsync();

        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/csv; charset=utf-8");
        bytes[..3].ShouldBe([0xEF, 0xBB, 0xBF]);
        var rows = System.Text.Encoding.UTF8.GetString(bytes[3..]).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        rows[0].ShouldStartWith("Name,Sign-in address,E-mail,Other addresses,Status,Guest,Licences,Licence problems,Job title,Department");
        rows.Length.ShouldBe(6);
        rows.Single(r => r.StartsWith("Ann Lee,", StringComparison.Ordinal)).ShouldStartWith("Ann Lee,ann@acme.example,ann.lee@acme.example,Accounts@acme.example,Enabled,no,\"Sky Office E3; Sky Protect, Plan 1\",,CFO,Finance");
        rows.Single(r => r.StartsWith("Zoë Kern,", StringComparison.Ordinal)).ShouldContain("\"Sky Protect, Plan 1: CountViolation\"");
        rows.Count(r => r.Contains("'=cmd|calc", StringComparison.Ordinal)).ShouldBe(1);
        using var some = await portal.GetAsync($"/companies/{acme}/cloud/users/export.csv?licenses=problems");
        (await some.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(2);

        using var overview = await portal.GetAsync("/cloud/export.csv");
        (await overview.Content.ReadAsStringAsync()).TrimStart('\uFEFF').Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Skip(1).Select(r => string.Join(',', r.Split(',').Take(12)))
            .ShouldBe(["Acme,Connected,,5,3,1,10,8,1,3,60,10", "Globex,Connected,,1,1,0,1,1,0,0,20,-12.5"], "a number is no formula");
        (await portal.AuditAsync()).Where(a => a.StartsWith("cloud_", StringComparison.Ordinal)).ShouldBe(["cloud_users.exported", "cloud_users.exported", "cloud_overview.exported"]);
    }

    [Fact]
    public async Task Whoever_sees_assigned_companies_only_finds_nothing_of_another_by_any_way()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var (_, acme, globex, _) = await Shelf(portal).FillAsync();
        var user = await portal.AddUserAsync(BuiltInRole.Administrator, "tom@example.com");
        await using (var db = portal.Data.Open(1))
        {
            await db.Users.Where(u => u.Id == user.Id).ExecuteUpdateAsync(u => u.SetProperty(x => x.SeesAssignedOnly, true));
            db.UserCompanies.Add(new UserCompany { TenantId = 1, UserId = user.Id, CompanyId = acme });
            await db.SaveChangesAsync();
        }

        using var tom = await portal.SignInAsync(user);
        string[] tabs = ["users", "licences", "security-score", "groups", "domains"];
        string[] lists = ["cloud-users", "licenses", "groups", "domains", "security-score"];
        foreach (var path in tabs.Select(t => $"/companies/{acme}/cloud/{t}").Concat(lists.Select(l => $"/api/v1/companies/{acme}/{l}"))
            .Concat(["/cloud", "/api/v1/cloud", "/api/v1/cloud?status=not_connected", "/cloud/export.csv", $"/companies/{acme}", $"/companies/{acme}/cloud/users/export.csv"]))
        {
            using var answer = await portal.GetAsync(path, client: tom);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
            var text = await answer.Content.ReadAsStringAsync();
            text.ShouldNotContain("globex", Case.Insensitive, path);
            text.ShouldNotContain("Initech", Case.Insensitive, path);
            text.ShouldNotContain("Hooli", Case.Insensitive, path);
        }

        foreach (var path in lists.Select(l => $"/api/v1/companies/{globex}/{l}").Append($"/companies/{globex}/cloud/users/export.csv"))
        {
            using var answer = await portal.GetAsync(path, client: tom);
            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
        }

        using var theirs = await portal.GetAsync($"/companies/{globex}/cloud/users", client: tom);
        (await theirs.Content.ReadAsStringAsync()).ShouldNotContain("globex.example");
    }

    [Fact]
    public async Task Another_tenants_clients_do_not_exist_and_a_company_user_sees_nothing_of_their_own()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var (_, acme, _, _) = await Shelf(portal).FillAsync();
        long other;
        await using (var db = portal.Data.Open())
        {
            var tenant = new Tenant { Name = "Fabrikam IT", CreatedAt = StorageHome.Start };
            db.Tenants.Add(tenant);
            await db.SaveChangesAsync();
            other = tenant.Id;
        }

        var theirs = Shelf(portal, other);
        var integration = await theirs.IntegrationAsync("Their Sky");
        var stark = await theirs.CompanyAsync("Stark");
        await theirs.ConnectAsync(integration, "t-stark", "Stark Ltd", stark);
        await theirs.UsersAsync(integration, "t-stark", CloudShelf.User("u1", "tony@stark.example", "Tony"));
        (await ListAsync(portal, "cloud")).EnumerateArray().Select(c => c.GetProperty("company").GetString()).ShouldBe(["Acme", "Globex"]);
        using var foreign = await portal.GetAsync($"/api/v1/companies/{stark}/cloud-users");
        foreign.StatusCode.ShouldBe(HttpStatusCode.NotFound);

        var ann = await portal.Data.ClientAsync(1, acme, "ann@acme.example", BuiltInRole.CompanyUser, TicketReach.Company);
        using var client = await portal.SignInAsync(ann);
        foreach (var path in new[] { "/cloud", $"/companies/{acme}/cloud/users", $"/companies/{acme}/cloud/users/export.csv", "/cloud/export.csv", "/api/v1/cloud", $"/api/v1/companies/{acme}/cloud-users", $"/api/v1/companies/{acme}/security-score" })
        {
            using var answer = await portal.GetAsync(path, client: client);
            answer.StatusCode.ShouldNotBe(HttpStatusCode.OK, path);
        }
    }

    [Fact]
    public async Task The_navigation_leads_to_all_clients_once_something_of_this_kind_is_connected()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        using var before = await portal.GetAsync("/settings/companies");
        (await before.Content.ReadAsStringAsync()).ShouldNotContain("href=\"/cloud\"");
        await Shelf(portal).FillAsync();

        using var after = await portal.GetAsync("/settings/companies");
        (await after.Content.ReadAsStringAsync()).ShouldContain("href=\"/cloud\"");

        using var other = await portal.SignInWithAsync(Permissions.ReadTickets);
        using var refused = await portal.GetAsync("/tickets", client: other);
        (await refused.Content.ReadAsStringAsync()).ShouldNotContain("href=\"/cloud\"");
    }

    private static CloudShelf Shelf(RunningPortal portal, long tenant = 1) =>
        new(portal.Data, tenant, portal.Services.GetRequiredService<ISyncStore>(), portal.Services.GetRequiredService<IIntegrationStore>(), DateTimeOffset.UtcNow);

    private static async Task<JsonElement> ListAsync(RunningPortal portal, string path) => (await JsonAsync(portal, $"/api/v1/{path}")).GetProperty("data");

    private static async Task<IEnumerable<string>> IdsAsync(RunningPortal portal, string path) => (await ListAsync(portal, path)).EnumerateArray().Select(u => u.GetProperty("id").GetString()!);

    private static async Task<JsonElement> JsonAsync(RunningPortal portal, string path)
    {
        using var answer = await portal.GetAsync(path);
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }
}
