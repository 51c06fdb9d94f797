using MSPortal.Tests.Support;
using MSPortal.Web.Features.Companies;
using Shouldly;
using Xunit;
using Database = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Companies;

/// <summary>The grid of companies by integrations.</summary>
public sealed class MappingTests
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    [Theory, DatabaseData]
    public async Task A_row_has_its_links_in_every_integration_and_the_filter_finds_what_is_missing(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        var rmm = await Seed.IntegrationAsync(home.Storage.Database, home.Storage.Tenant, "RMM");
        await home.AddAsync("Acme", "Contoso", "Acme branch", "Fabrikam");
        await Seed.CompaniesAsync(home.Storage.Database, home.Storage.Tenant, rmm, ("s1", "Acme site"));
        await home.Import.ImportAsync(home.Integration, [new("100"), new("101")], home.Ada, Ct);
        var acme = await home.IdAsync("Acme");
        await home.Linking.LinkAsync(acme, home.Key("102"), home.Ada, Ct);
        await home.Linking.LinkAsync(acme, new ExternalKey(rmm, "s1"), home.Ada, Ct);
        await home.Actions.CreateAsync(new CompanyInput { Name = "Nowhere" }, home.Ada, Ct);

        (await RowsAsync(home)).ShouldBe([$"Acme: {home.Integration}/Acme, {home.Integration}/Acme branch, {rmm}/Acme site", $"Contoso: {home.Integration}/Contoso", "Nowhere: "]);
        (await RowsAsync(home, null, home.Integration)).ShouldBe(["Nowhere: "]);
        (await RowsAsync(home, null, home.Integration, rmm)).ShouldBe([$"Contoso: {home.Integration}/Contoso", "Nowhere: "]);
        (await RowsAsync(home, "cont", rmm)).ShouldBe([$"Contoso: {home.Integration}/Contoso"]);
    }

    [Theory, DatabaseData]
    public async Task Matches_of_several_integrations_are_one_operation_with_one_undo(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        var rmm = await Seed.IntegrationAsync(home.Storage.Database, home.Storage.Tenant, "RMM");
        await home.AddAsync("Acme, Inc.");
        await Seed.CompaniesAsync(home.Storage.Database, home.Storage.Tenant, rmm, ("s1", "Acme"), ("s2", "Quite another"));
        await home.Actions.CreateAsync(new CompanyInput { Name = "Acme" }, home.Ada, Ct);

        var sources = await home.Companies.SourcesAsync(home.Storage.Tenant, Ct);
        var proposals = await home.Match.ProposeAsync(home.Storage.Tenant, sources, Ct);
        proposals.Select(p => $"{p.Source.Name}: {p.Match.ExternalName}").ShouldBe(["Main PSA: Acme, Inc.", "RMM: Acme"], ignoreOrder: true);
        var links = proposals.GroupBy(p => p.Source.Id).ToDictionary(g => g.Key, IReadOnlyList<ImportChoice> (g) => [.. g.Select(p => new ImportChoice(p.Match.ExternalId, p.Match.CompanyId))]);
        var applied = await home.Import.ApplyMatchesAsync(links, home.Ada, Ct);

        (await home.LinksAsync()).ShouldBe(["Acme ← 100", "Acme ← s1"]);
        (await home.AuditAsync()).Count(a => a.SubjectKind == CompanyUndo.Kind).ShouldBe(1);
        await home.Undo.UndoAsync(applied.OperationId!.Value, home.Ada, Ct);
        (await home.LinksAsync()).ShouldBeEmpty();
    }

    private static async Task<IReadOnlyList<string>> RowsAsync(CompanyHome home, string? search = null, params long[] missing)
    {
        var page = await new MappingQueries(home.Storage.Database).ListAsync(home.Storage.Tenant, new MappingFilter(search, missing), 0, 50, Ct);
        page.Total.ShouldBe(page.Rows.Count);
        return [.. page.Rows.Select(r => $"{r.Name}: {string.Join(", ", r.Links.Select(l => $"{l.Key.IntegrationId}/{l.Label}"))}")];
    }
}
