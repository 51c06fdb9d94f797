namespace MSPortal.Storage.Model;

/// <summary>A client of the MSP: MSPortal's own record.</summary>
public sealed class Company : ITenantOwned
{
    public Guid Id { get; set; }
    public long TenantId { get; set; }
    public required string Name { get; set; }
    public required string NormalizedName { get; set; }
    public bool IsActive { get; set; } = true;
    public string? Phone { get; set; }
    public string? Website { get; set; }
    public string? City { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>Ties an external company to a company; at most one per external company. It makes data visible.</summary>
public sealed class CompanyLink : ITenantOwned
{
    public long Id { get; set; }
    public long TenantId { get; set; }
    public Guid CompanyId { get; set; }
    public long IntegrationId { get; set; }
    public string Partition { get; set; } = "";
    public required string ExternalId { get; set; }
    public required string LinkedBy { get; set; }
    public DateTimeOffset LinkedAt { get; set; }
}

/// <summary>An external company that is not to be taken in again until a person unblocks it.</summary>
public sealed class BlockedCompany : ITenantOwned
{
    public long TenantId { get; set; }
    public long IntegrationId { get; set; }
    public string Partition { get; set; } = "";
    public required string ExternalId { get; set; }
    public required string Name { get; set; }
    public required string BlockedBy { get; set; }
    public DateTimeOffset BlockedAt { get; set; }
}
