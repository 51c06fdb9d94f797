using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MSPortal.Core.Model;

namespace MSPortal.Histories.Vendors.Rmms;

internal sealed class NinjaOne : Rmm
{
    private const double Milliseconds = 1e12;

    private static readonly string[] Times = ["lastContact", "lastUpdate", "createTime", "updateTime", "os/lastBootTime", "references/warranty/endDate"];

    public override string Provider => "ninjaone";

    public override int Companies => 12;

    public override TimeSpan Round => TimeSpan.FromHours(25);

    public override string DeviceList => "/v2/devices-detailed\\?";

    public override Truth Sites { get; } = new(DataType.Companies, "organizations", ("id", "externalId"), ("name", "name"), ("nodeApprovalMode", "extra/nodeApprovalMode"));

    public override Truth Devices { get; } = new(
        DataType.Devices, "devices",
        ("id", "externalId"), ("called", "name"), ("systemName", "hostname"), ("organizationId", "companyId"), ("references/location/name", "siteName"), ("nodeClass", "typeId"), ("approvalStatus", "statusId"),
        ("inactive", "isInactive"), ("online", "isOnline"), ("serial", "serialNumber"), ("system/manufacturer", "manufacturer"), ("system/model", "modelNumber"), ("os/name", "osName"), ("os/lastBootTime", "lastBootAt"),
        ("lastLoggedInUser", "lastUser"), ("publicIP", "externalIp"), ("references/warranty/endDate", "warrantyExpiresAt"), ("lastContact", "lastSeenAt"), ("lastUpdate", "vendorUpdatedAt"));

    public override Truth Alerts { get; } = new(
        DataType.Alerts, "alerts", ("key", "externalId"), ("deviceId", "deviceId"), ("createTime", "raisedAt"), ("updateTime", "vendorUpdatedAt"), ("sourceType", "extra/sourceType"));

    /// <summary>An alert's id is put together of two fields, so that none alone can be damaged.</summary>
    public override IReadOnlyList<DataType> Damageable { get; } = [DataType.Companies, DataType.Devices];

    public override IReadOnlyList<DataType> Unpaged => [DataType.Alerts];

    public override IReadOnlyList<(string Area, DataType[] Denied)> Permissions { get; } =
    [
        ("organizations", [DataType.Companies]), ("devices", [DataType.Devices]), ("alerts", [DataType.Alerts]),
    ];

    public override (string Area, string Name) DevicePermission => ("devices", "Monitoring");

    /// <summary>Times are seconds or milliseconds; a device is called by the first name that it has.</summary>
    public override IEnumerable<JsonNode> Plain(Truth truth, IEnumerable<JsonNode> rows) => rows.Select(row =>
    {
        var plain = row.DeepClone().AsObject();
        foreach (var path in Times)
        {
            var (holder, name) = (path.Contains('/', StringComparison.Ordinal) ? Truth.At(plain, path[..path.LastIndexOf('/')]) as JsonObject : plain, path[(path.LastIndexOf('/') + 1)..]);
            if (holder?[name] is JsonValue value && value.GetValueKind() == JsonValueKind.Number)
            {
                var number = value.GetValue<double>();
                holder[name] = DateTimeOffset.UnixEpoch.AddSeconds(number >= Milliseconds ? number / 1000 : number).UtcDateTime.ToString("o", CultureInfo.InvariantCulture);
            }
        }

        plain["called"] = (string?)plain["displayName"] ?? (string?)plain["systemName"] ?? (string?)plain["dnsName"];
        plain["systemName"] ??= ((string?)plain["dnsName"])?.Split('.')[0];
        plain["inactive"] = plain["approvalStatus"] is { } approval && approval.ToString() != "APPROVED";
        plain["online"] = plain["offline"] is { } offline && !offline.GetValue<bool>();
        plain["serial"] = (Truth.At(plain, "system/serialNumber") ?? Truth.At(plain, "system/biosSerialNumber"))?.DeepClone();
        plain["key"] = $"{plain["deviceId"]}:{plain["uid"]}";
        return plain;
    });

    public override Edit Rename(JsonNode device, string name) => new(HttpMethod.Patch, $"records/devices/{device["id"]!.ToJsonString()}", new { displayName = name });

    public override Edit Create(JsonNode like, string name) => new(HttpMethod.Post, "records/devices", new { organizationId = like["organizationId"]!.GetValue<long>(), displayName = name });

    public override Edit Raise(JsonNode device, string message) => new(HttpMethod.Post, "records/alerts", new { deviceId = device["id"]!.GetValue<long>(), message, sourceType = "CONDITION_AGENT_CPU" });

    public override Edit Resolve(JsonNode alert) => new(HttpMethod.Delete, $"records/alerts/{alert["id"]!.ToJsonString()}");
}
