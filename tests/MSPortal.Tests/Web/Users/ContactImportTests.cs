using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;
using MSPortal.Tests.Web.Features.Api;
using MSPortal.Tests.Web.Hosting;
using MSPortal.Tests.Web.Tickets;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Account;
using MSPortal.Web.Features.Users;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Users;

public sealed class ContactImportTests
{
    private static readonly Actor Ada = new(1, RunningPortal.Email, "127.0.0.1");

    [Fact]
    public async Task Contacts_become_company_users_row_by_row_and_nobody_comes_in_before_being_invited()
    {
        await using var world = await WorldAsync();
        using var program = new ApiCaller(world.Portal, await world.Portal.AddKeyAsync("manage"));

        var answer = await program.PostAsync("/contacts/import", new { roleId = BuiltInRole.CompanyUser, rows = new[] { "70", "71", "72", "73", "74", "79", "99" }.Select(id => new { integrationId = world.Psa, externalId = id }) });

        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        answer.Body.GetProperty("results").EnumerateArray().Select(r => r.GetProperty("problem").GetString()).ShouldBe(
        [
            null, null, "Has no e-mail address.", "Is inactive at the vendor.", "Another contact has the address ann@acme.example and is Ann Acker already.",
            "Belongs to no company that is imported here.", "The vendor has no such contact any more.",
        ]);
        (answer.Body.GetProperty("imported").GetInt32(), answer.Body.GetProperty("failed").GetInt32()).ShouldBe((2, 5));
        var people = await PeopleAsync(world);
        people.Select(u => (u.Email, u.CompanyId, u.InvitedAt, u.RoleId)).ShouldBe(
            [("ann@acme.example", (Guid?)world.Acme, null, BuiltInRole.CompanyUser), ("bob@acme.example", world.Acme, null, BuiltInRole.CompanyUser)], ignoreOrder: true);
        using var client = world.Portal.NewClient();
        using var early = await world.Portal.GetAsync(await world.Portal.Services.GetRequiredService<SignInLinks>().CreateAsync(people[0].Id, null, default), client: client);
        early.Headers.Location!.ToString().ShouldBe("/signin?problem=link");

        var sent = await world.Portal.Services.GetRequiredService<Invitations>().SendAsync(people.Single(p => p.Email == "ann@acme.example").Id, PortalAccess.Everything, Ada, default);
        using var chosen = await world.Portal.PostAsync(sent.Link!.PathAndQuery, new() { ["Input.Next"] = "a password of her own" }, client);
        (await world.Portal.GetAsync("/tickets", client: client)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_role_of_those_who_work_here_is_for_no_client_and_a_clients_for_nobody_else()
    {
        await using var world = await WorldAsync();
        var portal = world.Portal;
        var roles = portal.Services.GetRequiredService<Roles>();
        var manager = (await roles.SaveAsync(null, "Client manager", [Permissions.ReadTickets], PortalAccess.Everything, Ada, default, TicketReach.Company)).Id!.Value;

        (await ImportAsync(world, BuiltInRole.Technician, "70")).Single().Problem!.ShouldContain("for people who work here");
        (await ImportAsync(world, manager, "70")).Single().Problem.ShouldBeNull();
        var ann = (await PeopleAsync(world)).Single().Id;
        var actions = portal.Services.GetRequiredService<UserActions>();
        (await actions.ChangeAsync(ann, new UserDetails(RoleId: BuiltInRole.Administrator), PortalAccess.Everything, Ada, default)).Errors.Single().Field.ShouldBe("role");
        (await actions.ChangeAsync(ann, new UserDetails(SeesAssignedOnly: true, Companies: [world.Globex]), PortalAccess.Everything, Ada, default)).Errors.Single().Field.ShouldBe("companies");
        (await actions.AddAsync("tom@example.com", new UserDetails(RoleId: manager), PortalAccess.Everything, Ada, default)).Errors.Single().Field.ShouldBe("role");
        (await roles.SaveAsync(null, "Client spy", [Permissions.ReadTickets, Permissions.ReadDiagnosis], PortalAccess.Everything, Ada, default, TicketReach.Own)).Errors.Single().Field.ShouldBe("permissions");
        (await roles.SaveAsync(manager, "Client manager", [Permissions.ReadUsers], PortalAccess.Everything, Ada, default)).Errors.Single().Field.ShouldBe("permissions");

        var line = (await portal.Services.GetRequiredService<UserQueries>().FindAsync(1, ann, default))!.Client!;
        (line.Company!.Name, line.Reach, line.OwnReach).ShouldBe(("Acme", TicketReach.Company, null));
        using var program = new ApiCaller(portal, await portal.AddKeyAsync("manage"));
        (await program.SendAsync(HttpMethod.Patch, $"/users/{ann}", new { reach = "location" })).Body.GetProperty("client").GetProperty("ownReach").GetString().ShouldBe("location");
        (await program.SendAsync(HttpMethod.Patch, $"/users/{ann}", new { reach = "role" })).Body.GetProperty("client").GetProperty("reach").GetString().ShouldBe("company");
        (await program.SendAsync(HttpMethod.Patch, $"/users/{ann}", new { reach = "everything" })).Fields.ShouldBe(["reach"]);
    }

    [Fact]
    public async Task One_person_whom_two_vendors_know_is_one_account_and_another_companys_is_not_taken_over()
    {
        await using var world = await WorldAsync();
        var rmm = await world.Seed.IntegrationAsync("Second PSA");
        await world.Seed.LinkAsync(rmm, "a", "Acme");
        await world.Seed.LinkAsync(rmm, "g", "Globex");
        await world.Seed.ContactsAsync(rmm,
            new() { ExternalId = "1", CompanyId = "a", FirstName = "Ann", Email = "ANN@acme.example" }, new() { ExternalId = "2", CompanyId = "g", FirstName = "Ann", Email = "ann@acme.example" },
            new() { ExternalId = "3", CompanyId = "a", FirstName = "Ada", Email = RunningPortal.Email });
        await ImportAsync(world, BuiltInRole.CompanyUser, "70");
        var import = world.Portal.Services.GetRequiredService<ContactImport>();

        var outcomes = await import.ImportAsync([.. new[] { "1", "2", "3" }.Select(id => new ContactChoice(new ContactKey(rmm, id), BuiltInRole.CompanyUser))], PortalAccess.Everything, Ada, default);

        outcomes.Select(o => (o.Linked, o.Problem)).ShouldBe(
            [(true, null), (false, "ann@acme.example is a company user of another company already."), (false, $"There is a user {RunningPortal.Email} already.")]);
        await using var db = world.Portal.Data.Open(1);
        (await db.ContactLinks.Select(l => l.ExternalId).ToListAsync()).ShouldBe(["70", "1"], ignoreOrder: true);
        (await db.ContactLinks.Select(l => l.UserId).Distinct().CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Removed_access_stays_removed_until_somebody_allows_it_again()
    {
        await using var world = await WorldAsync();
        var portal = world.Portal;
        using var program = new ApiCaller(portal, await portal.AddKeyAsync("manage"));
        await ImportAsync(world, BuiltInRole.CompanyUser, "70");
        var ann = (await PeopleAsync(world)).Single();

        (await program.SendAsync(HttpMethod.Delete, $"/users/{ann.Id}", null)).Status.ShouldBe(HttpStatusCode.NoContent);

        (await PeopleAsync(world)).ShouldBeEmpty();
        (await ImportAsync(world, BuiltInRole.CompanyUser, "70")).Single().Problem!.ShouldContain("Access was removed");
        (await ImportAsync(world, BuiltInRole.CompanyUser, "74")).Single().Problem!.ShouldContain("Access was removed", Case.Sensitive, "made anew at the vendor, with the same address");
        var listed = (await program.GetAsync("/removed-contacts")).Body.GetProperty("data").EnumerateArray().Single();
        (listed.GetProperty("name").GetString(), listed.GetProperty("email").GetString(), listed.GetProperty("key").GetProperty("externalId").GetString()).ShouldBe(("Ann Acker", "ann@acme.example", "70"));
        (await program.SendAsync(HttpMethod.Delete, $"/removed-contacts/{world.Psa}/70", null)).Status.ShouldBe(HttpStatusCode.NoContent);
        (await program.SendAsync(HttpMethod.Delete, $"/removed-contacts/{world.Psa}/70", null)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await ImportAsync(world, BuiltInRole.CompanyUser, "70")).Single().Problem.ShouldBeNull();
        (await portal.AuditAsync()).Skip(2).ShouldBe(["user.added", "user.access_removed", "contact.access_allowed", "user.added"]);
    }

    [Fact]
    public async Task The_first_rule_that_says_a_role_counts_and_who_has_none_stays_out_with_the_reason()
    {
        await using var world = await WorldAsync();
        var (boss, typed, primary) = (await RoleAsync(world, "Boss", TicketReach.Company), await RoleAsync(world, "Typed", TicketReach.Own), await RoleAsync(world, "Primary", TicketReach.Own));
        var rules = new ContactRules { Companies = [new(world.Globex, null)], Types = [new("5", typed)], Primary = primary };
        var auto = world.Portal.Services.GetRequiredService<ContactAutoImport>();

        var plan = await auto.PlanAsync(1, world.Psa, rules, default);
        plan.In.Select(r => (r.Contact.Key.ExternalId, r.RoleId, r.Why)).ShouldBe([("70", (Guid?)typed, "contact type Decision maker"), ("71", primary, "primary contact")], ignoreOrder: true);
        plan.Out.Select(r => (r.Contact.Key.ExternalId, r.Why)).ShouldBe(
        [
            ("72", "No rule gives a role."), ("73", "Is inactive at the vendor."), ("74", "No rule gives a role."), ("79", "Belongs to no company that is imported here."), ("80", "Nobody of Globex is to come in."),
        ], ignoreOrder: true);
        (plan.Tickets, plan.Sentence).ShouldBe((2, "Would give 2 people access to 2 tickets."));

        var wide = await auto.PlanAsync(1, world.Psa, rules with { Companies = [new(world.Acme, boss)], Everyone = typed }, default);
        wide.In.Select(r => (r.Contact.Key.ExternalId, r.RoleId)).ShouldBe([("70", (Guid?)boss), ("71", boss), ("80", typed)], ignoreOrder: true);
        wide.Tickets.ShouldBe(4, "Acme's three, and Zed's own one of Globex's two");
        wide.Out.Single(r => r.Contact.Key.ExternalId == "74").Why.ShouldBe("Shares its e-mail address with another contact.");
    }

    [Fact]
    public async Task Nobody_comes_in_by_itself_until_it_is_switched_on_and_then_after_each_sync_that_brought_something()
    {
        await using var world = await WorldAsync();
        var portal = world.Portal;
        var auto = portal.Services.GetRequiredService<ContactAutoImport>();
        using var program = new ApiCaller(portal, await portal.AddKeyAsync("manage"));
        var path = $"/integrations/{world.Psa}/contact-import";

        (await auto.RunDueAsync(1, default)).ShouldBe(0);
        (await program.SendAsync(HttpMethod.Put, path, new { isOn = true })).Fields.ShouldBe(["isOn"]);
        (await program.SendAsync(HttpMethod.Put, path, new { isOn = false, everyone = BuiltInRole.Technician })).Fields.ShouldBe(["roleId"]);
        var off = await program.SendAsync(HttpMethod.Put, path, new { isOn = false, everyone = BuiltInRole.CompanyUser });
        off.Body.GetProperty("preview").GetProperty("sentence").GetString().ShouldBe("Would give 3 people access to 3 tickets.");
        (await auto.RunDueAsync(1, default)).ShouldBe(0);
        (await PeopleAsync(world)).ShouldBeEmpty();

        (await program.SendAsync(HttpMethod.Put, path, new { isOn = true, everyone = BuiltInRole.CompanyUser })).Status.ShouldBe(HttpStatusCode.OK);
        await auto.RunDueAsync(1, default); // The portal's own look may have been quicker.
        (await EmailsAsync(world, 3)).ShouldBe(["ann@acme.example", "bob@acme.example", "zed@globex.example"]);
        (await PeopleAsync(world)).ShouldAllBe(u => u.InvitedAt == null);
        var last = await LastRunAsync(program, path);
        (last.GetProperty("imported").GetInt32(), last.GetProperty("skipped").EnumerateArray().Sum(s => s.GetProperty("count").GetInt32())).ShouldBe((3, 4));

        await world.Seed.ContactsAsync(world.Psa, new ExternalContact { ExternalId = "81", CompanyId = "8", FirstName = "Yan", Email = "yan@globex.example" });
        (await auto.RunDueAsync(1, default)).ShouldBe(0, "no sync has brought it yet");
        var contacts = new StreamKey(1, world.Psa, DataType.Contacts);
        await portal.Services.GetRequiredService<ISyncStore>().NextReadSequenceAsync(contacts, default);
        await auto.RunDueAsync(1, default);
        (await EmailsAsync(world, 4)).ShouldBe(["ann@acme.example", "bob@acme.example", "yan@globex.example", "zed@globex.example"]);
        await Should.ThrowAsync<ActionRefusedException>(async () =>
        {
            var role = await RoleAsync(world, "Named by rules", TicketReach.Own);
            (await auto.SaveAsync(world.Psa, new ContactRules { Primary = role }, PortalAccess.Everything, Ada, default)).ShouldBeEmpty();
            await portal.Services.GetRequiredService<Roles>().RemoveAsync(role, PortalAccess.Everything, Ada, default);
        });
    }

    /// <summary>Acme with Ann (decision maker), Bob (primary), one without an address, one inactive and one with Ann's address; Globex with Zed; and somebody of a company that is not imported.</summary>
    private static async Task<World> WorldAsync()
    {
        var portal = await RunningPortal.SetUpAsync();
        var seed = new TicketSeed(portal.Data, 1, DateTimeOffset.UtcNow);
        var psa = await seed.IntegrationAsync();
        var (acme, globex) = (await seed.LinkAsync(psa, "7", "Acme"), await seed.LinkAsync(psa, "8", "Globex"));
        await seed.ReferenceAsync(psa, ReferenceKinds.ContactType, "5", "Decision maker");
        await seed.ContactsAsync(psa,
            new() { ExternalId = "70", CompanyId = "7", FirstName = "Ann", LastName = "Acker", Email = "ann@acme.example", TypeIds = ["5"], IsPrimary = true },
            new() { ExternalId = "71", CompanyId = "7", FirstName = "Bob", LastName = "Baker", Email = "bob@acme.example", IsPrimary = true },
            new() { ExternalId = "72", CompanyId = "7", FirstName = "Cid", LastName = "Clark" },
            new() { ExternalId = "73", CompanyId = "7", FirstName = "Dan", LastName = "Dean", Email = "dan@acme.example", IsInactive = true },
            new() { ExternalId = "74", CompanyId = "7", FirstName = "Eve", LastName = "Zorn", Email = "Ann@acme.example" },
            new() { ExternalId = "79", CompanyId = "9", FirstName = "Uwe", Email = "uwe@unlinked.example" },
            new() { ExternalId = "80", CompanyId = "8", FirstName = "Zed", LastName = "Zink", Email = "zed@globex.example" });
        await seed.TicketAsync(psa, "1", "7", t => t.ContactId = "70");
        await seed.TicketAsync(psa, "2", "7", t => (t.ContactId, t.IsClosed) = ("71", true));
        await seed.TicketAsync(psa, "3", "7", t => t.ContactId = "72");
        await seed.TicketAsync(psa, "4", "8", t => t.ContactId = "80");
        await seed.TicketAsync(psa, "5", "8", t => t.ContactId = "70");
        return new World(portal, seed, psa, acme, globex);
    }

    private static Task<IReadOnlyList<ContactOutcome>> ImportAsync(World world, Guid role, params string[] contacts) => world.Portal.Services.GetRequiredService<ContactImport>()
        .ImportAsync([.. contacts.Select(id => new ContactChoice(new ContactKey(world.Psa, id), role))], PortalAccess.Everything, Ada, default);

    private static async Task<Guid> RoleAsync(World world, string name, TicketReach reach) =>
        (await world.Portal.Services.GetRequiredService<Roles>().SaveAsync(null, name, [Permissions.ReadTickets], PortalAccess.Everything, Ada, default, reach)).Id!.Value;

    private static async Task<List<PortalUser>> PeopleAsync(World world)
    {
        await using var db = world.Portal.Data.Open(1);
        return await db.Users.AsNoTracking().Where(u => u.CompanyId != null).ToListAsync();
    }

    /// <summary>As soon as there are so many: the portal looks by itself as well, and one of the two is first.</summary>
    private static async Task<IEnumerable<string>> EmailsAsync(World world, int wanted)
    {
        for (var i = 0; i < 300 && (await PeopleAsync(world)).Count < wanted; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }

        return (await PeopleAsync(world)).Select(u => u.Email!).Order(StringComparer.Ordinal);
    }

    /// <summary>Of whoever was quicker; it is told once all of it is done.</summary>
    private static async Task<JsonElement> LastRunAsync(ApiCaller program, string path)
    {
        for (var i = 0; ; i++)
        {
            var last = (await program.GetAsync(path)).Body.GetProperty("lastRun");
            if (last.ValueKind == JsonValueKind.Object || i == 300)
            {
                return last;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    private sealed record World(RunningPortal Portal, TicketSeed Seed, long Psa, Guid Acme, Guid Globex) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Portal.DisposeAsync();
    }
}
