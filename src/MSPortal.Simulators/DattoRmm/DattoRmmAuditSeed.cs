using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.DattoRmm;

/// <summary>What an audit found, in three forms by the class of the device.</summary>
internal static class DattoRmmAuditSeed
{
    private const long Giga = 1024L * 1024 * 1024;

    private static readonly string[] Processors = ["Intel(R) Core(TM) i7-1365U", "AMD Ryzen 5 PRO 5650U", "Intel(R) Xeon(R) Silver 4310 CPU @ 2.10GHz"];

    public static JsonObject Audit(Dice dice, JsonObject device)
    {
        var audit = device.Text("deviceClass") switch
        {
            "printer" => Printer(dice, device),
            "esxihost" => Esxi(dice, device),
            _ => Machine(dice, device),
        };
        audit["id"] = device.Whole("id");
        audit["deviceUid"] = device.Text("uid");
        audit["portalUrl"] = device.Text("portalUrl");
        return audit;
    }

    private static JsonObject Machine(Dice dice, JsonObject device)
    {
        var id = device.Whole("id");
        var isVirtual = device["deviceType"]?["type"]?.ToString() == "Virtual Machine";
        var nics = new JsonArray(Nic(dice, "Intel(R) Ethernet Connection", device.Text("intIpAddress")));
        nics.Add(dice.Chance(40) ? new JsonObject { ["instance"] = "WAN Miniport", ["ipv4"] = null, ["ipv6"] = null, ["macAddress"] = null, ["type"] = null } : Nic(dice, "Wi-Fi", ""));
        return new JsonObject
        {
            ["webRemoteUrl"] = device.Text("webRemoteUrl"),
            ["systemInfo"] = new JsonObject
            {
                ["manufacturer"] = isVirtual ? "VMware, Inc." : dice.Of(Words.Makers),
                ["model"] = isVirtual ? "VMware Virtual Platform" : dice.Of(Words.Models),
                ["totalPhysicalMemory"] = dice.Of([8, 16, 32, 64]) * Giga,
                ["username"] = device.Text("lastLoggedInUser"),
                ["dotNetVersion"] = "4.8.09032",
                ["totalCpuCores"] = dice.Of([4, 8, 12, 16]),
            },
            ["nics"] = nics,
            ["bios"] = new JsonObject
            {
                ["instance"] = "BIOS Date", ["releaseDate"] = 1_700_000_000_000 + (id * 1000), ["serialNumber"] = dice.Chance(95) ? $"SN{id:D7}" : null, ["smBiosVersion"] = string.Create(CultureInfo.InvariantCulture, $"1.{id % 30}.0"),
            },
            ["baseBoard"] = new JsonObject { ["manufacturer"] = "Dell Inc.", ["product"] = "0X8DXD" },
            ["displays"] = new JsonArray(new JsonObject { ["instance"] = "Generic PnP Monitor", ["screenHeight"] = 1080, ["screenWidth"] = 1920 }),
            ["logicalDisks"] = new JsonArray(Disk("Local Fixed Disk", "C:", 475 * Giga, dice.Between(5, 400) * Giga), Disk("CD-ROM Disc", "D:", null, null)),
            ["mobileInfo"] = null,
            ["processors"] = new JsonArray(new JsonObject { ["name"] = dice.Of(Processors) }),
            ["videoBoards"] = new JsonArray(new JsonObject { ["displayAdapter"] = "Intel(R) Iris(R) Xe Graphics" }),
            ["attachedDevices"] = new JsonArray(),
            ["snmpInfo"] = null,
            ["physicalMemory"] = new JsonArray(),
        };
    }

