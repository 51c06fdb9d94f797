namespace MSPortal.Web.Ui;

/// <summary>What a grid asks of a query.</summary>
/// <param name="SortBy">The column's PropertyName; null for the query's own order.</param>
public sealed record RecordQuery(int Skip, int Take, string? SortBy, bool Descending);

/// <summary>What a query answers.</summary>
/// <param name="Total">Counted up to <see cref="RecordCount.Cap"/> + 1 only: nobody pages further, and counting more costs.</param>
public sealed record RecordPage<T>(IReadOnlyList<T> Rows, int Total);

/// <summary>Where lists stop counting.</summary>
public static class RecordCount
{
    public const int Cap = 10_000;

    /// <summary>“1,204”, or “10,000+”.</summary>
    public static string Words(int total) => total > Cap
        ? FormattableString.Invariant($"{Cap:N0}+")
        : FormattableString.Invariant($"{total:N0}");
}
