using MSPortal.Core.Model;
using MSPortal.Core.Sync;

namespace MSPortal.Core.Ports;

/// <summary>What webhooks need from storage: the endpoints with their secrets, and the inbox of hints.</summary>
public interface IWebhookStore
{
    /// <summary>Of any tenant, by the hash of its path; null when there is none, or its secrets cannot be read.</summary>
    Task<StoredEndpoint?> EndpointAsync(string pathHash, CancellationToken ct);

    Task<StoredEndpoint?> EndpointAsync(long tenantId, long integrationId, CancellationToken ct);

    /// <summary>Makes an endpoint with a new path and secret, or answers the one that there is; new ones leave an audit entry.</summary>
    /// <exception cref="KeyNotFoundException">The tenant has no such integration.</exception>
    Task<StoredEndpoint> CreateAsync(long integrationId, Actor actor, CancellationToken ct);

    /// <summary>Forgets the endpoint: deliveries to it are no longer known.</summary>
    Task DeleteAsync(long integrationId, Actor actor, CancellationToken ct);

    /// <summary>What provisioning or a check found.</summary>
    Task RecordAsync(StoredEndpoint endpoint, EndpointCheck check, CancellationToken ct);

    /// <summary>Endpoints whose check is due; each is given to one caller only, and is due again later by itself.</summary>
    Task<IReadOnlyList<StoredEndpoint>> TakeDueChecksAsync(DateTimeOffset now, DateTimeOffset again, CancellationToken ct);

    /// <summary>Whatever was not checked since is due now: deliveries may have been missed, and vendors give up on those who miss too many.</summary>
    Task CheckSoonAsync(DateTimeOffset uncheckedSince, DateTimeOffset now, CancellationToken ct);

    /// <summary>Stores hints and what deliveries are counted by, in one transaction per tenant; the answer has the entries' ids.</summary>
    Task<IReadOnlyList<InboxEntry>> ReceiveAsync(IReadOnlyList<Received> received, DateTimeOffset now, DateTimeOffset claimedUntil, CancellationToken ct);

    /// <summary>Hints that nobody works on: left by a process that died, or put back until now. They are claimed by this call.</summary>
    Task<IReadOnlyList<InboxEntry>> ClaimAsync(DateTimeOffset now, DateTimeOffset until, int limit, CancellationToken ct);

    /// <summary>Done with; kept for a while as history.</summary>
    Task FinishAsync(IReadOnlyList<(long EntryId, string Outcome)> done, DateTimeOffset now, CancellationToken ct);

    /// <summary>Nothing came of it now: it is due again at that moment.</summary>
    Task PutBackAsync(IReadOnlyList<long> entryIds, DateTimeOffset at, bool attempted, CancellationToken ct);
}

/// <param name="PathHash">Of the path, which is itself a secret: lower-case hex of SHA-256.</param>
/// <param name="State">What the connector remembers.</param>
/// <param name="Trouble">What is not in order at the vendor, in one sentence.</param>
public sealed record StoredEndpoint(
    long TenantId, long IntegrationId, string Path, string PathHash, string Secret, string? State, string? Trouble, DateTimeOffset? CheckedAt)
{
    /// <summary>Never prints a secret.</summary>
    public override string ToString() => $"endpoint of integration {IntegrationId}";
}

/// <param name="Trouble">Null: all is in order.</param>
/// <param name="State">Null leaves what is remembered.</param>
/// <param name="NextAt">When to check next.</param>
public sealed record EndpointCheck(DateTimeOffset At, string? Trouble, string? State, DateTimeOffset NextAt);

/// <summary>One delivery, answered or refused.</summary>
/// <param name="Kind">What became of it.</param>
/// <param name="Hints">What it is about, when it is genuine.</param>
/// <param name="CheckAt">Something may be wrong at the vendor: check by then.</param>
public sealed record Received(long TenantId, long IntegrationId, DeliveryKind Kind, IReadOnlyList<Contracts.WebhookHint> Hints, DateTimeOffset? CheckAt = null);

public enum DeliveryKind
{
    Accepted,
    Forged,
    TooLarge,

    /// <summary>Nobody could tell whether it was genuine.</summary>
    Unsure,
}

/// <summary>A hint in the inbox.</summary>
public sealed record InboxEntry(long Id, long TenantId, long IntegrationId, DataType DataType, string ExternalId, DateTimeOffset ReceivedAt, int Attempts)
{
    public StreamKey Key => new(TenantId, IntegrationId, DataType);
}
