using System.CommandLine;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Ports;
using MSPortal.Storage.Model;
using MSPortal.Web.Hosting;

namespace MSPortal.Web.Features.Integrations;

/// <summary><c>integrations configure</c>: which tickets are kept. Lists that were never read are read first, since names cannot be checked without them.</summary>
internal static class ConfigureCommand
{
    public static Command Create(PortalCommandContext context)
    {
        var which = IntegrationCommands.Which();
        var containers = new Option<string?>("--containers", "--boards", "--queues") { Description = "Names or ids, separated by commas, or all.", HelpName = "all|a,b" };
        var excluded = new Option<string?>("--exclude-statuses") { Description = "Statuses whose tickets are left out: names or ids, separated by commas; empty for none.", HelpName = "a,b" };
        var history = new Option<string?>("--history") { Description = "How many months of closed tickets are kept, or all.", HelpName = "months|all" };
        var json = CommandOutput.JsonOption();
        var command = new Command("configure", "Chooses which tickets are kept; shows the choice when nothing is given.") { which, containers, excluded, history, json };
        return PortalCommandContext.Run(command, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var (id, name) = await session.IntegrationAsync(parsed.GetValue(which)!, ct);
            var shape = await ShapeAsync(session, id, name, ct);
            var choices = await ChoicesAsync(session, id, name, ct);
            var scope = await ScopeAsync(session, id, ct);
            var wanted = Wanted(scope, shape, choices, parsed.GetValue(containers), parsed.GetValue(excluded), parsed.GetValue(history));
            if (wanted != scope)
            {
                await session.Get<IIntegrationStore>().SetScopeAsync(id, wanted, session.Actor, ct);
            }

            var resource = TicketSettingsResource.Of(await ScopeAsync(session, id, ct), choices, shape);
            if (parsed.GetValue(json))
            {
                await parsed.WriteJsonAsync(resource);
            }
            else
            {
                var chosen = resource.AvailableContainers.Where(c => c.Selected).Select(c => c.Name).ToList();
                await parsed.WriteLineAsync($"{shape.ContainerLabel}: {(chosen.Count == 0 ? "none, so no tickets are synced" : string.Join(", ", chosen))}");
                await parsed.WriteLineAsync($"Closed tickets: {(resource.HistoryMonths is { } months ? $"of the last {months} months" : "all")}");
            }

            return 0;
        });
    }

    private static TicketScope Wanted(TicketScope scope, TicketSettingsShape shape, ChoiceLists choices, string? containers, string? excluded, string? history)
    {
        var errors = new List<FieldError>();
        if (containers is not null)
        {
            var read = ScopeWords.Read("--containers", shape.ContainerWord, containers.Split(','), choices.Containers, oneEach: true);
            errors.AddRange(read.Errors);
            scope = scope with { Containers = read.Ids };
        }

        if (excluded is not null)
        {
            var read = ScopeWords.Read("--exclude-statuses", "status", excluded.Split(','), [.. choices.Statuses.Select(s => new Choice(s.Id, s.Name, s.IsInactive))], oneEach: false);
            errors.AddRange(read.Errors);
            scope = scope with { ExcludedStatuses = read.Ids };
        }

        if (history is not null)
        {
            if (!ScopeWords.TryReadHistory(history, out var months))
            {
                errors.Add(new FieldError("--history", "Give a number of months, or all."));
            }

            scope = scope with { HistoryMonths = months };
        }

        return errors.Count == 0 ? scope : throw new CommandFailedException(string.Join(Environment.NewLine, errors.Select(e => $"{e.Field}: {e.Message}")));
    }

    private static async Task<TicketSettingsShape> ShapeAsync(CommandSession session, long id, string name, CancellationToken ct)
    {
        var detail = await session.Get<IntegrationQueries>().DetailAsync(session.TenantId, id, ct) ?? throw new CommandFailedException("The integration was removed just now.");
        return session.Get<ConnectorRegistry>().Get(detail.Summary.Provider).TicketSettings
            ?? throw new CommandFailedException($"There is nothing to choose at {detail.Summary.ProviderName}: {name} keeps every ticket.");
    }

    private static async Task<TicketScope> ScopeAsync(CommandSession session, long id, CancellationToken ct) =>
        (await session.Get<IntegrationQueries>().DetailAsync(session.TenantId, id, ct))?.Scope ?? throw new CommandFailedException("The integration was removed just now.");

    private static async Task<ChoiceLists> ChoicesAsync(CommandSession session, long id, string name, CancellationToken ct)
    {
        var queries = session.Get<IntegrationQueries>();
        var choices = await queries.ChoicesAsync(session.TenantId, id, ct);
        if (choices.ReadAt is not null)
        {
            return choices;
        }

        var asked = await session.Get<IIntegrationStore>().RequestSyncAsync(SyncOrders.Reference(id), null, session.Actor, ct);
        if (asked.RequestId is not { } request)
        {
            throw new CommandFailedException(asked.Refusal ?? $"The lists of {name} could not be read.");
        }

        var status = await session.Get<LocalWork>().RunAsync(session.TenantId, id, request, ct);
        choices = await queries.ChoicesAsync(session.TenantId, id, ct);
        return choices.ReadAt is not null
            ? choices
            : throw new CommandFailedException(await SyncCommand.WhyAsync(session, request, status, ct) ?? $"The lists of {name} could not be read.");
    }
}
