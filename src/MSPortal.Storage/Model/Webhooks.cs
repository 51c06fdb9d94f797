using MSPortal.Core.Model;

namespace MSPortal.Storage.Model;

/// <summary>Where one integration's vendor delivers its webhooks.</summary>
public sealed class WebhookEndpointRow : ITenantOwned
{
    public long IntegrationId { get; set; }
    public long TenantId { get; set; }

    /// <summary>SHA-256 of the path in hex: deliveries are found by it, and the path itself is a secret.</summary>
    public required string PathHash { get; set; }

    /// <summary>Path and signing secret, encrypted by Data Protection.</summary>
    public required byte[] Secrets { get; set; }

    /// <summary>What the connector remembers of the vendor's side.</summary>
    public string? State { get; set; }

    /// <summary>What is not in order at the vendor, in one sentence.</summary>
    public string? Trouble { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public required string CreatedBy { get; set; }
    public DateTimeOffset? CheckedAt { get; set; }
    public DateTimeOffset CheckDueAt { get; set; }

    /// <summary>The last genuine delivery, and what came in so far.</summary>
    public DateTimeOffset? LastReceivedAt { get; set; }
    public long Accepted { get; set; }
    public long Forged { get; set; }
    public long TooLarge { get; set; }
    public long Unsure { get; set; }
}

/// <summary>A record that a delivery hinted at.</summary>
public sealed class WebhookInboxRow : ITenantOwned
{
    public long Id { get; set; }
    public long TenantId { get; set; }
    public long IntegrationId { get; set; }
    public DataType DataType { get; set; }
    public required string ExternalId { get; set; }

    /// <summary>The vendor says that it was deleted.</summary>
    public bool MaybeDeleted { get; set; }
    public DateTimeOffset ReceivedAt { get; set; }

    /// <summary>Until then somebody works on it, or nobody is to.</summary>
    public DateTimeOffset ClaimedUntil { get; set; }
    public int Attempts { get; set; }

    /// <summary>When it was done with, and what came of it.</summary>
    public DateTimeOffset? ProcessedAt { get; set; }
    public string? Outcome { get; set; }
}
