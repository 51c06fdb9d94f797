using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Web;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Tests.Connectors.Contract;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Connectors.Microsoft365;

/// <summary>Every path, option and property that is asked for is in the vendor's description, as far as the extract of it goes.</summary>
public sealed class DescriptionTests(AllSimulators vendors) : IClassFixture<AllSimulators>
{
    private const string File = "graph-v1.0-extract.json";

    /// <summary>The extract has no groups, and of most lists not the record.</summary>
    private static readonly string[] Beyond =
    [
        "/groups", "/groups/", "/subscribedSkus/", "/domains/", "/security/secureScores/", "/security/secureScoreControlProfiles/", "/tenantRelationships/delegatedAdminCustomers/",
    ];

    private static readonly Dictionary<string, string> Entities = new(StringComparer.Ordinal)
    {
        ["users"] = "user", ["subscribedSkus"] = "subscribedSku", ["subscriptions"] = "companySubscription", ["domains"] = "domain", ["organization"] = "organization", ["contracts"] = "contract",
        ["secureScores"] = "secureScore", ["secureScoreControlProfiles"] = "secureScoreControlProfile", ["delegatedAdminCustomers"] = "delegatedAdminCustomer",
    };

    [Fact]
    public async Task Every_request_is_described_every_property_exists_and_every_answer_fits()
    {
        var description = OpenApi.Require(File);
        await using var bench = await ConnectorBench.StartAsync(vendors, "microsoft365");
        var misfits = new ConcurrentBag<string>();
        bench.Afterwards = async (request, answer) =>
        {
            await answer.Content.LoadIntoBufferAsync(TestContext.Current.CancellationToken);
            var path = Path(request.RequestUri!);
            if (path is null || !answer.IsSuccessStatusCode || Beyond.Any(b => path == b || (b.EndsWith('/') && path.StartsWith(b, StringComparison.Ordinal))))
            {
                return;
            }

            var told = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            var found = path.StartsWith("/users/", StringComparison.Ordinal) && !path.EndsWith("/delta", StringComparison.Ordinal) ? description.MisfitsOf("microsoft.graph.user", told) : description.Misfits("GET", path, told);
            foreach (var misfit in found.Where(m => !m.Contains("@odata.", StringComparison.Ordinal)))
            {
                misfits.Add($"{path}: {misfit}");
            }
        };

        (await bench.TestAllAsync()).ShouldAllBe(r => r.Passed);
        foreach (var stream in bench.Connector.Streams)
        {
            var pages = await bench.ReadAsync(stream);
            var ids = pages.SelectMany(p => p.Rows).Select(r => r.ExternalId).Take(2).ToList();
            (await stream.ReadByIds!(bench.Session(stream), ids, ConnectorBench.Stop)).ShouldAllBe(r => r is ReadResult.Present, stream.Label);
            await bench.ReadAsync(stream, PassKind.Incremental, since: AllSimulators.Origin, bookmark: pages[^1].Bookmark);
        }

        var asked = bench.Seen.Where(s => Path(s.Uri) is not null).Select(s => s.Uri).ToList();
        asked.SelectMany(u => Breaks(description, u)).Distinct().ShouldBeEmpty();
        bench.Seen.Where(s => s.Method != "GET").ShouldAllBe(s => s.Uri.AbsolutePath.EndsWith("/oauth2/v2.0/token", StringComparison.Ordinal));
        misfits.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("https://g/v1.0/usrs", "is not described")]
    [InlineData("https://g/v1.0/users?$select=id,nickName", "nickName")]
    [InlineData("https://g/v1.0/subscribedSkus?$orderby=id&$format=x", "$format is no parameter")]
    public void A_request_that_it_does_not_know_is_noticed(string uri, string said) => Breaks(OpenApi.Require(File), new Uri(uri)).ShouldHaveSingleItem().ShouldContain(said);

    private static IEnumerable<string> Breaks(OpenApi description, Uri uri)
    {
        var path = Path(uri)!;
        var steps = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var isBeyond = steps[0] == "groups" || Beyond.Any(b => b.EndsWith('/') && path.StartsWith(b, StringComparison.Ordinal));
        var isDelta = steps is [.., "delta"];
        // The token of “from now on” is told of in the guide, not among the parameters.
        var breaks = isBeyond ? [] : description.Breaks("GET", new Uri(new Uri("https://g"), path + uri.Query)).Where(b => !(isDelta && b.Contains("$deltatoken", StringComparison.Ordinal)) && !b.Contains("$skiptoken", StringComparison.Ordinal));
        var entity = Entities.FirstOrDefault(e => steps.Contains(e.Key)).Value;
        var selected = HttpUtility.ParseQueryString(uri.Query)["$select"]?.Split(',') ?? [];
        // A value of none says which properties there are; that some may not be empty is another question.
        var unknown = entity is null ? [] : selected.SelectMany(name => description.MisfitsOf($"microsoft.graph.{entity}", new JsonObject { [name] = null })).Where(m => !m.EndsWith(" is null", StringComparison.Ordinal));
        return breaks.Concat(unknown);
    }

    /// <summary>Below the version; null where it is not Graph's.</summary>
    private static string? Path(Uri uri) => uri.AbsolutePath.StartsWith("/v1.0/", StringComparison.Ordinal) ? uri.AbsolutePath["/v1.0".Length..] : null;
}
