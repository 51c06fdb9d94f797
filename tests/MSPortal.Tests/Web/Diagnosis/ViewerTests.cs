using System.Net;
using MSPortal.Core.Diagnosis;
using MSPortal.Storage.Model;
using MSPortal.Tests.Storage;
using MSPortal.Tests.Support;
using MSPortal.Tests.Web.Hosting;
using MSPortal.Tests.Web.Tickets;
using MSPortal.Tests.Web.Users;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Diagnosis;
using Shouldly;
using Xunit;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Diagnosis;

/// <summary>Why one person does not see a ticket that is here.</summary>
public sealed class ViewerTests
{
    [Theory, DatabaseData]
    public async Task Of_each_person_it_is_said_whether_they_see_each_ticket_and_why_not(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var seed = new TicketSeed(home.Database, home.Tenant, StorageHome.Start);
        var psa = await seed.IntegrationAsync();
        var (acme, _) = (await seed.LinkAsync(psa, "7", "Acme"), await seed.LinkAsync(psa, "8", "Globex"));
        await seed.ContactsAsync(psa,
            new() { ExternalId = "70", CompanyId = "7", FirstName = "Ann", SiteName = "Main" },
            new() { ExternalId = "71", CompanyId = "7", FirstName = "Bob", SiteName = "Branch", IsInactive = true },
            new() { ExternalId = "72", CompanyId = "7", FirstName = "Cy", SiteName = "Main" },
            new() { ExternalId = "73", CompanyId = "7", FirstName = "Dee", SiteName = "Main" });
        var tickets = new Dictionary<string, Guid>
        {
            ["own"] = await seed.TicketAsync(psa, "a1", "7", t => (t.ContactId, t.SiteName) = ("70", "Main")),
            ["near"] = await seed.TicketAsync(psa, "a2", "7", t => (t.ContactId, t.SiteName) = ("71", "Main")),
            ["far"] = await seed.TicketAsync(psa, "a3", "7", t => (t.ContactId, t.SiteName) = ("71", "Branch")),
            ["other"] = await seed.TicketAsync(psa, "g1", "8", t => (t.ContactId, t.SiteName) = ("70", "Main")),
            ["nobodys"] = await seed.TicketAsync(psa, "n1", null),
        };
        foreach (var (name, reach, contact) in new[] { ("own", TicketReach.Own, "70"), ("location", TicketReach.Location, "72"), ("company", TicketReach.Company, "73") })
        {
            await home.Database.ClientAsync(home.Tenant, acme, $"{name}@acme.example", BuiltInRole.CompanyUser, reach, (psa, contact));
        }

        await home.Database.ClientAsync(home.Tenant, acme, "inactive@acme.example", BuiltInRole.CompanyUser, TicketReach.Company, (psa, "71"));
        await StaffAsync(home, "all", _ => { });
        await StaffAsync(home, "assigned", u => u.SeesAssignedOnly = true, acme);
        await StaffAsync(home, "disabled", u => u.IsDisabled = true);
        await StaffAsync(home, "uninvited", u => u.InvitedAt = null);
        await StaffAsync(home, "unsecured", u => u.TwoFactorEnabled = false);
        await StaffAsync(home, "powerless", u => u.RoleId = Guid.NewGuid());

        var said = new List<string>();
        await using var db = home.Open();
        foreach (var person in new[] { "own@acme", "location@acme", "company@acme", "inactive@acme", "all@msp", "assigned@msp", "disabled@msp", "uninvited@msp", "unsecured@msp", "powerless@msp" })
        {
            var sees = new List<ViewerSees>();
            var user = await ViewerFactsQuery.FindAsync(db, $" {char.ToUpperInvariant(person[0])}{person[1..]}.Example", default);
            foreach (var ticket in tickets.Values)
            {
                sees.Add((await ViewerFactsQuery.ReadAsync(db, user, ticket, default)).Sees);
            }

            said.Add($"{person}: {string.Join(", ", sees)}");
        }

        said.ShouldBe(
        [
            "own@acme: It, OnlyTheirs, OnlyTheirs, OnlyTheirCompany, OnlyTheirCompany",
            "location@acme: It, It, OnlyTheirLocation, OnlyTheirCompany, OnlyTheirCompany",
            "company@acme: It, It, It, OnlyTheirCompany, OnlyTheirCompany",
            "inactive@acme: NothingWithoutContact, NothingWithoutContact, NothingWithoutContact, NothingWithoutContact, NothingWithoutContact",
            "all@msp: It, It, It, It, It",
            "assigned@msp: It, It, It, OnlyAssigned, OnlyAssigned",
            "disabled@msp: NothingDisabled, NothingDisabled, NothingDisabled, NothingDisabled, NothingDisabled",
            "uninvited@msp: NothingNotInvited, NothingNotInvited, NothingNotInvited, NothingNotInvited, NothingNotInvited",
            "unsecured@msp: NothingWithoutSecondFactor, NothingWithoutSecondFactor, NothingWithoutSecondFactor, NothingWithoutSecondFactor, NothingWithoutSecondFactor",
            "powerless@msp: NothingWithoutPermission, NothingWithoutPermission, NothingWithoutPermission, NothingWithoutPermission, NothingWithoutPermission",
        ]);
    }

