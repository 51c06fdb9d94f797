using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;
using MSPortal.Tests.Storage;
using MSPortal.Tests.Support;
using MSPortal.Web.Features.Companies;
using MSPortal.Web.Ui;
using Shouldly;
using Xunit;
using Database = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Companies;

public sealed class CompanyImportTests
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    [Theory, DatabaseData]
    public async Task Importing_makes_a_company_and_its_link_of_each_and_importing_again_makes_nothing(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await home.AddAsync("Acme", "Böhm & Söhne", "Contoso");

        var result = await home.Import.ImportAsync(home.Integration, [new("100"), new("101")], home.Ada, Ct);
        Rows(result).ShouldBe(["100 Created Acme", "101 Created Böhm & Söhne"]);
        (await home.LinksAsync()).ShouldBe(["Acme ← 100", "Böhm & Söhne ← 101"]);

        var again = await home.Import.ImportAsync(home.Integration, [new("100"), new("101"), new("102")], home.Ada, Ct);
        Rows(again).ShouldBe(["100 Skipped Acme", "101 Skipped Böhm & Söhne", "102 Created Contoso"]);
        (await home.NamesAsync()).ShouldBe(["Acme", "Böhm & Söhne", "Contoso"]);
        (await home.Import.ImportAllAsync(home.Integration, home.Ada, Ct)).OperationId.ShouldBeNull();
    }

    [Theory, DatabaseData]
    public async Task Twenty_imports_of_the_same_at_once_make_each_company_once(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        var names = Enumerable.Range(0, 25).Select(i => $"Company {(char)('A' + i)}").ToArray();
        await home.AddAsync(names);

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => i % 2 == 0
            ? home.Import.ImportAllAsync(home.Integration, home.Ada, Ct)
            : home.Import.ImportAsync(home.Integration, [.. names.Select((_, n) => new ImportChoice(CompanyHome.Id(n))).Reverse()], home.Ada, Ct))));

        (await home.NamesAsync()).ShouldBe(names);
        (await home.LinksAsync()).ShouldBe([.. names.Select((n, i) => $"{n} ← {CompanyHome.Id(i)}")]);
        results.SelectMany(r => r.Rows).Where(r => r.Outcome == RowOutcome.Created).Select(r => r.ExternalId).Order(StringComparer.Ordinal)
            .ShouldBe(names.Select((_, i) => CompanyHome.Id(i)));
        (await home.AuditAsync()).Where(a => a.Action == "company.created").Select(a => a.SubjectName).Order(StringComparer.Ordinal).ShouldBe(names);
    }

    [Theory, DatabaseData]
    public async Task A_row_that_cannot_be_imported_says_why_and_costs_no_other(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await home.AddAsync("Acme", "Contoso", "Fabrikam");
        var tailspin = await home.Actions.CreateAsync(new CompanyInput { Name = "Tailspin" }, home.Ada, Ct);
        await home.Linking.LinkAsync(tailspin, home.Key("101"), home.Ada, Ct);
        await home.Actions.BlockAsync([home.Key("102")], home.Ada, Ct);

        var result = await home.Import.ImportAsync(
            home.Integration, [new("100", tailspin), new("101", Guid.NewGuid()), new("102"), new("999"), new("100")], home.Ada, Ct);

        result.Rows.Select(r => $"{r.ExternalId} {r.Outcome}: {r.Reason}").ShouldBe(
        [
            "100 Linked: ",
            "101 Failed: It is linked to “Tailspin” already.",
            "102 Skipped: It is blocked. Unblock it first.",
            "999 Failed: The integration has no such company (any more).",
        ]);
        (await home.LinksAsync()).ShouldBe(["Tailspin ← 100", "Tailspin ← 101"]);
    }

    [Theory, DatabaseData]
    public async Task Import_all_leaves_out_what_is_deleted_blocked_filtered_linked_or_of_another_generation(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await SetFilterAsync(home, new CompanyFilter { SkipInactive = true, ExcludedTypes = ["vendor"], ExcludedStatuses = ["lost"] });
        await Seed.CompaniesAsync(
            home.Storage.Database,
            home.Storage.Tenant,
            home.Integration,
            new ExternalCompany { ExternalId = "1", Name = "Good" },
            new ExternalCompany { ExternalId = "2", Name = "Deleted", IsDeleted = true },
            new ExternalCompany { ExternalId = "3", Name = "Asleep", IsInactive = true },
            new ExternalCompany { ExternalId = "4", Name = "Supplier", TypeIds = ["vendor"] },
            new ExternalCompany { ExternalId = "5", Name = "Both", TypeIds = ["vendor", "client"] },
            new ExternalCompany { ExternalId = "6", Name = "Gone away", StatusId = "lost" },
            new ExternalCompany { ExternalId = "7", Name = "Blocked" });
        await home.Actions.BlockAsync([home.Key("7")], home.Ada, Ct);
        await using (var db = home.Open())
        {
            db.ExternalCompanies.Add(Seed.Row(home.Storage.Tenant, home.Integration, new ExternalCompany { ExternalId = "8", Name = "Of the shadow" }, 3));
            await db.SaveChangesAsync();
        }

        await home.Import.ImportAllAsync(home.Integration, home.Ada, Ct);

        (await home.LinksAsync()).ShouldBe(["Both ← 5", "Good ← 1"]);
    }

    [Theory, DatabaseData]
    public async Task The_MSPs_own_company_stands_apart_and_is_imported_only_on_purpose(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await Seed.CompaniesAsync(
            home.Storage.Database, home.Storage.Tenant, home.Integration, new ExternalCompany { ExternalId = "0", Name = "Contoso IT", IsHouse = true }, new ExternalCompany { ExternalId = "1", Name = "A client" });
        var listed = async () => (await home.External.ListAsync(home.Storage.Tenant, home.Integration, new ExternalFilter(State: ImportState.NotImported), new RecordQuery(0, 50, null, false), Ct)).Rows.Select(r => r.Name);

        (await listed()).ShouldBe(["A client"]);
        (await home.External.ImportableAsync(home.Storage.Tenant, home.Integration, new ExternalFilter(), Ct)).ShouldBe(["1"]);
        (await home.External.HouseAsync(home.Storage.Tenant, home.Integration, Ct)).ShouldNotBeNull().Name.ShouldBe("Contoso IT");
        await home.Import.ImportAllAsync(home.Integration, home.Ada, Ct);
        (await home.LinksAsync()).ShouldBe(["A client ← 1"]);

        await home.Import.ImportAsync(home.Integration, [new("0")], home.Ada, Ct);
        (await home.LinksAsync()).ShouldBe(["A client ← 1", "Contoso IT ← 0"]);
        (await home.External.HouseAsync(home.Storage.Tenant, home.Integration, Ct)).ShouldBeNull();
    }

    [Theory, DatabaseData]
    public async Task A_company_of_the_same_name_from_elsewhere_is_not_doubled_unless_asked_for(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await home.AddAsync("Acme, Inc.", "Acme");
        await home.Actions.CreateAsync(new CompanyInput { Name = "ACME" }, home.Ada, Ct);

        var all = await home.Import.ImportAllAsync(home.Integration, home.Ada, Ct);
        all.Rows.Select(r => r.Outcome).ShouldBe([RowOutcome.Skipped, RowOutcome.Skipped]);
        all.Rows[0].Reason!.ShouldStartWith("There is a company named “ACME” already.");

        await home.Import.ImportAsync(home.Integration, [new("100", CreateAnyway: true)], home.Ada, Ct);
        (await home.LinksAsync()).ShouldBe(["Acme, Inc. ← 100"]);
    }

    [Theory, DatabaseData]
    public async Task Another_tenants_integration_and_companies_do_not_exist(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await home.AddAsync("Acme");
        var theirs = await home.Storage.AddTenantAsync("Globex IT");
        var eve = new Actor(theirs, "eve@example.com", null);
        var evil = await home.Actions.CreateAsync(new CompanyInput { Name = "Evil" }, eve, Ct);
        var mine = await home.Actions.CreateAsync(new CompanyInput { Name = "Mine" }, home.Ada, Ct);

        await Should.ThrowAsync<CompanyProblemException>(() => home.Import.ImportAllAsync(home.Integration, eve, Ct));
        await Should.ThrowAsync<CompanyProblemException>(() => home.Linking.LinkAsync(evil, home.Key("100"), eve, Ct));
        await Should.ThrowAsync<CompanyProblemException>(() => home.Actions.RenameAsync(mine, "Stolen", eve, Ct));
        await Should.ThrowAsync<CompanyProblemException>(() => home.Actions.DeleteAsync(mine, eve, Ct));
        await Should.ThrowAsync<CompanyProblemException>(() => home.Actions.BlockAsync([home.Key("100")], eve, Ct));
        await Should.ThrowAsync<CompanyProblemException>(() => home.Match.ProposeAsync(theirs, home.Integration, Ct));
        (await home.Import.ImportAsync(home.Integration, [new("100", evil)], home.Ada, Ct)).Rows.Single().Outcome.ShouldBe(RowOutcome.Failed);
        var imported = await home.Import.ImportAllAsync(home.Integration, home.Ada, Ct);
        await Should.ThrowAsync<CompanyProblemException>(() => home.Undo.UndoAsync(imported.OperationId!.Value, eve, Ct));
        await Should.ThrowAsync<CompanyProblemException>(() => home.Linking.UnlinkAsync(home.Key("100"), eve, Ct));

        (await home.LinksAsync()).ShouldBe(["Acme ← 100"]);
        (await home.NamesAsync()).ShouldBe(["Acme", "Mine"]);
    }

    [Theory, DatabaseData]
    public async Task An_import_leaves_one_operation_and_an_entry_per_company_in_the_audit_log(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await home.AddAsync("Acme");
        var result = await home.Import.ImportAllAsync(home.Integration, home.Ada, Ct);

        var entries = await home.AuditAsync();
        entries.Select(a => $"{a.Action} {a.SubjectKind} {a.SubjectName}").ShouldBe(
            ["company.created company Acme", "company.linked company Acme", "companies.imported company_operation Main PSA"], ignoreOrder: true);
        entries.ShouldAllBe(a => a.Actor == "ada@example.com" && a.From == "192.0.2.1" && a.At == StorageHome.Start && a.TenantId == home.Storage.Tenant);
        var operation = entries.Single(a => a.SubjectKind == CompanyUndo.Kind);
        operation.SubjectId.ShouldBe(result.OperationId.ToString());
        operation.After!.ShouldContain("\"externalId\":\"100\"");
    }

    private static string[] Rows(OperationResult result) => [.. result.Rows.Select(r => $"{r.ExternalId} {r.Outcome} {r.CompanyName}")];

    private static async Task SetFilterAsync(CompanyHome home, CompanyFilter filter)
    {
        await using var db = home.Open();
        await db.Integrations.ExecuteUpdateAsync(set => set.SetProperty(i => i.CompanyFilter, System.Text.Json.JsonSerializer.Serialize(filter)));
    }
}
