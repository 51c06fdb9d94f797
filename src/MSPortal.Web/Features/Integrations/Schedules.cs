using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Integrations;

/// <summary>When one data type is read.</summary>
/// <param name="CallsPerDay">Requests to the vendor in the last 24 hours.</param>
/// <param name="Why">What stands behind its pace, in sentences.</param>
public sealed record ScheduleLine(long IntegrationId, string Integration, IntegrationCondition Condition, StreamSummary Stream, long CallsPerDay, IReadOnlyList<string> Why);

/// <summary>All schedules of a tenant, and changing one; page, API and command line all come here.</summary>
internal sealed class Schedules(IntegrationQueries integrations, RunQueries runs, ConnectorRegistry connectors, IIntegrationStore store, TimeProvider clock)
{
    public async Task<IReadOnlyList<ScheduleLine>> ReadAsync(long tenantId, CancellationToken ct)
    {
        var calls = await runs.CallsAsync(tenantId, clock.GetUtcNow().AddDays(-1), ct);
        return
        [
            .. from integration in await integrations.ListAsync(tenantId, ct)
               let connector = connectors.Find(integration.Provider)
               let all = calls.Where(c => c.Key.IntegrationId == integration.Id).Sum(c => c.Value)
               from stream in integration.Streams
               let own = calls.GetValueOrDefault((integration.Id, stream.DataType))
               select new ScheduleLine(integration.Id, integration.Name, integration.Condition, stream, own, ScheduleWords.Why(stream, connector, own, all, clock.GetUtcNow())),
        ];
    }

    /// <exception cref="ActionRefusedException">It is out of the range that the data type allows; the message says which that is.</exception>
    /// <exception cref="KeyNotFoundException">There is no such integration or data type.</exception>
    public async Task SetAsync(long integrationId, DataType type, TimeSpan interval, Actor actor, CancellationToken ct)
    {
        var detail = await integrations.DetailAsync(actor.TenantId, integrationId, ct) ?? throw new KeyNotFoundException("There is no such integration any more.");
        var stream = detail.Summary.Streams.FirstOrDefault(s => s.DataType == type) ?? throw new KeyNotFoundException($"{detail.Summary.Name} has no data type “{type.Slug()}”.");
        if (interval < stream.MinInterval || interval > stream.MaxInterval)
        {
            throw new ActionRefusedException($"{stream.Label} can be read at intervals {Intervals.Range(stream)}.");
        }

        await store.SetStreamAsync(new StreamKey(actor.TenantId, integrationId, type, stream.Partition), stream.Enabled, interval, actor, ct);
    }
}

/// <summary>Why a data type is read as often as it is, and not more often.</summary>
internal static class ScheduleWords
{
    public static IReadOnlyList<string> Why(StreamSummary stream, IConnector? connector, long own, long all, DateTimeOffset now)
    {
        var definition = connector?.Streams.FirstOrDefault(s => s.DataType == stream.DataType);
        return
        [
            .. Present(stream, now),
            $"It can be read at intervals {Intervals.Range(stream)}; {Usual(stream)}.",
            .. definition is { CanReadChanges: false, Parent: null } ? ["The vendor cannot say what changed, so every read is a complete one."] : Array.Empty<string>(),
            .. stream.Clients is { Total: var clients } ? [$"It is read for each of {Words.Count(clients, "client", "clients")} on its own; how often holds for all of them."] : Array.Empty<string>(),
            .. definition is { Parent: not null } ? ["It is read record by record when something changed, not as a whole."] : Array.Empty<string>(),
            .. (connector?.Limits ?? []).Select(Budget).Distinct(),
            $"In the last 24 hours it took {Words.Count(own, "call", "calls")} of {Words.Count(all, "call", "calls")} of the whole integration.",
        ];
    }

    private static IEnumerable<string> Present(StreamSummary stream, DateTimeOffset now)
    {
        if (stream.Fault is { } fault)
        {
            yield return $"Just now it waits because of trouble: {fault}";
        }
        else if (stream.NextAt is { } next && next > now + stream.Interval * 1.2)
        {
            yield return "Just now it waits longer, because the vendor asked for a pause.";
        }
    }

    private static string Usual(StreamSummary stream) =>
        stream.DefaultInterval == stream.Interval ? "this is the usual one" : $"usual is {Intervals.Word(stream.DefaultInterval)}";

    private static string Budget(RateLimit limit)
    {
        var whose = limit.Scope is not null || limit.ScopeOf is not null ? "all that share its database" : "its key";
        var each = limit.Part is null ? "" : " for each kind of record";
        return $"The vendor permits {Words.Count(limit.Permits, "call", "calls")} in {RelativeTime.Span(limit.Window)}{each}, {limit.Concurrency} at once, for {whose}.";
    }
}
