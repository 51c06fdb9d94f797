using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.DattoRmm;

internal enum DattoRmmClass
{
    Device,
    Printer,
    Esxihost,
    Rmmnetworkdevice,
    Unknown,
}

/// <summary>Devices as lists have them: agents tell much, network devices next to nothing.</summary>
internal static class DattoRmmDeviceSeed
{
    private const int UserDefined = 30;

    private static readonly (string Category, string Type)[] Machines =
    [
        ("Laptop", "Notebook"), ("Desktop", "Mini Tower"), ("Server", "Rack Mount Chassis"), ("Laptop", "Laptop"), ("Desktop", "All in One"), ("Server", "Virtual Machine"),
    ];

    private static readonly string[] Systems =
    [
        "Microsoft Windows 11 Pro 10.0.22631", "Microsoft Windows 10 Enterprise 10.0.19045", "Microsoft Windows Server 2022 Standard 10.0.20348", "Mac OS X 14.5.0 (23F79)", "Ubuntu 22.04.4 LTS",
    ];

    private static readonly string[] Antivirus = ["RunningAndUpToDate", "RunningAndUpToDate", "RunningAndNotUpToDate", "NotRunning", "NotDetected"];
    private static readonly string[] Patches = ["FullyPatched", "ApprovedPending", "RebootRequired", "InstallError", "NoPolicy", "NoData"];

    public static JsonObject Device(Dice dice, long id, JsonObject site, DattoRmmClass kind, DateTimeOffset now)
    {
        var agent = kind is DattoRmmClass.Device;
        var host = kind switch
        {
            DattoRmmClass.Printer => $"PRN-{id % 997}",
            DattoRmmClass.Esxihost => $"esx{id % 97}.corp.local",
            DattoRmmClass.Device => string.Format(CultureInfo.InvariantCulture, dice.Of(Words.Hosts), id % 997),
            _ => dice.Chance(50) ? $"SW-{id % 97}" : null,
        };
        var (category, type) = agent ? dice.Of(Machines) : kind switch
        {
            DattoRmmClass.Printer => ("Printer", "Printer"),
            DattoRmmClass.Esxihost => ("ESXi Host", "ESXi Host"),
            _ => ("Network Device", "Network Device (Switch)"),
        };
        var seen = now - TimeSpan.FromSeconds(dice.Between(10, 4_000_000));
        var device = Identity(dice, id, site, host, kind, (category, type));
        device["operatingSystem"] = agent ? dice.Of(Systems) : kind is DattoRmmClass.Esxihost ? "VMware ESXi 8.0.2" : null;
        device["lastLoggedInUser"] = agent && dice.Chance(85) ? $"CORP\\user{dice.Below(40)}" : null;
        device["domain"] = agent ? dice.Chance(70) ? "corp.local" : "WORKGROUP" : null;
        device["cagVersion"] = agent ? "4.4.2230.2230" : null;
        device["displayVersion"] = agent ? "4.4.2230" : null;
        device["a64Bit"] = agent ? true : null;
        device["rebootRequired"] = agent ? dice.Chance(20) : null;
        device["online"] = dice.Chance(70);
        device["suspended"] = dice.Chance(4);
        device["deleted"] = false;
        device["lastSeen"] = Time(id, seen);
        device["lastReboot"] = agent ? Time(id, seen.AddDays(-dice.Between(1, 40))) : null;
        device["lastAuditDate"] = kind is DattoRmmClass.Rmmnetworkdevice or DattoRmmClass.Unknown ? null : Time(id, seen.AddHours(-dice.Between(1, 30)));
        device["creationDate"] = Time(id, now.AddDays(-dice.Between(60, 1500)));
        AddState(device, dice, agent);
        return device;
    }

    /// <summary>Milliseconds as a rule; now and then, without a system, a text.</summary>
    public static JsonNode Time(long id, DateTimeOffset time) => id % 7 == 3
        ? JsonValue.Create(time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture))
        : JsonValue.Create(time.ToUnixTimeMilliseconds());

    private static JsonObject Identity(Dice dice, long id, JsonObject site, string? host, DattoRmmClass kind, (string Category, string Type) form) => new()
    {
        ["id"] = id,
        ["uid"] = DattoRmmSeed.Uid(dice),
        ["siteId"] = site.Whole("id"),
        ["siteUid"] = site.Text("uid"),
        ["siteName"] = site.Text("name"),
        ["deviceType"] = kind is DattoRmmClass.Unknown ? null : new JsonObject { ["category"] = form.Category, ["type"] = form.Type },
        ["hostname"] = host,
        ["intIpAddress"] = $"10.{id % 200}.{dice.Below(250)}.{dice.Between(2, 250)}",
        ["extIpAddress"] = kind is DattoRmmClass.Unknown ? null : $"81.{dice.Below(250)}.{id % 250}.{dice.Between(2, 250)}",
        ["description"] = host is null ? $"Gerät im Lager {id % 9}" : dice.Chance(30) ? $"Empfang – {host}" : host,
    };

    private static void AddState(JsonObject device, Dice dice, bool agent)
    {
        var id = device.Whole("id");
        device["udf"] = Fields(dice, agent);
        device["snmpEnabled"] = !agent;
        device["deviceClass"] = device["deviceType"] is null ? "unknown"
            : agent ? "device"
            : device["deviceType"]!["category"]!.ToString() switch { "Printer" => "printer", "ESXi Host" => "esxihost", _ => "rmmnetworkdevice" };
        device["portalUrl"] = $"https://merlot.rmm.datto.com/device/{id}";
        device["warrantyDate"] = agent && dice.Chance(50) ? $"20{dice.Between(25, 29)}-0{dice.Between(1, 9)}-1{dice.Below(9)}" : null;
        device["antivirus"] = agent ? new JsonObject { ["antivirusProduct"] = dice.Chance(80) ? "Windows Defender Antivirus" : null, ["antivirusStatus"] = dice.Of(Antivirus) } : null;
        device["patchManagement"] = agent
            ? new JsonObject { ["patchStatus"] = dice.Of(Patches), ["patchesApprovedPending"] = dice.Below(9), ["patchesNotApproved"] = dice.Below(5), ["patchesInstalled"] = dice.Below(300) }
            : null;
        device["softwareStatus"] = agent ? "Compliant" : null;
        device["webRemoteUrl"] = agent ? $"https://merlot.rmm.datto.com/web-remote/{id}?token=SECRET-remote" : null;
        device["networkProbe"] = agent && dice.Chance(5);
        device["onboardedViaNetworkMonitor"] = !agent;
    }

    /// <summary>Free fields without names; people keep recovery keys in them.</summary>
    private static JsonObject Fields(Dice dice, bool agent)
    {
        var fields = new JsonObject();
        for (var n = 1; n <= UserDefined; n++)
        {
            fields[$"udf{n}"] = !agent ? null : n == 3 && dice.Chance(60) ? $"SECRET-{dice.Below(999_999)}-{dice.Below(999_999)}" : n == 5 && dice.Chance(40) ? "VIP" : null;
        }

        return fields;
    }
}
