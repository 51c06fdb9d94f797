using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Webhooks;
using MSPortal.Storage;

namespace MSPortal.Web.Features.Webhooks;

/// <summary>How an integration's webhooks are.</summary>
public sealed record WebhookView
{
    /// <summary>What the vendor announces.</summary>
    public required IReadOnlyList<DataType> DataTypes { get; init; }

    /// <summary>Why they cannot be turned on; null when they can.</summary>
    public string? Obstacle { get; init; }
    public bool IsOn { get; init; }

    /// <summary>What is not in order at the vendor, in one sentence.</summary>
    public string? Trouble { get; init; }

    /// <summary>What a person does at the vendor, with the address; null where that is done for them.</summary>
    public string? ByHand { get; init; }
    public Uri? Address { get; init; }
    public DateTimeOffset? Since { get; init; }
    public DateTimeOffset? CheckedAt { get; init; }
    public DateTimeOffset? LastReceivedAt { get; init; }
    public long Accepted { get; init; }
    public long Forged { get; init; }
    public long TooLarge { get; init; }
    public long Unsure { get; init; }

    /// <summary>Records that were hinted at and are still to be read.</summary>
    public int Waiting { get; init; }
}

/// <summary>What pages, API and command line say about webhooks.</summary>
internal sealed class WebhookQueries(PortalDatabase database, IWebhookStore store, ConnectorRegistry connectors, WebhookOptions options)
{
    /// <summary>Null when there is no such integration, or its vendor has no webhooks.</summary>
    public async Task<WebhookView?> FindAsync(long tenantId, long integrationId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var provider = await db.Integrations.Where(i => i.Id == integrationId).Select(i => i.Provider).FirstOrDefaultAsync(ct);
        if (provider is null || connectors.Find(provider)?.Webhooks is not { } support)
        {
            return null;
        }

        var obstacle = options.PublicUrl is null ? WebhookSetup.NoPublicUrl : null;
        if (await db.WebhookEndpoints.AsNoTracking().FirstOrDefaultAsync(e => e.IntegrationId == integrationId, ct) is not { } row)
        {
            return new WebhookView { DataTypes = support.DataTypes, Obstacle = obstacle };
        }

        return new WebhookView
        {
            DataTypes = support.DataTypes,
            Obstacle = obstacle,
            IsOn = true,
            Trouble = row.Trouble,
            ByHand = support.ByHand,
            Address = await AddressAsync(tenantId, integrationId, support, ct),
            Since = row.CreatedAt,
            CheckedAt = row.CheckedAt,
            LastReceivedAt = row.LastReceivedAt,
            Accepted = row.Accepted,
            Forged = row.Forged,
            TooLarge = row.TooLarge,
            Unsure = row.Unsure,
            Waiting = await db.WebhookInbox.Where(r => r.IntegrationId == integrationId && r.ProcessedAt == null)
                .Select(r => new { r.DataType, r.ExternalId }).Distinct().Take(10_001).CountAsync(ct),
        };
    }

    /// <summary>The address is a secret: it is shown only where a person has to copy it.</summary>
    private async Task<Uri?> AddressAsync(long tenantId, long integrationId, WebhookSupport support, CancellationToken ct) =>
        support.ByHand is not null && await store.EndpointAsync(tenantId, integrationId, ct) is { } endpoint ? options.Address(endpoint.Path) : null;
}
