using System.Globalization;
using MSPortal.Core.Devices;

namespace MSPortal.Tests.Devices;

/// <summary>A record of a tool, and which machine it really is.</summary>
/// <param name="Oddities">What is odd about it, for the list of errors.</param>
internal sealed record FleetRecord(DeviceSighting Sighting, int Machine, IReadOnlyList<string> Oddities);

/// <summary>
/// An MSP's machines as two RMMs and a PSA know them, made from a seed, with what real fleets have: boards without a serial number, docking stations that go from
/// hand to hand, tunnels and virtual adapters, random Wi-Fi addresses, renamed and replaced machines, cloned images, typing errors, agents installed twice, records that the RMM made in the PSA.
/// How often each happens is an assumption, said here; the rules know nothing of it.
/// </summary>
internal sealed class Fleet
{
    private static readonly string[] NoSerials = ["To be filled by O.E.M.", "Default string", "System Serial Number", "None", "0", "123456789", "Not Specified", "INVALID", "................", "OEM"];
    private static readonly string[] Makes = ["001A4B", "3C5282", "F8B156", "A4BB6D", "C85B76", "482AE3", "10E7C6", "6C2B59", "D89EF3", "B88584"];
    private static readonly string[] Generic = ["MacBook-Pro.local", "iMac", "localhost", "ubuntu", "LAPTOP"];

    private readonly Random dice;
    private readonly double references;
    private readonly List<FleetRecord> records = [];
    private int machines;
    private int numbers;

    private Fleet(int seed, double references) => (dice, this.references) = (new Random(seed), references);

    /// <param name="seed">The same gives the same.</param>
    /// <param name="machines">How many there are in truth.</param>
    /// <param name="references">Percent of the PSA's records that name the first tool's id, since that tool made them.</param>
    public static IReadOnlyList<FleetRecord> Of(int seed, int machines, double references)
    {
        var fleet = new Fleet(seed, references);
        while (fleet.machines < machines)
        {
            fleet.AddCompany(Math.Min(machines - fleet.machines, 5 + (int)(160 * Math.Pow(fleet.dice.NextDouble(), 2))));
        }

        return fleet.records;
    }

    private bool Chance(double percent) => dice.NextDouble() * 100 < percent;

    private T Any<T>(IReadOnlyList<T> from) => from[dice.Next(from.Count)];

    private string Mac(string? make = null) => (make ?? Any(Makes)) + dice.Next(0x1000000).ToString("X6", CultureInfo.InvariantCulture);

    private string Serial() => dice.Next(3) switch
    {
        0 => Letters(7, "0123456789BCDFGHJKLMNPQRSTVWXYZ"),
        1 => "PF" + Letters(6, "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"),
        _ => "5CG" + Letters(7, "0123456789BCDFGHJKLMNPQRSTVWXYZ"),
    };

    private string Mistyped(string serial)
    {
        var at = dice.Next(1, serial.Length - 1);
        return dice.Next(4) switch
        {
            0 => serial.Replace('0', 'O').Replace('8', 'B'),
            1 => serial.Remove(at, 1),
            2 => serial[..(at - 1)] + serial[at] + serial[at - 1] + serial[(at + 1)..],
            _ => serial[..at] + Letters(1, "ABCDEFGH23456789") + serial[(at + 1)..],
        };
    }

    private string Letters(int count, string alphabet) => string.Concat(Enumerable.Range(0, count).Select(_ => alphabet[dice.Next(alphabet.Length)]));

    private void AddCompany(int size)
    {
        var company = new Guid(dice.Next(), (short)dice.Next(short.MaxValue), 0, 1, 2, 3, 4, 5, 6, 7, 8);
        var docks = Enumerable.Range(0, Math.Max(2, size / 3)).Select(_ => Mac("00E04C")).ToList();
        var code = Letters(4, "ABCDEFGHKLMNPRSTW");
        var cloned = Chance(4) ? Serial() : null;
        for (var n = 0; n < size; n++)
        {
            var machine = NewMachine(company, code, n, docks, cloned is not null && n < 5 ? cloned : null);
            var tools = Tools();
            if (Chance(2))
            {
                AddPredecessor(machine);
            }

            foreach (var tool in tools)
            {
                Add(tool, machine);
            }
        }
    }

    /// <summary>Two or three of the tools know it.</summary>
    private List<int> Tools()
    {
        while (true)
        {
            List<int> tools = [.. new[] { (1, 92), (2, 70), (3, 75) }.Where(t => Chance(t.Item2)).Select(t => t.Item1)];
            if (tools.Count > 1)
            {
                return tools;
            }
        }
    }

