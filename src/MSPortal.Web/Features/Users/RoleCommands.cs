using System.CommandLine;
using System.Globalization;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;
using MSPortal.Web.Hosting;

namespace MSPortal.Web.Features.Users;

/// <summary><c>msportal roles list|set|remove</c>.</summary>
internal static class RoleCommands
{
    public static Command Create(PortalCommandContext context) => new("roles", "What people may do.") { List(context), Set(context), Remove(context) };

    /// <summary>By id or name.</summary>
    /// <exception cref="CommandFailedException">There is none.</exception>
    public static async Task<RoleLine> FindAsync(CommandSession session, string idOrName, CancellationToken ct)
    {
        var all = await session.Get<Roles>().ListAsync(session.TenantId, ct);
        return all.FirstOrDefault(r => r.Id.ToString() == idOrName.Trim() || r.Name.Equals(idOrName.Trim(), StringComparison.OrdinalIgnoreCase))
            ?? throw new CommandFailedException($"There is no role “{idOrName}”. Known: {string.Join(", ", all.Select(r => r.Name))}.");
    }

    /// <summary>An option that says how much clients' people see.</summary>
    public static Option<string?> ClientReach(string description, string name)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = "reach" };
        option.AcceptOnlyFromAmong([.. Enum.GetNames<TicketReach>().Select(reach => reach.ToLowerInvariant())]);
        return option;
    }

    public static TicketReach? ReadReach(string? reach) => reach is null ? null : Enum.Parse<TicketReach>(reach, ignoreCase: true);

    private static Command List(PortalCommandContext context)
    {
        var json = CommandOutput.JsonOption();
        return PortalCommandContext.Run(new Command("list", "All roles with what each may do.") { json }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var roles = await session.Get<Roles>().ListAsync(session.TenantId, ct);
            if (parsed.GetValue(json))
            {
                await parsed.WriteJsonAsync(roles);
            }
            else
            {
                await parsed.WriteTableAsync(
                    ["NAME", "FOR", "PEOPLE", "MAY"],
                    roles.Select(r => new[] { r.Name, r.ClientReach is { } reach ? $"company users ({reach.ToString().ToLowerInvariant()})" : "staff", r.People.ToString(CultureInfo.InvariantCulture), r.Permissions.Count == Permissions.All.Count ? "everything" : string.Join(' ', r.Permissions) }));
            }

            return 0;
        });
    }

    private static Command Set(PortalCommandContext context)
    {
        var name = new Argument<string>("name") { Description = "A new name makes a role; one that there is changes it." };
        var may = new Option<string[]>("--may") { Description = "What it may do, such as read_tickets; may be given several times.", AllowMultipleArgumentsPerToken = true, Required = true, HelpName = "permission" };
        var clients = ClientReach("Makes it a role for clients' own people, who see: own, location or company tickets.", "--company-users");
        return PortalCommandContext.Run(new Command("set", "Makes or changes a role.") { name, may, clients }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var roles = session.Get<Roles>();
            var wanted = parsed.GetValue(name)!;
            var known = (await roles.ListAsync(session.TenantId, ct)).FirstOrDefault(r => r.Name.Equals(wanted.Trim(), StringComparison.OrdinalIgnoreCase));
            var saved = await roles.SaveAsync(known?.Id, wanted, parsed.GetValue(may)!, PortalAccess.Everything, session.Actor, ct, ReadReach(parsed.GetValue(clients)));
            await parsed.WriteLineAsync(saved.Id?.ToString() ?? throw new CommandFailedException(string.Join(" ", saved.Errors.Select(e => e.Message))));
            return 0;
        });
    }

    private static Command Remove(PortalCommandContext context)
    {
        var which = new Argument<string>("role") { Description = "Id or name." };
        return PortalCommandContext.Run(new Command("remove", "Removes a role that nobody has.") { which }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var role = await FindAsync(session, parsed.GetValue(which)!, ct);
            await session.Get<Roles>().RemoveAsync(role.Id, PortalAccess.Everything, session.Actor, ct);
            return 0;
        });
    }
}
