using System.Globalization;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Web.Features.Clients;
using MSPortal.Web.Features.Companies;
using MSPortal.Web.Features.Integrations;

namespace MSPortal.Web.Features.Notifications;

/// <summary>Something that people are told of once, and once more when it is over.</summary>
/// <param name="Key">The same as long as it is the same trouble.</param>
/// <param name="IsGrave">Nothing is read any more because of it.</param>
internal sealed record Trouble(string Key, long IntegrationId, bool IsGrave, string Sentence, string? Advice, string Label, string Href);

/// <summary>What is worth a notification: refused keys, a stop, missing permissions and new companies at once, everything else only when tickets are late because of it.</summary>
internal static class Troubles
{
    private const string NewCompanies = "/new-companies/";

    /// <summary>As many names are in a sentence.</summary>
    private const int MostNames = 3;

    /// <summary>Nothing is said while a set-up is under way, since somebody is looking at it.</summary>
    public static IReadOnlyList<Trouble> Of(IEnumerable<IntegrationSummary> integrations) => [.. integrations.Where(i => i.WizardStep is null).SelectMany(Of)];

    /// <summary>One for all that wait at an integration; what comes after people have decided is another one.</summary>
    public static Trouble Of(NewCompanyList waiting)
    {
        var id = waiting.IntegrationId.ToString(CultureInfo.InvariantCulture);
        var names = waiting.Companies.Take(MostNames).Select(c => c.Name).ToList();
        var among = waiting.Companies.Count > names.Count ? ", among them " : ": ";
        var spoken = names.Count == 1 ? names[0] : $"{string.Join(", ", names[..^1])} and {names[^1]}";
        return new Trouble(
            string.Create(CultureInfo.InvariantCulture, $"{id}{NewCompanies}{waiting.After.UtcTicks}"),
            waiting.IntegrationId,
            false,
            $"{Words.Count(waiting.Companies.Count, "new company", "new companies")} at {waiting.Integration} can be imported{among}{spoken}.",
            "Tickets show once their company is imported.",
            "Import companies",
            $"/settings/companies/import/{id}?new=true");
    }

    /// <summary>Its end is no news, since a person has made it.</summary>
    public static bool EndsQuietly(string key) => key.Contains(NewCompanies, StringComparison.Ordinal);

    private static IEnumerable<Trouble> Of(IntegrationSummary integration)
    {
        var id = integration.Id.ToString(CultureInfo.InvariantCulture);
        var home = $"/settings/integrations/{id}";
        Trouble Made(string what, bool grave, string sentence, string? advice, string label, string href) => new($"{id}/{what}", integration.Id, grave, sentence, advice, label, href);

        switch (integration.Condition)
        {
            case IntegrationCondition.Disconnected:
                yield return Made("disconnected", true, $"{integration.Name} is disconnected. {integration.Reason}".TrimEnd(), integration.WhatToDo, "Reconnect", $"{home}/reconnect");
                break;
            case IntegrationCondition.Stopped:
                yield return Made("stopped", true, $"{integration.Name} was stopped. {integration.Reason}".TrimEnd(), integration.WhatToDo, "Reactivate", home);
                break;
            case IntegrationCondition.Active or IntegrationCondition.NeedsAttention or IntegrationCondition.Error:
                foreach (var stream in integration.Streams.Where(s => s.Enabled))
                {
                    foreach (var (what, client, sentence, advice, label, path) in Of(integration, stream))
                    {
                        yield return Made(client.Length == 0 ? $"{what}/{stream.DataType.Slug()}" : $"{what}/{stream.DataType.Slug()}/{client}", false, sentence, advice, label, home + path);
                    }
                }

                foreach (var client in (integration.Clients ?? []).Where(c => !c.IsConnected))
                {
                    yield return Made(
                        $"client/{client.Id}", false, $"{integration.Name}: {ClientConcerns.Sentence(client)}", client.WhatToDo ?? ClientConcerns.Usual(client.Status), "Clients", $"{home}#clients");
                }

                break;
        }

        if (integration is { KeyDaysLeft: { } days, KeyExpiresOn: { } on, Condition: not IntegrationCondition.Disconnected })
        {
            yield return Made(days <= 7 ? "key/7" : "key/30", false, $"{integration.Name}: {KeyExpiry.Sentence(on, days)}", "Make a new one at the vendor, then reconnect.", "Reconnect", $"{home}/reconnect");
        }
    }

    /// <summary>Of each client on its own, since what one lost says nothing of the next.</summary>
    private static IEnumerable<(string What, string Client, string Sentence, string? Advice, string Label, string Path)> Of(IntegrationSummary integration, StreamSummary stream)
    {
        if (stream.Clients is { Denied: { Count: > 0 } denied })
        {
            foreach (var client in denied)
            {
                yield return (
                    "denied", client.Id, $"{integration.Name}: {stream.Label} of {client.Name} are not read, because the client's consent lacks the permission “{stream.Permission.Name}”.",
                    $"Grant it ({stream.Permission.Where}), then check the client again.", "Clients", "#clients");
            }
        }
        else if (stream.DeniedPermission is { } permission)
        {
            yield return ("denied", "", $"{integration.Name}: {stream.Label} are not read any more, because the key lacks the permission “{permission}”.", $"Grant it ({stream.Permission.Where}), then re-check.", "Re-check", "/setup/permissions");
        }

        if (stream is { DataType: DataType.Tickets, DeniedPermission: null } and ({ Freshness: Freshness.Late or Freshness.Stale } or { IsOverdue: true }))
        {
            var reason = stream.Fault ?? (integration.Condition == IntegrationCondition.Error ? integration.Reason : null);
            var what = stream.IsOverdue ? "tickets have not been read to the end yet" : "tickets are late";
            yield return ("late", "", $"{integration.Name}: {what}. {reason}".TrimEnd(), "MSPortal keeps trying by itself.", "Details", "");
        }

        foreach (var held in stream.Held)
        {
            var whose = held.Client is { } client ? $"{stream.Label.ToLowerInvariant()} of {client}" : stream.Label.ToLowerInvariant();
            yield return (
                "held", held.Partition, $"{integration.Name}: {Words.Count(held.Removals, "removal", "removals")} of {whose} at once may be a mistake, so nothing was removed.", "Release or keep them.", "Decide", "");
        }
    }
}
