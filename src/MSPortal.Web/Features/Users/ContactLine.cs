namespace MSPortal.Web.Features.Users;

/// <summary>A vendor's record of a client's person.</summary>
public sealed record ContactKey(long IntegrationId, string ExternalId, string Partition = "");

public enum ContactStatus
{
    NotImported,

    /// <summary>Somebody here is this contact.</summary>
    Imported,

    /// <summary>Somebody removed their access: not imported again before it is allowed.</summary>
    Removed,
}

/// <summary>A client's person as a vendor knows them, and who that is in the portal.</summary>
/// <param name="Email">As the vendor has it; null when it has none.</param>
/// <param name="Company">Null when the vendor names none, or none that is imported here.</param>
/// <param name="TypeIds">The vendor's kinds of contact, in its order.</param>
/// <param name="Types">Their names.</param>
/// <param name="User">Null when nobody.</param>
public sealed record ContactLine(
    ContactKey Key, string Integration, string Name, string? Email, UserCompanyName? Company, IReadOnlyList<string> TypeIds, IReadOnlyList<string> Types, bool IsPrimary, bool IsInactive,
    ContactStatus Status, StaffPerson? User)
{
    public bool Equals(ContactLine? other) => other?.Key == Key;

    public override int GetHashCode() => Key.GetHashCode();
}

/// <param name="Search">Part of name, address or company.</param>
public sealed record ContactFilter(string? Search = null, ContactStatus? Status = null, long? IntegrationId = null, Guid? CompanyId = null);

/// <summary>What is to become of one contact.</summary>
/// <param name="Email">Instead of the vendor's; kept here only.</param>
public sealed record ContactChoice(ContactKey Key, Guid RoleId, string? Email = null);

/// <summary>What became of one contact.</summary>
/// <param name="UserId">Who they are now; null when they were not imported.</param>
/// <param name="Linked">They are somebody who was here already, by another integration.</param>
/// <param name="Problem">Null when they were imported.</param>
public sealed record ContactOutcome(ContactKey Key, string Name, Guid? UserId, bool Linked, string? Problem);
