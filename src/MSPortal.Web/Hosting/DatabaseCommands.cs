using System.CommandLine;
using System.CommandLine.Parsing;
using MSPortal.Storage;
using MSPortal.Storage.Upkeep;

namespace MSPortal.Web.Hosting;

/// <summary><c>msportal database …</c>: upgrade, and copies to keep.</summary>
internal static class DatabaseCommands
{
    public static Command Create(PortalCommandContext context) => new("database", "Upgrades and copies.") { Migrate(context), Backup(context), Restore(context) };

    private static Command Migrate(PortalCommandContext context) =>
        PortalCommandContext.Run(new Command("migrate", "Brings the database up to this program's version."), async (parsed, ct) =>
        {
            await using var portal = await context.OpenAsync(parsed, ct);
            await parsed.WriteLineAsync($"The database is up to date ({portal.GetRequiredService<PortalDatabase>().Kind}).");
            return 0;
        });

    private static Command Backup(PortalCommandContext context)
    {
        var file = new Argument<FileInfo>("file") { Description = "The file to write; it must not exist yet." };
        return PortalCommandContext.Run(new Command("backup", "Copies a SQLite database into one file, also while a server runs.") { file }, async (parsed, ct) =>
        {
            var target = parsed.GetRequiredValue(file).FullName;
            var options = context.Options(parsed);
            await Copies(options).BackupAsync(target, ct);
            await parsed.WriteLineAsync($"The database was copied to {target}.");
            if (options.Key is null)
            {
                await parsed.WriteErrorAsync("Keep the key file of the data folder, too, in another place: without it the stored credentials cannot be read.");
            }

            return 0;
        });
    }

    private static Command Restore(PortalCommandContext context)
    {
        var file = new Argument<FileInfo>("file") { Description = "A file that database backup wrote." };
        var force = new Option<bool>("--force") { Description = "Also while a server seems to run; restart it afterwards." };
        return PortalCommandContext.Run(new Command("restore", "Puts a backup in the place of the database, which is kept beside it.") { file, force }, async (parsed, ct) =>
        {
            // Not opened as usual: the database that is to be replaced may be damaged, or newer than this program.
            var options = context.Options(parsed);
            options.PrepareDataFolder();
            var restored = await Copies(options).RestoreAsync(parsed.GetRequiredValue(file).FullName, parsed.GetValue(force), ct);
            await new PortalDatabase(options.DatabaseSetting).MigrateAsync(ct);
            await parsed.WriteLineAsync($"Restored the backup of {restored.Manifest.TakenAt:yyyy-MM-dd HH:mm:ss'Z'}.");
            if (restored.ReplacedDatabase is { } kept)
            {
                await parsed.WriteLineAsync($"The database that it replaces is kept as {kept}.");
            }

            return 0;
        });
    }

    private static DatabaseBackup Copies(PortalOptions options) => new(new PortalDatabase(options.DatabaseSetting), TimeProvider.System);
}
