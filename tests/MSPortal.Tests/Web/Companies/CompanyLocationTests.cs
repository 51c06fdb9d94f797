using MSPortal.Core.Ports;
using MSPortal.Tests.Support;
using MSPortal.Web.Features.Companies;
using Shouldly;
using Xunit;
using Database = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Companies;

public sealed class CompanyLocationTests
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    [Theory, DatabaseData]
    public async Task Locations_are_written_down_corrected_and_removed_and_one_at_most_is_primary(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        var ids = await home.MakeAsync("Acme", "Bolt");
        var main = await SaveAsync(home, ids[0], new LocationInput("Head office", "Mill Lane 1", "2nd floor", "Bonn", "Germany", IsPrimary: true));
        var depot = await SaveAsync(home, ids[0], new LocationInput(" Depot ", City: " "));
        await SaveAsync(home, ids[1], new LocationInput("Theirs", IsPrimary: true));
        (await ListAsync(home, ids[0])).ShouldBe(["Head office|Mill Lane 1|2nd floor|Bonn|Germany|True", "Depot|||||False"]);

        await home.Places.SaveAsync(ids[0], depot, new LocationInput("Depot", City: "Mainz", IsPrimary: true), home.Ada, Ct);
        (await ListAsync(home, ids[0])).ShouldBe(["Depot|||Mainz||True", "Head office|Mill Lane 1|2nd floor|Bonn|Germany|False"]);
        await home.Places.RemoveAsync(ids[0], main, home.Ada, Ct);

        (await ListAsync(home, ids[0])).ShouldBe(["Depot|||Mainz||True"]);
        (await ListAsync(home, ids[1])).ShouldBe(["Theirs|||||True"]);
        (await home.AuditAsync()).Where(a => a.Action.Contains("location", StringComparison.Ordinal)).Select(a => $"{a.Action} {a.SubjectName} {a.Before is not null} {a.After is not null}").ShouldBe(
        [
            "company.location_added Acme False True", "company.location_added Acme False True", "company.location_added Bolt False True",
            "company.location_changed Acme True True", "company.location_changed Acme True True", "company.location_removed Acme True False",
        ]);
    }

    [Theory, DatabaseData]
    public async Task Locations_go_with_their_company_and_keep_one_that_an_undone_import_made(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await home.AddAsync("Acme", "Bolt");
        var import = await home.Import.ImportAllAsync(home.Integration, home.Ada, Ct);
        var acme = await home.IdAsync("Acme");
        await SaveAsync(home, acme, new LocationInput("Head office"));
        await home.Undo.UndoAsync(import.OperationId!.Value, home.Ada, Ct);
        (await home.NamesAsync()).ShouldBe(["Acme"]);

        await home.Actions.DeleteAsync(acme, home.Ada, Ct);

        (await ListAsync(home, acme)).ShouldBeEmpty();
    }

    [Theory, DatabaseData]
    public async Task Nobody_reaches_another_tenants_or_another_companys_locations(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        var ids = await home.MakeAsync("Acme", "Bolt");
        var office = await SaveAsync(home, ids[0], new LocationInput("Head office"));
        var stranger = new Actor(await home.Storage.AddTenantAsync("Fabrikam"), "eve@example.com", null);

        (await home.Places.ListAsync(stranger.TenantId, ids[0], Ct)).ShouldBeEmpty();
        foreach (var (company, actor) in new[] { (ids[0], stranger), (ids[1], home.Ada) })
        {
            (await Should.ThrowAsync<CompanyProblemException>(() => home.Places.SaveAsync(company, office, new LocationInput("Mine"), actor, Ct))).Missing.ShouldBeTrue();
            (await Should.ThrowAsync<CompanyProblemException>(() => home.Places.RemoveAsync(company, office, actor, Ct))).Missing.ShouldBeTrue();
        }

        (await Should.ThrowAsync<CompanyProblemException>(() => SaveAsync(home, ids[0], new LocationInput(" ")))).Message.ShouldBe("A location needs a name.");
        (await ListAsync(home, ids[0])).ShouldBe(["Head office|||||False"]);
    }

    [Theory, DatabaseData]
    public async Task The_command_line_keeps_the_same_list(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await home.MakeAsync("Acme");
        (await RunAsync(home, "set", "Acme", "Depot", "--address", "Mill Lane 1", "--address", "2nd floor", "--city", "Bonn", "--country", "Germany", "--primary")).Code.ShouldBe(0);
        (await RunAsync(home, "list", "Acme")).Output.ShouldEndWith("Depot  Mill Lane 1, 2nd floor  Bonn  Germany  yes");
        (await RunAsync(home, "set", "Acme", "depot", "--city", "Mainz")).Code.ShouldBe(0);
        (await RunAsync(home, "list", "Acme")).ShouldBe((0, "NAME   ADDRESS  CITY   COUNTRY  PRIMARY\ndepot           Mainz", ""));
        (await RunAsync(home, "remove", "Acme", "Nowhere")).ShouldBe((1, "", "There is no location “Nowhere”."));
        var acme = await home.IdAsync("Acme");
        var depot = (await home.Places.ListAsync(home.Storage.Tenant, acme, Ct)).Single().Id;
        (await RunAsync(home, "set", "Acme", depot.ToString().ToUpperInvariant(), "--city", "Ulm")).Code.ShouldBe(0);
        (await ListAsync(home, acme)).ShouldBe(["depot|||Ulm||False"]);
        var twin = await SaveAsync(home, acme, new LocationInput("Depot"));
        foreach (var verb in new[] { "set", "remove" })
        {
            (await RunAsync(home, verb, "Acme", "Depot")).ShouldBe((1, "", "Several locations are called “Depot”. Give the id."));
        }

        (await RunAsync(home, "remove", "Acme", twin.ToString())).Code.ShouldBe(0);
        (await RunAsync(home, "remove", "Acme", "Depot")).Code.ShouldBe(0);
        (await ListAsync(home, await home.IdAsync("Acme"))).ShouldBeEmpty();
    }

    private static Task<(int Code, string Output, string Error)> RunAsync(CompanyHome home, params string[] arguments) => CompanyCommandTests.RunAsync(home, ["companies", "locations", .. arguments]);

    private static Task<Guid> SaveAsync(CompanyHome home, Guid company, LocationInput input) => home.Places.SaveAsync(company, null, input, home.Ada, Ct);

    private static async Task<string[]> ListAsync(CompanyHome home, Guid company) =>
        [.. (await home.Places.ListAsync(home.Storage.Tenant, company, Ct)).Select(l => string.Join('|', l.Name, l.AddressLine1, l.AddressLine2, l.City, l.Country, l.IsPrimary))];
}
