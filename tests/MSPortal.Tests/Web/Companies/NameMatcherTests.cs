using F23.StringSimilarity;
using FuzzySharp;
using MSPortal.Core.Model;
using MSPortal.Web.Features.Companies;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Companies;

/// <summary>The measured set by which the way of comparing names was chosen.</summary>
public sealed class NameMatcherTests
{
    /// <summary>The same company, written in two tools.</summary>
    private static readonly (string A, string B)[] Same =
    [
        ("Acme Rockets, Inc.", "ACME Rockets"),
        ("The Contoso Company", "Contoso"),
        ("Müller & Söhne GmbH", "Muller und Sohne"),
        ("Café Liégeois S.A.R.L.", "Cafe Liegeois"),
        ("Wide World Importers Pty Ltd", "Wide World Importers"),
        ("Tailspin Toys Co., Ltd.", "Tailspin Toys"),
        ("Smith & Sons Plumbing", "Smith and Sons Plumbing LLC"),
        ("O'Brien's Hardware", "OBriens Hardware"),
        ("North Wind Traders", "Northwind Traders"),
        ("Fabrikam Intl.", "Fabrikam International"),
        ("Litware Mfg Co", "Litware Manufacturing"),
        ("Proseware Technologies", "Proseware Technology Ltd"),
        ("St. Mary's Hospital", "Saint Marys Hospital"),
        ("Lucerne Publishing", "Publishing Lucerne"),
        ("Trey Research", "www.treyresearch.net"),
        ("Graphic Design Institute", "Graphic Design Insitute"),
        ("Blue Yonder Airlines", "Blue Yondar Airlines"),
        ("Woodgrove Bank", "Woodgrove Bnak"),
        ("Adventure Works Cycles", "Adventure-Works Cycles"),
        ("Humongous Insurance", "Humongous Ins."),
        ("Alpine Ski House", "Alpine Ski Houze"),
        ("Consolidated Messenger Services", "Consolidated Messenger Svcs"),
        ("Coho Vineyard & Winery", "Coho Vineyard and Winery, L.L.C."),
        ("Łódź Logistyka Sp. z o.o.", "Lodz Logistyka"),
        ("Relecloud Systems", "Relecloud System"),
        ("VanArsdel, Ltd.", "Van Arsdel"),
    ];

    /// <summary>Twins: alike, and not the same. Linking one would show a client's tickets to another.</summary>
    private static readonly (string A, string B)[] Twins =
    [
        ("Contoso North", "Contoso South"),
        ("Smith Dental", "Smith Legal"),
        ("First Bank", "First National Bank of Ohio"),
        ("Acme Rockets", "Acme Bakery"),
        ("ABC 1 Ltd", "ABC 2 Ltd"),
        ("Store 1041", "Store 1042"),
        ("Hanson Dental Group", "Hansen Dental Group"),
        ("Fabrikam Services", "Fabrikam Holdings"),
        ("Fabrikam", "Fabrikam Residences"),
        ("Northwind Traders", "Southwind Traders"),
        ("City of Springfield", "Springfield City Schools"),
        ("Global Consulting Group", "Global Consulting Partners"),
        ("Johnson Law Firm", "Johnston Law Firm"),
        ("A.B. Electric", "A.C. Electric"),
        ("Wingtip Toys", "Tailspin Toys"),
        ("Lamna Healthcare Company", "Lamna Hardware Company"),
        ("Argo", "Arco"),
        ("St. Mary's Hospital", "St. Mark's Hospital"),
    ];

    [Fact]
    public void The_same_company_is_proposed_at_the_sliders_first_position()
    {
        var missed = Same.Where(p => Confidence(p.A, p.B) < MatchProposal.DefaultConfidence || Confidence(p.B, p.A) < MatchProposal.DefaultConfidence);
        missed.Select(p => $"{p.A} / {p.B}: {Confidence(p.A, p.B)}").ShouldBeEmpty();
    }

