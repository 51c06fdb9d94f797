using System.Globalization;
using MSPortal.Core.Sync;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Tickets;

/// <summary>Something that keeps tickets from being seen or from being current, and what mends it.</summary>
/// <param name="Title">A few words, for an empty page.</param>
/// <param name="Sentence">The same in a sentence.</param>
/// <param name="Blocks">There is nothing to see because of it; the others only say something about what is seen.</param>
internal sealed record TicketNotice(string Title, string Sentence, string? Advice, Tone Tone, string Action, string Href, bool Blocks);

/// <summary>Walks connection, synchronization and mapping of each integration and stops at its first trouble.</summary>
internal static class TicketNotices
{
    /// <summary>Title of the notice that tickets are held back.</summary>
    public const string Waiting = "Tickets are waiting";

    public static IEnumerable<TicketNotice> Of(TicketOrigin origin, DateTimeOffset now)
    {
        if (Stopping(origin) is { } stopped)
        {
            yield return stopped;
        }
        else if (origin.LastCompleteAt is null && First(origin) is { } first)
        {
            yield return first;
        }
        else if (!origin.HasCompany)
        {
            yield return NoCompany(origin);
            yield break;
        }
        else if (Old(origin, now) is { } old)
        {
            yield return old;
        }

        if (origin is { HasCompany: true, Waiting.Tickets: > 0 })
        {
            yield return HeldBack(origin);
        }
    }

    /// <summary>Only whether what is seen may be old: how the portal is run is nobody's at a client.</summary>
    public static IEnumerable<TicketNotice> ForClients(TicketOrigin origin, DateTimeOffset now)
    {
        if (Stopping(origin) is not null || origin.LastCompleteAt is null || Old(origin, now) is not null)
        {
            var sentence = origin.LastCompleteAt is { } at ? $"What you see was last brought up to date {RelativeTime.Span(now - at)} ago." : "Tickets are being brought in for the first time.";
            yield return new("Tickets may be out of date", sentence, null, Tone.Attention, "", "/", Blocks: false);
        }
    }

    private static TicketNotice? Stopping(TicketOrigin origin) => origin switch
    {
        { Status: not IntegrationStatus.Active } => Connection(origin),
        { DeniedPermission: { } permission } => new(
            "Tickets are not permitted",
            $"{origin.Name} does not let us read tickets: the key lacks the permission “{permission}”.",
            origin.PermissionPlace is { } place ? $"Grant it in {place}, then check again." : "Grant it there, then check again.",
            Tone.Negative, "Re-check permissions", $"{Card(origin)}/setup/permissions", Blocks: true),
        { Enabled: false } => new(
            "Tickets are turned off", $"Reading tickets of {origin.Name} is turned off.", "Turn it on in the integration's Sync step.",
            Tone.Attention, "Open integration", Card(origin), Blocks: true),
        { SelectsNothing: true } => new(
            $"No {origin.ContainerLabel ?? "boards"} selected",
            $"No {origin.ContainerLabel ?? "boards"} of {origin.Name} are selected, so no tickets are read.",
            "Choose which ones to bring in.", Tone.Attention, "Open Ticket Settings", $"{Card(origin)}/tickets", Blocks: true),
        _ => null,
    };

    private static TicketNotice Connection(TicketOrigin origin)
    {
        var (title, tone) = origin.Status switch
        {
            IntegrationStatus.Disconnected => ("is disconnected", Tone.Negative),
            IntegrationStatus.Stopped => ("has been stopped", Tone.Negative),
            IntegrationStatus.Paused => ("is paused", Tone.Attention),
            _ => ("has trouble", Tone.Negative),
        };
        return new(
            $"{origin.Name} {title}",
            origin.StatusReason is { } reason ? $"{origin.Name} {title}: {reason}" : $"{origin.Name} {title}, so its tickets are not brought up to date.",
            origin.StatusAdvice,
            tone,
            origin.Status == IntegrationStatus.Disconnected ? "Reconnect" : "Open integration",
            origin.Status == IntegrationStatus.Disconnected ? $"{Card(origin)}/reconnect" : Card(origin),
            Blocks: true);
    }

    private static TicketNotice? First(TicketOrigin origin) => origin switch
    {
        { Trouble: { } trouble } => new(
            "The first read has not succeeded yet", $"Tickets of {origin.Name} have not been read yet: {trouble}", "It is tried again by itself.",
            Tone.Attention, "Open integration", Card(origin), Blocks: true),
        { IsReading: true } => new(
            "Tickets are being read", $"{origin.Name}: {Progress(origin)}",
            origin.HasCompany ? "They appear here as they come in." : "Meanwhile, choose the companies whose tickets you want to see.",
            Tone.Information, origin.HasCompany ? "See progress" : "Import companies", origin.HasCompany ? Card(origin) : Import(origin), Blocks: true),
        _ => new(
            "The first read is about to start", $"Tickets of {origin.Name} have not been read yet; the first read starts in a moment.",
            null, Tone.Information, "See progress", Card(origin), Blocks: true),
    };

    private static string Progress(TicketOrigin origin) => origin.Total is { } total and > 0
        ? $"the first read has {Number(origin.Read)} of {Number(total)} tickets."
        : $"the first read has {Number(origin.Read)} {Plural(origin.Read, "ticket", "tickets")} so far.";

    private static TicketNotice NoCompany(TicketOrigin origin) => new(
        "No company is imported yet",
        origin.Waiting.Tickets > 0 ? origin.Waiting.Sentence(origin.Name) : $"No company of {origin.Name} is imported yet, and tickets show with their company.",
        "Tickets show as soon as their company is imported.", Tone.Information, "Import companies", Import(origin), Blocks: true);

    private static TicketNotice HeldBack(TicketOrigin origin) => new(
        Waiting, origin.Waiting.Sentence(origin.Name), "They show as soon as their company is imported.", Tone.Information, "Import companies", Import(origin), Blocks: false);

    private static TicketNotice? Old(TicketOrigin origin, DateTimeOffset now) => origin.FreshnessAt(now) is Freshness.Late or Freshness.Stale
        ? new(
            "Tickets are not up to date",
            $"Tickets of {origin.Name} are {RelativeTime.Span(now - origin.LastCompleteAt!.Value)} old, should be {RelativeTime.Span(origin.Interval)}.",
            origin.Trouble, origin.FreshnessAt(now) == Freshness.Stale ? Tone.Negative : Tone.Attention, "Open integration", Card(origin), Blocks: false)
        : null;

    private static string Card(TicketOrigin origin) => string.Create(CultureInfo.InvariantCulture, $"/settings/integrations/{origin.Id}");

    private static string Import(TicketOrigin origin) => string.Create(CultureInfo.InvariantCulture, $"/settings/companies/import/{origin.Id}");

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Plural(long count, string one, string many) => count == 1 ? one : many;
}
