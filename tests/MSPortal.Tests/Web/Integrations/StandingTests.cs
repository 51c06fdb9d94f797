using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using MSPortal.Storage.Secrets;
using MSPortal.Tests.Storage;
using MSPortal.Tests.Support;
using MSPortal.Web.Features.Integrations;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Web.Integrations.PaperIntegrations;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Integrations;

public sealed class StandingTests
{
    [Theory, DatabaseData]
    public async Task However_many_there_are_it_takes_as_many_commands_as_for_one(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var read = StorageHome.Start;
        var ids = new List<long>();
        async Task<(int Standings, int List)> CommandsAsync(int integrations)
        {
            while (ids.Count < integrations)
            {
                ids.Add(await AddAsync(home, streams: s => s.LastCompleteAt = read = read.AddSeconds(-1)));
            }

            using var standing = new SqlCommands(home.Database);
            (await Queries(home).StandingsAsync(home.Tenant, default)).Select(i => i.Id).ShouldBe(ids);
            using var listing = new SqlCommands(home.Database);
            await Queries(home).ListAsync(home.Tenant, default);
            return (standing.Texts.Count - listing.Texts.Count, listing.Texts.Count);
        }

        var (one, many) = (await CommandsAsync(1), await CommandsAsync(20));

        many.ShouldBe(one);
        one.Standings.ShouldBe(2);
        foreach (var summary in await Queries(home).StandingsAsync(home.Tenant, default))
        {
            var alone = (await Queries(home).DetailAsync(home.Tenant, summary.Id, default))!.Summary;
            summary.Streams.Select(s => (s.DataType, s.LastCompleteAt)).ShouldBe(alone.Streams.Select(s => (s.DataType, s.LastCompleteAt)));
        }
    }

    [Theory, DatabaseData]
    public async Task Secrets_are_decrypted_once_however_often_it_is_asked_and_anew_when_they_are_others(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await AddAsync(home);
        var decrypted = 0;
        var queries = Queries(home, new Vault(home.Database, new Watched(home.Get<IDataProtectionProvider>(), () => decrypted++)));
        async Task<IntegrationCondition> StandsAsync() => (await queries.StandingsAsync(home.Tenant, default)).Single().Condition;
        async Task<byte[]> PutAsync(byte[] secrets)
        {
            await using var db = home.Open();
            var row = await db.Integrations.SingleAsync(i => i.Id == id);
            var before = row.Secrets!;
            row.Secrets = secrets;
            await db.SaveChangesAsync();
            return before;
        }

        (await StandsAsync(), await StandsAsync(), decrypted).ShouldBe((IntegrationCondition.Active, IntegrationCondition.Active, 1));
        var good = await PutAsync([1, 2, 3]);
        (await StandsAsync(), await StandsAsync(), decrypted).ShouldBe((IntegrationCondition.Disconnected, IntegrationCondition.Disconnected, 3), "the key may come back");
        await PutAsync(good);
        (await StandsAsync(), await StandsAsync(), decrypted).ShouldBe((IntegrationCondition.Active, IntegrationCondition.Active, 3));
    }

    /// <summary>Tells of each decryption.</summary>
    private sealed class Watched(IDataProtectionProvider inner, Action decrypts) : IDataProtector
    {
        public IDataProtector CreateProtector(string purpose) => new Watched(inner.CreateProtector(purpose), decrypts);

        public byte[] Protect(byte[] plaintext) => ((IDataProtector)inner).Protect(plaintext);

        public byte[] Unprotect(byte[] protectedData)
        {
            decrypts();
            return ((IDataProtector)inner).Unprotect(protectedData);
        }
    }
}
