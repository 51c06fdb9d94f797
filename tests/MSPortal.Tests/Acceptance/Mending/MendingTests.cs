using MSPortal.Core.Diagnosis;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Acceptance.Mending;

/// <summary>Somebody really hides a ticket from somebody, in one way or in two: the diagnosis names the first, and what its button leads to mends it.</summary>
public sealed class MendingTests
{
    private const int Pairs = 10;

    public static TheoryData<string> Providers => ["connectwise", "autotask", "halopsa", "syncro"];

    [Theory, MemberData(nameof(Providers))]
    public async Task What_hides_a_ticket_is_named_and_its_button_mends_it(string provider)
    {
        await using var world = await MendingWorld.ConnectedAsync(provider);
        var wrong = new List<string>();
        if (world.Connector.TicketSettings is not null) // Where there is nothing to choose, tickets are read at once.
        {
            await MendAsync(world, await world.FirstAsync(), [(Cause.FirstReadPending, null)]);
        }

        foreach (var way in Ways.All.Where(w => w.Exists(world)))
        {
            await TryAsync(world, [way], wrong);
        }

        wrong.ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Of_two_ways_the_first_is_named_and_when_it_is_mended_the_second(string provider)
    {
        await using var world = await MendingWorld.SyncedAsync(provider);
        var dice = new Random(20_260_310 + provider.Length);
        var wrong = new List<string>();
        for (var pair = 0; pair < Pairs; pair++)
        {
            await TryAsync(world, Draw(world, dice), wrong);
        }

        wrong.ShouldBeEmpty($"of {Pairs}");
    }

    private static async Task TryAsync(MendingWorld world, IReadOnlyList<Way> ways, List<string> wrong)
    {
        try
        {
            var missing = await HideAsync(world, ways);
            await MendAsync(world, missing, Steps(ways));
        }
        catch (Exception e) when (e is ShouldAssertException or InvalidOperationException)
        {
            wrong.Add($"{string.Join(" + ", ways)}: {e.Message}");
            await world.RestoreAsync();
        }
    }

    /// <summary>The later one first, since the earlier ones let nothing more happen; but what was deleted was here until then.</summary>
    private static async Task<Missing> HideAsync(MendingWorld world, IReadOnlyList<Way> ways)
    {
        var missing = await (ways.FirstOrDefault(w => w.Ticket is not null)?.Ticket?.Invoke(world) ?? (ways.Any(w => w.TakesAway) ? world.KnownAsync() : world.NewAsync()));
        foreach (var way in ways.Reverse().OrderBy(w => w.Cause is not Cause.DeletedAtVendor))
        {
            await way.HideAsync(world, missing);
        }

        (await world.IsShownAsync(missing)).ShouldBe(ways.All(w => w.LeavesInSight), "whether it is shown once it is hidden");
        return missing;
    }

    private static async Task MendAsync(MendingWorld world, Missing missing, IReadOnlyList<(Cause Cause, Way? Way)> steps)
    {
        var hand = new Hand(world);
        foreach (var (cause, way) in steps)
        {
            var answer = await AskAsync(world, missing, cause);
            if (way is null && cause is Cause.NotSyncedYet && answer.Cause != cause)
            {
                continue; // What mended the other cause has read it.
            }

            answer.Cause.ShouldBe(cause, answer.ToString());
            if (way is not null)
            {
                $"{answer.Summary} {answer.Advice}".ShouldContain(way.Place?.Invoke(world) ?? "");
                await (way.AtVendorAsync?.Invoke(world, missing) ?? Task.CompletedTask);
            }

            await hand.PressAsync(answer, missing);
            if (answer.Kind is RemedyKind.BringIn)
            {
                (await world.AskAsync(missing)).Cause.ShouldNotBe(cause, "the button brings it in at once");
            }

            await world.Sync.RunAsync();
            await (way?.AfterwardsAsync?.Invoke(world, missing) ?? Task.CompletedTask);
        }

        var last = await AskAsync(world, missing, null);
        last.Cause.ShouldBeNull(last.ToString());
        (await world.IsShownAsync(missing)).ShouldBeTrue("it is shown once all is mended");
    }

    /// <summary>What only needs the next sync gets it, unless that is what is looked for.</summary>
    private static async Task<Answer> AskAsync(MendingWorld world, Missing missing, Cause? expected)
    {
        var answer = await world.AskAsync(missing);
        if (answer.Cause is not Cause.NotSyncedYet || expected is Cause.NotSyncedYet)
        {
            return answer;
        }

        await world.Sync.NextIncrementalAsync();
        return await world.AskAsync(missing);
    }

    private static IReadOnlyList<(Cause Cause, Way? Way)> Steps(IEnumerable<Way> ways) =>
        [.. ways.SelectMany(w => w.Then.Select(c => (Cause: c, Way: (Way?)null)).Prepend((w.Cause, w))).OrderBy(s => Place(s.Cause))];

    /// <summary>Whether the vendor can be asked comes before what it would say.</summary>
    private static Cause Place(Cause cause) => cause is Cause.CouldNotAsk or Cause.TicketRefused ? Cause.NoSuchTicket : cause;

    /// <summary>In their order.</summary>
    private static List<Way> Draw(MendingWorld world, Random dice)
    {
        var ways = Ways.All.Where(w => !w.IsAlone && w.Exists(world)).ToList();
        while (true)
        {
            var (one, other) = (ways[dice.Next(ways.Count)], ways[dice.Next(ways.Count)]);
            if (one.Group != other.Group && !AreOne(one, other) && !AreOne(other, one))
            {
                return [.. new[] { one, other }.OrderBy(w => Place(w.Cause))];
            }
        }
    }

    /// <summary>What mends one of them, or brings it about, ends the other.</summary>
    private static bool AreOne(Way way, Way other) => way.Cause switch
    {
        // It is read on the way.
        Cause.NotSyncedYet => other.Cause is < Cause.NotSyncedYet or Cause.CompanyFilteredOut,
        // Nobody can reconnect with a key that may not read tickets: the page says so, with the place to grant it.
        Cause.PermissionMissing => other.Cause is Cause.CredentialsUnreadable or Cause.KeyExpired or Cause.Disconnected,
        _ => false,
    };
}
