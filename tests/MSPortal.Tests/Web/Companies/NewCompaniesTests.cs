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
        (await look()).ShouldBeNull("what was left out is not new");
        await Seed.CompaniesAsync(
            home.Storage.Database, home.Storage.Tenant, home.Integration, new ExternalCompany { ExternalId = "7", Name = "Third" }, new ExternalCompany { ExternalId = "8", Name = "Asleep", IsInactive = true });
        await StoredAsync(home, StorageHome.Start + TimeSpan.FromMinutes(1), "7", "8");
        (await look()).ShouldBeNull("nothing has been read since");
        await ReadAsync(home, StorageHome.Start);
        (await look()).ShouldNotBeNull();
        (await home.LinksAsync()).ShouldBe(["First ← 100", "Third ← 7"]);
        (await home.AuditAsync()).Last(a => a.SubjectKind == CompanyUndo.Kind).Actor.ShouldBe("MSPortal");

        await home.Linking.UnlinkAsync(home.Key("7"), home.Ada, CancellationToken.None);
        await ReadAsync(home, StorageHome.Start + TimeSpan.FromHours(1));
        (await look()).ShouldBeNull("it was unlinked by a person");

        await ReadAnewAsync(home);
        await ReadAsync(home, StorageHome.Start + TimeSpan.FromHours(2));
        (await look()).ShouldBeNull("a copy that was read anew makes nothing new");
        (await home.LinksAsync()).ShouldBe(["First ← 100"]);
    }

    private static async Task StoredAsync(CompanyHome home, DateTimeOffset at, params string[] ids)
    {
        await using var db = home.Open();
        await db.ExternalCompanies.Where(e => ids.Contains(e.ExternalId)).ExecuteUpdateAsync(s => s.SetProperty(e => e.CreatedAt, at));
    }

    private static async Task ReadAsync(CompanyHome home, DateTimeOffset at)
    {
        await using var db = home.Open();
        await db.Streams.Where(s => s.DataType == DataType.Companies).ExecuteUpdateAsync(s => s.SetProperty(x => x.LastCompleteAt, at));
    }

    private static async Task ReadAnewAsync(CompanyHome home)
    {
        await using var db = home.Open();
        await db.Streams.Where(s => s.DataType == DataType.Companies).ExecuteUpdateAsync(s => s.SetProperty(x => x.LiveGeneration, 3));
        await db.ExternalCompanies.ExecuteUpdateAsync(s => s.SetProperty(e => e.Generation, 3).SetProperty(e => e.CreatedAt, StorageHome.Start + TimeSpan.FromDays(1)));
    }

    private static async Task SetAsync(CompanyHome home, CompanyFilter filter)
    {
        await using var db = home.Open();
        await db.Integrations.ExecuteUpdateAsync(set => set.SetProperty(i => i.CompanyFilter, System.Text.Json.JsonSerializer.Serialize(filter, System.Text.Json.JsonSerializerOptions.Web)));
    }
}
