using Microsoft.Extensions.Logging;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Core.Sync;

/// <summary>How a slice ends, and what that means for the stream's back-off and the integration's status.</summary>
internal sealed class Outcome(Slice slice)
{
    private const string KeepsTrying = "MSPortal keeps trying by itself.";

    private readonly Workplace place = slice.Place;
    private readonly SyncOptions options = slice.Place.Options;

    /// <summary>The pass did what it set out to do; <paramref name="progress"/> says where that leaves the stream.</summary>
    public async Task SucceedAsync(StreamProgress progress, IReadOnlyList<string> caveats, string? message, CancellationToken ct)
    {
        var broken = slice.Progress.FaultKind;
        var ended = slice.Put(null, progress) with { BackoffLevel = Math.Max(0, progress.BackoffLevel - 1), NotBefore = null };
        // What the other pass is troubled by stays said until that one succeeds.
        if (Failures(ended) == 0)
        {
            ended = ended with { FaultKind = null, FaultSentence = null, FaultSince = null };
        }

        var (status, text) = caveats.Count > 0 ? (RunStatus.Partial, string.Join(' ', caveats)) : (RunStatus.Succeeded, message);
        await slice.EndAsync(status, text, null, ended, ct);
        if (broken is not null && ended.FaultKind is null)
        {
            place.Log.LogInformation("{Integration}: {DataType} work again", place.Integration.Name, slice.Key.DataType.Label());
        }

        if (slice.Key.Partition.Length > 0)
        {
            await place.Store.SetPartitionAsync(place.Lease, slice.Key.Partition, PartitionStatus.Connected, null, null, null, ct);
        }

        await StandWellAsync(ct);
    }

    /// <summary>What came is not provably everything: nothing is concluded, and the pass begins anew on the next step of the ladder.</summary>
    public Task DoubtAsync(string doubt, CancellationToken ct)
    {
        var pass = slice.Pass!;
        var again = place.Now + options.Step(pass.Doubts + 1);
        var progress = slice.Put(pass with { RunId = 0, RunningUnder = null, RequestId = Awaited(pass), Restart = true, Doubts = pass.Doubts + 1, Trigger = Later(pass.Trigger) });
        progress = Troubled(progress, "Doubt", doubt);
        progress = slice.Slot == PassKind.Full ? progress with { FullDueAt = again } : progress with { IncrementalDueAt = again };
        return slice.EndAsync(RunStatus.Partial, doubt, "Doubt", progress, ct);
    }

    /// <summary>The vendor cannot tell the changes any more: in one step the bookmark goes and a complete read is due, which answers whoever asked. One that is under way goes on: its own bookmark is younger.</summary>
    /// <param name="next">When changes are due again, should there be a bookmark by then.</param>
    public Task StartOverAsync(string lost, DateTimeOffset next, CancellationToken ct)
    {
        var (pass, progress) = (slice.Pass!, slice.Progress with { Bookmark = null, IncrementalDueAt = next });
        progress = progress.Full switch
        {
            // It has read everything, or a person has decided about it: it ends as it is, and brings its own bookmark or a new complete read.
            { ReleasedBy: not null } or { Bookmark: not null } => progress,
            { Phase: PassPhase.Reading, Restart: false } or { Restart: true, RequestId: not null } => progress with { FullDueAt = place.Now },
            _ => RequestIntake.Absorb(progress, new PendingRequest(place.Now, pass.RequestId is null ? SyncTrigger.Reconcile : pass.Trigger, pass.RequestId, Full: true, Shadow: false), slice.Definition, place.Now),
        };
        return SucceedAsync(progress, [], lost, ct);
    }

    public async Task TroubleAsync(Fault fault, CancellationToken ct)
    {
        var action = FaultPolicy.For(fault, options);
        await DoAsync(action is FaultAction.AskAccount ask ? await AskAsync(ask.Fault, ct) : action, ct);
    }

    /// <summary>A fault of ours: it must hurt neither other streams nor the next attempt.</summary>
    public Task BugAsync(Exception e, CancellationToken ct)
    {
        place.Log.LogError(e, "{Integration}: {DataType} met an unexpected error", place.Integration.Name, slice.Key.DataType.Label());
        return DoAsync(new FaultAction.BackOff("Unexpected", "MSPortal met an error of its own; the log has the details, and it tries again by itself."), ct);
    }