    private static JsonObject Printer(Dice dice, JsonObject device) => new()
    {
        ["snmpInfo"] = new JsonObject
        {
            ["snmpName"] = device.Text("hostname"), ["snmpContact"] = null, ["snmpDescription"] = "HP ETHERNET MULTI-ENVIRONMENT", ["snmpLocation"] = null, ["snmpUptime"] = "12 days",
            ["nicManufacturer"] = "HP", ["objectId"] = "1.3.6.1.4.1.11", ["snmpSerial"] = $"PR{device.Whole("id"):D6}",
        },
        ["printerMarkerSupplies"] = new JsonArray(new JsonObject { ["description"] = "Black Cartridge", ["maxCapacity"] = "100", ["suppliesLevel"] = dice.Below(100).ToString(CultureInfo.InvariantCulture) }),
        ["printer"] = new JsonObject { ["printedPageCount"] = dice.Between(100, 90_000) },
        ["systemInfo"] = new JsonObject { ["manufacturer"] = "HP", ["model"] = "LaserJet M404dn" },
        ["nics"] = new JsonArray(Nic(dice, "eth0", device.Text("intIpAddress"))),
    };

    private static JsonObject Esxi(Dice dice, JsonObject device) => new()
    {
        ["systemInfo"] = new JsonObject { ["manufacturer"] = "Dell Inc.", ["model"] = "PowerEdge R650", ["name"] = device.Text("hostname"), ["numberOfSnapshots"] = dice.Below(5), ["serviceTag"] = $"ST{device.Whole("id"):D5}" },
        ["guests"] = new JsonArray(new JsonObject { ["guestName"] = "DC01", ["processorSpeedTotal"] = 4200, ["memorySizeTotal"] = 8 * Giga, ["numberOfSnapshots"] = 1, ["datastores"] = "datastore1" }),
        ["processors"] = new JsonArray(
            new JsonObject { ["frequency"] = 2.1, ["name"] = Processors[2], ["numberOfCores"] = 12 },
            new JsonObject { ["frequency"] = 2.1, ["name"] = Processors[2], ["numberOfCores"] = 12 }),
        ["nics"] = new JsonArray(new JsonObject { ["name"] = "vmnic0", ["ipv4"] = device.Text("intIpAddress"), ["ipv6"] = null, ["macAddress"] = Mac(dice), ["speed"] = "10000", ["type"] = "Ethernet" }),
        ["physicalMemory"] = new JsonArray(Memory(32 * Giga, "A1"), Memory(32 * Giga, "A2")),
        ["datastores"] = new JsonArray(new JsonObject
        {
            ["datastoreName"] = "datastore1", ["subscriptionPercent"] = 70, ["freeSpace"] = dice.Between(100, 900) * Giga, ["size"] = 1800 * Giga, ["fileSystem"] = "VMFS", ["status"] = "normal", ["dataExtents"] = new JsonArray(),
        }),
    };

    private static JsonObject Nic(Dice dice, string name, string? address) => new()
    {
        ["instance"] = name, ["ipv4"] = address, ["ipv6"] = dice.Chance(20) ? "fe80::1c2d:3e4f:5a6b:7c8d" : null, ["macAddress"] = Mac(dice), ["type"] = "Ethernet",
    };

    private static JsonObject Disk(string description, string name, long? size, long? free) => new() { ["description"] = description, ["diskIdentifier"] = name, ["freespace"] = free, ["size"] = size };

    private static JsonObject Memory(long size, string bank) => new()
    {
        ["module"] = bank, ["size"] = size, ["type"] = "DDR4", ["speed"] = "3200", ["serialNumber"] = null, ["partNumber"] = null, ["bank"] = bank,
    };

    /// <summary>With colons, with dashes, or without anything.</summary>
    private static string Mac(Dice dice)
    {
        var hex = dice.Next().ToString("X16", CultureInfo.InvariantCulture)[..12];
        return dice.Below(3) switch
        {
            0 => hex,
            1 => string.Join(':', hex.Chunk(2).Select(c => new string(c))),
            _ => string.Join('-', hex.Chunk(2).Select(c => new string(c))).ToLowerInvariant(),
        };
    }
}
