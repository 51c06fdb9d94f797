using System.Globalization;
using MSPortal.Core.Devices;
using MSPortal.Core.Model;

namespace MSPortal.Web.Features.Devices;

/// <summary>One thing that a source says.</summary>
/// <param name="Same">In a form in which sources can be compared; null where each may say something else.</param>
/// <param name="At">A moment, shown as how long ago.</param>
internal sealed record DeviceFact(string Label, string Value, string? Same = null, DateTimeOffset? At = null);

/// <summary>Facts of one kind.</summary>
internal sealed record DeviceFactGroup(string Title, IReadOnlyList<DeviceFact> Facts);

/// <summary>What each source says of a device, in words and groups, and in which of them sources differ. Pure.</summary>
internal static class DeviceFacts
{
    private const double Gigabyte = 1024d * 1024 * 1024;

    /// <summary>Without groups of which the source says nothing.</summary>
    public static IReadOnlyList<DeviceFactGroup> Of(DeviceSource source, TimeZoneInfo zone)
    {
        var (record, detail) = (source.Record, source.Detail);
        return
        [
            .. new DeviceFactGroup[]
            {
                new("Identity", [.. Identity(record)]),
                new("Hardware", [.. Hardware(record, detail)]),
                new("Network", [.. Network(record, detail)]),
                new("Software", [.. Software(record, detail)]),
                new("Security", [.. Security(record)]),
                new("Warranty", [.. Day("Warranty until", record.WarrantyExpiresAt, zone)]),
            }.Where(g => g.Facts.Count > 0),
        ];
    }

    /// <summary>Labels of what several sources say differently.</summary>
    public static IReadOnlySet<string> Differences(IEnumerable<DeviceSource> sources) => sources.SelectMany(s => Of(s, TimeZoneInfo.Utc)).SelectMany(g => g.Facts)
        .Where(f => f.Same is not null).GroupBy(f => f.Label, f => f.Same!).Where(g => g.Distinct(StringComparer.OrdinalIgnoreCase).Skip(1).Any()).Select(g => g.Key).ToHashSet();

    private static IEnumerable<DeviceFact> Identity(ExternalDevice record) =>
    [
        .. Text("Name", record.Name, DeviceMarks.Hostname(record.Name)),
        .. record.Hostname == record.Name ? [] : Text("Network name", record.Hostname, DeviceMarks.Hostname(record.Hostname)),
        .. Text("Type", record.TypeName),
        .. Text("Status", record.StatusName),
        .. record.IsInactive ? Text("Inactive", "yes") : [],
        .. Text("Site", record.SiteName),
        .. Text("Domain", record.Domain),
        .. Text("Description", record.Description),
        .. Text("Asset tag", record.TagNumber, record.TagNumber),
    ];

    private static IEnumerable<DeviceFact> Hardware(ExternalDevice record, DeviceDetail? detail)
    {
        var (serial, model, maker) = (record.SerialNumber ?? detail?.SerialNumber, record.ModelNumber ?? detail?.ModelNumber, record.Manufacturer ?? detail?.Manufacturer);
        var (processor, cores, memory) = (record.Processor ?? detail?.Processor, record.ProcessorCores ?? detail?.ProcessorCores, record.MemoryBytes ?? detail?.MemoryBytes);
        return
        [
            .. Text("Manufacturer", maker, maker),
            .. Text("Model", model, model),
            .. Text("Serial number", serial, DeviceMarks.Serial(serial)),
            .. Text("Processor", processor is null ? null : cores is { } count ? $"{processor} ({Integrations.Words.Count(count, "core", "cores")})" : processor),
            .. memory is { } bytes ? Text("Memory", Size(bytes), Math.Round(bytes / Gigabyte).ToString(CultureInfo.InvariantCulture)) : [],
            .. (detail?.Disks ?? []).SelectMany(d => Text($"Disk {d.Name}", Disk(d))),
            .. (record.IsVirtual ?? detail?.IsVirtual) is { } isVirtual ? Text("Virtual", YesNo(isVirtual), YesNo(isVirtual)) : [],
            .. Text("BIOS", detail?.BiosVersion),
        ];
    }

    private static IEnumerable<DeviceFact> Network(ExternalDevice record, DeviceDetail? detail) =>
    [
        .. Text("IP addresses", string.Join(", ", record.IpAddresses.Concat(detail?.IpAddresses ?? []).Distinct(StringComparer.OrdinalIgnoreCase))),
        .. Text("Network cards", string.Join(", ", record.MacAddresses.Concat(detail?.MacAddresses ?? []).Distinct(StringComparer.OrdinalIgnoreCase))),
        .. Text("Public address", record.ExternalIp, record.ExternalIp),
    ];

    private static IEnumerable<DeviceFact> Software(ExternalDevice record, DeviceDetail? detail)
    {
        var (os, user) = (record.OsName ?? detail?.OsName, record.LastUser ?? detail?.LastUser);
        return
        [
            .. Text("Operating system", os, os),
            .. Text("Version", record.OsVersion ?? detail?.OsVersion),
            .. Text("Last user", user, user?.Split('\\')[^1].Split('@')[0]),
            .. record.IsOnline is { } online ? Text("Online", YesNo(online)) : [],
            .. Moment("Last seen", record.LastSeenAt),
            .. Moment("Started", record.LastBootAt),
            .. record.NeedsReboot is { } reboot ? Text("Needs a restart", YesNo(reboot)) : [],
            .. Text("Agent", record.AgentVersion),
        ];
    }

    private static IEnumerable<DeviceFact> Security(ExternalDevice record) =>
    [
        .. Text("Antivirus", record.AntivirusProduct, record.AntivirusProduct),
        .. Text("Antivirus status", record.AntivirusStatus),
        .. Text("Patches", record.PatchStatus),
        .. record.PatchesPending is { } pending ? Text("Patches pending", pending.ToString("N0", CultureInfo.InvariantCulture)) : [],
    ];

    private static DeviceFact[] Text(string label, string? value, string? same = null) => string.IsNullOrWhiteSpace(value) ? [] : [new DeviceFact(label, value, same)];

    private static DeviceFact[] Moment(string label, DateTimeOffset? at) => at is { } time ? [new DeviceFact(label, time.ToString("O", CultureInfo.InvariantCulture), At: time)] : [];

    private static DeviceFact[] Day(string label, DateTimeOffset? at, TimeZoneInfo zone) =>
        at is { } time && TimeZoneInfo.ConvertTime(time, zone).ToString("d MMM yyyy", CultureInfo.InvariantCulture) is { } day ? [new DeviceFact(label, day, day)] : [];

    private static string YesNo(bool value) => value ? "yes" : "no";

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / Gigabyte:0.#} GB");

    private static string? Disk(DeviceDisk disk) => disk switch
    {
        { SizeBytes: { } size, FreeBytes: { } free } => $"{Size(free)} free of {Size(size)}",
        { SizeBytes: { } size } => Size(size),
        _ => null,
    };
}
