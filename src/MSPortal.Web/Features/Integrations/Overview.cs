using System.Globalization;
using MSPortal.Core.Model;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Integrations;

/// <summary>One thing that the administrator on call has to know, and the button for it.</summary>
/// <param name="Label">Null when waiting is all there is to do.</param>
/// <param name="Since">Since when it is so, where that is known.</param>
public sealed record OverviewItem(Tone Tone, long IntegrationId, string Integration, string Sentence, string? WhatToDo, string? Label, string? Href, DateTimeOffset? Since = null);

/// <summary>What is late and what is wrong over all integrations, the gravest first; from what their cards say, so that the two never differ.</summary>
internal static class Overview
{
    public static IReadOnlyList<OverviewItem> Items(IEnumerable<IntegrationSummary> integrations) =>
        [.. integrations.SelectMany(Of).OrderByDescending(i => Weight(i.Tone)).ThenBy(i => i.Integration, StringComparer.CurrentCultureIgnoreCase)];

    /// <summary>Nobody has to do anything.</summary>
    public static bool IsWell(IEnumerable<OverviewItem> items) => items.All(i => i.Tone is Tone.Information or Tone.Neutral);

    private static IEnumerable<OverviewItem> Of(IntegrationSummary integration)
    {
        var home = string.Create(CultureInfo.InvariantCulture, $"/settings/integrations/{integration.Id}");
        OverviewItem Item(Tone tone, string sentence, string? advice, string? label, string? href, DateTimeOffset? since = null) =>
            new(tone, integration.Id, integration.Name, sentence, advice, label, href, since);

        if (Down(integration, home) is var (tone, label, href))
        {
            yield return Item(tone, integration.Reason ?? Words.Of(integration.Condition).Text, integration.WhatToDo, label, href, integration.StatusSince);
        }

        foreach (var concern in integration.Concerns.Where(_ => integration.Condition is IntegrationCondition.NeedsAttention or IntegrationCondition.Error))
        {
            var remedy = Words.Of(concern.Remedy, home);
            yield return Item(Tone.Attention, concern.Sentence, concern.WhatToDo, remedy.Label ?? "Details", remedy.Href ?? home, Since(integration, concern.DataType));
        }

        if (integration is { KeyDaysLeft: { } days, KeyExpiresOn: { } on })
        {
            yield return Item(KeyExpiry.ToneOf(days), KeyExpiry.Sentence(on, days), "Make a new one at the vendor, then reconnect.", "Reconnect", $"{home}/reconnect");
        }

        if (integration.HeldBack.Tickets > 0)
        {
            yield return Item(Tone.Information, integration.HeldBack.Sentence(), null, "Import companies", $"/settings/companies/import/{integration.Id.ToString(CultureInfo.InvariantCulture)}");
        }

        if (integration.WizardStep is { } step)
        {
            yield return Item(Tone.Information, "The set-up is not finished.", null, "Go on", $"{home}/setup/{step}");
        }
    }

    private static (Tone Tone, string Label, string Href)? Down(IntegrationSummary integration, string home) => integration.Condition switch
    {
        IntegrationCondition.Disconnected => (Tone.Negative, "Reconnect", $"{home}/reconnect"),
        IntegrationCondition.Stopped => (Tone.Negative, "Reactivate", home),
        IntegrationCondition.Error => (Tone.Negative, "Details", home),
        IntegrationCondition.Paused => (Tone.Attention, "Resume", home),
        _ => null,
    };

    private static DateTimeOffset? Since(IntegrationSummary integration, DataType? type) => integration.Streams.FirstOrDefault(s => s.DataType == type)?.FaultSince;

    private static int Weight(Tone tone) => tone switch
    {
        Tone.Negative => 3,
        Tone.Attention => 2,
        Tone.Information => 1,
        _ => 0,
    };
}
