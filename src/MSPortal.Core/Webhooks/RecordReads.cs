using System.Globalization;
using MSPortal.Core.Contracts;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;

namespace MSPortal.Core.Webhooks;

/// <summary>What came of following a hint.</summary>
public abstract record RecordRead
{
    private RecordRead()
    {
    }

    public sealed record Done(string Outcome) : RecordRead;

    /// <summary>The vendor wants a pause, or its budget is kept for others.</summary>
    public sealed record Pause(TimeSpan For) : RecordRead;

    /// <summary>The vendor could not tell.</summary>
    public sealed record Later : RecordRead;
}

/// <summary>Reads one record that a hint is about, if anyone wants to know.</summary>
public sealed class RecordReads(ISyncStore store, SingleReads reads)
{
    public async Task<RecordRead> ReadAsync(StreamKey key, string externalId, CancellationToken ct)
    {
        if (await store.StreamAsync(key, ct) is not { Enabled: true, Progress.DeniedPermission: null })
        {
            return new RecordRead.Done("data type off");
        }

        var result = await reads.ReadAsync(key, externalId, WorkPriority.Webhook, ct);
        return result switch
        {
            { IsStandstill: true } => new RecordRead.Done("not connected"),
            { RetryAfter: { } pause } => new RecordRead.Pause(pause),
            { Outcome: SingleOutcome.Unknown } or { ChildrenTrouble: not null } => new RecordRead.Later(),
            _ => new RecordRead.Done(result.Outcome.ToString().ToLower(CultureInfo.InvariantCulture)),
        };
    }
}
