using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.NinjaOne;

/// <summary>An account of any size, in which everything that is odd in real ones occurs.</summary>
internal sealed class NinjaOneSeed
{
    private static readonly (string Class, string Role)[] Kinds =
    [
        ("WINDOWS_WORKSTATION", "Windows Laptop"), ("WINDOWS_WORKSTATION", "Windows Desktop"), ("WINDOWS_WORKSTATION", "Windows Laptop"), ("WINDOWS_SERVER", "Windows Server"), ("WINDOWS_SERVER", "Domain Controller"),
        ("MAC", "Mac Laptop"), ("LINUX_SERVER", "Linux Server"), ("NMS_SWITCH", "Network Switch"), ("NMS_FIREWALL", "Firewall"), ("NMS_PRINTER", "Printer"), ("VMWARE_VM_HOST", "VM Host"), ("VMWARE_VM_GUEST", "VM Guest"),
        ("CLOUD_MONITOR_TARGET", "Cloud Monitor"), ("APPLE_IOS", "iPhone"), ("UNMANAGED_DEVICE", "Unmanaged"),
    ];

    private static readonly string[] Serials = ["To be filled by O.E.M.", "Default string", "0", "None"];
    private static readonly string[] Users = ["ACME\\j.smith", "müller", "AzureAD\\ŁukaszNowak", "administrator", "o'brien"];
    private static readonly string[] Products = ["SentinelOne Agent", "Bitdefender Endpoint Security", "Microsoft Defender Antivirus", "Windows Defender"];
    private static readonly (string Source, string Condition, string Message)[] Troubles =
    [
        ("AGENT_OFFLINE", "Server offline", "The device has been offline for 30 minutes."), ("CONDITION_AGENT_DISK_FREE_SPACE", "Disk space", "C: has less than 5 % free space – “Größe”."),
        ("CONDITION_WINDOWS_SERVICE_STATE_CHANGED", "Service stopped", "Print Spooler was stopped for 15 minutes."), ("CONDITION_SYSTEM_UPTIME", "Uptime", "Up for more than 60 days ⚠️"),
    ];

    private static readonly string[] Severities = ["NONE", "MINOR", "MODERATE", "MAJOR", "CRITICAL"];
    private static readonly string[] Priorities = ["NONE", "LOW", "MEDIUM", "HIGH"];

    private readonly JsonWorld world = new();
    private readonly DateTimeOffset now;
    private readonly int seed;
    private Dice dice = new(1);

    private NinjaOneSeed(int seed, DateTimeOffset now) => (this.seed, this.now) = (seed, now);

    /// <summary>The same seed, sizes and time give the same world.</summary>
    public static JsonWorld Create(SimulatorOptions options, DateTimeOffset now)
    {
        var sown = new NinjaOneSeed(options.Seed, now);
        foreach (var kind in new[] { "organizations", "locations", "devices", "alerts", "antivirus", "health", "webhooks", "deliveries" })
        {
            sown.world.Table(kind);
        }

        sown.AddOrganizations(Math.Max(1, options.Companies));
        sown.AddDevices(Math.Max(3, options.Devices ?? options.Companies * 3));
        return sown.world;
    }

    /// <summary>Times are numbers of seconds with a fraction.</summary>
    public static double Seconds(DateTimeOffset time) => Math.Round((time - DateTimeOffset.UnixEpoch).TotalSeconds, 3);

