using System.CommandLine;
using System.Globalization;
using MSPortal.Web.Hosting;

namespace MSPortal.Web.Features.Devices;

/// <summary>Bringing devices into the inventory on the command line.</summary>
internal static class DeviceImportCommands
{
    public static Command Types(PortalCommandContext context)
    {
        var integration = new Argument<string>("integration") { Description = "Id or name of the integration." };
        var quick = new Option<bool>("--quick-match") { Description = "Maps all undecided types whose meaning is known." };
        var map = new Option<string[]>("--map") { Description = "“word=type” maps a type, “word=ignore” leaves its devices out; may be repeated.", HelpName = "word=type" };
        var auto = new Option<bool>("--auto") { Description = "Devices of the types that are mapped now come in by themselves." };
        var json = CommandOutput.JsonOption();
        return PortalCommandContext.Run(new Command("types", "Lists the types of an integration's devices, and decides what becomes of them.") { integration, quick, map, auto, json }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var (id, _) = await session.IntegrationAsync(parsed.GetRequiredValue(integration), ct);
            var mapping = session.Get<DeviceTypeMapping>();
            var lines = await mapping.ListAsync(session.TenantId, id, ct);
            List<TypeChoice> choices =
            [
                .. (parsed.GetValue(map) ?? []).Select(m => Choice(m, parsed.GetValue(auto))),
                .. parsed.GetValue(quick) ? lines.Where(l => l is { Decision: TypeDecision.Undecided, Proposal: not null }).Select(l => new TypeChoice(l.SourceType, l.Proposal, parsed.GetValue(auto))) : [],
            ];
            if (choices.Count > 0)
            {
                await TryAsync(() => mapping.ChooseAsync(id, choices, session.Actor, ct));
                lines = await mapping.ListAsync(session.TenantId, id, ct);
            }

            if (parsed.GetValue(json))
            {
                await parsed.WriteJsonAsync(lines.Select(DeviceTypeResource.Of));
            }
            else
            {
                await parsed.WriteTableAsync(
                    ["TYPE", "DEVICES", "READY", "IN", "BECOMES", "BY ITSELF", "PROPOSAL"],
                    lines.Select(l => new[]
                    {
                        CommandOutput.Plain(DeviceWords.SourceType(l.SourceType)), Number(l.Devices), Number(l.Ready), Number(l.Imported),
                        l.Decision switch { TypeDecision.Mapped => l.Type, TypeDecision.Ignored => "ignored", _ => "undecided" }, l.AutoImport ? "yes" : "", l.Proposal,
                    }));
            }

            return 0;
        });
    }

    public static Command Import(PortalCommandContext context)
    {
        var integration = new Argument<string>("integration") { Description = "Id or name of the integration." };
        var all = new Option<bool>("--all") { Description = "Every device whose company is linked and whose type is mapped." };
        var ids = new Option<string[]>("--external-id") { Description = "This device by the vendor's id; may be given several times.", AllowMultipleArgumentsPerToken = true };
        var json = CommandOutput.JsonOption();
        return PortalCommandContext.Run(new Command("import", "Brings devices into the inventory.") { integration, all, ids, json }, async (parsed, ct) =>
        {
            var wanted = parsed.GetValue(ids) ?? [];
            if (parsed.GetValue(all) == (wanted.Length > 0))
            {
                throw new CommandFailedException("Say either --all, or which devices with --external-id.");
            }

            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var (id, _) = await session.IntegrationAsync(parsed.GetRequiredValue(integration), ct);
            var import = session.Get<DeviceImport>();
            var result = await (wanted.Length > 0 ? import.ImportAsync(id, wanted, session.Actor, ct) : import.ImportAllAsync(id, session.Actor, ct));
            await (parsed.GetValue(json) ? parsed.WriteJsonAsync(result) : parsed.WriteLineAsync(result.Words));
            return 0;
        });
    }

    private static TypeChoice Choice(string text, bool auto)
    {
        var at = text.LastIndexOf('=');
        if (at < 0)
        {
            throw new CommandFailedException($"“{text}” is not “word=type”.");
        }

        var (word, type) = (text[..at], text[(at + 1)..].Trim());
        return new TypeChoice(word == "(no type)" ? "" : word, type == "ignore" ? null : type, auto);
    }

    private static async Task TryAsync(Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (DeviceProblemException e)
        {
            throw new CommandFailedException(e.Message);
        }
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
