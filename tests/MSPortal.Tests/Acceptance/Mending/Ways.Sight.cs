using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Diagnosis;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;
using MSPortal.Tests.Web.Users;
using MSPortal.Web.Access;
using Shouldly;

namespace MSPortal.Tests.Acceptance.Mending;

internal static partial class Ways
{
    private static IEnumerable<Way> Companies() =>
    [
        new("company not read", Cause.CompanyNotRead, Company, async (world, missing) =>
        {
            await MoveToNewCompanyAsync(world, missing);
            await BringInAsync(world, missing);
        })
        {
            TakesAway = true,
            Then = [Cause.CompanyNotImported],
            IsAlone = true,
        },
        new("company filtered out", Cause.CompanyFilteredOut, Company, async (world, missing) =>
        {
            await UnlinkAsync(world, missing);
            await world.Sync.CommandAsync(HttpMethod.Patch, $"records/{world.Vendor.Companies}/{missing.Company}", world.Vendor.Inactive(true));
            await world.SyncAsync(DataType.Companies, full: false);
            await world.Sync.Integrations.SetCompanyFilterAsync(world.Id, new CompanyFilter { SkipInactive = true }, world.Sync.Actor, default);
            await world.Sync.RunAsync();
        })
        {
            TakesAway = true,
            Then = [Cause.CompanyNotImported],
        },
        new("company blocked", Cause.CompanyBlocked, Company, async (world, missing) =>
        {
            await UnlinkAsync(world, missing);
            await world.SendAsync(HttpMethod.Put, $"/blocked-companies/{world.Id}/{missing.Company}");
        })
        {
            TakesAway = true,
            Then = [Cause.CompanyNotImported],
        },
        new("company deleted", Cause.CompanyDeletedAtVendor, Company, async (world, missing) =>
        {
            await MoveToNewCompanyAsync(world, missing);
            await world.SyncAsync(DataType.Companies, full: false);
            await BringInAsync(world, missing);
            await world.Sync.CommandAsync(HttpMethod.Delete, $"records/{world.Vendor.Companies}/{missing.Company}");
            await world.SyncAsync(DataType.Companies, full: true);
        })
        {
            TakesAway = true,
            Place = _ => "Give its tickets another company there",
            AtVendorAsync = (world, missing) => world.ChangeAsync(missing, world.Vendor.OfCompany(long.Parse(missing.Ticket.CompanyId!, CultureInfo.InvariantCulture))),
            AfterwardsAsync = (world, _) => world.Sync.NextIncrementalAsync(),
            IsAlone = true,
        },
        new("company not imported", Cause.CompanyNotImported, Company, UnlinkAsync) { TakesAway = true },
    ];

