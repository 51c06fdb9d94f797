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

/// <summary>A kind of company that people of the tenant speak of; what vendors say is in their own records.</summary>
public sealed class CompanyType : ITenantOwned
{
    public const int LongestName = 60;

    public Guid Id { get; set; }
    public long TenantId { get; set; }
    public required string Name { get; set; }

    /// <summary>What makes two names the same, whoever types them.</summary>
    public required string NormalizedName { get; set; }
}

/// <summary>A company is of a type because a person said so.</summary>
public sealed class CompanyTyping : ITenantOwned
{
    public Guid CompanyId { get; set; }
    public Guid TypeId { get; set; }
    public long TenantId { get; set; }
}

/// <summary>Which company a company belongs to; one row at most, and never in a circle.</summary>
public sealed class CompanyParent : ITenantOwned
{
    public Guid CompanyId { get; set; }
    public Guid ParentId { get; set; }
    public long TenantId { get; set; }
}

/// <summary>A place of a company, as people of the tenant wrote it down.</summary>
public sealed class CompanyLocation : ITenantOwned
{
    public Guid Id { get; set; }
    public Guid CompanyId { get; set; }
    public long TenantId { get; set; }
    public required string Name { get; set; }
    public string? AddressLine1 { get; set; }
    public string? AddressLine2 { get; set; }
    public string? City { get; set; }
    public string? Country { get; set; }
    public bool IsPrimary { get; set; }
}
