using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Storage.Model;
using MSPortal.Tests.Storage;
using MSPortal.Tests.Support;
using MSPortal.Web.Features.Companies;
using Shouldly;
using Xunit;
using Database = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Companies;

/// <summary>An MSP's whole list of companies at one press, of which every tenth cannot be.</summary>
public sealed class LargeImportTests
{
    private const int Count = 5_000;
    private static readonly CancellationToken Ct = CancellationToken.None;

    [Theory, DatabaseData]
    public async Task Five_thousand_with_a_tenth_that_cannot_be_are_imported_with_true_counts_and_reasons_and_taken_back(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        var plan = await Plan.MakeAsync(home);

        var result = await home.Import.ImportAsync(home.Integration, plan.Choices, home.Ada, Ct);

        (result.Created, result.Linked, result.Skipped, result.Failed).ShouldBe((4_000, 500, 200, 300));
        result.Rows.Select(r => $"{r.ExternalId} {r.Outcome}: {r.Reason}").Order(StringComparer.Ordinal).ShouldBe(plan.Expected.Select(e => $"{e.Key} {e.Value}").Order(StringComparer.Ordinal));
        (await home.LinksAsync()).ShouldBe(plan.LinksAfter);
        (await home.NamesAsync()).ShouldBe(plan.NamesAfter);
        var operation = (await home.AuditAsync()).Single(a => a.SubjectId == result.OperationId.ToString());
        var record = CompanyWork.ReadOperation(operation.After!);
        record.Linked.Select(l => l.ExternalId).ShouldBe(result.Rows.Where(r => r.Outcome is RowOutcome.Created or RowOutcome.Linked).Select(r => r.ExternalId));
        record.Created.Select(c => c.Id).ShouldBe(result.Rows.Where(r => r.Outcome == RowOutcome.Created).Select(r => r.CompanyId!.Value));

        var again = await home.Import.ImportAsync(home.Integration, plan.Choices, home.Ada, Ct);
        (again.OperationId, again.Created, again.Linked, again.Skipped, again.Failed).ShouldBe((null, 0, 0, 4_700, 300));

        await home.Undo.UndoAsync(result.OperationId!.Value, home.Ada, Ct);
        (await home.LinksAsync()).ShouldBe(plan.LinksBefore);
        (await home.NamesAsync()).ShouldBe(plan.NamesBefore);
    }

