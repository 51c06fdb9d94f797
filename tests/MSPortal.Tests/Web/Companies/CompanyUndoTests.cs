using MSPortal.Tests.Support;
using MSPortal.Web.Features.Companies;
using Shouldly;
using Xunit;
using Database = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Companies;

public sealed class CompanyUndoTests
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    [Theory, DatabaseData]
    public async Task Undoing_an_import_takes_away_what_it_created_and_linked_and_nothing_else(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await home.AddAsync("Acme", "Contoso", "Fabrikam");
        await home.Import.ImportAsync(home.Integration, [new("100")], home.Ada, Ct);
        var manual = await home.Actions.CreateAsync(new CompanyInput { Name = "Contoso Ltd" }, home.Ada, Ct);
        var import = await home.Import.ImportAsync(home.Integration, [new("101", manual), new("102")], home.Ada, Ct);

        var undo = await home.Undo.UndoAsync(import.OperationId!.Value, home.Ada, Ct);

        undo.Rows.Select(r => $"{r.ExternalId} {r.Outcome}").ShouldBe(["101 Unlinked", "102 Deleted"]);
        (await home.LinksAsync()).ShouldBe(["Acme ← 100"]);
        (await home.NamesAsync()).ShouldBe(["Acme", "Contoso Ltd"]);
        (await home.Companies.CountBlockedAsync(home.Storage.Tenant, Ct)).ShouldBe(0); // Taken back is not deleted.
        (await Should.ThrowAsync<CompanyProblemException>(() => home.Undo.UndoAsync(import.OperationId.Value, home.Ada, Ct))).Message.ShouldBe("This has been undone already.");
    }

    [Theory, DatabaseData]
    public async Task What_people_changed_since_stays(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await home.AddAsync("Renamed", "Grown", "Relinked", "Untouched", "Extra");
        var import = await home.Import.ImportAsync(home.Integration, [new("100"), new("101"), new("102"), new("103")], home.Ada, Ct);
        await home.Actions.RenameAsync(await home.IdAsync("Renamed"), "Renamed by hand", home.Ada, Ct);
        await home.Linking.LinkAsync(await home.IdAsync("Grown"), home.Key("104"), home.Ada, Ct);
        await home.Linking.UnlinkAsync(home.Key("102"), home.Ada, Ct);
        await home.Linking.LinkAsync(await home.IdAsync("Relinked"), home.Key("102"), home.Ada, Ct);

        var undo = await home.Undo.UndoAsync(import.OperationId!.Value, home.Ada, Ct);

        undo.Rows.Select(r => $"{r.ExternalId} {r.Outcome}: {r.Reason}").ShouldBe(
        [
            "100 Skipped: “Renamed by hand” has been changed since, so it stays.",
            "101 Skipped: “Grown” has been changed since, so it stays.",
            "102 Skipped: Its link has been changed since.",
            "103 Deleted: ",
        ]);
        (await home.LinksAsync()).ShouldBe(["Grown ← 101", "Grown ← 104", "Relinked ← 102", "Renamed by hand ← 100"]);
    }

    [Theory, DatabaseData]
    public async Task Undone_by_twenty_at_once_it_is_undone_once(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await home.AddAsync("Acme", "Contoso");
        var import = await home.Import.ImportAllAsync(home.Integration, home.Ada, Ct);

        var undone = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(async () =>
        {
            try
            {
                return (await home.Undo.UndoAsync(import.OperationId!.Value, home.Ada, Ct)).Deleted;
            }
            catch (CompanyProblemException)
            {
                return 0;
            }
        })));

        undone.Sum().ShouldBe(2);
        (await home.NamesAsync()).ShouldBeEmpty();
        (await home.AuditAsync()).Count(a => a.Action == "companies.undone").ShouldBe(1);
    }

    [Theory, DatabaseData]
    public async Task An_unlinking_is_undone_unless_it_was_linked_or_blocked_since(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await home.AddAsync("Acme", "Contoso");
        await home.Import.ImportAllAsync(home.Integration, home.Ada, Ct);
        var first = await home.Linking.UnlinkAsync(home.Key("100"), home.Ada, Ct);
        var second = await home.Linking.UnlinkAsync(home.Key("101"), home.Ada, Ct);
        await home.Actions.BlockAsync([home.Key("101")], home.Ada, Ct);

        (await home.Undo.UndoAsync(first.OperationId!.Value, home.Ada, Ct)).Linked.ShouldBe(1);
        (await home.Undo.UndoAsync(second.OperationId!.Value, home.Ada, Ct)).Rows.Single().Reason.ShouldBe("It has been blocked since.");
        (await home.LinksAsync()).ShouldBe(["Acme ← 100"]);
    }
}
