using MSPortal.Storage;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Integrations;

/// <summary>Tells a page what goes on: every second while something does, otherwise now and then; and when something has ended, since then there is more to read anew.</summary>
internal sealed class LiveActivity(RunQueries runs, UiClock clock, CurrentUser user) : IAsyncDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private const int IdleBeats = 5;

    private readonly CancellationTokenSource ended = new();
    private Task watching = Task.CompletedTask;
    private bool awake = true;

    public IReadOnlyDictionary<long, SyncActivity> Now { get; private set; } = new Dictionary<long, SyncActivity>();

    /// <summary>It has looked at least once.</summary>
    public bool IsWatching { get; private set; }

    public SyncActivity Of(long integrationId) => Now.GetValueOrDefault(integrationId, SyncActivity.None);

    /// <summary>Begins to watch; the callbacks run on the caller's own thread only if it sees to that.</summary>
    /// <param name="beat">At every look while something goes on or the page asked for it.</param>
    /// <param name="changed">Runs began or ended.</param>
    public void Start(Func<Task> beat, Func<Task> changed) => watching = WatchAsync(beat, changed, ended.Token);

    /// <summary>Looks again at the next beat: somebody pressed a button.</summary>
    public void Wake() => awake = true;

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        try
        {
            await watching;
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }

        ended.Dispose();
    }

    private async Task WatchAsync(Func<Task> beat, Func<Task> changed, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Beat, clock.Clock);
        for (var idle = 0; await timer.WaitForNextTickAsync(ct); idle++)
        {
            if (!awake && idle < IdleBeats && !Now.Values.Any(a => a.IsSyncing))
            {
                await beat();
                continue;
            }

            (idle, awake) = (0, false);
            var before = Now;
            Now = await LookAsync(ct);
            await (Shape(before).SetEquals(Shape(Now)) ? beat() : changed());
        }
    }

    /// <summary>A database that does not answer for once shows what was seen last.</summary>
    private async Task<IReadOnlyDictionary<long, SyncActivity>> LookAsync(CancellationToken ct)
    {
        try
        {
            var seen = await runs.ActivityAsync(user.TenantId, ct);
            IsWatching = true;
            return seen;
        }
        catch (Exception e) when (PortalDatabase.IsTrouble(e))
        {
            return Now;
        }
    }

    private static HashSet<string> Shape(IReadOnlyDictionary<long, SyncActivity> activity) =>
        [.. activity.SelectMany(a => a.Value.Runs.Select(r => FormattableString.Invariant($"{a.Key} {r.Id}")).Append(FormattableString.Invariant($"{a.Key} {a.Value.IsQueued}")))];
}
