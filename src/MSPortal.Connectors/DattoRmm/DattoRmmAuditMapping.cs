using MSPortal.Connectors.Common;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.DattoRmm;

/// <summary>Audits as records: three forms, by the class of the device.</summary>
internal static class DattoRmmAuditMapping
{
    private const int MacLength = 12;

    /// <summary>What makers of virtual machines call themselves or their machines.</summary>
    private static readonly string[] Virtual = ["vmware", "virtual machine", "virtualbox", "kvm", "qemu", "xen", "parallels", "amazon ec2"];

    public static DeviceDetail Detail(JsonRow row, string deviceId, string deviceClass)
    {
        var nics = row.Rows("nics");
        var detail = new DeviceDetail
        {
            ExternalId = deviceId,
            DeviceId = deviceId,
            Manufacturer = row.Text("systemInfo/manufacturer"),
            ModelNumber = row.Text("systemInfo/model"),
            MacAddresses = [.. nics.Select(n => Mac(n.Text("macAddress"))).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            IpAddresses = [.. nics.SelectMany(n => new[] { n.Text("ipv4"), n.Text("ipv6") }).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        };
        return deviceClass switch
        {
            "printer" => detail with { SerialNumber = row.Text("snmpInfo/snmpSerial") },
            "esxihost" => Esxi(detail, row),
            _ => Machine(detail, row),
        };
    }

    private static DeviceDetail Machine(DeviceDetail detail, JsonRow row) => detail with
    {
        SerialNumber = row.Text("bios/serialNumber"),
        BiosVersion = row.Text("bios/smBiosVersion"),
        Processor = row.Rows("processors").Select(p => p.Text("name")).FirstOrDefault(n => n is not null),
        ProcessorCores = Small(row.Whole("systemInfo/totalCpuCores")),
        MemoryBytes = Some(row.Whole("systemInfo/totalPhysicalMemory")),
        LastUser = row.Text("systemInfo/username"),
        IsVirtual = IsVirtual(detail),
        Disks = Disks(row.Rows("logicalDisks"), "diskIdentifier", "size", "freespace"),
    };

    private static DeviceDetail Esxi(DeviceDetail detail, JsonRow row)
    {
        var (processors, memory) = (row.Rows("processors"), row.Rows("physicalMemory"));
        return detail with
        {
            SerialNumber = row.Text("systemInfo/serviceTag"),
            Processor = processors.Select(p => p.Text("name")).FirstOrDefault(n => n is not null),
            ProcessorCores = Small(Some(processors.Sum(p => Math.Clamp(p.Whole("numberOfCores") ?? 0, 0, 4096)))),
            MemoryBytes = Some(memory.Aggregate(0L, (sum, m) => unchecked(sum + Math.Clamp(m.Whole("size") ?? 0, 0, 1L << 50)))),
            IsVirtual = false,
            Disks = Disks(row.Rows("datastores"), "datastoreName", "size", "freeSpace"),
        };
    }

    /// <summary>Drives without a size have no disk in them.</summary>
    private static IReadOnlyList<DeviceDisk> Disks(IReadOnlyList<JsonRow> rows, string name, string size, string free) =>
    [
        .. rows.Select(r => new DeviceDisk(r.Text(name) ?? "(no name)", Some(r.Whole(size)), r.Whole(free) is >= 0 and var left ? left : null))
            .Where(d => d.SizeBytes is not null)
            .OrderBy(d => d.Name, StringComparer.Ordinal),
    ];

    private static bool? IsVirtual(DeviceDetail detail)
    {
        var words = $"{detail.Manufacturer} {detail.ModelNumber}".Trim();
        return words.Length == 0 ? null : Virtual.Any(v => words.Contains(v, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Twelve figures with colons, whatever they come with; what is no such address is none.</summary>
    private static string? Mac(string? text)
    {
        var hex = new string([.. (text ?? "").Where(char.IsAsciiHexDigit).Select(char.ToUpperInvariant)]);
        return hex.Length == MacLength && hex.Any(c => c != '0') ? string.Join(':', hex.Chunk(2).Select(c => new string(c))) : null;
    }

    private static long? Some(long? number) => number is > 0 ? number : null;

    private static int? Small(long? number) => number is > 0 and <= int.MaxValue ? (int)number : null;
}
