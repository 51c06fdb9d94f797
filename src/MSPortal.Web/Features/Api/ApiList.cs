using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Api;

/// <summary>What every list of the API answers, so that a program pages through all of them alike.</summary>
public sealed record ApiList<T>(IReadOnlyList<T> Data, ApiPagination Pagination);

/// <param name="Page">From 1.</param>
/// <param name="Limit">Rows per page at most.</param>
/// <param name="TotalCount">How many there are; counting stops at 10,000.</param>
/// <param name="TotalIsExact">False when there are more than were counted.</param>
/// <param name="TotalPages">As far as they were counted.</param>
/// <param name="HasNextPage">What to page by: it is right however many there are.</param>
/// <param name="HasPrevPage">Whether there is a page before.</param>
public sealed record ApiPagination(int Page, int Limit, int TotalCount, bool TotalIsExact, int TotalPages, bool HasNextPage, bool HasPrevPage);

/// <summary>Makes lists out of what queries answer.</summary>
public static class ApiLists
{
    /// <summary>One page that a query read.</summary>
    public static ApiList<T> Of<T>(RecordPage<T> page, ApiPaging paging)
    {
        var exact = page.Total <= RecordCount.Cap;
        var total = Math.Min(page.Total, RecordCount.Cap);
        var next = exact ? paging.Skip + page.Rows.Count < total : page.Rows.Count == paging.Take;
        return new ApiList<T>(
            page.Rows,
            new ApiPagination(paging.Number, paging.Take, total, exact, (total + paging.Take - 1) / paging.Take, next, paging.Number > 1));
    }

    /// <summary>One page out of a list that is short by nature.</summary>
    public static ApiList<T> Of<T>(IReadOnlyCollection<T> all, ApiPaging paging) =>
        Of(new RecordPage<T>([.. all.Skip(paging.Skip).Take(paging.Take)], all.Count), paging);
}
