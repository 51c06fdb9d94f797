using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MSPortal.Tests.Storage;
using MSPortal.Tests.Support;
using MSPortal.Web.Features.Companies;
using MSPortal.Web.Hosting;
using Shouldly;
using Xunit;
using Database = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Companies;

public sealed class CompanyCommandTests
{
    [Theory, DatabaseData]
    public async Task Import_all_says_how_many_and_list_tells_what_there_is(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await home.AddAsync("Acme", "Contoso");
        await Seed.TicketsAsync(home.Storage.Database, home.Storage.Tenant, home.Integration, "100", open: 2, closed: 0);

        (await RunAsync(home, "companies", "import", "main psa", "--all")).ShouldBe((0, "Created 2, linked 0, skipped 0, failed 0.", ""));
        (await home.LinksAsync()).ShouldBe(["Acme ← 100", "Contoso ← 101"]);
        var list = JsonDocument.Parse((await RunAsync(home, "companies", "list", "--json")).Output).RootElement;
        list.EnumerateArray().Select(c => $"{c.GetProperty("name")} {c.GetProperty("openTickets")} {c.GetProperty("links")[0].GetProperty("externalId")}")
            .ShouldBe(["Acme 2 100", "Contoso 0 101"]);
        (await home.AuditAsync()).ShouldAllBe(a => a.Actor == "command line" && a.From == $"{Environment.UserName}@{Environment.MachineName}");
    }

    [Theory, DatabaseData]
    public async Task Import_sees_the_integrations_of_the_named_tenant_only(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await home.AddAsync("Acme");
        var other = await home.Storage.AddTenantAsync("Fabrikam");
        var theirs = await Seed.IntegrationAsync(home.Storage.Database, other, "Main PSA");
        await Seed.CompaniesAsync(home.Storage.Database, other, theirs, ("900", "Woodgrove"));

        (await RunAsync(home, "companies", "import", "Main PSA", "--all", "--tenant", "Fabrikam")).ShouldBe((0, "Created 1, linked 0, skipped 0, failed 0.", ""));
        (await RunAsync(home, "companies", "import", $"{home.Integration}", "--all", "--tenant", "Fabrikam")).Code.ShouldBe(1);
        (await RunAsync(home, "companies", "import", "Main PSA", "--all")).Code.ShouldBe(1);

        (await home.LinksAsync()).ShouldBeEmpty();
        await using var db = home.Storage.Database.Open(other);
        (await db.CompanyLinks.Select(l => l.ExternalId).ToListAsync()).ShouldBe(["900"]);
    }

    [Theory, DatabaseData]
    public async Task A_row_that_fails_is_named_and_the_exit_code_says_so(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await home.AddAsync("Acme");
        var (code, output, _) = await RunAsync(home, "companies", "import", $"{home.Integration}", "--external-id", "100", "--external-id", "999");
        code.ShouldBe(1);
        output.ShouldBe("Created 1, linked 0, skipped 0, failed 1.\nfailed   999  999: The integration has no such company (any more).");
        (await home.LinksAsync()).ShouldBe(["Acme ← 100"]);
    }

    [Theory, DatabaseData]
    public async Task New_lists_what_waits_and_dismiss_ends_that(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await home.AddAsync("Acme", "Contoso");
        await home.Import.ImportAsync(home.Integration, [new("100")], home.Ada, CancellationToken.None);
        await using (var db = home.Open())
        {
            var after = StorageHome.Start + TimeSpan.FromHours(1);
            await db.ExternalCompanies.Where(e => e.ExternalId == "101").ExecuteUpdateAsync(set => set.SetProperty(e => e.CreatedAt, after));
            await db.Streams.ExecuteUpdateAsync(set => set.SetProperty(s => s.LastCompleteAt, after));
        }

        await home.New.LookAsync(home.Storage.Tenant, home.Integration, CancellationToken.None);

        (await RunAsync(home, "companies", "new", "Main PSA", "--dismiss")).ShouldBe((0, "ID   NAME     OPEN TICKETS\n101  Contoso  0", ""));
        (await RunAsync(home, "companies", "new", "Main PSA", "--json")).ShouldBe((0, "[]", ""));
        (await home.AuditAsync()).Count(a => a.Action == "companies.new_dismissed").ShouldBe(1);
    }

    [Theory]
    [DatabaseData("nowhere", "--all", "There is no integration “nowhere”. Known: 1 (Main PSA).")]
    [DatabaseData("Main PSA", "--json", "Say either --all, or which companies with --external-id.")]
    public async Task What_cannot_be_done_is_one_sentence(Database kind, string integration, string option, string words)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        (await RunAsync(home, "companies", "import", integration, option)).ShouldBe((1, "", words));
    }

    internal static async Task<(int Code, string Output, string Error)> RunAsync(CompanyHome home, params string[] arguments)
    {
        await using var output = new StringWriter { NewLine = "\n" };
        await using var error = new StringWriter { NewLine = "\n" };
        string[] all = [.. arguments, "--data", home.Storage.Folder, "--database", home.Storage.Setting];
        var code = await CommandLine.RunAsync(all, _ => null, output, error);
        return (code, output.ToString().TrimEnd(), error.ToString().TrimEnd());
    }
}
