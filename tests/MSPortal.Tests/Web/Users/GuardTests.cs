using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Tests.Storage;
using MSPortal.Tests.Support;
using MSPortal.Tests.Web.Features.Api;
using MSPortal.Tests.Web.Hosting;
using MSPortal.Tests.Web.Notifications;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Account;
using MSPortal.Web.Features.Notifications;
using MSPortal.Web.Features.Settings;
using MSPortal.Web.Features.Users;
using MSPortal.Web.Ui.Shell;
using Shouldly;
using Xunit;
using Database = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Users;

/// <summary>What holds between two who act at the same moment, and between a moment and the next.</summary>
public sealed class GuardTests
{
    private static readonly PortalAccess All = PortalAccess.Everything;

    [Theory, DatabaseData]
    public async Task Who_was_read_before_a_change_is_not_written_over_it(Database kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var users = new UserActions(home.Database, new AccessBook(home.Database, home.Clock), home.Clock);
        var (_, tom) = await PeopleAsync(home);
        Func<Task>[] changes =
        [
            () => users.ChangeAsync(tom, new UserDetails(RoleId: BuiltInRole.Technician), All, home.Ada, default),
            () => users.ResetSecondFactorAsync(tom, All, home.Ada, default),
            () => users.SetDisabledAsync(tom, true, All, home.Ada, default),
        ];
        foreach (var change in changes)
        {
            await using var db = home.Open();
            using var store = new UserOnlyStore<PortalUser, PortalContext, Guid>(db);
            var stale = (await store.FindByIdAsync(tom.ToString()))!;
            await change();
            stale.AccessFailedCount++;
            (await store.UpdateAsync(stale)).Errors.Select(e => e.Code).ShouldBe(["ConcurrencyFailure"]);
        }

        await using var after = home.Open();
        var user = await after.Users.SingleAsync(u => u.Id == tom);
        (user.RoleId, user.TwoFactorEnabled, user.IsDisabled, user.AccessFailedCount).ShouldBe((BuiltInRole.Technician, false, true, 0));
    }

    [Theory, DatabaseData]
    public async Task Who_loses_writes_on_top_of_the_others_change_but_not_when_that_disabled_them(Database kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var users = new UserActions(home.Database, new AccessBook(home.Database, home.Clock), home.Clock);
        var (_, tom) = await PeopleAsync(home);
        foreach (var (change, succeeds) in new (Func<Task>, bool)[]
        {
            (() => users.ChangeAsync(tom, new UserDetails("Tomas"), All, home.Ada, default), true),
            (() => users.SetDisabledAsync(tom, true, All, home.Ada, default), false),
        })
        {
            await using var db = home.Open();
            using var store = new UserOnlyStore<PortalUser, PortalContext, Guid>(db);
            var user = (await store.FindByIdAsync(tom.ToString()))!;
            await change();
            var written = await db.WriteAsync(user, () =>
            {
                user.AccessFailedCount++;
                return store.UpdateAsync(user);
            }, default);
            written.Succeeded.ShouldBe(succeeds);
        }

        await using var after = home.Open();
        (await after.Users.Where(u => u.Id == tom).Select(u => new { u.DisplayName, u.AccessFailedCount, u.IsDisabled }).SingleAsync())
            .ShouldBe(new { DisplayName = "Tomas", AccessFailedCount = 1, IsDisabled = true });
    }