    public static string Uid(ulong number) => new Guid((int)(0x4E1A0000 + (number % 0xFFFF)), 0x51D, 0x4AAA, 0x80, 1, 2, 3, (byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number).ToString();

    private void AddOrganizations(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Fresh(100 + i);
            var id = 2 + (i * 3) + (i % 4 == 0 ? 1 : 0);
            var name = $"{Words.CompanyFirst[(i * 7) % Words.CompanyFirst.Length]} {Words.CompanySecond[(i + (i / 38 * 5)) % Words.CompanySecond.Length]} {dice.Of(Words.Legal)}".TrimEnd();
            var locations = new JsonArray();
            for (var at = 0; at <= i % 3; at++)
            {
                var location = new JsonObject
                {
                    ["name"] = at == 0 ? "Main Office" : $"Außenstelle {at}", ["address"] = "400 N Ashley Dr, Tampa", ["description"] = "", ["userData"] = new JsonObject { ["Alarm code"] = "SECRET-4711" }, ["id"] = (id * 10) + at,
                };
                locations.Add(location.DeepClone());
                location["organizationId"] = id;
                world["locations"].Put((id * 10) + at, location);
            }

            world["organizations"].Put(id, new JsonObject
            {
                ["name"] = i % 9 == 4 ? name + " " : name,   // Typed by people.
                ["description"] = i % 3 == 0 ? "Wi-Fi password SECRET-hunter2" : null,
                ["userData"] = i % 2 == 0 ? new JsonObject { ["domain admin"] = "SECRET-hunter2" } : [],
                ["nodeApprovalMode"] = dice.Of(["AUTOMATIC", "AUTOMATIC", "MANUAL", "REJECT"]),
                ["id"] = id,
                ["locations"] = locations,
                ["policies"] = new JsonArray(new JsonObject { ["nodeRoleId"] = 101, ["policyId"] = 55 }),
                ["settings"] = new JsonObject(),
            });
        }
    }

    private void AddDevices(int count)
    {
        var organizations = world["organizations"].Rows;
        for (var i = 0; i < count; i++)
        {
            Fresh(10_000 + i);
            var id = 11 + (i * 2) + (i % 5 == 0 ? 1 : 0);
            var (kind, role) = i < 3 ? Kinds[i] : dice.Of(Kinds);
            var organization = dice.Skewed(organizations);
            var device = Common(id, i, kind, role, organization);
            if (kind.StartsWith("WINDOWS", StringComparison.Ordinal) || kind is "MAC" or "LINUX_SERVER" or "VMWARE_VM_GUEST")
            {
                AddAgent(device, kind, i);
                AddHealth(id);
                AddAntivirus(id);
            }

            world["devices"].Put(id, device);
            for (var alerts = dice.Chance(25) ? dice.Between(1, 3) : i < 4 ? 1 : 0; alerts > 0; alerts--)
            {
                AddAlert(id);
            }
        }
    }

    private JsonObject Common(long id, int number, string kind, string role, JsonObject organization)
    {
        var host = string.Format(CultureInfo.InvariantCulture, dice.Of(Words.Hosts), id % 997).ToUpperInvariant();
        var location = (organization["locations"] as JsonArray)![0]!.AsObject();
        var contact = Seconds(now.AddMinutes(-dice.Between(1, dice.Chance(80) ? 30 : 400_000)));
        return new JsonObject
        {
            ["id"] = id,
            ["uid"] = Uid((ulong)id),
            ["parentDeviceId"] = kind == "VMWARE_VM_GUEST" ? 11 : null,
            ["organizationId"] = organization.Whole("id"),
            ["locationId"] = location.Whole("id"),
            ["nodeClass"] = kind,
            ["nodeRoleId"] = 100 + (role.Length % 20),
            ["rolePolicyId"] = 55,
            ["policyId"] = dice.Chance(20) ? 57 : null,
            ["approvalStatus"] = number % 13 == 7 ? "PENDING" : number % 17 == 9 ? "STAGED" : number % 19 == 11 ? "DECOMMISSIONED" : "APPROVED",
            ["offline"] = dice.Chance(20),
            ["displayName"] = dice.Chance(40) ? $"{host} – Empfang 🖥" : null,
            ["systemName"] = kind == "CLOUD_MONITOR_TARGET" ? null : host,
            ["dnsName"] = kind == "CLOUD_MONITOR_TARGET" ? $"www.customer{id}.example" : $"{host.ToLowerInvariant()}.corp.example",
            ["netbiosName"] = host[..Math.Min(15, host.Length)],
            ["created"] = Seconds(now.AddDays(-dice.Between(30, 1500))),
            ["lastContact"] = contact,
            ["lastUpdate"] = contact - dice.Between(0, 600),
            ["userData"] = dice.Chance(20) ? new JsonObject { ["BIOS password"] = "SECRET-hunter2" } : [],
            ["tags"] = dice.Chance(30) ? new JsonArray("vip", "onsite") : [],
            ["references"] = References(organization, location, number),
            ["ipAddresses"] = new JsonArray($"10.{id % 200}.0.{id % 250}", "fe80::1"),
            ["macAddresses"] = dice.Chance(90) ? new JsonArray($"00:15:5D:{id % 100:D2}:{id / 100 % 100:D2}:0A") : [],
            ["publicIP"] = dice.Chance(80) ? $"81.2.69.{id % 250}" : null,
            ["notes"] = dice.Chance(20) ? new JsonArray(new JsonObject { ["text"] = "Local admin: SECRET-hunter2" }) : [],
            ["deviceType"] = kind.StartsWith("NMS", StringComparison.Ordinal) ? "NMS" : kind == "APPLE_IOS" ? "MDM" : "AGENT",
        };
    }

