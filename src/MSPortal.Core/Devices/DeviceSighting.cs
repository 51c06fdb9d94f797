namespace MSPortal.Core.Devices;

/// <summary>Which record of which source.</summary>
public readonly record struct DeviceKey(long IntegrationId, string Partition, string ExternalId) : IComparable<DeviceKey>
{
    public static bool operator <(DeviceKey left, DeviceKey right) => left.CompareTo(right) < 0;

    public static bool operator <=(DeviceKey left, DeviceKey right) => left.CompareTo(right) <= 0;

    public static bool operator >(DeviceKey left, DeviceKey right) => left.CompareTo(right) > 0;

    public static bool operator >=(DeviceKey left, DeviceKey right) => left.CompareTo(right) >= 0;

    public int CompareTo(DeviceKey other)
    {
        var order = IntegrationId.CompareTo(other.IntegrationId);
        order = order != 0 ? order : string.CompareOrdinal(Partition, other.Partition);
        return order != 0 ? order : string.CompareOrdinal(ExternalId, other.ExternalId);
    }
}

/// <summary>A device as one source knows it, with what may identify it, in the form of <see cref="DeviceMarks"/>.</summary>
/// <param name="CompanyId">The portal's company: machines of different companies are never one.</param>
public sealed record DeviceSighting(DeviceKey Key, Guid CompanyId)
{
    public string? Serial { get; init; }
    public IReadOnlyList<string> Macs { get; init; } = [];
    public string? Hostname { get; init; }

    /// <summary>Ids by which other tools know it, as this source says.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>The device that it was until now; null for one that is new.</summary>
    public Guid? Device { get; init; }
}

/// <summary>What says that two records are one machine, the strongest first.</summary>
public enum DeviceEvidence
{
    /// <summary>A person said so.</summary>
    Person,

    /// <summary>One source names the other's id.</summary>
    Reference,
    Serial,
    Mac,

    /// <summary>It was so, and nothing speaks against it.</summary>
    Before,
    Hostname,
}

/// <summary>What a person said of two records.</summary>
public sealed record DeviceSaying(DeviceKey One, DeviceKey Other, bool IsSame);

/// <summary>The records that are one machine.</summary>
/// <param name="Members">Ordered by their keys.</param>
/// <param name="Evidence">What brought each but the first of them in.</param>
public sealed record DeviceGroup(IReadOnlyList<DeviceSighting> Members, IReadOnlyDictionary<DeviceKey, DeviceEvidence> Evidence);
