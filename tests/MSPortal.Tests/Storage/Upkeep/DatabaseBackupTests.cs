using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Storage.Upkeep;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Storage.Upkeep;

public sealed class DatabaseBackupTests
{
    [Fact]
    public async Task A_restored_backup_is_the_whole_database_as_it_was()
    {
        await using var home = await StorageHome.CreateAsync(DatabaseKind.Sqlite);
        await using (var db = home.Open())
        {
            await db.Tenants.ExecuteDeleteAsync();
            await RawTables.FillAsync(db);
            await db.Nodes.ExecuteDeleteAsync();
        }

        var before = await ContentAsync(home);
        var file = Path.Combine(home.Folder, "backup.db");
        var manifest = await Backup(home).BackupAsync(file, CancellationToken.None);
        Directory.GetFiles(home.Folder, "backup.db*").ShouldBe([file]);
        (manifest.Product, manifest.TakenAt).ShouldBe(("msportal", StorageHome.Start));
        await using (var db = home.Open())
        {
            await db.Integrations.IgnoreQueryFilters().ExecuteDeleteAsync();
            await db.Tickets.IgnoreQueryFilters().ExecuteUpdateAsync(t => t.SetProperty(x => x.Summary, "changed since"));
        }

        var changed = await ContentAsync(home);
        var restored = await Backup(home).RestoreAsync(file, force: false, CancellationToken.None);

        (await ContentAsync(home)).ShouldBe(before);
        (await home.Database.CheckAsync(CancellationToken.None)).ShouldBeNull();
        restored.Manifest.ShouldBe(manifest);
        // What was replaced lies beside it, whole.
        restored.ReplacedDatabase.ShouldBe($"{home.Setting}.before-restore-20260301T120000Z");
        var kept = new PortalDatabase(StorageHome.Parse(restored.ReplacedDatabase!));
        (await ContentAsync(kept)).ShouldBe(changed);
    }

