using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Storage;

public sealed class PasskeyTableTests
{
    [Theory, DatabaseData]
    public async Task Identity_finds_a_passkey_as_it_came_and_it_goes_with_its_person(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var user = new PortalUser { Id = Guid.NewGuid(), TenantId = home.Tenant, UserName = "ada@example.com", Email = "ada@example.com", CreatedAt = StorageHome.Start };
        byte[] id = [0, 1, 2, 255];
        await using (var db = home.Open())
        {
            db.Users.Add(user);
            await db.SaveChangesAsync();
            await new Store(db).AddOrUpdatePasskeyAsync(user, new UserPasskeyInfo(id, [3, 4], StorageHome.Start, 5, ["internal", "hybrid"], true, true, false, [6], [7]) { Name = "Ada’s phone" }, default);
            await db.UserPasskeys.Where(p => p.CredentialId == id).ExecuteUpdateAsync(set => set.SetProperty(p => EF.Property<DateTimeOffset?>(p, Passkey.LastUsedAt), StorageHome.Start.AddDays(1)));
        }

        await using (var db = home.Open())
        {
            (await new Store(db).FindByPasskeyIdAsync(id, default))!.Id.ShouldBe(user.Id);
            (await new Store(db).FindByPasskeyIdAsync([0, 1, 2], default)).ShouldBeNull();
            var kept = (await new Store(db).FindPasskeyAsync(user, id, default))!;
            (kept.Name, kept.CreatedAt, kept.SignCount, kept.IsUserVerified, kept.IsBackupEligible, kept.IsBackedUp).ShouldBe(("Ada’s phone", StorageHome.Start, 5u, true, true, false));
            new[] { kept.PublicKey, kept.AttestationObject, kept.ClientDataJson }.Select(Convert.ToHexString).ShouldBe(["0304", "06", "07"]);
            kept.Transports.ShouldBe(["internal", "hybrid"]);
            (await db.UserPasskeys.Select(p => EF.Property<DateTimeOffset?>(p, Passkey.LastUsedAt)).SingleAsync()).ShouldBe(StorageHome.Start.AddDays(1));
            (await db.Users.Where(u => db.UserPasskeys.Any(p => p.UserId == u.Id)).Select(u => u.Id).ToListAsync()).ShouldBe([user.Id]);
            db.Users.Remove(await db.Users.SingleAsync());
            await db.SaveChangesAsync();
            (await db.UserPasskeys.CountAsync()).ShouldBe(0);
        }
    }

    /// <summary>As Identity makes it.</summary>
    private sealed class Store(PortalContext db)
        : UserOnlyStore<PortalUser, PortalContext, Guid, IdentityUserClaim<Guid>, IdentityUserLogin<Guid>, IdentityUserToken<Guid>, IdentityUserPasskey<Guid>>(db);
}