    private async Task<FaultAction> AskAsync(Fault refusal, CancellationToken ct)
    {
        var check = await new AccountCheck(place, slice.Meter, slice.Key.Partition).AskAsync(ct);
        return check.Pause is { } pause ? pause : FaultPolicy.Judge(refusal, check.Report, slice.Definition, check.IsOneClient);
    }

    private async Task DoAsync(FaultAction action, CancellationToken ct)
    {
        switch (action)
        {
            case FaultAction.Pause pause:
                // What one client's part of the vendor asks for is kept by its streams alone.
                if (!pause.Kept && slice.Key.Partition.Length == 0)
                {
                    place.Sessions.Pause(place.Integration, pause.For);
                }

                await slice.YieldAsync(place.Now + pause.For, new RunCounts { RateLimitWaits = 1, RateLimitWait = pause.For }, ct);
                break;
            case FaultAction.Deny deny:
                var sentence = new Fault.PermissionMissing(deny.Permission).Sentence;
                var denied = Failed("PermissionMissing", sentence, final: true) with { DeniedPermission = deny.Permission.Name, NotBefore = place.Now + options.RecheckDenied };
                await FailAsync("PermissionMissing", sentence, denied, ct);
                break;
            case FaultAction.Disconnect refused:
                await FailAsync("AuthFailed", refused.Reason, Failed("AuthFailed", refused.Reason, final: true), ct);
                await place.Store.SetStatusAsync(
                    place.Lease, IntegrationStatus.Disconnected, refused.Reason, refused.WhatToDo, place.Integration.UnintelligibleRuns, ct);
                break;
            case FaultAction.Detach detached:
                await DetachAsync(detached, ct);
                break;
            case FaultAction.BackOff back:
                await BackOffAsync(back, ct);
                break;
            default:
                throw new InvalidOperationException($"{action.GetType().Name} is no end of a slice.");
        }
    }

    private async Task DetachAsync(FaultAction.Detach refused, CancellationToken ct)
    {
        // Whoever asked for the sync is told rightly what the end of its last run means, and what was asked for meanwhile does not wait for hours.
        Task SayAsync(DateTimeOffset? notBefore) =>
            place.Store.SetPartitionAsync(place.Lease, slice.Key.Partition, refused.Status, refused.Reason, refused.WhatToDo, notBefore, ct);

        await SayAsync(null);
        await FailAsync("AuthFailed", refused.Reason, Failed("AuthFailed", refused.Reason, final: true) with { NotBefore = place.Now + options.Step(1) }, ct);
        await SayAsync(place.Now + options.RecheckDetached);
    }

    private async Task BackOffAsync(FaultAction.BackOff back, CancellationToken ct)
    {
        var progress = Failed(back.Kind, back.Sentence);
        await FailAsync(back.Kind, back.Sentence, BackedOff(progress), ct);

        // What one client's part of the vendor answers says nothing about the others'.
        var isUnintelligible = back.Unintelligible && slice.Key.Partition.Length == 0;
        var count = place.Integration.UnintelligibleRuns + (isUnintelligible ? 1 : 0);
        if (isUnintelligible && count >= options.StopAfterUnintelligible)
        {
            await place.Store.SetStatusAsync(
                place.Lease,
                IntegrationStatus.Stopped,
                $"{count} runs in a row met data that cannot be understood. The last: {back.Sentence}",
                "Check that the address leads to the vendor's API, then press Reactivate.",
                count,
                ct);
        }
        else if (IsBroken(slice.Key, slice.Definition, slice.Progress))
        {
            await place.Store.SetStatusAsync(place.Lease, IntegrationStatus.Error, back.Sentence, KeepsTrying, count, ct);
        }
        else if (isUnintelligible)
        {
            await place.Store.SetStatusAsync(
                place.Lease, place.Integration.Status, place.Integration.Status == IntegrationStatus.Error ? back.Sentence : null, null, count, ct);
        }
    }

