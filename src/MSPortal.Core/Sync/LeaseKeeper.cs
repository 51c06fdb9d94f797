using Microsoft.Extensions.Logging;
using MSPortal.Core.Ports;

namespace MSPortal.Core.Sync;

/// <summary>Renews a lease in the background for as long as the work lasts, and says when it is lost.</summary>
internal sealed class LeaseKeeper : IAsyncDisposable
{
    private readonly CancellationTokenSource lost = new();
    private readonly CancellationTokenSource stop = new();
    private readonly ISyncStore store;
    private readonly SyncLease lease;
    private readonly SyncOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly PeriodicTimer timer;
    private readonly Task loop;

    public LeaseKeeper(ISyncStore store, SyncLease lease, SyncOptions options, TimeProvider clock, ILogger log)
    {
        (this.store, this.lease, this.options, this.clock, this.log) = (store, lease, options, clock, log);
        timer = new PeriodicTimer(options.LeaseRenewal, clock);
        loop = KeepAsync();
    }

    /// <summary>Cancelled when another process has, or may have, taken over.</summary>
    public CancellationToken Lost => lost.Token;

    public async ValueTask DisposeAsync()
    {
        CancelHere(stop);
        await loop;
        timer.Dispose();
        stop.Dispose();
        lost.Dispose();
    }

    /// <summary>On this thread: whoever is stopped knows it before anything else happens.</summary>
    private static void CancelHere(CancellationTokenSource source) => source.Cancel();

    private async Task KeepAsync()
    {
        var renewedAt = clock.GetUtcNow();
        try
        {
            while (await timer.WaitForNextTickAsync(stop.Token))
            {
                try
                {
                    var at = clock.GetUtcNow();
                    await store.RenewAsync(lease, options.Lease, stop.Token);
                    renewedAt = at;
                }
                catch (Exception e) when (e is not OperationCanceledException and not FencedOffException)
                {
                    log.LogWarning(e, "The lease on integration {IntegrationId} could not be renewed", lease.IntegrationId);
                    if (clock.GetUtcNow() - renewedAt >= options.Lease)
                    {
                        CancelHere(lost);
                        return;
                    }
                }
            }
        }
        catch (FencedOffException)
        {
            CancelHere(lost);
        }
        catch (OperationCanceledException)
        {
            // The work is done.
        }
    }
}
