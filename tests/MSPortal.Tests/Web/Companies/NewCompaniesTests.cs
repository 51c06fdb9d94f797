using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Tests.Storage;
using MSPortal.Tests.Support;
using MSPortal.Web.Features.Companies;
using MSPortal.Web.Features.Notifications;
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
        var fresh = home.New;
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

    [Theory, DatabaseData]
    public async Task One_notification_names_what_came_after_the_first_import_until_all_of_it_is_decided(Database kind)
    {
        await using var home = await ImportedAsync(kind);
        await ComeAsync(home, 1, Company("7", "Zeta"), Company("8", "Alpha"), Company("9", "Gone") with { IsDeleted = true }, Company("10", "Us") with { IsHouse = true });
        (await NoticesAsync(home, 0)).ShouldBeEmpty("no read was completed since");
        (await NoticesAsync(home, 1)).ShouldBe(["2 new companies at Main PSA can be imported: Alpha and Zeta."]);

        await ComeAsync(home, 2, Company("11", "Beta"), Company("12", "Gamma"));
        (await NoticesAsync(home, 2)).ShouldBe(["4 new companies at Main PSA can be imported, among them Alpha, Beta and Gamma."]);
        (await BookAsync(home)).ShouldBe([("4 new companies at Main PSA can be imported, among them Alpha, Beta and Gamma.", false)], "it grows, and nobody is told anew");

        await home.Import.ImportAsync(home.Integration, [new("7"), new("8")], home.Ada, CancellationToken.None);
        await home.Actions.BlockAsync([home.Key("11")], home.Ada, CancellationToken.None);
        (await NoticesAsync(home, 2)).ShouldBe(["1 new company at Main PSA can be imported: Gamma."]);
        await home.Import.ImportAsync(home.Integration, [new("12")], home.Ada, CancellationToken.None);
        (await NoticesAsync(home, 2)).ShouldBeEmpty();
        (await BookAsync(home)).ShouldBe([("1 new company at Main PSA can be imported: Gamma.", true)]);

        await home.Linking.UnlinkAsync(home.Key("8"), home.Ada, CancellationToken.None);
        (await NoticesAsync(home, 3)).ShouldBeEmpty("a person took it out");
        await ComeAsync(home, 4, Company("13", "Delta"));
        (await NoticesAsync(home, 4)).ShouldBe(["1 new company at Main PSA can be imported: Delta."]);
        (await BookAsync(home)).Select(n => n.IsOver).ShouldBe([false, true], "within the hour, and still another one");
    }

    [Theory, DatabaseData]
    public async Task Not_now_ends_it_for_what_was_shown_and_for_nothing_else(Database kind)
    {
        await using var home = await ImportedAsync(kind);
        await ComeAsync(home, 1, Company("7", "Alpha"));
        await NoticesAsync(home, 1);
        var shown = (await SourceAsync(home)).New!.Value;
        (shown.Count, shown.Until).ShouldBe((1, StorageHome.Start + TimeSpan.FromHours(1)));
        await ComeAsync(home, 2, Company("8", "Beta"));
        await NoticesAsync(home, 2);

        (await home.New.DismissAsync(home.Integration, shown.Until, home.Ada, CancellationToken.None)).ShouldBe(1);
        (await NoticesAsync(home, 2)).ShouldBe(["1 new company at Main PSA can be imported: Beta."]);
        (await home.New.DismissAsync(home.Integration, null, home.Ada, CancellationToken.None)).ShouldBe(1);
        (await home.New.DismissAsync(home.Integration, null, home.Ada, CancellationToken.None)).ShouldBe(0);

        (await NoticesAsync(home, 3)).ShouldBeEmpty();
        (await SourceAsync(home)).New.ShouldBeNull();
        (await home.AuditAsync()).Where(a => a.Action == "companies.new_dismissed").Select(a => (a.Actor, a.SubjectName, Beta: a.After!.Contains("Beta", StringComparison.Ordinal)))
            .ShouldBe([("ada@example.com", "Main PSA", false), ("ada@example.com", "Main PSA", true)]);
        (await Should.ThrowAsync<CompanyProblemException>(() => home.New.DismissAsync(home.Integration + 1, null, home.Ada, CancellationToken.None))).Missing.ShouldBeTrue();
    }

    [Theory, DatabaseData]
    public async Task Nothing_old_is_new_neither_for_integrations_from_before_nor_after_a_read_anew(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        await home.AddAsync("First", "Second");
        await ComeAsync(home, 1, Company("7", "Third"));
        await home.Import.ImportAsync(home.Integration, [new("100")], home.Ada, CancellationToken.None);
        (await NoticesAsync(home, 1)).ShouldBeEmpty("people saw it when they made the first import");

        await SetAsync(home, new CompanyFilter(), forget: true);
        await ComeAsync(home, 2, Company("8", "Fourth"));
        (await NoticesAsync(home, 2)).ShouldBeEmpty("the mark begins with this look");
        await ComeAsync(home, 3, Company("9", "Fifth"));
        (await NoticesAsync(home, 3)).ShouldBe(["1 new company at Main PSA can be imported: Fifth."]);

        await ReadAnewAsync(home);
        (await NoticesAsync(home, 0)).ShouldBeEmpty("nothing of the copy is known to be new");
        (await NoticesAsync(home, 30)).ShouldBeEmpty();
    }

    [Theory, DatabaseData]
    public async Task What_could_not_be_imported_by_itself_waits_for_a_person(Database kind)
    {
        await using var home = await ImportedAsync(kind, new CompanyFilter { ImportNew = true, ExcludedTypes = ["vendor"] });
        await home.Actions.CreateAsync(new CompanyInput { Name = "Alpha" }, home.Ada, CancellationToken.None);
        await ComeAsync(home, 1, Company("7", "Alpha"), Company("8", "Beta"), Company("9", "Paper mill") with { TypeIds = ["vendor"] });

        (await NoticesAsync(home, 1)).ShouldBe(["1 new company at Main PSA can be imported: Alpha."]);
        (await home.LinksAsync()).ShouldBe(["Beta ← 8", "First ← 100"]);
        var imported = (await home.AuditAsync()).Last(a => a.SubjectKind == CompanyUndo.Kind).SubjectId!;
        await home.Undo.UndoAsync(Guid.Parse(imported), home.Ada, CancellationToken.None);
        await ComeAsync(home, 2, Company("10", "Gamma"));
        await NoticesAsync(home, 2);
        (await home.LinksAsync()).ShouldBe(["First ← 100", "Gamma ← 10"], "what was taken back is not imported anew");
    }

    [Theory, DatabaseData]
    public async Task Records_that_wait_are_read_again_only_when_something_changed(Database kind)
    {
        await using var home = await ImportedAsync(kind, new CompanyFilter { ExcludedTypes = ["vendor"] });
        await ComeAsync(home, 1, Company("7", "Alpha"), Company("8", "Paper mill") with { TypeIds = ["vendor"] });
        await NoticesAsync(home, 1);
        var companies = home.New;
        async Task<(string Waiting, int Reads)> AskAsync()
        {
            using var commands = new SqlCommands(home.Storage.Database);
            var found = await companies.WaitingAsync(home.Storage.Tenant, CancellationToken.None);
            return (string.Join("; ", found.Select(f => $"{f.Integration}: {string.Join(", ", f.Companies.Select(c => c.Name))}")), commands.Texts.Count(t => t.Contains("normalized_name", StringComparison.Ordinal)));
        }

        async Task ChangesItAsync(string waiting)
        {
            (await AskAsync()).ShouldBe((waiting, 1));
            (await AskAsync()).ShouldBe((waiting, 0));
        }

        await ChangesItAsync("Main PSA: Alpha");
        await using (var db = home.Open())
        {
            var plain = Canonical.Json(Company("8", "Paper mill"));
            await db.ExternalCompanies.Where(e => e.ExternalId == "8").ExecuteUpdateAsync(s => s.SetProperty(e => e.Payload, plain).SetProperty(e => e.ChangedAt, StorageHome.Start + TimeSpan.FromHours(2)));
        }

        await ChangesItAsync("Main PSA: Alpha, Paper mill");
        await home.Actions.BlockAsync([home.Key("7")], home.Ada, CancellationToken.None);
        await ChangesItAsync("Main PSA: Paper mill");
        await home.Actions.UnblockAsync([home.Key("7")], home.Ada, CancellationToken.None);
        (await AskAsync()).ShouldBe(("Main PSA: Paper mill", 0), "nothing is known of it until it was read again");
        await ComeAsync(home, 3, Company("7", "Alpha"));
        await ChangesItAsync("Main PSA: Alpha, Paper mill");
        await SetAsync(home, new CompanyFilter { SkipInactive = true });
        await ChangesItAsync("Main PSA: Alpha, Paper mill");
        await using (var db = home.Open())
        {
            await db.Integrations.ExecuteUpdateAsync(s => s.SetProperty(i => i.Name, "Other PSA"));
        }

        await ChangesItAsync("Other PSA: Alpha, Paper mill");
    }

    private static ExternalCompany Company(string id, string name) => new() { ExternalId = id, Name = name };

    /// <summary>“First” is imported and “Second” left out.</summary>
    private static async Task<CompanyHome> ImportedAsync(Database kind, CompanyFilter? filter = null)
    {
        var home = await CompanyHome.CreateAsync(kind);
        await home.AddAsync("First", "Second");
        await SetAsync(home, filter ?? new CompanyFilter());
        await home.Import.ImportAsync(home.Integration, [new("100")], home.Ada, CancellationToken.None);
        return home;
    }

    /// <summary>They are stored so many hours after the start.</summary>
    private static async Task ComeAsync(CompanyHome home, int hour, params ExternalCompany[] companies)
    {
        await Seed.CompaniesAsync(home.Storage.Database, home.Storage.Tenant, home.Integration, companies);
        await StoredAsync(home, StorageHome.Start + TimeSpan.FromHours(hour), [.. companies.Select(c => c.ExternalId)]);
    }

    /// <summary>What people are told of after a read that began then and the look after it; 0 is before any.</summary>
    private static async Task<IReadOnlyList<string>> NoticesAsync(CompanyHome home, int hour)
    {
        if (hour > 0)
        {
            await ReadAsync(home, StorageHome.Start + TimeSpan.FromHours(hour));
            await home.New.LookAsync(home.Storage.Tenant, home.Integration, CancellationToken.None);
        }

        var troubles = (await home.New.WaitingAsync(home.Storage.Tenant, CancellationToken.None)).Select(Troubles.Of).ToList();
        await Book(home).SettleAsync(home.Storage.Tenant, troubles, CancellationToken.None);
        return [.. troubles.Select(t => t.Sentence)];
    }

    private static NotificationBook Book(CompanyHome home) => new(home.Storage.Database, home.Storage.Clock);

    private static async Task<IReadOnlyList<(string Sentence, bool IsOver)>> BookAsync(CompanyHome home) =>
        [.. (await Book(home).ListAsync(home.Storage.Tenant, false, 0, 50, CancellationToken.None)).Rows.Select(n => (n.Sentence, n.EndedAt is not null))];

    private static async Task<ImportSource> SourceAsync(CompanyHome home) =>
        (await new ImportSourceQueries(home.Storage.Database).FindAsync(home.Storage.Tenant, home.Integration, CancellationToken.None))!;

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

    /// <summary>The mark stays, as it does when people change nothing but how new companies come in.</summary>
    private static async Task SetAsync(CompanyHome home, CompanyFilter filter, bool forget = false)
    {
        await using var db = home.Open();
        var mark = forget ? null : StoredChoice.Companies(await db.Integrations.Select(i => i.CompanyFilter).SingleAsync()).NewFrom;
        await db.Integrations.ExecuteUpdateAsync(set => set.SetProperty(i => i.CompanyFilter, System.Text.Json.JsonSerializer.Serialize(filter with { NewFrom = mark }, System.Text.Json.JsonSerializerOptions.Web)));
    }
}
