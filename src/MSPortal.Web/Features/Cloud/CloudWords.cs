using System.Globalization;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Web.Features.Integrations;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Cloud;

/// <summary>What states and numbers of clients' connections are called, everywhere the same.</summary>
internal static class CloudWords
{
    public static (string Text, Tone Tone) Of(CloudStanding standing) => standing switch
    {
        CloudStanding.Connected => ("Connected", Tone.Positive),
        CloudStanding.NeedsConsent => ("Needs consent", Tone.Attention),
        CloudStanding.Error => ("Error", Tone.Negative),
        CloudStanding.Paused => ("Paused", Tone.Neutral),
        _ => ("Not connected", Tone.Neutral),
    };

    /// <summary>As files and programs write it.</summary>
    public static string Slug(CloudStanding standing) => standing switch
    {
        CloudStanding.NeedsConsent => "needs_consent",
        CloudStanding.NotConnected => "not_connected",
        _ => standing.ToString().ToLowerInvariant(),
    };

    public static (string Text, Tone Tone) Of(CloudStream? stream) => stream switch
    {
        null => ("Not read yet", Tone.Neutral),
        { DeniedPermission: not null } => ("Not permitted", Tone.Negative),
        { Enabled: false } => ("Off", Tone.Neutral),
        { Freshness: Freshness.Fresh } => ("Fresh", Tone.Positive),
        { Freshness: Freshness.Late } => ("Late", Tone.Attention),
        { Freshness: Freshness.Stale } => ("Stale", Tone.Negative),
        _ => ("Not read yet", Tone.Neutral),
    };

    public static string Of(DataType type) => type switch
    {
        DataType.CloudUsers => "Users",
        DataType.CloudGroups => "Groups",
        DataType.Licenses => "Licences",
        DataType.SecurityScores => "Security score",
        DataType.SecurityControls => "Recommendations",
        _ => type.Label(),
    };

    public static string Of(CloudGroupKind kind) => kind switch
    {
        CloudGroupKind.Collaboration => "Team",
        CloudGroupKind.Distribution => "Distribution list",
        CloudGroupKind.MailSecurity => "Security, with mail",
        _ => "Security",
    };

    public static (string Text, Tone Tone) OfUser(CloudUser user) => user.IsEnabled switch
    {
        true => ("Enabled", Tone.Positive),
        false => ("Disabled", Tone.Neutral),
        null => ("Not known", Tone.Neutral),
    };

    /// <summary>“62.4 %”.</summary>
    public static string Percent(decimal percent) => string.Create(CultureInfo.InvariantCulture, $"{percent:0.#} %");

    /// <summary>“+3.2 in 30 days”, in points of a hundred.</summary>
    public static string Change(decimal change) => Math.Round(change, 1) switch
    {
        0 => "unchanged in 30 days",
        var c => string.Create(CultureInfo.InvariantCulture, $"{(c > 0 ? "+" : "−")}{Math.Abs(c):0.#} in 30 days"),
    };

    public static Tone ToneOf(decimal? change) => change switch
    {
        >= 0.05m => Tone.Positive,
        <= -0.05m => Tone.Negative,
        _ => Tone.Neutral,
    };

    /// <summary>“12.5”.</summary>
    public static string Points(decimal points) => points.ToString("#,0.##", CultureInfo.InvariantCulture);

    public static string Number(int? number) => number is { } known ? Words.Number(known) : "–";

    public static string Day(DateTimeOffset at, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(at, zone).ToString("d MMM yyyy", CultureInfo.InvariantCulture);
}
