using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;

namespace MSPortal.Storage.Sync;

/// <summary>A stream's row as the engine sees it, and the engine's part written back without touching what people set meanwhile.</summary>
internal static class StreamMapping
{
    public static StreamKey Key(this StreamRow row) => new(row.TenantId, row.IntegrationId, row.DataType, row.Partition);

    public static StreamState State(this StreamRow row) => new()
    {
        Key = row.Key(),
        Enabled = row.Enabled,
        Interval = row.Interval,
        ReconcileInterval = row.ReconcileInterval,
        Request = row.Request(),
        Progress = row.Progress(),
    };

    public static PendingRequest? Request(this StreamRow row) => row.RequestedAt is { } at
        ? new PendingRequest(at, row.RequestedTrigger ?? SyncTrigger.Manual, row.RequestId, row.RequestedFull, row.RequestedShadow)
        : null;

    public static void ClearRequest(this StreamRow row) =>
        (row.RequestedAt, row.RequestedTrigger, row.RequestId, row.RequestedFull, row.RequestedShadow) = (null, null, null, false, false);

    public static StreamProgress Progress(this StreamRow row) => new()
    {
        DueAt = row.DueAt,
        IncrementalDueAt = row.IncrementalDueAt,
        FullDueAt = row.FullDueAt,
        Watermark = row.Watermark,
        Bookmark = row.Bookmark,
        Incremental = StoredJson.Read<PassState>(row.IncrementalPass),
        Full = StoredJson.Read<PassState>(row.FullPass),
        LiveGeneration = row.LiveGeneration,
        ShadowGeneration = row.ShadowGeneration,
        LastCompleteAt = row.LastCompleteAt,
        LastFullAt = row.LastFullAt,
        LastAttemptAt = row.LastAttemptAt,
        BackoffLevel = row.BackoffLevel,
        NotBefore = row.NotBefore,
        FaultKind = row.FaultKind,
        FaultSentence = row.FaultSentence,
        FaultSince = row.FaultSince,
        DeniedPermission = row.DeniedPermission,
        RowCount = row.RowCount,
    };

    /// <summary>Writes what the engine knows; a person's decision about held deletions that it has not seen yet stays.</summary>
    public static void Set(this StreamRow row, StreamProgress progress)
    {
        var decided = Decided(StoredJson.Read<PassState>(row.FullPass), progress.Full);
        var isNew = decided is { ReleasedBy: not null } && progress.Full is { ReleasedBy: null };
        row.DueAt = isNew && row.DueAt < progress.DueAt ? row.DueAt : progress.DueAt;
        row.IncrementalDueAt = progress.IncrementalDueAt;
        row.FullDueAt = progress.FullDueAt;
        row.Watermark = progress.Watermark;
        row.Bookmark = Clean(progress.Bookmark);
        row.IncrementalPass = Json(progress.Incremental);
        row.FullPass = Json(decided);
        row.LiveGeneration = progress.LiveGeneration;
        row.ShadowGeneration = progress.ShadowGeneration;
        row.LastCompleteAt = progress.LastCompleteAt;
        row.LastFullAt = progress.LastFullAt;
        row.LastAttemptAt = progress.LastAttemptAt;
        row.BackoffLevel = progress.BackoffLevel;
        row.NotBefore = progress.NotBefore;
        row.FaultKind = progress.FaultKind;
        row.FaultSentence = Clean(progress.FaultSentence);
        row.FaultSince = progress.FaultSince;
        row.DeniedPermission = Clean(progress.DeniedPermission);
        row.RowCount = progress.RowCount;
    }

    private static string? Json(PassState? pass) => pass is null ? null : StoredJson.Write(pass);

    public static string? Clean(string? text) => text is null ? null : Canonical.Clean(text);

    /// <summary>Only the complete read itself comes to be held, so an engine that still sees it held has not noticed what was decided.</summary>
    private static PassState? Decided(PassState? stored, PassState? full) => full is not { Phase: PassPhase.Held, ReleasedBy: null } ? full
        : stored is null ? null
        : stored is { Phase: PassPhase.Held, ReleasedBy: not null } && stored.StartSequence == full.StartSequence ? stored
        : full;
}
