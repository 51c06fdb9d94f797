using System.Globalization;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage;

namespace MSPortal.Web.Features.Integrations;

/// <summary>What happens when a person or a program presses a sync button: within the tenant's window, and told in one sentence.</summary>
internal sealed class SyncButtons(PortalDatabase database, IIntegrationStore store)
{
    /// <summary>Only people's manual syncs wait for the window; Clear &amp; Resync and settings do not.</summary>
    public async Task<SyncRequestResult> PressAsync(SyncOrder order, Actor actor, CancellationToken ct)
    {
        TimeSpan? window = order.Trigger == SyncTrigger.Manual ? await WindowAsync(actor.TenantId, ct) : null;
        return await store.RequestSyncAsync(order, window, actor, ct);
    }

    /// <summary>Five minutes unless the tenant set something else.</summary>
    public async Task<TimeSpan> WindowAsync(long tenantId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        return await ManualWindow.ReadAsync(db, ct);
    }

    /// <summary>What to tell the person who pressed.</summary>
    /// <param name="running">Something was going on already.</param>
    /// <param name="zone">Of the tenant.</param>
    public static string Sentence(SyncRequestResult result, bool running, TimeZoneInfo zone) => result switch
    {
        { Refusal: { } refusal } => refusal,
        { RetryAfter: { } wait } => $"It was synced just now. Sync again in {Words.Countdown(wait)}.",
        { PausedUntil: { } until } => $"{Pause(until, zone)} The sync starts then.",
        { Joined: true } => "A sync was asked for already; yours is the same one.",
        _ when running => "One more sync follows as soon as the current one is done.",
        _ => "The sync starts now.",
    };

    /// <summary>Why nothing begins at once.</summary>
    public static string Pause(DateTimeOffset until, TimeZoneInfo zone) =>
        $"The vendor has asked for a pause until {TimeZoneInfo.ConvertTime(until, zone).ToString("HH:mm:ss", CultureInfo.InvariantCulture)}, because it had too many calls.";
}
