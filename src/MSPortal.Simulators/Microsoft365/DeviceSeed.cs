using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Microsoft365;

/// <summary>Devices that Intune manages, for those tenants that have it.</summary>
internal static class DeviceSeed
{
    private const string Never = "0001-01-01T00:00:00Z";

    private static readonly string[] States = ["compliant", "compliant", "compliant", "compliant", "noncompliant", "inGracePeriod", "unknown", "conflict", "error", "configManager"];
    private static readonly (string System, string Version, string Maker, string Model)[] Kinds =
    [
        ("Windows", "10.0.22631.4317", "Dell Inc.", "Latitude 5540"), ("Windows", "10.0.26100.2314", "LENOVO", "21CES0MV00"), ("Windows", "10.0.19045.5011", "HP", "HP EliteBook 840 14 inch G9"),
        ("iOS", "18.1", "Apple", "iPhone 14"), ("Android", "14", "samsung", "SM-S911B"), ("macOS", "15.1 (24B83)", "Apple", "MacBook Pro"),
    ];

    public static List<JsonObject> Create(Tenant tenant, int seed, DateTimeOffset now)
    {
        var dice = TenantSeed.Fresh(seed, tenant.Number, 4);
        return [.. tenant.Users.Live.Where(u => (string?)u.Data["userType"] == "Member" && u.Data["assignedLicenses"] is JsonArray { Count: > 0 } && dice.Chance(70)).Select((user, at) => One(dice, user.Data, at, now))];
    }

    private static JsonObject One(Dice dice, JsonObject user, int number, DateTimeOffset now)
    {
        var (system, version, maker, model) = dice.Of(Kinds);
        var windows = system == "Windows";
        var enrolled = now.AddDays(-dice.Between(3, 900));
        return new JsonObject
        {
            ["id"] = TenantSeed.Uid(dice),
            ["userId"] = number % 29 == 5 ? "" : (string?)user["id"],
            ["deviceName"] = windows ? string.Create(CultureInfo.InvariantCulture, $"LT-{number:D4}") : string.Create(CultureInfo.InvariantCulture, $"{user["mailNickname"]}_{system}_{enrolled:M/d/yyyy}"),
            ["managedDeviceOwnerType"] = dice.Chance(80) ? "company" : "personal",
            ["enrolledDateTime"] = Graph.Time(enrolled),
            ["lastSyncDateTime"] = number % 37 == 9 ? Never : Graph.Time(now.AddMinutes(-dice.Between(5, 60_000))),
            ["operatingSystem"] = system,
            ["osVersion"] = version,
            ["complianceState"] = dice.Of(States),
            ["jailBroken"] = windows ? "Unknown" : "False",
            ["managementAgent"] = windows && dice.Chance(20) ? "configurationManagerClientMdm" : "mdm",
            ["easActivated"] = windows,
            ["easActivationDateTime"] = Never,
            ["azureADRegistered"] = true,
            ["azureADDeviceId"] = number % 31 == 7 ? "00000000-0000-0000-0000-000000000000" : TenantSeed.Uid(dice),
            ["deviceEnrollmentType"] = windows ? "windowsAzureADJoin" : "userEnrollment",
            ["deviceRegistrationState"] = "registered",
            ["isSupervised"] = system == "iOS",
            ["isEncrypted"] = dice.Chance(85),
            ["emailAddress"] = (string?)user["mail"],
            ["userPrincipalName"] = (string?)user["userPrincipalName"],
            ["userDisplayName"] = (string?)user["displayName"],
            ["manufacturer"] = maker,
            ["model"] = model,
            ["serialNumber"] = number % 8 == 3 ? "" : number % 19 == 2 ? "Default string" : $"{dice.Next() % 0xFFFFFFF:X7}{number % 10}",
            ["imei"] = "",
            ["phoneNumber"] = "",
            ["wiFiMacAddress"] = number % 6 == 1 ? null : $"{dice.Next() & 0xFFFFFFFFFFFF:X12}",
            ["ethernetMacAddress"] = windows ? $"{dice.Next() & 0xFFFFFFFFFFFF:X12}" : null,
            ["complianceGracePeriodExpirationDateTime"] = "9999-12-31T23:59:59Z",
            ["totalStorageSpaceInBytes"] = 511_101_108_224,
            ["freeStorageSpaceInBytes"] = (long)(511_101_108_224 * dice.Part()),
            ["physicalMemoryInBytes"] = number % 3 == 0 ? 17_179_869_184 : 0,   // Mostly not collected.
            ["managedDeviceName"] = $"{user["mailNickname"]}_{system}",
            ["partnerReportedThreatState"] = "unknown",
            ["managementCertificateExpirationDate"] = Graph.Time(enrolled.AddDays(365)),
            ["notes"] = null,
        };
    }
}