    private JsonObject References(JsonObject organization, JsonObject location, int number)
    {
        var references = new JsonObject
        {
            ["organization"] = new JsonObject { ["id"] = organization.Whole("id"), ["name"] = organization.Text("name"), ["nodeApprovalMode"] = organization.Text("nodeApprovalMode") },
            ["location"] = new JsonObject { ["id"] = location.Whole("id"), ["name"] = location.Text("name"), ["address"] = location.Text("address"), ["userData"] = location["userData"]!.DeepClone() },
        };
        if (number % 3 == 0)
        {
            // One account's warranties came from a lookup that writes milliseconds.
            var end = Seconds(new DateTimeOffset(now.AddDays(dice.Between(-400, 900)).UtcDateTime.Date, TimeSpan.Zero));
            references["warranty"] = new JsonObject { ["startDate"] = Seconds(now.AddDays(-1200)), ["endDate"] = number % 2 == 0 ? end : end * 1000 };
        }

        return references;
    }

    private void AddAgent(JsonObject device, string kind, int number)
    {
        var windows = kind.StartsWith("WINDOWS", StringComparison.Ordinal);
        device["os"] = new JsonObject
        {
            ["manufacturer"] = windows ? "Microsoft Corporation" : "Other",
            ["name"] = kind switch { "WINDOWS_SERVER" => "Windows Server 2022 Standard", "MAC" => "macOS Sequoia", "LINUX_SERVER" => "Ubuntu 24.04 LTS", _ => "Windows 11 Professional Edition" },
            ["architecture"] = "64-bit",
            ["lastBootTime"] = Seconds(now.AddHours(-dice.Between(1, 2000))),
            ["buildNumber"] = windows ? "22631" : "24.04",
            ["releaseId"] = windows ? "23H2" : null,
            ["needsReboot"] = dice.Chance(15),
        };
        device["system"] = new JsonObject
        {
            ["name"] = device.Text("systemName"),
            ["manufacturer"] = dice.Of(Words.Makers),
            ["model"] = dice.Of(Words.Models),
            ["biosSerialNumber"] = $"BIOS{device.Whole("id"):D6}",
            ["serialNumber"] = number % 8 == 3 ? dice.Of(Serials) : number % 6 == 1 ? null : $"SN{device.Whole("id"):D8}",
            ["assetSerialNumber"] = dice.Chance(20) ? $"AT-{device.Whole("id")}" : null,
            ["domain"] = windows ? "corp.example" : null,
            ["domainRole"] = windows ? "Member" : null,
            ["numberOfProcessors"] = 1,
            ["totalPhysicalMemory"] = 17_179_869_184,
            ["virtualMachine"] = kind == "VMWARE_VM_GUEST",
            ["chassisType"] = "LAPTOP",
        };
        device["memory"] = new JsonObject { ["capacity"] = dice.Chance(80) ? 17_179_869_184 : null };
        device["processors"] = new JsonArray(new JsonObject { ["architecture"] = "x64", ["maxClockSpeed"] = 2_400_000_000, ["clockSpeed"] = 2_400_000_000, ["name"] = "Intel(R) Core(TM) i5-1345U ", ["numCores"] = 10, ["numLogicalCores"] = 12 });
        device["volumes"] = new JsonArray();
        device["lastLoggedInUser"] = dice.Chance(75) ? dice.Of(Users) : null;
    }

