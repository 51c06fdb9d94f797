using MSPortal.Core.Webhooks;

namespace MSPortal.Web.Hosting;

/// <summary>Keeps the webhooks of this node going: stores what comes in, reads what it is about, and checks now and then that the vendors still know us.</summary>
internal sealed partial class WebhookWork(WebhookDoor door, InboxWork inbox, WebhookSetup setup, TimeProvider clock, ILogger<WebhookWork> log) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(door.RunAsync(stoppingToken), inbox.RunAsync(stoppingToken), CheckAsync(stoppingToken));

    [LoggerMessage(Level = LogLevel.Warning, Message = "The vendors' webhooks could not be checked; it is tried again in a minute.")]
    private static partial void NotChecked(ILogger log, Exception e);

    private async Task CheckAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(LookEvery, clock);
        var began = false;
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
            {
                try
                {
                    if (!began)
                    {
                        await setup.CheckSoonAsync(ct);
                        began = true;
                    }

                    await setup.CheckDueAsync(ct);
                }
                catch (Exception e) when (!ct.IsCancellationRequested)
                {
                    NotChecked(log, e);
                }
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The portal stops.
        }
    }
}
