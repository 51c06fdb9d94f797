using Shouldly;

namespace MSPortal.Tests.Sync.Support;

/// <summary>When requests were sent.</summary>
internal static class Sendings
{
    /// <summary>No window, wherever it begins, has more than the vendor permits.</summary>
    public static void ShouldKeep(this IEnumerable<DateTimeOffset> sent, TimeSpan window, int permits)
    {
        var times = sent.Order().ToList();
        for (int first = 0, last = 0; last < times.Count; last++)
        {
            while (times[last] - times[first] >= window)
            {
                first++;
            }

            (last - first + 1).ShouldBeLessThanOrEqualTo(permits);
        }
    }
}