    private static IEnumerable<Way> People() =>
    [
        new("not invited", Cause.CannotSignIn, Person, async (world, missing) =>
        {
            var person = await ComeAsync(world, missing, new { roleId = BuiltInRole.Technician, invite = false });
            missing.AtUsers = () => world.SendAsync(HttpMethod.Post, $"{person}/invitation");
        })
        { TakesAway = true },
        new("disabled", Cause.CannotSignIn, Person, async (world, missing) =>
        {
            var person = await ComeAsync(world, missing, new { roleId = BuiltInRole.Technician });
            await world.SendAsync(HttpMethod.Patch, person, new { disabled = true });
            missing.AtUsers = () => world.SendAsync(HttpMethod.Patch, person, new { disabled = false });
        })
        { TakesAway = true },
        new("no second factor", Cause.CannotSignIn, Person, async (world, missing) =>
        {
            await world.Portal.RequireSecondFactorAsync(true);
            await ComeAsync(world, missing, new { roleId = BuiltInRole.Technician });
            (await world.IsShownAsync(missing)).ShouldBeTrue("a one-time link comes past it for a while");
            missing.StaysSignedIn = true;
            missing.AtUsers = () => Task.CompletedTask;
            world.Sync.Clock.Advance(LinkSession.Grace);
            await world.Sync.NextIncrementalAsync();
        })
        {
            TakesAway = true,
            Place = _ => "They are asked for it when they sign in",
            AtVendorAsync = async (world, missing) =>
            {
                await world.SetUpSecondFactorAsync(missing);
                await world.Portal.RequireSecondFactorAsync(false); // Or Ada could not open the page either.
            },
            IsAlone = true,
        },
        new("a role without tickets", Cause.HiddenFromRole, Person, async (world, missing) =>
        {
            var person = await ComeAsync(world, missing, new { roleId = await world.Portal.AddRoleAsync($"Role {Guid.NewGuid():N}", "read_companies") });
            missing.AtUsers = () => world.SendAsync(HttpMethod.Patch, person, new { roleId = BuiltInRole.Technician });
        })
        { TakesAway = true },
        new("assigned companies only", Cause.HiddenFromRole, Person, async (world, missing) =>
        {
            var person = await ComeAsync(world, missing, new { roleId = BuiltInRole.Technician, seesAssignedOnly = true });
            await using var db = world.Portal.Data.Open(1);
            var company = await db.CompanyLinks.Where(l => l.IntegrationId == world.Id && l.ExternalId == missing.Company).Select(l => l.CompanyId).SingleAsync();
            missing.AtUsers = () => world.SendAsync(HttpMethod.Patch, person, new { companies = new[] { company } });
        })
        { TakesAway = true },
        new("another contact's", Cause.HiddenFromRole, Person, async (world, missing) =>
        {
            var person = await ComeAsContactAsync(world, missing);
            missing.AtUsers = () => world.SendAsync(HttpMethod.Patch, person, new { reach = "company" });
        })
        {
            TakesAway = true,
            Ticket = async world =>
            {
                await using var db = world.Portal.Data.Open(1);
                var companies = await db.ExternalContacts.Where(c => !c.IsInactive && c.CompanyId != null).GroupBy(c => c.CompanyId!).Where(g => g.Count() > 1).Select(g => g.Key).ToListAsync();
                return await world.KnownAsync(t => t.Option is null && companies.Contains(t.CompanyId!));
            },
            IsAlone = true,
        },
    ];

    private static Task<JsonElement> UnlinkAsync(MendingWorld world, Missing missing) => world.SendAsync(HttpMethod.Delete, $"/mappings/{world.Id}/{missing.Company}");

    private static Task<JsonElement> BringInAsync(MendingWorld world, Missing missing) => world.SendAsync(HttpMethod.Post, "/diagnosis/bring-in", new { integrationId = world.Id, number = missing.Number });

    private static async Task MoveToNewCompanyAsync(MendingWorld world, Missing missing)
    {
        world.Sync.Clock.Advance(TimeSpan.FromMinutes(1));
        var made = (await world.Sync.CommandAsync(HttpMethod.Post, $"records/{world.Vendor.Companies}", world.Vendor.NewCompany($"Newcomer {Guid.NewGuid():N}"[..20])))!["id"]!;
        await world.ChangeAsync(missing, world.Vendor.OfCompany(made.GetValue<long>()));
        missing.Company = made.ToString();
    }

    /// <summary>Somebody new looks for the ticket; the answer is their address at the API.</summary>
    private static async Task<string> ComeAsync(MendingWorld world, Missing missing, object input)
    {
        missing.Person = $"{Guid.NewGuid():N}@example.com";
        var person = JsonSerializer.SerializeToNode(input)!.AsObject();
        (person["email"], person["name"]) = (missing.Person, "Somebody new");
        return $"/users/{(await world.SendAsync(HttpMethod.Post, "/users", person)).GetProperty("user").GetProperty("id").GetGuid()}";
    }

    /// <summary>A client's person, who is not the ticket's contact, looks for it.</summary>
    private static async Task<string> ComeAsContactAsync(MendingWorld world, Missing missing)
    {
        await using var db = world.Portal.Data.Open(1);
        var contact = await db.ExternalContacts.Where(c => c.CompanyId == missing.Company && !c.IsInactive && c.ExternalId != missing.Ticket.ContactId).Select(c => c.ExternalId).FirstAsync();
        missing.Person = $"{Guid.NewGuid():N}@example.com";
        var rows = new[] { new { integrationId = world.Id, externalId = contact, email = missing.Person } };
        var made = await world.SendAsync(HttpMethod.Post, "/contacts/import", new { roleId = BuiltInRole.CompanyUser, rows });
        var person = $"/users/{made.GetProperty("results")[0].GetProperty("userId").GetGuid()}";
        await world.SendAsync(HttpMethod.Post, $"{person}/invitation");
        return person;
    }
}
