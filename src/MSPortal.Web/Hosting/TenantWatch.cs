using Microsoft.EntityFrameworkCore;
using MSPortal.Storage;

namespace MSPortal.Web.Hosting;

/// <summary>Looks every few seconds at each tenant whether something is to be done; one tenant's trouble keeps no other waiting.</summary>
/// <param name="subject">What could not be looked after, for the log.</param>
/// <param name="every">How often.</param>
internal abstract partial class TenantWatch(PortalDatabase database, TimeProvider clock, ILogger log, string subject, TimeSpan every) : BackgroundService
{
    public async Task LookAsync(CancellationToken ct)
    {
        await using var db = database.Open();
        foreach (var tenant in await db.Tenants.Select(t => t.Id).ToListAsync(ct))
        {
            try
            {
                await LookAsync(tenant, ct);
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                NotLooked(log, subject, e);
            }
        }
    }

    protected abstract Task LookAsync(long tenant, CancellationToken ct);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(every, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await LookAsync(stoppingToken);
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    NotLooked(log, subject, e);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The portal stops.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Subject} could not be looked after; it is tried again soon.")]
    private static partial void NotLooked(ILogger log, string subject, Exception e);
}
