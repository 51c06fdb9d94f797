using System.Net;
using Microsoft.EntityFrameworkCore;
using MSPortal.Tests.Web.Features.Api;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Hosting;

public sealed class ApiKeyUseTests
{
    [Fact]
    public async Task Who_only_reads_is_served_although_nothing_can_be_written()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var key = await portal.AddKeyAsync("read");
        await using var db = portal.Data.Open(1);
        await db.Database.ExecuteSqlRawAsync("CREATE TRIGGER full_disk BEFORE UPDATE ON api_keys BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END");

        (await portal.GetAsync("/api/v1/integrations", key)).StatusCode.ShouldBe(HttpStatusCode.OK);

        await db.Database.ExecuteSqlRawAsync("DROP TRIGGER full_disk");
        (await portal.GetAsync("/api/v1/integrations", key)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await db.ApiKeys.OrderBy(k => k.Id).LastAsync()).LastUsedAt.ShouldNotBeNull("it is noted again");
    }
}
