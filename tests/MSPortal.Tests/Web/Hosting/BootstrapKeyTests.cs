using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Integrations;
using MSPortal.Tests.Storage;
using MSPortal.Tests.Support;
using MSPortal.Web.Hosting;
using Shouldly;
using Xunit;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Hosting;

public sealed class BootstrapKeyTests
{
    [Theory, DatabaseData]
    public async Task Nodes_that_start_together_make_the_operators_key_once(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var options = new PortalOptions { DataFolder = home.Folder, Database = home.Setting, BootstrapApiKey = "an-operators-own-key-0123456789" };
        var quicker = new DatabaseStart(home.Database, new ConnectorRegistry([]), options, home.Clock);
        var slower = new DatabaseStart(home.Database, new ConnectorRegistry([]), options, new Meanwhile(() => quicker.StartingAsync(CancellationToken.None).GetAwaiter().GetResult()));

        await slower.StartingAsync(CancellationToken.None);

        await using var db = home.Open();
        (await db.ApiKeys.Select(k => k.Hash).ToListAsync()).ShouldBe([ApiKeySecret.Hash(options.BootstrapApiKey)]);
        (await db.Audit.Select(a => a.Action).ToListAsync()).ShouldBe(["api_key.created"]);
    }

    /// <summary>Lets another node come first, after this one has looked.</summary>
    private sealed class Meanwhile(Action other) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow()
        {
            other();
            return StorageHome.Start;
        }
    }
}
