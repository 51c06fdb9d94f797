using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
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

public sealed class StaffImportTests
{
    private static readonly Actor Ada = new(1, RunningPortal.Email, "127.0.0.1");

    [Fact]
    public async Task Staff_is_listed_with_who_it_is_here_and_accounts_of_programs_are_no_people()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var psa = await StaffAsync(portal,
            new() { ExternalId = "1", FirstName = "Tom", LastName = "Adams", Email = "tom@example.com", Title = "Engineer" },
            new() { ExternalId = "2", FirstName = "Eve", LastName = "Brown" },
            new() { ExternalId = "3", Identifier = "api-sync", IsApiUser = true },
            new() { ExternalId = "4", FirstName = "Old", LastName = "Hand", Email = "old@example.com", IsInactive = true });
        var ada = await IdOfAsync(portal, RunningPortal.Email);
        await ImportAsync(portal, null, new StaffChoice(new StaffKey(psa, "2"), LinkTo: ada));
        var staff = portal.Services.GetRequiredService<StaffQueries>();

        (await staff.ListAsync(1, new StaffFilter(), 0, 50, default)).Rows.Select(s => (s.Name, s.Email, s.JobTitle, s.Status, s.LinkedTo?.Email)).ShouldBe(
        [
            ("Tom Adams", "tom@example.com", "Engineer", StaffStatus.NotImported, null),
            ("Eve Brown", null, null, StaffStatus.Linked, RunningPortal.Email),
        ]);
        (await staff.ListAsync(1, new StaffFilter(UnlinkedOnly: true), 0, 50, default)).Rows.Select(s => s.Key.ExternalId).ShouldBe(["1"]);
        (await staff.ListAsync(1, new StaffFilter("om ad"), 0, 50, default)).Rows.Select(s => s.Key.ExternalId).ShouldBe(["1"]);
        (await staff.ListAsync(1, new StaffFilter("BROWN"), 0, 50, default)).Rows.Select(s => s.Key.ExternalId).ShouldBe(["2"]);
        (await staff.ListAsync(2, new StaffFilter(), 0, 50, default)).Rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task Three_hundred_with_a_tenth_that_cannot_be_are_imported_row_by_row_with_true_counts()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var psa = await StaffAsync(portal, [.. Enumerable.Range(0, 300).Select(i => new ExternalUser
        {
            ExternalId = $"{i}", FirstName = "Person", LastName = $"{i:000}",
            Email = (i % 30) switch { 7 => null, 17 => "not an address", 27 => $"person{i - 1}@example.com", _ => $"person{i}@example.com" },
        })]);
        using var program = new ApiCaller(portal, await portal.AddKeyAsync("manage"));
        object Body() => new { roleId = BuiltInRole.Technician, rows = Enumerable.Range(0, 300).Select(i => new { integrationId = psa, externalId = $"{i}" }) };

        var answer = await program.PostAsync("/staff/import", Body());

        answer.Status.ShouldBe(HttpStatusCode.OK);
        (answer.Body.GetProperty("imported").GetInt32(), answer.Body.GetProperty("linked").GetInt32(), answer.Body.GetProperty("failed").GetInt32()).ShouldBe((270, 0, 30));
        var bad = answer.Body.GetProperty("results").EnumerateArray().Where(r => r.GetProperty("problem").GetString() is not null).Select(r => r.GetProperty("key").GetProperty("externalId").GetString());
        bad.ShouldBe(Enumerable.Range(0, 300).Where(i => i % 10 == 7).Select(i => $"{i}"));
        await using var db = portal.Data.Open(1);
        var imported = await db.Users.Where(u => u.Email != RunningPortal.Email).ToListAsync();
        imported.Select(u => u.Email).ShouldBe(Enumerable.Range(0, 300).Where(i => i % 10 != 7).Select(i => $"person{i}@example.com"), ignoreOrder: true);
        imported.ShouldAllBe(u => u.InvitedAt == null && u.RoleId == BuiltInRole.Technician);
        (await db.UserLinks.Select(l => l.UserId).ToListAsync()).ShouldBe(imported.Select(u => u.Id), ignoreOrder: true);

