using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Tests.Support;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Companies;
using MSPortal.Web.Ui;
using Shouldly;
using Xunit;
using Database = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Companies;

public sealed class CompanyTypeTests
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    [Theory, DatabaseData]
    public async Task Types_are_added_removed_and_replaced_and_touch_no_other_company(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        var ids = await home.MakeAsync("Acme", "Bolt", "Cafe");

        await ChangeAsync(home, TypeAct.Add, ids, "VIP", "Client");
        await ChangeAsync(home, TypeAct.Remove, [ids[1]], "vip", "Never there");
        await ChangeAsync(home, TypeAct.Replace, [ids[2]], "Prospect", "client");
        (await home.TypesAsync()).ShouldBe(["Acme: Client, VIP", "Bolt: Client", "Cafe: Client, Prospect"]);

        await ChangeAsync(home, TypeAct.Replace, [ids[0], ids[1]]);
        (await home.TypesAsync()).ShouldBe(["Cafe: Client, Prospect"]);
        (await ChangeAsync(home, TypeAct.Add, [ids[2]], " CLIENT ")).OperationId.ShouldBeNull();
    }

    [Theory, DatabaseData]
    public async Task A_type_that_nobody_has_is_no_longer_listed_and_whoever_uses_it_anew_spells_it(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        var ids = await home.MakeAsync("Acme");
        await ChangeAsync(home, TypeAct.Add, ids, "vip");
        await ChangeAsync(home, TypeAct.Remove, ids, "VIP");
        (await ListAsync(home)).ShouldBeEmpty();

        await ChangeAsync(home, TypeAct.Add, ids, "VIP");
        (await ListAsync(home)).ShouldBe(["VIP 1 here"]);
    }

    [Theory, DatabaseData]
    public async Task What_a_change_will_do_is_said_before_it_is_done_and_then_that_is_what_it_does(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        var ids = await home.MakeAsync("Acme", "Bolt", "Cafe");
        await ChangeAsync(home, TypeAct.Add, [ids[0]], "VIP");
        await ChangeAsync(home, TypeAct.Add, [ids[1], ids[2]], "Old");
        var change = new TypeChange(TypeAct.Replace, ["VIP", "New one"]);

        var plan = await home.Types.PlanAsync(home.Storage.Tenant, [.. ids, Guid.NewGuid()], change, Ct);

        plan.Sentences().ShouldBe(["3 companies change.", "3 companies get “New one”, a type that is new.", "2 companies get “VIP”.", "2 companies lose “Old”."]);
        (await home.TypesAsync()).ShouldBe(["Acme: VIP", "Bolt: Old", "Cafe: Old"]);
        (await home.Types.ChangeAsync(ids, change, home.Ada, Ct)).Changed.ShouldBe(plan.Changing);
        (await home.Types.PlanAsync(home.Storage.Tenant, ids, change, Ct)).Sentences().ShouldBe(["Nothing to change."]);
        (await home.Types.PlanAsync(home.Storage.Tenant, [ids[0]], new TypeChange(TypeAct.Remove, ["VIP"]), Ct)).Sentences().ShouldBe(["1 company changes.", "1 company loses “VIP”."]);
    }

    [Theory, DatabaseData]
    public async Task An_operation_is_undone_except_where_people_have_changed_the_types_since(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        var ids = await home.MakeAsync("Acme", "Bolt", "Cafe");
        await ChangeAsync(home, TypeAct.Add, ids, "Old");
        var operation = await ChangeAsync(home, TypeAct.Replace, ids, "New");
        await ChangeAsync(home, TypeAct.Add, [ids[1]], "Since");
        await home.Actions.DeleteAsync(ids[2], home.Ada, Ct);

        var undo = await home.Undo.UndoAsync(operation.OperationId!.Value, home.Ada, Ct);

        undo.Rows.Select(r => $"{r.CompanyName} {r.Outcome} {r.Reason}".TrimEnd()).ShouldBe(
            ["Acme Changed", "Bolt Skipped Its types have been changed since.", "Cafe Skipped It does not exist any more."], ignoreOrder: true);
        (await home.TypesAsync()).ShouldBe(["Acme: Old", "Bolt: New, Since"]);
        (await Should.ThrowAsync<CompanyProblemException>(() => home.Undo.UndoAsync(operation.OperationId.Value, home.Ada, Ct))).Message.ShouldBe("This has been undone already.");
    }

    [Theory, DatabaseData]
    public async Task The_audit_says_before_and_after_for_each_company_and_what_the_operation_was(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        var ids = await home.MakeAsync("Acme", "Bolt");
        await ChangeAsync(home, TypeAct.Add, [ids[0]], "VIP");
        await ChangeAsync(home, TypeAct.Replace, ids, "Client");

        var entries = (await home.AuditAsync()).Where(a => a.Action.Contains("types", StringComparison.Ordinal)).ToList();

        entries.Select(a => $"{a.Action} {a.SubjectName}").ShouldBe(
        [
            "company.types_changed Acme", "companies.types_added Acme",
            "company.types_changed Acme", "company.types_changed Bolt", "companies.types_replaced 2 companies",
        ]);
        (entries[2].Before, entries[2].After).ShouldBe(("{\"types\":[\"VIP\"]}", "{\"types\":[\"Client\"]}"));
        entries.ShouldAllBe(a => a.Actor == "ada@example.com");
    }

    [Theory, DatabaseData]
    public async Task Of_an_import_that_is_undone_companies_that_got_a_type_since_stay(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await home.AddAsync("Acme", "Bolt");
        var import = await home.Import.ImportAllAsync(home.Integration, home.Ada, Ct);
        await ChangeAsync(home, TypeAct.Add, await home.IdsAsync("Acme"), "VIP");

        await home.Undo.UndoAsync(import.OperationId!.Value, home.Ada, Ct);

        (await home.NamesAsync()).ShouldBe(["Acme"]);
    }

    [Theory, DatabaseData]
    public async Task What_integrations_say_is_listed_with_who_says_it_and_no_change_touches_it(Database kind)
    {
        await using var home = await SaidAsync(kind);
        await ChangeAsync(home, TypeAct.Replace, await home.IdsAsync("Acme", "Bolt"), "Client");

        var acme = (await home.Companies.FindAsync(Sight.Whole(home.Storage.Tenant), await home.IdAsync("Acme"), Ct))!;
        acme.Types.ShouldBe(["Client"]);
        acme.SaidTypes.ShouldBe([new SaidType("Owner, managed", home.Integration, "Main PSA"), new SaidType("client", home.Integration, "Main PSA")]);
        (await ListAsync(home)).ShouldBe(["Client 2 here Main PSA", "managed 1 Main PSA", "Owner 1 Main PSA", "Prospect 1 Main PSA"]);
        await home.Linking.UnlinkAsync(home.Key("102"), home.Ada, Ct);
        (await ListAsync(home)).ShouldNotContain(line => line.StartsWith("Prospect", StringComparison.Ordinal));
    }

    [Theory]
    [DatabaseData("client", "Acme, Bolt")]
    [DatabaseData("CLIENT", "Acme, Bolt")]
    [DatabaseData("Prospect", "Cafe")]
    [DatabaseData("Clien", "")]
    [DatabaseData("Prospec", "")]
    [DatabaseData("%", "")]
    public async Task Lists_are_filtered_by_type_whoever_says_it(Database kind, string type, string expected)
    {
        await using var home = await SaidAsync(kind);
        await ChangeAsync(home, TypeAct.Add, await home.IdsAsync("Bolt"), "Client");
        var filter = new CompanyFilterChoice(Type: type);

        var rows = (await home.Companies.ListAsync(Sight.Whole(home.Storage.Tenant), filter, new RecordQuery(0, 50, null, false), Ct)).Rows;
        var ids = await home.Companies.IdsAsync(Sight.Whole(home.Storage.Tenant), filter, Ct);

        string.Join(", ", rows.Select(c => c.Name)).ShouldBe(expected);
        ids.ShouldBe(rows.Select(c => c.Id), ignoreOrder: true);
    }

    [Theory, DatabaseData]
    public async Task All_that_match_are_changed_whatever_page_they_are_on(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await home.AddAsync([.. Enumerable.Range(0, 250).Select(i => i % 2 == 0 ? $"Even {i}" : $"Odd {i}")]);
        await home.Import.ImportAllAsync(home.Integration, home.Ada, Ct);

        var ids = await home.Companies.IdsAsync(Sight.Whole(home.Storage.Tenant), new CompanyFilterChoice("even"), Ct);
        (await home.Types.ChangeAsync(ids, new TypeChange(TypeAct.Add, ["Even ones"]), home.Ada, Ct)).Changed.ShouldBe(125);

        (await home.TypesAsync()).ShouldBe(Enumerable.Range(0, 125).Select(i => $"Even {2 * i}: Even ones"), ignoreOrder: true);
    }

    [Theory, DatabaseData]
    public async Task Another_tenants_companies_and_types_are_neither_seen_nor_changed(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        var ours = await home.MakeAsync("Acme");
        await ChangeAsync(home, TypeAct.Add, ours, "VIP");
        var stranger = new Actor(await home.Storage.AddTenantAsync("Fabrikam"), "eve@example.com", null);

        var theirs = await home.Actions.CreateAsync(new CompanyInput { Name = "Acme" }, stranger, Ct);
        (await home.Types.ChangeAsync([.. ours, theirs], new TypeChange(TypeAct.Replace, ["vip"]), stranger, Ct)).Changed.ShouldBe(1);

        (await home.TypesAsync()).ShouldBe(["Acme: VIP"]);
        (await home.TypeQueries.ListAsync(Sight.Whole(stranger.TenantId), Ct)).Select(t => $"{t.Name} {t.Companies}").ShouldBe(["vip 1"]);
        (await home.Types.PlanAsync(stranger.TenantId, ours, new TypeChange(TypeAct.Remove, ["VIP"]), Ct)).Companies.ShouldBe(0);
    }

    [Theory, DatabaseData]
    public async Task Who_sees_assigned_companies_only_is_told_of_their_types_only(Database kind)
    {
        await using var home = await SaidAsync(kind);
        await ChangeAsync(home, TypeAct.Add, await home.IdsAsync("Bolt"), "Secret");
        var sight = new Sight(home.Storage.Tenant, [await home.IdAsync("Cafe")]);

        (await home.TypeQueries.ListAsync(sight, Ct)).Select(t => t.Name).ShouldBe(["Prospect"]);
        (await home.Companies.IdsAsync(sight, new CompanyFilterChoice(Type: "Secret"), Ct)).ShouldBeEmpty();
    }

    [Theory, DatabaseData]
    public async Task Twenty_who_add_the_same_new_type_at_once_make_one(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        var ids = await home.MakeAsync([.. Enumerable.Range(0, 20).Select(i => $"Company {i:00}")]);

        await Task.WhenAll(ids.Select(id => Task.Run(() => ChangeAsync(home, TypeAct.Add, [id], "Shared"))));

        (await home.TypesAsync()).ShouldBe(Enumerable.Range(0, 20).Select(i => $"Company {i:00}: Shared"));
        await using var db = home.Open();
        (await db.CompanyTypes.CountAsync()).ShouldBe(1);
    }

    [Theory]
    [DatabaseData(TypeAct.Add, null, "Say at least one type.")]
    [DatabaseData(TypeAct.Add, " ", "A type needs a name.")]
    [DatabaseData(TypeAct.Replace, "0123456789012345678901234567890123456789012345678901234567890", "A type's name has at most 60 characters.")]
    public async Task Names_that_will_not_do_are_refused(Database kind, TypeAct act, string? name, string words)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        var ids = await home.MakeAsync("Acme");
        (await Should.ThrowAsync<CompanyProblemException>(() => ChangeAsync(home, act, ids, name is null ? [] : [name]))).Message.ShouldBe(words);
        (await home.TypesAsync()).ShouldBeEmpty();
    }

    private static async Task<CompanyHome> SaidAsync(Database kind)
    {
        var home = await CompanyHome.CreateAsync(kind);
        await Seed.CompaniesAsync(
            home.Storage.Database,
            home.Storage.Tenant,
            home.Integration,
            new ExternalCompany { ExternalId = "100", Name = "Acme", TypeNames = ["Owner, managed", "client"] },
            new ExternalCompany { ExternalId = "101", Name = "Bolt" },
            new ExternalCompany { ExternalId = "102", Name = "Cafe", TypeNames = ["Prospect"] });
        await home.Import.ImportAllAsync(home.Integration, home.Ada, Ct);
        return home;
    }

    private static Task<OperationResult> ChangeAsync(CompanyHome home, TypeAct act, IReadOnlyCollection<Guid> ids, params string[] types) =>
        home.Types.ChangeAsync(ids, new TypeChange(act, types), home.Ada, Ct);

    private static async Task<string[]> ListAsync(CompanyHome home) =>
        [.. (await home.TypeQueries.ListAsync(Sight.Whole(home.Storage.Tenant), Ct)).Select(t => string.Join(' ', (string[])[t.Name, $"{t.Companies}", .. t.IsManual ? ["here"] : Array.Empty<string>(), .. t.SaidBy]))];
}
