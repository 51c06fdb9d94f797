using MSPortal.Core.Model;

namespace MSPortal.Storage.Model;

/// <summary>The columns that every copy of a vendor's record has; the rest of a row is there to be filtered and sorted by.</summary>
public abstract class RecordRow : ITenantOwned
{
    /// <summary>MSPortal's own id, see <see cref="RecordId"/>; the same in every generation.</summary>
    public Guid Id { get; set; }
    public long TenantId { get; set; }
    public long IntegrationId { get; set; }
    public string Partition { get; set; } = "";

    /// <summary>Lists show the rows of the stream's live generation only.</summary>
    public int Generation { get; set; }
    public required string ExternalId { get; set; }
    public DateTimeOffset? VendorUpdatedAt { get; set; }

    /// <summary>When the row was first and last written here.</summary>
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset ChangedAt { get; set; }

    /// <summary>Canonical JSON of the whole record.</summary>
    public required string Payload { get; set; }
}

public sealed class ReferenceRow : RecordRow
{
    public required string Kind { get; set; }
    public required string ItemId { get; set; }
    public required string Name { get; set; }
    public string? ContainerId { get; set; }
    public bool IsInactive { get; set; }
    public bool IsClosed { get; set; }
    public PriorityLevel? Level { get; set; }
    public int? SortOrder { get; set; }
    public string? Color { get; set; }
}

public sealed class ExternalCompanyRow : RecordRow
{
    public required string Name { get; set; }

    /// <summary>Name without legal suffixes, punctuation, accents and case: what matching compares.</summary>
    public required string NormalizedName { get; set; }
    public string? Identifier { get; set; }
    public string? StatusName { get; set; }
    public string? TypeNames { get; set; }
    public string? City { get; set; }
    public string? Website { get; set; }
    public string? Phone { get; set; }
    public bool IsInactive { get; set; }
    public bool IsDeleted { get; set; }
}

public sealed class ExternalContactRow : RecordRow
{
    public string? CompanyId { get; set; }
    public string? FirstName { get; set; }
    public string? LastName { get; set; }
    public string? Email { get; set; }
    public bool IsPrimary { get; set; }
    public bool IsInactive { get; set; }
}

public sealed class ExternalUserRow : RecordRow
{
    public string? Identifier { get; set; }
    public string? FirstName { get; set; }
    public string? LastName { get; set; }
    public string? Email { get; set; }
    public bool IsInactive { get; set; }
    public bool IsApiUser { get; set; }
}

public sealed class TicketRow : RecordRow
{
    public required string Number { get; set; }

    /// <summary>The digits of the number as a number, so that 99 comes before 100; 0 when it does not begin with one.</summary>
    public long NumberOrder { get; set; }
    public required string Summary { get; set; }
    public string? ContainerId { get; set; }
    public string? ContainerName { get; set; }
    public string? StatusId { get; set; }
    public string? StatusName { get; set; }

    /// <summary>As Ticket Settings count it.</summary>
    public bool IsClosed { get; set; }
    public PriorityLevel? Priority { get; set; }
    public string? PriorityName { get; set; }
    public string? TypeName { get; set; }

    /// <summary>The external company's id; whether the ticket is shown depends on its link.</summary>
    public string? CompanyId { get; set; }
    public string? CompanyName { get; set; }
    public string? ContactId { get; set; }
    public string? ContactName { get; set; }
    public string? SiteName { get; set; }
    public string? OwnerId { get; set; }
    public string? OwnerName { get; set; }

    /// <summary>See <see cref="Ticket.Option"/>.</summary>
    public string? OptionKey { get; set; }

    /// <summary>When it was created at the vendor.</summary>
    public DateTimeOffset? OpenedAt { get; set; }
    public DateTimeOffset? ClosedAt { get; set; }
}

public sealed class TicketNoteRow : RecordRow
{
    /// <summary>The ticket's external id.</summary>
    public required string TicketId { get; set; }
    public bool IsDescription { get; set; }
    public bool IsInternal { get; set; }
    public DateTimeOffset? WrittenAt { get; set; }
}

public sealed class TimeEntryRow : RecordRow
{
    /// <summary>The ticket's external id.</summary>
    public string? TicketId { get; set; }
    public string? UserId { get; set; }
    public DateTimeOffset? StartedAt { get; set; }
}

public sealed class ExternalDeviceRow : RecordRow
{
    public required string Name { get; set; }
    public string? CompanyId { get; set; }
    public string? TypeName { get; set; }
    public string? SerialNumber { get; set; }
    public bool IsInactive { get; set; }
}

public sealed class DeviceDetailRow : RecordRow
{
    /// <summary>The device's external id.</summary>
    public required string DeviceId { get; set; }
}

public sealed class DeviceAlertRow : RecordRow
{
    /// <summary>The device's external id.</summary>
    public string? DeviceId { get; set; }
    public PriorityLevel? Priority { get; set; }
    public DateTimeOffset? RaisedAt { get; set; }
}
