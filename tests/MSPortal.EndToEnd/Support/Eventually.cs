using System.Diagnostics;

namespace MSPortal.EndToEnd.Support;

/// <summary>What other processes do shows after a while: asked for again and again, with an end.</summary>
public static class Eventually
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(300);

    /// <param name="what">Completes "… within 30 s" in the failure's message.</param>
    public static Task IsTrueAsync(string what, Func<Task<bool>> condition, TimeSpan? within = null) =>
        IsAsync(what, condition, met => met, within);

    /// <summary>The first answer that fits; the failure shows the last one that did not.</summary>
    public static async Task<T> IsAsync<T>(string what, Func<Task<T>> ask, Func<T, bool> fits, TimeSpan? within = null)
    {
        var limit = within ?? TimeSpan.FromSeconds(30);
        // Who asks too often takes from the processes the time that they need to come to an answer.
        var between = TimeSpan.FromTicks(Math.Clamp(limit.Ticks / 100, Shortest.Ticks, Longest.Ticks));
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var answer = await ask();
            if (fits(answer))
            {
                return answer;
            }

            if (clock.Elapsed > limit)
            {
                throw new TimeoutException($"Not within {limit.TotalSeconds:0} s: {what}. Last seen: {answer}");
            }

            await Task.Delay(between);
        }
    }
}
