using Microsoft.Extensions.Logging;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Ports;

namespace MSPortal.Core.Sync;

/// <summary>How a turn of an integration ended.</summary>
public enum TurnEnd
{
    /// <summary>Nothing is due any more.</summary>
    Done,

    /// <summary>There was nothing that could be done.</summary>
    Nothing,

    /// <summary>Others wait for its place; it has more to do.</summary>
    GaveWay,

    /// <summary>Another process works on it.</summary>
    NotLeased,

    /// <summary>Another process has taken over, or a person paused it in the middle.</summary>
    TakenOver,

    /// <summary>The caller asked to stop.</summary>
    Cancelled,

    /// <summary>Something went wrong that no stream could be blamed for; it is in the log.</summary>
    Broken,
}

/// <summary>Does what is due for one integration, the most urgent first and a slice at a time, under a lease that keeps every other process out.</summary>
public sealed class IntegrationRunner(
    ISyncStore store,
    ConnectorRegistry connectors,
    Sessions sessions,
    SyncOptions options,
    TimeProvider clock,
    ILogger<IntegrationRunner> log)
{
    /// <summary>Works until nothing is due; never throws for a reason that lies with the integration, its vendor or its database rows.</summary>
    public Task<TurnEnd> RunDueAsync(long tenantId, long integrationId, CancellationToken ct) => RunDueAsync(tenantId, integrationId, () => false, ct);

    /// <summary>The same, but a turn ends early when it has lasted a while and others wait for its place.</summary>
    public async Task<TurnEnd> RunDueAsync(long tenantId, long integrationId, Func<bool> othersWait, CancellationToken ct)
    {
        SyncLease? lease;
        try
        {
            lease = await store.TryLeaseAsync(tenantId, integrationId, options.Node, options.Lease, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return TurnEnd.Cancelled;
        }

        return lease is null ? TurnEnd.NotLeased : await WorkAsync(lease, othersWait, ct);
    }

    private async Task<TurnEnd> WorkAsync(SyncLease lease, Func<bool> othersWait, CancellationToken ct)
    {
        using var activity = SyncTelemetry.Turn(lease);
        var began = clock.GetTimestamp();
        bool GivesWay() => clock.GetElapsedTime(began) >= options.CrowdedTurn && othersWait();

        var end = TurnEnd.Nothing;
        using (sessions.WorkOn(lease.IntegrationId))
        await using (var keeper = new LeaseKeeper(store, lease, options, clock, log))
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct, keeper.Lost);
            try
            {
                while (end != TurnEnd.GaveWay && await StepAsync(lease, GivesWay, keeper.Lost, stop.Token))
                {
                    end = GivesWay() ? TurnEnd.GaveWay : TurnEnd.Done;
                }
            }
            catch (FencedOffException e)
            {
                log.LogInformation("{Message}", e.Message);
                end = TurnEnd.TakenOver;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                end = keeper.Lost.IsCancellationRequested ? TurnEnd.TakenOver : TurnEnd.Cancelled;
            }
            catch (Exception e)
            {
                log.LogError(e, "The turn of integration {IntegrationId} broke off", lease.IntegrationId);
                end = TurnEnd.Broken;
            }
        }

        return end == TurnEnd.TakenOver ? end : await ReleaseAsync(lease, end);
    }

    private async Task<TurnEnd> ReleaseAsync(SyncLease lease, TurnEnd end)
    {
        try
        {
            // Also when the caller wants to stop: a lease that is not given back keeps others out until it runs out.
            await store.ReleaseAsync(lease, CancellationToken.None);
            return end;
        }
        catch (Exception e)
        {
            log.LogWarning(e, "The lease on integration {IntegrationId} could not be given back; it runs out by itself", lease.IntegrationId);
            return end is TurnEnd.Done or TurnEnd.Nothing or TurnEnd.GaveWay ? TurnEnd.Broken : end;
        }
    }

    /// <summary>One slice of the most urgent work; false when there is none.</summary>
    private async Task<bool> StepAsync(SyncLease lease, Func<bool> givesWay, CancellationToken lost, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (await store.IntegrationAsync(lease.TenantId, lease.IntegrationId, ct) is not
            { Status: IntegrationStatus.Active or IntegrationStatus.Error, Settings: not null } integration)
        {
            return false;
        }

        if (connectors.Find(integration.Provider) is not { } connector)
        {
            log.LogError("{Integration}: this version has no connector {Provider}", integration.Name, integration.Provider);
            return false;
        }

        var place = new Workplace(store, lease, integration, connector, sessions, options, clock, log) { GivesWay = givesWay };
        var streams = await store.StreamsAsync(lease.TenantId, lease.IntegrationId, ct);
        var plan = new WorkPlan(connector.Streams, streams, await ChildrenAsync(connector, streams, ct), clock.GetUtcNow());
        if (plan.Next() is { } work)
        {
            await DoAsync(place, work, lost, ct);
            return true;
        }

        foreach (var (state, progress) in plan.NotNow())
        {
            await store.SaveProgressAsync(lease, state.Key, progress, ct);
        }

        return false;
    }

    private async Task<Dictionary<StreamKey, ChildWork>> ChildrenAsync(IConnector connector, IReadOnlyList<StreamState> streams, CancellationToken ct)
    {
        // Whether due or not: parents have been queued since by pages of this very turn.
        var waiting = new Dictionary<StreamKey, ChildWork>();
        foreach (var stream in streams.Where(s => s.Enabled && connector.Streams.Any(d => d.DataType == s.Key.DataType && d.Parent is not null)))
        {
            if (await store.ChildrenDueAsync(stream.Key, 1, ct) is [var first, ..])
            {
                waiting[stream.Key] = first;
            }
        }

        return waiting;
    }

    private static Task DoAsync(Workplace place, Work work, CancellationToken lost, CancellationToken ct) => work.Kind switch
    {
        WorkKind.TakeRequest => TakeAsync(place, work, ct),
        WorkKind.Recheck => new Recheck(place, work).RunAsync(ct),
        WorkKind.QueueRereads => new Rereads(place, work.Stream).QueueAsync(ct),
        WorkKind.Incremental or WorkKind.Children => SliceAsync(place, work, PassKind.Incremental, lost, ct),
        WorkKind.Full or WorkKind.ChildrenBackfill => SliceAsync(place, work, PassKind.Full, lost, ct),
        _ => throw new InvalidOperationException($"Nobody does {work.Kind}."),
    };

    /// <summary>When another request has come in between, the next step sees that one.</summary>
    private static async Task TakeAsync(Workplace place, Work work, CancellationToken ct)
    {
        var request = work.Stream.Request!;
        if (request.Full && work.Definition.Parent is not null)
        {
            await new Rereads(place, work.Stream).QueueAllAsync(ct);
        }

        var planned = RequestIntake.Absorb(work.Stream.Progress, request, work.Definition, place.Now);
        await place.Store.TakeRequestAsync(place.Lease, work.Stream.Key, request, Due.Fix(planned, work.Definition), ct);
    }

    private static async Task SliceAsync(Workplace place, Work work, PassKind slot, CancellationToken lost, CancellationToken ct)
    {
        using var activity = SyncTelemetry.Slice(place, work.Stream.Key, slot);
        var slice = new Slice(place, work.Definition, work.Stream, slot);
        var outcome = new Outcome(slice);
        try
        {
            await (work.Definition.Parent is null ? new StreamRun(slice).RunAsync(ct) : new ChildrenRun(slice).RunAsync(ct));
        }
        catch (FencedOffException)
        {
            throw;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            if (!lost.IsCancellationRequested && slice.IsOpen)
            {
                // The page that was being stored is stored or not; the run goes on from there.
                await slice.YieldAsync(slice.Progress.NotBefore, new RunCounts(), CancellationToken.None);
            }

            throw;
        }
        catch (FaultException e) when (slice.IsOpen)
        {
            await outcome.TroubleAsync(e.Fault, ct);
        }
        catch (Exception e) when (slice.IsOpen && e is (HttpRequestException or OperationCanceledException))
        {
            await outcome.TroubleAsync(new Fault.VendorDown($"The vendor could not be reached: {e.Message}"), ct);
        }
        catch (Exception e) when (slice.IsOpen)
        {
            await outcome.BugAsync(e, ct);
        }
    }
}
