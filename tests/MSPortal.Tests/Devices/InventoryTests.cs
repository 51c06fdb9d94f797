using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Devices;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Tests.Support;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Devices;
using MSPortal.Web.Ui;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Devices.DeviceHome;

namespace MSPortal.Tests.Devices;

/// <summary>What the sources say becomes the devices that people see, and what people decide outlives every later sync.</summary>
public sealed class InventoryTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, DatabaseData]
    public async Task Only_devices_of_linked_companies_whose_type_is_mapped_come_in_and_the_list_says_why_the_others_do_not(DatabaseKind kind)
    {
        await using var home = await MappedAsync(kind);
        await home.ReadAsync(
            home.Rmm, Device("1", "pc-1", "s1"), Device("2", "pc-2", "s9"), Device("3", "cam", "s1", type: "Camera"), Device("4", "prn", "s1", type: "Printer"), Device("5", "old", "s1") with { IsInactive = true });

        await home.Types.ChooseAsync(home.Rmm, [new("Printer", DeviceTypes.Printer), new("Printer", null)], home.Storage.Ada, Stop);
        var result = await home.ImportAllAsync(home.Rmm);

        result.ShouldBe(new DeviceImportResult(1, 1, 0));
        (await Should.ThrowAsync<DeviceProblemException>(() => home.Types.ChooseAsync(home.Rmm, [new("Printr", null)], home.Storage.Ada, Stop))).Message.ShouldBe("Watcher has no devices of the type “Printr”.");
        (await home.LinesAsync()).ShouldBe(["pc-1 (workstation): rmm/1"]);
        (await StagedAsync(home)).ShouldBe(["1 Imported", "2 CompanyNotLinked", "3 TypeUndecided", "4 TypeIgnored", "5 Inactive"]);
        foreach (var status in Enum.GetValues<StagedStatus>().Where(s => s != StagedStatus.Ready))
        {
            (await StagedAsync(home, new StagingFilter(Status: status))).ShouldAllBe(line => line.EndsWith(status.ToString(), StringComparison.Ordinal));
        }
    }

    [Theory, DatabaseData]
    public async Task A_machine_that_two_tools_know_is_one_device_with_what_both_say(DatabaseKind kind)
    {
        await using var home = await MappedAsync(kind);
        await home.ReadAsync(home.Psa, Device("77", "Ada's PC", "c1", "5CG1234XYZ") with { WarrantyExpiresAt = new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero) });
        await home.ReadAsync(home.Rmm, Device("1", "pc-1", "s1", "5cg1234xyz") with { Hostname = "PC-1", IsOnline = true, OsName = "Windows 11", LastSeenAt = home.Storage.Clock.GetUtcNow() });
        await home.ReadAsync(home.Rmm, new DeviceAlert { ExternalId = "a", DeviceId = "1", Message = "Disk full", Priority = PriorityLevel.High });
        (await home.ImportAllAsync(home.Psa)).ShouldBe(new DeviceImportResult(1, 1, 0));
        var before = await home.IdAsync("Ada's PC");

        (await home.ImportAllAsync(home.Rmm)).ShouldBe(new DeviceImportResult(1, 0, 0), "it is a device that the PSA knew already");

        var device = (await home.DevicesAsync()).ShouldHaveSingleItem();
        device.Line.Id.ShouldBe(before);
        (device.Line.Name, device.Line.OsName, device.Line.Reach, device.Line.Alerts).ShouldBe(("PC-1", "Windows 11", DeviceReach.Online, 1));
        device.Line.WarrantyExpiresAt.ShouldNotBeNull();
        device.Sources.Select(s => (s.Integration, s.Evidence)).ShouldBe([("Main PSA", null), ("Watcher", "Serial")]);
        device.Alerts.Single().Alert.Message.ShouldBe("Disk full");
    }

    /// <summary>The ids of records are as good as random: with forty of them chance does not help.</summary>
    [Theory, DatabaseData]
    public async Task A_device_keeps_its_id_when_another_tool_turns_out_to_know_it(DatabaseKind kind)
    {
        await using var home = await MappedAsync(kind);
        var numbers = Enumerable.Range(1, 40).ToList();
        await home.ReadAsync(home.Psa, [.. numbers.Select(n => Device($"p{n}", $"pc-{n}", "c1", $"5CG1234X{n:00}"))]);
        await home.ImportAllAsync(home.Psa);
        var before = (await home.DevicesAsync()).ToDictionary(d => d.Line.Name, d => d.Line.Id);

        await home.ReadAsync(home.Rmm, [.. numbers.Select(n => Device($"r{n}", $"pc-{n}", "s1", $"5CG1234X{n:00}"))]);
        await home.ImportAllAsync(home.Rmm);

        (await home.DevicesAsync()).ToDictionary(d => d.Line.Name, d => d.Line.Id).ShouldBe(before, ignoreOrder: true);
    }

    [Theory, DatabaseData]
    public async Task A_merge_holds_whichever_of_its_records_goes(DatabaseKind kind)
    {
        await using var home = await MappedAsync(kind);
        await home.ReadAsync(home.Psa, Device("77", "pc-1", "c1"), Device("78", "pc-9", "c1", "PF0QRS77"));
        await home.ReadAsync(home.Rmm, Device("1", "pc-1", "s1", "5CG1234XYZ"));
        await home.ImportAllAsync(home.Psa);
        await home.ImportAllAsync(home.Rmm);
        await home.Merges.MergeAsync(await home.IdAsync("pc-1"), await home.IdAsync("pc-9"), home.Everything, home.Storage.Ada, Stop);
        (await home.DevicesAsync()).ShouldHaveSingleItem().Sources.Count.ShouldBe(3);

        await home.GoneAsync(home.Psa, "77");
        await home.SettleAsync();

        (await home.DevicesAsync()).ShouldHaveSingleItem().Sources.Select(s => s.Key.ExternalId).ShouldBe(["78", "1"]);
    }

    [Theory, DatabaseData]
    public async Task A_company_that_is_unlinked_hides_its_devices_at_once(DatabaseKind kind)
    {
        await using var home = await MappedAsync(kind);
        await home.ReadAsync(home.Rmm, Device("1", "pc-1", "s1"));
        await home.ImportAllAsync(home.Rmm);

        await home.UnlinkAsync(home.Rmm, "s1");

        (await home.DevicesAsync()).ShouldBeEmpty("nobody has made anything anew yet");
    }

    [Theory, DatabaseData]
    public async Task Of_a_tool_that_is_not_asked_any_more_nobody_knows_what_is_on_and_what_is_wrong(DatabaseKind kind)
    {
        await using var home = await MappedAsync(kind);
        await home.ReadAsync(home.Rmm, Device("1", "pc-1", "s1") with { IsOnline = true });
        await home.ReadAsync(home.Rmm, new DeviceAlert { ExternalId = "a", DeviceId = "1", Message = "Disk full" });
        await home.ImportAllAsync(home.Rmm);
        (await home.DevicesAsync()).Single().Line.ShouldSatisfyAllConditions(l => l.Reach.ShouldBe(DeviceReach.Online), l => l.Alerts.ShouldBe(1));

        await using (var db = home.Storage.Open())
        {
            await db.Integrations.Where(i => i.Id == home.Rmm).ExecuteUpdateAsync(set => set.SetProperty(i => i.Status, IntegrationStatus.Disconnected), Stop);
        }

        await home.SettleAsync();

        var device = (await home.DevicesAsync()).Single();
        device.Line.ShouldSatisfyAllConditions(l => l.Reach.ShouldBe(DeviceReach.Unknown), l => l.Alerts.ShouldBe(0));
        (device.Sources.Single().IsAsked, device.Alerts.Single().Confirmed).ShouldBe((false, false));
    }

    [Theory, DatabaseData]
    public async Task What_every_tool_has_retired_leaves_and_comes_back_as_the_same(DatabaseKind kind)
    {
        await using var home = await MappedAsync(kind);
        await home.ReadAsync(home.Rmm, Device("1", "pc-1", "s1"));
        await home.ImportAllAsync(home.Rmm);
        var id = await home.IdAsync("pc-1");
        await home.ReadAsync(home.Rmm, Device("1", "pc-1", "s1") with { IsInactive = true });
        await home.SettleAsync();
        (await home.LinesAsync()).ShouldBeEmpty();

        await home.ReadAsync(home.Rmm, Device("1", "pc-1", "s1"));
        await home.SettleAsync();

        (await home.IdAsync("pc-1")).ShouldBe(id);
    }

    [Theory, DatabaseData]
    public async Task It_is_the_same_device_after_a_source_or_a_company_was_away(DatabaseKind kind)
    {
        await using var home = await MappedAsync(kind);
        await home.ReadAsync(home.Psa, Device("77", "pc-1", "c1", "5CG1234XYZ"));
        await home.ReadAsync(home.Rmm, Device("1", "pc-1", "s1", "5CG1234XYZ"));
        await home.ImportAllAsync(home.Psa);
        await home.ImportAllAsync(home.Rmm);
        var id = await home.IdAsync("pc-1");

        await home.GoneAsync(home.Psa, "77");
        await home.SettleAsync();
        (await home.LinesAsync()).ShouldBe(["pc-1 (workstation): rmm/1"]);
        await home.UnlinkAsync(home.Rmm, "s1");
        await home.SettleAsync();
        (await home.LinesAsync()).ShouldBeEmpty();

        await home.LinkAsync(home.Contoso, home.Rmm, "s1");
        await home.SettleAsync();
        (await home.IdAsync("pc-1")).ShouldBe(id);
        await home.ReadAsync(home.Psa, Device("77", "pc-1", "c1", "5CG1234XYZ"));
        await home.SettleAsync();
        (await home.LinesAsync()).ShouldBe(["pc-1 (workstation): psa/77 rmm/1"]);
        (await home.IdAsync("pc-1")).ShouldBe(id);
    }

    [Theory, DatabaseData]
    public async Task What_comes_in_by_itself_does_so_after_a_sync_and_an_ignored_type_leaves(DatabaseKind kind)
    {
        await using var home = await MappedAsync(kind);
        await home.Types.ChooseAsync(home.Rmm, [new("Server", DeviceTypes.Server, AutoImport: true)], home.Storage.Ada, Stop);
        await home.ReadAsync(home.Rmm, Device("1", "srv-1", "s1", type: "Server"), Device("2", "pc-1", "s1"));

        (await home.SettleAsync()).ShouldBeTrue();

        (await home.LinesAsync()).ShouldBe(["srv-1 (server): rmm/1"]);
        await home.Types.ChooseAsync(home.Rmm, [new("Server", null)], home.Storage.Ada, Stop);
        (await home.LinesAsync()).ShouldBeEmpty();
    }

    [Theory, DatabaseData]
    public async Task What_people_merge_and_split_stays_so_whatever_later_syncs_bring(DatabaseKind kind)
    {
        await using var home = await MappedAsync(kind);
        await home.ReadAsync(home.Psa, Device("77", "ada", "c1"), Device("78", "bob", "c1", "PF99999X"));
        await home.ReadAsync(home.Rmm, Device("1", "pc-1", "s1", "5CG1234XYZ"), Device("2", "pc-2", "s1", "PF99999X"));
        await home.ImportAllAsync(home.Psa);
        await home.ImportAllAsync(home.Rmm);
        (await home.DevicesAsync()).Count.ShouldBe(3);

        await home.Merges.MergeAsync(await home.IdAsync("pc-1"), await home.IdAsync("ada"), home.Everything, home.Storage.Ada, Stop);
        var joined = (await home.DevicesAsync()).Single(d => d.Sources.Any(s => s.Key.ExternalId == "2"));
        await home.Merges.SplitAsync(joined.Line.Id, joined.Sources.Single(s => s.Key.ExternalId == "78").Key, home.Everything, home.Storage.Ada, Stop);

        string[] said = ["ada (workstation): psa/77 rmm/1", "bob (workstation): psa/78", "pc-2 (workstation): rmm/2"];
        (await home.LinesAsync()).ShouldBe(said);
        await home.ReadAsync(home.Rmm, Device("1", "pc-1", "s1", "OTHER12345") with { OsName = "Windows 11" }, Device("2", "pc-2", "s1", "PF99999X") with { OsName = "Windows 11" });
        await home.SettleAsync();
        (await home.LinesAsync()).ShouldBe(said);
        await home.Merges.MergeAsync(await home.IdAsync("pc-2"), await home.IdAsync("bob"), home.Everything, home.Storage.Ada, Stop);
        (await home.DevicesAsync()).Count.ShouldBe(2);
    }

    [Theory, DatabaseData]
    public async Task What_cannot_be_merged_or_split_is_said(DatabaseKind kind)
    {
        await using var home = await MappedAsync(kind);
        await home.LinkAsync("Fabrikam", (home.Rmm, "s2"));
        await home.ReadAsync(home.Rmm, Device("1", "pc-1", "s1"), Device("2", "pc-2", "s2"));
        await home.ImportAllAsync(home.Rmm);
        var (one, other) = (await home.IdAsync("pc-1"), await home.IdAsync("pc-2"));

        (await Should.ThrowAsync<DeviceProblemException>(() => home.Merges.MergeAsync(one, other, home.Everything, home.Storage.Ada, Stop))).Message.ShouldBe("Devices of different companies cannot be one.");
        (await Should.ThrowAsync<DeviceProblemException>(() => home.Merges.SplitAsync(one, new DeviceKey(home.Rmm, "", "1"), home.Everything, home.Storage.Ada, Stop))).Message.ShouldBe("It is the only record of this device.");
        var restricted = new Sight(home.Storage.Tenant, [home.Contoso]);
        (await Should.ThrowAsync<DeviceProblemException>(() => home.Merges.MergeAsync(one, other, restricted, home.Storage.Ada, Stop))).Missing.ShouldBeTrue();
        (await home.Queries.ListAsync(restricted, new DeviceFilter(), new RecordQuery(0, 10, null, false), Stop)).Rows.Select(r => r.Name).ShouldBe(["pc-1"]);
    }

    [Theory, DatabaseData]
    public async Task Nothing_is_written_when_nothing_has_changed(DatabaseKind kind)
    {
        await using var home = await MappedAsync(kind);
        await home.ReadAsync(home.Rmm, Device("1", "pc-1", "s1"), Device("2", "pc-2", "s1"));
        await home.ImportAllAsync(home.Rmm);
        await home.SettleAsync();
        (await home.SettleAsync()).ShouldBeFalse();

        home.Storage.Clock.Advance(TimeSpan.FromHours(1));
        await home.ReadAsync(home.Rmm, Device("1", "pc-1", "s1"), Device("2", "renamed", "s1"));
        (await home.SettleAsync()).ShouldBeTrue();

        await using var db = home.Storage.Open();
        var changed = await db.Devices.Where(d => d.ChangedAt == home.Storage.Clock.GetUtcNow()).Select(d => d.Name).ToListAsync(Stop);
        changed.ShouldBe(["renamed"]);
    }

    [Theory]
    [InlineData("Managed Workstation", DeviceTypes.Workstation)]
    [InlineData("WINDOWS_SERVER", DeviceTypes.Server)]
    [InlineData("Laptop / Notebook", DeviceTypes.Laptop)]
    [InlineData("NMS_SWITCH", DeviceTypes.Network)]
    [InlineData("Print Server", DeviceTypes.Printer)]
    [InlineData("HYPERV_VMM_HOST", DeviceTypes.VirtualHost)]
    [InlineData("APPLE_IOS", DeviceTypes.Mobile)]
    [InlineData("SSL Certificate", null)]
    public void A_word_for_a_type_is_understood_where_it_says_something(string word, string? type) => DeviceTypes.Propose(word).ShouldBe(type);

    private static async Task<List<string>> StagedAsync(DeviceHome home, StagingFilter? filter = null)
    {
        var page = await home.Import.ListAsync(home.Storage.Tenant, home.Rmm, filter ?? new StagingFilter(), new RecordQuery(0, 100, null, false), Stop);
        return [.. page.Rows.Select(r => $"{r.Key.ExternalId} {r.Status}").Order(StringComparer.Ordinal)];
    }
}
