using System.CommandLine;
using MSPortal.Storage;

namespace MSPortal.Web.Hosting;

/// <summary><c>msportal database …</c>: upgrade, and copies to keep.</summary>
internal static class DatabaseCommands
{
    public static Command Create(PortalCommandContext context) => new("database", "Upgrades and copies.") { Migrate(context) };

    private static Command Migrate(PortalCommandContext context) =>
        PortalCommandContext.Run(new Command("migrate", "Brings the database up to this program's version."), async (parsed, ct) =>
        {
            await using var portal = await context.OpenAsync(parsed, ct);
            await parsed.WriteLineAsync($"The database is up to date ({portal.GetRequiredService<PortalDatabase>().Kind}).");
            return 0;
        });
}