    private Machine NewMachine(Guid company, string code, int n, IReadOnlyList<string> docks, string? cloned)
    {
        var kind = dice.Next(100) switch { < 52 => "laptop", < 84 => "desktop", < 91 => "server", _ => "virtual" };
        var whitebox = kind == "desktop" && Chance(12);
        return new Machine(machines++, company, kind, docks)
        {
            Serial = cloned ?? (whitebox ? Any(NoSerials) : kind == "virtual" ? $"VMware-56 4d {Letters(2, "0123456789abcdef")} {Letters(2, "0123456789abcdef")} {Letters(2, "0123456789abcdef")}-{Letters(16, "0123456789abcdef")}" : Serial()),
            Wired = kind == "virtual" ? Mac("005056") : Mac(),
            Wireless = kind == "laptop" ? (Chance(6) ? Mac("DA" + Letters(4, "0123456789ABCDEF")) : Mac()) : null,
            Hostname = Chance(1.5) ? Any(Generic) : Chance(1) ? Any(new[] { "RECEPTION", "PC01", "KIOSK" }) : kind is "server" or "virtual" ? $"{code}-SRV{n:00}" : Chance(35) ? $"DESKTOP-{Letters(7, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")}" : $"{code}-{kind[..2].ToUpperInvariant()}-{n:000}",
            Oddities = [.. new[] { whitebox ? "no serial number" : null, cloned is not null ? "cloned board" : null, kind == "virtual" ? "virtual" : null }.OfType<string>()],
        };
    }

    /// <summary>The old machine had the name, and a tool or two still have it.</summary>
    private void AddPredecessor(Machine machine)
    {
        var old = machine with { Number = machines++, Serial = Serial(), Wired = Mac(), Wireless = machine.Wireless is null ? null : Mac(), Oddities = ["replaced under the same name"], FirstToolsId = null };
        Add(3, old);
        if (Chance(40))
        {
            Add(2, old);
        }
    }

    private void Add(int tool, Machine machine)
    {
        List<string> odd = [.. machine.Oddities];
        if (tool == 3)
        {
            AddToPsa(machine, odd);
            return;
        }

        var id = Record(tool, machine, machine.Serial, Macs(tool, machine, odd), Hostname(tool, machine.Hostname), odd);
        machine.FirstToolsId = tool == 1 ? id : machine.FirstToolsId;
        if (tool == 1 && Chance(1.5))
        {
            var renamed = Chance(30);
            Record(1, machine, machine.Serial, [machine.Wired], renamed ? $"WIN-{Letters(11, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")}" : machine.Hostname, [.. odd, renamed ? "installed twice, other name" : "installed twice"]);
        }
    }

    private static string Hostname(int tool, string name) => tool == 1 && name.Length > 15 ? name[..15] : name;

    private List<string> Macs(int tool, Machine machine, List<string> odd)
    {
        var part = tool == 1 ? 0 : dice.Next(4);
        List<string> macs = [.. new[] { part == 3 ? null : machine.Wired, part == 2 ? null : machine.Wireless }.OfType<string>()];
        if (machine.Kind == "laptop" && Chance(35))
        {
            odd.Add("at a docking station");
            macs.Add(Any(machine.Docks));
        }

        if (Chance(15))
        {
            macs.Add(Any(new[] { "00FF" + Letters(8, "0123456789ABCDEF"), "00059A3C7A00", "00090FFE0001", "005056C00001", "005056C00008", "0A0027000000" }));
        }

        return macs;
    }

    private void AddToPsa(Machine machine, List<string> odd)
    {
        var serial = machine.Kind == "virtual" && Chance(60) ? null : Chance(20) ? null : machine.Serial;
        if (serial is not null && Chance(0.7))
        {
            serial = Mistyped(serial);
            odd.Add("serial number mistyped");
        }
        else if (serial is not null && Chance(0.5))
        {
            serial += " / 3V5X7EA";
            odd.Add("serial number with product number");
        }
        else if (serial is not null && Chance(0.3))
        {
            serial = Serial();
            odd.Add("board exchanged");
        }
        else if (serial is not null && Chance(5))
        {
            serial = serial.ToLowerInvariant();
        }

        List<string> macs = Chance(30) ? [machine.Kind == "laptop" && Chance(5) ? Any(machine.Docks) : machine.Wired] : [];
        var name = dice.Next(100) switch
        {
            < 80 => machine.Hostname,
            < 88 => machine.Hostname + ".corp.example.com",
            < 93 => $"OLD-{Letters(6, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")}",
            < 98 => $"{Any(new[] { "Ada", "Tom", "Zoë", "Ravi" })}'s {machine.Kind}",
            _ => "Latitude 5440",
        };
        if (serial is null)
        {
            odd.Add("no serial number in the PSA");
        }

        if (!name.StartsWith(machine.Hostname, StringComparison.Ordinal))
        {
            odd.Add("other name in the PSA");
        }

        var elsewhere = Chance(0.2);
        var filed = elsewhere ? machine with { Company = new Guid(machine.Number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1) } : machine;
        Record(3, filed, serial, macs, name, elsewhere ? [.. odd, "filed under another company"] : odd, Chance(references) ? machine.FirstToolsId : null);
    }

    private string Record(int tool, Machine machine, string? serial, IEnumerable<string> macs, string name, IReadOnlyList<string> odd, string? reference = null)
    {
        var id = $"{++numbers:x8}-4d2a-4c7e-9b1f-0123456789ab";
        records.Add(new FleetRecord(
            new DeviceSighting(new DeviceKey(tool, "", id), machine.Company)
            {
                Serial = DeviceMarks.Serial(serial),
                Macs = [.. macs.Select(DeviceMarks.Mac).OfType<string>().Distinct()],
                Hostname = DeviceMarks.Hostname(name),
                References = reference is null ? [] : [reference],
            },
            machine.Number,
            odd));
        return id;
    }

    private sealed record Machine(int Number, Guid Company, string Kind, IReadOnlyList<string> Docks)
    {
        public required string Serial { get; init; }
        public required string Wired { get; init; }
        public string? Wireless { get; init; }
        public required string Hostname { get; init; }
        public IReadOnlyList<string> Oddities { get; init; } = [];
        public string? FirstToolsId { get; set; }
    }
}