    [Fact]
    public async Task A_backup_taken_while_someone_writes_is_sound_and_holds_only_whole_transactions()
    {
        await using var home = await StorageHome.CreateAsync(DatabaseKind.Sqlite);
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                await using var db = home.Open();
                db.Audit.AddRange(Entry($"{i} one"), Entry($"{i} two"));
                await db.SaveChangesAsync();
            }
        });

        var files = Enumerable.Range(0, 5).Select(i => Path.Combine(home.Folder, $"backup{i}.db")).ToList();
        foreach (var file in files)
        {
            await Backup(home).BackupAsync(file, CancellationToken.None);
        }

        await stop.CancelAsync();
        await writing;
        foreach (var file in files)
        {
            await using var db = new PortalDatabase(StorageHome.Parse(file)).Open(home.Tenant);
            var actions = await db.Audit.Select(a => a.Action).ToListAsync();
            actions.Select(a => a.Split(' ')[0]).GroupBy(a => a).ShouldAllBe(g => g.Count() == 2);
        }

        AuditEntry Entry(string action) => new() { TenantId = home.Tenant, At = StorageHome.Start, Actor = "ada", Action = action, SubjectKind = "test" };
    }

    [Fact]
    public async Task A_restore_beside_a_living_server_is_refused_unless_forced()
    {
        await using var home = await StorageHome.CreateAsync(DatabaseKind.Sqlite);
        var file = Path.Combine(home.Folder, "backup.db");
        await Backup(home).BackupAsync(file, CancellationToken.None);
        await using (var db = home.Open())
        {
            db.Nodes.Add(new Node { Name = "web-1", Version = "1", StartedAt = StorageHome.Start, HeartbeatAt = StorageHome.Start.AddSeconds(-20) });
            await db.SaveChangesAsync();
        }

        (await Should.ThrowAsync<DatabaseRefusedException>(() => Backup(home).RestoreAsync(file, force: false, CancellationToken.None))).Message
            .ShouldBe("A server is running on this database (web-1). Stop it first; nothing was changed.");
        (await NodesAsync(home)).ShouldBe(["web-1"]);
        await Backup(home).RestoreAsync(file, force: true, CancellationToken.None);
        (await NodesAsync(home)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_restore_of_a_database_in_use_is_refused_unless_forced()
    {
        await using var home = await StorageHome.CreateAsync(DatabaseKind.Sqlite);
        var file = Path.Combine(home.Folder, "backup.db");
        await Backup(home).BackupAsync(file, CancellationToken.None);
        await using var other = new SqliteConnection($"Data Source={home.Setting};Pooling=False");
        await other.OpenAsync();
        await using var transaction = other.BeginTransaction();
        await using var write = other.CreateCommand();
        write.CommandText = "UPDATE tenants SET name = 'Changed'";
        await write.ExecuteNonQueryAsync();

        (await Should.ThrowAsync<DatabaseRefusedException>(() => Backup(home).RestoreAsync(file, force: false, CancellationToken.None))).Message
            .ShouldBe("The database is in use. Stop whatever uses it first; nothing was changed.");
        Directory.GetFiles(Path.GetDirectoryName(home.Setting)!, "*restor*").ShouldBeEmpty();
        await transaction.RollbackAsync();
        await Backup(home).RestoreAsync(file, force: true, CancellationToken.None);
    }

    [Fact]
    public async Task What_is_no_backup_or_a_newer_one_is_refused_and_nothing_changes()
    {
        await using var home = await StorageHome.CreateAsync(DatabaseKind.Sqlite);
        var text = Path.Combine(home.Folder, "text.db");
        await File.WriteAllTextAsync(text, new string('x', 5000));
        var newer = Path.Combine(home.Folder, "newer.db");
        await Backup(home).BackupAsync(newer, CancellationToken.None);
        await using (var db = new PortalDatabase(StorageHome.Parse(newer)).Open())
        {
            await db.Database.ExecuteSqlAsync($"UPDATE msportal_backup SET manifest = replace(manifest, {db.Database.GetMigrations().Last()}, '99991231235959_Future')");
        }

        SqliteConnection.ClearAllPools();
        var before = await ContentAsync(home);
        var refusal = async (string file) =>
            (await Should.ThrowAsync<DatabaseRefusedException>(() => Backup(home).RestoreAsync(file, force: true, CancellationToken.None))).Message;

        (await refusal(text)).ShouldContain("is no backup of MSPortal");
        (await refusal(home.Setting)).ShouldContain("is no backup of MSPortal");
        (await refusal(newer)).ShouldContain("newer version");
        (await refusal(Path.Combine(home.Folder, "none.db"))).ShouldStartWith("There is no file");
        (await Should.ThrowAsync<DatabaseRefusedException>(() => Backup(home).BackupAsync(text, CancellationToken.None))).Message.ShouldContain("exists already");
        (await ContentAsync(home)).ShouldBe(before);
    }

    [Theory, DatabaseData]
    public async Task PostgreSql_has_tools_of_its_own(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var file = Path.Combine(home.Folder, "backup.db");
        if (kind == DatabaseKind.Sqlite)
        {
            await Backup(home).BackupAsync(file, CancellationToken.None);
            return;
        }

        (await Should.ThrowAsync<DatabaseRefusedException>(() => Backup(home).BackupAsync(file, CancellationToken.None))).Message.ShouldContain("pg_dump");
        (await Should.ThrowAsync<DatabaseRefusedException>(() => Backup(home).RestoreAsync(file, true, CancellationToken.None))).Message.ShouldContain("pg_restore");
    }

    private static DatabaseBackup Backup(StorageHome home) => home.Get<DatabaseBackup>();

    private static Task<List<string>> ContentAsync(StorageHome home) => ContentAsync(home.Database);

    private static async Task<List<string>> ContentAsync(PortalDatabase database)
    {
        await using var db = database.Open();
        return await RawTables.ContentAsync(db, await RawTables.ShapeAsync(db));
    }

    private static async Task<List<string>> NodesAsync(StorageHome home)
    {
        await using var db = home.Open();
        return await db.Nodes.Select(n => n.Name).ToListAsync();
    }
}
