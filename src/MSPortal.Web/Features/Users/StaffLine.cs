namespace MSPortal.Web.Features.Users;

/// <summary>A vendor's record of somebody who works here.</summary>
public sealed record StaffKey(long IntegrationId, string ExternalId, string Partition = "");

public enum StaffStatus
{
    NotImported,

    /// <summary>The person here was made from this record.</summary>
    Imported,

    /// <summary>The person was here before.</summary>
    Linked,
}

/// <summary>A vendor's record of somebody who works here, and who that is in the portal.</summary>
/// <param name="Email">As the vendor has it; null when it has none.</param>
/// <param name="LinkedTo">Null when nobody.</param>
/// <param name="LastSyncAt">When the vendor's staff was last read completely.</param>
public sealed record StaffLine(
    StaffKey Key, string Integration, string Name, string? Email, string? JobTitle, bool IsInactive, StaffStatus Status, StaffPerson? LinkedTo, DateTimeOffset? LastSyncAt)
{
    public bool Equals(StaffLine? other) => other?.Key == Key;

    public override int GetHashCode() => Key.GetHashCode();
}

/// <summary>Somebody in the portal, to be linked to.</summary>
public sealed record StaffPerson(Guid Id, string Name, string Email)
{
    public override string ToString() => Name == Email ? Email : $"{Name} ({Email})";
}

/// <param name="Search">Part of name, address or job title.</param>
public sealed record StaffFilter(string? Search = null, bool UnlinkedOnly = false, long? IntegrationId = null);

/// <summary>What is to become of one record.</summary>
/// <param name="Email">Instead of the vendor's; kept here only.</param>
/// <param name="LinkTo">Somebody who is there already; null makes somebody new.</param>
public sealed record StaffChoice(StaffKey Key, string? Email = null, Guid? LinkTo = null);

/// <summary>What became of one record.</summary>
/// <param name="Problem">Null when it was imported or linked.</param>
public sealed record StaffOutcome(StaffKey Key, string Name, StaffStatus Status, string? Problem);
