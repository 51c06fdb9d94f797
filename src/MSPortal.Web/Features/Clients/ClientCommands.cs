using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Integrations;
using MSPortal.Core.Ports;
using MSPortal.Web.Features.Companies;
using MSPortal.Web.Features.Integrations;
using MSPortal.Web.Hosting;

namespace MSPortal.Web.Features.Clients;

/// <summary><c>msportal clients …</c>: clients that are connected on their own.</summary>
internal static class ClientCommands
{
    public static Command Create(PortalCommandContext context) =>
        new("clients", "Clients that are connected on their own.") { List(context), Connect(context), Check(context), Disconnect(context) };

    private static Command List(PortalCommandContext context)
    {
        var (which, json) = (IntegrationCommands.Which(), CommandOutput.JsonOption());
        return PortalCommandContext.Run(new Command("list", "Connected clients, with how each stands.") { which, json }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var source = await SourceAsync(session, parsed.GetValue(which)!, ct);
            var clients = (await session.Get<ClientQueries>().ListAsync(session.TenantId, source.Id, null, ct)).Select(ClientResource.Of).ToList();
            if (parsed.GetValue(json))
            {
                await parsed.WriteJsonAsync(clients);
            }
            else
            {
                await parsed.WriteTableAsync(
                    ["ID", "NAME", "DETAIL", "COMPANY", "STATUS", "LAST COMPLETE", "REASON"],
                    clients.Select(c => new[]
                    {
                        CommandOutput.Plain(c.Id), CommandOutput.Plain(c.Name), CommandOutput.Plain(c.Detail), CommandOutput.Plain(c.CompanyName), ClientWords.Of(c.Status).Text, IntegrationCommands.Time(c.LastCompleteAt), CommandOutput.Plain(c.Reason),
                    }));
            }

            return 0;
        });
    }

    private static Command Connect(PortalCommandContext context)
    {
        var which = IntegrationCommands.Which();
        var client = new Argument<string?>("client") { Description = "Its id at the vendor, or a domain of it where the vendor knows those.", Arity = ArgumentArity.ZeroOrOne };
        var company = CompanyOption();
        var linked = new Option<bool>("--all-linked") { Description = "Everything that is linked to a company and not connected yet, one after the other." };
        var command = new Command("connect", "Tests and connects a client whose administrator has agreed before.") { which, client, company, linked };
        return PortalCommandContext.Run(command, async (parsed, ct) =>
        {
            var entered = parsed.GetValue(client);
            if (string.IsNullOrWhiteSpace(entered) != parsed.GetValue(linked) || (parsed.GetValue(linked) && parsed.GetValue(company) is not null))
            {
                throw new CommandFailedException("Say either which client, or --all-linked.");
            }

            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var source = await SourceAsync(session, parsed.GetValue(which)!, ct);
            if (entered is null)
            {
                return await ConnectLinkedAsync(parsed, session, source.Id, ct);
            }

            var owner = parsed.GetValue(company) is { } named ? await CompanyAsync(session, named, ct) : null;
            var made = await session.Get<ConnectingClients>().ConnectAsync(source.Id, entered, owner?.Id, session.Actor, ct);
            await parsed.WriteLineAsync(CommandOutput.Plain($"{Connected(made)} is connected{(owner is null ? "" : $" for {owner.Name}")}."));
            return 0;
        });
    }

    private static Command Check(PortalCommandContext context)
    {
        var (which, client) = (IntegrationCommands.Which(), ClientArgument());
        return PortalCommandContext.Run(new Command("check", "Asks the vendor anew whether a client's connection works.") { which, client }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var source = await SourceAsync(session, parsed.GetValue(which)!, ct);
            var line = await ClientAsync(session, source, parsed.GetValue(client)!, ct);
            await parsed.WriteLineAsync(CommandOutput.Plain($"{Connected(await session.Get<ClientActions>().CheckAsync(source.Id, line.Standing.Id, session.Actor, ct))} works."));
            return 0;
        });
    }

    /// <summary>Whoever gives the name has said what goes; an id is too easily mistyped.</summary>
    private static Command Disconnect(PortalCommandContext context)
    {
        var (which, client) = (IntegrationCommands.Which(), ClientArgument());
        var confirm = new Option<string?>("--confirm") { Description = "The client's name, when it is given by anything else.", HelpName = "name" };
        return PortalCommandContext.Run(new Command("disconnect", "Ends a client's connection and deletes everything read through it.") { which, client, confirm }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var source = await SourceAsync(session, parsed.GetValue(which)!, ct);
            var given = parsed.GetValue(client)!.Trim();
            var (standing, company) = await ClientAsync(session, source, given, ct) is var line ? (line.Standing, line.Company) : default;
            if (!string.Equals(parsed.GetValue(confirm) ?? given, standing.Name, StringComparison.OrdinalIgnoreCase))
            {
                throw new CommandFailedException(CommandOutput.Plain($"This would delete everything that was read from “{standing.Name}”. To do it, give its name: clients disconnect {IntegrationCommands.Number(source.Id)} {standing.Id} --confirm \"{standing.Name}\""));
            }

            await session.Get<IIntegrationStore>().DisconnectPartitionAsync(source.Id, standing.Id, session.Actor, ct);
            await parsed.WriteLineAsync(CommandOutput.Plain($"{standing.Name} is disconnected{(company is null ? "" : $"; its link to {company.Name} stays")}."));
            return 0;
        });
    }

    /// <exception cref="CommandFailedException">There is no such integration, or it reads all clients through one connection.</exception>
    public static async Task<ClientSource> SourceAsync(CommandSession session, string idOrName, CancellationToken ct)
    {
        var (id, name) = await session.IntegrationAsync(idOrName, ct);
        return await session.Get<ClientQueries>().SourceAsync(session.TenantId, id, ct) ?? throw new CommandFailedException($"{name} reads all clients through one connection.");
    }

    public static Option<string?> CompanyOption() => new("--company") { Description = "Whose data it is: name or id of the company.", HelpName = "company" };

    /// <summary>A company by its id or its name.</summary>
    /// <exception cref="CommandFailedException">There is none, or several have the name.</exception>
    public static async Task<CompanyChoice> CompanyAsync(CommandSession session, string idOrName, CancellationToken ct)
    {
        var wanted = idOrName.Trim();
        var id = Guid.TryParse(wanted, out var guid) ? guid : Guid.Empty;
        await using var db = session.OpenDatabase();
        var all = await db.Companies.Where(c => c.Id == id || c.Name == wanted).OrderBy(c => c.Id).Select(c => new CompanyChoice(c.Id, c.Name)).ToListAsync(ct);
        return all.Count == 1
            ? all[0]
            : throw new CommandFailedException(all.Count == 0 ? $"There is no company “{wanted}”." : $"Several companies are called “{wanted}”: {string.Join(", ", all.Select(c => c.Id))}. Give the id.");
    }

    private static Argument<string> ClientArgument() => new("client") { Description = "Its id at the vendor, its name or its domain." };

    private static async Task<ClientLine> ClientAsync(CommandSession session, ClientSource source, string given, CancellationToken ct)
    {
        var all = await session.Get<ClientQueries>().ListAsync(session.TenantId, source.Id, null, ct);
        var wanted = given.Trim();
        var found = all.Where(c => new[] { c.Standing.Id, c.Standing.Name, c.Standing.Detail }.Contains(wanted, StringComparer.OrdinalIgnoreCase)).ToList();
        return found.Count == 1
            ? found[0]
            : throw new CommandFailedException(found.Count == 0
                ? $"{source.Name} has no client “{wanted}”."
                : $"Several clients are called “{wanted}”: {CommandOutput.Plain(string.Join(", ", found.Select(c => c.Standing.Id)))}. Give the id.");
    }

    private static string Connected(ClientConnection made) => made is { Succeeded: true, Partition: { } client } ? client.Name : throw new CommandFailedException(CommandOutput.Plain(made.Problem ?? "It could not be connected."));

    private static async Task<int> ConnectLinkedAsync(ParseResult parsed, CommandSession session, long id, CancellationToken ct)
    {
        var attempts = await session.Get<ClientActions>().ConnectLinkedAsync(id, session.Actor, (_, _, _) => { }, ct);
        await parsed.WriteTableAsync(["CLIENT", "RESULT"], attempts.Select(a => new[] { CommandOutput.Plain(a.Name), CommandOutput.Plain(a.Problem ?? "connected") }));
        return attempts.All(a => a.Problem is null) ? 0 : 1;
    }
}
