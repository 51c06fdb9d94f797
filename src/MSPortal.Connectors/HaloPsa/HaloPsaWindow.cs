namespace MSPortal.Connectors.HaloPsa;

/// <summary>A numbered page: the rows from <see cref="Start"/> on.</summary>
/// <param name="Number">From 1.</param>
internal sealed record HaloPsaWindow(int Number, int Size)
{
    public int Start => (Number - 1) * Size;

    /// <summary>
    /// The page that goes on behind a rank and repeats at least the row before it: that row in the answer proves that nothing
    /// was lost between two pages. Pages are numbered in multiples of their size, so the size is chosen to fit.
    /// </summary>
    /// <param name="rank">Rows up to and with the last one read.</param>
    /// <param name="cap">The most that the server gives at once.</param>
    public static HaloPsaWindow Behind(int rank, int cap)
    {
        if (rank <= 0)
        {
            return new(1, cap);
        }

        HaloPsaWindow? best = null;
        for (var size = cap; size > Math.Max(1, cap / 2); size--)
        {
            var window = new HaloPsaWindow(((rank - 1) / size) + 1, size);
            if (window.Start + size > rank && (best is null || window.Start + size > best.Start + best.Size))
            {
                best = window;
            }
        }

        return best ?? Adjoining(rank, cap);
    }

    /// <summary>Small caps have ranks that no overlapping page fits; there the count has to do as a proof.</summary>
    private static HaloPsaWindow Adjoining(int rank, int cap)
    {
        var size = cap;
        while (rank % size != 0)
        {
            size--;
        }

        return new((rank / size) + 1, size);
    }
}
