using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.ConnectWiseAsio;

/// <summary>A partner of any size, in which everything that is odd in real ones occurs.</summary>
internal sealed class AsioSeed
{
    private static readonly (string Category, string Type)[] Kinds =
        [("platform", "Desktop"), ("platform", "Laptop"), ("platform", "Server"), ("platform", "Desktop"), ("network", "Switch"), ("network", "Printer"), ("cloud", "VirtualMachine")];

    private readonly JsonWorld world = new();
    private readonly DateTimeOffset now;
    private readonly int seed;
    private Dice dice = new(1);

    private AsioSeed(int seed, DateTimeOffset now) => (this.seed, this.now) = (seed, now);

    /// <summary>The same seed, sizes and time give the same world.</summary>
    public static JsonWorld Create(SimulatorOptions options, DateTimeOffset now)
    {
        var sown = new AsioSeed(options.Seed, now);
        sown.AddCompanies(Math.Max(1, options.Companies));
        sown.AddDevices(Math.Max(3, options.Devices ?? options.Companies * 3));
        return sown.world;
    }

    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static string Uid(string kind, long number) => new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}/{number}")).AsSpan(0, 16)).ToString();

    private void AddCompanies(int count)
    {
        world.Table("devices");
        for (var i = 0; i < count; i++)
        {
            Fresh(100 + i);
            var id = 1 + (i * 2);
            var uid = Uid("company", id);
            var name = $"{Words.CompanyFirst[(i * 7) % Words.CompanyFirst.Length]} {Words.CompanySecond[(i + (i / 38 * 5)) % Words.CompanySecond.Length]} {dice.Of(Words.Legal)}".TrimEnd();
            world.Table("companies").Put(id, new JsonObject
            {
                ["id"] = id,
                ["uid"] = uid,
                ["name"] = name,
                ["friendlyName"] = i % 5 == 3 ? null : name,
                ["description"] = i % 3 == 0 ? "Wi-Fi password SECRET-hunter2" : null,
                ["partnerId"] = $"5000{seed}",
                ["account"] = new JsonObject { ["id"] = $"acc-{seed}", ["name"] = $"Sim MSP {seed}" },
                ["activityStatus"] = new JsonObject { ["activeFlag"] = i % 8 != 6, ["id"] = i % 8 == 6 ? "2" : "1", ["name"] = i % 8 == 6 ? "Inactive" : "Active" },
                ["externalIds"] = External(i),
                ["primaryContact"] = new JsonObject { ["firstName"] = "Ann", ["lastName"] = "SECRET-person" },
                ["primarySite"] = i % 3 == 1 ? null : new JsonObject { ["name"] = "Main", ["primaryAddress"] = new JsonObject { ["addressLine1"] = "400 N Ashley Dr", ["locality"] = "Tampa", ["administrativeArea"] = "FL", ["postCode"] = "33602", ["country"] = "United States" } },
                ["createdDate"] = Text(now.AddDays(-dice.Between(100, 900))),
                ["updatedDate"] = Text(now.AddDays(-dice.Between(1, 100))),
                ["deletedDate"] = "0001-01-01T00:00:00Z",
            });
            for (var at = 0; at <= i % 2; at++)
            {
                var site = (id * 10) + at;
                world.Table("sites").Put(site, new JsonObject
                {
                    ["id"] = site, ["uid"] = Uid("site", site), ["companyUid"] = uid, ["name"] = at == 0 ? "Main" : $"Außenstelle {at}", ["friendlyName"] = at == 0 ? "Main Office" : null, ["activeFlag"] = true,
                    ["company"] = new JsonObject { ["id"] = uid, ["name"] = name },
                });
            }
        }
    }

    private static JsonArray External(int number) => (number % 3) switch
    {
        0 => new JsonArray(new JsonObject { ["externalId"] = $"{300 + number}", ["productId"] = "ConnectWise Manage", ["productInstanceId"] = "acme_prod" }),
        1 => new JsonArray(new JsonObject { ["externalId"] = $"{90 + number}", ["productId"] = "SITE-CONTROL" }),
        _ => [],
    };

    private void AddDevices(int count)
    {
        var sites = world["sites"].Rows;
        var withDevices = sites.Count > 2 ? [.. sites.Take(sites.Count - 1)] : sites;   // The last company's site stays empty.
        for (var i = 0; i < count; i++)
        {
            Fresh(10_000 + i);
            var id = 1 + (i * 2) + (i % 5 == 0 ? 1 : 0);
            var site = dice.Skewed(withDevices);
            var (category, type) = i < 3 ? Kinds[i] : dice.Of(Kinds);
            var host = string.Format(CultureInfo.InvariantCulture, dice.Of(Words.Hosts), id % 997).ToUpperInvariant();
            var device = new JsonObject
            {
                ["id"] = id,
                ["endpointID"] = Uid("device", id),
                ["category"] = category,
                ["companyID"] = i % 4 == 2 ? site.Text("companyUid")!.ToUpperInvariant() : site.Text("companyUid"),   // Written large here, small where the company itself is.
                ["siteID"] = site.Text("uid"),
                ["deviceName"] = host,
                ["friendlyName"] = dice.Chance(60) ? $"{host} – Büro 🖥" : null,
                ["resourceType"] = type,
                ["endpointType"] = type,
                ["type"] = category,
                ["ipAddress"] = new JsonArray($"10.{id % 200}.0.{id % 250}"),
                ["macAddress"] = dice.Chance(90) ? new JsonArray($"3C:52:82:{id % 100:D2}:{id / 100 % 100:D2}:0A") : [],
                ["createdAt"] = Text(now.AddDays(-dice.Between(100, 900))),
                ["modifiedAt"] = Text(now.AddHours(-dice.Between(1, 900))),
                ["virtualType"] = category == "cloud" ? "Guest" : i % 9 == 4 ? "Host" : "Physical",
                ["os"] = new JsonObject { ["product"] = type == "Server" ? "Windows Server 2022 Standard" : "Windows 11 Pro", ["version"] = "10.0.22631", ["buildNumber"] = "22631", ["productKey"] = "SECRET-AAAAA-BBBBB", ["userName"] = "CORP\\müller" },
                ["system"] = new JsonObject { ["product"] = "System Product", ["model"] = dice.Of(Words.Models), ["serialNumber"] = i % 8 == 3 ? "Default string" : $"SN{id:D8}", ["systemName"] = host, ["domain"] = "corp.example" },
            };
            if (category != "cloud")
            {
                device["bios"] = new JsonObject { ["manufacturer"] = dice.Of(Words.Makers), ["version"] = "1.2.3", ["serialNumber"] = $"BIOS{id:D6}", ["smbiosVersion"] = "3.4" };
                device["baseboard"] = new JsonObject { ["manufacturer"] = "Board Inc.", ["serialNumber"] = $"BB{id:D6}" };
            }

            if (category == "platform")
            {
                AddHardware(device);
            }

            world["devices"].Put(id, device);
        }
    }

    private void AddHardware(JsonObject device)
    {
        device["remoteAddress"] = "81.2.69.142";
        device["agentInstalledUTC"] = Text(now.AddDays(-90));
        device["processors"] = new JsonArray(new JsonObject { ["product"] = "Intel(R) Core(TM) i7-1365U ", ["numberOfCores"] = 10, ["manufacturer"] = "Intel" });
        device["physicalMemory"] = new JsonArray(new JsonObject { ["sizeBytes"] = 8_589_934_592 }, new JsonObject { ["sizeBytes"] = 8_589_934_592 });
        device["antiViruses"] = dice.Chance(70) ? new JsonArray(new JsonObject { ["name"] = "Bitdefender", ["version"] = "7.9" }, new JsonObject { ["name"] = "Windows Defender" }) : [];
        device["logicalVolume"] = new JsonArray(new JsonObject { ["name"] = "C:", ["capacity"] = 512_000_000_000, ["freeSpaceBytes"] = dice.Between(1, 500) * 1_000_000_000L });
        device["users"] = new JsonArray(new JsonObject { ["username"] = "SECRET-user" });
        device["softwareLicenses"] = new JsonArray(new JsonObject { ["productKey"] = "SECRET-hunter2" });
    }

    private void Fresh(int part) => dice = new Dice(((ulong)(uint)seed << 32) + (ulong)(uint)part);
}
