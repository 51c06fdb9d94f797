using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using MSPortal.Storage;
using MSPortal.Tests.Storage;
using MSPortal.Tests.Support;
using MSPortal.Web.Hosting;
using Shouldly;
using Xunit;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Hosting;

public sealed class FirstTenantTests
{
    [Theory, DatabaseData]
    public async Task Nodes_that_start_together_on_an_empty_database_make_one_tenant(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind, "storage", StorageHome.MigrateAsync);
        var clock = new FakeTimeProvider(StorageHome.Start);
        PortalDatabase Open() => new(StorageHome.Parse(test.Setting));

        var ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => FirstTenant.GetOrAddAsync(Open(), clock, CancellationToken.None))));

        await using var db = Open().Open();
        (await db.Tenants.Select(t => t.Id).ToListAsync()).ShouldBe(ids.Distinct());
    }
}
