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
        var groups = new Option<string?>("--exclude-groups", "--exclude-teams", "--exclude-categories") { Description = "Teams or ticket categories whose tickets are left out: names or ids, separated by commas; empty for none.", HelpName = "a,b" };
        var history = new Option<string?>("--history") { Description = "How many months of closed tickets are kept, or all.", HelpName = "months|all" };
        var options = new Option<string?>("--options") { Description = "Kinds of tickets that are kept beside the usual ones: keys or names, separated by commas; empty for none.", HelpName = "a,b" };
        var json = CommandOutput.JsonOption();
        var command = new Command("configure", "Chooses which tickets are kept; shows the choice when nothing is given.") { which, containers, excluded, groups, history, options, json };
        return PortalCommandContext.Run(command, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var (id, name) = await session.IntegrationAsync(parsed.GetValue(which)!, ct);
            var shape = await ShapeAsync(session, id, ct);
            var choices = await ChoicesAsync(session, id, name, ct);
            var scope = await ScopeAsync(session, id, ct);
            var wanted = Wanted(scope, shape, choices, new(parsed.GetValue(containers), parsed.GetValue(excluded), parsed.GetValue(groups), parsed.GetValue(history), parsed.GetValue(options)));
            if (wanted != scope)
            {
                await session.Get<IIntegrationStore>().ChangeScopeAsync(id, scope, wanted, session.Actor, ct);
            }

            var resource = TicketSettingsResource.Of(await ScopeAsync(session, id, ct), choices, shape);
            if (parsed.GetValue(json))
            {
                await parsed.WriteJsonAsync(resource);
            }
            else
            {
                await parsed.WriteLineAsync(Chosen(resource));
                foreach (var option in resource.AvailableOptions)
                {
                    await parsed.WriteLineAsync($"{option.Label}: {(resource.Options.Contains(option.Key) ? "kept" : "left out")}");
                }

                if (resource.ExcludedGroups.Count > 0)
                {
                    await parsed.WriteLineAsync($"{resource.GroupLabel} left out: {string.Join(", ", resource.ExcludedGroups.Select(id => resource.AvailableGroups.FirstOrDefault(g => g.Id == id)?.Name ?? id))}");
                }

                await parsed.WriteLineAsync($"Closed tickets: {(resource.HistoryMonths is { } months ? $"of the last {months} months" : "all")}");
            }

            return 0;
        });
    }

    private static string Chosen(TicketSettingsResource resource)
    {
        if (resource.Containers is null)
        {
            return "Tickets: all, this provider has nothing to choose";
        }

        var chosen = resource.AvailableContainers.Where(c => c.Selected).Select(c => c.Name).ToList();
        return $"{resource.ContainerLabel}: {(chosen.Count == 0 ? "none, so no tickets are synced" : string.Join(", ", chosen))}";
    }

    private static TicketScope Wanted(TicketScope scope, TicketSettingsShape? shape, ChoiceLists choices, Entered entered)
    {
        var errors = new List<FieldError>();
        IReadOnlyList<string> Read(string option, string word, string text, IReadOnlyList<Choice> from, bool oneEach)
        {
            var read = ScopeWords.Read(option, word, text.Split(','), from, oneEach);
            errors.AddRange(read.Errors);
            return read.Ids;
        }

        if (entered.Containers is not null && shape is null)
        {
            errors.Add(new FieldError("--containers", "There is nothing to choose at this provider: it keeps every ticket."));
        }
        else if (entered.Containers is { } containers)
        {
            scope = scope with { Containers = Read("--containers", shape!.ContainerWord, containers, choices.Containers, oneEach: true) };
        }

        if (entered.Excluded is { } excluded)
        {
            scope = scope with { ExcludedStatuses = Read("--exclude-statuses", "status", excluded, [.. choices.Statuses.Select(s => new Choice(s.Id, s.Name, s.IsInactive))], oneEach: false) };
        }

        if (entered.Groups is { } groups)
        {
            scope = scope with { ExcludedGroups = Read("--exclude-groups", shape?.Groups?.Word ?? "group", groups, choices.Groups, oneEach: true) };
        }

        if (entered.Options is { } options)
        {
            scope = scope with { Options = Read("--options", "option", options, ScopeWords.Choices(shape), oneEach: true) };
        }

        if (entered.History is { } history)
        {
            if (!ScopeWords.TryReadHistory(history, out var months))
            {
                errors.Add(new FieldError("--history", "Give a number of months, or all."));
            }

            scope = scope with { HistoryMonths = months };
        }

        return errors.Count == 0 ? scope : throw new CommandFailedException(string.Join(Environment.NewLine, errors.Select(e => $"{e.Field}: {e.Message}")));
    }

    /// <summary>Null when the provider has nothing to choose.</summary>
    private static async Task<TicketSettingsShape?> ShapeAsync(CommandSession session, long id, CancellationToken ct)
    {
        var detail = await session.Get<IntegrationQueries>().DetailAsync(session.TenantId, id, ct) ?? throw new CommandFailedException("The integration was removed just now.");
        return session.Get<ConnectorRegistry>().Get(detail.Summary.Provider).TicketSettings;
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

    private sealed record Entered(string? Containers, string? Excluded, string? Groups, string? History, string? Options);
}
