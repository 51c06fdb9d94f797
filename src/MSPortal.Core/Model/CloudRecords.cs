using System.Text.Json.Serialization;

namespace MSPortal.Core.Model;

/// <summary>A person, guest or shared mailbox in a client's directory.</summary>
public sealed record CloudUser : ExternalRecord
{
    /// <summary>What they sign in with.</summary>
    public required string PrincipalName { get; init; }
    public string? DisplayName { get; init; }
    public string? FirstName { get; init; }
    public string? LastName { get; init; }
    public string? Email { get; init; }

    /// <summary>Further addresses that reach them, without the main one; sorted.</summary>
    public IReadOnlyList<string> OtherEmails { get; init; } = [];
    public string? JobTitle { get; init; }
    public string? Department { get; init; }
    public string? OrganizationName { get; init; }
    public string? Office { get; init; }
    public string? MobilePhone { get; init; }
    public IReadOnlyList<string> Phones { get; init; } = [];

    /// <summary>Two letters (ISO 3166).</summary>
    public string? CountryCode { get; init; }

    /// <summary>Null when the source does not say.</summary>
    public bool? IsEnabled { get; init; }
    public bool IsGuest { get; init; }

    /// <summary>It is kept in a directory on the client's own premises and copied from there.</summary>
    public bool IsSynced { get; init; }
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>One entry per licence, however many ways it came; sorted by <see cref="CloudLicenseUse.LicenseId"/>.</summary>
    public IReadOnlyList<CloudLicenseUse> Licenses { get; init; } = [];
}

/// <summary>A licence that a person has.</summary>
/// <param name="LicenseId">The <see cref="ExternalRecord.ExternalId"/> of a <see cref="CloudLicense"/>.</param>
public sealed record CloudLicenseUse(string LicenseId)
{
    /// <summary>It was given to the person itself.</summary>
    public bool IsDirect { get; init; }

    /// <summary>Groups that it comes from, by their external id; sorted.</summary>
    public IReadOnlyList<string> GroupIds { get; init; } = [];

    /// <summary>The vendor's word for why it does not work; null when it does.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Problem { get; init; }
}

/// <summary>What a group of a directory is for.</summary>
public enum CloudGroupKind
{
    Security,

    /// <summary>A team's shared mailbox, files and calendar.</summary>
    Collaboration,
    Distribution,
    MailSecurity,
}

/// <summary>A group in a client's directory.</summary>
public sealed record CloudGroup : ExternalRecord
{
    public required string Name { get; init; }
    public string? Description { get; init; }
    public string? Email { get; init; }
    public CloudGroupKind Kind { get; init; }

    /// <summary>A rule says who belongs to it.</summary>
    public bool IsDynamic { get; init; }
    public bool IsSynced { get; init; }
    public DateTimeOffset? CreatedAt { get; init; }
}

/// <summary>What a client has bought of one product.</summary>
public sealed record CloudLicense : ExternalRecord
{
    /// <summary>The vendor's short name for the product.</summary>
    public required string PartNumber { get; init; }

    /// <summary>What people call it; the short name where nobody knows.</summary>
    public required string Name { get; init; }

    /// <summary>The vendor's word: Enabled, Warning, Suspended, Deleted, LockedOut.</summary>
    public string? Status { get; init; }

    /// <summary>It is for the whole client, not for persons.</summary>
    public bool IsForCompany { get; init; }

    /// <summary>Units that can be given out.</summary>
    public int Enabled { get; init; }

    /// <summary>Units whose subscription has ended and that still work for a while.</summary>
    public int Warning { get; init; }
    public int Suspended { get; init; }
    public int LockedOut { get; init; }

    /// <summary>Units given out; can be more than there are.</summary>
    public int Used { get; init; }

    /// <summary>By its time something becomes of a subscription of it (renewal, end); the earliest.</summary>
    public DateTimeOffset? NextChangeAt { get; init; }
    public bool IsTrial { get; init; }
}

/// <summary>A domain of a client.</summary>
public sealed record CloudDomain : ExternalRecord
{
    public required string Name { get; init; }
    public bool IsDefault { get; init; }

    /// <summary>The one that came with the account.</summary>
    public bool IsInitial { get; init; }
    public bool IsVerified { get; init; }

    /// <summary>The vendor's word for who checks passwords: Managed, Federated.</summary>
    public string? Authentication { get; init; }

    /// <summary>What it is used for, in the vendor's words; sorted.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];
}

/// <summary>A client's score on one day.</summary>
public sealed record SecurityScore : ExternalRecord
{
    public required DateTimeOffset At { get; init; }
    public required decimal Score { get; init; }
    public required decimal Highest { get; init; }
    public int? ActiveUsers { get; init; }
    public int? LicensedUsers { get; init; }

    /// <summary>In per cent, of all clients of the vendor; null when it does not say.</summary>
    public decimal? AverageOfAll { get; init; }

    /// <summary>In per cent, of clients of about this size.</summary>
    public decimal? AverageOfSize { get; init; }

    /// <summary>What each control brought; sorted by <see cref="SecurityControlScore.ControlId"/>.</summary>
    public IReadOnlyList<SecurityControlScore> Controls { get; init; } = [];
}

/// <param name="ControlId">The <see cref="ExternalRecord.ExternalId"/> of a <see cref="SecurityControl"/>.</param>
public sealed record SecurityControlScore(string ControlId, decimal Score)
{
    /// <summary>The vendor's word for how far it is done; null when it does not say.</summary>
    public string? State { get; init; }
}

/// <summary>Something that makes a client more secure.</summary>
public sealed record SecurityControl : ExternalRecord
{
    public required string Title { get; init; }

    /// <summary>The vendor's word: Identity, Data, Device, Apps, Infrastructure.</summary>
    public string? Category { get; init; }
    public string? Product { get; init; }
    public decimal? Highest { get; init; }

    /// <summary>The vendor's own order, the most important first.</summary>
    public int? Rank { get; init; }
    public string? UserImpact { get; init; }
    public string? Effort { get; init; }

    /// <summary>Plain text; what the vendor says in HTML has lost its tags.</summary>
    public string? Remediation { get; init; }
    public IReadOnlyList<string> Threats { get; init; } = [];

    /// <summary>Where it is done; https only.</summary>
    public string? Url { get; init; }
    public bool IsDeprecated { get; init; }
}
