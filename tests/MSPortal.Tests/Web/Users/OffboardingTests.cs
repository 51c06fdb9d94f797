using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Ports;
using MSPortal.Core.Model;
using MSPortal.Storage.Integrations;
using MSPortal.Storage.Model;
using MSPortal.Tests.Storage;
using MSPortal.Tests.Support;
using MSPortal.Tests.Web.Tickets;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Account;
using MSPortal.Web.Features.Tickets;
using MSPortal.Web.Features.Users;
using Shouldly;
using Xunit;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Users;

public sealed class OffboardingTests
{
    [Theory, DatabaseData]
    public async Task Who_is_inactive_everywhere_is_disabled_and_signed_out_and_comes_back_when_active_again(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var (seed, psa, rmm, acme) = await WorldAsync(home);
        var ann = await home.Database.ClientAsync(home.Tenant, acme, "ann@acme.example", BuiltInRole.CompanyUser, null, (psa, "70"), (rmm, "1"));
        var (book, offboarding) = Parts(home);

        (await offboarding.SettleAsync(home.Tenant, default)).ShouldBe(0);
        await seed.ChangeContactAsync(psa, "70", c => c.IsInactive = true);
        (await offboarding.SettleAsync(home.Tenant, default)).ShouldBe(0, "the other vendor still has her");
        await using (var before = home.Open())
        {
            (await ClientSight.ReadAsync(before, ann.Id, acme, TicketReach.Own, default)).Contacts.Select(c => (c.IntegrationId, c.ExternalId)).ShouldBe([(rmm, "1")]);
        }

        await seed.DeleteContactAsync(rmm, "1");
        (await offboarding.SettleAsync(home.Tenant, default)).ShouldBe(1);

        var gone = await UserAsync(home, ann.Id);
        (gone.IsDisabled, gone.DisabledByContacts, gone.SecurityStamp == ann.SecurityStamp).ShouldBe((true, true, false));
        (await offboarding.SettleAsync(home.Tenant, default)).ShouldBe(0);
        await Should.ThrowAsync<ActionRefusedException>(() => new UserActions(home.Database, book, home.Clock).SetDisabledAsync(ann.Id, false, PortalAccess.Everything, home.Ada, default));

        await seed.ChangeContactAsync(psa, "70", c => c.IsInactive = false);
        (await offboarding.SettleAsync(home.Tenant, default)).ShouldBe(1);
        var back = await UserAsync(home, ann.Id);
        (back.IsDisabled, back.DisabledByContacts).ShouldBe((false, false));
        await using var db = home.Open();
        (await db.Audit.OrderBy(a => a.Id).Select(a => a.Action).ToListAsync()).ShouldBe(["user.disabled_by_contacts", "user.enabled_by_contacts"]);
    }

