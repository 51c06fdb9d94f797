using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MSPortal.Core.Model;

namespace MSPortal.Histories.Vendors.Rmms;

internal sealed class DattoRmm : Rmm
{
    private static readonly string[] Times = ["lastSeen", "lastReboot", "lastAuditDate", "creationDate", "timestamp", "resolvedOn"];

    public override string Provider => "dattormm";

    public override int Companies => 12;

    public override TimeSpan Round => TimeSpan.FromHours(3);

    public override string DeviceList => "/account/devices\\?";

    public override Truth Sites { get; } = new(
        DataType.Companies, "sites",
        ("uid", "externalId"), ("name", "name"), ("id", "identifier"), ("autotaskCompanyId", "extra/autotaskCompanyId"), ("onDemand", "extra/onDemand"));

    public override Truth Devices { get; } = new(
        DataType.Devices, "devices",
        ("uid", "externalId"), ("called", "name"), ("siteUid", "companyId"), ("siteName", "siteName"), ("description", "description"), ("deviceType/category", "typeName"), ("deviceClass", "extra/deviceClass"),
        ("lastLoggedInUser", "lastUser"), ("domain", "domain"), ("extIpAddress", "externalIp"), ("online", "isOnline"), ("suspended", "isInactive"), ("rebootRequired", "needsReboot"),
        ("lastSeen", "lastSeenAt"), ("lastReboot", "lastBootAt"), ("warranty", "warrantyExpiresAt"), ("antivirus/antivirusProduct", "antivirusProduct"), ("antivirus/antivirusStatus", "antivirusStatus"),
        ("patchManagement/patchStatus", "patchStatus"), ("patchManagement/patchesApprovedPending", "patchesPending"), ("displayVersion", "agentVersion"), ("portalUrl", "url"), ("lastAuditDate", "vendorUpdatedAt"));

    public override Truth Details { get; } = new(
        DataType.DeviceDetails, "audits",
        ("deviceUid", "externalId"), ("deviceUid", "deviceId"), ("systemInfo/manufacturer", "manufacturer"), ("systemInfo/model", "modelNumber"), ("serial", "serialNumber"),
        ("systemInfo/username", "lastUser"), ("memory", "memoryBytes"), ("cores", "processorCores"), ("bios/smBiosVersion", "biosVersion"));

    public override Truth Alerts { get; } = new(
        DataType.Alerts, "alerts",
        ("alertUid", "externalId"), ("alertSourceInfo/deviceUid", "deviceId"), ("alertSourceInfo/siteUid", "companyId"), ("priority", "priorityName"), ("ticketNumber", "ticketNumber"), ("muted", "isMuted"), ("timestamp", "raisedAt"));

    public override IReadOnlyList<(string Area, DataType[] Denied)> Permissions { get; } =
    [
        ("sites", [DataType.Companies]), ("devices", [DataType.Devices]), ("audit", [DataType.DeviceDetails]), ("alerts", [DataType.Alerts]),
    ];

    public override (string Area, string Name) DevicePermission => ("devices", "Devices – View");

    public override Edit? NoLimit { get; } = new(HttpMethod.Post, "set/limit", new { permits = 0 });

    public override string Unknown(DataType type) => "00000000-0000-4000-8000-000000000000";

    /// <summary>Times are milliseconds or texts; deleted devices and resolved alerts are none.</summary>
    public override IEnumerable<JsonNode> Plain(Truth truth, IEnumerable<JsonNode> rows) => rows
        .Where(r => truth.Kind switch { "devices" => r["deleted"]?.GetValue<bool>() is not true, "alerts" => r["resolved"]?.GetValue<bool>() is not true, _ => true })
        .Select(row =>
        {
            var plain = row.DeepClone().AsObject();
            foreach (var name in Times.Where(n => plain[n]?.GetValueKind() == JsonValueKind.Number))
            {
                plain[name] = DateTimeOffset.FromUnixTimeMilliseconds(plain[name]!.GetValue<long>()).UtcDateTime.ToString("o", CultureInfo.InvariantCulture);
            }

            plain["called"] = (string?)plain["hostname"] ?? (string?)plain["description"];
            plain["warranty"] = (string?)plain["warrantyDate"] is { } date ? $"{date}T00:00:00Z" : null;
            if (truth == Details)
            {
                Explain(plain);
            }

            return plain;
        });

    public override string DetailOf(JsonNode device) => $"/v2/audit/{device["deviceClass"]}/{device["uid"]}";

    public override Edit Rename(JsonNode device, string name) => new(HttpMethod.Patch, $"records/devices/{device["id"]!.ToJsonString()}", new { hostname = name, description = name });

    public override Edit Create(JsonNode like, string name) => new(HttpMethod.Post, "records/devices", new { siteId = like["siteId"]!.GetValue<long>(), hostname = name, description = name });

    public override Edit Raise(JsonNode device, string message) => new(
        HttpMethod.Post, "records/alerts", new { deviceId = device["id"]!.GetValue<long>(), diagnostics = message, resolved = false, resolvedBy = (string?)null, resolvedOn = (long?)null });

    public override Edit Resolve(JsonNode alert) => new(HttpMethod.Patch, $"records/alerts/{alert["id"]!.ToJsonString()}", new { resolved = true, resolvedBy = "auto" });

    public override Edit? LookAgain(JsonNode device, string user) => new(HttpMethod.Post, "set/audit", new { device = device["id"]!.GetValue<long>(), username = user });

    /// <summary>Where each class of device keeps its serial number, memory and cores.</summary>
    private static void Explain(JsonObject audit)
    {
        audit["serial"] = (Truth.At(audit, "bios/serialNumber") ?? Truth.At(audit, "snmpInfo/snmpSerial") ?? Truth.At(audit, "systemInfo/serviceTag"))?.DeepClone();
        audit["memory"] = Truth.At(audit, "systemInfo/totalPhysicalMemory")?.DeepClone() ?? (audit["physicalMemory"] as JsonArray)?.Sum(m => m!["size"]!.GetValue<long>());
        audit["cores"] = Truth.At(audit, "systemInfo/totalCpuCores")?.DeepClone() ?? (audit["processors"] as JsonArray)?.Sum(m => m!["numberOfCores"]!.GetValue<int>());
    }
}
