using Microsoft.Extensions.Logging;
using MSPortal.Core.Contracts;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;

namespace MSPortal.Core.Webhooks;

/// <summary>
/// Reads again what deliveries hint at: at once, each record once however many hints there are, few at a time per integration,
/// within the vendor's budget. What cannot be read now goes back to the inbox, where it also is should this process die.
/// </summary>
public sealed class InboxWork : IDisposable
{
    private const int MostInHand = 20_000;
    private const int SweepBatch = 1000;

    private readonly Lock gate = new();
    private readonly Dictionary<long, Lane> lanes = [];
    private readonly HashSet<Task> working = [];
    private readonly CancellationTokenSource stopping = new();
    private readonly SemaphoreSlim places;
    private readonly IWebhookStore store;
    private readonly RecordReads reads;
    private readonly WebhookOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger<InboxWork> log;
    private readonly Batches<(long EntryId, string Outcome)> finished;
    private int inHand;

    public InboxWork(IWebhookStore store, RecordReads reads, WebhookOptions options, TimeProvider clock, ILogger<InboxWork> log)
    {
        (this.store, this.reads, this.options, this.clock, this.log) = (store, reads, options, clock, log);
        places = new SemaphoreSlim(options.Reads);
        finished = new Batches<(long, string)>(
            500,
            (done, ct) => store.FinishAsync(done, clock.GetUtcNow(), ct),
            e => log.LogWarning(e, "Webhook hints that were followed could not be ticked off; they are followed once more"));
    }

    public void Dispose()
    {
        places.Dispose();
        stopping.Dispose();
    }

    /// <summary>Hints that are stored and claimed for this process.</summary>
    public void Take(IReadOnlyList<InboxEntry> entries)
    {
        lock (gate)
        {
            foreach (var entry in entries)
            {
                if (inHand >= MostInHand || stopping.IsCancellationRequested)
                {
                    return; // The claim runs out, and the sweep brings them again.
                }

                var lane = lanes.TryGetValue(entry.IntegrationId, out var known) ? known : lanes[entry.IntegrationId] = new Lane(entry.IntegrationId);
                inHand += lane.Add(entry) ? 1 : 0;
                Start(lane);
            }
        }
    }

    /// <summary>Looks for hints that nobody works on, at once and then every few seconds, until <paramref name="ct"/>; ends when the last read has.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        using var flushed = new CancellationTokenSource();
        var flushing = finished.RunAsync(flushed.Token);
        try
        {
            await SweepAsync(ct);
        }
        finally
        {
            await stopping.CancelAsync();
            await Task.WhenAll(Working());
            await flushed.CancelAsync();
            await flushing;
        }
    }

    /// <summary>Takes what nobody works on; the answer is how many these were.</summary>
    public async Task<int> SweepOnceAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var left = await store.ClaimAsync(now, now + options.Claim, SweepBatch, ct);
        Take(left);
        return left.Count;
    }

    /// <summary>Ends when nothing is in hand any more.</summary>
    public async Task IdleAsync()
    {
        while (Working() is { Length: > 0 } tasks)
        {
            await Task.WhenAll(tasks);
        }
    }

    private async Task SweepAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(options.SweepEvery, clock);
        try
        {
            do
            {
                try
                {
                    await SweepOnceAsync(ct);
                }
                catch (Exception e) when (!ct.IsCancellationRequested)
                {
                    log.LogWarning(e, "The webhook inbox could not be looked through; it is tried again in a moment");
                }
            }
            while (await timer.WaitForNextTickAsync(ct));
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The portal stops; what is in hand is finished or found again.
        }
    }

    private Task[] Working()
    {
        lock (gate)
        {
            return [.. working];
        }
    }

    private void Start(Lane lane)
    {
        if (lane.Workers < options.ReadsPerIntegration && lane.HasWork)
        {
            lane.Workers++;
            var work = WorkAsync(lane);
            working.Add(work);
            _ = work.ContinueWith(Ended, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        void Ended(Task task)
        {
            lock (gate)
            {
                working.Remove(task);
            }
        }
    }

    private async Task WorkAsync(Lane lane)
    {
        // Whoever hands hints over does not wait for them, and holds the gate.
        await Task.Yield();
        while (Next(lane) is { } record)
        {
            await places.WaitAsync();
            IReadOnlyList<long> entries = [];
            try
            {
                entries = Begin(lane, record);
                await FollowAsync(lane, record, entries);
            }
            catch (Exception e)
            {
                log.LogWarning(e, "A webhook hint could not be followed; it is tried again later");
            }
            finally
            {
                places.Release();
                lock (gate)
                {
                    lane.End(record);
                }
            }
        }
    }

    private HintedRecord? Next(Lane lane)
    {
        lock (gate)
        {
            if (!stopping.IsCancellationRequested && lane.Next() is { } record)
            {
                return record;
            }

            lane.Workers--;
            if (lane is { Workers: 0, HasWork: false, IsEmpty: true })
            {
                lanes.Remove(lane.IntegrationId);
            }

            return null;
        }
    }

    /// <summary>Hints that come from here on need a read of their own: this one may be too early for them.</summary>
    private IReadOnlyList<long> Begin(Lane lane, HintedRecord record)
    {
        lock (gate)
        {
            inHand--;
            return lane.Begin(record);
        }
    }

    private async Task FollowAsync(Lane lane, HintedRecord record, IReadOnlyList<long> entries)
    {
        var result = await reads.ReadAsync(record.Key, record.ExternalId, stopping.Token);
        switch (result)
        {
            case RecordRead.Done done:
                await Task.WhenAll(entries.Select(id => finished.AddAsync((id, done.Outcome))));
                break;
            case RecordRead.Pause pause:
                // The whole integration has to wait, not just this record.
                await PutBackAsync([.. entries, .. Abandon(lane)], pause.For, attempted: false);
                break;
            case RecordRead.Later when record.Attempts >= options.Retries.Count:
                await Task.WhenAll(entries.Select(id => finished.AddAsync((id, "given up"))));
                break;
            case RecordRead.Later:
                await PutBackAsync(entries, options.Retries[record.Attempts], attempted: true);
                break;
        }
    }

    private List<long> Abandon(Lane lane)
    {
        lock (gate)
        {
            var (records, entries) = lane.Abandon();
            inHand -= records;
            return entries;
        }
    }

    private Task PutBackAsync(IReadOnlyList<long> entries, TimeSpan wait, bool attempted) =>
        store.PutBackAsync(entries, clock.GetUtcNow() + wait, attempted, CancellationToken.None);
}
