using System.ComponentModel;
using MSPortal.Core.Model;
using MSPortal.Web.Features.Tickets;

namespace MSPortal.Web.Features.Devices;

/// <summary>A device as API and command line give it to programs: names that stay, whatever becomes of the pages.</summary>
internal sealed record DeviceResource
{
    [Description("MSPortal's own id; it stays as long as the device does.")]
    public required Guid Id { get; init; }
    public required string Name { get; init; }
    public required Guid CompanyId { get; init; }
    public required string Company { get; init; }

    [Description("workstation, laptop, server, virtual_host, network, firewall, printer, mobile, storage, power or other.")]
    public required string Type { get; init; }

    [Description("Null when no tool says.")]
    public required bool? Online { get; init; }
    public required DateTimeOffset? LastSeenAt { get; init; }
    public required string? OperatingSystem { get; init; }
    public required string? Manufacturer { get; init; }
    public required string? Model { get; init; }
    public required string? SerialNumber { get; init; }
    public required string? LastUser { get; init; }
    public required string? IpAddress { get; init; }
    public required DateTimeOffset? WarrantyExpiresAt { get; init; }
    public required string? Antivirus { get; init; }
    public required int? PatchesPending { get; init; }

    [Description("How many alerts are open, of all its sources.")]
    public required int OpenAlerts { get; init; }

    [Description("The integrations that know it.")]
    public required IReadOnlyList<DeviceIntegration> Integrations { get; init; }

    public static DeviceResource Of(DeviceLine line) => new()
    {
        Id = line.Id,
        Name = line.Name,
        CompanyId = line.CompanyId,
        Company = line.Company,
        Type = line.Type,
        Online = line.Reach switch { DeviceReach.Online => true, DeviceReach.Offline => false, _ => null },
        LastSeenAt = line.LastSeenAt,
        OperatingSystem = line.OsName,
        Manufacturer = line.Manufacturer,
        Model = line.Model,
        SerialNumber = line.SerialNumber,
        LastUser = line.LastUser,
        IpAddress = line.IpAddress,
        WarrantyExpiresAt = line.WarrantyExpiresAt,
        Antivirus = line.Antivirus,
        PatchesPending = line.PatchesPending,
        OpenAlerts = line.Alerts,
        Integrations = [.. line.Sources.Select(s => new DeviceIntegration(s.IntegrationId, s.Name, s.Provider))],
    };
}

internal sealed record DeviceIntegration(long Id, string Name, string Provider);

/// <summary>One device with what each source says of it, for programs.</summary>
internal sealed record DeviceDetailsResource(DeviceResource Device, IReadOnlyList<DeviceSourceResource> Sources, IReadOnlyList<DeviceAlertResource> Alerts)
{
    public static DeviceDetailsResource Of(DeviceDetails details) =>
        new(DeviceResource.Of(details.Line), [.. details.Sources.Select(DeviceSourceResource.Of)], [.. details.Alerts.Select(DeviceAlertResource.Of)]);
}

/// <summary>What one source says of a device.</summary>
internal sealed record DeviceSourceResource
{
    public required long IntegrationId { get; init; }
    public required string Integration { get; init; }
    public required string Provider { get; init; }

    [Description("The id at the vendor.")]
    public required string ExternalId { get; init; }

    [Description("Where to open it in the vendor's own pages.")]
    public required Uri? Url { get; init; }

    [Description("Why it is this device: person, reference, serial, mac, hostname or before; null for the first of its records.")]
    public required string? Evidence { get; init; }

    [Description("When the vendor was last asked and answered about it.")]
    public required DateTimeOffset? ConfirmedAt { get; init; }

    [Description("What the source's list says of it.")]
    public required ExternalDevice Record { get; init; }

    [Description("What the source says when asked for this one; null when it has not been.")]
    public required DeviceDetail? Detail { get; init; }

    /// <summary>The address in the record is anybody's text; the one beside it has been looked at.</summary>
    public static DeviceSourceResource Of(DeviceSource source) => new()
    {
        IntegrationId = source.Key.IntegrationId,
        Integration = source.Integration,
        Provider = source.Provider,
        ExternalId = source.Key.ExternalId,
        Url = source.Url,
        Evidence = source.Evidence?.ToLowerInvariant(),
        ConfirmedAt = source.ConfirmedAt,
        Record = source.Record with { Url = source.Url?.ToString() },
        Detail = source.Detail,
    };
}

/// <param name="Priority">critical, high, medium or low; null when the vendor does not say.</param>
/// <param name="Monitor">What watches over it.</param>
internal sealed record DeviceAlertResource(string Integration, string ExternalId, string Message, string? Priority, string? Monitor, string? TicketNumber, bool Muted, DateTimeOffset? RaisedAt)
{
    public static DeviceAlertResource Of(DeviceAlertLine line) => new(
        line.Integration, line.Alert.ExternalId, line.Alert.Message, TicketResource.Word(line.Alert.Priority), line.Alert.SourceName, line.Alert.TicketNumber, line.Alert.IsMuted, line.Alert.RaisedAt);
}