        var again = await program.PostAsync("/staff/import", Body());
        (again.Body.GetProperty("imported").GetInt32(), again.Body.GetProperty("failed").GetInt32()).ShouldBe((0, 300));
        (await db.Users.CountAsync()).ShouldBe(271);
    }

    [Fact]
    public async Task A_missing_address_is_given_here_and_who_was_imported_cannot_come_in_before_being_invited()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var psa = await StaffAsync(portal, new ExternalUser { ExternalId = "1", FirstName = "Eve", LastName = "Brown" });

        (await ImportAsync(portal, BuiltInRole.Technician, new StaffChoice(new StaffKey(psa, "1")))).Single().Problem!.ShouldContain("no e-mail address");
        (await ImportAsync(portal, BuiltInRole.Technician, new StaffChoice(new StaffKey(psa, "1"), "eve@example.com"))).Single().Problem.ShouldBeNull();

        var id = await IdOfAsync(portal, "eve@example.com");
        using var client = portal.NewClient();
        using var early = await portal.GetAsync(await portal.Services.GetRequiredService<SignInLinks>().CreateAsync(id, null, default), client: client);
        early.Headers.Location!.ToString().ShouldBe("/signin?problem=link");
        var sent = await portal.Services.GetRequiredService<Invitations>().SendAsync(id, PortalAccess.Everything, Ada, default);
        using var chosen = await portal.PostAsync(sent.Link!.PathAndQuery, new() { ["Input.Next"] = "a password of her own" }, client);
        (await portal.GetAsync("/tickets", client: client)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await portal.AuditAsync()).ShouldBe(["portal.set_up", "user.signed_in", "user.added", "user.invited", "user.invitation_accepted", "user.signed_in"]);
        await using var db = portal.Data.Open(1);
        (await db.ExternalUsers.Select(u => u.Email).SingleAsync()).ShouldBeNull("the PSA's own record stays as it is");
    }

    [Fact]
    public async Task What_cannot_be_is_told_at_its_row_and_a_link_taken_away_leaves_the_person()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var psa = await StaffAsync(portal, new() { ExternalId = "1", LastName = "Adams", Email = "tom@example.com" }, new() { ExternalId = "2", LastName = "Ada", Email = RunningPortal.Email });
        var weak = new PortalAccess(true, Permissions.Closed([Permissions.WriteUsers, Permissions.ReadTickets]));
        var import = portal.Services.GetRequiredService<StaffImport>();
        var ada = await IdOfAsync(portal, RunningPortal.Email);

        (await import.ImportAsync([new(new StaffKey(psa, "1"))], BuiltInRole.Administrator, weak, Ada, default)).Single().Problem!.ShouldContain("may do more");
        (await import.ImportAsync([new(new StaffKey(psa, "2"), LinkTo: ada)], null, weak, Ada, default)).Single().Problem!.ShouldContain("may do what you may not");
        (await ImportAsync(portal, BuiltInRole.Technician, new(new StaffKey(psa, "2")), new(new StaffKey(psa, "9")), new(new StaffKey(psa, "1"), LinkTo: Guid.NewGuid())))
            .Select(o => o.Problem!.Split(' ')[0]).ShouldBe(["There", "The", "There"]);
        (await ImportAsync(portal, null, new StaffChoice(new StaffKey(psa, "2"), LinkTo: ada))).Single().Status.ShouldBe(StaffStatus.Linked);
        (await ImportAsync(portal, null, new StaffChoice(new StaffKey(psa, "2"), LinkTo: ada))).Single().Problem!.ShouldContain("already");

        (await import.UnlinkAsync(new StaffKey(psa, "2"), PortalAccess.Everything, Ada, default)).ShouldBeTrue();
        (await import.UnlinkAsync(new StaffKey(psa, "2"), PortalAccess.Everything, Ada, default)).ShouldBeFalse();
        (await IdOfAsync(portal, RunningPortal.Email)).ShouldBe(ada);
    }

    [Fact]
    public async Task The_report_outlives_a_database_that_gives_out_and_a_name_is_shortened_to_what_fits()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var name = new string('n', 98) + "😀 and more";
        var psa = await StaffAsync(portal, [.. Enumerable.Range(1, 3).Select(i => new ExternalUser { ExternalId = $"{i}", LastName = name, Email = $"person{i}@example.com" })]);
        await using var db = portal.Data.Open(1);
        await db.Database.ExecuteSqlRawAsync("CREATE TRIGGER full BEFORE UPDATE ON tenants WHEN (SELECT count(*) FROM users) = 2 BEGIN SELECT RAISE(ABORT, 'disk full'); END");

        var outcomes = await ImportAsync(portal, BuiltInRole.Technician, [.. Enumerable.Range(1, 3).Select(i => new StaffChoice(new StaffKey(psa, $"{i}")))]);

        outcomes.Select(o => (o.Status, o.Problem)).ShouldBe(
        [
            (StaffStatus.Imported, null),
            (StaffStatus.NotImported, "The database did not answer. Import it again later."),
            (StaffStatus.NotImported, "The database did not answer. Import it again later."),
        ]);
        (await db.Users.Where(u => u.Email == "person1@example.com").Select(u => u.DisplayName).SingleAsync()).ShouldBe(new string('n', 98) + "…");
    }

    private static Task<IReadOnlyList<StaffOutcome>> ImportAsync(RunningPortal portal, Guid? role, params StaffChoice[] choices) =>
        portal.Services.GetRequiredService<StaffImport>().ImportAsync(choices, role, PortalAccess.Everything, Ada, default);

    private static async Task<Guid> IdOfAsync(RunningPortal portal, string email)
    {
        await using var db = portal.Data.Open(1);
        return await db.Users.Where(u => u.Email == email).Select(u => u.Id).SingleAsync();
    }

    /// <summary>As a sync would have stored it; answers the integration.</summary>
    private static async Task<long> StaffAsync(RunningPortal portal, params ExternalUser[] staff)
    {
        var psa = await new TicketSeed(portal.Data, 1, DateTimeOffset.UtcNow).IntegrationAsync();
        await using var db = portal.Data.Open(1);
        if (await db.Streams.FirstOrDefaultAsync(s => s.IntegrationId == psa && s.DataType == DataType.Users) is { } stream)
        {
            stream.LiveGeneration = 1;
        }
        else
        {
            db.Streams.Add(new StreamRow { TenantId = 1, IntegrationId = psa, DataType = DataType.Users, LiveGeneration = 1 });
        }

        db.ExternalUsers.AddRange(staff.Select(u => new ExternalUserRow
        {
            Id = Guid.NewGuid(), TenantId = 1, IntegrationId = psa, Generation = 1, ExternalId = u.ExternalId, Payload = Canonical.Json(u), Identifier = u.Identifier,
            FirstName = u.FirstName, LastName = u.LastName, Email = u.Email, IsInactive = u.IsInactive, IsApiUser = u.IsApiUser,
        }));
        await db.SaveChangesAsync();
        return psa;
    }
}
