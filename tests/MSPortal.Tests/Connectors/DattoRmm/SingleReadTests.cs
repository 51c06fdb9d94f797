using MSPortal.Connectors.DattoRmm;
using MSPortal.Core.Contracts;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Connectors.DattoRmm.DattoScript;

namespace MSPortal.Tests.Connectors.DattoRmm;

/// <summary>A record is gone only by a plain word about it; an audit is asked for where the device's class says.</summary>
public sealed class SingleReadTests
{
    private const string Devices = "/v2/account/devices";
    private const string Alerts = "/v2/account/alerts/open";

    private readonly DattoScript vendor = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_device_is_present_gone_marked_or_unknown()
    {
        vendor.With(Devices, [1, 2]);
        vendor.Rows[Devices][1]["deleted"] = true;

        var results = await ByIdsAsync(DattoRmmStreams.Devices, Uid(1), Uid(2), Uid(9), "../account");

        results.Select(r => (r.ExternalId, r.GetType())).ShouldBe(
            [(Uid(1), typeof(ReadResult.Present)), (Uid(2), typeof(ReadResult.Gone)), (Uid(9), typeof(ReadResult.Gone)), ("../account", typeof(ReadResult.Unknown))]);
        vendor.Calls("/v2/account").Count().ShouldBe(1);
    }

    [Fact]
    public async Task An_alert_that_is_resolved_is_gone()
    {
        vendor.With(Alerts, [1, 2]);
        vendor.Rows[Alerts][0]["resolved"] = true;

        (await ByIdsAsync(DattoRmmStreams.Alerts, Uid(1), Uid(2))).Select(r => r.GetType()).ShouldBe([typeof(ReadResult.Gone), typeof(ReadResult.Present)]);
    }

    [Fact]
    public async Task Nothing_is_gone_while_the_account_does_not_answer()
    {
        vendor.Script = call => call.Path == "/v2/account" ? Error(500, "x") : null;

        await Should.ThrowAsync<FaultException>(() => ByIdsAsync(DattoRmmStreams.Devices, Uid(9)));
    }

    [Theory]
    [InlineData("<html>gone</html>", "text/html")]
    [InlineData("", "application/json")]
    [InlineData("""{"message":"no route"}""", "application/json")]
    public async Task A_404_that_is_not_in_its_own_words_proves_nothing(string body, string type)
    {
        vendor.Script = call => call.Path.StartsWith("/v2/device/", StringComparison.Ordinal) ? Answer(404, body, type) : null;

        (await ByIdsAsync(DattoRmmStreams.Devices, Uid(9))).ShouldHaveSingleItem().ShouldBeOfType<ReadResult.Unknown>();
    }

    [Fact]
    public async Task Another_record_than_the_one_asked_for_proves_nothing()
    {
        vendor.Script = call => call.Path.StartsWith("/v2/device/", StringComparison.Ordinal) ? Answer(200, Row(Devices, 5).ToJsonString()) : null;

        (await ByIdsAsync(DattoRmmStreams.Devices, Uid(9))).ShouldHaveSingleItem().ShouldBeOfType<ReadResult.Unknown>();
    }

    [Theory]
    [InlineData("device")]
    [InlineData("printer")]
    [InlineData("esxihost")]
    public async Task An_audit_is_one_request_where_the_list_has_told_the_class(string deviceClass)
    {
        await SweepAsync(deviceClass);
        vendor.Documents[$"/v2/audit/{deviceClass}/{Uid(1)}"] = Audit;
        vendor.Seen.Clear();

        var result = await AuditAsync();

        result.Rows.ShouldHaveSingleItem().ExternalId.ShouldBe(Uid(1));
        vendor.Seen.Select(c => c.Path).ShouldBe([$"/v2/audit/{deviceClass}/{Uid(1)}"]);
    }

    [Theory]
    [InlineData("rmmnetworkdevice")]
    [InlineData("unknown")]
    [InlineData("brandnewclass")]
    public async Task A_device_without_audit_costs_no_request(string deviceClass)
    {
        await SweepAsync(deviceClass);
        vendor.Seen.Clear();

        var result = await AuditAsync();

        (result.Rows.Count, result.Complete, result.ParentGone, vendor.Seen.Count).ShouldBe((0, true, false, 0));
    }

    [Fact]
    public async Task A_class_that_nobody_told_is_asked_for()
    {
        vendor.With(Devices, [1]);
        vendor.Documents[$"/v2/audit/device/{Uid(1)}"] = Audit;

        (await AuditAsync()).Rows.Count.ShouldBe(1);
        vendor.Calls($"/v2/device/{Uid(1)}").Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_class_that_has_changed_is_asked_for_again()
    {
        await SweepAsync("device");
        vendor.Rows[Devices][0]["deviceClass"] = "printer";
        vendor.Documents[$"/v2/audit/printer/{Uid(1)}"] = Audit;
        vendor.Script = call => call.Path.StartsWith("/v2/audit/device/", StringComparison.Ordinal) ? Error(400, "Bad Request") : null;

        (await AuditAsync()).Rows.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_device_that_is_there_without_audit_has_none_and_one_that_is_not_there_is_gone()
    {
        await SweepAsync("device");
        var none = await AuditAsync();
        (none.Rows.Count, none.Complete, none.ParentGone).ShouldBe((0, true, false));

        vendor.Rows[Devices].Clear();
        (await AuditAsync()).ParentGone.ShouldBeTrue();
    }

    [Theory]
    [InlineData(403, "{}", typeof(Fault.PermissionMissing))]
    [InlineData(500, "{}", typeof(Fault.VendorDown))]
    [InlineData(200, "<html>", typeof(Fault.BadData))]
    public async Task An_audit_that_is_refused_is_the_fault_that_it_means(int status, string body, Type fault)
    {
        await SweepAsync("device");
        vendor.Script = call => call.Path.StartsWith("/v2/audit/", StringComparison.Ordinal) ? Answer(status, body) : null;

        (await Should.ThrowAsync<FaultException>(AuditAsync)).Fault.ShouldBeOfType(fault);
    }

    [Fact]
    public async Task An_audit_that_makes_no_sense_is_a_bad_row()
    {
        await SweepAsync("device");
        vendor.Documents[$"/v2/audit/device/{Uid(1)}"] = """{"nics":7}""";

        (await AuditAsync()).Bad.ShouldHaveSingleItem().ExternalId.ShouldBe(Uid(1));
    }

    private async Task SweepAsync(string deviceClass)
    {
        vendor.With(Devices, [1]);
        vendor.Rows[Devices][0]["deviceClass"] = deviceClass;
        await foreach (var _ in DattoRmmPass.ReadAsync(vendor.Client(), DattoRmmStreams.Devices, new ReadRequest(PassKind.Full, Cursor.Start, null), Stop))
        {
            // What it tells is remembered.
        }
    }

    private Task<ChildrenResult> AuditAsync() => DattoRmmAudits.ReadAsync(vendor.Session(), Uid(1), Stop);

    private Task<IReadOnlyList<ReadResult>> ByIdsAsync(DattoRmmList list, params string[] ids) => DattoRmmByIds.ReadAsync(vendor.Client(), list, ids, Stop);
}
