namespace MSPortal.Storage.Model;

/// <summary>A machine of a client as the portal shows it: one row, however many sources know it. Its columns are what lists filter, sort and show; they are made anew from its sources.</summary>
public sealed class Device : ITenantOwned
{
    public Guid Id { get; set; }
    public long TenantId { get; set; }
    public Guid CompanyId { get; set; }
    public required string Name { get; set; }

    /// <summary>In small letters, for search and order.</summary>
    public required string SortName { get; set; }

    public required string Type { get; set; }
    public string? OsName { get; set; }
    public string? Manufacturer { get; set; }
    public string? Model { get; set; }
    public string? SerialNumber { get; set; }
    public string? LastUser { get; set; }
    public string? IpAddress { get; set; }

    /// <summary>Null when no source says.</summary>
    public bool? IsOnline { get; set; }
    public DateTimeOffset? LastSeenAt { get; set; }
    public DateTimeOffset? WarrantyExpiresAt { get; set; }
    public string? Antivirus { get; set; }
    public int? PatchesPending { get; set; }

    /// <summary>How many records of sources it is.</summary>
    public int Sources { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset ChangedAt { get; set; }
}

/// <summary>A source's record that was taken into the inventory, and the device that it is; it stays while the record is not to be seen, so that the device comes back as the same one.</summary>
public sealed class DeviceLink : ITenantOwned
{
    public long Id { get; set; }
    public long TenantId { get; set; }
    public long IntegrationId { get; set; }
    public string Partition { get; set; } = "";
    public required string ExternalId { get; set; }
    public Guid DeviceId { get; set; }

    /// <summary>What says that it is this device; null for the first of its records.</summary>
    public string? Evidence { get; set; }
    public required string LinkedBy { get; set; }
    public DateTimeOffset LinkedAt { get; set; }
}

/// <summary>What a person says of two records: that they are one machine, or that they are not. It counts more than any evidence.</summary>
public sealed class DeviceWord : ITenantOwned
{
    public long Id { get; set; }
    public long TenantId { get; set; }
    public long IntegrationId { get; set; }
    public string Partition { get; set; } = "";
    public required string ExternalId { get; set; }
    public long OtherIntegrationId { get; set; }
    public string OtherPartition { get; set; } = "";
    public required string OtherExternalId { get; set; }
    public bool IsSame { get; set; }
    public required string SaidBy { get; set; }
    public DateTimeOffset SaidAt { get; set; }
}

/// <summary>What becomes of an integration's devices of one of its types.</summary>
public sealed class DeviceTypeRule : ITenantOwned
{
    public long TenantId { get; set; }
    public long IntegrationId { get; set; }

    /// <summary>The source's own word for the type; empty for devices without one.</summary>
    public required string SourceType { get; set; }

    /// <summary>The portal's type; null: devices of this type are ignored.</summary>
    public string? Type { get; set; }

    /// <summary>Devices of this type come into the inventory by themselves.</summary>
    public bool AutoImport { get; set; }
    public required string SetBy { get; set; }
    public DateTimeOffset SetAt { get; set; }
}
