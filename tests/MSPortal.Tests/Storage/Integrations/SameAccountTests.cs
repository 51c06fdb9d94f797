using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Ports;
using Shouldly;
using Xunit;
using DatabaseDataAttribute = MSPortal.Tests.Support.DatabaseDataAttribute;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Storage.Integrations;

/// <summary>One account is connected once, however it comes in.</summary>
public sealed class SameAccountTests
{
    [Theory, DatabaseData]
    public async Task A_reconnect_takes_no_account_that_another_integration_has(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        await home.ConnectAsync();
        var untested = await home.ConnectAsync(name: "Untested", account: "acc-2");
        await home.ChangeAsync(untested, i => (i.AccountId, i.AccountName) = (null, null));
        var reconnect = (string account) =>
            home.Store().ReconnectAsync(untested, Sample.Settings(), Sample.Secret, new AccountIdentity(account, "Contoso"), home.Ada, CancellationToken.None);

        (await Should.ThrowAsync<ActionRefusedException>(() => reconnect("acc-1"))).Message.ShouldBe("Contoso is connected already, as “Contoso PSA”.");
        (await home.RowAsync(untested)).AccountId.ShouldBeNull();

        await reconnect("acc-2");
        await reconnect("acc-2");
        (await home.RowAsync(untested)).AccountId.ShouldBe("acc-2");
    }

    [Theory, DatabaseData]
    public async Task Whoever_only_tests_is_told_that_the_account_is_connected_already(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await home.ConnectAsync();
        var provider = (await home.RowAsync(id)).Provider;
        var ask = (long tenant, string of, string account) => home.Store().WhyNotTwiceAsync(tenant, of, new AccountIdentity(account, "Contoso"), CancellationToken.None);

        (await ask(home.Tenant, provider, "acc-1")).ShouldBe("Contoso is connected already, as “Contoso PSA”.");
        (await ask(home.Tenant, provider, "acc-2")).ShouldBeNull();
        (await ask(home.Tenant, "another", "acc-1")).ShouldBeNull();
        (await ask(await home.AddTenantAsync("Other"), provider, "acc-1")).ShouldBeNull();

        await home.ChangeAsync(id, i => i.Status = Core.Sync.IntegrationStatus.Disconnected);
        (await ask(home.Tenant, provider, "acc-1")).ShouldBe("Contoso is connected already, as “Contoso PSA”. Reconnect that one; its data is still here.");
    }

    [Theory, DatabaseData]
    public async Task Of_two_who_connect_it_at_once_one_gets_through(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await home.ConnectAsync(account: "acc-2");
        await using var db = home.Open();
        var quicker = await db.Database.BeginTransactionAsync();
        await db.Tenants.ExecuteUpdateAsync(t => t.SetProperty(x => x.Name, x => x.Name));
        (await db.Integrations.SingleAsync(i => i.Id == id)).AccountId = "acc-1";
        await db.SaveChangesAsync();

        var connecting = Task.Run(() => home.ConnectAsync());
        await home.WaitingAsync(connecting);
        await quicker.CommitAsync();

        await Should.ThrowAsync<ActionRefusedException>(() => connecting);
        await using var after = home.Open();
        (await after.Integrations.Select(i => i.AccountId).ToListAsync()).ShouldBe(["acc-1"]);
    }
}