    /// <summary>A complete read that fails keeps no changes waiting: it alone goes up the ladder.</summary>
    private StreamProgress BackedOff(StreamProgress progress)
    {
        if (slice.Slot == PassKind.Full && slice.Definition.Parent is null && Due.ReadsChanges(progress, slice.Definition) && !Due.IsReleased(progress))
        {
            return progress with { FullDueAt = place.Now + options.Step(progress.Full?.Failures ?? 0) };
        }

        var level = Math.Min(progress.BackoffLevel + 1, options.Ladder.Count - 1);
        return progress with { BackoffLevel = level, NotBefore = place.Now + options.Step(level) };
    }

    private Task FailAsync(string kind, string sentence, StreamProgress progress, CancellationToken ct)
    {
        if (slice.Progress.FaultKind is null)
        {
            place.Log.LogWarning("{Integration}: {DataType} fail ({Fault}): {Sentence}", place.Integration.Name, slice.Key.DataType.Label(), kind, sentence);
        }

        return slice.EndAsync(RunStatus.Failed, sentence, kind, progress, ct);
    }

    private StreamProgress Failed(string kind, string sentence, bool final = false)
    {
        var pass = slice.Pass!;
        var failed = pass with
        {
            RunId = 0,
            RunningUnder = null,
            RequestId = final ? null : Awaited(pass),
            Trigger = Later(pass.Trigger),
            Failures = pass.Failures + 1,
            // A place that keeps failing to make sense may itself be what is wrong.
            Restart = pass.Restart || (kind == nameof(Fault.BadData) && pass.Failures >= 2 && pass.Phase == PassPhase.Reading) || (final && IsNew(pass)),
        };
        return Troubled(slice.Put(failed), kind, sentence);
    }

    /// <summary>What has read nothing yet has no place to keep: hours or days later it would only pass for as old as its beginning.</summary>
    private bool IsNew(PassState pass) => pass is { Cursor: null, Phase: PassPhase.Reading } && slice.Definition.Parent is null;

    private StreamProgress Troubled(StreamProgress progress, string kind, string sentence) => progress with
    {
        FaultKind = kind,
        FaultSentence = sentence,
        FaultSince = progress.FaultSince ?? place.Now,
    };

    /// <summary>Any good run forgets the unintelligible ones, and ends an error that no other required stream still has.</summary>
    private async Task StandWellAsync(CancellationToken ct)
    {
        var integration = place.Integration;
        if (integration.Status == IntegrationStatus.Error)
        {
            var streams = await place.Store.StreamsAsync(integration.TenantId, integration.Id, ct);
            var broken = streams.FirstOrDefault(s => s.Enabled
                && place.Connector.Streams.FirstOrDefault(d => d.DataType == s.Key.DataType) is { } d && IsBroken(s.Key, d, s.Progress));
            await place.Store.SetStatusAsync(
                place.Lease,
                broken is null ? IntegrationStatus.Active : IntegrationStatus.Error,
                broken?.Progress.FaultSentence,
                broken is null ? null : KeepsTrying,
                0,
                ct);
            if (broken is null)
            {
                place.Log.LogInformation("{Integration} works again", integration.Name);
            }
        }
        else if (integration.UnintelligibleRuns > 0)
        {
            await place.Store.SetStatusAsync(place.Lease, integration.Status, null, null, 0, ct);
        }
    }

    /// <summary>What one client's connection is troubled by is not the whole integration's.</summary>
    private bool IsBroken(StreamKey key, StreamDefinition definition, StreamProgress progress) =>
        key.Partition.Length == 0 && definition.Required && Failures(progress) >= options.ErrorAfterFailures;

    private static int Failures(StreamProgress progress) => (progress.Incremental?.Failures ?? 0) + (progress.Full?.Failures ?? 0);

    /// <summary>Clear &amp; Resync is done when the copies are swapped, however many attempts that takes.</summary>
    private static long? Awaited(PassState pass) => pass.Trigger == SyncTrigger.Resync ? pass.RequestId : null;

    /// <summary>What a person waited for is answered by the failure; the attempts after it are nobody's.</summary>
    private static SyncTrigger Later(SyncTrigger trigger) => trigger is SyncTrigger.Manual or SyncTrigger.Webhook ? SyncTrigger.Schedule : trigger;
}
