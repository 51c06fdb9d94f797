using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Web.Access;

namespace MSPortal.Web.Features.Companies;

/// <summary>How fresh a source is in one data type, and how much it has of the company.</summary>
/// <param name="At">The newest complete read; null when there was none.</param>
public sealed record CompanyData(DataType DataType, Freshness Freshness, DateTimeOffset? At, int Count)
{
    public string Label => DataType.Label();
}

/// <summary>A tool that knows the company.</summary>
/// <param name="Status">The integration's.</param>
public sealed record CompanyTool(CompanyLinkItem Link, IntegrationStatus Status, IReadOnlyList<CompanyData> Data);

public sealed record CompanyTicket(Guid Id, string Number, string Summary, string? Status, PriorityLevel? Priority, string? Assignee, DateTimeOffset? UpdatedAt);

/// <param name="Type">As <see cref="Core.Devices.DeviceTypes"/> knows it.</param>
/// <param name="IsOnline">Null when no source says.</param>
public sealed record CompanyDevice(Guid Id, string Name, string Type, string? OsName, bool? IsOnline, DateTimeOffset? LastSeenAt);

/// <summary>Somebody at the company, whichever tools know them.</summary>
public sealed record CompanyPerson(string Name, string? Title, string? Email, string? Phone, bool IsPrimary, IReadOnlyList<string> Tools);

/// <summary>The first few of something, and how many there are.</summary>
public sealed record CompanySome<T>(int Total, IReadOnlyList<T> First);

/// <summary>Everything that is known about one client, in one place.</summary>
/// <param name="OpenTickets">The latest first.</param>
/// <param name="DeviceTypes">How many there are of each type.</param>
/// <param name="Offline">Devices that a source says cannot be reached.</param>
public sealed record CompanyOverview(
    CompanyItem Company, IReadOnlyList<CompanyTool> Tools, CompanySome<CompanyTicket> OpenTickets, CompanySome<CompanyDevice> Devices, IReadOnlyDictionary<string, int> DeviceTypes, int Offline,
    CompanySome<CompanyPerson> People, CompanyRelatives Relatives, IReadOnlyList<LocationItem> Locations)
{
    /// <summary>Who may not read tickets or devices is not told of them here either.</summary>
    public CompanyOverview For(Func<string, bool> may)
    {
        var (tickets, devices) = (may(Permissions.ReadTickets), may(Permissions.ReadDevices));
        return this with
        {
            Tools = [.. Tools.Select(t => t with { Data = [.. t.Data.Where(d => (tickets || d.DataType != DataType.Tickets) && (devices || d.DataType != DataType.Devices))] })],
            OpenTickets = tickets ? OpenTickets : new(0, []),
            Devices = devices ? Devices : new(0, []),
            DeviceTypes = devices ? DeviceTypes : new Dictionary<string, int>(),
            Offline = devices ? Offline : 0,
        };
    }
}
