using System.Globalization;
using MSPortal.Core.Model;
using MSPortal.Storage.Model;
using MSPortal.Tests.Storage;
using MSPortal.Web.Features.Companies;
using Shouldly;
using Xunit;
using Database = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Companies;

/// <summary>How often Quick Match is right, measured on names of which the truth is known. <c>docs/benchmarks.md</c> has the table.</summary>
public sealed class QuickMatchFiguresTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Of_two_thousand_names_nearly_all_are_found_hardly_a_sure_one_is_wrong_and_nobody_elses_is_preselected(int seed)
    {
        var set = NameSet.Of(seed);
        await using var home = await CompanyHome.CreateAsync(Database.Sqlite);
        var ids = await AddAsync(home, set.Companies);
        await home.AddAsync([.. set.Foreign.Select(f => f.Name)]);

        var proposals = await home.Match.ProposeAsync(home.Storage.Tenant, home.Integration, CancellationToken.None);

        var truth = set.Foreign.Select((foreign, n) => (Id: CompanyHome.Id(n), foreign)).ToDictionary(f => f.Id, f => f.foreign);
        proposals.Select(p => p.ExternalId).ShouldBeUnique();
        proposals.Select(p => p.ExternalId).ShouldBeSubsetOf(truth.Keys);
        Figures At(string name, Func<MatchProposal, bool> chosen) => Figures.Of(name, truth, ids, proposals.Where(chosen));
        var (low, usual, sure, preselected) = (At("40 %", p => p.Confidence >= 40), At("70 %", p => p.Confidence >= 70), At("90 %", p => p.Confidence >= 90), At("preselected", p => p.IsSure));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', low, usual, sure, preselected));
        low.ShouldReach(precision: 0.67, recall: 0.96);
        usual.ShouldReach(precision: 0.83, recall: 0.90);
        sure.ShouldReach(precision: 0.98, recall: 0.52);
        preselected.ShouldReach(precision: 0.995, recall: 0.51);
        proposals.Where(p => p.IsSure && truth[p.ExternalId].Company is null).Select(p => $"{p.ExternalName} → {p.CompanyName}").ShouldBeEmpty();
    }

    private static async Task<List<Guid>> AddAsync(CompanyHome home, IReadOnlyList<string> names)
    {
        await using var db = home.Open();
        var companies = names.Select(name => new Company
        {
            Id = Guid.NewGuid(), TenantId = home.Storage.Tenant, Name = name, NormalizedName = CompanyName.Normalize(name), CreatedAt = StorageHome.Start,
        }).ToList();
        db.Companies.AddRange(companies);
        await db.SaveChangesAsync();
        return companies.ConvertAll(c => c.Id);
    }

    /// <param name="Right">Proposed is exactly the company that it is.</param>
    /// <param name="True">How many are one of the companies here.</param>
    private sealed record Figures(string Name, int Proposed, int Right, int True, string Wrong, string Missed)
    {
        public double Precision => (double)Right / Proposed;

        public double Recall => (double)Right / True;

        public static Figures Of(string name, Dictionary<string, ForeignName> truth, List<Guid> ids, IEnumerable<MatchProposal> proposals)
        {
            var proposed = proposals.ToDictionary(p => p.ExternalId, p => p.CompanyId);
            bool IsRight(string id) => truth[id].Company is { } company && proposed.TryGetValue(id, out var found) && ids[company] == found;
            return new Figures(
                name, proposed.Count, proposed.Keys.Count(IsRight), truth.Values.Count(f => f.Company is not null),
                Kinds(proposed.Keys.Where(id => !IsRight(id)).Select(id => truth[id])), Kinds(truth.Where(f => f.Value.Company is not null && !IsRight(f.Key)).Select(f => f.Value)));
        }

        public void ShouldReach(double precision, double recall)
        {
            Precision.ShouldBeGreaterThanOrEqualTo(precision, ToString());
            Recall.ShouldBeGreaterThanOrEqualTo(recall, ToString());
        }

        public override string ToString() =>
            string.Create(CultureInfo.InvariantCulture, $"{Name}: precision {Precision:P1}, recall {Recall:P1}; {Proposed} proposed, {Right} rightly, of {True}\n  wrong: {Wrong}\n  missed: {Missed}");

        private static string Kinds(IEnumerable<ForeignName> names) => string.Join(", ", names.GroupBy(n => n.Kind).OrderByDescending(g => g.Count()).Select(g => $"{g.Count()} × {g.Key}"));
    }
}
