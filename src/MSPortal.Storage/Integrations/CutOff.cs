using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;

namespace MSPortal.Storage.Integrations;

/// <summary>Takes an integration away from whoever works on it: its next write is refused, and nothing is left looking as if it went on.</summary>
internal static class CutOff
{
    /// <summary>Work goes on later from its place, and for whom it was asked for.</summary>
    public static async Task InterruptAsync(IntegrationEdit edit, string why, CancellationToken ct)
    {
        MoveFence(edit);
        await CancelRunsAsync(edit, [RunStatus.Running], why, ct);
        foreach (var stream in edit.Streams)
        {
            Passes(stream, pass => pass.RunningUnder is null ? pass : pass with { RunId = 0, RunningUnder = null });
        }
    }

    /// <summary>No work goes on until a person lets it: nobody waits for what was asked.</summary>
    public static async Task StopAsync(IntegrationEdit edit, string why, CancellationToken ct)
    {
        MoveFence(edit);
        await CancelRunsAsync(edit, [RunStatus.Running, RunStatus.Waiting], why, ct);
        await edit.Db.SyncRequests
            .Where(r => r.IntegrationId == edit.Id && (r.Status == RequestStatus.Queued || r.Status == RequestStatus.Running))
            .ExecuteUpdateAsync(r => r.SetProperty(x => x.Status, RequestStatus.Cancelled).SetProperty(x => x.EndedAt, edit.Now), ct);
        foreach (var stream in edit.Streams)
        {
            Passes(stream, Orphan);
            Forget(stream, edit.Now);
        }
    }

    /// <summary>One data type is turned off: its own work ends, the rest goes on.</summary>
    public static async Task StopAsync(IntegrationEdit edit, StreamRow stream, string why, CancellationToken ct)
    {
        MoveFence(edit);
        await edit.Db.Runs
            .Where(r => r.IntegrationId == edit.Id && r.DataType == stream.DataType && r.Partition == stream.Partition
                && (r.Status == RunStatus.Running || r.Status == RunStatus.Waiting))
            .ExecuteUpdateAsync(
                r => r.SetProperty(x => x.Status, RunStatus.Cancelled).SetProperty(x => x.EndedAt, edit.Now).SetProperty(x => x.Message, why), ct);
        HashSet<long?> asked = [stream.RequestId, StoredJson.Read<PassState>(stream.IncrementalPass)?.RequestId, StoredJson.Read<PassState>(stream.FullPass)?.RequestId];
        Passes(stream, Orphan);
        Forget(stream, edit.Now);
        foreach (var request in asked.OfType<long>().Where(id => !edit.Streams.Any(s => Holds(s, id))))
        {
            await edit.Db.SyncRequests
                .Where(r => r.Id == request && (r.Status == RequestStatus.Queued || r.Status == RequestStatus.Running))
                .ExecuteUpdateAsync(r => r.SetProperty(x => x.Status, RequestStatus.Cancelled).SetProperty(x => x.EndedAt, edit.Now), ct);
        }
    }

    /// <summary>Everything that made the engine wait is over: what is turned on is due at once.</summary>
    public static void StartAfresh(IntegrationEdit edit)
    {
        edit.Row.UnintelligibleRuns = 0;
        StartAfresh(edit, edit.Streams);
    }

    public static void StartAfresh(IntegrationEdit edit, IEnumerable<StreamRow> streams)
    {
        foreach (var stream in streams)
        {
            Passes(stream, pass => pass with { Failures = 0, Doubts = 0, TryingSince = pass.TryingSince is null ? null : edit.Now });
            (stream.BackoffLevel, stream.NotBefore) = (0, null);
            if (stream.DeniedPermission is null)
            {
                (stream.FaultKind, stream.FaultSentence, stream.FaultSince) = (null, null, null);
            }

            if (stream.Enabled)
            {
                stream.DueAt = edit.Now;
            }
        }
    }

    /// <summary>Whatever lease was held is no longer current.</summary>
    public static void MoveFence(IntegrationEdit edit)
    {
        edit.Row.Fence++;
        (edit.Row.LeaseNode, edit.Row.LeaseUntil) = (null, null);
    }

    public static void Passes(StreamRow stream, Func<PassState, PassState?> change)
    {
        stream.IncrementalPass = Change(stream.IncrementalPass, change);
        stream.FullPass = Change(stream.FullPass, change);
    }

    /// <summary>What changed settings need is still needed afterwards; what a person wanted to see now is not.</summary>
    private static void Forget(StreamRow stream, DateTimeOffset now)
    {
        if (stream is { RequestedTrigger: not (null or SyncTrigger.Manual or SyncTrigger.Webhook), RequestedShadow: false })
        {
            stream.FullDueAt = stream.RequestedFull ? now : stream.FullDueAt;
            (stream.IncrementalDueAt, stream.DueAt) = (now, now);
        }

        (stream.RequestedAt, stream.RequestedTrigger, stream.RequestId) = (null, null, null);
        (stream.RequestedFull, stream.RequestedShadow) = (false, false);
    }

    private static PassState Orphan(PassState pass) => pass with
    {
        RunId = 0,
        RunningUnder = null,
        RequestId = null,
        Trigger = pass.Trigger is SyncTrigger.Manual or SyncTrigger.Webhook ? SyncTrigger.Schedule : pass.Trigger,
    };

    private static bool Holds(StreamRow stream, long request) =>
        stream.RequestId == request
        || StoredJson.Read<PassState>(stream.IncrementalPass)?.RequestId == request
        || StoredJson.Read<PassState>(stream.FullPass)?.RequestId == request;

    private static Task<int> CancelRunsAsync(IntegrationEdit edit, RunStatus[] open, string why, CancellationToken ct) => edit.Db.Runs
        .Where(r => r.IntegrationId == edit.Id && open.Contains(r.Status))
        .ExecuteUpdateAsync(
            r => r.SetProperty(x => x.Status, RunStatus.Cancelled).SetProperty(x => x.EndedAt, edit.Now).SetProperty(x => x.Message, why), ct);

    private static string? Change(string? json, Func<PassState, PassState?> change)
    {
        if (StoredJson.Read<PassState>(json) is not { } before)
        {
            return null;
        }

        var after = change(before);
        return after is null ? null : after == before ? json : StoredJson.Write(after);
    }
}
