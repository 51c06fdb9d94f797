using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Core.Sync;

/// <summary>Asks again for a permission that was missing: weekly, and when someone wants the data type.</summary>
internal sealed class Recheck(Workplace place, Work work)
{
    private static readonly TimeSpan Unanswered = TimeSpan.FromDays(1);

    private readonly StreamProgress progress = work.Stream.Progress;

    public async Task RunAsync(CancellationToken ct)
    {
        if (work.Stream.Request is null && progress is { NotBefore: null, LastAttemptAt: null })
        {
            // It was found out while connecting, a moment ago.
            await SaveAsync(progress with { NotBefore = place.Now + place.Options.RecheckDenied }, ct);
            return;
        }

        var answer = await new AccountCheck(place, new RunMeter(), work.Stream.Key.Partition).AskAsync(ct);
        var passed = answer.Report is { Passed: true };
        var area = passed ? answer.Report!.Areas.FirstOrDefault(a => a.DataType == work.Definition.DataType) : null;
        if (passed && (area?.Outcome is null or AreaOutcome.Granted or AreaOutcome.GrantedNoData))
        {
            // A pending request is taken up by the next step, when the data type is on again.
            var granted = progress with { DeniedPermission = null, NotBefore = null, FaultKind = null, FaultSentence = null, FaultSince = null };
            await SaveAsync(granted with { IncrementalDueAt = place.Now }, ct);
            return;
        }

        var again = answer.Pause?.For ?? (passed ? place.Options.RecheckDenied : Unanswered);
        await RefuseAsync(progress with { NotBefore = place.Now + again, LastAttemptAt = place.Now }, ct);
    }

    private async Task RefuseAsync(StreamProgress next, CancellationToken ct)
    {
        if (work.Stream.Request is not { } request)
        {
            await SaveAsync(next, ct);
            return;
        }

        var key = work.Stream.Key;
        var run = await place.Store.BeginRunAsync(place.Lease, new(key, request.Trigger, PassKind.Incremental, request.RequestId, place.Now), ct);
        await place.Store.TakeRequestAsync(place.Lease, key, request, Due.Fix(next, work.Definition), ct);
        var sentence = $"{key.DataType.Label()} are not permitted: the key lacks the permission “{progress.DeniedPermission}”.";
        await place.Store.UpdateRunAsync(place.Lease, new(key, run, RunStatus.Failed, place.Now, sentence, "PermissionMissing", new RunCounts(), null), ct);
    }

    private Task SaveAsync(StreamProgress next, CancellationToken ct) =>
        place.Store.SaveProgressAsync(place.Lease, work.Stream.Key, Due.Fix(next, work.Definition), ct);
}
