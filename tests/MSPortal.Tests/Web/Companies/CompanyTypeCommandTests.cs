using MSPortal.Tests.Support;
using Shouldly;
using Xunit;
using Database = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Companies;

public sealed class CompanyTypeCommandTests
{
    [Theory, DatabaseData]
    public async Task Types_are_changed_as_on_the_page_and_a_dry_run_changes_none(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await home.MakeAsync("Acme", "Bolt", "Cafe");

        (await RunAsync(home, "add", "VIP", "Client", "--company", "acme", "--company", "Bolt", "--dry-run"))
            .ShouldBe((0, "2 companies change.\n2 companies get “Client”, a type that is new.\n2 companies get “VIP”, a type that is new.", ""));
        (await home.TypesAsync()).ShouldBeEmpty();
        (await RunAsync(home, "add", "VIP", "Client", "--company", "acme", "--company", "Bolt")).ShouldBe((0, "Changed 2 companies.", ""));
        (await RunAsync(home, "remove", "vip", "--all", "--search", "bolt")).ShouldBe((0, "Changed 1 company.", ""));
        (await RunAsync(home, "replace", "Prospect", "--all", "--of-type", "VIP")).ShouldBe((0, "Changed 1 company.", ""));
        (await home.TypesAsync()).ShouldBe(["Acme: Prospect", "Bolt: Client"]);
        (await RunAsync(home, "list")).ShouldBe((0, "TYPE      COMPANIES  SAID BY\nClient    1          people here\nProspect  1          people here", ""));
        (await CompanyCommandTests.RunAsync(home, "companies", "list", "--type", "client")).Output.ShouldEndWith("Bolt");
        (await RunAsync(home, "replace", "--all")).ShouldBe((0, "Changed 2 companies.", ""));
        (await home.TypesAsync()).ShouldBeEmpty();
    }

    [Theory]
    [DatabaseData("--company", "Nobody", "There is no company “Nobody”.")]
    [DatabaseData("--search", "acme", "Say either --all, or which companies with --company.")]
    public async Task What_cannot_be_done_is_one_sentence(Database kind, string option, string value, string words)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await home.MakeAsync("Acme");
        (await RunAsync(home, "add", "VIP", option, value)).ShouldBe((1, "", words));
        (await RunAsync(home, "add", " ", "--all")).ShouldBe((1, "", "A type needs a name."));
        foreach (var misplaced in new string[][] { ["--company", "Acme", "--search", "acme"], ["--all", "--search", " "], ["--all", "--of-type", ""] })
        {
            (await RunAsync(home, ["add", "VIP", .. misplaced])).ShouldBe((1, "", "--search and --of-type go with --all, and are not empty."));
        }

        (await home.TypesAsync()).ShouldBeEmpty();
    }

    private static Task<(int Code, string Output, string Error)> RunAsync(CompanyHome home, params string[] arguments) => CompanyCommandTests.RunAsync(home, ["companies", "types", .. arguments]);
}
