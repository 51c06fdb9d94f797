using MSPortal.Core.Model;

namespace MSPortal.Histories.Plan;

/// <summary>
/// Webhooks: what the vendor tells by itself, and how it travels. One history in five has them, as one in five has answers that
/// overtake each other; the others are what they are without.
/// </summary>
internal static class Posting
{
    private static readonly (int, Way)[] Ways = [(4, Way.Prompt), (2, Way.Lost), (3, Way.Twice), (3, Way.Late), (4, Way.Mixed)];

    public static void Into(List<Step> steps, Dice dice)
    {
        for (var deeds = dice.Between(5, 9); deeds > 0; deeds--)
        {
            steps.Insert(dice.Below(steps.Count + 1), new Step(dice.Chance(40) ? dice.Between(1, 50) : null, Anything(dice)));
        }

        for (var scenes = dice.Between(2, 3); scenes > 0; scenes--)
        {
            var lives = Enumerable.Range(0, steps.Count).Where(i => steps[i] is { At: null, Deed: Live }).ToList();
            steps.InsertRange(dice.One(lives), [.. Strangers(dice), .. Scene(dice)]);
        }
    }

    private static Deed Anything(Dice dice) => dice.Weighted<Func<Deed>>(
    [
        (5, () => Travelling(dice, dice.Weighted(Ways))),
        (3, () => new Again(dice.Below(100))),
        (4, () => new Forge(dice.Below(100), dice.Below(100))),
    ])();

    private static Travel Travelling(Dice dice, Way way) => new(way, TimeSpan.FromSeconds(dice.Weighted([(4, dice.Between(5, 90)), (2, dice.Between(120, 1800)), (1, dice.Between(3600, 14_400))])));

    /// <summary>In the middle of what comes then.</summary>
    private static IEnumerable<Step> Strangers(Dice dice) =>
        Enumerable.Range(0, dice.Between(1, 3)).Select(_ => new Step(null, new Later(TimeSpan.FromSeconds(dice.Between(10, 120)), new Forge(dice.Below(100), dice.Below(100)))));

    private static IEnumerable<Step> Scene(Dice dice) => dice.Below(6) switch
    {
        0 => Meanwhile(dice, new Break(FaultKind.TooMany, Where.Singles, dice.Below(3), dice.Between(1, 5), dice.Below(1000))),
        1 => Meanwhile(dice, new Break(dice.One<FaultKind>([FaultKind.Status500, FaultKind.Timeout, FaultKind.Reset, FaultKind.Empty]), Where.Singles, dice.Below(3), dice.Between(1, 8), dice.Below(1000))),
        2 => Struck(dice),
        3 => Meanwhile(dice, new Press(dice.One<Button>([Button.ClearAndResync, Button.ClearAndResync, Button.Pause, Button.Disconnect]), 0)),
        4 => ComesBack(dice),
        _ => OneAfterTheOther(dice),
    };

    /// <summary>Many at once, and something else that goes on.</summary>
    private static IEnumerable<Step> Meanwhile(Dice dice, Deed other)
    {
        yield return new Step(null, Travelling(dice, dice.One<Way>([Way.Prompt, Way.Twice, Way.Mixed])));
        yield return new Step(null, other);
        yield return new Step(null, new Later(TimeSpan.FromSeconds(dice.Between(1, 20)), Many(dice)));
        yield return new Step(null, new Later(TimeSpan.FromSeconds(dice.Between(20, 60)), Many(dice)));
        yield return new Step(null, new Live(TimeSpan.FromMinutes(dice.Between(2, 6))));
        yield return new Step(null, new Press(Button.Resume, 0));
    }

    /// <summary>The portal falls in the middle of storing them or of working them off.</summary>
    private static IEnumerable<Step> Struck(Dice dice)
    {
        yield return new Step(null, Travelling(dice, dice.One<Way>([Way.Prompt, Way.Twice])));
        yield return new Step(null, Many(dice));
        yield return new Step(dice.Between(1, 40), dice.One<Deed>(
            [new Die(TimeSpan.FromSeconds(dice.Between(1, 90))), new Freeze(TimeSpan.FromSeconds(dice.Between(5, 120))), new DatabaseFails()]));
        yield return new Step(null, new Live(TimeSpan.FromMinutes(dice.Between(1, 4))));
    }

    /// <summary>What is told of a deletion comes when there is nothing deleted any more.</summary>
    private static IEnumerable<Step> ComesBack(Dice dice)
    {
        yield return new Step(null, new Travel(Way.Late, TimeSpan.FromSeconds(dice.Between(40, 100))));
        yield return new Step(null, new Change(ChangeKind.Delete, DataType.Tickets, dice.Below(1000), 0, "", Silent: false));
        yield return new Step(null, new Later(TimeSpan.FromSeconds(dice.Between(1, 20)), new Change(ChangeKind.Undelete, DataType.Tickets, 0, 0, "", Silent: false)));
        yield return new Step(null, new Live(TimeSpan.FromMinutes(dice.Between(3, 5))));
    }

    /// <summary>The same few tickets again and again, and the news of it in any order.</summary>
    private static IEnumerable<Step> OneAfterTheOther(Dice dice)
    {
        yield return new Step(null, Travelling(dice, dice.One<Way>([Way.Mixed, Way.Late])));
        var pick = dice.Below(1000);
        for (var times = dice.Between(3, 6); times > 0; times--)
        {
            yield return new Step(null, new Later(TimeSpan.FromSeconds(dice.Between(1, 120)), new Change(ChangeKind.Update, DataType.Tickets, pick, dice.Below(1000), $"Again {dice.Below(1000)}", Silent: false)));
        }

        yield return new Step(null, new Live(TimeSpan.FromMinutes(dice.Between(3, 6))));
    }

    private static Change Many(Dice dice) => new(ChangeKind.BulkChange, DataType.Tickets, dice.Below(1000), dice.Below(1000), $"Told {dice.Below(1000)}", Silent: false);
}
