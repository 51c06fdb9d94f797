using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Histories.Vendors;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Connectors.Contract;

/// <summary>What every connector has to keep, found by itself and held against its own simulator: a new one gets all of this without a line.</summary>
public sealed class ConnectorContractTests(AllSimulators vendors) : IClassFixture<AllSimulators>
{
    public static TheoryData<string> Connectors => ConnectorBench.All;

    [Theory, MemberData(nameof(Connectors))]
    public async Task What_its_vendor_gives_out_is_valid_and_each_needed_setting_is_missed_at_its_field(string provider)
    {
        await using var bench = await ConnectorBench.StartAsync(vendors, provider);
        var schema = bench.Connector.Settings;
        schema.Validate(bench.Settings).ShouldBeEmpty();
        var masked = string.Join(' ', schema.Masked(bench.Settings).Values);
        bench.Secrets.ShouldNotBeEmpty();
        bench.Secrets.Where(masked.Contains).ShouldBeEmpty();
        var needed = schema.Fields.Where(f => f.Required).ToList();
        needed.ShouldNotBeEmpty();
        foreach (var (field, value) in needed.SelectMany(f => new[] { (f, ""), (f, "  ") }))
        {
            bench.Settings = new SettingsValues(new Dictionary<string, string>(bench.Settings.All) { [field.Key] = value });
            schema.Validate(bench.Settings).Select(e => e.Field).ShouldContain(field.Key);
            (await bench.TestAsync()).Problem!.Field.ShouldBe(schema.Validate(bench.Settings)[0].Field);
        }

        bench.Seen.ShouldBeEmpty("nothing has to be asked to see that");
    }

    [Theory, MemberData(nameof(Connectors))]
    public async Task A_test_names_the_account_and_every_area(string provider)
    {
        await using var bench = await ConnectorBench.StartAsync(vendors, provider);

        var reports = await bench.TestAllAsync();

        foreach (var report in reports)
        {
            report.Problem.ShouldBeNull();
            report.Account!.Id.ShouldNotBeNullOrWhiteSpace();
            report.Account.Name.ShouldNotBeNullOrWhiteSpace();
            bench.Connector.Settings.Fields.Select(f => f.Key).ShouldContain(report.Account.Field);
        }

        reports.Skip(1).ShouldAllBe(r => r.Account!.Id == bench.Client);
        var areas = reports.SelectMany(r => r.Areas).ToList();
        areas.Select(a => a.DataType).ShouldBe(bench.Connector.Streams.Select(s => s.DataType), ignoreOrder: true);
        areas.ShouldAllBe(a => a.Outcome == AreaOutcome.Granted || a.Outcome == AreaOutcome.GrantedNoData);
        areas.ShouldAllBe(a => a.Permission.Name.Length > 0 && a.Permission.Where.Length > 0);
    }

    [Theory, MemberData(nameof(Connectors))]
    public async Task Each_missing_permission_is_named_and_no_other(string provider)
    {
        await using var bench = await ConnectorBench.StartAsync(vendors, provider);
        foreach (var (area, denied) in KnownVendor.For(provider).Permissions)
        {
            await bench.PermitAsync(area, isGiven: false);
            var areas = (await bench.TestAllAsync()).SelectMany(r => r.Areas).ToList();
            await bench.PermitAsync(area, isGiven: true);

            areas.Where(a => a.Outcome == AreaOutcome.NotPermitted).Select(a => a.DataType).ShouldBe(denied, ignoreOrder: true, area);
        }
    }

