using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Simulators.DattoRmm;

/// <summary>Lists, single records and audits, with the traps that the documents name.</summary>
public sealed class ReadTests(RunningDatto datto) : IClassFixture<RunningDatto>
{
    [Theory]
    [InlineData("/v2/account/sites", "sites", "uid")]
    [InlineData("/v2/account/devices", "devices", "uid")]
    public async Task A_list_followed_by_its_own_addresses_brings_every_row_once(string path, string wrapper, string key)
    {
        var rows = await datto.AllAsync($"{path}?max=100", wrapper);

        rows.Select(r => r[key]!.ToString()).ShouldBe((await datto.TruthAsync(wrapper)).Select(r => r![key]!.ToString()));
        var first = (await datto.GetAsync($"{path}?max=7"))["pageDetails"]!;
        (first["count"]!.GetValue<int>(), first["totalCount"]!.GetValue<int>(), first["prevPageUrl"]).ShouldBe((7, rows.Count, null));
        first["nextPageUrl"]!.ToString().ShouldStartWith("http://");
    }

    [Fact]
    public async Task A_page_has_250_rows_at_most_and_one_past_the_end_has_none()
    {
        (await datto.GetAsync("/v2/account/devices?max=1000"))["devices"]!.AsArray().Count.ShouldBe(250);
        (await datto.GetAsync("/v2/account/devices?page=99"))["devices"]!.AsArray().ShouldBeEmpty();
        (await datto.GetAsync("/v2/system/pagination"))["max"]!.GetValue<int>().ShouldBe(250);
    }

