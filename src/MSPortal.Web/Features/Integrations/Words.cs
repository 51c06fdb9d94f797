using System.Globalization;
using MSPortal.Core.Contracts;
using MSPortal.Core.Sync;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Integrations;

/// <summary>What states are called and which tone they have, everywhere the same.</summary>
internal static class Words
{
    public static (string Text, Tone Tone) Of(IntegrationCondition condition) => condition switch
    {
        IntegrationCondition.Active => ("Active", Tone.Positive),
        IntegrationCondition.NeedsAttention => ("Active, needs attention", Tone.Attention),
        IntegrationCondition.Error => ("Error", Tone.Negative),
        IntegrationCondition.Disconnected => ("Disconnected", Tone.Negative),
        IntegrationCondition.Stopped => ("Stopped", Tone.Negative),
        _ => ("Paused", Tone.Neutral),
    };

    public static (string Text, Tone Tone) Of(RunStatus status) => status switch
    {
        RunStatus.Running => ("Running", Tone.Information),
        RunStatus.Waiting => ("Waiting", Tone.Neutral),
        RunStatus.Succeeded => ("Succeeded", Tone.Positive),
        RunStatus.Partial => ("Partial", Tone.Attention),
        RunStatus.Failed => ("Failed", Tone.Negative),
        RunStatus.Interrupted => ("Interrupted", Tone.Neutral),
        _ => ("Cancelled", Tone.Neutral),
    };

    public static (string Text, Tone Tone) Of(AreaOutcome outcome) => outcome switch
    {
        AreaOutcome.Granted => ("Granted", Tone.Positive),
        AreaOutcome.GrantedNoData => ("Granted, but no data returned", Tone.Attention),
        AreaOutcome.NotPermitted => ("Not permitted", Tone.Negative),
        AreaOutcome.NotAvailable => ("Not available", Tone.Neutral),
        _ => ("Could not verify", Tone.Attention),
    };

    public static (string Text, Tone Tone) Of(StreamSummary stream) => stream switch
    {
        { DeniedPermission: not null } => ("Not permitted", Tone.Negative),
        { Enabled: false } => ("Off", Tone.Neutral),
        _ => stream.Freshness switch
        {
            Freshness.Fresh when stream.Clients is { Troubled.Count: > 0 } => ("Fresh", Tone.Attention),
            Freshness.Fresh => ("Fresh", Tone.Positive),
            Freshness.Late => ("Late", Tone.Attention),
            Freshness.Stale => ("Stale", Tone.Negative),
            _ => ("Not read yet", stream.IsOverdue ? Tone.Attention : Tone.Neutral),
        },
    };

    /// <summary>“11 of 12 clients”; null where one connection reads all, or all clients are as they should be.</summary>
    public static string? Share(StreamSummary stream) => stream is { Enabled: true, Clients: { Total: var total, Fresh: var fresh } } && fresh < total
        ? $"{Number(fresh)} of {Count(total, "client", "clients")} fresh"
        : null;

    public static string Of(SyncTrigger trigger) => trigger switch
    {
        SyncTrigger.Schedule => "Schedule",
        SyncTrigger.Manual => "Manual",
        SyncTrigger.Webhook => "Webhook",
        SyncTrigger.Initial => "First read",
        SyncTrigger.Resync => "Resync",
        SyncTrigger.Reconcile => "Reconcile",
        _ => "Changed settings",
    };

    /// <summary>What the button is called and where it leads; nothing when waiting is all there is to do.</summary>
    public static (string? Label, string? Href) Of(AttentionRemedy remedy, string home) => remedy switch
    {
        AttentionRemedy.ChooseTickets => ("Ticket settings", $"{home}/tickets"),
        AttentionRemedy.Recheck => ("Re-check", $"{home}/setup/permissions"),
        AttentionRemedy.Clients => ("Clients", $"{home}#clients"),
        _ => (null, null),
    };

    public static string Of(PassKind kind) => kind == PassKind.Full ? "everything" : "changes";

    public static string Of(ProviderCategory category) => category switch
    {
        ProviderCategory.Psa => "PSA",
        ProviderCategory.Rmm => "RMM",
        _ => "Cloud",
    };

    /// <summary>“15 min”, “1 h”, “daily”.</summary>
    public static string Every(TimeSpan interval) => interval == TimeSpan.FromDays(1) ? "daily" : RelativeTime.Span(interval);

    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>“1 ticket”, “312 tickets”.</summary>
    public static string Count(long number, string one, string many) => $"{Number(number)} {(number == 1 ? one : many)}";

    /// <summary>“4:05”, for a wait that is counted down.</summary>
    public static string Countdown(TimeSpan wait) => wait.ToString(@"m\:ss", CultureInfo.InvariantCulture);

    /// <summary>“0.4 s”, “12 s”, “3 min 20 s”.</summary>
    public static string Duration(TimeSpan span) => span switch
    {
        { TotalSeconds: < 10 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.0} s"),
        { TotalSeconds: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0} s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalMinutes} min {span.Seconds} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours} h {span.Minutes} min"),
    };
}