    [Fact]
    public async Task A_person_is_asked_about_with_a_ticket_only_and_by_who_may_see_people_and_has_to_exist_here()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        await new TicketSeed(portal.Data, 1, DateTimeOffset.UtcNow).IntegrationAsync();
        var (reader, manager) = (await portal.AddKeyAsync(KeyScopes.Read), await portal.AddKeyAsync(KeyScopes.Manage));
        await portal.Data.ClientAsync(2, Guid.NewGuid(), "ann@elsewhere.example", BuiltInRole.CompanyUser, null);
        async Task<(HttpStatusCode, string)> AskAsync(string query, string key)
        {
            using var answer = await portal.GetAsync($"/api/v1/diagnosis?{query}", key);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }

        (await AskAsync($"ticket=7&person={RunningPortal.Email}", manager)).Item1.ShouldBe(HttpStatusCode.OK);
        (await AskAsync("ticket=7", reader)).Item1.ShouldBe(HttpStatusCode.OK);
        (await AskAsync($"ticket=7&person={RunningPortal.Email}", reader)).ShouldSatisfyAllConditions(a => a.Item1.ShouldBe(HttpStatusCode.BadRequest), a => a.Item2.ShouldContain("You may not ask about people."));
        (await AskAsync($"company=Acme&person={RunningPortal.Email}", manager)).ShouldSatisfyAllConditions(a => a.Item1.ShouldBe(HttpStatusCode.BadRequest), a => a.Item2.ShouldContain("a person goes with a ticket"));
        foreach (var stranger in new[] { "nobody@example.com", "ann@elsewhere.example" })
        {
            (await AskAsync($"ticket=7&person={stranger}", manager)).ShouldSatisfyAllConditions(a => a.Item1.ShouldBe(HttpStatusCode.NotFound), a => a.Item2.ShouldContain($"There is no person with the address {stranger}."));
        }
    }

    [Theory, DatabaseData]
    public async Task Who_does_not_exist_here_is_said_before_any_vendor_is_asked(DatabaseKind kind)
    {
        await using var clinic = await Clinic.OpenAsync(kind);
        await clinic.AddAsync(new TicketCase("1"));
        Task<Diagnosed> AskAsync(string? person) => clinic.Diagnoses.RunAsync(clinic.Home.Tenant, new DiagnosisSubject(DiagnosisKind.Ticket, "404", null, person), default);

        await Should.ThrowAsync<KeyNotFoundException>(() => AskAsync("nobody@example.com"));
        clinic.Vendor.Asked.ShouldBeEmpty();
        await AskAsync(null);
        clinic.Vendor.Asked.ShouldNotBeEmpty("a ticket that is not here is asked of its vendor");
    }

    private static async Task StaffAsync(StorageHome home, string name, Action<PortalUser> change, params Guid[] companies)
    {
        await using var db = home.Open();
        var email = $"{name}@msp.example";
        var user = new PortalUser
        {
            Id = Guid.NewGuid(), TenantId = home.Tenant, RoleId = BuiltInRole.Technician, Email = email, UserName = email, NormalizedEmail = email.ToUpperInvariant(), NormalizedUserName = email.ToUpperInvariant(),
            DisplayName = name, SecurityStamp = Guid.NewGuid().ToString("N"), CreatedAt = StorageHome.Start, InvitedAt = StorageHome.Start, TwoFactorEnabled = true,
        };
        change(user);
        db.Users.Add(user);
        db.UserCompanies.AddRange(companies.Select(c => new UserCompany { TenantId = home.Tenant, UserId = user.Id, CompanyId = c }));
        await db.SaveChangesAsync();
    }
}
