using System.Globalization;
using System.Text.Json.Nodes;
using CsCheck;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Histories.Vendors;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Connectors.Contract;

/// <summary>Pages with anything in them never crash a run, and a row that makes no sense costs no other. <c>MSPORTAL_FUZZ_PAGES</c> says how many per connector; a few hundred otherwise.</summary>
public sealed class FuzzTests(FuzzTests.FewRecords vendors) : IClassFixture<FuzzTests.FewRecords>
{
    private const int Few = 400;

    private static readonly long Pages = long.Parse(Environment.GetEnvironmentVariable("MSPORTAL_FUZZ_PAGES") ?? Few.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static readonly Gen<Damage[]> Rows = Gen.Select(Gen.Int[0, 63], Gen.Int[0, 9999], Gen.Int[0, 9999], Gen.Enum<DamageKind>(), (row, place, value, kind) => new Damage(row, place, value, kind)).Array[1, 3];

    private static readonly Gen<Damage> Bytes = Gen.Select(Gen.Int[0, 6], Gen.Int[0, 1_000_000], Gen.Int[0, 9999], (how, place, value) => new Damage(how, place, value, DamageKind.Replace));

    public static TheoryData<string> Connectors => ConnectorBench.All;

    [Theory, MemberData(nameof(Connectors))]
    public async Task Rows_that_make_no_sense_never_crash_a_run_and_cost_no_other(string provider)
    {
        await using var bench = await StartAsync(provider);
        var types = KnownVendor.For(provider).Damageable;
        foreach (var type in types)
        {
            var page = await RecordedPage.OfAsync(bench, bench.Stream(type));
            await Rows.SampleAsync(damage => GoodRowsAsync(bench, page, damage), iter: Pages * 3 / 4 / types.Count, threads: 1, print: Print);
        }
    }

    [Theory, MemberData(nameof(Connectors))]
    public async Task Answers_that_are_torn_or_scrambled_are_at_worst_a_fault(string provider)
    {
        await using var bench = await StartAsync(provider);
        var types = KnownVendor.For(provider).Damageable;
        foreach (var type in types)
        {
            var page = await RecordedPage.OfAsync(bench, bench.Stream(type));
            await Bytes.SampleAsync(
                async damage =>
                {
                    try
                    {
                        await ReadAsync(bench, page, page.Scrambled(damage));
                    }
                    catch (FaultException)
                    {
                        // The run fails, in its own words, and comes again.
                    }
                },
                iter: Pages / 4 / types.Count,
                threads: 1,
                print: d => d.ToString());
        }
    }

    /// <summary>The clock stands still here, so that limits per minute would never end.</summary>
    private async Task<ConnectorBench> StartAsync(string provider)
    {
        if (KnownVendor.For(provider).NoLimit is { } edit)
        {
            await vendors.ControlAsync(provider, edit.Method, edit.Path, edit.Body);
        }

        return await ConnectorBench.StartAsync(vendors, provider);
    }

    private static async Task GoodRowsAsync(ConnectorBench bench, RecordedPage page, Damage[] damages)
    {
        var (body, hurt) = page.Damaged(damages);
        var read = (await ReadAsync(bench, page, body)).SelectMany(p => p.Rows).GroupBy(r => r.ExternalId, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last(), StringComparer.Ordinal);
        foreach (var (id, json) in page.Rows.Where(r => !hurt.Contains(r.Key)))
        {
            read.TryGetValue(id, out var row).ShouldBeTrue($"{page.Stream.Label} {id} was lost");
            Canonical.Json(row!).ShouldBe(json);
        }
    }

    private static Task<IReadOnlyList<Page>> ReadAsync(ConnectorBench bench, RecordedPage page, byte[] body)
    {
        page.Replay(bench, body);
        return bench.ReadAsync(page.Stream, most: 60);
    }

    private static string Print(Damage[] damages) => string.Join(", ", damages.Select(d => d.ToString()));

    /// <summary>So few that they fit on one page.</summary>
    public sealed class FewRecords : AllSimulators
    {
        public FewRecords()
            : base(companies: 6, tickets: 9)
        {
        }
    }
}
