using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Storage;

namespace MSPortal.Web.Features.Integrations;

/// <summary>The steps of a set-up, in their order.</summary>
public enum WizardStep
{
    Connect,
    Permissions,
    Map,
    Clients,
    Sync,
    Configure,
    Import,
}

/// <summary>Remembers where a set-up was left, so that it goes on there another day and in another browser.</summary>
internal sealed class WizardState(PortalDatabase database)
{
    /// <summary>Tickets are configured where there are tickets; an RMM's companies are only ever mapped to those that are here.</summary>
    /// <param name="clients">Each client is connected on its own.</param>
    public static IReadOnlyList<WizardStep> StepsOf(ProviderCategory category, bool clients = false) => category switch
    {
        _ when clients => [WizardStep.Connect, WizardStep.Map, WizardStep.Clients],
        ProviderCategory.Psa => [WizardStep.Connect, WizardStep.Permissions, WizardStep.Sync, WizardStep.Configure, WizardStep.Import],
        ProviderCategory.Rmm => [WizardStep.Connect, WizardStep.Map, WizardStep.Import],
        _ => [WizardStep.Connect, WizardStep.Permissions, WizardStep.Sync, WizardStep.Import],
    };

    /// <summary>What comes after connecting.</summary>
    public static WizardStep Second(ProviderCategory category, bool clients = false) => StepsOf(category, clients)[1];

    public static string Slug(WizardStep step) => step.ToString().ToLowerInvariant();

    public static WizardStep? Parse(string? slug) => Enum.TryParse<WizardStep>(slug, ignoreCase: true, out var step) && Enum.IsDefined(step) ? step : null;

    public static string Address(long integrationId, WizardStep step) => FormattableString.Invariant($"/settings/integrations/{integrationId}/setup/{Slug(step)}");

    /// <param name="step">Null: walked to the end.</param>
    public async Task SetAsync(long tenantId, long integrationId, WizardStep? step, CancellationToken ct)
    {
        var slug = step is { } at ? Slug(at) : null;
        await using var db = database.Open(tenantId);
        await db.Integrations.Where(i => i.Id == integrationId).ExecuteUpdateAsync(set => set.SetProperty(i => i.WizardStep, slug), ct);
    }
}
