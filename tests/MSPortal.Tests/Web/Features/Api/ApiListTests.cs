using MSPortal.Web.Features.Api;
using MSPortal.Web.Ui;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Features.Api;

public sealed class ApiListTests
{
    [Theory]
    [InlineData(1, 10, 25, false, true)]
    [InlineData(2, 10, 25, true, true)]
    [InlineData(3, 10, 25, true, false)]
    [InlineData(1, 25, 25, false, false)]
    public void A_page_says_whether_there_is_one_before_and_after(int page, int limit, int count, bool before, bool after)
    {
        var list = ApiLists.Of(Enumerable.Range(1, count).ToList(), new ApiPaging(page, limit));

        list.Data.ShouldBe(Enumerable.Range(1, count).Skip((page - 1) * limit).Take(limit));
        (list.Pagination.HasPrevPage, list.Pagination.HasNextPage).ShouldBe((before, after));
        (list.Pagination.TotalCount, list.Pagination.TotalIsExact).ShouldBe((count, true));
    }

    [Fact]
    public void Paging_goes_on_past_where_counting_stops()
    {
        var paging = new ApiPaging(101, 100);
        var full = ApiLists.Of(new RecordPage<int>([.. Enumerable.Range(0, 100)], RecordCount.Cap + 1), paging);
        var last = ApiLists.Of(new RecordPage<int>([1], RecordCount.Cap + 1), paging);

        (full.Pagination.HasNextPage, full.Pagination.TotalIsExact, full.Pagination.TotalCount).ShouldBe((true, false, RecordCount.Cap));
        last.Pagination.HasNextPage.ShouldBeFalse();
    }

    [Theory]
    [InlineData(0, 10, "page")]
    [InlineData(1, 0, "limit")]
    [InlineData(1, 501, "limit")]
    public void A_page_that_cannot_be_is_refused_at_its_field(int page, int limit, string field) =>
        new ApiPaging(page, limit).Errors().Select(e => e.Field).ShouldBe([field]);
}
