using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.NinjaOne;

/// <summary>NinjaOne's rows as MSPortal's records.</summary>
internal static class NinjaOneMapping
{
    private const string Approved = "APPROVED";

    /// <summary>Words that do not become right by writing them small.</summary>
    private static readonly Dictionary<string, string> Spelled = new(StringComparer.OrdinalIgnoreCase)
    {
        ["nms"] = "network", ["vm"] = "VM", ["vmm"] = "VM", ["vmware"] = "VMware", ["hyperv"] = "Hyper-V", ["ios"] = "iOS", ["ipados"] = "iPadOS", ["wap"] = "access point", ["ipsla"] = "IP SLA", ["mac"] = "Mac",
        ["linux"] = "Linux", ["windows"] = "Windows", ["android"] = "Android", ["apple"] = "Apple",
    };

    public static ExternalCompany Company(JsonElement element, JsonRow row) => new()
    {
        ExternalId = row.NeedId("id"),
        Name = row.Text("name")?.Trim() ?? "(no name)",
        Extra = Extra(("nodeApprovalMode", row.Text("nodeApprovalMode"))),
    };

    public static ExternalDevice Device(JsonElement element, JsonRow row, NinjaOneExtras extras, Uri site)
    {
        var id = row.NeedId("id");
        var (health, antivirus) = (extras.Health(id), extras.Antivirus(id));
        var (kind, approval) = (row.Text("nodeClass"), row.Text("approvalStatus"));
        var (system, dns) = (row.Text("systemName"), row.Text("dnsName"));
        var processors = row.Rows("processors");
        return new()
        {
            ExternalId = id,
            VendorUpdatedAt = NinjaOneRow.Time(row, "lastUpdate"),
            Name = row.Text("displayName") ?? system ?? dns ?? row.Text("netbiosName") ?? "(no name)",
            Hostname = Host(system) ?? Host(dns) ?? row.Text("netbiosName"),
            Domain = row.Text("system/domain"),
            CompanyId = row.Id("organizationId"),
            SiteName = row.Text("references/location/name"),
            TypeId = kind,
            TypeName = Words(kind),
            StatusId = approval,
            StatusName = Words(approval),
            // What waits for approval or was only prepared is not managed yet, what was decommissioned is not any more.
            IsInactive = approval is not null && !approval.Equals(Approved, StringComparison.OrdinalIgnoreCase),
            IsOnline = row.Flag("offline") is { } offline ? !offline : null,
            LastSeenAt = NinjaOneRow.Time(row, "lastContact"),
            SerialNumber = row.Text("system/serialNumber") ?? row.Text("system/biosSerialNumber"),
            TagNumber = row.Text("system/assetSerialNumber"),
            Manufacturer = row.Text("system/manufacturer"),
            ModelNumber = row.Text("system/model"),
            OsName = row.Text("os/name"),
            OsVersion = Version(row.Text("os/releaseId"), row.Text("os/buildNumber")),
            LastBootAt = NinjaOneRow.Time(row, "os/lastBootTime"),
            NeedsReboot = row.Flag("os/needsReboot") is { } needed ? needed || health?.RebootPending is true : health?.RebootPending is true ? true : null,
            IsVirtual = row.Flag("system/virtualMachine") ?? (kind?.Contains("VM_GUEST", StringComparison.OrdinalIgnoreCase) is true || kind?.Contains("VMM_GUEST", StringComparison.OrdinalIgnoreCase) is true ? true : null),
            Processor = processors.Count > 0 ? processors[0].Text("name")?.Trim() : null,
            ProcessorCores = Cores(processors),
            MemoryBytes = Positive(row.Whole("memory/capacity")) ?? Positive(row.Whole("system/totalPhysicalMemory")),
            MacAddresses = row.Texts("macAddresses"),
            IpAddresses = row.Texts("ipAddresses"),
            ExternalIp = row.Text("publicIP"),
            LastUser = row.Text("lastLoggedInUser"),
            WarrantyExpiresAt = NinjaOneRow.Time(row, "references/warranty/endDate"),
            AntivirusProduct = antivirus.Count > 0 ? string.Join(", ", antivirus.Select(a => a.Product).Distinct(StringComparer.Ordinal)) : null,
            AntivirusStatus = antivirus.Count > 0 ? Status(antivirus[0]) : null,
            PatchesPending = health?.Pending,
            PatchStatus = health switch { { Failed: > 0 } => "Failed", { Pending: > 0 } => "Pending", { Pending: 0 } => "Up to date", _ => null },
            Url = new Uri(site, $"/#/deviceDashboard/{id}/overview").ToString(),
            Extra = Extra(
                ("architecture", row.Text("os/architecture")),
                ("healthStatus", health?.Status),
                ("parentDeviceId", row.Id("parentDeviceId")),
                ("tags", row.Texts("tags") is { Count: > 0 } tags ? string.Join(", ", tags.Order(StringComparer.Ordinal)) : null)),
        };
    }

