using Microsoft.EntityFrameworkCore;
using MSPortal.Tests.Support;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Companies;
using MSPortal.Web.Ui;
using Shouldly;
using Xunit;
using Database = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Companies;

public sealed class CompanyActionTests
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    [Theory, DatabaseData]
    public async Task An_external_company_belongs_to_one_company_and_says_to_which(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await home.AddAsync("Acme", "Acme East");
        var (acme, other) = (await CreateAsync(home, "Acme"), await CreateAsync(home, "Other"));

        (await home.Linking.LinkAsync(acme, home.Key("100"), home.Ada, Ct)).Linked.ShouldBe(1);
        (await home.Linking.LinkAsync(acme, home.Key("100"), home.Ada, Ct)).Skipped.ShouldBe(1);
        await home.Linking.LinkAsync(acme, home.Key("101"), home.Ada, Ct);
        var refused = await Should.ThrowAsync<CompanyProblemException>(() => home.Linking.LinkAsync(other, home.Key("100"), home.Ada, Ct));

        refused.Message.ShouldBe("“Acme” is linked to “Acme” already. Unlink it there first.");
        (await home.LinksAsync()).ShouldBe(["Acme ← 100", "Acme ← 101"]);
    }

    [Theory, DatabaseData]
    public async Task Of_twenty_who_link_the_same_external_company_to_different_companies_one_succeeds(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await home.AddAsync("Acme");
        var companies = new List<Guid>();
        for (var i = 0; i < 20; i++)
        {
            companies.Add(await CreateAsync(home, $"Company {i}"));
        }

        var outcomes = await Task.WhenAll(companies.Select(id => Task.Run(async () =>
        {
            try
            {
                return (await home.Linking.LinkAsync(id, home.Key("100"), home.Ada, Ct)).Linked;
            }
            catch (CompanyProblemException e) when (e.Message.Contains("already", StringComparison.Ordinal))
            {
                return 0;
            }
        })));

        outcomes.Sum().ShouldBe(1);
        (await home.LinksAsync()).Count.ShouldBe(1);
    }

    [Theory, DatabaseData]
    public async Task A_swap_exchanges_both_in_one_step_and_its_undo_takes_it_back(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await home.AddAsync("Acme", "Acme (old)");
        await home.Linking.LinkAsync(await CreateAsync(home, "Acme"), home.Key("101"), home.Ada, Ct);

        var swap = await home.Linking.SwapAsync(home.Key("101"), home.Key("100"), home.Ada, Ct);
        (await home.LinksAsync()).ShouldBe(["Acme ← 100"]);
        await home.Undo.UndoAsync(swap.OperationId!.Value, home.Ada, Ct);
        (await home.LinksAsync()).ShouldBe(["Acme ← 101"]);
    }

    [Theory, DatabaseData]
    public async Task Deleting_takes_the_links_along_and_blocks_what_was_linked(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await home.ReadAsync(null, "Acme", "Contoso");
        await home.Import.ImportAllAsync(home.Integration, home.Ada, Ct);

        await home.Actions.DeleteAsync(await home.IdAsync("Acme"), home.Ada, Ct);

        (await home.LinksAsync()).ShouldBe(["Contoso ← 101"]);
        var blocked = (await home.Companies.BlockedAsync(home.Storage.Tenant, null, null, 0, 10, Ct)).Rows.Single();
        (blocked.Name, blocked.ExternalId, blocked.BlockedBy).ShouldBe(("Acme", "100", "ada@example.com"));
        (await home.Import.ImportAllAsync(home.Integration, home.Ada, Ct)).Rows.Select(r => r.ExternalId).ShouldBe(["101"]);

        (await home.Actions.UnblockAsync([home.Key("100")], home.Ada, Ct)).ShouldBe(1);
        await home.ReadAsync(null, "Acme", "Contoso");
        (await home.NamesAsync()).ShouldBe(["Contoso"]); // Who imports new ones by hand decides on this one, too.
        await home.Import.ImportAllAsync(home.Integration, home.Ada, Ct);
        (await home.LinksAsync()).ShouldBe(["Acme ← 100", "Contoso ← 101"]);
    }

    [Theory, DatabaseData]
    public async Task Of_a_blocked_company_ids_and_dates_are_kept_until_it_is_let_in_again_and_read(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await home.ReadAsync(null, "Acme", "Contoso", "Fabrikam");

        var begunBefore = await home.SequenceAsync();
        await home.Actions.BlockAsync([home.Key("100")], home.Ada, Ct);
        (await home.StoredAsync()).Records.ShouldBe(["Contoso", "Fabrikam"]);
        await home.ReadAsync(begunBefore, "Acme", "Contoso", "Fabrikam");
        await home.ReadAsync(null, "Acme Inc", "Contoso", "Fabrikam");
        await home.BadAsync("100");
        await home.BadAsync("101");
        await using (var db = home.Open())
        {
            (await db.Quarantine.Select(q => q.ExternalId).ToListAsync()).ShouldBe(["101"]);
        }

        await home.Actions.BlockAsync([home.Key("101")], home.Ada, Ct);
        await using (var db = home.Open())
        {
            (await db.Quarantine.AnyAsync()).ShouldBeFalse();
        }

        await home.Actions.UnblockAsync([home.Key("101")], home.Ada, Ct);
        await home.ReadAsync(null, "Acme Inc", "Contoso", "Fabrikam");
        await home.TakenUpAsync();

        var (records, ledger) = await home.StoredAsync();
        records.ShouldBe(["Contoso", "Fabrikam"]);
        ledger.ShouldBe(["100 OutOfScope Blocked", "101 Kept #", "102 Kept #"]);
        (await home.External.ListAsync(home.Storage.Tenant, home.Integration, new ExternalFilter(), new RecordQuery(0, 9, null, false), Ct)).Rows.Select(r => r.Name).ShouldBe(["Contoso", "Fabrikam"]);
        var source = (await new ImportSourceQueries(home.Storage.Database).FindAsync(home.Storage.Tenant, home.Integration, Ct)).ShouldNotBeNull();
        (source.Known, source.Blocked, source.LeftOut, source.IsQueued).ShouldBe((2, 1, 0, false));
        (await Should.ThrowAsync<CompanyProblemException>(async () => await home.Linking.LinkAsync(await CreateAsync(home, "Other"), home.Key("100"), home.Ada, Ct)))
            .Message.ShouldBe("“Acme” is blocked. Unblock it first.");

        await home.Actions.UnblockAsync([home.Key("100")], home.Ada, Ct);
        (await home.StoredAsync()).Ledger.ShouldBe(["101 Kept #", "102 Kept #"]);
        (await new ImportSourceQueries(home.Storage.Database).FindAsync(home.Storage.Tenant, home.Integration, Ct))!.IsQueued.ShouldBeTrue();
        await home.ReadAsync(null, "Acme Inc", "Contoso", "Fabrikam");
        (await home.StoredAsync()).Records.ShouldBe(["Acme Inc", "Contoso", "Fabrikam"]);
    }

    [Theory, DatabaseData]
    public async Task A_company_is_blocked_while_its_page_is_being_stored(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        for (var i = 0; i < 10; i++)
        {
            await home.ReadAsync(null, "Acme", "Contoso");
            var reads = Enumerable.Range(0, 4).Select(n => Task.Run(() => home.ReadAsync(null, $"Acme {i} {n}", "Contoso")));
            await Task.WhenAll([.. reads, Task.Run(() => home.Actions.BlockAsync([home.Key("100")], home.Ada, Ct))]);

            (await home.StoredAsync()).Records.ShouldBe(["Contoso"]);
            await home.Actions.UnblockAsync([home.Key("100")], home.Ada, Ct);
        }
    }

    [Theory, DatabaseData]
    public async Task What_the_vendor_has_deleted_stays_known_as_that_when_it_is_blocked(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await home.ReadAsync(null, "Acme", "Contoso");
        await home.Import.ImportAllAsync(home.Integration, home.Ada, Ct);
        await home.GoneAsync("100");

        await home.Actions.DeleteAsync(await home.IdAsync("Acme"), home.Ada, Ct);

        (await home.StoredAsync()).Ledger.ShouldBe(["100 Gone", "101 Kept #"]);
    }

    [Theory, DatabaseData]
    public async Task No_link_outlives_a_company_that_is_deleted_while_others_link_to_it(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await home.AddAsync([.. Enumerable.Range(0, 20).Select(i => $"Site {i}")]);
        var company = await CreateAsync(home, "Acme");

        var work = Enumerable.Range(0, 20).Select(i => Task.Run(async () =>
        {
            try
            {
                if (i == 7)
                {
                    await home.Actions.DeleteAsync(company, home.Ada, Ct);
                }
                else
                {
                    await home.Linking.LinkAsync(company, home.Key(CompanyHome.Id(i)), home.Ada, Ct);
                }
            }
            catch (CompanyProblemException)
            {
                // It was gone, or its external company blocked by then.
            }
        }));
        await Task.WhenAll(work);

        (await home.LinksAsync()).ShouldBeEmpty();
    }

    [Theory, DatabaseData]
    public async Task Every_change_is_in_the_audit_log_with_before_and_after(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await home.AddAsync("Acme");
        var id = await CreateAsync(home, "Acme");
        await home.Actions.RenameAsync(id, "  Acme Rockets ", home.Ada, Ct);
        await home.Actions.SetActiveAsync(id, false, home.Ada, Ct);
        (await home.Actions.SetActiveAsync(id, false, home.Ada, Ct)).ShouldBeFalse();
        await home.Actions.ChangeAsync(id, new CompanyInput { City = "Bonn" }, home.Ada, Ct);
        await home.Linking.LinkAsync(id, home.Key("100"), home.Ada, Ct);
        await home.Linking.UnlinkAsync(home.Key("100"), home.Ada, Ct);
        await home.Actions.DeleteAsync(id, home.Ada, Ct);

        var entries = (await home.AuditAsync()).Where(a => a.SubjectKind == "company").ToList();
        entries.Select(a => a.Action).ShouldBe(
            ["company.created", "company.renamed", "company.deactivated", "company.changed", "company.linked", "company.unlinked", "company.deleted"]);
        entries[1].Before!.ShouldContain("\"name\":\"Acme\"");
        entries[1].After!.ShouldContain("\"name\":\"Acme Rockets\"");
        entries[6].Before!.ShouldContain("Bonn");
    }

    [Theory]
    [DatabaseData("", "A company needs a name.")]
    [DatabaseData("acme", "There is a company named “acme” already.")]
    public async Task A_name_that_will_not_do_is_refused(Database kind, string name, string words)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await CreateAsync(home, "Acme");
        (await Should.ThrowAsync<CompanyProblemException>(() => CreateAsync(home, name))).Message.ShouldBe(words);
        (await home.NamesAsync()).ShouldBe(["Acme"]);
    }

    [Theory, DatabaseData]
    public async Task Lists_search_without_accents_sort_by_open_tickets_and_tell_the_links(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await home.AddAsync("Café Müller GmbH", "Contoso", "Zebra");
        await home.Import.ImportAllAsync(home.Integration, home.Ada, Ct);
        await Seed.TicketsAsync(home.Storage.Database, home.Storage.Tenant, home.Integration, "101", open: 3, closed: 2);
        await home.Actions.SetActiveAsync(await home.IdAsync("Zebra"), false, home.Ada, Ct);

        (await NamesAsync(home, new CompanyFilterChoice("cafe mu"))).ShouldBe(["Café Müller GmbH"]);
        (await NamesAsync(home, new CompanyFilterChoice("100%"))).ShouldBeEmpty();
        (await NamesAsync(home, new CompanyFilterChoice(IsActive: true))).ShouldBe(["Café Müller GmbH", "Contoso"]);
        var busiest = (await home.Companies.ListAsync(Sight.Whole(home.Storage.Tenant), new CompanyFilterChoice(), new RecordQuery(0, 1, nameof(CompanyItem.OpenTickets), true), Ct)).Rows.Single();
        (busiest.Name, busiest.OpenTickets, busiest.Links.Single().ExternalName).ShouldBe(("Contoso", 3, "Contoso"));
    }

    private static async Task<string[]> NamesAsync(CompanyHome home, CompanyFilterChoice filter) =>
        [.. (await home.Companies.ListAsync(Sight.Whole(home.Storage.Tenant), filter, new RecordQuery(0, 50, null, false), Ct)).Rows.Select(c => c.Name)];

    private static Task<Guid> CreateAsync(CompanyHome home, string name) => home.Actions.CreateAsync(new CompanyInput { Name = name }, home.Ada, Ct);
}
