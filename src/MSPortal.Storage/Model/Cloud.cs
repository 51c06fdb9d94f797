using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Storage.Model;

/// <summary>A client that is connected on its own; <see cref="Partition"/> is the vendor's id of it, and of its external company.</summary>
public sealed class PartitionRow : ITenantOwned
{
    public long TenantId { get; set; }
    public long IntegrationId { get; set; }
    public required string Partition { get; set; }
    public required string Name { get; set; }

    /// <summary>What else people know it by, such as its main domain.</summary>
    public string? Detail { get; set; }
    public PartitionStatus Status { get; set; }
    public string? StatusReason { get; set; }
    public string? StatusAdvice { get; set; }
    public DateTimeOffset StatusSince { get; set; }

    /// <summary>What the last test said about each area, as JSON.</summary>
    public string? Areas { get; set; }
    public DateTimeOffset ConnectedAt { get; set; }
    public required string ConnectedBy { get; set; }
}

/// <summary>An invitation to an administrator of a client to agree that its data is read; good once, for a while.</summary>
public sealed class ConsentLink : ITenantOwned
{
    public long Id { get; set; }
    public long TenantId { get; set; }
    public long IntegrationId { get; set; }
    public Guid CompanyId { get; set; }

    /// <summary>SHA-256 of the token in the address; the token itself is kept by nobody but its reader.</summary>
    public required byte[] TokenHash { get; set; }

    /// <summary>SHA-256 of the state that was last sent to the vendor; null before.</summary>
    public byte[]? StateHash { get; set; }
    public required string CreatedBy { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>Set once somebody has agreed by it and the connection works; it is good for nothing then.</summary>
    public DateTimeOffset? UsedAt { get; set; }

    /// <summary>Set when a person took it back.</summary>
    public DateTimeOffset? RevokedAt { get; set; }

    /// <summary>Why the last attempt came to nothing, in one sentence.</summary>
    public string? LastProblem { get; set; }
}

public sealed class CloudUserRow : RecordRow
{
    public required string PrincipalName { get; set; }

    /// <summary>The name that people see; the principal name where there is none.</summary>
    public required string Name { get; set; }
    public string? Email { get; set; }

    /// <summary>Null when the source does not say.</summary>
    public bool? IsEnabled { get; set; }
    public bool IsGuest { get; set; }

    /// <summary>How many licences they have.</summary>
    public int Licenses { get; set; }
}

public sealed class CloudGroupRow : RecordRow
{
    public required string Name { get; set; }
}

public sealed class CloudLicenseRow : RecordRow
{
    public required string Name { get; set; }
    public int Enabled { get; set; }
    public int Used { get; set; }
}

public sealed class CloudDomainRow : RecordRow
{
    public required string Name { get; set; }
    public bool IsDefault { get; set; }
}

public sealed class SecurityScoreRow : RecordRow
{
    public DateTimeOffset At { get; set; }
    public decimal Score { get; set; }
    public decimal Highest { get; set; }
}

public sealed class SecurityControlRow : RecordRow
{
    public required string Title { get; set; }
}
