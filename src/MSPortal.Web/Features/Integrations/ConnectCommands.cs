using System.CommandLine;
using System.CommandLine.Parsing;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Web.Hosting;

namespace MSPortal.Web.Features.Integrations;

/// <summary>Connect, reconnect and test from the command line; refusals name the setting that caused them.</summary>
internal static class ConnectCommands
{
    public static Command Add(PortalCommandContext context)
    {
        var provider = new Argument<string>("provider") { Description = "One of providers list." };
        var name = new Option<string?>("--name") { Description = "What people call it (default: the provider's name).", HelpName = "name" };
        var (set, skip, json) = (EnteredSettings.Option(), SkipTest(), CommandOutput.JsonOption());
        return PortalCommandContext.Run(new Command("add", "Tests the settings and connects; answers the id.") { provider, name, set, skip, json }, async (parsed, ct) =>
        {
            var settings = EnteredSettings.Read(parsed.GetValue(set), context.Environment);
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var connectors = session.Get<ConnectorRegistry>();
            if (connectors.Find(parsed.GetValue(provider)!) is not { } connector)
            {
                throw new CommandFailedException($"There is no provider “{parsed.GetValue(provider)}”. Known: {string.Join(", ", connectors.All.Select(c => c.Info.Id))}.");
            }

            var result = await session.Get<Connecting>().ConnectAsync(connector.Info.Id, parsed.GetValue(name) ?? "", settings, parsed.GetValue(skip), session.Actor, ct);
            if (!result.Succeeded)
            {
                return await RefuseAsync(parsed, result);
            }

            if (parsed.GetValue(json))
            {
                await parsed.WriteJsonAsync(new { id = result.IntegrationId, account = result.Report?.Account });
            }
            else
            {
                await parsed.WriteLineAsync(IntegrationCommands.Number(result.IntegrationId!.Value));
            }

            return 0;
        });
    }

    public static Command Reconnect(PortalCommandContext context)
    {
        var (which, set) = (IntegrationCommands.Which(), EnteredSettings.Option());
        var command = new Command("reconnect", "New credentials for the same account; settings that are not given stay as they are.") { which, set };
        return PortalCommandContext.Run(command, async (parsed, ct) =>
        {
            var settings = EnteredSettings.Read(parsed.GetValue(set), context.Environment);
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var (id, name) = await session.IntegrationAsync(parsed.GetValue(which)!, ct);
            var result = await session.Get<Connecting>().ReconnectAsync(id, settings, session.Actor, ct);
            if (!result.Succeeded)
            {
                return await RefuseAsync(parsed, result);
            }

            await parsed.WriteLineAsync($"{name} is connected{(result.Report?.Account is { } account ? $" to {account.Name}" : "")}.");
            return 0;
        });
    }

    public static Command Test(PortalCommandContext context)
    {
        var (which, json) = (IntegrationCommands.Which(), CommandOutput.JsonOption());
        return PortalCommandContext.Run(new Command("test", "Asks the vendor about account and permissions.") { which, json }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var (id, _) = await session.IntegrationAsync(parsed.GetValue(which)!, ct);
            var result = await session.Get<Connecting>().RecheckAsync(id, session.Actor, ct);
            if (parsed.GetValue(json))
            {
                await parsed.WriteJsonAsync(TestResource.Of(result));
                return result.Succeeded ? 0 : await RefuseAsync(parsed, result);
            }

            if (result.Report?.Account is { } account)
            {
                await parsed.WriteLineAsync($"Account: {account.Name} ({account.Id})");
            }

            if (result.Report?.Areas is { Count: > 0 } areas)
            {
                await parsed.WriteTableAsync(["AREA", "RESULT", "REQUIRED", "PERMISSION"], areas.Select(a => new[] { a.Permission.Area, Words(a.Outcome), a.Required ? "yes" : "", a.Permission.Name }));
            }

            return result.Succeeded ? 0 : await RefuseAsync(parsed, result);
        });
    }

    private static Option<bool> SkipTest() => new("--skip-test") { Description = "Stores the settings without asking the vendor." };

    private static async Task<int> RefuseAsync(ParseResult parsed, ConnectResult result)
    {
        foreach (var error in result.Errors)
        {
            await parsed.WriteErrorAsync(error.Field is { } field ? $"{field}: {error.Message}" : error.Message);
        }

        return 1;
    }

    private static string Words(AreaOutcome outcome) => outcome switch
    {
        AreaOutcome.Granted => "granted",
        AreaOutcome.NotPermitted => "not permitted",
        AreaOutcome.NotAvailable => "not available",
        AreaOutcome.GrantedNoData => "granted, but no data returned",
        _ => "could not verify",
    };
}
