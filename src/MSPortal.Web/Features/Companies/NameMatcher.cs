using F23.StringSimilarity;

namespace MSPortal.Web.Features.Companies;

/// <param name="Index">Of the candidate.</param>
/// <param name="Confidence">40–100 %. From 90 on the names are the same but for spelling; everything that might be another company stays below.</param>
/// <param name="Why">In a few words.</param>
internal sealed record NameMatch(int Index, int Confidence, string Why);

/// <summary>
/// Finds the most similar of many names: an index of letter triples and words picks a few, and only those are compared in earnest.
/// </summary>
/// <remarks>Words are compared by Damerau's edits (a swap is one) and weighed by how rare they are; measured in NameMatcherTests against whole-name measures.</remarks>
internal sealed class NameMatcher
{
    /// <summary>Below this names have nothing to do with each other.</summary>
    public const int Lowest = 40;

    /// <summary>From here on a proposal may be preselected.</summary>
    public const int Sure = 90;
    private const int MostCompared = 24;
    private const double SameWord = 0.74;
    private const double Shortened = 0.8;

    private static readonly OptimalStringAlignment Edits = new();

    /// <summary>Words that tell little, whichever names are at hand.</summary>
    private static readonly HashSet<string> Common =
    [
        "services", "group", "solutions", "systems", "technology", "consulting", "consultants", "international", "holdings", "associates",
        "partners", "management", "enterprises", "industries", "global", "center", "office",
    ];

    private readonly IReadOnlyList<MatchName> names;
    private readonly Dictionary<string, List<int>> pieces = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> frequency = new(StringComparer.Ordinal);
    private readonly int[] pieceCounts;
    private readonly int[] shared;

    public NameMatcher(IReadOnlyList<MatchName> names)
    {
        this.names = names;
        pieceCounts = new int[names.Count];
        shared = new int[names.Count];
        for (var i = 0; i < names.Count; i++)
        {
            foreach (var piece in Pieces(names[i]))
            {
                pieceCounts[i]++;
                (pieces.TryGetValue(piece, out var list) ? list : pieces[piece] = []).Add(i);
            }

            foreach (var token in names[i].Tokens.Distinct())
            {
                frequency[token] = frequency.GetValueOrDefault(token) + 1;
            }
        }
    }

    /// <summary>The best candidates, best first.</summary>
    public IReadOnlyList<NameMatch> Best(MatchName name, int take) =>
    [
        .. Likely(name)
            .Select(i => Compare(name, i))
            .Where(m => m.Confidence >= Lowest)
            .OrderByDescending(m => m.Confidence).ThenBy(m => m.Index)
            .Take(take),
    ];

    /// <summary>How sure one may be that both names mean the same company.</summary>
    public NameMatch Compare(MatchName name, int index)
    {
        var other = names[index];
        if (name.Normalized.Length == 0 || other.Normalized.Length == 0)
        {
            return new NameMatch(index, 0, "No name");
        }

        return name.Normalized == other.Normalized ? new(index, 100, "Same name")
            : name.Sorted == other.Sorted ? new(index, 96, "Same words")
            : name.Compact == other.Compact ? new(index, 95, "Same letters")
            : IsInitials(name, other) || IsInitials(other, name) ? new(index, 72, "Initials")
            : Align(name.Tokens, other.Tokens, index);
    }

    private static bool IsInitials(MatchName shorter, MatchName longer) => shorter.Tokens.Count == 1 && longer.Initials == shorter.Compact;

    private List<int> Likely(MatchName name)
    {
        var touched = new List<int>();
        var own = 0;
        foreach (var piece in Pieces(name))
        {
            own++;
            foreach (var i in pieces.GetValueOrDefault(piece) ?? [])
            {
                if (shared[i]++ == 0)
                {
                    touched.Add(i);
                }
            }
        }

        var likely = touched
            .Select(i => (Index: i, Score: 2.0 * shared[i] / (own + pieceCounts[i])))
            .OrderByDescending(t => t.Score).ThenBy(t => t.Index)
            .Take(MostCompared)
            .Select(t => t.Index)
            .ToList();
        touched.ForEach(i => shared[i] = 0);
        return likely;
    }

    /// <summary>Pairs the words off, best pair first; what is left over speaks against it.</summary>
    private NameMatch Align(IReadOnlyList<string> a, IReadOnlyList<string> b, int index)
    {
        var pairs = (from i in Enumerable.Range(0, a.Count)
                     from j in Enumerable.Range(0, b.Count)
                     let alike = Alike(a[i], b[j])
                     where alike >= SameWord
                     orderby alike descending, i, j
                     select (i, j, alike)).ToList();
        var (leftA, leftB) = (a.Select(Weight).ToArray(), b.Select(Weight).ToArray());
        var total = leftA.Sum() + leftB.Sum();
        var matched = 0.0;
        var exact = true;
        foreach (var (i, j, alike) in pairs)
        {
            if (leftA[i] > 0 && leftB[j] > 0)
            {
                matched += (leftA[i] + leftB[j]) * alike;
                exact &= alike >= 1;
                (leftA[i], leftB[j]) = (0, 0);
            }
        }

        var (overA, overB) = (leftA.Any(w => w > 0), leftB.Any(w => w > 0));
        var confidence = (int)Math.Round(100 * matched / total);

        // Never sure: a word more may be a branch, a letter less another family; two different words are two companies.
        var (most, why) = (overA, overB) switch
        {
            (true, true) => (68, "Some words are the same"),
            (true, false) or (false, true) => (85, exact ? "One has a word more" : "One has a word more, another is spelled differently"),
            _ => (89, "Spelled a little differently"),
        };
        return new NameMatch(index, Math.Min(confidence, most), why);
    }

    /// <summary>1 for the same word, less for a typo or a shortened word, 0 for another one; numbers and short words are never typos.</summary>
    private static double Alike(string a, string b)
    {
        if (a == b)
        {
            return 1;
        }

        var (shorter, longer) = a.Length <= b.Length ? (a, b) : (b, a);
        if (shorter.Length < 4 || a.Any(char.IsDigit) || b.Any(char.IsDigit))
        {
            return 0;
        }

        if (longer.StartsWith(shorter, StringComparison.Ordinal))
        {
            return Math.Max(Shortened, (double)shorter.Length / longer.Length);
        }

        // Each missing letter is an edit, so most pairs need no closer look.
        return (double)shorter.Length / longer.Length < SameWord ? 0 : 1 - (Edits.Distance(a, b) / longer.Length);
    }

    private double Weight(string token) =>
        (Common.Contains(token) ? 0.4 : 1) * (1 + Math.Log((1.0 + names.Count) / (1.0 + frequency.GetValueOrDefault(token))));

    private static IEnumerable<string> Pieces(MatchName name)
    {
        var text = $"^{name.Compact}$";
        var triples = Enumerable.Range(0, Math.Max(0, text.Length - 2)).Select(i => text.Substring(i, 3));
        return triples.Concat(name.Tokens.Select(t => "=" + t)).Append("*" + (name.Initials ?? name.Compact)).Distinct();
    }
}