    [Theory, DatabaseData]
    public async Task Pressed_twice_at_once_each_company_comes_in_once_and_both_say_what_they_did(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        var plan = await Plan.MakeAsync(home);

        var results = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => home.Import.ImportAsync(home.Integration, plan.Choices, home.Ada, Ct))));

        (await home.LinksAsync()).ShouldBe(plan.LinksAfter);
        (await home.NamesAsync()).ShouldBe(plan.NamesAfter);
        var done = results.SelectMany(r => r.Rows).Where(r => r.Outcome is RowOutcome.Created or RowOutcome.Linked).ToList();
        done.Select(r => r.ExternalId).Order(StringComparer.Ordinal).ShouldBe(plan.Expected.Where(e => e.Value is "Created: " or "Linked: ").Select(e => e.Key).Order(StringComparer.Ordinal));
        results.ShouldAllBe(r => r.Rows.Count == Count);
    }

    [Theory, DatabaseData]
    public async Task Called_off_or_fallen_in_the_middle_it_leaves_nothing_and_the_next_press_does_it_all(Database kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        var plan = await Plan.MakeAsync(home);
        var entries = (await home.AuditAsync()).Count;
        await using var db = home.Open();

        await db.Database.ExecuteSqlRawAsync(FullAfter(kind, links: 2_000));
        await Should.ThrowAsync<DbUpdateException>(() => home.Import.ImportAsync(home.Integration, plan.Choices, home.Ada, Ct));
        await db.Database.ExecuteSqlRawAsync(kind == Database.Sqlite ? "DROP TRIGGER is_full" : "DROP TRIGGER is_full ON company_links");
        await NothingAsync();

        foreach (var wait in new[] { 5, 50, 100, 200, 400 })
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(wait));
            try
            {
                await home.Import.ImportAsync(home.Integration, plan.Choices, home.Ada, patience.Token);
                break; // Quicker than that.
            }
            catch (OperationCanceledException)
            {
                await NothingAsync();
            }
        }

        await home.Import.ImportAsync(home.Integration, plan.Choices, home.Ada, Ct);
        (await home.LinksAsync()).ShouldBe(plan.LinksAfter);
        (await home.NamesAsync()).ShouldBe(plan.NamesAfter);

        async Task NothingAsync()
        {
            (await home.LinksAsync()).ShouldBe(plan.LinksBefore);
            (await home.NamesAsync()).ShouldBe(plan.NamesBefore);
            (await home.AuditAsync()).Count.ShouldBe(entries);
        }
    }

    /// <summary>Refuses a link once so many are there, with an error that is not another's being quicker.</summary>
    private static string FullAfter(Database kind, int links) => kind == Database.Sqlite
        ? $"CREATE TRIGGER is_full BEFORE INSERT ON company_links WHEN (SELECT count(*) FROM company_links) >= {links} BEGIN SELECT json('full'); END"
        : $"""
          CREATE FUNCTION is_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF (SELECT count(*) FROM company_links) >= {links} THEN RAISE EXCEPTION 'full'; END IF;
            RETURN NEW;
          END $$;
          CREATE TRIGGER is_full BEFORE INSERT ON company_links FOR EACH ROW EXECUTE FUNCTION is_full();
          """;

    /// <summary>What is chosen, and what has to come of it.</summary>
    private sealed record Plan(
        IReadOnlyList<ImportChoice> Choices,
        IReadOnlyDictionary<string, string> Expected,
        IReadOnlyList<string> LinksBefore,
        IReadOnlyList<string> LinksAfter,
        IReadOnlyList<string> NamesBefore,
        IReadOnlyList<string> NamesAfter)
    {
        /// <summary>The vendor's names: some too long for a company, some with letters that a database refuses or that must not be cut in two, some none at all.</summary>
        private static string NameOf(int i) => (i % 500) switch
        {
            0 => string.Create(CultureInfo.InvariantCulture, $"{i:0000} {new string('n', 5_000)}"),
            100 => string.Create(CultureInfo.InvariantCulture, $"{i:0000} {new string('n', CompanyInput.LongestName - 6)}😀 and more"),
            200 => string.Create(CultureInfo.InvariantCulture, $"{i:0000} NUL \0 and half \uD83D of a letter"),
            300 => " ",
            _ => string.Create(CultureInfo.InvariantCulture, $"Client {i:0000} GmbH"),
        };

        private static string StoredName(int i) => (i % 500) switch
        {
            0 => string.Create(CultureInfo.InvariantCulture, $"{i:0000} {new string('n', CompanyInput.LongestName - 5)}"),
            100 => string.Create(CultureInfo.InvariantCulture, $"{i:0000} {new string('n', CompanyInput.LongestName - 6)}"),
            200 => string.Create(CultureInfo.InvariantCulture, $"{i:0000} NUL \uFFFD and half \uFFFD of a letter"),
            300 => $"Company {CompanyHome.Id(i)}",
            _ => NameOf(i),
        };

        public static async Task<Plan> MakeAsync(CompanyHome home)
        {
            var all = Enumerable.Range(0, Count).ToList();
            await home.ReadAsync(names: [.. all.Select(NameOf)]);
            var bad = all.Where(i => i % 10 == 7).ToLookup(i => i / 10 % 5);
            var targets = Enumerable.Range(0, 50).Select(i => string.Create(CultureInfo.InvariantCulture, $"Old friend {i:00}")).ToList();
            var ids = await CompaniesAsync(home, [.. targets, "Elsewhere", "Doomed", .. bad[3].Select(i => NameOf(i).ToUpperInvariant())]);
            await home.Actions.BlockAsync([.. bad[0].Select(i => home.Key(CompanyHome.Id(i)))], home.Ada, Ct);
            await home.Import.ImportAsync(home.Integration, [.. bad[1].Select(i => new ImportChoice(CompanyHome.Id(i), ids["Elsewhere"]))], home.Ada, Ct);
            await home.GoneAsync([.. bad[2].Select(CompanyHome.Id)]);
            await home.Actions.DeleteAsync(ids["Doomed"], home.Ada, Ct);
            var (links, names) = (await home.LinksAsync(), await home.NamesAsync());

            string? Target(int i) => (i % 10, i / 10 % 5) switch { (3, _) => targets[i / 10 % 50], (7, 1) => targets[0], (7, 4) => "Doomed", _ => null };
            string Outcome(int i) => (i % 10, i / 10 % 5) switch
            {
                (7, 0) => "Skipped: It is blocked. Unblock it first.",
                (7, 1) => "Failed: It is linked to “Elsewhere” already.",
                (7, 2) => "Failed: The integration has no such company (any more).",
                (7, 3) => $"Skipped: There is a company named “{NameOf(i).ToUpperInvariant()}” already. Link it, or create another one of that name on purpose.",
                (7, _) => "Failed: The company to link it to does not exist any more.",
                (3, _) => "Linked: ",
                _ => "Created: ",
            };
            var good = all.Where(i => i % 10 != 7).ToList();
            return new Plan(
                [.. all.Select(i => new ImportChoice(CompanyHome.Id(i), Target(i) is { } target ? ids[target] : null))],
                all.ToDictionary(CompanyHome.Id, Outcome),
                links,
                [.. links.Concat(good.Select(i => $"{Target(i) ?? StoredName(i)} ← {CompanyHome.Id(i)}")).Order(StringComparer.Ordinal)],
                names,
                [.. names.Concat(good.Where(i => Target(i) is null).Select(StoredName)).Order(StringComparer.Ordinal)]);
        }

        private static async Task<Dictionary<string, Guid>> CompaniesAsync(CompanyHome home, IReadOnlyList<string> names)
        {
            await using var db = home.Open();
            var made = names.Select(name => new Company
            {
                Id = Guid.NewGuid(), TenantId = home.Storage.Tenant, Name = name, NormalizedName = CompanyName.Normalize(name), CreatedAt = StorageHome.Start,
            }).ToList();
            db.Companies.AddRange(made);
            await db.SaveChangesAsync();
            return made.ToDictionary(c => c.Name, c => c.Id);
        }
    }
}
