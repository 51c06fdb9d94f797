using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Connectors.NinjaOne;
using MSPortal.Core.Model;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Connectors.NinjaOne;

/// <summary>What becomes of NinjaOne's rows, and of fields that hold something else than they should.</summary>
public sealed class MappingTests
{
    private static readonly Uri Site = new("https://eu.ninjarmm.com");

    private const string Laptop = """
        {"id":35,"uid":"4e1a0023-051d-4aaa-8001-020300000023","organizationId":5,"locationId":50,"nodeClass":"WINDOWS_WORKSTATION","approvalStatus":"APPROVED","offline":false,
        "displayName":"Empfang 🖥","systemName":"LT-35.corp.example","dnsName":"lt-35.corp.example","netbiosName":"LT-35","lastContact":1772366400.25,"lastUpdate":1772366000,"userData":{"pw":"hunter2"},
        "notes":[{"text":"hunter2"}],"tags":["vip","a"],"ipAddresses":["10.0.0.1","10.0.0.1"],"macAddresses":["00:15:5D:00:00:0A"],"publicIP":"81.2.69.1","lastLoggedInUser":"ACME\\joe",
        "os":{"name":"Windows 11 Pro","buildNumber":"22631","releaseId":"23H2","lastBootTime":1772000000.5,"needsReboot":false,"architecture":"64-bit"},
        "system":{"manufacturer":"Dell","model":"Latitude 5540","serialNumber":null,"biosSerialNumber":"ABC","assetSerialNumber":"AT-1","domain":"corp.example","virtualMachine":false,"totalPhysicalMemory":17179869184},
        "memory":{"capacity":null},"processors":[{"name":"Intel ","numCores":4},{"name":"Intel ","numCores":4}],
        "references":{"location":{"name":"Main Office"},"warranty":{"endDate":1800000000000}}}
        """;

    [Fact]
    public void A_device_is_kept_with_all_that_its_source_says()
    {
        var device = Device(Laptop);

        Canonical.Json(device).ShouldBe(Canonical.Json(new ExternalDevice
        {
            ExternalId = "35",
            VendorUpdatedAt = DateTimeOffset.FromUnixTimeSeconds(1772366000),
            Name = "Empfang 🖥",
            Hostname = "LT-35",
            Domain = "corp.example",
            CompanyId = "5",
            SiteName = "Main Office",
            TypeId = "WINDOWS_WORKSTATION",
            TypeName = "Windows workstation",
            StatusId = "APPROVED",
            StatusName = "Approved",
            IsOnline = true,
            IsVirtual = false,
            NeedsReboot = false,
            LastSeenAt = DateTimeOffset.FromUnixTimeMilliseconds(1772366400250),
            LastBootAt = DateTimeOffset.FromUnixTimeMilliseconds(1772000000500),
            SerialNumber = "ABC",
            TagNumber = "AT-1",
            Manufacturer = "Dell",
            ModelNumber = "Latitude 5540",
            OsName = "Windows 11 Pro",
            OsVersion = "23H2 (22631)",
            Processor = "Intel",
            ProcessorCores = 8,
            MemoryBytes = 17179869184,
            MacAddresses = ["00:15:5D:00:00:0A"],
            IpAddresses = ["10.0.0.1"],
            ExternalIp = "81.2.69.1",
            LastUser = "ACME\\joe",
            WarrantyExpiresAt = DateTimeOffset.FromUnixTimeSeconds(1800000000),
            Url = "https://eu.ninjarmm.com/#/deviceDashboard/35/overview",
            Extra = new(StringComparer.Ordinal) { ["architecture"] = "64-bit", ["tags"] = "a, vip" },
        }));
        Canonical.Json(device).ShouldNotContain("hunter2");
    }

    [Theory]
    [InlineData("""{"id":1,"approvalStatus":"APPROVED"}""", false)]
    [InlineData("""{"id":1}""", false)]
    [InlineData("""{"id":1,"approvalStatus":"PENDING"}""", true)]
    [InlineData("""{"id":1,"approvalStatus":"STAGED"}""", true)]
    [InlineData("""{"id":1,"approvalStatus":"DECOMMISSIONED"}""", true)]
    public void What_is_not_managed_yet_or_any_more_is_inactive(string row, bool inactive) => Device(row).IsInactive.ShouldBe(inactive);

    [Theory]
    [InlineData("NMS_SWITCH", "Network switch")]
    [InlineData("VMWARE_VM_GUEST", "VMware VM guest")]
    [InlineData("HYPERV_VMM_HOST", "Hyper-V VM host")]
    [InlineData("MAC", "Mac")]
    [InlineData("SOMETHING_NEW", "Something new")]
    [InlineData("_", "_")]
    public void Codes_become_words_also_those_that_are_new(string code, string words) => NinjaOneMapping.Words(code).ShouldBe(words);

