using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using MSPortal.Web.Access;
using MSPortal.Web.Hosting;

namespace MSPortal.Web.Features.Cloud;

/// <summary><c>msportal cloud users</c></summary>
internal static class CloudUserCommand
{
    public static Command Create(PortalCommandContext context, int pageSize)
    {
        var (company, json) = (CloudCommands.Company(), CommandOutput.JsonOption());
        var search = new Option<string?>("--search") { Description = "Part of a name or an address; with an @ also of further addresses." };
        var status = new Option<string?>("--status") { Description = "enabled, disabled or guest." };
        var licenses = new Option<string?>("--licenses") { Description = "with, without or problems: who has a licence, none, or one that does not work." };
        var product = new Option<string[]>("--product") { Description = "Who has this product, by id or the vendor's short name; may be repeated." };
        var all = new Option<bool>("--all-pages") { Description = "Everybody who matches; otherwise the first 50 by name." };
        var file = new Option<FileInfo?>("--csv") { Description = "Writes everybody who matches into this file instead.", HelpName = "file" };
        var command = new Command("users", "The people in a company's directory, with their licences.") { company, search, status, licenses, product, all, file, json };
        return PortalCommandContext.Run(command, async (parsed, ct) =>
        {
            var filter = new CloudUserParameters { Search = parsed.GetValue(search), Status = parsed.GetValue(status), Licenses = parsed.GetValue(licenses), Product = parsed.GetValue(product) }.Read(out var wrong);
            if (wrong.Count > 0)
            {
                throw new CommandFailedException(string.Join(' ', wrong.Select(e => e.Message)));
            }

            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var (sight, id) = (Sight.Whole(session.TenantId), await CloudCommands.FindAsync(session, parsed.GetRequiredValue(company), ct));
            if (parsed.GetValue(file) is { FullName: var target })
            {
                var count = await WriteFileAsync(session, target, sight, id, filter, ct);
                await parsed.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{count} people in {target}"));
                return 0;
            }

            var users = session.Get<CloudUserQueries>();
            var rows = parsed.GetValue(all)
                ? await users.AllAsync(sight, id, filter, ct).ToListAsync(ct)
                : (await users.ListAsync(sight, id, filter, CloudUserSort.ByName.Query(0, pageSize), ct))!.Rows;
            await CloudCommands.TellAsync(
                parsed, json, rows, CloudUserResource.Of, ["NAME", "ADDRESS", "STATUS", "GUEST", "LICENCES"],
                u => [u.Name, u.Address, CloudWords.OfUser(u.Record).Text.ToLowerInvariant(), u.Record.IsGuest ? "yes" : "", string.Join(", ", u.Licenses.Select(l => l.Name))]);
            return 0;
        });
    }

    /// <summary>A file that is there is whole: an interrupted export leaves the old one.</summary>
    private static async Task<long> WriteFileAsync(CommandSession session, string path, Sight sight, Guid id, CloudUserFilter filter, CancellationToken ct)
    {
        var company = (await session.Get<CloudConnections>().FindAsync(sight, id, ct))!;
        var part = path + ".part";
        try
        {
            long count;
            await using (var stream = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16, useAsync: true))
            {
                count = await session.Get<CloudExport>().WriteUsersAsync(stream, sight, company, filter, session.Actor, ct);
            }

            File.Move(part, path, overwrite: true);
            return count;
        }
        finally
        {
            File.Delete(part);
        }
    }
}
