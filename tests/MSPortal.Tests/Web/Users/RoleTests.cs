using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MSPortal.Core.Ports;
using MSPortal.Storage.Model;
using MSPortal.Tests.Web.Hosting;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Users;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Users;

public sealed class RoleTests
{
    private static readonly Actor Ada = new(1, RunningPortal.Email, "127.0.0.1");

    [Fact]
    public async Task A_role_is_made_changed_and_removed_and_the_audit_log_says_what_it_could_do()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var roles = portal.Services.GetRequiredService<Roles>();

        var id = (await SaveAsync(roles, null, " Dispatch ", Permissions.RefreshTickets)).ShouldNotBeNull();
        await SaveAsync(roles, id, "Dispatchers", Permissions.WriteCompanies);
        var line = (await roles.ListAsync(1, default)).Single(r => !r.IsBuiltIn);
        await roles.RemoveAsync(id, PortalAccess.Everything, Ada, default);

        (line.Name, string.Join(' ', line.Permissions)).ShouldBe(("Dispatchers", "read_companies write_companies"));
        (await roles.ListAsync(1, default)).Select(r => r.Name).ShouldBe(["Administrator", "Technician", "Company user"]);
        await using var db = portal.Data.Open(1);
        (await db.Audit.Where(a => a.SubjectKind == "role").OrderBy(a => a.Id).Select(a => a.Action + " " + a.Before + " → " + a.After).ToListAsync()).ShouldBe(
        [
            """role.created  → {"name":"Dispatch","permissions":["read_tickets","write_tickets_refresh"]}""",
            """role.changed {"name":"Dispatch","permissions":["read_tickets","write_tickets_refresh"]} → {"name":"Dispatchers","permissions":["read_companies","write_companies"]}""",
            """role.removed {"name":"Dispatchers","permissions":["read_companies","write_companies"]} → """,
        ]);
    }

    [Fact]
    public async Task What_cannot_be_a_role_is_refused_at_its_field()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var roles = portal.Services.GetRequiredService<Roles>();
        await SaveAsync(roles, null, "Dispatch", Permissions.ReadTickets);

        foreach (var (name, permission, field) in new[] { ("", Permissions.ReadTickets, "name"), ("dISPATCH", Permissions.ReadTickets, "name"), ("technician", Permissions.ReadTickets, "name"), ("Other", "fly", "permissions") })
        {
            (await roles.SaveAsync(null, name, [permission], PortalAccess.Everything, Ada, default)).Errors.Single().Field.ShouldBe(field, name);
        }

        (await roles.SaveAsync(null, "Other", [], PortalAccess.Everything, Ada, default)).Errors.Single().Field.ShouldBe("permissions");
    }

    [Fact]
    public async Task What_is_built_in_or_in_use_stays_and_another_tenants_roles_are_not_there()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var roles = portal.Services.GetRequiredService<Roles>();
        var used = await portal.AddRoleAsync("Used", Permissions.ReadTickets);
        await portal.AddUserAsync(used, "tom@example.com");

        foreach (var id in new[] { BuiltInRole.Administrator, BuiltInRole.Technician, BuiltInRole.CompanyUser, used })
        {
            await Should.ThrowAsync<ActionRefusedException>(() => roles.RemoveAsync(id, PortalAccess.Everything, Ada, default));
        }

        await Should.ThrowAsync<ActionRefusedException>(() => SaveAsync(roles, BuiltInRole.Administrator, "Less", Permissions.ReadTickets));
        await Should.ThrowAsync<KeyNotFoundException>(() => roles.RemoveAsync(used, PortalAccess.Everything, Ada with { TenantId = 2 }, default));
        (await roles.ListAsync(2, default)).Select(r => r.Name).ShouldNotContain("Used");
    }

    [Fact]
    public async Task Nobody_makes_or_changes_a_role_that_can_do_more_than_they_can()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var strong = await portal.AddRoleAsync("Strong", Permissions.ManageIntegrations);
        using var client = await portal.SignInWithAsync(Permissions.ManageUsers, Permissions.ReadTickets);

        async Task<HttpStatusCode> PutAsync(string path, string permission, HttpMethod method)
        {
            using var request = new HttpRequestMessage(method, new Uri($"/api/v1{path}", UriKind.Relative)) { Content = JsonContent.Create(new { name = "Mine", permissions = new[] { permission } }) };
            using var answer = await client.SendAsync(request);
            return answer.StatusCode;
        }

        (await PutAsync("/roles", Permissions.ManageApiKeys, HttpMethod.Post)).ShouldBe(HttpStatusCode.BadRequest);
        (await PutAsync($"/roles/{strong}", Permissions.ReadTickets, HttpMethod.Put)).ShouldBe(HttpStatusCode.Conflict);
        (await PutAsync($"/roles/{strong}", Permissions.ReadTickets, HttpMethod.Delete)).ShouldBe(HttpStatusCode.Conflict);
        (await PutAsync("/roles", Permissions.ReadTickets, HttpMethod.Post)).ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_role_that_was_narrowed_holds_at_the_next_request_and_elsewhere_within_seconds()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var portal = await RunningPortal.SetUpAsync(clock: clock);
        var roles = portal.Services.GetRequiredService<Roles>();
        var id = await portal.AddRoleAsync("Support", Permissions.ReadTickets, Permissions.ReadCompanies);
        using var client = await portal.SignInAsync(await portal.AddUserAsync(id, "tom@example.com"));
        (await portal.GetAsync("/api/v1/companies", client: client)).StatusCode.ShouldBe(HttpStatusCode.OK);

        await SaveAsync(roles, id, "Support", Permissions.ReadTickets);
        (await portal.GetAsync("/api/v1/companies", client: client)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        await using var db = portal.Data.Open(1); // As another node would do it.
        await db.PortalRoles.ExecuteUpdateAsync(u => u.SetProperty(r => r.Permissions, Permissions.ReadCompanies));
        clock.Advance(TimeSpan.FromSeconds(4));
        (await portal.GetAsync("/api/v1/companies", client: client)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await portal.GetAsync("/api/v1/tickets", client: client)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Somebody_without_a_role_may_do_nothing_and_is_told_so()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        using var client = await portal.SignInAsync(await portal.AddUserAsync(Guid.Empty, "tom@example.com"));

        using var home = await portal.GetAsync("/", client: client);
        (await home.Content.ReadAsStringAsync()).ShouldContain("Your role opens nothing yet");
        (await portal.GetAsync("/api/v1/tickets", client: client)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await portal.GetAsync("/tickets", client: client)).Headers.Location!.ToString().ShouldStartWith("/denied");
    }

    [Fact]
    public async Task Navigation_and_buttons_show_what_one_may_use_and_nothing_else()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        using var technician = await portal.SignInAsync(await portal.AddUserAsync(BuiltInRole.Technician, "tom@example.com"));

        var (all, some) = (await portal.Client.GetStringAsync(new Uri("/settings/companies", UriKind.Relative)), await technician.GetStringAsync(new Uri("/settings/companies", UriKind.Relative)));

        string[] Links(string html) => [.. NavigationItemsIn(html)];
        Links(some).ShouldBe(["/overview", "/tickets", "/devices", "/settings/integrations", "/settings/companies"]);
        Links(all).ShouldBe(["/overview", "/tickets", "/devices", "/settings/integrations", "/settings/companies", "/settings/devices", "/settings/users", "/settings/roles", "/settings/notifications", "/settings/support", "/settings/general", "/settings/api-keys", "/settings/audit"]);
        all.ShouldContain("New company");
        some.ShouldNotContain("New company");
        var integrations = await technician.GetStringAsync(new Uri("/settings/integrations", UriKind.Relative));
        integrations.ShouldNotContain("Add integration");
        integrations.ShouldContain("Somebody who may connect integrations has to do it first.");
    }

    [Theory]
    [InlineData("/settings/integrations/7/tickets?x=1", Permissions.ManageIntegrations)]
    [InlineData("/settings/integrations/schedules", Permissions.ReadIntegrations)]
    [InlineData("/settings/integrations/companies", Permissions.WriteCompanies)]
    [InlineData("/settings/integrations/7/setup", Permissions.ManageIntegrations)]
    [InlineData("/tickets/5f0c7f6e-0000-8000-8000-000000000001#notes", Permissions.ReadTickets)]
    [InlineData("/", null)]
    [InlineData("/nowhere", null)]
    [InlineData("/settings/integrations/7/setup/sync/more", null)]
    public void An_address_is_known_by_what_its_page_needs(string href, string? permission) => PageNeeds.Of(href).ShouldBe(permission);

    [Fact]
    public void A_level_includes_what_is_below_it_and_a_scope_too()
    {
        Permissions.Closed([Permissions.ManageIntegrations]).ShouldBe([Permissions.ReadIntegrations, Permissions.WriteIntegrations, Permissions.ManageIntegrations], ignoreOrder: true);
        Permissions.Closed(["unknown"]).ShouldBeEmpty();
        Permissions.OfScope(KeyScopes.Read).ShouldBeSubsetOf(Permissions.OfScope(KeyScopes.Write));
        Permissions.OfScope(KeyScopes.Write).ShouldBeSubsetOf(Permissions.OfScope(KeyScopes.Manage));
        Permissions.OfScope(KeyScopes.Manage).ShouldBe(Permissions.All.Select(p => p.Name), ignoreOrder: true);
        Permissions.All.Select(p => p.Name).ShouldBeUnique();
    }

    private static IEnumerable<string> NavigationItemsIn(string html) =>
        html.Split("<nav class=\"shell-nav\"")[1].Split("</nav>")[0].Split("href=\"").Skip(1).Select(part => "/" + part.Split('"')[0].TrimStart('/'));

    private static async Task<Guid?> SaveAsync(Roles roles, Guid? id, string name, params string[] permissions) =>
        (await roles.SaveAsync(id, name, permissions, PortalAccess.Everything, Ada, default)).Id;
}