    [Theory, MemberData(nameof(Connectors))]
    public async Task Every_stream_is_read_whole_by_its_changes_and_row_by_row_with_the_same_contents(string provider)
    {
        await using var bench = await ConnectorBench.StartAsync(vendors, provider);
        foreach (var stream in bench.Connector.Streams.Where(s => s.Read is not null))
        {
            var pages = await bench.ReadAsync(stream);
            pages[^1].Complete.ShouldBeTrue(stream.Label);
            pages.SelectMany(p => p.Bad).ShouldBeEmpty(stream.Label);
            var whole = Rows(pages);
            whole.Count.ShouldBeGreaterThan(2, stream.Label);

            stream.FollowsBookmark.ShouldBe(pages[^1].Bookmark is not null, stream.Label);
            pages.SkipLast(1).ShouldAllBe(p => p.Bookmark == null, stream.Label);
            var changes = await bench.ReadAsync(stream, PassKind.Incremental, since: AllSimulators.Origin.AddDays(-30), bookmark: pages[^1].Bookmark);
            changes[^1].Complete.ShouldBeTrue(stream.Label);
            Rows(changes).Where(r => whole.GetValueOrDefault(r.Key) != r.Value).Select(r => r.Key).ShouldBeEmpty(stream.Label);

            var unknown = KnownVendor.For(provider).Unknown(stream.DataType);
            var some = whole.Keys.Take(3).Append(unknown).ToList();
            var alone = stream.ReadByIds is { } read ? (await read(bench.Session(stream), some, ConnectorBench.Stop)).ToDictionary(r => r.ExternalId, StringComparer.Ordinal) : null;
            alone?.Keys.ShouldBe(some, ignoreOrder: true, stream.Label);
            alone?[unknown].ShouldNotBeOfType<ReadResult.Present>();
            alone?.Values.OfType<ReadResult.Present>().Select(r => (r.ExternalId, Canonical.Json(r.Record))).ShouldBe(some.Take(3).Select(id => (id, whole[id])), ignoreOrder: true, stream.Label);
        }
    }

    [Theory, MemberData(nameof(Connectors))]
    public async Task A_pass_goes_on_from_the_cursor_of_any_page(string provider)
    {
        await using var bench = await ConnectorBench.StartAsync(vendors, provider);
        await bench.ControlAsync("faults", new { kind = "capPage", rows = 9 });
        foreach (var stream in bench.Connector.Streams.Where(s => s.Read is not null))
        {
            var pages = await bench.ReadAsync(stream);
            (KnownVendor.For(provider).Unpaged.Contains(stream.DataType) || pages.Count > 1).ShouldBeTrue(stream.Label);
            var whole = Rows(pages);
            var step = Math.Max(1, (pages.Count - 1) / 5);
            for (var crash = 0; crash < pages.Count - 1; crash += step)
            {
                pages[crash].Next.Value!.Length.ShouldBeLessThan(4000, stream.Label);
                var rest = await bench.ReadAsync(stream, cursor: pages[crash].Next);
                rest[^1].Complete.ShouldBeTrue(stream.Label);
                Rows([.. pages.Take(crash + 1), .. rest]).ShouldBe(whole, ignoreOrder: true, $"{stream.Label}, page {crash + 1} of {pages.Count}");
            }

            Rows(await bench.ReadAsync(stream, cursor: new Cursor("no cursor of ours"))).ShouldBe(whole, ignoreOrder: true, stream.Label);
        }
    }

    [Theory, MemberData(nameof(Connectors))]
    public async Task A_row_that_cannot_be_understood_costs_no_other_and_keeps_its_secrets(string provider)
    {
        await using var bench = await ConnectorBench.StartAsync(vendors, provider);
        var vendor = KnownVendor.For(provider);
        foreach (var stream in vendor.Damageable.Select(bench.Stream))
        {
            var whole = Rows(await bench.ReadAsync(stream));
            var property = vendor.IdProperty(stream.DataType);
            var numbers = whole.Keys.Where(id => id.All(char.IsAsciiDigit)).ToList();
            var bad = (property == "id" && numbers.Count > 1 ? numbers : [.. whole.Keys])[1];
            await bench.ControlAsync("faults", new { kind = "mutate", property, raw = """{"is":"no id"}""", was = new[] { bad } });

            var pages = await bench.ReadAsync(stream);

            Rows(pages).ShouldBe(whole.Where(r => r.Key != bad), ignoreOrder: true, stream.Label);
            pages.SelectMany(p => p.Bad).ShouldNotBeEmpty(stream.Label);
            var shown = string.Join('\n', pages.SelectMany(p => p.Bad).Select(b => b.Reason + b.Sample));
            bench.Secrets.Append("SECRET-").Append("hunter2").Where(shown.Contains).ShouldBeEmpty(stream.Label);
            await bench.DisposeAsync();
        }
    }

    private static Dictionary<string, string> Rows(IEnumerable<Page> pages) =>
        pages.SelectMany(p => p.Rows).GroupBy(r => r.ExternalId, StringComparer.Ordinal).ToDictionary(g => g.Key, g => Canonical.Json(g.Last()), StringComparer.Ordinal);
}