    /// <summary>An alert's uid is that of its series of activities, and means something beside its device only.</summary>
    public static string? AlertId(JsonRow row) => row.Text("uid") is { } uid ? $"{row.Id("deviceId") ?? "0"}:{uid}" : null;

    /// <summary>Of the device that comes inside it nothing is kept: whether it comes depends on how the alert was asked for.</summary>
    public static DeviceAlert Alert(JsonElement element, JsonRow row)
    {
        var (severity, priority) = (row.Text("severity"), row.Text("priority"));
        return new()
        {
            ExternalId = AlertId(row)!,
            VendorUpdatedAt = NinjaOneRow.Time(row, "updateTime"),
            DeviceId = row.Id("deviceId"),
            Message = row.Text("message") ?? row.Text("subject") ?? row.Text("conditionName") ?? row.Text("sourceName") ?? Words(row.Text("sourceType")) ?? "(no message)",
            Priority = Level(severity) ?? Level(priority),
            PriorityName = Words(Level(severity) is null ? priority ?? severity : severity),
            SourceName = row.Text("conditionName") ?? row.Text("sourceName"),
            TicketNumber = Ticket(element),
            RaisedAt = NinjaOneRow.Time(row, "createTime"),
            Extra = Extra(("conditionHealthStatus", row.Text("conditionHealthStatus")), ("sourceType", row.Text("sourceType"))),
        };
    }

    /// <summary>Severity where it says something, otherwise the priority.</summary>
    public static PriorityLevel? Level(string? word) => word?.ToUpperInvariant() switch
    {
        "CRITICAL" => PriorityLevel.Critical,
        "MAJOR" or "HIGH" => PriorityLevel.High,
        "MODERATE" or "MEDIUM" => PriorityLevel.Medium,
        "MINOR" or "LOW" => PriorityLevel.Low,
        _ => null,
    };

    /// <summary><c>NMS_SWITCH</c> as “Network switch”; what is new to us is put into words as well.</summary>
    public static string? Words(string? code)
    {
        if (code is null)
        {
            return null;
        }

        var words = string.Join(' ', code.Split('_', StringSplitOptions.RemoveEmptyEntries).Select(w => Spelled.GetValueOrDefault(w, w.ToLowerInvariant())));
        return words.Length == 0 ? code : words[0] == 'i' && words.Length > 1 && char.IsUpper(words[1]) ? words : char.ToUpperInvariant(words[0]) + words[1..];
    }

    /// <summary>The description calls it an object; it is seen as a text and as a number.</summary>
    private static string? Ticket(JsonElement element) => !element.TryGetProperty("psaTicketId", out var ticket) ? null : ticket.ValueKind switch
    {
        JsonValueKind.String when JsonText.Of(ticket).Trim() is { Length: > 0 } text => text,
        JsonValueKind.Number => ticket.GetRawText(),
        _ => null,
    };

    private static string? Host(string? name) => name is null ? null : name.Split('.')[0] is { Length: > 0 } host ? host : name;

    private static string? Version(string? release, string? build) => (release, build) switch
    {
        (null, _) => build,
        (_, null) => release,
        _ => release == build ? release : $"{release} ({build})",
    };

    private static string? Status(NinjaOneAntivirus antivirus) => (antivirus.State, antivirus.Definitions) switch
    {
        (null, null) => null,
        ({ } state, null) => Words(state),
        (null, { } definitions) => $"Definitions {definitions}",
        ({ } state, { } definitions) => $"{Words(state)}, definitions {definitions}",
    };

    private static int? Cores(IReadOnlyList<JsonRow> processors)
    {
        var cores = processors.Sum(p => Math.Clamp(p.Whole("numCores") ?? 0, 0, 10_000));
        return cores > 0 ? (int)cores : null;
    }

    private static long? Positive(long? number) => number > 0 ? number : null;

    private static SortedDictionary<string, string?>? Extra(params (string Name, string? Value)[] fields)
    {
        var extra = new SortedDictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (name, value) in fields.Where(f => f.Value is not null))
        {
            extra[name] = value;
        }

        return extra.Count == 0 ? null : extra;
    }
}
