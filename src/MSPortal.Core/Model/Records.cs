using System.Text.Json.Serialization;

namespace MSPortal.Core.Model;

/// <summary>A vendor's record as last read, in MSPortal's terms; everything in it counts for the content hash.</summary>
/// <remarks>Ids are the vendor's own, as text. Times are UTC. Absent values are null, never empty strings or epoch dates.</remarks>
public abstract record ExternalRecord
{
    /// <summary>The vendor's id, unique within integration, data type and partition.</summary>
    public required string ExternalId { get; init; }

    /// <summary>When the vendor says that it last changed; a hint only, since some changes do not move it.</summary>
    public DateTimeOffset? VendorUpdatedAt { get; init; }

    /// <summary>Vendor fields without a column of their own that are worth keeping (custom fields among them), sorted by name.</summary>
    public SortedDictionary<string, string?>? Extra { get; init; }
}

/// <summary>What a reference list holds: boards, statuses, types, priorities and the like.</summary>
public static class ReferenceKinds
{
    /// <summary>What tickets are filed in and what a person selects to sync: a service board, queue or ticket type.</summary>
    public const string Container = "container";
    public const string Status = "status";
    public const string Type = "type";
    public const string SubType = "subtype";
    public const string Item = "item";
    public const string Team = "team";
    public const string Priority = "priority";
    public const string Source = "source";
    public const string CompanyStatus = "company_status";
    public const string CompanyType = "company_type";
    public const string ContactType = "contact_type";
}

/// <summary>One entry of a reference list.</summary>
public sealed record ReferenceItem : ExternalRecord
{
    public required string Kind { get; init; }

    /// <summary>The vendor's id within its list; <see cref="ExternalRecord.ExternalId"/> is <c>kind:id</c> (<see cref="Key"/>).</summary>
    public required string ItemId { get; init; }
    public required string Name { get; init; }

    /// <summary>For entries that belong to a container (a status of a board): its item id.</summary>
    public string? ContainerId { get; init; }
    public bool IsInactive { get; init; }

    /// <summary>For statuses: whether the vendor counts it as closed.</summary>
    public bool IsClosed { get; init; }

    /// <summary>For priorities.</summary>
    public PriorityLevel? Level { get; init; }
    public int? SortOrder { get; init; }
    public string? Color { get; init; }

    public static string Key(string kind, string itemId) => $"{kind}:{itemId}";
}

/// <summary>A client as the vendor knows it.</summary>
public sealed record ExternalCompany : ExternalRecord
{
    public required string Name { get; init; }

    /// <summary>The vendor's short code for it, where there is one.</summary>
    public string? Identifier { get; init; }
    public string? StatusId { get; init; }
    public string? StatusName { get; init; }
    public IReadOnlyList<string> TypeIds { get; init; } = [];
    public IReadOnlyList<string> TypeNames { get; init; } = [];
    public string? Phone { get; init; }
    public string? Website { get; init; }
    public string? AddressLine1 { get; init; }
    public string? AddressLine2 { get; init; }
    public string? City { get; init; }
    public string? State { get; init; }
    public string? PostalCode { get; init; }
    public string? Country { get; init; }
    public string? ParentCompanyId { get; init; }

    /// <summary>Inactive or soft-deleted at the vendor.</summary>
    public bool IsInactive { get; init; }
    public bool IsDeleted { get; init; }

    /// <summary>The MSP itself among its clients, where the vendor says so.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsHouse { get; init; }
}

/// <summary>A person at a client.</summary>
public sealed record ExternalContact : ExternalRecord
{
    public string? CompanyId { get; init; }
    public string? FirstName { get; init; }
    public string? LastName { get; init; }
    public string? Email { get; init; }
    public string? Phone { get; init; }
    public string? Title { get; init; }

    /// <summary>Which of the client's places they work at, in the words in which tickets say it.</summary>
    public string? SiteName { get; init; }
    public IReadOnlyList<string> TypeIds { get; init; } = [];
    public bool IsPrimary { get; init; }
    public bool IsInactive { get; init; }
}

