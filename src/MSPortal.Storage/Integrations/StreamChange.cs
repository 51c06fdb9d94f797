using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;

namespace MSPortal.Storage.Integrations;

/// <summary>What people decide about one data type of an integration.</summary>
internal static class StreamChange
{
    /// <summary>What is read for each client is set for all of them at once.</summary>
    public static async Task SetAsync(IntegrationEdit edit, StreamRow stream, bool enabled, TimeSpan interval, CancellationToken ct)
    {
        if (interval <= TimeSpan.Zero)
        {
            throw new ActionRefusedException("The interval has to be longer than nothing.");
        }

        var changing = edit.Streams
            .Where(s => s.DataType == stream.DataType && (s.Partition.Length > 0) == (stream.Partition.Length > 0))
            .Where(s => s.Enabled != enabled || s.Interval != interval)
            .ToList();
        if (changing.Count == 0)
        {
            return;
        }

        var before = Seen(changing[0]);
        foreach (var one in changing)
        {
            await SetOneAsync(edit, one, enabled, interval, ct);
        }

        edit.Audit("integration.data_type_changed", before, Seen(changing[0]));
    }

    private static async Task SetOneAsync(IntegrationEdit edit, StreamRow stream, bool enabled, TimeSpan interval, CancellationToken ct)
    {
        if (stream.Enabled && !enabled)
        {
            await CutOff.StopAsync(edit, stream, $"{edit.Actor.Name} turned {stream.DataType.Label()} off.", ct);
        }
        else if (!stream.Enabled && enabled)
        {
            CutOff.MoveFence(edit);
            stream.DueAt = edit.Now;
            stream.NotBefore = stream.DeniedPermission is null ? null : stream.NotBefore;
        }

        if (interval < stream.Interval && stream is { FaultKind: null, NotBefore: null })
        {
            var soon = edit.Now + interval;
            stream.IncrementalDueAt = stream.IncrementalDueAt > soon ? soon : stream.IncrementalDueAt;
            stream.DueAt = stream.DueAt > soon ? soon : stream.DueAt;
        }

        (stream.Enabled, stream.Interval) = (enabled, interval);
    }

    public static async Task DecideHeldAsync(IntegrationEdit edit, StreamRow stream, bool release, CancellationToken ct)
    {
        if (StoredJson.Read<PassState>(stream.FullPass) is not { Phase: PassPhase.Held, ReleasedBy: null } held)
        {
            throw new ActionRefusedException($"{edit.Row.Name}: no removals of {stream.DataType.Label()} are waiting for a decision any more.");
        }

        await CutOff.InterruptAsync(edit, $"{edit.Actor.Name} decided about removals that were held back.", ct);
        if (release)
        {
            stream.FullPass = StoredJson.Write(held with { ReleasedBy = edit.Actor.Name });
            stream.DueAt = edit.Now;
        }
        else
        {
            stream.FullPass = null;
            stream.ShadowGeneration = held.Generation > stream.LiveGeneration ? null : stream.ShadowGeneration;
        }

        edit.Audit(
            release ? "integration.held_removals_released" : "integration.held_removals_dropped",
            new { DataType = stream.DataType.Slug(), stream.Partition, Held = held.HeldMissing },
            null);
    }

    private static object Seen(StreamRow stream) => new
    {
        DataType = stream.DataType.Slug(),
        stream.Enabled,
        Minutes = stream.Interval.TotalMinutes,
    };
}
