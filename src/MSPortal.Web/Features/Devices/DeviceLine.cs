using MSPortal.Core.Devices;

namespace MSPortal.Web.Features.Devices;

/// <summary>Whether somebody can reach it now.</summary>
public enum DeviceReach
{
    Online,
    Offline,
    Unknown,
}

/// <summary>Empty lists do not narrow.</summary>
/// <param name="Types">Slugs of <see cref="DeviceTypes"/>.</param>
/// <param name="Integrations">Known to any of these.</param>
/// <param name="WithAlerts">Only devices that something is wrong with.</param>
/// <param name="Several">Only devices that several sources know (true), or just one (false).</param>
public sealed record DeviceFilter(
    string? Search = null, IReadOnlyList<Guid>? Companies = null, IReadOnlyList<string>? Types = null, IReadOnlyList<long>? Integrations = null, DeviceReach? Reach = null,
    bool WithAlerts = false, bool? Several = null);

/// <summary>A source of a device.</summary>
public sealed record DeviceSourceMark(long IntegrationId, string Name, string Provider);

/// <summary>A company to choose in the filter.</summary>
public sealed record DeviceCompany(Guid Id, string Name);

/// <summary>A device as lists show it.</summary>
/// <param name="Alerts">Open ones, of all its sources.</param>
public sealed record DeviceLine(
    Guid Id, string Name, Guid CompanyId, string Company, string Type, string? OsName, string? Manufacturer, string? Model, string? SerialNumber, string? LastUser, string? IpAddress,
    DeviceReach Reach, DateTimeOffset? LastSeenAt, DateTimeOffset? WarrantyExpiresAt, string? Antivirus, int? PatchesPending, int Alerts, IReadOnlyList<DeviceSourceMark> Sources)
{
    public string TypeLabel => DeviceTypes.Label(Type);

    public bool Equals(DeviceLine? other) => other?.Id == Id;

    public override int GetHashCode() => Id.GetHashCode();
}
