using MSPortal.Core.Devices;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Devices;

/// <summary>How a device is shown, made of what its sources say. Pure.</summary>
internal static class DeviceFace
{
    private const int Longest = 400;

    /// <param name="members">The most trusted first, always in the same order: what a device is must not change with who saw it last.</param>
    /// <param name="asked">The integrations that are asked just now: of the others nobody knows whether a machine is on.</param>
    public static Device Of(Guid id, long tenantId, IReadOnlyList<SeenDevice> members, IReadOnlySet<long> asked)
    {
        List<SeenDevice> latest = [.. members.OrderByDescending(m => m.Record.LastSeenAt)];
        var name = Cut(First(members, m => m.Record.Hostname) ?? members[0].Record.Name)!;
        var online = members.Where(m => asked.Contains(m.Key.IntegrationId)).Select(m => m.Record.IsOnline).OfType<bool>().ToList();
        return new Device
        {
            Id = id,
            TenantId = tenantId,
            CompanyId = members[0].CompanyId,
            Name = name,
            SortName = name.ToLowerInvariant(),
            Type = members[0].Type,
            OsName = Cut(First(members, m => m.Record.OsName ?? m.Detail?.OsName)),
            Manufacturer = Cut(First(members, m => m.Record.Manufacturer ?? m.Detail?.Manufacturer)),
            Model = Cut(First(members, m => m.Record.ModelNumber ?? m.Detail?.ModelNumber)),
            SerialNumber = Cut(First(members, m => DeviceMarks.Serial(m.Serial) is null ? null : m.Serial) ?? First(members, m => m.Serial)),
            LastUser = Cut(First(latest, m => m.Record.LastUser ?? m.Detail?.LastUser)),
            IpAddress = Cut(First(latest, m => m.Ips.FirstOrDefault(IsV4) ?? (m.Ips.Count > 0 ? m.Ips[0] : null))),
            IsOnline = online.Count == 0 ? null : online.Contains(true),
            LastSeenAt = members.Max(m => m.Record.LastSeenAt),
            WarrantyExpiresAt = members.Max(m => m.Record.WarrantyExpiresAt),
            Antivirus = Cut(First(members, m => m.Record.AntivirusStatus ?? m.Record.AntivirusProduct)),
            PatchesPending = members.Select(m => m.Record.PatchesPending).FirstOrDefault(p => p is not null),
            Sources = members.Count,
        };
    }

    /// <summary>Whether both show the same.</summary>
    public static bool IsSame(Device a, Device b) =>
        (a.CompanyId, a.Name, a.Type, a.OsName, a.Manufacturer, a.Model, a.SerialNumber) == (b.CompanyId, b.Name, b.Type, b.OsName, b.Manufacturer, b.Model, b.SerialNumber)
        && (a.LastUser, a.IpAddress, a.IsOnline, a.LastSeenAt, a.WarrantyExpiresAt) == (b.LastUser, b.IpAddress, b.IsOnline, b.LastSeenAt, b.WarrantyExpiresAt)
        && (a.Antivirus, a.PatchesPending, a.Sources) == (b.Antivirus, b.PatchesPending, b.Sources);

    private static string? First(IReadOnlyList<SeenDevice> members, Func<SeenDevice, string?> value) => members.Select(value).FirstOrDefault(v => !string.IsNullOrEmpty(v));

    private static bool IsV4(string ip) => ip.Contains('.', StringComparison.Ordinal);

    private static string? Cut(string? text) => text is { Length: > Longest } ? text[..(char.IsHighSurrogate(text[Longest - 1]) ? Longest - 1 : Longest)] : text;
}
