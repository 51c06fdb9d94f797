using System.CommandLine;
using System.Globalization;
using MSPortal.Web.Features.Integrations;
using MSPortal.Web.Hosting;

namespace MSPortal.Web.Features.Clients;

/// <summary><c>msportal consent-links …</c>: links by which administrators of clients agree.</summary>
internal static class ConsentLinkCommands
{
    public static Command Create(PortalCommandContext context) =>
        new("consent-links", "Links by which an administrator of a client agrees that its data is read.") { Make(context), List(context), Revoke(context) };

    private static Command Make(PortalCommandContext context)
    {
        var which = IntegrationCommands.Which();
        var company = new Argument<string>("company") { Description = "Name or id of the company whose administrator is to agree." };
        var json = CommandOutput.JsonOption();
        return PortalCommandContext.Run(new Command("create", "Makes a link; it is shown this once.") { which, company, json }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var source = await ClientCommands.SourceAsync(session, parsed.GetValue(which)!, ct);
            var owner = await ClientCommands.CompanyAsync(session, parsed.GetValue(company)!, ct);
            var links = session.Get<ConsentLinks>();
            var made = await links.CreateAsync(source.Id, owner.Id, session.Actor, ct);
            if (parsed.GetValue(json))
            {
                await parsed.WriteJsonAsync(ConsentLinkResource.Of(made));
                return 0;
            }

            await parsed.WriteLineAsync(made.Address.AbsoluteUri);
            await parsed.WriteErrorAsync($"For {CommandOutput.Plain(owner.Name)}; good once, until {IntegrationCommands.Time(made.Link.ExpiresAt)}. It is not shown again.");
            if (made.Warning is { } warning)
            {
                await parsed.WriteErrorAsync(CommandOutput.Plain(warning));
            }

            if (!links.HasPublicAddress)
            {
                await parsed.WriteErrorAsync("The portal has no public address (MSPORTAL_PUBLIC_URL), so it works on this machine alone.");
            }

            return 0;
        });
    }

    private static Command List(PortalCommandContext context)
    {
        var (which, json) = (IntegrationCommands.Which(), CommandOutput.JsonOption());
        return PortalCommandContext.Run(new Command("list", "Links that can still be used.") { which, json }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var source = await ClientCommands.SourceAsync(session, parsed.GetValue(which)!, ct);
            var links = (await session.Get<ConsentLinks>().ListAsync(session.TenantId, source.Id, null, ct)).Select(ConsentLinkResource.Of).ToList();
            if (parsed.GetValue(json))
            {
                await parsed.WriteJsonAsync(links);
            }
            else
            {
                await parsed.WriteTableAsync(
                    ["ID", "COMPANY", "MADE BY", "ENDS", "LAST PROBLEM"],
                    links.Select(l => new[] { IntegrationCommands.Number(l.Id), CommandOutput.Plain(l.CompanyName), CommandOutput.Plain(l.CreatedBy), IntegrationCommands.Time(l.ExpiresAt), CommandOutput.Plain(l.LastProblem) }));
            }

            return 0;
        });
    }

    private static Command Revoke(PortalCommandContext context)
    {
        var which = IntegrationCommands.Which();
        var link = new Argument<long>("link") { Description = "Id of the link, as the list says." };
        return PortalCommandContext.Run(new Command("revoke", "Takes a link back.") { which, link }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var source = await ClientCommands.SourceAsync(session, parsed.GetValue(which)!, ct);
            var id = parsed.GetValue(link);
            if (!await session.Get<ConsentLinks>().RevokeAsync(source.Id, id, session.Actor, ct))
            {
                throw new CommandFailedException(string.Create(CultureInfo.InvariantCulture, $"There is no open consent link {id}. {ConsentLinks.WhyNotOpen}"));
            }

            await parsed.WriteLineAsync("Revoked.");
            return 0;
        });
    }
}
