using System.Globalization;
using Microsoft.Extensions.Logging;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;

namespace MSPortal.Core.Sync;

/// <summary>What became of a record that was read on its own.</summary>
public enum SingleOutcome
{
    /// <summary>There, and stored as it is now.</summary>
    Present,

    /// <summary>The vendor says plainly that there is no such record; it was removed here.</summary>
    Gone,

    /// <summary>There, but not in the chosen scope; not kept here.</summary>
    OutOfScope,

    /// <summary>There, but not understood; kept aside, what was stored stays.</summary>
    Unreadable,

    /// <summary>The vendor could not tell, or could not be asked; nothing changed.</summary>
    Unknown,
}

/// <param name="Sentence">Why, when it is not simply there.</param>
/// <param name="RetryAfter">When to ask again, if the vendor wants a pause.</param>
/// <param name="ChildrenTrouble">Why its children could not be read although it was itself; they come later by themselves.</param>
public sealed record SingleResult(SingleOutcome Outcome, string? Sentence = null, TimeSpan? RetryAfter = null, string? ChildrenTrouble = null)
{
    /// <summary>Nothing was stored, because the integration does not read anything now.</summary>
    public bool IsStandstill { get; init; }
}

/// <summary>Reads single records outside of any pass: Refresh this ticket, and what a webhook hinted at. An older read never overwrites a newer one.</summary>
public sealed class SingleReads(
    ISyncStore store,
    ConnectorRegistry connectors,
    Sessions sessions,
    SyncOptions options,
    TimeProvider clock,
    ILogger<SingleReads> log)
{
    /// <summary>So often is a record asked for while people change the choice of records each time.</summary>
    private const int Tries = 3;

    /// <summary>Reads one record, and its children when there are any (a ticket's notes).</summary>
    public async Task<SingleResult> ReadAsync(StreamKey key, string externalId, WorkPriority priority, CancellationToken ct)
    {
        SingleResult? result = null;
        string trouble;
        TimeSpan? pause = null;
        try
        {
            for (var tries = 0; tries < Tries; tries++)
            {
                if (await PlaceAsync(key, ct) is not { } at)
                {
                    return new SingleResult(SingleOutcome.Unknown, await StandstillAsync(key, ct)) { IsStandstill = true };
                }

                result = await RecordAsync(at, key, externalId, priority, ct);
                if (result?.Outcome == SingleOutcome.Present && at.Connector.Streams.FirstOrDefault(s => s.Parent == key.DataType) is { } children)
                {
                    await ChildrenAsync(at, key with { DataType = children.DataType }, children, externalId, priority, ct);
                }

                if (result is not null)
                {
                    return result;
                }
            }

            return new SingleResult(SingleOutcome.Unknown, "The choice of records was changed again and again while the vendor was asked.");
        }
        catch (FaultException e)
        {
            trouble = e.Fault.Sentence;
            pause = e.Fault is Fault.RateLimited limited ? options.Pause(limited.RetryAfter) : null;
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && (result is not null || !ct.IsCancellationRequested)))
        {
            log.LogInformation(e, "{Integration}: a single read got no answer", key.IntegrationId.ToString(CultureInfo.InvariantCulture));
            trouble = ct.IsCancellationRequested ? "It took too long to answer." : "The vendor could not be reached.";
        }

        // A record that is stored stays stored, whatever became of its children afterwards.
        return result is null ? new SingleResult(SingleOutcome.Unknown, trouble, pause) : result with { ChildrenTrouble = trouble, RetryAfter = pause };
    }

    /// <summary>Asks the vendor for one record by what people call it and stores nothing; what it says of another record is no answer.</summary>
    /// <exception cref="FaultException">The vendor refused or could not be asked.</exception>
    public async Task<ReadResult> LookAsync(StreamKey key, string number, CancellationToken ct)
    {
        if (await PlaceAsync(key, ct) is not { } at)
        {
            return new ReadResult.Unknown(number, await StandstillAsync(key, ct));
        }

        var stream = at.Connector.Streams.FirstOrDefault(s => s.DataType == key.DataType);
        var session = sessions.For(at.Integration, WorkPriority.Interactive, new RunMeter(), key.Partition);
        return stream switch
        {
            { FindByNumber: { } find } => await find(session, number, ct),
            { ReadByIds: { } read } => (await read(session, [number], ct)).FirstOrDefault(r => r.ExternalId == number)
                ?? new ReadResult.Unknown(number, "The vendor could not tell."),
            _ => new ReadResult.Unknown(number, "The vendor cannot be asked about single records of this kind."),
        };
    }

    private async Task<(IntegrationState Integration, IConnector Connector)?> PlaceAsync(StreamKey key, CancellationToken ct) =>
        await store.IntegrationAsync(key.TenantId, key.IntegrationId, ct) is
            { Settings: not null, Status: IntegrationStatus.Active or IntegrationStatus.Error } integration
        && connectors.Find(integration.Provider) is { } connector
            ? (integration, connector)
            : null;

    private async Task<string> StandstillAsync(StreamKey key, CancellationToken ct) => (await store.IntegrationAsync(key.TenantId, key.IntegrationId, ct))?.Status switch
    {
        IntegrationStatus.Paused => "The integration is paused.",
        IntegrationStatus.Stopped => "The integration was stopped.",
        _ => "The integration is not connected.",
    };

    /// <summary>Null when somebody changed the choice while the vendor was asked: nothing was stored by the old one.</summary>
    private async Task<SingleResult?> RecordAsync(
        (IntegrationState Integration, IConnector Connector) at, StreamKey key, string id, WorkPriority priority, CancellationToken ct)
    {
        if (at.Connector.Streams.FirstOrDefault(s => s.DataType == key.DataType)?.ReadByIds is not { } readByIds)
        {
            return new SingleResult(SingleOutcome.Unknown, "The vendor cannot be asked about single records of this kind.");
        }

        var into = await IntoAsync(key, at.Connector, ct);
        var results = await readByIds(sessions.For(at.Integration, priority, new RunMeter(), key.Partition), [id], ct);
        var changes = Sorting.Sort(at.Integration, into, [id], results, out var unknown);
        if (unknown.Count > 0)
        {
            return new SingleResult(SingleOutcome.Unknown, results.OfType<ReadResult.Unknown>().FirstOrDefault()?.Why ?? "The vendor could not tell.");
        }

        return await store.CommitReadsAsync(key, changes, ct) is null ? null : changes switch
        {
            { Gone.Count: > 0 } => new SingleResult(SingleOutcome.Gone, "The vendor says that it does not exist (any more)."),
            { Bad: [var bad, ..] } => new SingleResult(SingleOutcome.Unreadable, bad.Reason),
            { OutOfScope: [var outside, ..] } => new SingleResult(SingleOutcome.OutOfScope, outside.Reason),
            _ => new SingleResult(SingleOutcome.Present),
        };
    }

    private async Task ChildrenAsync(
        (IntegrationState Integration, IConnector Connector) at, StreamKey key, StreamDefinition definition, string parentId, WorkPriority priority, CancellationToken ct)
    {
        if (await store.StreamAsync(key, ct) is not { Enabled: true, Progress.DeniedPermission: null } || definition.ReadChildren is not { } read)
        {
            return;
        }

        var work = await store.ChildWorkAsync(key, parentId, ct);
        var into = await IntoAsync(key, at.Connector, ct);
        var result = await read(sessions.For(at.Integration, priority, new RunMeter(), key.Partition), parentId, ct);
        if (result.ParentGone)
        {
            return;
        }

        var changes = Sorting.Sort(at.Integration, into, result.Rows, result.Bad);
        var complete = result.Complete && changes.Bad.All(b => b.ExternalId is not null);
        await store.CommitChildrenAsync(null, new ChildrenCommit { Key = key, ParentId = parentId, Work = work, Changes = changes, Complete = complete }, ct);
    }

    /// <summary>The sequence is taken before the vendor is asked: a slow answer must not beat a quicker, later one.</summary>
    private async Task<RowChanges> IntoAsync(StreamKey key, IConnector connector, CancellationToken ct) =>
        new RowChanges { ReadSequence = await store.NextReadSequenceAsync(key, ct), ReadAt = clock.GetUtcNow() }
            .WithChildren(connector.Streams.FirstOrDefault(s => s.Parent == key.DataType));
}
