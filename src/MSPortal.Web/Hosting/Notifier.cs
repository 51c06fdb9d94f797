using Microsoft.EntityFrameworkCore;
using MSPortal.Storage;
using MSPortal.Web.Features.Companies;
using MSPortal.Web.Features.Integrations;
using MSPortal.Web.Features.Notifications;

namespace MSPortal.Web.Hosting;

/// <summary>Looks three times a minute what is wrong, for every tenant, and sees to it that people are told.</summary>
internal sealed partial class Notifier(
    PortalDatabase database, IntegrationQueries integrations, NewCompanies companies, NotificationBook book, MailPost post, TimeProvider clock, ILogger<Notifier> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(20);

    public async Task LookAsync(CancellationToken ct)
    {
        await using var db = database.Open();
        foreach (var tenant in await db.Tenants.Select(t => t.Id).ToListAsync(ct))
        {
            try
            {
                var standings = await integrations.StandingsAsync(tenant, ct);
                var waiting = await companies.WaitingAsync(tenant, ct);
                await book.SettleAsync(tenant, [.. Troubles.Of(standings), .. waiting.Select(Troubles.Of)], ct);
                await post.SendDueAsync(tenant, ct);
            }
            catch (IOException e)
            {
                NotMailed(log, e.Message);
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                NotLooked(log, e); // One tenant's trouble keeps no other's people waiting.
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
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
                    NotLooked(log, e);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The portal stops.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Notifications are not mailed: {Why}")]
    private static partial void NotMailed(ILogger log, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What is wrong could not be looked up; it is tried again soon.")]
    private static partial void NotLooked(ILogger log, Exception e);
}
