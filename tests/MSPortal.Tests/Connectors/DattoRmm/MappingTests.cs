using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Connectors.DattoRmm;
using MSPortal.Core.Model;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Connectors.DattoRmm;

public sealed class MappingTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 28, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_site_keeps_its_Autotask_company_and_none_of_its_secrets()
    {
        var site = Site("""
            {"id":12,"uid":"s-1","accountUid":"a","name":"Acme","description":"Main","notes":"hunter2","onDemand":true,"proxySettings":{"password":"SECRET"},
            "devicesStatus":{"numberOfDevices":3},"autotaskCompanyName":"Acme Inc","autotaskCompanyId":"174","portalUrl":"https://x/site/12"}
            """);

        Canonical.Json(site).ShouldBe(Canonical.Json(new ExternalCompany
        {
            ExternalId = "s-1",
            Name = "Acme",
            Identifier = "12",
            Extra = new(StringComparer.Ordinal)
            {
                ["autotaskCompanyId"] = "174", ["autotaskCompanyName"] = "Acme Inc", ["onDemand"] = "true", ["portalUrl"] = "https://x/site/12",
            },
        }));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("\"0\"")]
    public void No_Autotask_company_is_none(string id) => Site($$"""{"uid":"s-1","name":"Acme","autotaskCompanyId":{{id}}}""").Extra.ShouldBeNull();

    [Fact]
    public void A_device_of_an_agent_is_kept_whole_but_for_what_may_be_secret()
    {
        var device = Device("""
            {"id":7,"uid":"d-1","siteId":12,"siteUid":"s-1","siteName":"Acme","deviceType":{"category":"Laptop","type":"Notebook"},"hostname":"LT-1.corp.local","intIpAddress":"10.0.0.7",
            "operatingSystem":"Microsoft Windows 11 Pro 10.0.22631","lastLoggedInUser":"CORP\\ann","domain":"corp.local","cagVersion":"4.4.1","displayVersion":"4.4.2230","extIpAddress":"81.2.3.4",
            "description":"Empfang","a64Bit":true,"rebootRequired":true,"online":false,"suspended":true,"deleted":false,"lastSeen":1779969600000,"lastReboot":"2026-05-28T12:00:00Z",
            "lastAuditDate":"1779969600000","creationDate":null,"udf":{"udf3":"SECRET-1"},"deviceClass":"device","portalUrl":"https://x/device/7","warrantyDate":"2027-01-31",
            "antivirus":{"antivirusProduct":"Defender","antivirusStatus":"NotRunning"},"patchManagement":{"patchStatus":"ApprovedPending","patchesApprovedPending":4,"patchesNotApproved":1,"patchesInstalled":9},
            "softwareStatus":"x","webRemoteUrl":"https://x/?token=SECRET"}
            """);

        Canonical.Json(device).ShouldBe(Canonical.Json(new ExternalDevice
        {
            ExternalId = "d-1",
            VendorUpdatedAt = Noon,
            Name = "LT-1.corp.local",
            Hostname = "LT-1",
            Domain = "corp.local",
            Description = "Empfang",
            CompanyId = "s-1",
            SiteName = "Acme",
            TypeName = "Laptop",
            OsName = "Microsoft Windows 11 Pro",
            OsVersion = "10.0.22631",
            IpAddresses = ["10.0.0.7"],
            ExternalIp = "81.2.3.4",
            LastUser = "CORP\\ann",
            WarrantyExpiresAt = new(2027, 1, 31, 0, 0, 0, TimeSpan.Zero),
            LastSeenAt = Noon,
            LastBootAt = Noon,
            IsOnline = false,
            IsInactive = true,
            NeedsReboot = true,
            AntivirusProduct = "Defender",
            AntivirusStatus = "NotRunning",
            PatchStatus = "ApprovedPending",
            PatchesPending = 4,
            AgentVersion = "4.4.2230",
            Url = "https://x/device/7",
            Extra = new(StringComparer.Ordinal) { ["deviceClass"] = "device", ["deviceType"] = "Notebook" },
        }));
    }

    [Theory]
    [InlineData("""{"uid":"d-1","description":"Switch","intIpAddress":"10.0.0.1"}""", "Switch")]
    [InlineData("""{"uid":"d-1","hostname":null,"intIpAddress":"10.0.0.1","deviceType":null,"antivirus":null,"patchManagement":null,"udf":null}""", "10.0.0.1")]
    [InlineData("""{"uid":"d-1"}""", "d-1")]
    public void A_network_device_has_a_name_whatever_is_missing(string json, string name) => Device(json).Name.ShouldBe(name);

    [Theory]
    [InlineData("1779969600000", true)]
    [InlineData("\"1779969600000\"", true)]
    [InlineData("1779969600", true)]
    [InlineData("1779969600000.0", true)]
    [InlineData("\"2026-05-28T14:00:00+02:00\"", true)]
    [InlineData("\"2026-05-28T12:00:00\"", true)]
    [InlineData("0", false)]
    [InlineData("-1", false)]
    [InlineData("null", false)]
    [InlineData("\"\"", false)]
    public void Times_are_understood_in_every_form(string json, bool noon) =>
        Device($$"""{"uid":"d-1","lastSeen":{{json}}}""").LastSeenAt.ShouldBe(noon ? Noon : null);

    [Theory]
    [InlineData("""{"uid":"d-1","lastSeen":"yesterday"}""", "lastSeen")]
    [InlineData("""{"uid":"d-1","lastSeen":1e28}""", "lastSeen")]
    [InlineData("""{"uid":"d-1","siteUid":"../x"}""", "siteUid")]
    [InlineData("""{"uid":{}}""", "uid")]
    [InlineData("""{"uid":"d-1","deleted":"maybe"}""", "deleted")]
    [InlineData("""[1]""", "row")]
    public void A_wrong_field_names_itself(string json, string field)
    {
        using var document = JsonDocument.Parse(json);
        var (record, bad) = DattoRmmStreams.Read(document.RootElement, DattoRmmStreams.Devices);

        record.ShouldBeNull();
        bad!.Reason.ShouldStartWith(field);
    }

    [Theory]
    [InlineData("""{"@class":"perf_disk_usage_ctx","diskName":"C:","freeSpace":3.5,"totalVolume":476.3}""", "Disk usage", "Disk C: has 3.5 free of 476.3")]
    [InlineData("""{"@class":"eventlog_ctx","source":"Kernel-Power","code":"41","description":"Rebooted."}""", "Event log", "Kernel-Power 41 Rebooted.")]
    [InlineData("""{"@class":"online_offline_status_ctx","status":"OFFLINE"}""", "Online status", "The device is offline")]
    [InlineData("""{"@class":"brand_new_ctx","reason":{"a":1}}""", "Brand new", "Brand new")]
    [InlineData("null", null, "Alert")]
    public void An_alert_without_diagnostics_says_what_it_is_about(string context, string? source, string message)
    {
        var alert = Alert($$"""{"alertUid":"a-1","priority":"Moderate","diagnostics":null,"alertContext":{{context}},"timestamp":1779969600000,"alertSourceInfo":{"deviceUid":"d-1","siteUid":"s-1"},"muted":true,"ticketNumber":"T1"}""");

        Canonical.Json(alert).ShouldBe(Canonical.Json(new DeviceAlert
        {
            ExternalId = "a-1", VendorUpdatedAt = Noon, DeviceId = "d-1", CompanyId = "s-1", Message = message, Priority = PriorityLevel.Medium, PriorityName = "Moderate", SourceName = source, TicketNumber = "T1", IsMuted = true, RaisedAt = Noon,
        }));
    }

    [Theory]
    [InlineData("Critical", PriorityLevel.Critical)]
    [InlineData("High", PriorityLevel.High)]
    [InlineData("Low", PriorityLevel.Low)]
    [InlineData("Information", PriorityLevel.Low)]
    [InlineData("Unknown", null)]
    [InlineData("Brand new", null)]
    public void Priorities_are_mapped_and_new_ones_kept_by_name(string priority, PriorityLevel? level)
    {
        var alert = Alert($$"""{"alertUid":"a-1","priority":"{{priority}}","diagnostics":"Two\r\nlines"}""");

        (alert.Priority, alert.PriorityName, alert.Message).ShouldBe((level, priority, "Two lines"));
    }

    [Fact]
    public void An_audit_of_a_machine_is_kept_in_one_form()
    {
        var detail = Detail("device", """
            {"systemInfo":{"manufacturer":"VMware, Inc.","model":"VMware7,1","totalPhysicalMemory":17179869184,"username":"CORP\\ann","totalCpuCores":8},
            "nics":[{"ipv4":"10.0.0.7","ipv6":null,"macAddress":"00-1a-2b-3c-4d-5e"},{"ipv4":"","ipv6":"fe80::1","macAddress":"001A2B3C4D5E"},{"ipv4":null,"ipv6":null,"macAddress":"000000000000"}],
            "bios":{"serialNumber":"SN1","smBiosVersion":"1.7"},"processors":[{"name":"i7"}],"logicalDisks":[{"diskIdentifier":"D:","size":null,"freespace":null},{"diskIdentifier":"C:","size":100,"freespace":0}]}
            """);

        Canonical.Json(detail).ShouldBe(Canonical.Json(new DeviceDetail
        {
            ExternalId = "d-1", DeviceId = "d-1", Manufacturer = "VMware, Inc.", ModelNumber = "VMware7,1", SerialNumber = "SN1", BiosVersion = "1.7", Processor = "i7", ProcessorCores = 8, MemoryBytes = 17179869184,
            LastUser = "CORP\\ann", IsVirtual = true, MacAddresses = ["00:1A:2B:3C:4D:5E"], IpAddresses = ["10.0.0.7", "fe80::1"], Disks = [new DeviceDisk("C:", 100, 0)],
        }));
    }

    [Fact]
    public void Printers_and_hosts_keep_theirs_elsewhere()
    {
        Detail("printer", """{"snmpInfo":{"snmpSerial":"P1"},"systemInfo":{"manufacturer":"HP","model":"M404"},"nics":null}""").SerialNumber.ShouldBe("P1");
        var host = Detail("esxihost", """
            {"systemInfo":{"manufacturer":"Dell","model":"R650","serviceTag":"ST1"},"processors":[{"name":"Xeon","numberOfCores":12},{"name":"Xeon","numberOfCores":12}],
            "physicalMemory":[{"size":1024},{"size":1024}],"datastores":[{"datastoreName":"ds1","size":9,"freeSpace":3}]}
            """);
        (host.SerialNumber, host.ProcessorCores, host.MemoryBytes, host.IsVirtual, host.Disks.Single()).ShouldBe(("ST1", 24, 2048L, false, new DeviceDisk("ds1", 9, 3)));
    }

    private static ExternalCompany Site(string json) => Map<ExternalCompany>(json, DattoRmmStreams.Sites);

    private static ExternalDevice Device(string json) => Map<ExternalDevice>(json, DattoRmmStreams.Devices);

    private static DeviceAlert Alert(string json) => Map<DeviceAlert>(json, DattoRmmStreams.Alerts);

    private static T Map<T>(string json, DattoRmmList list)
        where T : ExternalRecord
    {
        using var document = JsonDocument.Parse(json);
        var (record, bad) = DattoRmmStreams.Read(document.RootElement, list);
        bad.ShouldBeNull(bad?.Reason);
        return record.ShouldBeOfType<T>();
    }

    private static DeviceDetail Detail(string deviceClass, string json)
    {
        using var document = JsonDocument.Parse(json);
        return DattoRmmAuditMapping.Detail(new JsonRow(document.RootElement), "d-1", deviceClass);
    }
}
