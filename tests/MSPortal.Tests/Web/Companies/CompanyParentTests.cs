using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Tests.Support;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Companies;
using Shouldly;
using Xunit;
using Database = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Companies;

public sealed class CompanyParentTests
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    [Theory, DatabaseData]
    public async Task A_company_belongs_to_one_other_and_may_be_moved_and_freed(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        var ids = await home.MakeAsync("Acme", "Bolt", "Cafe");

        (await SetAsync(home, ids[1], ids[0])).ShouldBeTrue();
        (await SetAsync(home, ids[1], ids[0])).ShouldBeFalse();
        (await SetAsync(home, ids[2], ids[1])).ShouldBeTrue();
        (await FamilyAsync(home)).ShouldBe(["Bolt → Acme", "Cafe → Bolt"]);
        await SetAsync(home, ids[2], ids[0]);
        (await RelativesAsync(home, ids[0])).Children.Select(c => c.Name).ShouldBe(["Bolt", "Cafe"]);
        await SetAsync(home, ids[1], null);

        (await FamilyAsync(home)).ShouldBe(["Cafe → Acme"]);
        var entries = (await home.AuditAsync()).Where(a => a.Action == "company.parent_changed").ToList();
        entries.Select(a => a.SubjectName).ShouldBe(["Bolt", "Cafe", "Cafe", "Bolt"]);
        (entries[2].Before!, entries[2].After!).ShouldBe(($"{{\"parentId\":\"{ids[1]}\",\"parent\":\"Bolt\"}}", $"{{\"parentId\":\"{ids[0]}\",\"parent\":\"Acme\"}}"));
        entries[3].After.ShouldBeNull();
    }

    [Theory, DatabaseData]
    public async Task A_circle_is_refused_over_however_many_steps(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        var ids = await home.MakeAsync("A", "B", "C", "D");
        foreach (var i in Enumerable.Range(0, 3))
        {
            await SetAsync(home, ids[i], ids[i + 1]);
        }

        (await Should.ThrowAsync<CompanyProblemException>(() => SetAsync(home, ids[3], ids[0]))).Message.ShouldBe("“A” belongs to “D” already, so it cannot be its parent.");
        (await Should.ThrowAsync<CompanyProblemException>(() => SetAsync(home, ids[1], ids[0]))).Message.ShouldBe("“A” belongs to “B” already, so it cannot be its parent.");
        (await Should.ThrowAsync<CompanyProblemException>(() => SetAsync(home, ids[0], ids[0]))).Message.ShouldBe("A company is not its own parent.");
        (await FamilyAsync(home)).ShouldBe(["A → B", "B → C", "C → D"]);
    }

    /// <summary>Each of them sees no circle when it begins; all of them together would make one.</summary>
    [Theory, DatabaseData]
    public async Task Those_who_close_a_circle_at_the_same_moment_are_not_all_let_through(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        var ids = await home.MakeAsync("A", "B", "C", "D", "E", "F");
        for (var round = 0; round < 10; round++)
        {
            foreach (var id in ids)
            {
                await SetAsync(home, id, null);
            }

            var outcomes = await Task.WhenAll(ids.Select((id, i) => Task.Run(async () =>
            {
                try
                {
                    return await SetAsync(home, id, ids[(i + 1) % ids.Count]);
                }
                catch (CompanyProblemException)
                {
                    return false;
                }
            })));

            outcomes.Count(done => done).ShouldBe(ids.Count - 1);
            (await FamilyAsync(home)).Count.ShouldBe(ids.Count - 1);
        }
    }

    [Theory, DatabaseData]
    public async Task Deleting_a_parent_leaves_its_children_without_one_and_the_audit_names_them(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        var ids = await home.MakeAsync("Acme", "Bolt", "Cafe", "Deli");
        await SetAsync(home, ids[1], ids[0]);
        await SetAsync(home, ids[2], ids[0]);
        await SetAsync(home, ids[3], ids[2]);
        (await home.Companies.ChildrenAsync(home.Storage.Tenant, ids[0], Ct)).ShouldBe(["Bolt", "Cafe"]);

        await home.Actions.DeleteAsync(ids[0], home.Ada, Ct);

        (await home.NamesAsync()).ShouldBe(["Bolt", "Cafe", "Deli"]);
        (await FamilyAsync(home)).ShouldBe(["Deli → Cafe"]);
        (await home.AuditAsync()).Single(a => a.Action == "company.deleted").Before!.ShouldContain("\"children\":[\"Bolt\",\"Cafe\"]");
    }

    [Theory, DatabaseData]
    public async Task What_an_integration_says_is_proposed_where_both_are_linked_and_changes_nothing_by_itself(Database kind)
    {
        await using var home = await SaidAsync(kind);
        var (east, acme) = (await home.IdAsync("Acme East"), await home.IdAsync("Acme"));

        var said = (await RelativesAsync(home, east)).Said.ShouldHaveSingleItem();
        (said.Company, said.SaidBy.Single()).ShouldBe((new CompanyChoice(acme, "Acme"), "Main PSA"));
        (await FamilyAsync(home)).ShouldBeEmpty();
        (await RelativesAsync(home, await home.IdAsync("Orphan"))).Said.ShouldBeEmpty(); // Its parent is not imported.
        await home.Linking.UnlinkAsync(home.Key("100"), home.Ada, Ct);
        (await RelativesAsync(home, east)).Said.ShouldBeEmpty();
    }

    [Theory, DatabaseData]
    public async Task Of_an_import_that_is_undone_parents_and_children_stay(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await home.AddAsync("Acme", "Bolt", "Cafe");
        var import = await home.Import.ImportAllAsync(home.Integration, home.Ada, Ct);
        await SetAsync(home, await home.IdAsync("Bolt"), await home.IdAsync("Acme"));

        await home.Undo.UndoAsync(import.OperationId!.Value, home.Ada, Ct);

        (await FamilyAsync(home)).ShouldBe(["Bolt → Acme"]);
        (await home.NamesAsync()).ShouldBe(["Acme", "Bolt"]);
    }

    [Theory, DatabaseData]
    public async Task Another_tenants_company_is_no_parent_and_gets_none(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        var ours = (await home.MakeAsync("Acme"))[0];
        var stranger = new Actor(await home.Storage.AddTenantAsync("Fabrikam"), "eve@example.com", null);
        var theirs = await home.Actions.CreateAsync(new CompanyInput { Name = "Bolt" }, stranger, Ct);

        (await Should.ThrowAsync<CompanyProblemException>(() => SetAsync(home, ours, theirs))).Missing.ShouldBeTrue();
        (await Should.ThrowAsync<CompanyProblemException>(() => home.Family.SetParentAsync(ours, theirs, stranger, Ct))).Missing.ShouldBeTrue();
        (await FamilyAsync(home)).ShouldBeEmpty();
    }

    [Theory, DatabaseData]
    public async Task Who_sees_assigned_companies_only_is_told_of_no_other_parent_child_or_proposal(Database kind)
    {
        await using var home = await SaidAsync(kind);
        var (east, acme, orphan) = (await home.IdAsync("Acme East"), await home.IdAsync("Acme"), await home.IdAsync("Orphan"));
        await SetAsync(home, east, acme);
        await SetAsync(home, orphan, east);
        var sight = new Sight(home.Storage.Tenant, [east]);

        (await home.Companies.FindAsync(sight, east, Ct))!.Parent.ShouldBeNull();
        (await home.Companies.FindAsync(Sight.Whole(home.Storage.Tenant), east, Ct))!.Parent!.Name.ShouldBe("Acme");
        await using var db = home.Open();
        var relatives = await CompanyFamilyQuery.RelativesAsync(db, sight, east, Ct);
        (relatives.Children.Count, relatives.Said.Count).ShouldBe((0, 0));
    }

    [Theory, DatabaseData]
    public async Task The_command_line_shows_sets_and_refuses(Database kind)
    {
        await using var home = await SaidAsync(kind);

        (await RunAsync(home, "Acme East")).ShouldBe((0, "WHAT      COMPANY  SAID BY\nparent    none\nproposed  Acme     Main PSA", ""));
        (await RunAsync(home, "Acme East", "--set", "acme")).ShouldBe((0, "WHAT    COMPANY  SAID BY\nparent  Acme", ""));
        (await RunAsync(home, "Acme")).Output.ShouldEndWith("child   Acme East");
        (await RunAsync(home, "Acme", "--set", "Acme East")).ShouldBe((1, "", "“Acme East” belongs to “Acme” already, so it cannot be its parent."));
        (await RunAsync(home, "Acme East", "--none")).Code.ShouldBe(0);
        (await FamilyAsync(home)).ShouldBeEmpty();
    }

    private static Task<(int Code, string Output, string Error)> RunAsync(CompanyHome home, params string[] arguments) => CompanyCommandTests.RunAsync(home, ["companies", "parent", .. arguments]);

    private static async Task<CompanyHome> SaidAsync(Database kind)
    {
        var home = await CompanyHome.CreateAsync(kind);
        await Seed.CompaniesAsync(
            home.Storage.Database,
            home.Storage.Tenant,
            home.Integration,
            new ExternalCompany { ExternalId = "100", Name = "Acme" },
            new ExternalCompany { ExternalId = "101", Name = "Acme East", ParentCompanyId = "100" },
            new ExternalCompany { ExternalId = "102", Name = "Orphan", ParentCompanyId = "999" });
        await home.Import.ImportAllAsync(home.Integration, home.Ada, Ct);
        return home;
    }

    private static Task<bool> SetAsync(CompanyHome home, Guid id, Guid? parent) => home.Family.SetParentAsync(id, parent, home.Ada, Ct);

    private static async Task<CompanyRelatives> RelativesAsync(CompanyHome home, Guid id)
    {
        await using var db = home.Open();
        return await CompanyFamilyQuery.RelativesAsync(db, Sight.Whole(home.Storage.Tenant), id, Ct);
    }

    private static async Task<IReadOnlyList<string>> FamilyAsync(CompanyHome home)
    {
        await using var db = home.Open();
        var rows = await (
            from row in db.CompanyParents
            join child in db.Companies on row.CompanyId equals child.Id
            join parent in db.Companies on row.ParentId equals parent.Id
            select new { Child = child.Name, Parent = parent.Name }).ToListAsync();
        return [.. rows.Select(r => $"{r.Child} → {r.Parent}").Order(StringComparer.Ordinal)];
    }
}
