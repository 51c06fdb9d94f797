using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;
using MSPortal.Web.Hosting;

namespace MSPortal.Web.Features.Integrations;

/// <summary><c>msportal sync</c>: the operator's own hand, so no window holds it back; a server on the same database does the work when there is one.</summary>
internal static class SyncCommand
{
    public static Command Create(PortalCommandContext context)
    {
        var which = IntegrationCommands.Which();
        var types = new Option<string[]>("--data-type") { Description = $"Only this one; may be repeated. One of: {string.Join(", ", DataTypes.All.Select(t => t.Slug()))}.", HelpName = "type", AllowMultipleArgumentsPerToken = true };
        var full = new Option<bool>("--full") { Description = "Reads everything, not only what changed." };
        var wait = new Option<bool>("--wait") { Description = "Waits for the end when a server does the work." };
        var json = CommandOutput.JsonOption();
        return PortalCommandContext.Run(new Command("sync", "Brings an integration up to date.") { which, types, full, wait, json }, async (parsed, ct) =>
        {
            var wanted = Types(parsed.GetValue(types));
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var (id, name) = await session.IntegrationAsync(parsed.GetValue(which)!, ct);
            var order = new SyncOrder(id, SyncTrigger.Manual, wanted, parsed.GetValue(full));
            var asked = await session.Get<IIntegrationStore>().RequestSyncAsync(order, window: null, session.Actor, ct);
            if (asked.RequestId is not { } request)
            {
                throw new CommandFailedException(asked.Refusal ?? $"{name} cannot be synced now.");
            }

            if (asked.PausedUntil is { } until)
            {
                await parsed.WriteErrorAsync(SyncButtons.Pause(until, TimeZoneInfo.Utc) + " (UTC)");
            }

            var work = session.Get<LocalWork>();
            var inBackground = !parsed.GetValue(wait) && await work.IsServerAliveAsync(ct);
            var status = inBackground ? RequestStatus.Queued : await work.RunAsync(session.TenantId, id, request, ct);
            await AnswerAsync(parsed, session, request, parsed.GetValue(json), ct);
            if (inBackground)
            {
                await parsed.WriteErrorAsync($"The server does it (request {IntegrationCommands.Number(request)}); --wait waits for it.");
                return 0;
            }

            if (await WhyAsync(session, request, status, ct) is { } why)
            {
                await parsed.WriteErrorAsync(why);
            }

            return status is RequestStatus.Succeeded or RequestStatus.Partial && !await IsHeldAsync(session, request, ct) ? 0 : 1;
        });
    }

    /// <summary>Removals that wait for a person: what is here is not yet what the vendor has.</summary>
    private static async Task<bool> IsHeldAsync(CommandSession session, long requestId, CancellationToken ct) =>
        await session.Get<RunQueries>().RequestAsync(session.TenantId, requestId, ct) is { } request
        && request.Runs.GroupBy(r => (r.DataType, r.Partition)).Any(g => g.Last().FaultKind == "Held");

    /// <summary>What to say of a request that did not simply succeed.</summary>
    public static async Task<string?> WhyAsync(CommandSession session, long requestId, RequestStatus? status, CancellationToken ct)
    {
        if (status == RequestStatus.Succeeded)
        {
            return null;
        }

        var request = await session.Get<RunQueries>().RequestAsync(session.TenantId, requestId, ct);
        var messages = request?.Runs.Where(r => r.Message is not null && r.Status != RunStatus.Succeeded).Select(r => $"{r.DataType.Slug()}{(r.Client is { } client ? $" of {client}" : null)}: {r.Message}").ToList() ?? [];
        return (status, messages) switch
        {
            (_, { Count: > 0 }) => string.Join(Environment.NewLine, messages),
            (RequestStatus.Cancelled, _) => "The sync was cancelled.",
            (null, _) => "The integration was removed meanwhile.",
            _ => "The sync failed.",
        };
    }

    private static List<DataType>? Types(string[]? slugs)
    {
        if (slugs is not { Length: > 0 })
        {
            return null;
        }

        return [.. slugs.SelectMany(s => s.Split(',')).Select(slug => DataTypes.Parse(slug)
            ?? throw new CommandFailedException($"There is no data type “{slug}”. Known: {string.Join(", ", DataTypes.All.Select(t => t.Slug()))}."))];
    }

    private static async Task AnswerAsync(ParseResult parsed, CommandSession session, long requestId, bool json, CancellationToken ct)
    {
        if (await session.Get<RunQueries>().RequestAsync(session.TenantId, requestId, ct) is not { } request)
        {
            return;
        }

        var resource = SyncRequestResource.Of(request);
        if (json)
        {
            await parsed.WriteJsonAsync(resource);
        }
        else
        {
            await RunsCommand.WriteAsync(parsed, resource.Runs);
        }
    }
}

/// <summary><c>msportal runs list</c>: what was done, and what came of it.</summary>
internal static class RunsCommand
{
    public static Command Create(PortalCommandContext context)
    {
        var which = IntegrationCommands.Which();
        var limit = new Option<int>("--limit") { Description = "How many, the newest first (default 50).", DefaultValueFactory = _ => 50 };
        var json = CommandOutput.JsonOption();
        var list = PortalCommandContext.Run(new Command("list", "Runs of an integration, the newest first.") { which, limit, json }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var (id, _) = await session.IntegrationAsync(parsed.GetValue(which)!, ct);
            var take = Math.Clamp(parsed.GetValue(limit), 1, 10_000);
            var page = await session.Get<RunQueries>().ListAsync(session.TenantId, new RunFilter(id), 0, take, ct);
            var runs = page.Rows.Select(RunResource.Of).ToList();
            if (parsed.GetValue(json))
            {
                await parsed.WriteJsonAsync(runs);
            }
            else
            {
                await WriteAsync(parsed, runs);
            }

            return 0;
        });
        return new Command("runs", "History of syncs.") { list };
    }

    public static Task WriteAsync(ParseResult parsed, IReadOnlyList<RunResource> runs) => parsed.WriteTableAsync(
        ["ID", "DATA TYPE", "KIND", "TRIGGER", "STATUS", "STARTED", "READ", "CREATED", "UPDATED", "REMOVED", "MESSAGE"],
        runs.Select(r => new[]
        {
            IntegrationCommands.Number(r.Id), r.ClientName is { } client ? $"{r.DataType} ({client})" : r.DataType, Word(r.Kind), Word(r.Trigger), Word(r.Status), IntegrationCommands.Time(r.StartedAt),
            Count(r.Counts.Read), Count(r.Counts.Created), Count(r.Counts.Updated), Count(r.Counts.Removed), r.Message ?? r.Warning,
        }));

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static string Count(long count) => count.ToString(CultureInfo.InvariantCulture);
}