    [Theory, DatabaseData]
    public async Task An_address_that_passed_to_somebody_else_opens_nothing_of_its_old_owner(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var (seed, psa, rmm, acme) = await WorldAsync(home);
        var (book, offboarding) = Parts(home);
        var boss = (await new Roles(home.Database, book, home.Clock).SaveAsync(null, "Boss", [Permissions.ReadTickets], PortalAccess.Everything, home.Ada, default, TicketReach.Company)).Id!.Value;
        var sales = await home.Database.ClientAsync(home.Tenant, acme, "sales@acme.example", boss, TicketReach.Company, (psa, "70"));
        var help = await home.Database.ClientAsync(home.Tenant, acme, "help@acme.example", BuiltInRole.CompanyUser, null, (psa, "71"));
        await seed.DoAsync(async db =>
        {
            foreach (var user in await db.Users.AsTracking().Where(u => u.CompanyId == acme).ToListAsync())
            {
                (user.PasswordHash, user.TwoFactorEnabled, user.LastSignInAt) = ("hash", true, StorageHome.Start);
                db.UserTokens.Add(new IdentityUserToken<Guid> { UserId = user.Id, LoginProvider = SecondFactors.Provider, Name = "AuthenticatorKey", Value = "key" });
                db.UserPasskeys.Add(new IdentityUserPasskey<Guid>
                {
                    UserId = user.Id, CredentialId = user.Id.ToByteArray(), Data = new() { PublicKey = [1], CreatedAt = StorageHome.Start, AttestationObject = [], ClientDataJson = [] },
                });
            }
        });
        await seed.ChangeContactAsync(psa, "70", c => c.IsInactive = true);
        (await offboarding.SettleAsync(home.Tenant, default)).ShouldBe(1);
        await seed.ContactsAsync(rmm,
            new() { ExternalId = "90", CompanyId = "a", FirstName = "Zoe", LastName = "Young", Email = "Sales@acme.example" },
            new() { ExternalId = "91", CompanyId = "a", FirstName = "Bob", LastName = "Baker", Email = "help@acme.example" });

        var outcomes = await new ContactImport(home.Database, new UserActions(home.Database, book, home.Clock), book, home.Clock).ImportAsync(
            [new(new(rmm, "90"), BuiltInRole.CompanyUser), new(new(rmm, "91"), BuiltInRole.CompanyUser)], PortalAccess.Everything, home.Ada, default);

        outcomes.Select(o => (o.UserId, o.Linked, o.Problem)).ShouldBe([((Guid?)sales.Id, true, null), (help.Id, true, null)]);
        (await offboarding.SettleAsync(home.Tenant, default)).ShouldBe(1);
        var (passed, same) = (await UserAsync(home, sales.Id), await UserAsync(home, help.Id));
        (passed.IsDisabled, passed.PasswordHash, passed.InvitedAt, passed.LastSignInAt, passed.TwoFactorEnabled, passed.SecurityStamp == sales.SecurityStamp).ShouldBe((false, null, null, null, false, false));
        (passed.DisplayName, passed.RoleId, passed.Reach).ShouldBe(("Zoe Young", BuiltInRole.CompanyUser, null));
        (same.IsDisabled, same.PasswordHash, same.InvitedAt, same.TwoFactorEnabled, same.SecurityStamp).ShouldBe((false, "hash", DateTimeOffset.UnixEpoch, true, help.SecurityStamp));
        await using var db = home.Open();
        (await db.UserTokens.Select(t => t.UserId).ToListAsync()).ShouldBe([help.Id]);
        (await db.UserPasskeys.Select(p => p.UserId).ToListAsync()).ShouldBe([help.Id]);
    }

    [Theory, DatabaseData]
    public async Task Who_is_tied_to_no_vendor_any_more_is_who_they_were_when_another_one_brings_them(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var (seed, _, rmm, acme) = await WorldAsync(home);
        var ann = await home.Database.ClientAsync(home.Tenant, acme, "ann@acme.example", BuiltInRole.CompanyUser, TicketReach.Company);
        await seed.DoAsync(db => db.Users.Where(u => u.Id == ann.Id).ExecuteUpdateAsync(set => set.SetProperty(u => u.PasswordHash, "hash").SetProperty(u => u.IsDisabled, true).SetProperty(u => u.DisabledByContacts, true)));
        var (book, _) = Parts(home);
        var actions = new UserActions(home.Database, book, home.Clock);

        (await new UserQueries(home.Database).FindAsync(home.Tenant, ann.Id, default))!.Client!.DisabledByContacts.ShouldBeFalse("no vendor will ever enable her");
        await actions.SetDisabledAsync(ann.Id, false, PortalAccess.Everything, home.Ada, default);
        await seed.ContactsAsync(rmm, new ExternalContact { ExternalId = "90", CompanyId = "a", FirstName = "Ann", LastName = "Acker", Email = "ann@acme.example" });
        (await new ContactImport(home.Database, actions, book, home.Clock).ImportAsync([new(new(rmm, "90"), BuiltInRole.CompanyUser)], PortalAccess.Everything, home.Ada, default)).Single().Problem.ShouldBeNull();

        var now = await UserAsync(home, ann.Id);
        (now.IsDisabled, now.PasswordHash, now.InvitedAt, now.Reach).ShouldBe((false, "hash", DateTimeOffset.UnixEpoch, TicketReach.Company));
    }

