namespace MSPortal.Simulators.Common;

/// <summary>Random numbers of our own, so that a seed means the same on every runtime.</summary>
internal sealed class Dice(ulong seed)
{
    private ulong state = seed * 0x9E3779B97F4A7C15UL + 0x1234567;

    public ulong Next()
    {
        var z = state += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    /// <summary>From 0 to below the limit.</summary>
    public int Below(int limit) => (int)(Next() % (uint)limit);

    public int Between(int least, int most) => least + Below(most - least + 1);

    public double Part() => (Next() >> 11) / (double)(1UL << 53);

    public bool Chance(int percent) => Below(100) < percent;

    public T Of<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    /// <summary>The first items far more often than the last: few customers make most of the tickets.</summary>
    public T Skewed<T>(IReadOnlyList<T> items)
    {
        var part = Part();
        return items[(int)(items.Count * part * part)];
    }
}
