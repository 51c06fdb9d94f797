using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using MSPortal.Storage;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Storage.Upkeep;

public sealed class UpgradeTests
{
    /// <summary>Filled by the schema that the database itself reports, so that a table added later is covered without a word here.</summary>
    [Theory]
    [DatabaseData(0)]
    [DatabaseData(1)]
    public async Task An_upgrade_from_any_earlier_version_keeps_every_value_of_every_table(DatabaseKind kind, int from)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        var database = new PortalDatabase(StorageHome.Parse(test.Setting));
        await using var db = database.Open();
        await db.GetService<IMigrator>().MigrateAsync(db.Database.GetMigrations().ElementAt(from));
        await RawTables.FillAsync(db);
        var shape = await RawTables.ShapeAsync(db);
        var before = await RawTables.ContentAsync(db, shape);
        before.Select(r => r.Split(':')[0]).ShouldBe(shape.Keys.SelectMany(t => (string[])[t, t]), ignoreOrder: true);
        shape.Keys.ShouldContain("tickets");

        await database.MigrateAsync(CancellationToken.None);

        (await RawTables.ContentAsync(db, shape)).ShouldBe(before);
        (await database.CheckAsync(CancellationToken.None)).ShouldBeNull();
    }
}
