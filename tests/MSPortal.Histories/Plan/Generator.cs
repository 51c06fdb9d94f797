using MSPortal.Core.Model;

namespace MSPortal.Histories.Plan;

/// <summary>Thinks a history up from a seed.</summary>
internal sealed class Generator
{
    private static readonly (int, FaultKind)[] Faults =
    [
        (4, FaultKind.Status500), (2, FaultKind.Status502), (2, FaultKind.Status503), (10, FaultKind.TooMany), (3, FaultKind.Timeout), (4, FaultKind.Reset),
        (3, FaultKind.Slow), (3, FaultKind.Truncated), (3, FaultKind.WebPage), (5, FaultKind.Empty), (4, FaultKind.ShortPage), (5, FaultKind.LowerCap),
        (2, FaultKind.RowTwice), (8, FaultKind.BadField), (6, FaultKind.Hidden), (2, FaultKind.Refused), (2, FaultKind.Forbidden),
    ];

    private static readonly (int, Button)[] Buttons =
    [
        (14, Button.SyncNow), (8, Button.QuickSync), (12, Button.ClearAndResync), (14, Button.ReadAll), (4, Button.Pause), (6, Button.Resume), (2, Button.Disconnect),
        (4, Button.Reconnect), (5, Button.Release), (4, Button.Drop), (3, Button.Link), (2, Button.Unlink), (2, Button.Recheck),
    ];

    private static readonly string[] Texts = ["Printer", "VPN down", "Größe 🖨", "NUL \0 here", "\"quotes\" and \\", "two\nlines", "  ", "' OR 1=1 --"];

    private readonly Dice dice;
    private readonly World world;
    private readonly Repertoire repertoire;
    private readonly IReadOnlyList<(int, FaultKind)> faults;
    private int texts;

    private Generator(long seed, Repertoire repertoire)
    {
        (dice, this.repertoire, faults) = (new Dice(seed), repertoire, [.. Faults, .. repertoire.Faults]);
        List<DataType> types = [repertoire.Main, DataType.Companies];
        foreach (var (percent, type) in repertoire.Sometimes)
        {
            if (dice.Chance(percent))
            {
                types.Add(type);
            }
        }

        world = new World
        {
            Tickets = dice.Between(3, 28), Companies = dice.Between(1, 6), Boards = dice.Between(1, 3), DataTypes = types,
            TwoNodes = dice.Chance(35), LateLists = dice.Chance(20), WaitsForNight = dice.Chance(4),
        };
    }

    /// <summary>Vendors with the same repertoire have the same history for a seed.</summary>
    public static History Make(long seed, Repertoire repertoire)
    {
        var generator = new Generator(seed, repertoire);
        List<Step> steps = [.. generator.Steps()];
        if (seed % 5 == 2)
        {
            Crossing.Into(steps, repertoire.Main, new Dice(seed ^ 0xC2055));
        }

        // What is told by webhook is told of tickets.
        var told = seed % 5 == 0 && repertoire.Main == DataType.Tickets;
        if (told)
        {
            Posting.Into(steps, new Dice(seed ^ 0x9057));
        }

        return new History(seed, generator.world with { Webhooks = told }, steps);
    }

    private IEnumerable<Step> Steps()
    {
        if (dice.Chance(85))
        {
            yield return new Step(null, new Choose(dice.Between(1, 7), dice.Chance(15)));
        }

        if (dice.Chance(70))
        {
            yield return new Step(null, new Live(TimeSpan.FromMinutes(dice.Between(1, 40))));
        }

        for (var rounds = dice.Between(2, 6); rounds > 0; rounds--)
        {
            for (var deeds = dice.Between(1, 5); deeds > 0; deeds--)
            {
                yield return Something();
            }

            yield return new Step(null, new Live(TimeSpan.FromMinutes(dice.Weighted([(5, dice.Between(1, 16)), (4, 17), (1, dice.Between(30, 90))]))));
        }
    }

    private Step Something() => dice.Weighted<Func<Step>>(
    [
        (30, () => new Step(Sometimes(40), NewChange())),
        (16, () => new Step(Sometimes(25), NewFault())),
        (6, () => new Step(Sometimes(10), new Heal())),
        (12, () => new Step(Sometimes(25), new Press(dice.Weighted(Buttons), dice.Below(100)))),
        (3, () => new Step(Sometimes(30), new Choose(dice.Below(8), dice.Chance(15)))),
        (2, () => new Step(Sometimes(30), new Toggle(dice.One(world.DataTypes)))),
        (2, () => new Step(null, new Skew(TimeSpan.FromSeconds(dice.One<int>(world.LateLists ? [0, 300, 600, -240] : [0, 600, -590]))))),
        (7, () => new Step(Sometimes(75), new Refresh(dice.Below(100), TimeSpan.FromSeconds(dice.Between(1, 30))))),
        (6, () => new Step(dice.Between(1, 60), new Die(TimeSpan.FromSeconds(dice.Between(1, 90))))),
        (5, () => new Step(dice.Between(1, 60), new Freeze(TimeSpan.FromSeconds(dice.Between(5, 120))))),
        (3, () => new Step(dice.Between(1, 60), new DatabaseFails())),
    ])();

    private int? Sometimes(int percent) => dice.Chance(percent) ? dice.Between(1, 50) : null;

    private Change NewChange()
    {
        var kind = dice.Weighted(repertoire.Changes);
        var type = kind switch
        {
            ChangeKind.Rename => dice.One(repertoire.Renamed),
            ChangeKind.Merge => dice.One(repertoire.Merged),
            ChangeKind.Move or ChangeKind.Close or ChangeKind.Reopen or ChangeKind.BulkChange => repertoire.Main,
            ChangeKind.BulkDelete => dice.Chance(80) ? repertoire.Main : Deletable(),
            ChangeKind.Delete or ChangeKind.Undelete => dice.Chance(70) ? repertoire.Main : Deletable(),
            _ => dice.Chance(60) ? repertoire.Main : dice.One(world.DataTypes),
        };
        return new Change(kind, type, dice.Below(1000), dice.Below(1000), $"{dice.One(Texts)} {++texts}", dice.Chance(20));
    }

    /// <summary>Tickets stand on boards, so boards stay.</summary>
    private DataType Deletable() => dice.One<DataType>([.. world.DataTypes.Where(t => t != DataType.Reference)]);

    private Break NewFault()
    {
        var kind = dice.Weighted(faults);
        var where = kind == FaultKind.Hidden ? Where.Lists : dice.Weighted([(2, Where.Anywhere), (5, Where.Lists), (2, Where.Singles), (2, Where.Children)]);
        return new Break(kind, where, dice.Below(4), dice.Weighted([(6, dice.Between(1, 3)), (2, dice.Between(4, 12)), (1, 40)]), dice.Below(1000));
    }
}