    [Theory]
    [InlineData("1772366400", "2026-03-01T12:00:00.000")]
    [InlineData("1772366400.123", "2026-03-01T12:00:00.123")]
    [InlineData("1772366400123", "2026-03-01T12:00:00.123")]
    [InlineData("1.7723664E9", "2026-03-01T12:00:00.000")]
    [InlineData("\"2026-03-01T12:00:00Z\"", "2026-03-01T12:00:00.000")]
    [InlineData("0", null)]
    [InlineData("-1", null)]
    [InlineData("null", null)]
    public void Times_are_seconds_or_milliseconds(string written, string? meant) =>
        Device($$"""{"id":1,"lastContact":{{written}}}""").LastSeenAt?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff", System.Globalization.CultureInfo.InvariantCulture).ShouldBe(meant);

    [Theory]
    [InlineData("""{"id":1,"lastContact":1e400}""", "lastContact")]
    [InlineData("""{"id":1,"lastContact":99999999999999999}""", "lastContact")]
    [InlineData("""{"id":1,"os":"Windows"}""", "os")]
    [InlineData("""{"id":1,"offline":"maybe"}""", "offline")]
    [InlineData("""{"id":1,"macAddresses":"00:11"}""", "macAddresses")]
    [InlineData("""{"name":"no id"}""", "id")]
    public void A_wrong_field_is_named_and_costs_its_row(string row, string field)
    {
        using var json = JsonDocument.Parse(row);

        var (record, bad) = NinjaOneRow.Read(json.RootElement, NinjaOneList.Id, (e, r) => NinjaOneMapping.Device(e, r, new NinjaOneExtras(), Site));

        record.ShouldBeNull();
        bad!.Reason.ShouldStartWith(field);
    }

    [Fact]
    public void A_sample_has_nothing_of_what_people_write_into_a_row()
    {
        using var json = JsonDocument.Parse(Laptop.Replace("\"lastContact\":1772366400.25", "\"lastContact\":{}", StringComparison.Ordinal).Replace("\"name\":\"Main Office\"", "\"name\":\"Main Office\",\"userData\":{\"a\":\"hunter2\"},\"apiToken\":\"hunter2\"", StringComparison.Ordinal));

        var (_, bad) = NinjaOneRow.Read(json.RootElement, NinjaOneList.Id, (e, r) => NinjaOneMapping.Device(e, r, new NinjaOneExtras(), Site));

        bad!.ExternalId.ShouldBe("35");
        bad.Sample.ShouldContain("Main Office");
        bad.Sample.ShouldNotContain("hunter2");
    }

    [Fact]
    public void An_alert_belongs_to_its_device_and_is_as_urgent_as_its_severity_or_else_its_priority_says()
    {
        DeviceAlert Of(string more) => Alert($$"""{"uid":"u-1","deviceId":7,"createTime":1772366400,"updateTime":1772366401,"psaTicketId":4711,"conditionName":"Disk"{{more}}}""");

        var alert = Of(",\"message\":\"Full\",\"severity\":\"MAJOR\",\"priority\":\"LOW\",\"device\":{\"organizationId\":3}");

        Canonical.Json(alert).ShouldBe(Canonical.Json(new DeviceAlert
        {
            ExternalId = "7:u-1", DeviceId = "7", Message = "Full", Priority = PriorityLevel.High, PriorityName = "Major", SourceName = "Disk", TicketNumber = "4711",
            RaisedAt = DateTimeOffset.FromUnixTimeSeconds(1772366400), VendorUpdatedAt = DateTimeOffset.FromUnixTimeSeconds(1772366401),
        }));
        Of(",\"severity\":\"NONE\",\"priority\":\"MEDIUM\"").Priority.ShouldBe(PriorityLevel.Medium);
        Of(",\"severity\":\"NONE\",\"priority\":\"NONE\"").Priority.ShouldBeNull();
        Of("").Message.ShouldBe("Disk");
        Alert("""{"uid":"u"}""").ExternalId.ShouldBe("0:u");
    }

    private static ExternalDevice Device(string row)
    {
        using var json = JsonDocument.Parse(row);
        return NinjaOneMapping.Device(json.RootElement, new JsonRow(json.RootElement), new NinjaOneExtras(), Site);
    }

    private static DeviceAlert Alert(string row)
    {
        using var json = JsonDocument.Parse(row);
        return NinjaOneMapping.Alert(json.RootElement, new JsonRow(json.RootElement));
    }
}
