using System.Net;
using System.Net.Http.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MSPortal.Core.Ports;
using MSPortal.Storage.Model;
using MSPortal.Tests.Storage;
using MSPortal.Tests.Support;
using MSPortal.Tests.Web.Features.Api;
using MSPortal.Tests.Web.Hosting;
using MSPortal.Tests.Web.Notifications;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Account;
using MSPortal.Web.Features.Notifications;
using MSPortal.Web.Features.Users;
using MSPortal.Web.Ui;
using Shouldly;
using Xunit;
using Database = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Users;

public sealed class UserTests
{
    private static readonly Actor Ada = new(1, RunningPortal.Email, "127.0.0.1");
    private static readonly UserDetails Technician = new("Tom", BuiltInRole.Technician);

    [Fact]
    public async Task An_invitation_is_shown_opened_without_effect_used_once_and_lets_its_person_choose_a_password()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var (id, link) = await InviteAsync(portal, "tom@example.com");
        using var guest = portal.NewClient();

        for (var look = 0; look < 3; look++) // As programs do that look through mail.
        {
            using var page = await portal.GetAsync(link, client: guest);
            (await page.Content.ReadAsStringAsync()).ShouldContain("Welcome, Tom");
        }

        using var weak = await portal.PostAsync(link, new() { ["Input.Next"] = "aaaaaaaaaaaaaa" }, guest);
        (await weak.Content.ReadAsStringAsync()).ShouldContain("plain-problem");
        using var chosen = await portal.PostAsync(link, new() { ["Input.Next"] = "a password of his own" }, guest);
        chosen.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await portal.GetAsync("/tickets", client: guest)).StatusCode.ShouldBe(HttpStatusCode.OK);

        using var second = portal.NewClient();
        using var again = await portal.GetAsync(link, client: second);
        (await again.Content.ReadAsStringAsync()).ShouldContain("This link has ended");
        using var signedIn = await portal.PostAsync("/signin", RunningPortal.SignInForm("a password of his own", "tom@example.com"), second);
        signedIn.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        var line = await LineAsync(portal, id);
        (line.Status, line.Role.Name, line.LastSignInAt is null).ShouldBe((UserStatus.Active, "Technician", false));
        (await portal.AuditAsync()).ShouldBe(["portal.set_up", "user.signed_in", "user.added", "user.invited", "user.invitation_accepted", "user.signed_in", "user.signed_in"]);
    }

    [Fact]
    public async Task An_invitation_ends_with_its_time_with_its_successor_and_with_its_person()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var (id, replaced) = await InviteAsync(portal, "tom@example.com");
        var late = (await SendAsync(portal, id)).Link!.PathAndQuery;
        (await TextAsync(portal, replaced)).ShouldContain("has ended");
        (await TextAsync(portal, late)).ShouldContain("Welcome, Tom");
        foreach (var (age, ended) in new[] { (InvitationLinks.Lifetime - TimeSpan.FromMinutes(1), false), (InvitationLinks.Lifetime + TimeSpan.FromMinutes(1), true) })
        {
            var earlier = new FakeTimeProvider(DateTimeOffset.UtcNow - age);
            (await TextAsync(portal, await new InvitationLinks(portal.Data, earlier).CreateAsync(id, default))).Contains("has ended", StringComparison.Ordinal).ShouldBe(ended);
        }

        var fresh = (await SendAsync(portal, id)).Link!.PathAndQuery;
        await Actions(portal).SetDisabledAsync(id, true, PortalAccess.Everything, Ada, default);
        await Actions(portal).SetDisabledAsync(id, false, PortalAccess.Everything, Ada, default);
        (await TextAsync(portal, fresh)).ShouldContain("has ended");
        foreach (var rubbish in new[] { "/invitation", "/invitation?token=x", fresh[..^5] + "AAAAA" })
        {
            (await TextAsync(portal, rubbish)).ShouldContain("has ended");
        }
    }

    [Theory]
    [InlineData(false, InvitationDelivery.Mailed)]
    [InlineData(true, InvitationDelivery.Failed)]
    public async Task With_a_mail_server_the_invitation_is_mailed_and_when_it_refuses_the_link_is_shown_after_all(bool refuses, InvitationDelivery delivery)
    {
        await using var server = new SmallMailServer { Refuses = refuses };
        await using var portal = await RunningPortal.SetUpAsync(o => o with { Smtp = new SmtpServer("127.0.0.1", server.Port, false, null, null, "portal@example.com"), PublicUrl = new Uri("http://portal.example.com") });
        var id = (await Actions(portal).AddAsync("tom@example.com", Technician, PortalAccess.Everything, Ada, default)).Id!.Value;

        var sent = await SendAsync(portal, id);

        (sent.Delivery, sent.Link is null, sent.Trouble is null).ShouldBe((delivery, !refuses, !refuses));
        server.Mails.Count(m => m.To.Contains("tom@example.com", StringComparison.Ordinal) && m.Text.Contains("portal.example.com/invitation?token=", StringComparison.Ordinal)).ShouldBe(refuses ? 0 : 1);
        var line = await LineAsync(portal, id);
        (line.Status, line.Invitation, line.InvitationTrouble is null).ShouldBe((UserStatus.Invited, delivery, !refuses));
    }

    [Fact]
    public async Task Who_was_not_invited_cannot_come_in_by_any_way()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var id = (await Actions(portal).AddAsync("tom@example.com", Technician, PortalAccess.Everything, Ada, default)).Id!.Value;
        (await LineAsync(portal, id)).Status.ShouldBe(UserStatus.NotInvited);
        await using (var db = portal.Data.Open(1))
        {
            var hash = await db.Users.Where(u => u.Email == RunningPortal.Email).Select(u => u.PasswordHash).SingleAsync();
            await db.Users.Where(u => u.Id == id).ExecuteUpdateAsync(u => u.SetProperty(x => x.PasswordHash, hash));
        }

        using var client = portal.NewClient();
        using var byPassword = await portal.PostAsync("/signin", RunningPortal.SignInForm(RunningPortal.Password, "tom@example.com"), client);
        using var byLink = await portal.GetAsync(await portal.Services.GetRequiredService<SignInLinks>().CreateAsync(id, null, default), client: client);
        using var page = await portal.GetAsync("/tickets", client: client);

        (byPassword.StatusCode, byLink.Headers.Location!.ToString()).ShouldBe((HttpStatusCode.OK, "/signin?problem=link"));
        page.Headers.Location!.ToString().ShouldStartWith("/signin");
    }

    [Fact]
    public async Task Who_is_disabled_is_out_at_once_and_in_again_when_enabled()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var portal = await RunningPortal.SetUpAsync(clock: clock);
        var user = await portal.AddUserAsync(BuiltInRole.Technician, "tom@example.com");
        using var client = await portal.SignInAsync(user);
        (await portal.GetAsync("/api/v1/tickets", client: client)).StatusCode.ShouldBe(HttpStatusCode.OK);

        await Actions(portal).SetDisabledAsync(user.Id, true, PortalAccess.Everything, Ada, default);
        (await portal.GetAsync("/api/v1/tickets", client: client)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        clock.Advance(TimeSpan.FromMinutes(2));
        (await portal.GetAsync("/api/v1/tickets", client: client)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        await Actions(portal).SetDisabledAsync(user.Id, false, PortalAccess.Everything, Ada, default);
        (await portal.GetAsync("/api/v1/tickets", client: client)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized, "the old session stays ended");
        using var fresh = await portal.SignInAsync(user);
        (await portal.GetAsync("/api/v1/tickets", client: fresh)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await portal.AuditAsync()).Where(a => a is "user.disabled" or "user.enabled").ShouldBe(["user.disabled", "user.enabled"]);
    }

    [Fact]
    public async Task The_last_administrator_is_neither_disabled_nor_demoted_nor_restricted_nor_removed()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var id = (await ListAsync(portal)).Single().Id;
        var actions = Actions(portal);
        await actions.AddAsync("invited@example.com", new UserDetails(null, BuiltInRole.Administrator), PortalAccess.Everything, Ada, default); // Cannot come in, so counts for nothing.

        Func<Task>[] ways =
        [
            () => actions.SetDisabledAsync(id, true, PortalAccess.Everything, Ada, default),
            () => actions.ChangeAsync(id, new UserDetails(RoleId: BuiltInRole.Technician), PortalAccess.Everything, Ada, default),
            () => actions.ChangeAsync(id, new UserDetails(SeesAssignedOnly: true), PortalAccess.Everything, Ada, default),
            () => actions.RemoveAsync(id, PortalAccess.Everything, Ada, default),
        ];
        foreach (var way in ways)
        {
            (await Should.ThrowAsync<ActionRefusedException>(way)).Message.ShouldContain("last administrator");
        }

        (await LineAsync(portal, id)).Role.Id.ShouldBe(BuiltInRole.Administrator);
    }

    [Theory, DatabaseData]
    public async Task Administrators_who_take_each_other_away_at_once_leave_one(Database kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        List<PortalUser> people = [.. Enumerable.Range(0, 6).Select(i => new PortalUser
        {
            Id = Guid.NewGuid(), TenantId = home.Tenant, Email = $"a{i}@example.com", RoleId = BuiltInRole.Administrator, InvitedAt = StorageHome.Start, LastSignInAt = StorageHome.Start,
            SecurityStamp = "x", ConcurrencyStamp = $"{i}",
        })];
        await using (var db = home.Open())
        {
            db.Users.AddRange(people);
            await db.SaveChangesAsync();
        }

        var actions = new UserActions(home.Database, new AccessBook(home.Database, home.Clock), home.Clock);
        var left = await Task.WhenAll(people.Select((person, i) => Task.Run(async () =>
        {
            try
            {
                await (i % 3 == 0 ? actions.SetDisabledAsync(person.Id, true, PortalAccess.Everything, home.Ada, default)
                    : i % 3 == 1 ? actions.ChangeAsync(person.Id, new UserDetails(RoleId: BuiltInRole.Technician), PortalAccess.Everything, home.Ada, default)
                    : actions.RemoveAsync(person.Id, PortalAccess.Everything, home.Ada, default));
                return 0;
            }
            catch (ActionRefusedException)
            {
                return 1;
            }
        })));

        await using var after = home.Open();
        left.Sum().ShouldBe(1);
        (await after.Users.CountAsync(u => u.RoleId == BuiltInRole.Administrator && !u.IsDisabled)).ShouldBe(1);
    }

    [Fact]
    public async Task Nobody_does_to_those_who_may_more_or_gives_away_what_they_do_not_have()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var ada = (await ListAsync(portal)).Single().Id;
        using var client = await portal.SignInWithAsync(Permissions.WriteUsers, Permissions.ReadTickets);
        var mine = (await ListAsync(portal)).Single(u => u.Id != ada).Id;

        async Task<HttpStatusCode> SendAsync(HttpMethod method, string path, object body)
        {
            using var request = new HttpRequestMessage(method, new Uri($"/api/v1/users{path}", UriKind.Relative)) { Content = JsonContent.Create(body) };
            using var answer = await client.SendAsync(request);
            return answer.StatusCode;
        }

        (await SendAsync(HttpMethod.Post, $"/{ada}/invitation", new { })).ShouldBe(HttpStatusCode.Conflict);
        (await SendAsync(HttpMethod.Patch, $"/{ada}", new { disabled = true })).ShouldBe(HttpStatusCode.Conflict);
        (await SendAsync(HttpMethod.Delete, $"/{ada}", new { })).ShouldBe(HttpStatusCode.Conflict);
        (await SendAsync(HttpMethod.Post, "", new { email = "eve@example.com", roleId = BuiltInRole.Administrator })).ShouldBe(HttpStatusCode.BadRequest);
        (await SendAsync(HttpMethod.Patch, $"/{mine}", new { roleId = BuiltInRole.Administrator })).ShouldBe(HttpStatusCode.Conflict, "nobody changes their own role");
        (await SendAsync(HttpMethod.Patch, $"/{mine}", new { disabled = true })).ShouldBe(HttpStatusCode.Conflict);
        var weak = await portal.AddRoleAsync("Reader", Permissions.ReadTickets);
        (await SendAsync(HttpMethod.Post, "", new { email = "eve@example.com", roleId = weak })).ShouldBe(HttpStatusCode.Created);
        (await ListAsync(portal)).Select(u => (u.Email, u.Role.Id)).ShouldContain(("eve@example.com", weak));
    }

    [Fact]
    public async Task What_cannot_be_is_refused_at_its_field_and_nothing_is_changed()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        using var program = new ApiCaller(portal, await portal.AddKeyAsync("manage"));
        foreach (var (body, field) in new (object, string)[]
        {
            (new { email = "nonsense", roleId = BuiltInRole.Technician }, "email"),
            (new { email = RunningPortal.Email.ToUpperInvariant(), roleId = BuiltInRole.Technician }, "email"),
            (new { email = "tom@example.com" }, "roleId"),
            (new { email = "tom@example.com", roleId = Guid.NewGuid() }, "roleId"),
            (new { email = "tom@example.com", roleId = BuiltInRole.CompanyUser }, "roleId"),
            (new { email = "tom@example.com", roleId = BuiltInRole.Technician, seesAssignedOnly = true, companies = new[] { Guid.NewGuid() } }, "companies"),
        })
        {
            var answer = await program.PostAsync("/users", body);
            (answer.Status, string.Join(' ', answer.Fields)).ShouldBe((HttpStatusCode.BadRequest, field));
        }

        (await ListAsync(portal)).Count.ShouldBe(1);
        (await program.GetAsync($"/users/{Guid.NewGuid()}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await program.PostAsync($"/users/{Guid.NewGuid()}/invitation")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_program_adds_invites_changes_and_removes_somebody()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        using var program = new ApiCaller(portal, await portal.AddKeyAsync("manage"));

        var made = (await program.PostAsync("/users", new { email = "tom@example.com", name = "Tom", roleId = BuiltInRole.Technician })).Body;
        var id = made.GetProperty("user").GetProperty("id").GetGuid();
        made.GetProperty("invitation").GetProperty("link").GetString()!.ShouldContain("/invitation?token=");
        var changed = (await program.SendAsync(HttpMethod.Patch, $"/users/{id}", new { name = "Tomas", disabled = true })).Body;
        (changed.GetProperty("name").GetString(), changed.GetProperty("status").GetString()).ShouldBe(("Tomas", "disabled"));
        (await program.GetAsync("/users?search=tomas&status=disabled")).Body.GetProperty("data").GetArrayLength().ShouldBe(1);
        (await program.GetAsync("/users?status=active")).Body.GetProperty("data").EnumerateArray().Select(u => u.GetProperty("email").GetString()).ShouldBe([RunningPortal.Email]);
        (await program.GetAsync("/users?status=away")).Fields.ShouldBe(["status"]);
        (await program.SendAsync(HttpMethod.Delete, $"/users/{id}", null)).Status.ShouldBe(HttpStatusCode.NoContent);
        (await ListAsync(portal)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Another_tenants_people_are_not_there()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        await using (var db = portal.Data.Open())
        {
            db.Tenants.Add(new Tenant { Name = "Other", CreatedAt = DateTimeOffset.UnixEpoch });
            await db.SaveChangesAsync();
        }

        var theirs = await portal.AddUserAsync(BuiltInRole.Technician, "theirs@example.com", tenant: 2);

        (await ListAsync(portal)).Select(u => u.Email).ShouldBe([RunningPortal.Email]);
        await Should.ThrowAsync<KeyNotFoundException>(() => SendAsync(portal, theirs.Id));
        await Should.ThrowAsync<KeyNotFoundException>(() => Actions(portal).RemoveAsync(theirs.Id, PortalAccess.Everything, Ada, default));
    }

    [Theory, DatabaseData]
    public async Task The_command_line_does_what_the_page_does(Database kind)
    {
        await using var shell = await CommandPrompt.OpenAsync(kind);
        (await shell.RunAsync("admin", "add", "--email", "ada@example.com")).ExitCode.ShouldBe(0);

        (await shell.RunAsync("roles", "set", "Dispatch", "--may", "read_tickets", "write_companies")).ExitCode.ShouldBe(0);
        var invited = await shell.RunAsync("users", "invite", "tom@example.com", "--name", "Tom", "--role", "dispatch");
        (invited.ExitCode, invited.Output.Contains("/invitation?token=", StringComparison.Ordinal), invited.Error.Contains("No mail server is set", StringComparison.Ordinal)).ShouldBe((0, true, true));
        (await shell.RunAsync("users", "set", "tom@example.com", "--role", "Technician")).ExitCode.ShouldBe(0);
        (await shell.RunAsync("users", "disable", "tom@example.com")).ExitCode.ShouldBe(0);
        var list = (await shell.RunAsync("users", "list", "--json")).Json;
        list.EnumerateArray().Select(u => (u.GetProperty("email").GetString(), u.GetProperty("role").GetProperty("name").GetString(), u.GetProperty("status").GetString()))
            .ShouldBe([("ada@example.com", "Administrator", "invited"), ("tom@example.com", "Technician", "disabled")]);
        (await shell.RunAsync("users", "disable", "ada@example.com")).Error.ShouldContain("last administrator");
        (await shell.RunAsync("users", "remove", "nobody@example.com")).Error.ShouldContain("There is no nobody@example.com");
        (await shell.RunAsync("users", "set", "tom@example.com", "--company", "Acme")).Error.ShouldContain("There is no company “Acme”");
        (await shell.RunAsync("roles", "remove", "Dispatch")).ExitCode.ShouldBe(0);
        (await shell.RunAsync("users", "remove", "tom@example.com")).ExitCode.ShouldBe(0);
    }

    private static UserActions Actions(RunningPortal portal) => portal.Services.GetRequiredService<UserActions>();

    private static Task<SentInvitation> SendAsync(RunningPortal portal, Guid id) =>
        portal.Services.GetRequiredService<Invitations>().SendAsync(id, PortalAccess.Everything, Ada, default);

    private static async Task<(Guid Id, string Link)> InviteAsync(RunningPortal portal, string email)
    {
        var id = (await Actions(portal).AddAsync(email, Technician, PortalAccess.Everything, Ada, default)).Id!.Value;
        return (id, (await SendAsync(portal, id)).Link!.PathAndQuery);
    }

    private static async Task<string> TextAsync(RunningPortal portal, string path)
    {
        using var client = portal.NewClient();
        return await client.GetStringAsync(new Uri(path, UriKind.Relative));
    }

    private static async Task<IReadOnlyList<UserLine>> ListAsync(RunningPortal portal) =>
        (await portal.Services.GetRequiredService<UserQueries>().ListAsync(1, new UserFilter(), new RecordQuery(0, 50, null, false), default)).Rows;

    private static async Task<UserLine> LineAsync(RunningPortal portal, Guid id) => (await ListAsync(portal)).Single(u => u.Id == id);
}
