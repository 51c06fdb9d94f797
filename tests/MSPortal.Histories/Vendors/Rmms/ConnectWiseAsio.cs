using System.Text.Json.Nodes;
using MSPortal.Core.Model;

namespace MSPortal.Histories.Vendors.Rmms;

internal sealed class ConnectWiseAsio : Rmm
{
    public override string Provider => "cwasio";

    public override int Companies => 12;

    public override TimeSpan Round => TimeSpan.FromHours(25);

    public override string DeviceList => "/v2/device/categories/all/endpoints\\?";

    public override Truth Sites { get; } = new(
        DataType.Companies, "companies", ("id", "externalId"), ("called", "name"), ("activityStatus/id", "statusId"), ("activityStatus/name", "statusName"), ("inactive", "isInactive"), ("updatedDate", "vendorUpdatedAt"), ("manage", "extra/connectwiseCompanyId"));

    public override Truth Devices { get; } = new(
        DataType.Devices, "devices",
        ("endpointID", "externalId"), ("called", "name"), ("deviceName", "hostname"), ("companyID", "companyId"), ("siteID", "extra/siteId"), ("endpointType", "typeId"), ("category", "extra/category"),
        ("system/serialNumber", "serialNumber"), ("bios/manufacturer", "manufacturer"), ("system/model", "modelNumber"), ("os/product", "osName"), ("remoteAddress", "externalIp"), ("modifiedAt", "vendorUpdatedAt"));

    public override Truth Details { get; } = new(
        DataType.DeviceDetails, "devices",
        ("endpointID", "externalId"), ("endpointID", "deviceId"), ("system/serialNumber", "serialNumber"), ("bios/manufacturer", "manufacturer"), ("bios/smbiosVersion", "biosVersion"), ("os/userName", "lastUser"), ("modifiedAt", "vendorUpdatedAt"));

    public override Truth? Alerts => null;

    public override IReadOnlyList<DataType> Damageable { get; } = [DataType.Companies, DataType.Devices];

    public override IReadOnlyList<DataType> Unpaged => [DataType.Companies];

    public override IReadOnlyList<(string Area, DataType[] Denied)> Permissions { get; } =
    [
        ("platform.companies.read", [DataType.Companies]), ("platform.devices.read", [DataType.Devices, DataType.DeviceDetails]), ("platform.sites.read", []),
    ];

    public override (string Area, string Name) DevicePermission => ("platform.devices.read", "platform.devices.read");

    public override Edit? NoLimit { get; } = new(HttpMethod.Post, "set/limit", new { permits = 0 });

    public override string Unknown(DataType type) => "00000000-0000-4000-8000-000000000000";

    /// <summary>The platform's ids are GUIDs, written large in places; a record is called by the first name that it has.</summary>
    public override IEnumerable<JsonNode> Plain(Truth truth, IEnumerable<JsonNode> rows) => rows.Select(row =>
    {
        var plain = row.DeepClone().AsObject();
        plain["called"] = (string?)plain["friendlyName"] ?? (string?)plain["deviceName"] ?? (string?)plain["name"];
        plain["companyID"] = ((string?)plain["companyID"])?.ToLowerInvariant();
        if (truth == Sites)
        {
            plain["id"] = plain["uid"]!.DeepClone();
            plain["inactive"] = Truth.At(plain, "activityStatus/activeFlag")?.GetValue<bool>() is false;
            plain["manage"] = (plain["externalIds"] as JsonArray)?.FirstOrDefault(e => (string?)e!["productId"] == "ConnectWise Manage")?["externalId"]?.DeepClone();
        }

        return plain;
    });

    public override int? Nothing => 404;

    public override string DetailOf(JsonNode device) => $"/v2/device/companies/{device["companyID"]}/sites/{device["siteID"]}/endpoints/{device["endpointID"]}";

    /// <summary>A name that people give moves no time.</summary>
    public override Edit Rename(JsonNode device, string name) => new(HttpMethod.Patch, $"records/devices/{device["id"]!.ToJsonString()}?touch=false", new { friendlyName = name });

    public override Edit Create(JsonNode like, string name) => new(HttpMethod.Post, "records/devices", new { companyID = (string)like["companyID"]!, siteID = (string)like["siteID"]!, friendlyName = name });

    public override Edit Raise(JsonNode device, string message) => throw new NotSupportedException("The platform tells of no alerts.");

    public override Edit Resolve(JsonNode alert) => throw new NotSupportedException("The platform tells of no alerts.");

    public override Edit? LookAgain(JsonNode device, string user)
    {
        var os = device["os"]!.DeepClone();
        os["userName"] = user;
        return new(HttpMethod.Patch, $"records/devices/{device["id"]!.ToJsonString()}", new { os });
    }
}
