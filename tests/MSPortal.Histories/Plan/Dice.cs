namespace MSPortal.Histories.Plan;

/// <summary>The same numbers from the same seed on every machine and version (SplitMix64).</summary>
internal sealed class Dice(long seed)
{
    private ulong state = unchecked((ulong)seed * 0x9E3779B97F4A7C15UL) ^ 0xD1B54A32D192ED03UL;

    public ulong Next()
    {
        unchecked
        {
            var z = state += 0x9E3779B97F4A7C15UL;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            return z ^ (z >> 31);
        }
    }

    public int Below(int limit) => (int)(Next() % (ulong)limit);

    public int Between(int from, int to) => from + Below(to - from + 1);

    public bool Chance(int percent) => Below(100) < percent;

    public T One<T>(IReadOnlyList<T> of) => of[Below(of.Count)];

    /// <summary>One of several by its weight.</summary>
    public T Weighted<T>(IReadOnlyList<(int Weight, T Value)> of)
    {
        var at = Below(of.Sum(o => o.Weight));
        foreach (var (weight, value) in of)
        {
            at -= weight;
            if (at < 0)
            {
                return value;
            }
        }

        return of[^1].Value;
    }
}