    [Fact]
    public void A_twin_is_never_sure()
    {
        var sure = Twins.Where(p => Confidence(p.A, p.B) >= NameMatcher.Sure || Confidence(p.B, p.A) >= NameMatcher.Sure);
        sure.Select(p => $"{p.A} / {p.B}: {Confidence(p.A, p.B)}").ShouldBeEmpty();
    }

    [Fact]
    public void Most_of_the_same_are_sure_so_that_there_is_little_to_look_at() =>
        Same.Count(p => Confidence(p.A, p.B) >= NameMatcher.Sure).ShouldBeGreaterThanOrEqualTo(Same.Length * 3 / 4);

    /// <summary>Why names are taken apart: measured as wholes, some twin always looks more alike than some same company does.</summary>
    [Fact]
    public void Measures_of_whole_names_confuse_more()
    {
        var (winkler, levenshtein) = (new JaroWinkler(), new NormalizedLevenshtein());
        var rivals = new Dictionary<string, Func<string, string, double>>(StringComparer.Ordinal)
        {
            ["Jaro-Winkler"] = (a, b) => 100 * winkler.Similarity(CompanyName.Normalize(a), CompanyName.Normalize(b)),
            ["Levenshtein"] = (a, b) => 100 * levenshtein.Similarity(CompanyName.Normalize(a), CompanyName.Normalize(b)),
            ["token set ratio"] = (a, b) => Fuzz.TokenSetRatio(CompanyName.Normalize(a), CompanyName.Normalize(b)),
            ["weighted ratio"] = (a, b) => Fuzz.WeightedRatio(CompanyName.Normalize(a), CompanyName.Normalize(b)),
        };
        var ours = Confusions(Confidence);
        foreach (var (name, measure) in rivals)
        {
            Confusions(measure).ShouldBeGreaterThan(ours * 2, name);
        }
    }

    [Theory]
    [InlineData("IBM", "International Business Machines", 72)]
    [InlineData("Acme", "Acme", 100)]
    [InlineData("Acme", "Zebra", 0)]
    public void What_is_known_keeps_its_confidence(string a, string b, int confidence) => Confidence(a, b).ShouldBe(confidence);

    [Fact]
    public void Of_two_thousand_names_each_finds_its_own_among_two_thousand()
    {
        var random = new Random(7);
        string[] first = ["Alpine", "Blue", "Cedar", "Delta", "Eagle", "Falcon", "Granite", "Harbor", "Iron", "Juniper", "Keystone", "Lunar", "Maple", "Noble", "Ocean", "Pioneer", "Quartz", "River", "Summit", "Timber"];
        string[] second = ["Ridge", "Point", "Valley", "Stone", "Field", "Bridge", "Gate", "Wood", "Brook", "Hill"];
        string[] third = ["Dental", "Legal", "Plumbing", "Logistics", "Insurance", "Architects", "Bakery", "Clinic", "Motors", "Realty"];
        var names = first.SelectMany(a => second.SelectMany(b => third.Select(c => $"{a} {b} {c}"))).OrderBy(_ => random.Next()).ToList();
        var matcher = new NameMatcher(names.ConvertAll(MatchName.Of));

        var found = names.ConvertAll(n => matcher.Best(MatchName.Of(n + ", Inc."), 2)[0]);

        found.Select(m => names[m.Index]).ShouldBe(names);
        found.ShouldAllBe(m => m.Confidence == 100);
    }

    private static int Confusions(Func<string, string, int> confidence) => Confusions((a, b) => (double)confidence(a, b));

    /// <summary>Pairs of a twin and a same company of which the twin looks at least as alike.</summary>
    private static int Confusions(Func<string, string, double> measure) =>
        (from twin in Twins from same in Same where measure(twin.A, twin.B) >= measure(same.A, same.B) select 1).Count();

    /// <summary>Among a hundred other names, since rarity counts.</summary>
    private static int Confidence(string a, string b)
    {
        var others = Same.Concat(Twins).SelectMany(p => new[] { p.A, p.B }).Where(n => n != a && n != b);
        return new NameMatcher([MatchName.Of(b), .. others.Select(MatchName.Of)]).Compare(MatchName.Of(a), 0).Confidence;
    }
}