    [Fact]
    public async Task A_theme_and_the_disabling_of_its_person_at_once_both_hold()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var tom = await portal.AddUserAsync(BuiltInRole.Technician, "tom@example.com");
        var (themes, users) = (portal.Services.GetRequiredService<ThemeChoices>(), portal.Services.GetRequiredService<UserActions>());
        for (var i = 0; i < 20; i++)
        {
            var disabled = i % 2 == 0;
            await Task.WhenAll(
                Task.Run(() => themes.KeepAsync(tom.Id, disabled ? "dark" : "light")),
                Task.Run(() => users.SetDisabledAsync(tom.Id, disabled, All, new Actor(1, RunningPortal.Email, null), default)));
            await using var db = portal.Data.Open(1);
            (await db.Users.Where(u => u.Id == tom.Id).Select(u => u.IsDisabled).SingleAsync()).ShouldBe(disabled);
        }
    }

    [Fact]
    public async Task A_link_ends_with_another_role_other_companies_and_another_password_and_not_with_another_name()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var ada = new Actor(1, RunningPortal.Email, null);
        var (users, invitations) = (portal.Services.GetRequiredService<UserActions>(), portal.Services.GetRequiredService<Invitations>());
        var (tom, company) = ((await portal.AddUserAsync(BuiltInRole.Technician, "tom@example.com")).Id, Guid.NewGuid());
        await using (var db = portal.Data.Open(1))
        {
            db.Companies.Add(new Company { Id = company, TenantId = 1, Name = "Acme", NormalizedName = "ACME", CreatedAt = DateTimeOffset.UnixEpoch });
            await db.SaveChangesAsync();
        }

        async Task<bool> EndsAsync(Guid person, Func<Task> change)
        {
            var link = (await invitations.SendAsync(person, All, ada, default)).Link!.PathAndQuery;
            await change();
            using var guest = portal.NewClient();
            return (await guest.GetStringAsync(new Uri(link, UriKind.Relative))).Contains("This link has ended", StringComparison.Ordinal);
        }

        foreach (var (details, ends) in new[]
        {
            (new UserDetails("Tomas"), false),
            (new UserDetails(RoleId: BuiltInRole.Technician), false),
            (new UserDetails(RoleId: BuiltInRole.Administrator), true),
            (new UserDetails(SeesAssignedOnly: true), true),
            (new UserDetails(Companies: [company]), true),
        })
        {
            (await EndsAsync(tom, () => users.ChangeAsync(tom, details, All, ada, default))).ShouldBe(ends, details.ToString());
        }

        await using var people = portal.Data.Open(1);
        var own = await people.Users.Where(u => u.Email == RunningPortal.Email).Select(u => u.Id).SingleAsync();
        (await EndsAsync(own, async () =>
        {
            using var changed = await portal.PostAsync("/account/password", new() { ["Input.Next"] = "another good long one", ["Input.Current"] = RunningPortal.Password });
        })).ShouldBeTrue();
    }

    [Theory, DatabaseData]
    public async Task Who_was_disabled_or_lost_the_right_does_nothing_more_whatever_their_page_still_thinks(Database kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var book = new AccessBook(home.Database, home.Clock);
        var (users, roles, keys) = (new UserActions(home.Database, book, home.Clock), new Roles(home.Database, book, home.Clock), new ApiKeys(home.Database, home.Clock));
        var (settings, import) = (new GeneralSettings(home.Database, book, home.Clock), new StaffImport(home.Database, users, home.Clock));
        var (ada, tom) = await PeopleAsync(home);
        var actor = home.Ada with { UserId = ada };
        (await users.ChangeAsync(tom, new UserDetails("Tomas"), All, actor, default)).Id.ShouldBe(tom);
        var role = (await roles.SaveAsync(null, "Reader", [Permissions.ReadTickets], All, actor, default)).Id!.Value;
        (await keys.CreateAsync("Reporting", "read", All, actor, default)).Secret.ShouldNotBeNull();
        var general = await settings.ReadAsync(home.Tenant, default);
        Func<Task>[] ways =
        [
            () => users.AddAsync("eve@example.com", new UserDetails("Eve", role), All, actor, default),
            () => users.ChangeAsync(tom, new UserDetails("Tim"), All, actor, default),
            () => users.SetDisabledAsync(tom, true, All, actor, default),
            () => users.ResetSecondFactorAsync(tom, All, actor, default),
            () => users.RemoveAsync(tom, All, actor, default),
            () => roles.SaveAsync(null, "Other", [Permissions.ReadTickets], All, actor, default),
            () => roles.RemoveAsync(role, All, actor, default),
            () => keys.CreateAsync("Other", "read", All, actor, default),
            () => keys.RevokeAsync(1, All, actor, default),
            () => settings.SaveAsync(general with { Name = "Other" }, All, actor, default),
            () => import.UnlinkAsync(new StaffKey(1, "1"), All, actor, default),
        ];
        await using var db = home.Open();
        var audited = await db.Audit.CountAsync();
        foreach (var (newRole, disabled) in new[] { (BuiltInRole.Administrator, true), (BuiltInRole.Technician, false) })
        {
            await db.Users.Where(u => u.Id == ada).ExecuteUpdateAsync(u => u.SetProperty(x => x.RoleId, newRole).SetProperty(x => x.IsDisabled, disabled));
            foreach (var way in ways)
            {
                (await Should.ThrowAsync<ActionRefusedException>(way)).Message.ShouldStartWith("You may no longer do this.");
            }
        }

        var writer = (await roles.SaveAsync(null, "Writer", [Permissions.WriteUsers], All, home.Ada, default)).Id!.Value;
        await db.Users.Where(u => u.Id == ada).ExecuteUpdateAsync(u => u.SetProperty(x => x.RoleId, writer));
        (await users.AddAsync("eve@example.com", new UserDetails("Eve", BuiltInRole.Administrator), All, actor, default)).Errors.Single().Field.ShouldBe("role");
        (await Should.ThrowAsync<ActionRefusedException>(() => users.RemoveAsync(tom, All, actor, default))).Message.ShouldContain("may do what you may not");
        (await db.Audit.CountAsync()).ShouldBe(audited + 1);
    }

    [Theory, DatabaseData]
    public async Task A_role_that_is_being_given_is_not_removed(Database kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var book = new AccessBook(home.Database, home.Clock);
        var roles = new Roles(home.Database, book, home.Clock);
        var (_, tom) = await PeopleAsync(home);
        var role = (await roles.SaveAsync(null, "Reader", [Permissions.ReadTickets], All, home.Ada, default)).Id!.Value;
        await using var db = home.Open();
        await using var giving = await db.Database.BeginTransactionAsync();
        await UserRules.QueueAsync(db, default);
        await db.Users.Where(u => u.Id == tom).ExecuteUpdateAsync(u => u.SetProperty(x => x.RoleId, role));

        var removing = Task.Run(() => roles.RemoveAsync(role, All, home.Ada, default));
        await home.WaitingAsync(removing);
        await giving.CommitAsync();

        (await Should.ThrowAsync<ActionRefusedException>(removing)).Message.ShouldContain("One person has this role");
    }

    [Theory, DatabaseData]
    public async Task Of_links_that_are_made_at_once_one_opens_and_none_fails(Database kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var (_, tom) = await PeopleAsync(home);
        var tokens = new OneTimeTokens(home.Database, home.Clock);
        for (var round = 0; round < 5; round++)
        {
            var made = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => tokens.CreateAsync("test", tom, TimeSpan.FromHours(1), default))));
            var opened = new List<Guid?>();
            foreach (var token in made)
            {
                opened.Add(await tokens.RedeemAsync("test", token, default));
            }

            opened.Count(id => id == tom).ShouldBe(1);
        }
    }

    [Fact]
    public async Task A_change_that_is_refused_in_part_is_not_made_at_all()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        using var program = new ApiCaller(portal, await portal.AddKeyAsync("manage"));
        await using var db = portal.Data.Open(1);
        var ada = await db.Users.Select(u => u.Id).SingleAsync();

        (await program.SendAsync(HttpMethod.Patch, $"/users/{ada}", new { name = "Nobody", disabled = true })).Status.ShouldBe(HttpStatusCode.Conflict);

        (await db.Users.Select(u => u.DisplayName).SingleAsync()).ShouldBe("Ada Lovelace");
        (await portal.AuditAsync()).ShouldBe(["portal.set_up", "user.signed_in"]);
    }

    [Fact]
    public async Task Who_was_made_and_whose_mail_was_refused_is_answered_with_the_trouble()
    {
        await using var server = new SmallMailServer { Refuses = true };
        await using var portal = await RunningPortal.SetUpAsync(o => o with { Smtp = new SmtpServer("127.0.0.1", server.Port, false, null, null, "portal@example.com") });
        using var program = new ApiCaller(portal, await portal.AddKeyAsync("manage"));

        var answer = await program.PostAsync("/users", new { email = "tom@example.com", roleId = BuiltInRole.Technician });

        answer.Status.ShouldBe(HttpStatusCode.Created);
        answer.Body.GetProperty("user").GetProperty("email").GetString().ShouldBe("tom@example.com");
        answer.Body.GetProperty("invitation").GetProperty("trouble").GetString()!.ShouldContain("did not take the mail");
    }

    private static async Task<(Guid Ada, Guid Tom)> PeopleAsync(StorageHome home)
    {
        await using var db = home.Open();
        List<PortalUser> people = [.. new[] { "ada@example.com", "tom@example.com" }.Select(email => new PortalUser
        {
            Id = Guid.NewGuid(), TenantId = home.Tenant, Email = email, UserName = email, DisplayName = email, RoleId = BuiltInRole.Administrator, InvitedAt = StorageHome.Start,
            LastSignInAt = StorageHome.Start, TwoFactorEnabled = true, SecurityStamp = "x",
        })];
        db.Users.AddRange(people);
        await db.SaveChangesAsync();
        return (people[0].Id, people[1].Id);
    }
}
