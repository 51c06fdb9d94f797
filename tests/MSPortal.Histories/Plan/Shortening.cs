namespace MSPortal.Histories.Plan;

/// <summary>Finds a shorter history that fails as well: half of it left out, then less and less, then a smaller world.</summary>
internal static class Shortening
{
    /// <summary>Playing a failing history takes a fraction of a second; nobody wants to wait for minutes.</summary>
    private const int MostTries = 250;

    /// <param name="play">What is wrong with a history; null when nothing is.</param>
    public static (History Shortest, string Violation) Of(History history, Func<History, string?> play)
    {
        var violation = play(history) ?? throw new ArgumentException("This history does not fail.", nameof(history));
        var tries = 0;
        bool Try(History shorter)
        {
            if (tries++ >= MostTries || play(shorter) is not { } wrong)
            {
                return false;
            }

            (history, violation) = (shorter, wrong);
            return true;
        }

        for (var size = history.Steps.Count / 2; size >= 1; size = size == 1 && tries < MostTries && Pass(ref history, size, Try) ? 1 : size / 2)
        {
            if (size > 1)
            {
                while (Pass(ref history, size, Try))
                {
                    // As long as something goes.
                }
            }
        }

        foreach (var tickets in new[] { 1, 2, 4, 8, 16 }.Where(t => t < history.World.Tickets))
        {
            if (Try(history with { World = history.World with { Tickets = tickets } }))
            {
                break;
            }
        }

        foreach (var type in history.World.DataTypes.Skip(2).ToList())
        {
            Try(history with { World = history.World with { DataTypes = [.. history.World.DataTypes.Where(t => t != type)] } });
        }

        Try(history with { World = history.World with { TwoNodes = false } });
        Try(history with { World = history.World with { LateLists = false } });
        Try(history with { World = history.World with { Webhooks = false } });
        return (history, violation);
    }

    private static bool Pass(ref History history, int size, Func<History, bool> attempt)
    {
        var any = false;
        for (var at = Math.Max(0, history.Steps.Count - size); at >= 0; at -= size)
        {
            var shorter = history with { Steps = [.. history.Steps.Take(at), .. history.Steps.Skip(at + size)] };
            if (shorter.Steps.Count < history.Steps.Count && attempt(shorter))
            {
                history = shorter;
                any = true;
            }
        }

        return any;
    }
}