/// <summary>One of the MSP's own staff (member, resource, agent, technician).</summary>
public sealed record ExternalUser : ExternalRecord
{
    public string? Identifier { get; init; }
    public string? FirstName { get; init; }
    public string? LastName { get; init; }
    public string? Email { get; init; }
    public string? Title { get; init; }
    public bool IsInactive { get; init; }

    /// <summary>An account of a program, not of a person.</summary>
    public bool IsApiUser { get; init; }
}

/// <summary>How urgent a ticket is, in four steps that every vendor can be mapped to.</summary>
public enum PriorityLevel
{
    Low = 1,
    Medium = 2,
    High = 3,
    Critical = 4,
}

/// <summary>A ticket as last read.</summary>
public sealed record Ticket : ExternalRecord
{
    /// <summary>What people call it; the id at most vendors.</summary>
    public required string Number { get; init; }
    public required string Summary { get; init; }

    /// <summary>Board, queue or ticket type: what Ticket Settings select.</summary>
    public string? ContainerId { get; init; }
    public string? ContainerName { get; init; }

    /// <summary>Team or ticket category, where Ticket Settings may leave tickets out by it.</summary>
    public string? GroupId { get; init; }
    public string? GroupName { get; init; }
    public string? StatusId { get; init; }
    public string? StatusName { get; init; }

    /// <summary>What the vendor says; Ticket Settings may count further statuses as closed.</summary>
    public bool IsClosed { get; init; }
    public string? PriorityId { get; init; }
    public string? PriorityName { get; init; }
    public PriorityLevel? Priority { get; init; }
    public string? TypeId { get; init; }
    public string? TypeName { get; init; }
    public string? SubTypeId { get; init; }
    public string? SubTypeName { get; init; }
    public string? ItemName { get; init; }
    public string? TeamId { get; init; }
    public string? TeamName { get; init; }
    public string? SourceName { get; init; }

    /// <summary>The client's external company id; null when the ticket has none.</summary>
    public string? CompanyId { get; init; }
    public string? CompanyName { get; init; }
    public string? ContactId { get; init; }
    public string? ContactName { get; init; }
    public string? ContactEmail { get; init; }
    public string? OwnerId { get; init; }
    public string? OwnerName { get; init; }
    public string? SiteName { get; init; }
    public DateTimeOffset? CreatedAt { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }
    public DateTimeOffset? DueAt { get; init; }
    public bool IsProjectTicket { get; init; }

    /// <summary>It is kept only when this option of Ticket Settings is chosen (project tickets, recurring tickets); null for usual tickets.</summary>
    public string? Option { get; init; }
    public string? ParentTicketId { get; init; }

    /// <summary>Set when this ticket was merged into another: that one's external id.</summary>
    public string? MergedIntoId { get; init; }

    /// <summary>Where to open it in the vendor's own pages.</summary>
    public string? Url { get; init; }
}

/// <summary>One entry of a ticket's timeline.</summary>
public sealed record TicketNote : ExternalRecord
{
    public required string TicketId { get; init; }
    public string? Text { get; init; }

    /// <summary>The ticket's opening description, where the vendor keeps it as a note.</summary>
    public bool IsDescription { get; init; }

    /// <summary>Not for clients' eyes; true whenever the vendor does not say.</summary>
    public bool IsInternal { get; init; } = true;
    public bool IsResolution { get; init; }
    public string? AuthorName { get; init; }

    /// <summary>Written by someone at the client.</summary>
    public bool IsFromContact { get; init; }
    public DateTimeOffset? CreatedAt { get; init; }
}

