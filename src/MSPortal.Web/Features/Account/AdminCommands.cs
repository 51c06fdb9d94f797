using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.EntityFrameworkCore;
using MSPortal.Storage.Model;
using MSPortal.Web.Hosting;

namespace MSPortal.Web.Features.Account;

/// <summary><c>msportal admin reset|add</c>: whoever runs the server can always get in again, and lets the first one of a further tenant in.</summary>
internal static class AdminCommands
{
    public static Command Create(PortalCommandContext context)
    {
        var email = new Option<string?>("--email") { Description = "Whose, when there are several administrators.", HelpName = "e-mail" };
        var reset = PortalCommandContext.Run(new Command("reset", "Makes a one-time sign-in link for an administrator who is locked out.") { email }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var user = await UserAsync(session, parsed.GetValue(email), ct);
            var path = await session.Get<SignInLinks>().CreateAsync(user.Id, null, ct, AccountRoutes.Password);
            await AuditAsync(session, user, ct);
            await WriteLinkAsync(parsed, session.Get<PortalOptions>(), path, user.Email!);
            return 0;
        });
        return new Command("admin", "Help for administrators.") { reset, Add(context) };
    }

    /// <summary>The link on stdout, what it does on stderr.</summary>
    public static async Task WriteLinkAsync(ParseResult parsed, PortalOptions options, string path, string email)
    {
        await parsed.WriteLineAsync(options.AddressOf(path).AbsoluteUri);
        await parsed.WriteErrorAsync($"Opens the portal as {email} once, within {SignInLinks.DefaultLifetime.TotalMinutes:0} minutes, and asks for a new password.");
    }

    private static Command Add(PortalCommandContext context)
    {
        var email = new Option<string>("--email") { Description = "The e-mail address to sign in with.", HelpName = "e-mail", Required = true };
        var name = new Option<string?>("--name") { Description = "What they are called (default: the address).", HelpName = "name" };
        return PortalCommandContext.Run(new Command("add", "Makes an administrator and a one-time link that lets them in.") { email, name }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var address = parsed.GetValue(email)!;
            var path = await session.Get<Administrators>().AddAsync(address, parsed.GetValue(name), session.Actor, ct);
            await WriteLinkAsync(parsed, session.Get<PortalOptions>(), path, address);
            return 0;
        });
    }

    private static async Task<PortalUser> UserAsync(CommandSession session, string? email, CancellationToken ct)
    {
        await using var db = session.OpenDatabase();
        var users = await db.Users.AsNoTracking().Where(u => u.TenantId == session.TenantId).OrderBy(u => u.Email).ToListAsync(ct);
        var found = users.Where(u => email is null ? u.RoleId == BuiltInRole.Administrator : string.Equals(u.Email, email.Trim(), StringComparison.OrdinalIgnoreCase)).ToList();
        return found switch
        {
            [{ InvitedAt: null } one] => throw new CommandFailedException($"{one.Email} was not invited yet: msportal users invite {one.Email}"),
            [{ IsDisabled: true } one] => throw new CommandFailedException($"{one.Email} was disabled by an administrator."),
            [var one] => one,
            [] when email is null || users.Count == 0 => throw new CommandFailedException("There is no administrator yet. Start the server and open the portal: its first page makes one."),
            [] => throw new CommandFailedException($"There is no {email}. Known: {string.Join(", ", users.Select(u => u.Email))}."),
            _ => throw new CommandFailedException($"There are several; choose one with --email: {string.Join(", ", users.Select(u => u.Email))}."),
        };
    }

    private static async Task AuditAsync(CommandSession session, PortalUser user, CancellationToken ct)
    {
        await using var db = session.OpenDatabase();
        db.Audit.Add(AuditEntries.By(session.Actor, session.Get<TimeProvider>().GetUtcNow(), "user.sign_in_link_made", "user", user.Id.ToString(), user.Email));
        await db.SaveChangesAsync(ct);
    }
}
