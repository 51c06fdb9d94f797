using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Tests.Storage;
using MSPortal.Tests.Support;
using MSPortal.Web.Features.Companies;
using Shouldly;
using Xunit;
using Database = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Companies;

public sealed class NewCompaniesTests
{
    [Theory, DatabaseData]
    public async Task New_companies_are_imported_after_the_first_import_where_people_want_it_so(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await home.AddAsync("First", "Second");
        var fresh = new NewCompanies(home.Storage.Database, home.Import);
        var look = () => fresh.LookAsync(home.Storage.Tenant, home.Integration, CancellationToken.None);

        await SetAsync(home, new CompanyFilter { ImportNew = true, SkipInactive = true });
        (await look()).ShouldBeNull("nobody has said yet which companies are theirs");

        await home.Import.ImportAsync(home.Integration, [new("100")], home.Ada, CancellationToken.None);
        await SetAsync(home, new CompanyFilter { SkipInactive = true });
        (await look()).ShouldBeNull("people are told, and decide");
        (await home.LinksAsync()).ShouldBe(["First ← 100"]);

        await SetAsync(home, new CompanyFilter { ImportNew = true, SkipInactive = true });
        (await look()).ShouldNotBeNull();
        (await home.LinksAsync()).ShouldBe(["First ← 100", "Second ← 101"]);
        (await home.AuditAsync()).Last(a => a.SubjectKind == CompanyUndo.Kind).Actor.ShouldBe("MSPortal");

        await Seed.CompaniesAsync(
            home.Storage.Database, home.Storage.Tenant, home.Integration, new ExternalCompany { ExternalId = "7", Name = "Third" }, new ExternalCompany { ExternalId = "8", Name = "Asleep", IsInactive = true });
        (await look()).ShouldBeNull("nothing has been read since");
        await using (var db = home.Open())
        {
            await db.Streams.Where(s => s.DataType == DataType.Companies).ExecuteUpdateAsync(s => s.SetProperty(x => x.LastCompleteAt, StorageHome.Start));
        }

        (await look()).ShouldNotBeNull();
        (await home.LinksAsync()).ShouldBe(["First ← 100", "Second ← 101", "Third ← 7"]);
    }

    private static async Task SetAsync(CompanyHome home, CompanyFilter filter)
    {
        await using var db = home.Open();
        await db.Integrations.ExecuteUpdateAsync(set => set.SetProperty(i => i.CompanyFilter, System.Text.Json.JsonSerializer.Serialize(filter, System.Text.Json.JsonSerializerOptions.Web)));
    }
}
