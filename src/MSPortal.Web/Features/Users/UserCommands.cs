using System.CommandLine;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MSPortal.Web.Access;
using MSPortal.Web.Hosting;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Users;

/// <summary><c>msportal users list|invite|set|disable|enable|remove</c>.</summary>
internal static class UserCommands
{
    private const int Page = 500;

    public static Command Create(PortalCommandContext context) => new("users", "People who can sign in.")
    {
        List(context), Invite(context), Set(context),
        ImportStaff(context),
        ContactCommands.Create(context),
        One(context, "disable", "Signs somebody out everywhere and lets them in no more.", (actions, id, session, ct) => actions.SetDisabledAsync(id, true, PortalAccess.Everything, session.Actor, ct)),
        One(context, "enable", "Lets somebody in again.", (actions, id, session, ct) => actions.SetDisabledAsync(id, false, PortalAccess.Everything, session.Actor, ct)),
        One(context, "reset-second-factor", "Takes somebody's second factor and their passkeys away; they set one up when they sign in next.", (actions, id, session, ct) => actions.ResetSecondFactorAsync(id, PortalAccess.Everything, session.Actor, ct)),
        One(context, "remove", "Removes somebody; a company user is not imported again until that is allowed.", (actions, id, session, ct) => actions.RemoveAsync(id, PortalAccess.Everything, session.Actor, ct)),
    };

    private static Argument<string> Who() => new("person") { Description = "E-mail address or id." };

    private static Option<string?> Role() => new("--role") { Description = "Name or id of a role.", HelpName = "role" };

    private static Option<string[]> Companies() =>
        new("--company") { Description = "Sees this company (name or id) and no others; may be given several times. “all” lets them see all again.", AllowMultipleArgumentsPerToken = true, HelpName = "company" };

