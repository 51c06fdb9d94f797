using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Web.Hosting;

namespace MSPortal.Web.Features.Integrations;

/// <summary><c>msportal integrations …</c>: what the pages do, for scripts.</summary>
internal static class IntegrationCommands
{
    public static Command Create(PortalCommandContext context) => new("integrations", "Connections to vendors.")
    {
        ConnectCommands.Add(context),
        List(context),
        Show(context),
        ConnectCommands.Test(context),
        ConfigureCommand.Create(context),
        Webhooks.WebhookCommand.Create(context),
        Change<IIntegrationStore>(context, "pause", "Stops its schedules until it is resumed.", (store, id, actor, ct) => store.SetStatusAsync(id, IntegrationStatus.Paused, null, actor, ct), "paused"),
        Change<IIntegrationStore>(context, "resume", "Starts a paused or stopped integration again.", (store, id, actor, ct) => store.SetStatusAsync(id, IntegrationStatus.Active, null, actor, ct), "active"),
        ConnectCommands.Reconnect(context),
        Change<Leaving>(context, "disconnect", "Deletes the stored credentials; data, links and choices stay.", (leaving, id, actor, ct) => leaving.DisconnectAsync(id, actor, ct), "disconnected"),
        Remove(context),
    };

    /// <summary>The argument that most commands take.</summary>
    public static Argument<string> Which() => new("integration") { Description = "Id or name." };

    private static Command List(PortalCommandContext context)
    {
        var json = CommandOutput.JsonOption();
        return PortalCommandContext.Run(new Command("list", "All integrations.") { json }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var all = (await session.Get<IntegrationQueries>().ListAsync(session.TenantId, ct)).Select(IntegrationResource.Of).ToList();
            if (parsed.GetValue(json))
            {
                await parsed.WriteJsonAsync(all);
            }
            else
            {
                await parsed.WriteTableAsync(
                    ["ID", "NAME", "PROVIDER", "STATUS", "LAST SYNC", "REASON"],
                    all.Select(i => new[] { Number(i.Id), i.Name, i.Provider, i.Status.ToString(), Time(i.LastSyncAt), i.Reason }));
            }

            return 0;
        });
    }

    private static Command Show(PortalCommandContext context)
    {
        var (which, json) = (Which(), CommandOutput.JsonOption());
        return PortalCommandContext.Run(new Command("show", "One integration with its data types.") { which, json }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var (id, _) = await session.IntegrationAsync(parsed.GetValue(which)!, ct);
            var detail = await session.Get<IntegrationQueries>().DetailAsync(session.TenantId, id, ct) ?? throw new CommandFailedException("The integration was removed just now.");
            var resource = IntegrationDetailResource.Of(detail);
            if (parsed.GetValue(json))
            {
                await parsed.WriteJsonAsync(resource);
            }
            else
            {
                await WriteAsync(parsed, resource);
            }

            return 0;
        });
    }

    private static async Task WriteAsync(ParseResult parsed, IntegrationDetailResource integration)
    {
        await parsed.WriteLineAsync($"{integration.Name} ({integration.Provider}, id {Number(integration.Id)}): {integration.Status}");
        foreach (var line in new[] { integration.Reason, integration.WhatToDo, integration.AccountName is { } account ? $"Account: {account}" : null }.OfType<string>())
        {
            await parsed.WriteLineAsync(line);
        }

        foreach (var (key, value) in integration.Settings)
        {
            await parsed.WriteLineAsync($"  {key} = {value}");
        }

        await parsed.WriteLineAsync("");
        await parsed.WriteTableAsync(
            ["DATA TYPE", "ON", "EVERY", "LAST COMPLETE", "RECORDS", "PROBLEM"],
            integration.Streams.Select(s => new[]
            {
                s.DataType, s.Enabled ? "yes" : "no", $"{s.IntervalMinutes.ToString(CultureInfo.InvariantCulture)} min", Time(s.LastCompleteAt), s.RowCount?.ToString(CultureInfo.InvariantCulture), s.DeniedPermission ?? s.Fault ?? (s.Clients is { Troubled: { Count: > 0 } troubled } ? $"see to {Clients.ClientWords.Names(troubled)}" : null),
            }));
    }

    private static Command Change<TDoer>(
        PortalCommandContext context, string verb, string description, Func<TDoer, long, Actor, CancellationToken, Task> change, string now)
        where TDoer : notnull
    {
        var which = Which();
        return PortalCommandContext.Run(new Command(verb, description) { which }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var (id, name) = await session.IntegrationAsync(parsed.GetValue(which)!, ct);
            await change(session.Get<TDoer>(), id, session.Actor, ct);
            await parsed.WriteLineAsync($"{name} is {now}.");
            return 0;
        });
    }

    /// <summary>Whoever gives the name has said what goes; an id is too easily mistyped.</summary>
    private static Command Remove(PortalCommandContext context)
    {
        var which = Which();
        var confirm = new Option<string?>("--confirm") { Description = "The integration's name, when it is given by id.", HelpName = "name" };
        return PortalCommandContext.Run(new Command("remove", "Deletes the integration and everything read through it.") { which, confirm }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var given = parsed.GetValue(which)!.Trim();
            var (id, name) = await session.IntegrationAsync(given, ct);
            var store = session.Get<IIntegrationStore>();
            var preview = await store.PreviewRemovalAsync(session.TenantId, id, ct);
            var goes = string.Join(", ", preview.Records.Where(r => r.Value > 0).Select(r => $"{r.Value:N0} {r.Key.Slug()}").Append($"{preview.LinkedCompanies:N0} company links"));
            if (!string.Equals(parsed.GetValue(confirm) ?? given, name, StringComparison.OrdinalIgnoreCase))
            {
                throw new CommandFailedException($"This would delete “{name}” with {goes}. To do it, give its name: integrations remove {Number(id)} --confirm \"{name}\"");
            }

            await session.Get<Leaving>().RemoveAsync(id, session.Actor, ct);
            await parsed.WriteLineAsync($"{name} was removed, with {goes}.");
            return 0;
        });
    }

    public static string Number(long id) => id.ToString(CultureInfo.InvariantCulture);

    public static string Time(DateTimeOffset? at) => at?.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "never";
}