    [Theory, DatabaseData]
    public async Task Contacts_of_an_integration_are_imported_by_one_at_a_time_and_a_claim_that_was_left_behind_ends(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var (seed, psa, _, _) = await WorldAsync(home);
        var (book, _) = Parts(home);
        var auto = new ContactAutoImport(home.Database, new ContactQueries(home.Database), new ContactImport(home.Database, new UserActions(home.Database, book, home.Clock), book, home.Clock), home.Clock);
        (await auto.SaveAsync(psa, new ContactRules { IsOn = true, Everyone = BuiltInRole.CompanyUser }, PortalAccess.Everything, home.Ada, default)).ShouldBeEmpty();
        var key = ContactImportKeys.Of(ContactImportKeys.Claim, psa);
        await seed.DoAsync(db =>
        {
            db.TenantSettings.Add(new TenantSetting { TenantId = home.Tenant, Key = key, Value = JsonSerializer.Serialize(new ImportClaim(Guid.NewGuid(), home.Clock.GetUtcNow().AddMinutes(1))) });
            return Task.CompletedTask;
        });

        (await auto.RunDueAsync(home.Tenant, default)).ShouldBe(0);
        (await Should.ThrowAsync<ActionRefusedException>(() => auto.RunAsync(psa, PortalAccess.Everything, home.Ada, default))).Message.ShouldContain("imported already");
        await using var db = home.Open();
        (await db.TenantSettings.CountAsync(s => s.Key == key)).ShouldBe(1, "another's claim is another's to end");

        home.Clock.Advance(TimeSpan.FromMinutes(2));
        (await auto.RunDueAsync(home.Tenant, default)).ShouldBe(2);
        (await db.TenantSettings.CountAsync(s => s.Key == key)).ShouldBe(0);
        (await auto.RunDueAsync(home.Tenant, default)).ShouldBe(0);
    }

    [Theory, DatabaseData]
    public async Task Whom_somebody_disabled_stays_disabled_whatever_the_contacts_say(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var (seed, psa, _, acme) = await WorldAsync(home);
        var ann = await home.Database.ClientAsync(home.Tenant, acme, "ann@acme.example", BuiltInRole.CompanyUser, null, (psa, "70"));
        var (book, offboarding) = Parts(home);
        var actions = new UserActions(home.Database, book, home.Clock);

        await actions.SetDisabledAsync(ann.Id, true, PortalAccess.Everything, home.Ada, default);
        (await offboarding.SettleAsync(home.Tenant, default)).ShouldBe(0);
        await actions.SetDisabledAsync(ann.Id, false, PortalAccess.Everything, home.Ada, default);

        await seed.ChangeContactAsync(psa, "70", c => c.IsInactive = true);
        (await offboarding.SettleAsync(home.Tenant, default)).ShouldBe(1);
        await actions.SetDisabledAsync(ann.Id, true, PortalAccess.Everything, home.Ada, default); // “Keep disabled”.
        await seed.ChangeContactAsync(psa, "70", c => c.IsInactive = false);
        (await offboarding.SettleAsync(home.Tenant, default)).ShouldBe(0);
        (await UserAsync(home, ann.Id)).IsDisabled.ShouldBeTrue();
    }

    [Theory, DatabaseData]
    public async Task Neither_those_who_work_here_nor_who_is_tied_to_no_vendor_any_more_is_touched(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var (seed, psa, _, acme) = await WorldAsync(home);
        var untied = await home.Database.ClientAsync(home.Tenant, acme, "untied@acme.example", BuiltInRole.CompanyUser, null);
        await seed.DoAsync(db =>
        {
            var ada = new PortalUser { Id = Guid.NewGuid(), TenantId = home.Tenant, RoleId = BuiltInRole.Administrator, Email = "ada@example.com", UserName = "ada", NormalizedUserName = "ADA", SecurityStamp = "x", InvitedAt = home.Clock.GetUtcNow() };
            db.Users.Add(ada);
            return Task.CompletedTask;
        });
        await seed.DoAsync(db =>
        {
            var ada = db.Users.Single(u => u.Email == "ada@example.com");
            db.ContactLinks.Add(new ContactLink { TenantId = home.Tenant, IntegrationId = psa, ExternalId = "gone", UserId = ada.Id, LinkedBy = "test" });
            return Task.CompletedTask;
        });

        (await Parts(home).Offboarding.SettleAsync(home.Tenant, default)).ShouldBe(0);

        (await UserAsync(home, untied.Id)).IsDisabled.ShouldBeFalse();
        await using var all = home.Open();
        (await all.Users.CountAsync(u => u.IsDisabled)).ShouldBe(0);
    }