    private void AddHealth(long device)
    {
        var key = world["health"].NextId;
        world["health"].Put(key, new JsonObject
        {
            ["id"] = key,
            ["activeThreatsCount"] = 0,
            ["failedOSPatchesCount"] = dice.Chance(10) ? 2 : 0,
            ["pendingOSPatchesCount"] = dice.Chance(40) ? dice.Between(1, 12) : 0,
            ["failedSoftwarePatchesCount"] = 0,
            ["pendingSoftwarePatchesCount"] = dice.Chance(30) ? dice.Between(1, 4) : 0,
            ["alertCount"] = 0,
            ["pendingRebootReason"] = dice.Chance(10) ? "PATCHES" : null,
            ["offline"] = false,
            ["healthStatus"] = dice.Of(["HEALTHY", "HEALTHY", "NEEDS_ATTENTION", "UNHEALTHY", "UNKNOWN"]),
            ["deviceId"] = device,
        });
    }

    /// <summary>Windows lists what it came with beside what replaced it; some devices tell nothing.</summary>
    private void AddAntivirus(long device)
    {
        for (var i = dice.Between(0, 2); i > 0; i--)
        {
            var key = world["antivirus"].NextId;
            world["antivirus"].Put(key, new JsonObject
            {
                ["id"] = key,
                ["productName"] = i == 2 ? "Windows Defender" : dice.Of(Products),
                ["productState"] = i == 2 ? "OFF" : dice.Chance(85) ? "ON" : "EXPIRED",
                ["definitionStatus"] = dice.Chance(80) ? "Up-to-Date" : "Out-of-Date",
                ["version"] = "4.18.2",
                ["deviceId"] = device,
                ["timestamp"] = Seconds(now.AddMinutes(-dice.Between(5, 500))),
            });
        }
    }

    private void AddAlert(long device)
    {
        var key = world["alerts"].NextId;
        var (source, condition, message) = dice.Of(Troubles);
        var raised = Seconds(now.AddMinutes(-dice.Between(5, 20_000)));
        world["alerts"].Put(key, new JsonObject
        {
            ["id"] = key,
            ["uid"] = Uid(0xA1E57UL + (ulong)key),
            ["deviceId"] = device,
            ["message"] = key % 7 == 3 ? null : message,
            ["createTime"] = raised,
            ["updateTime"] = raised + dice.Between(0, 500),
            ["sourceType"] = source,
            ["sourceName"] = "Windows policy",
            ["subject"] = condition,
            ["data"] = new JsonObject { ["message"] = new JsonObject { ["code"] = "disk", ["params"] = new JsonObject { ["token"] = "SECRET-x" } } },
            ["severity"] = dice.Of(Severities),
            ["priority"] = dice.Of(Priorities),
            ["conditionName"] = dice.Chance(80) ? condition : null,
            ["conditionHealthStatus"] = dice.Of(["HEALTHY", "NEEDS_ATTENTION", "UNHEALTHY"]),
        });
    }

    private void Fresh(int part) => dice = new Dice(((ulong)(uint)seed << 32) + (ulong)(uint)part);
}