/// <summary>Time that somebody of the staff spent, on a ticket or not.</summary>
public sealed record TimeEntry : ExternalRecord
{
    /// <summary>The ticket's external id; null when it is not about a ticket.</summary>
    public string? TicketId { get; init; }
    public string? UserId { get; init; }
    public string? UserName { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public decimal Hours { get; init; }

    /// <summary>Null when the vendor does not say.</summary>
    public bool? Billable { get; init; }
    public string? Notes { get; init; }

    /// <summary>Its notes are not for clients' eyes; true whenever the vendor does not say.</summary>
    public bool IsInternal { get; init; } = true;
    public string? WorkType { get; init; }
}

/// <summary>A device as one source knows it.</summary>
public sealed record ExternalDevice : ExternalRecord
{
    public required string Name { get; init; }
    public string? CompanyId { get; init; }
    public string? ContactId { get; init; }
    public string? TypeId { get; init; }
    public string? TypeName { get; init; }
    public string? StatusId { get; init; }
    public string? StatusName { get; init; }
    public string? SerialNumber { get; init; }
    public string? ModelNumber { get; init; }
    public string? TagNumber { get; init; }
    public string? Manufacturer { get; init; }
    public string? OsName { get; init; }
    public string? OsVersion { get; init; }
    public IReadOnlyList<string> MacAddresses { get; init; } = [];
    public IReadOnlyList<string> IpAddresses { get; init; } = [];
    public string? LastUser { get; init; }
    public DateTimeOffset? WarrantyExpiresAt { get; init; }
    public DateTimeOffset? LastSeenAt { get; init; }
    public bool IsInactive { get; init; }

    /// <summary>What the machine calls itself on its network, without domain; <see cref="Name"/> is what people call it.</summary>
    public string? Hostname { get; init; }
    public string? Domain { get; init; }
    public string? Description { get; init; }

    /// <summary>Which of the client's places it stands at.</summary>
    public string? SiteName { get; init; }

    /// <summary>The address by which the internet sees it.</summary>
    public string? ExternalIp { get; init; }

    /// <summary>Null when the source does not say.</summary>
    public bool? IsOnline { get; init; }
    public bool? IsVirtual { get; init; }
    public bool? NeedsReboot { get; init; }
    public DateTimeOffset? LastBootAt { get; init; }
    public string? Processor { get; init; }
    public int? ProcessorCores { get; init; }
    public long? MemoryBytes { get; init; }
    public string? AntivirusProduct { get; init; }
    public string? AntivirusStatus { get; init; }
    public string? PatchStatus { get; init; }

    /// <summary>Patches that are to be installed.</summary>
    public int? PatchesPending { get; init; }
    public string? AgentVersion { get; init; }

    /// <summary>Where to open it in the vendor's own pages.</summary>
    public string? Url { get; init; }

    /// <summary>Ids by which other tools know it, where the vendor keeps them; null for none.</summary>
    public IReadOnlyList<string>? References { get; init; }
}

/// <summary>What a source tells of a device only when asked for that one; at most one record a device, and its id is the device's.</summary>
public sealed record DeviceDetail : ExternalRecord
{
    /// <summary>The device's external id.</summary>
    public required string DeviceId { get; init; }
    public string? SerialNumber { get; init; }
    public string? Manufacturer { get; init; }
    public string? ModelNumber { get; init; }
    public string? OsName { get; init; }
    public string? OsVersion { get; init; }
    public IReadOnlyList<string> MacAddresses { get; init; } = [];
    public IReadOnlyList<string> IpAddresses { get; init; } = [];
    public string? Processor { get; init; }
    public int? ProcessorCores { get; init; }
    public long? MemoryBytes { get; init; }
    public string? BiosVersion { get; init; }
    public string? LastUser { get; init; }
    public bool? IsVirtual { get; init; }
    public IReadOnlyList<DeviceDisk> Disks { get; init; } = [];
}

/// <param name="FreeBytes">Null when the source does not say.</param>
public sealed record DeviceDisk(string Name, long? SizeBytes, long? FreeBytes);

/// <summary>Something that a source says is wrong with a device, for as long as it does.</summary>
public sealed record DeviceAlert : ExternalRecord
{
    /// <summary>The device's external id; null when it is about none.</summary>
    public string? DeviceId { get; init; }
    public string? CompanyId { get; init; }
    public required string Message { get; init; }
    public PriorityLevel? Priority { get; init; }
    public string? PriorityName { get; init; }

    /// <summary>What watches over it: a monitor, a condition.</summary>
    public string? SourceName { get; init; }
    public string? TicketNumber { get; init; }
    public bool IsMuted { get; init; }
    public DateTimeOffset? RaisedAt { get; init; }
}