    [Fact]
    public async Task Open_alerts_come_without_a_number_and_their_next_page_loses_the_filter()
    {
        var page = (await datto.GetAsync("/v2/account/alerts/open?muted=false&max=3"))["pageDetails"]!.AsObject();

        page.ContainsKey("totalCount").ShouldBeFalse();
        page["nextPageUrl"]!.ToString().ShouldNotContain("muted");
        var open = await datto.AllAsync("/v2/account/alerts/open", "alerts");
        open.Select(a => a["alertUid"]!.ToString()).ShouldBe((await datto.TruthAsync("alerts")).Where(a => !a!["resolved"]!.GetValue<bool>()).Select(a => a!["alertUid"]!.ToString()), ignoreOrder: true);
        open.ShouldAllBe(a => a["id"] == null);
        (await datto.AllAsync("/v2/account/alerts/resolved", "alerts")).ShouldAllBe(a => a["resolved"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Devices_of_every_class_are_there_with_times_in_two_forms_and_secrets_where_people_leave_them()
    {
        var devices = await datto.AllAsync("/v2/account/devices", "devices");

        devices.Select(d => d["deviceClass"]!.ToString()).Distinct().ShouldBe(["device", "printer", "esxihost", "rmmnetworkdevice", "unknown"], ignoreOrder: true);
        devices.Select(d => d["lastSeen"]!.GetValueKind()).Distinct().ShouldBe([JsonValueKind.Number, JsonValueKind.String], ignoreOrder: true);
        devices.ShouldContain(d => d["deleted"]!.GetValue<bool>());
        devices.Where(d => d["deviceClass"]!.ToString() == "rmmnetworkdevice").ShouldAllBe(d => d["operatingSystem"] == null && d["antivirus"] == null && d["lastAuditDate"] == null);
        string.Join('\n', devices.Select(d => d.ToJsonString())).ShouldContain("SECRET-");
        (await datto.TruthAsync("sites")).Where(s => s!["autotaskCompanyId"] is not null).Count().ShouldBeGreaterThan(5);
    }

    [Fact]
    public async Task An_audit_is_where_the_class_says_and_400_elsewhere()
    {
        foreach (var deviceClass in new[] { "device", "printer", "esxihost" })
        {
            var device = (await datto.TruthAsync("devices")).First(d => d!["deviceClass"]!.ToString() == deviceClass && !d["deleted"]!.GetValue<bool>())!;
            var audit = (await datto.GetAsync($"/v2/audit/{deviceClass}/{device["uid"]}")).AsObject();
            (audit.ContainsKey("systemInfo"), audit.ContainsKey("id"), audit.ContainsKey("deviceUid")).ShouldBe((true, false, false));
            (await datto.SendAsync($"/v2/audit/{(deviceClass == "device" ? "printer" : "device")}/{device["uid"]}")).Status.ShouldBe(HttpStatusCode.BadRequest);
        }

        (await datto.SendAsync("/v2/audit/device/none")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_record_alone_is_the_one_of_its_list()
    {
        foreach (var (list, wrapper, single, key) in new[] { ("/v2/account/sites", "sites", "/v2/site", "uid"), ("/v2/account/devices", "devices", "/v2/device", "uid"), ("/v2/account/alerts/open", "alerts", "/v2/alert", "alertUid") })
        {
            var row = (await datto.GetAsync(list))[wrapper]![3]!;
            (await datto.GetAsync($"{single}/{row[key]}")).ToJsonString().ShouldBe(row.ToJsonString());
        }

        var device = (await datto.TruthAsync("devices"))[0]!;
        (await datto.GetAsync($"/v2/device/id/{device["id"]}"))["uid"]!.ToString().ShouldBe(device["uid"]!.ToString());
        (await datto.AllAsync($"/v2/site/{device["siteUid"]}/devices", "devices")).ShouldAllBe(d => d["siteUid"]!.ToString() == device["siteUid"]!.ToString());
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_account()
    {
        await using var other = await RunningDatto.StartAsync();
        await using var again = await RunningDatto.StartAsync();

        foreach (var kind in new[] { "sites", "devices", "audits", "alerts" })
        {
            (await again.TruthAsync(kind)).ToJsonString().ShouldBe((await other.TruthAsync(kind)).ToJsonString(), kind);
        }
    }

    [Fact]
    public async Task An_agent_that_looks_again_moves_its_audit_date_and_a_deleted_device_is_marked_or_gone()
    {
        await using var own = await RunningDatto.StartAsync();
        var devices = (await own.TruthAsync("devices")).Where(d => d!["deviceClass"]!.ToString() == "device" && !d["deleted"]!.GetValue<bool>()).ToList();
        var (id, uid) = (devices[0]!["id"]!.GetValue<long>(), devices[0]!["uid"]!.ToString());
        own.Clock.Advance(TimeSpan.FromMinutes(1));

        await own.ControlAsync(HttpMethod.Post, "set/audit", new { device = id, username = "CORP\\else" });

        (await own.GetAsync($"/v2/device/{uid}"))["lastAuditDate"]!.GetValue<long>().ShouldBe(own.Clock.GetUtcNow().ToUnixTimeMilliseconds());
        (await own.GetAsync($"/v2/audit/device/{uid}"))["systemInfo"]!["username"]!.ToString().ShouldBe("CORP\\else");

        await own.ControlAsync(HttpMethod.Delete, $"records/devices/{id}");
        (await own.SendAsync($"/v2/device/{uid}")).Status.ShouldBe(HttpStatusCode.NotFound);
        await own.ControlAsync(HttpMethod.Post, "set/behaviour", new { keepsDeleted = true });
        await own.ControlAsync(HttpMethod.Delete, $"records/devices/{devices[1]!["id"]}");
        (await own.GetAsync($"/v2/device/{devices[1]!["uid"]}"))["deleted"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task An_alert_can_be_resolved_by_a_program()
    {
        await using var own = await RunningDatto.StartAsync();
        var alert = (await own.GetAsync("/v2/account/alerts/open"))["alerts"]![0]!["alertUid"]!.ToString();

        (await own.SendAsync($"/v2/alert/{alert}/resolve", HttpMethod.Post)).Status.ShouldBe(HttpStatusCode.OK);

        (await own.GetAsync($"/v2/alert/{alert}"))["resolved"]!.GetValue<bool>().ShouldBeTrue();
        (await own.AllAsync("/v2/account/alerts/open", "alerts")).ShouldAllBe(a => a["alertUid"]!.ToString() != alert);
    }
}
