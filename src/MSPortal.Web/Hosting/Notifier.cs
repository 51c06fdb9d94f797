using MSPortal.Storage;
using MSPortal.Web.Features.Companies;
using MSPortal.Web.Features.Integrations;
using MSPortal.Web.Features.Notifications;

namespace MSPortal.Web.Hosting;

/// <summary>Looks three times a minute what is wrong, for every tenant, and sees to it that people are told.</summary>
internal sealed partial class Notifier(
    PortalDatabase database, IntegrationQueries integrations, NewCompanies companies, NotificationBook book, MailPost post, TimeProvider clock, ILogger<Notifier> log)
    : TenantWatch(database, clock, log, "Notifications", TimeSpan.FromSeconds(20))
{
    protected override async Task LookAsync(long tenant, CancellationToken ct)
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
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Notifications are not mailed: {Why}")]
    private static partial void NotMailed(ILogger log, string why);
}
