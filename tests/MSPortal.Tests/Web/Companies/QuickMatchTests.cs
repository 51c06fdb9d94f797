using MSPortal.Core.Model;
using MSPortal.Tests.Support;
using MSPortal.Web.Features.Companies;
using Shouldly;
using Xunit;
using Database = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Companies;

public sealed class QuickMatchTests
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    [Theory, DatabaseData]
    public async Task Proposals_link_nothing_until_they_are_applied_and_an_apply_is_one_operation_with_an_undo(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await home.AddAsync("Acme, Inc.", "Contoso Pharmaceticals", "Something else");
        await AddAsync(home, "ACME", "Contoso Pharmaceuticals", "Zebra");

        var proposals = await home.Match.ProposeAsync(home.Storage.Tenant, home.Integration, Ct);
        Words(proposals).ShouldBe(["Acme, Inc. → ACME sure", "Contoso Pharmaceticals → Contoso Pharmaceuticals"]);
        (await home.LinksAsync()).ShouldBeEmpty();

        var applied = await home.Import.ApplyMatchesAsync(home.Integration, [.. proposals.Select(p => new ImportChoice(p.ExternalId, p.CompanyId))], home.Ada, Ct);
        (await home.LinksAsync()).ShouldBe(["ACME ← 100", "Contoso Pharmaceuticals ← 101"]);
        (await home.AuditAsync()).Single(a => a.SubjectKind == CompanyUndo.Kind).Action.ShouldBe("companies.matched");
        await home.Undo.UndoAsync(applied.OperationId!.Value, home.Ada, Ct);
        (await home.LinksAsync()).ShouldBeEmpty();
        (await home.NamesAsync()).ShouldBe(["ACME", "Contoso Pharmaceuticals", "Zebra"]);
    }

    [Theory, DatabaseData]
    public async Task What_two_claim_or_what_might_be_two_is_not_sure(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await home.AddAsync("Acme Ltd", "Acme Inc", "Contoso");
        await AddAsync(home, "Acme", "Contoso Ltd", "Contoso, Inc.");

        var proposals = await home.Match.ProposeAsync(home.Storage.Tenant, home.Integration, Ct);

        proposals.Select(p => (p.ExternalId, p.Confidence, p.IsSure)).ShouldBe([("101", 100, false), ("100", 100, false), ("102", 100, false)], ignoreOrder: true);
        proposals.Single(p => p.ExternalId == "102").Why.ShouldContain("but so is");
    }

    [Theory, DatabaseData]
    public async Task What_is_linked_blocked_or_deleted_is_not_proposed(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await home.AddAsync("Acme", "Contoso", "Fabrikam");
        await Seed.CompaniesAsync(home.Storage.Database, home.Storage.Tenant, home.Integration, new ExternalCompany { ExternalId = "9", Name = "Zebra", IsDeleted = true });
        var ids = await AddAsync(home, "Acme", "Contoso", "Fabrikam", "Zebra");
        await home.Linking.LinkAsync(ids[0], home.Key("100"), home.Ada, Ct);
        await home.Actions.BlockAsync([home.Key("101")], home.Ada, Ct);

        Words(await home.Match.ProposeAsync(home.Storage.Tenant, home.Integration, Ct)).ShouldBe(["Fabrikam → Fabrikam sure"]);
    }

    [Theory, DatabaseData]
    public async Task A_vendors_own_reference_comes_before_any_name(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await home.AddAsync("Acme");
        await home.Import.ImportAllAsync(home.Integration, home.Ada, Ct);
        await AddAsync(home, "A. C. M. E. Site");
        var rmm = await Seed.IntegrationAsync(home.Storage.Database, home.Storage.Tenant, "RMM", "other");
        await Seed.CompaniesAsync(
            home.Storage.Database,
            home.Storage.Tenant,
            rmm,
            new ExternalCompany { ExternalId = "s1", Name = "ACME Site", Extra = new() { ["demoCompanyId"] = "100" } },
            new ExternalCompany { ExternalId = "s2", Name = "Unknown site", Extra = new() { ["demoCompanyId"] = "555" } });

        var proposals = await home.Match.ProposeAsync(home.Storage.Tenant, rmm, Ct);

        proposals.Select(p => (p.ExternalId, p.CompanyName, p.Confidence, p.Why)).ShouldBe([("s1", "Acme", 100, "Cross-reference")]);
    }

    [Theory, DatabaseData]
    public async Task The_same_website_makes_a_likely_name_sure_and_an_unlike_one_worth_a_look(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await Seed.CompaniesAsync(
            home.Storage.Database,
            home.Storage.Tenant,
            home.Integration,
            new ExternalCompany { ExternalId = "1", Name = "Hansen Dentistry Centers", Website = "https://www.hansen.dental/start" },
            new ExternalCompany { ExternalId = "2", Name = "Blue Parrot", Website = "parrot.example" },
            new ExternalCompany { ExternalId = "3", Name = "On a shared site", Website = "facebook.com/other" });
        await home.Actions.CreateAsync(new CompanyInput { Name = "Hanson Dentistry Center", Website = "hansen.dental" }, home.Ada, Ct);
        await home.Actions.CreateAsync(new CompanyInput { Name = "Macaw Holdings", Website = "www.parrot.example" }, home.Ada, Ct);
        await home.Actions.CreateAsync(new CompanyInput { Name = "Zebra", Website = "facebook.com/zebra" }, home.Ada, Ct);

        var proposals = await home.Match.ProposeAsync(home.Storage.Tenant, home.Integration, Ct);

        proposals.Select(p => (p.ExternalId, p.Confidence, p.IsSure)).ShouldBe([("1", 92, true), ("2", 75, false)]);
    }

    private static string[] Words(IReadOnlyList<MatchProposal> proposals) => [.. proposals.Select(p => $"{p.ExternalName} → {p.CompanyName}{(p.IsSure ? " sure" : "")}")];

    private static async Task<List<Guid>> AddAsync(CompanyHome home, params string[] names)
    {
        var ids = new List<Guid>();
        foreach (var name in names)
        {
            ids.Add(await home.Actions.CreateAsync(new CompanyInput { Name = name }, home.Ada, Ct));
        }

        return ids;
    }
}
