using MSPortal.Core.Contracts;
using Shouldly;
using Xunit;
using DatabaseDataAttribute = MSPortal.Tests.Support.DatabaseDataAttribute;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Storage.Integrations;

public sealed class KeyExpiryTests
{
    [Theory, DatabaseData]
    public async Task The_end_of_a_key_is_kept_with_its_audit_entry_until_a_new_key_comes(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await home.ConnectAsync();
        var end = new DateOnly(2026, 12, 31);

        await home.Store().SetKeyExpiryAsync(id, end, home.Ada, CancellationToken.None);
        await home.Store().SetKeyExpiryAsync(id, end, home.Ada, CancellationToken.None);

        (await home.RowAsync(id)).KeyExpiresOn.ShouldBe(end);
        var entry = (await home.AuditAsync()).Where(a => a.Action == "integration.key_expiry_changed").ShouldHaveSingleItem();
        (entry.Before, entry.After).ShouldBe(("{\"keyExpiresOn\":null}", "{\"keyExpiresOn\":\"2026-12-31\"}"));

        await home.Store().ReconnectAsync(id, Sample.Settings(), Sample.Secret, new AccountIdentity("acc-1", "Contoso"), home.Ada, CancellationToken.None);
        (await home.RowAsync(id)).KeyExpiresOn.ShouldBeNull();
    }
}
