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
