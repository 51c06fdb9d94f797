using MSPortal.Tests.Storage;
using MSPortal.Tests.Support;
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
}
