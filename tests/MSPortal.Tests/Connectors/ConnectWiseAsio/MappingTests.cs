using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Connectors.ConnectWiseAsio;
using MSPortal.Core.Model;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Connectors.ConnectWiseAsio;

/// <summary>What becomes of the platform's rows, however their fields are spelled.</summary>
public sealed class MappingTests
{
    [Theory]
    [InlineData("endpointID", "modifiedAt")]
    [InlineData("EndpointID", "ModifiedAt")]
    [InlineData("endpointId", "modifiedat")]
    public void A_field_is_the_same_in_every_spelling_and_an_id_in_every_case(string id, string time)
    {
        var device = Device($$"""{"{{id}}":"F4B2990C-075A-4132-967C-2FA3431E89DF","{{time}}":"2026-03-01T12:00:00Z","friendlyName":" Empfang ","deviceName":"LT-1.corp.example","os":{"product":"Windows 11","version":"10.0.22631","buildNumber":"22631","productKey":"SECRET"} }""");

        Canonical.Json(device).ShouldBe(Canonical.Json(new ExternalDevice
        {
            ExternalId = "f4b2990c-075a-4132-967c-2fa3431e89df",
            VendorUpdatedAt = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero),
            Name = "Empfang",
            Hostname = "LT-1",
            CompanyId = "c",
            SiteName = "Main",
            OsName = "Windows 11",
            OsVersion = "10.0.22631",
            Extra = new(StringComparer.Ordinal) { ["category"] = "platform", ["siteId"] = "s" },
        }));
    }

    [Theory]
    [InlineData("""{"endpointID":"a","os":"Windows"}""", "os")]
    [InlineData("""{"endpointID":"a","modifiedAt":"soon"}""", "modifiedat")]
    [InlineData("""{"endpointID":"a","macAddress":{}}""", "macaddress")]
    [InlineData("""{"endpointID":"a b"}""", "endpointid")]
    [InlineData("""{"friendlyName":"no id"}""", "endpointid")]
    public void A_wrong_field_is_named_and_costs_its_row(string row, string field)
    {
        var (record, bad) = Read(row);

        record.ShouldBeNull();
        bad!.Reason.ShouldStartWith(field);
    }

    [Fact]
    public void A_sample_has_neither_keys_nor_people()
    {
        var (_, bad) = Read("""{"endpointID":"a","modifiedAt":"soon","os":{"product":"Windows","productKey":"hunter2","userName":"hunter2"},"users":[{"a":"hunter2"}]}""");

        bad!.ExternalId.ShouldBe("a");
        bad.Sample.ShouldContain("Windows");
        bad.Sample.ShouldNotContain("hunter2");
    }

    /// <summary>A wrong one would show one client's data to another.</summary>
    [Theory]
    [InlineData("ConnectWise Manage", "connectwiseCompanyId")]
    [InlineData("ConnectWise PSA", "connectwiseCompanyId")]
    [InlineData("HaloPSA", "halopsaCompanyId")]
    [InlineData("Autotask PSA", "autotaskCompanyId")]
    [InlineData("Syncro", "syncroCompanyId")]
    [InlineData("ManageEngine", "external: ManageEngine")]
    [InlineData("Some PSA", "external: Some PSA")]
    public void An_id_at_another_product_is_that_products_and_no_others(string product, string field)
    {
        using var json = JsonDocument.Parse($$"""{"id":"c-1","name":"Acme","externalIds":[{"externalId":"301","productId":"{{product}}"}]}""");
        var element = AsioJson.Lower(json.RootElement);

        AsioMapping.Company(new JsonRow(element)).Extra.ShouldBe(new Dictionary<string, string?> { [field] = "301" }, ignoreOrder: true);
    }

    [Theory]
    [InlineData("Guest", true)]
    [InlineData("Host", false)]
    [InlineData("Physical", false)]
    [InlineData("Something", null)]
    public void A_host_of_virtual_machines_is_a_machine(string word, bool? isVirtual) => Device($$"""{"endpointID":"a","virtualType":"{{word}}"}""").IsVirtual.ShouldBe(isVirtual);

    private static ExternalDevice Device(string row) => Read(row).Record.ShouldNotBeNull();

    private static (ExternalDevice? Record, Core.Contracts.BadRow? Bad) Read(string row)
    {
        using var json = JsonDocument.Parse(row);
        var element = AsioJson.Lower(json.RootElement);
        return AsioJson.Read(element, "endpointid", r => AsioMapping.Device(r, new AsioPlace("platform", "c", "s"), "Main"));
    }
}