    [Theory, DatabaseData]
    public async Task Each_reach_is_the_same_question_on_both_databases(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var (seed, psa, rmm, acme) = await WorldAsync(home);
        await seed.TicketAsync(psa, "1", "7", t => (t.ContactId, t.SiteName) = ("70", "Branch"));
        await seed.TicketAsync(psa, "2", "7", t => (t.ContactId, t.SiteName) = ("71", "Main"));
        await seed.TicketAsync(psa, "3", "7");
        await seed.TicketAsync(psa, "4", "8", t => (t.ContactId, t.SiteName) = ("70", "Main"));
        await seed.TicketAsync(rmm, "5", "a", t => (t.ContactId, t.SiteName) = ("1", "Main"));
        await seed.TicketAsync(rmm, "6", "a", t => (t.ContactId, t.SiteName) = ("70", "Main"));
        var ann = await home.Database.ClientAsync(home.Tenant, acme, "ann@acme.example", BuiltInRole.CompanyUser, null, (psa, "70"), (rmm, "1"));
        var tickets = new TicketQueries(home.Database);
        await using var db = home.Open();

        foreach (var (reach, expected) in new[] { (TicketReach.Own, "1 5"), (TicketReach.Location, "1 2 5"), (TicketReach.Company, "1 2 3 5 6") })
        {
            var sight = new Sight(home.Tenant, [acme], await ClientSight.ReadAsync(db, ann.Id, acme, reach, default));
            foreach (var sort in new[] { TicketSort.Newest, new TicketSort(TicketColumn.Status, false), new TicketSort(TicketColumn.Company, true), new TicketSort(TicketColumn.Number, false) })
            {
                var page = await tickets.PageAsync(sight, TicketFilter.Everything, sort, 0, 50, default);
                string.Join(' ', page.Rows.Select(t => t.ExternalId).Order(StringComparer.Ordinal)).ShouldBe(expected, $"{reach} by {sort}");
                page.Total.ShouldBe(page.Rows.Count);
            }
        }
    }

    [Theory, DatabaseData]
    public async Task Contacts_are_found_by_name_address_company_and_status(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var (_, psa, rmm, acme) = await WorldAsync(home);
        await home.Database.ClientAsync(home.Tenant, acme, "ann@acme.example", BuiltInRole.CompanyUser, null, (psa, "70"));
        var contacts = new ContactQueries(home.Database);
        async Task<string> FoundAsync(ContactFilter filter) => string.Join(' ', (await contacts.ListAsync(home.Tenant, filter, 0, 50, default)).Rows.Select(c => $"{c.Key.IntegrationId}/{c.Key.ExternalId}"));

        (await FoundAsync(new())).ShouldBe($"{psa}/70 {psa}/71 {rmm}/1");
        (await FoundAsync(new("acker"))).ShouldBe($"{psa}/70");
        (await FoundAsync(new("BOB@"))).ShouldBe($"{psa}/71");
        (await FoundAsync(new("acme"))).ShouldBe($"{psa}/70 {psa}/71 {rmm}/1");
        (await FoundAsync(new(Status: ContactStatus.Imported))).ShouldBe($"{psa}/70");
        (await FoundAsync(new(Status: ContactStatus.NotImported, IntegrationId: psa))).ShouldBe($"{psa}/71");
        (await FoundAsync(new(CompanyId: Guid.NewGuid()))).ShouldBe("");
    }

    private static (AccessBook Book, Offboarding Offboarding) Parts(StorageHome home)
    {
        var book = new AccessBook(home.Database, home.Clock);
        return (book, new Offboarding(home.Database, book, home.Clock));
    }

    private static async Task<(TicketSeed Seed, long Psa, long Rmm, Guid Acme)> WorldAsync(StorageHome home)
    {
        var seed = new TicketSeed(home.Database, home.Tenant, StorageHome.Start);
        var (psa, rmm) = (await seed.IntegrationAsync(), await seed.IntegrationAsync("Second PSA"));
        var acme = await seed.LinkAsync(psa, "7", "Acme");
        await seed.LinkAsync(rmm, "a", "Acme");
        await seed.LinkAsync(psa, "8", "Globex");
        await seed.ContactsAsync(psa,
            new() { ExternalId = "70", CompanyId = "7", FirstName = "Ann", LastName = "Acker", Email = "ann@acme.example", SiteName = "Main" },
            new() { ExternalId = "71", CompanyId = "7", FirstName = "Bob", LastName = "Baker", Email = "bob@acme.example" },
            new() { ExternalId = "72", CompanyId = "7", FirstName = "Cid", LastName = "Clark", IsInactive = true });
        await seed.ContactsAsync(rmm, new ExternalContact { ExternalId = "1", CompanyId = "a", FirstName = "Ann", LastName = "Zimmer" });
        return (seed, psa, rmm, acme);
    }

    private static async Task<PortalUser> UserAsync(StorageHome home, Guid id)
    {
        await using var db = home.Open();
        return await db.Users.AsNoTracking().SingleAsync(u => u.Id == id);
    }
}
