using MSPortal.Core.Model;

namespace MSPortal.Histories.Plan;

/// <summary>
/// Answers that overtake each other: what was asked earlier comes later, and says how things were before they changed.
/// Few histories would meet that by chance. One in five has it, and the others are what they are without.
/// </summary>
internal static class Crossing
{
    /// <summary>A change in the middle, and the other way in that overtakes.</summary>
    /// <param name="main">The records that change.</param>
    public static void Into(List<Step> steps, DataType main, Dice dice)
    {
        var lives = Enumerable.Range(0, steps.Count).Where(i => steps[i] is { At: null, Deed: Live }).ToList();
        var deeds = dice.Chance(50) ? OvertakenRefresh(main, dice) : OvertakenPage(main, dice);
        steps.InsertRange(dice.One(lives), deeds.Select(d => new Step(null, d)));
    }

    /// <summary>Someone opens tickets, and the answer takes its time; meanwhile they change, and a read of changes brings that.</summary>
    private static IEnumerable<Deed> OvertakenRefresh(DataType main, Dice dice)
    {
        for (var tickets = dice.Between(2, 3); tickets > 0; tickets--)
        {
            yield return new Refresh(dice.Below(100), TimeSpan.FromSeconds(30));
        }

        var change = dice.Between(16, 19);
        yield return new Later(TimeSpan.FromSeconds(change), Changed(main, dice));
        yield return new Later(TimeSpan.FromSeconds(change + 1), new Press(Button.SyncNow, 0));
        yield return new Live(TimeSpan.FromMinutes(3));
    }

    /// <summary>The pages of a complete read take their time; meanwhile tickets change, and someone opens some of them.</summary>
    private static IEnumerable<Deed> OvertakenPage(DataType main, Dice dice)
    {
        yield return new Press(Button.ReadAll, 0);
        yield return new Break(FaultKind.Slow, Where.Lists, dice.Below(2), dice.Between(4, 8), dice.Below(2));
        for (var at = dice.Between(5, 25); at < 150; at += dice.Between(20, 50))
        {
            yield return new Later(TimeSpan.FromSeconds(at), Changed(main, dice));
            for (var tickets = dice.Between(1, 3); tickets > 0; tickets--)
            {
                yield return new Later(TimeSpan.FromSeconds(at + tickets), new Refresh(dice.Below(100), TimeSpan.FromSeconds(1)));
            }
        }

        yield return new Live(TimeSpan.FromMinutes(4));
    }

    private static Change Changed(DataType main, Dice dice) => new(ChangeKind.BulkChange, main, dice.Below(1000), dice.Below(1000), $"Overtaking {dice.Below(1000)}", Silent: false);
}
