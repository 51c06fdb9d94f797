using System.Globalization;
using MSPortal.Core.Devices;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Devices;

/// <summary>Which records are one machine: rule by rule, and measured on a fleet of which the truth is known.</summary>
public sealed class DeviceIdentityTests
{
    private static readonly Guid Acme = new(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Of_ten_thousand_machines_seen_by_two_or_three_tools_hardly_two_are_mixed_up_and_hardly_one_is_told_apart(int seed)
    {
        var alone = Measured(seed, references: 0);
        var figures = Measured(seed, references: 40);

        TestContext.Current.TestOutputHelper?.WriteLine($"Where 40 % of the PSA's records name the first tool's id: {figures}\nWhere none does: {alone}");
        alone.Precision.ShouldBeGreaterThanOrEqualTo(0.999, alone.ToString());
        alone.Recall.ShouldBeGreaterThanOrEqualTo(0.965, alone.ToString());
        figures.Precision.ShouldBeGreaterThanOrEqualTo(0.999, figures.ToString());
        figures.Recall.ShouldBeGreaterThanOrEqualTo(0.98, figures.ToString());
    }

    private static Figures Measured(int seed, double references)
    {
        var fleet = Fleet.Of(seed, 10_000, references);
        return Figures.Of(fleet, DeviceIdentity.Of([.. fleet.Select(r => r.Sighting)], []));
    }

    [Fact]
    public void The_same_records_in_any_order_give_the_same_machines()
    {
        var fleet = Fleet.Of(4, 500, 40).Select(r => r.Sighting).ToList();
        var one = Lines(DeviceIdentity.Of(fleet, []));
        fleet.Reverse();
        Lines(DeviceIdentity.Of(fleet, [])).ShouldBe(one);
    }

    [Fact]
    public void A_serial_number_joins_across_tools_and_one_that_nobody_filled_in_does_not()
    {
        Machines(Seen(1, "a", serial: "5CG1234XYZ", name: "one"), Seen(2, "b", serial: "5cg-1234-xyz", name: "two")).ShouldBe(["1a 2b"]);
        Machines(Seen(1, "a", serial: "To be filled by O.E.M.", name: "one"), Seen(2, "b", serial: "To be filled by O.E.M.", name: "two")).ShouldBe(["1a", "2b"]);
    }

    [Fact]
    public void The_number_of_a_cloned_board_joins_nothing_but_does_not_keep_names_from_joining() =>
        Machines(Seen(1, "a", "M0JB12345", "one"), Seen(1, "b", "M0JB12345", "two"), Seen(2, "c", "M0JB12345", "one"), Seen(2, "d", "M0JB12345", "two")).ShouldBe(["1a 2c", "1b 2d"]);

    [Fact]
    public void A_docking_station_joins_no_two_laptops()
    {
        const string Dock = "00:E0:4C:68:01:02";
        Machines(Seen(1, "a", name: "one", mac: Dock), Seen(1, "b", name: "two", mac: Dock), Seen(2, "c", name: "three", mac: Dock)).ShouldBe(["1a", "1b", "2c"]);
        Machines(Seen(1, "a", name: "one", mac: Dock), Seen(2, "b", name: "two", mac: Dock)).ShouldBe(["1a", "2b"]);
    }

    [Fact]
    public void A_network_card_joins_where_names_do_not_speak_against_it_and_a_made_up_one_never()
    {
        Machines(Seen(1, "a", name: "one", mac: "3C-52-82-01-02-03"), Seen(2, "b", mac: "3c5282010203")).ShouldBe(["1a 2b"]);
        Machines(Seen(1, "a", name: "one", mac: "DA:52:82:01:02:03"), Seen(2, "b", mac: "DA:52:82:01:02:03")).ShouldBe(["1a", "2b"]);
        Machines(Seen(1, "a", name: "one", mac: "00:50:56:C0:00:01"), Seen(2, "b", mac: "00:50:56:C0:00:01")).ShouldBe(["1a", "2b"]);
    }

    [Fact]
    public void A_machine_that_replaced_another_under_its_name_is_another() =>
        Machines(Seen(1, "new", "5CG1234XYZ", "srv01"), Seen(3, "old", "PF0QRS77", "srv01")).ShouldBe(["1new", "3old"]);

    [Fact]
    public void Names_join_within_a_company_only_and_not_when_a_tool_has_the_name_twice()
    {
        Machines(Seen(1, "a", name: "srv01"), Seen(2, "b", name: "SRV01.acme.local")).ShouldBe(["1a 2b"]);
        Machines(Seen(1, "a", name: "srv01"), Seen(2, "b", name: "srv01") with { CompanyId = Guid.Empty }).ShouldBe(["2b", "1a"]);
        Machines(Seen(1, "a", name: "pc01"), Seen(1, "b", name: "pc01"), Seen(2, "c", name: "pc01")).ShouldBe(["1a", "1b", "2c"]);
    }

    [Fact]
    public void The_id_by_which_another_tool_knows_it_joins_whatever_else_differs_and_a_short_one_means_nothing()
    {
        var (rmm, psa) = (Seen(1, "7c9e6679-7425-40de-944b-e07fc1f90ae7", "5CG1234XYZ", "one"), Seen(3, "12", name: "Ada's laptop"));
        Machines(rmm, psa with { References = ["7C9E6679-7425-40DE-944B-E07FC1F90AE7"] }).ShouldBe([$"1{rmm.Key.ExternalId} 312"]);
        Machines(Seen(1, "77", name: "one"), psa with { References = ["77"] }).ShouldBe(["177", "312"]);
    }

    [Fact]
    public void A_mistyped_serial_number_speaks_against_nothing_where_the_names_are_the_same()
    {
        Machines(Seen(1, "a", "5CG1034XYZ", "one"), Seen(3, "b", "5CGI034XYZ", "one")).ShouldBe(["1a 3b"]);
        Machines(Seen(1, "a", "5CG1034XYZ", "one"), Seen(3, "b", "5CG103XYZ", "one")).ShouldBe(["1a 3b"]);
        Machines(Seen(1, "a", "5CG1034XYZ", "one"), Seen(3, "b", "5CG1034XYZ / 3V5X7EA", "one")).ShouldBe(["1a 3b"]);
        Machines(Seen(1, "a", "5CG1034XYZ", "one"), Seen(3, "b", "5GC1034XYZ", "one")).ShouldBe(["1a 3b"]);
        Machines(Seen(1, "a", "5CG1034XYZ", "one"), Seen(3, "b", "5CG1034XYY", "two")).ShouldBe(["1a", "3b"]);
    }

    [Fact]
    public void What_people_say_counts_more_than_any_evidence()
    {
        var (a, b) = (Seen(1, "a", "5CG1234XYZ", "one"), Seen(2, "b", "5CG1234XYZ", "one"));
        Machines([a, b], new DeviceSaying(b.Key, a.Key, IsSame: false)).ShouldBe(["1a", "2b"]);
        var other = Seen(2, "c", "PF999999", "else");
        Machines([a, other], new DeviceSaying(a.Key, other.Key, IsSame: true)).ShouldBe(["1a 2c"]);
    }

    [Fact]
    public void Who_was_one_stays_one_while_nothing_speaks_against_it()
    {
        var device = Guid.NewGuid();
        Machines(Seen(1, "a") with { Device = device }, Seen(2, "b", name: "renamed") with { Device = device }).ShouldBe(["1a 2b"]);
        Machines(Seen(1, "a", "5CG1234XYZ") with { Device = device }, Seen(2, "b", "PF0QRS77") with { Device = device }).ShouldBe(["1a", "2b"]);
    }

    private static DeviceSighting Seen(int tool, string id, string? serial = null, string? name = null, string? mac = null) => new(new DeviceKey(tool, "", id), Acme)
    {
        Serial = DeviceMarks.Serial(serial),
        Hostname = DeviceMarks.Hostname(name),
        Macs = DeviceMarks.Mac(mac) is { } plain ? [plain] : [],
    };

    private static List<string> Machines(params DeviceSighting[] sightings) => Lines(DeviceIdentity.Of(sightings, []));

    private static List<string> Machines(DeviceSighting[] sightings, DeviceSaying saying) => Lines(DeviceIdentity.Of(sightings, [saying]));

    private static List<string> Lines(IReadOnlyList<DeviceGroup> groups) =>
        [.. groups.Select(g => string.Join(' ', g.Members.Select(m => m.Key.IntegrationId.ToString(CultureInfo.InvariantCulture) + m.Key.ExternalId)))];

    /// <summary>Counted in pairs of records: those that were joined, and those that are one machine.</summary>
    private sealed record Figures(int Joined, int JoinedRightly, int True, IReadOnlyList<string> MixedUp, IReadOnlyList<string> ToldApart)
    {
        public double Precision => (double)JoinedRightly / Joined;

        public double Recall => (double)JoinedRightly / True;

        public static Figures Of(IReadOnlyList<FleetRecord> fleet, IReadOnlyList<DeviceGroup> groups)
        {
            var byKey = fleet.ToDictionary(r => r.Sighting.Key);
            var groupOf = groups.SelectMany((g, n) => g.Members.Select(m => (m.Key, n))).ToDictionary(p => p.Key, p => p.n);
            groupOf.Count.ShouldBe(fleet.Count);
            var joined = groups.SelectMany(g => Pairs(g.Members.Select(m => byKey[m.Key]))).ToList();
            var real = fleet.GroupBy(r => r.Machine).SelectMany(Pairs).ToList();
            return new Figures(
                joined.Count, joined.Count(p => p.One.Machine == p.Other.Machine), real.Count,
                Why(joined.Where(p => p.One.Machine != p.Other.Machine)), Why(real.Where(p => groupOf[p.One.Sighting.Key] != groupOf[p.Other.Sighting.Key])));
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
            precision {Precision:P3}, recall {Recall:P2}: {Joined} pairs joined, {JoinedRightly} of them rightly, {True} are one machine
            mixed up: {string.Join("; ", MixedUp)}
            told apart: {string.Join("; ", ToldApart)}
            """);

        private static IEnumerable<(FleetRecord One, FleetRecord Other)> Pairs(IEnumerable<FleetRecord> records)
        {
            var all = records.ToList();
            return all.SelectMany((one, n) => all.Skip(n + 1).Select(other => (one, other)));
        }

        private static List<string> Why(IEnumerable<(FleetRecord One, FleetRecord Other)> pairs) =>
        [
            .. pairs.GroupBy(p => string.Join(" + ", p.One.Oddities.Concat(p.Other.Oddities).Distinct().Order(StringComparer.Ordinal))).OrderByDescending(g => g.Count())
                .Select(g => $"{g.Count()} × {(g.Key.Length == 0 ? "nothing odd" : g.Key)}"),
        ];
    }
}
