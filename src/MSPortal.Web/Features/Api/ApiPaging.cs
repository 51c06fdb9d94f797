using System.ComponentModel;
using MSPortal.Core.Contracts;

namespace MSPortal.Web.Features.Api;

/// <summary>Which page of a list is wanted; taken with <c>[AsParameters]</c>, checked by <see cref="ApiGroup"/> before the endpoint runs.</summary>
public sealed record ApiPaging(
    [property: Description("Page number, from 1 (default 1).")] int? Page,
    [property: Description("Rows per page, 1 to 500 (default 25).")] int? Limit)
{
    public const int DefaultLimit = 25;
    public const int MaxLimit = 500;

    private const int MaxPage = 1_000_000;

    internal int Number => Page ?? 1;

    internal int Take => Limit ?? DefaultLimit;

    internal int Skip => (Number - 1) * Take;

    internal IEnumerable<FieldError> Errors()
    {
        if (Number is < 1 or > MaxPage)
        {
            yield return new FieldError("page", $"page has to be a whole number from 1 to {MaxPage}.");
        }

        if (Take is < 1 or > MaxLimit)
        {
            yield return new FieldError("limit", $"limit has to be a whole number from 1 to {MaxLimit}.");
        }
    }
}
