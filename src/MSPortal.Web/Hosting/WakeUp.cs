using MSPortal.Core.Ports;

namespace MSPortal.Web.Hosting;

/// <summary>
/// Looks once a second for integrations with something to do, whoever wrote it down: a page, the command line, another
/// node, a webhook. So everything that wants a sync goes the same way, and a new or a changed integration needs no announcement.
/// </summary>
internal sealed partial class WakeUp(ISyncStore store, IntegrationTriggers triggers, NodeLoad load, TimeProvider clock, ILogger<WakeUp> log)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(10);

    private DateTimeOffset swept;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        var failing = false;
        do
        {
            try
            {
                await LookAsync(stoppingToken);
                failing = false;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (!failing)
                {
                    NotSeen(log, e);
                }

                failing = true;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "What is due could not be found out; it is tried again every second.")]
    private static partial void NotSeen(ILogger log, Exception e);

    private async Task LookAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var due = await store.DueAsync(now, ct);
        load.Waiting(due.Count(d => load.RestsUntil(d.IntegrationId) is null));
        foreach (var (tenant, integration) in due.Where(d => load.IsToBeCalled(d.IntegrationId)))
        {
            load.Called(integration); // Before the call: the turn may begin, and forget it, within it.
            await triggers.CallAsync(tenant, integration, now, ct);
        }

        if (now - swept >= SweepEvery)
        {
            swept = now;
            await store.SweepAsync(ct);
        }
    }
}
