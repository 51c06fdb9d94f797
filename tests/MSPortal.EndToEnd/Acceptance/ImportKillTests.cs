using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using MSPortal.EndToEnd.Support;
using MSPortal.Tests.Support;
using Shouldly;
using SQLitePCL;
using Xunit;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.EndToEnd.Acceptance;

/// <summary>The program falls while it takes in five thousand companies.</summary>
public sealed class ImportKillTests
{
    private const int Looks = 5;
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(300);

    [Theory, DatabaseData]
    public async Task Whenever_an_import_falls_nothing_is_half_done_and_the_next_press_does_it_all(DatabaseKind kind)
    {
        await using var scenario = await Scenario.StartAsync(kind, tickets: 10, companies: 5_000);
        await scenario.ConnectAsync();
        var there = (await scenario.Vendor.RecordsAsync("companies")).ToDictionary(c => c["id"]!.ToJsonString(), c => (Name: ((string)c["name"]!).Trim(), IsDeleted: c["deletedFlag"]?.GetValue<bool>() == true));
        await Eventually.IsTrueAsync("all companies are read", async () =>
        {
            await scenario.RunInsideAsync("sync", scenario.Id, "--data-type", "companies", "--wait");
            await using var db = scenario.OpenDatabase();
            return (await db.ExternalCompanies.Select(e => e.ExternalId).ToListAsync()).ToHashSet().SetEquals(there.Keys);
        }, Scenario.Soon);
        var before = await StandingAsync(scenario);
        before.Companies.ShouldBeEmpty();

        // Each falls a little later, until one comes to its end.
        var (falls, after) = (0, before);
        for (var later = TimeSpan.Zero; after.Companies.Count == 0; later += Step * ++falls)
        {
            after.ShouldBeEquivalentTo(before);
            await using var import = scenario.Home.Start("companies", "import", scenario.Id, "--all");
            await Eventually.IsTrueAsync(import.Describe("is in the middle of its writing"), async () => import.HasExited || await WritingAsync(scenario, kind), Scenario.Soon);
            await Task.WhenAny(import.WaitForExitAsync(Scenario.Soon), Task.Delay(later));
            await import.KillAsync();
            after = await StandingAsync(scenario);
        }

        falls.ShouldBeGreaterThan(2);
        await WholeAsync();
        await scenario.RunAsync("companies", "import", scenario.Id, "--all");
        await WholeAsync();

        async Task WholeAsync()
        {
            var standing = await StandingAsync(scenario);
            standing.Companies.ShouldBe(there.Where(c => !c.Value.IsDeleted).Select(c => $"{c.Value.Name} ← {c.Key}").Order(StringComparer.Ordinal));
            (standing.Alone, standing.Entries).ShouldBe((0, before.Entries + (2 * standing.Companies.Count) + 1));
        }
    }

    /// <summary>What an import leaves: companies with their links, companies without one, entries of the audit log.</summary>
    private sealed record Standing(IReadOnlyList<string> Companies, int Alone, int Entries);

    private static async Task<Standing> StandingAsync(Scenario scenario)
    {
        await using var db = scenario.OpenDatabase();
        var links = await db.CompanyLinks.Join(db.Companies, l => l.CompanyId, c => c.Id, (l, c) => c.Name + " ← " + l.ExternalId).ToListAsync();
        return new Standing([.. links.Order(StringComparer.Ordinal)], await db.Companies.CountAsync(c => !db.CompanyLinks.Any(l => l.CompanyId == c.Id)), await db.Audit.CountAsync());
    }

    /// <summary>On PostgreSQL the statement is seen at work; on SQLite nothing else here keeps all others from writing for so long.</summary>
    private static async Task<bool> WritingAsync(Scenario scenario, DatabaseKind kind)
    {
        await using var db = scenario.OpenDatabase();
        if (kind == DatabaseKind.PostgreSql)
        {
            return await db.Database.SqlQueryRaw<int>(
                "SELECT count(*)::int AS \"Value\" FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%INSERT INTO%compan%'").SingleAsync() > 0;
        }

        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = scenario.Home.Database, Pooling = false }.ToString());
        await connection.OpenAsync();
        for (var look = 0; look < Looks; look++)
        {
            if (raw.sqlite3_exec(connection.Handle, "BEGIN IMMEDIATE; ROLLBACK") != raw.SQLITE_BUSY) // Asked so, since the driver would wait for its turn.
            {
                return false;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(30));
        }

        return true;
    }
}
