using MSPortal.Storage.Upkeep;

namespace MSPortal.Web.Hosting;

/// <summary>Tidies the database up every night, and soon after a start for a portal that is switched off at night; several nodes may do it at once.</summary>
internal sealed partial class Nightly(Retention retention, TimeProvider clock, ILogger<Nightly> log) : BackgroundService
{
    private static readonly TimeSpan AfterStart = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Hour = new(2, 30, 0);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wait = AfterStart;
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(wait, clock, stoppingToken);
            try
            {
                var gone = await retention.RunAsync(clock.GetUtcNow(), stoppingToken);
                Tidied(log, gone);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                NotTidied(log, e);
            }

            wait = UntilNight(clock.GetUtcNow());
        }
    }

    /// <summary>To the next 02:30 UTC.</summary>
    internal static TimeSpan UntilNight(DateTimeOffset now)
    {
        var today = now.UtcDateTime.Date + Hour;
        return (today > now.UtcDateTime ? today : today.AddDays(1)) - now.UtcDateTime;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Tidied up: {Gone}")]
    private static partial void Tidied(ILogger log, RetentionResult gone);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Tidying up failed; it is tried again next night.")]
    private static partial void NotTidied(ILogger log, Exception e);
}
