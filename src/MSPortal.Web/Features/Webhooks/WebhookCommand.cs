using System.CommandLine;
using System.Globalization;
using MSPortal.Core.Ports;
using MSPortal.Core.Webhooks;
using MSPortal.Web.Hosting;

namespace MSPortal.Web.Features.Webhooks;

/// <summary><c>integrations webhooks</c>: shows how they are, turns them on or off.</summary>
internal static class WebhookCommand
{
    public static Command Create(PortalCommandContext context)
    {
        var which = new Argument<string>("integration") { Description = "Id or name." };
        var enable = new Option<bool>("--enable", "--provision") { Description = "Turns them on, or mends them: registers this portal at the vendor." };
        var disable = new Option<bool>("--disable") { Description = "Turns them off." };
        var json = CommandOutput.JsonOption();
        var command = new Command("webhooks", "How the vendor tells this portal of changes; shows it when nothing is asked for.") { which, enable, disable, json };
        return PortalCommandContext.Run(command, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var (id, name) = await session.IntegrationAsync(parsed.GetValue(which)!, ct);
            var left = await ChangeAsync(session, id, parsed.GetValue(enable), parsed.GetValue(disable), ct);
            var view = await session.Get<WebhookQueries>().FindAsync(session.TenantId, id, ct) ?? throw new CommandFailedException($"The vendor of {name} has no webhooks.");
            var resource = WebhookResource.Of(view) with { Trouble = left ?? view.Trouble };
            if (parsed.GetValue(json))
            {
                await parsed.WriteJsonAsync(resource);
                return 0;
            }

            string?[] lines =
            [
                view.IsOn ? "Webhooks are on." : view.Obstacle ?? "Webhooks are off.",
                resource.Trouble,
                view.ByHand,
                view.Address?.ToString(),
                view.IsOn ? string.Create(CultureInfo.InvariantCulture, $"Deliveries: {view.Accepted} accepted, {view.Forged} forged, {view.TooLarge} too large. Records still to be read: {view.Waiting}.") : null,
            ];
            foreach (var line in lines.OfType<string>())
            {
                await parsed.WriteLineAsync(line);
            }

            return 0;
        });
    }

    /// <summary>What is left to do at the vendor.</summary>
    private static async Task<string?> ChangeAsync(CommandSession session, long id, bool enable, bool disable, CancellationToken ct)
    {
        var setup = session.Get<WebhookSetup>();
        try
        {
            if (enable && disable)
            {
                throw new CommandFailedException("Give --enable or --disable, not both.");
            }

            return enable ? (await setup.ProvisionAsync(id, session.Actor, ct)).Trouble
                : disable ? await setup.DisableAsync(id, session.Actor, ct)
                : null;
        }
        catch (ActionRefusedException e)
        {
            throw new CommandFailedException(e.Message);
        }
    }
}