    private static Command List(PortalCommandContext context)
    {
        var json = CommandOutput.JsonOption();
        return PortalCommandContext.Run(new Command("list", "Everybody, with role and status.") { json }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var people = await AllAsync(session, ct);
            if (parsed.GetValue(json))
            {
                await parsed.WriteJsonAsync(people);
            }
            else
            {
                await parsed.WriteTableAsync(
                    ["E-MAIL", "NAME", "ROLE", "SEES", "STATUS", "LAST SIGN-IN"],
                    people.Select(p => new[] { p.Email, p.Name, p.Role.Name, p.Client is { } client ? $"{client.Company?.Name ?? "(gone)"}: {UserWords.Of(client.Reach).ToLowerInvariant()}" : p.Companies is { } some ? string.Join(", ", some.Select(c => c.Name)) : "all companies", UserWords.Of(p.Status).Text, p.LastSignInAt?.ToString("u", CultureInfo.InvariantCulture) }));
            }

            return 0;
        });
    }

    private static Command Invite(PortalCommandContext context)
    {
        var (email, name, role, companies) = (new Argument<string>("e-mail"), new Option<string?>("--name") { Description = "What they are called (default: the address).", HelpName = "name" }, Role(), Companies());
        return PortalCommandContext.Run(new Command("invite", "Adds somebody, or takes who is there, and sends the link by which they choose a password.") { email, name, role, companies }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var (actions, address) = (session.Get<UserActions>(), parsed.GetValue(email)!.Trim());
            var details = await DetailsAsync(session, parsed.GetValue(name), parsed.GetValue(role), parsed.GetValue(companies), ct);
            var known = (await AllAsync(session, ct)).FirstOrDefault(p => p.Email.Equals(address, StringComparison.OrdinalIgnoreCase));
            var saved = known is null
                ? await actions.AddAsync(address, details, PortalAccess.Everything, session.Actor, ct)
                : await actions.ChangeAsync(known.Id, details, PortalAccess.Everything, session.Actor, ct);
            var sent = await session.Get<Invitations>().SendAsync(Saved(saved), PortalAccess.Everything, session.Actor, ct);
            if (sent.Link is { } link)
            {
                await parsed.WriteLineAsync(link.AbsoluteUri);
            }

            await parsed.WriteErrorAsync(UserWords.Of(sent));
            return sent.Trouble is null ? 0 : 1;
        });
    }

    private static Command ImportStaff(PortalCommandContext context)
    {
        var integration = new Argument<string>("integration") { Description = "Id or name of the integration." };
        var (role, json) = (new Option<string>("--role") { Description = "Role of those who are made.", HelpName = "role", Required = true }, CommandOutput.JsonOption());
        return PortalCommandContext.Run(new Command("import", "Makes people of an integration's staff that nobody is linked to. Nobody is invited.") { integration, role, json }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var (id, _) = await session.IntegrationAsync(parsed.GetValue(integration)!, ct);
            var roleId = (await RoleCommands.FindAsync(session, parsed.GetValue(role)!, ct)).Id;
            var unlinked = await session.Get<StaffQueries>().UnlinkedAsync(session.TenantId, new StaffFilter(IntegrationId: id), ct);
            var outcomes = await session.Get<StaffImport>().ImportAsync([.. unlinked.Select(s => new StaffChoice(s.Key))], roleId, PortalAccess.Everything, session.Actor, ct);
            if (parsed.GetValue(json))
            {
                await parsed.WriteJsonAsync(outcomes);
            }
            else
            {
                await parsed.WriteTableAsync(["NAME", "OUTCOME"], outcomes.Select(o => new[] { o.Name, o.Problem ?? "imported" }));
            }

            return outcomes.Any(o => o.Problem is not null) ? 2 : 0;
        });
    }

    private static Command Set(PortalCommandContext context)
    {
        var (who, name, role, companies) = (Who(), new Option<string?>("--name") { HelpName = "name" }, Role(), Companies());
        var reach = RoleCommands.ClientReach("Of a company user: which of their company's tickets they see.", "--reach");
        return PortalCommandContext.Run(new Command("set", "Changes name, role, companies, or what a company user sees.") { who, name, role, companies, reach }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var person = await FindAsync(session, parsed.GetValue(who)!, ct);
            var details = await DetailsAsync(session, parsed.GetValue(name), parsed.GetValue(role), parsed.GetValue(companies), ct);
            details = details with { Reach = RoleCommands.ReadReach(parsed.GetValue(reach)) is { } chosen ? new ReachChoice(chosen) : null };
            Saved(await session.Get<UserActions>().ChangeAsync(person.Id, details, PortalAccess.Everything, session.Actor, ct));
            return 0;
        });
    }

    private static Command One(PortalCommandContext context, string verb, string description, Func<UserActions, Guid, CommandSession, CancellationToken, Task> act)
    {
        var who = Who();
        return PortalCommandContext.Run(new Command(verb, description) { who }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            await act(session.Get<UserActions>(), (await FindAsync(session, parsed.GetValue(who)!, ct)).Id, session, ct);
            return 0;
        });
    }

    private static Guid Saved(SavedUser saved) => saved.Id ?? throw new CommandFailedException(string.Join(" ", saved.Errors.Select(e => e.Message)));

    private static async Task<List<UserLine>> AllAsync(CommandSession session, CancellationToken ct)
    {
        var all = new List<UserLine>();
        while (true)
        {
            var page = await session.Get<UserQueries>().ListAsync(session.TenantId, new UserFilter(), new RecordQuery(all.Count, Page, null, false), ct);
            all.AddRange(page.Rows);
            if (page.Rows.Count < Page)
            {
                return all;
            }
        }
    }

    private static async Task<UserLine> FindAsync(CommandSession session, string who, CancellationToken ct) =>
        (await AllAsync(session, ct)).FirstOrDefault(p => p.Id.ToString() == who.Trim() || p.Email.Equals(who.Trim(), StringComparison.OrdinalIgnoreCase))
            ?? throw new CommandFailedException($"There is no {who}.");

    private static async Task<UserDetails> DetailsAsync(CommandSession session, string? name, string? role, string[]? companies, CancellationToken ct)
    {
        var roleId = role is null ? (Guid?)null : (await RoleCommands.FindAsync(session, role, ct)).Id;
        if (companies is null or [])
        {
            return new UserDetails(name, roleId);
        }

        if (companies is ["all"])
        {
            return new UserDetails(name, roleId, SeesAssignedOnly: false, []);
        }

        await using var db = session.OpenDatabase();
        var known = await db.Companies.Select(c => new { c.Id, c.Name }).ToListAsync(ct);
        return new UserDetails(name, roleId, SeesAssignedOnly: true,
        [
            .. companies.Select(wanted => known.Where(c => c.Id.ToString() == wanted || c.Name.Equals(wanted.Trim(), StringComparison.OrdinalIgnoreCase)).ToList() switch
            {
                [var one] => one.Id,
                [] => throw new CommandFailedException($"There is no company “{wanted}”."),
                var several => throw new CommandFailedException($"Several companies are called “{wanted}”. Give the id: {string.Join(", ", several.Select(c => c.Id))}."),
            }),
        ]);
    }
}
