using System.Globalization;
using System.Text;

namespace MSPortal.Tests.Web.Companies;

/// <summary>A company as another tool writes it.</summary>
/// <param name="Company">Its place among the companies here; null for one that is none of them.</param>
/// <param name="Kind">What is odd about the name, or what kind of twin it is.</param>
internal sealed record ForeignName(string Name, int? Company, string Kind);

/// <summary>
/// The clients of an MSP in two of its tools, of which the truth is known: 2,000 names, of which 1,400 are written otherwise for one of the 1,600 companies here, and 600 are
/// somebody else's and mostly made to be taken for one. How often what happens is an assumption, and harsher than life.
/// </summary>
internal sealed class NameSet
{
    private const int Here = 1_600;
    private const int There = 1_400;
    private const int Others = 600;

    private readonly Random dice;
    private readonly List<MadeName> companies = [];
    private readonly List<ForeignName> foreign = [];
    private readonly HashSet<string> taken = [];

    private NameSet(int seed) => dice = new Random(seed);

    public IReadOnlyList<string> Companies => companies.ConvertAll(c => c.Whole);

    public IReadOnlyList<ForeignName> Foreign => foreign;

    public static NameSet Of(int seed)
    {
        var set = new NameSet(seed);
        while (set.companies.Count < Here)
        {
            // Every eighth is related to one that is there already: another branch, a holding, a cousin's business.
            set.Take(set.companies.Count > 100 && set.dice.Next(8) == 0 ? set.Twins(set.companies[set.dice.Next(set.companies.Count)]).Made : set.Make());
        }

        foreach (var company in Enumerable.Range(0, Here).OrderBy(_ => set.dice.Next()).Take(There))
        {
            var (name, kind) = set.Rewritten(set.companies[company]);
            set.foreign.Add(new ForeignName(name, company, kind));
        }

        while (set.foreign.Count < There + Others)
        {
            var (made, kind) = set.dice.Next(6) == 0 ? (set.Make(), "stranger") : set.Twins(set.companies[set.dice.Next(Here)]);
            if (set.IsNew(made))
            {
                set.foreign.Add(new ForeignName(set.dice.Next(3) == 0 ? set.Rewritten(made, "legal form")! : made.Whole, null, kind));
            }
        }

        // The hardest: another legal person of the very same name, of which one is a client and one is not.
        foreach (var company in set.foreign.Where(f => f is { Kind: "legal form", Company: not null }).Take(8).ToList())
        {
            set.foreign[set.foreign.FindLastIndex(f => f.Kind == "stranger")] = new ForeignName($"{set.companies[company.Company!.Value].Name} {set.Pick(NameParts.LegalForms)}", null, "same name");
        }

        return set;
    }

    private void Take(MadeName name)
    {
        if (IsNew(name))
        {
            companies.Add(name);
        }
    }

    /// <summary>Told by its letters alone, so that what is another company here is one for every reader.</summary>
    private bool IsNew(MadeName name) => taken.Add(string.Concat(Plain(name.Name).Where(char.IsLetterOrDigit)).ToLowerInvariant());

    private MadeName Make()
    {
        var (kind, form) = (dice.Next(100), dice.Next(2) == 0 ? Pick(NameParts.LegalForms) : null);
        return kind switch
        {
            < 18 => new([Pick(NameParts.Families)], Pick(NameParts.Trades), form),
            < 26 => new([Pick(NameParts.Families), "&", Pick(NameParts.Families)], Pick(NameParts.Trades), form),
            < 32 => new([Pick(NameParts.Families), "&", dice.Next(2) == 0 ? "Sons" : "Brothers"], Pick(NameParts.Trades), form),
            < 50 => new([Pick(NameParts.Things)], Pick(NameParts.Trades), form),
            < 66 => new([Pick(NameParts.Things), Pick(NameParts.Things)], Pick(NameParts.Trades), form),
            < 74 => new([Pick(NameParts.Places)], Pick(NameParts.Trades), form),
            < 78 => new(["St.", Pick(NameParts.Saints)], Pick(["Hospital", "Church", "Academy", "Medical Center"]), null),
            < 82 => new([Pick(["City of", "Town of", "County of", "Port of", "Diocese of"]), Pick(NameParts.Places)], null, null),
            < 85 => new([Pick(NameParts.Places)], string.Create(CultureInfo.InvariantCulture, $"School District {dice.Next(1, 60)}"), null),
            < 91 => new([Coined()], dice.Next(2) == 0 ? Pick(NameParts.Trades) : null, form ?? "Inc."),
            < 94 => new([$"{(char)('A' + dice.Next(26))}{(char)('A' + dice.Next(26))}{(char)('A' + dice.Next(26))}"], Pick(NameParts.Trades), form),
            _ => new([Pick(NameParts.ForeignTrades), Pick(NameParts.ForeignFamilies)], null, Pick(["GmbH", "SARL", "S.L.", "AB", "ApS", "Sp. z o.o.", "B.V."])),
        };
    }

    private string Coined() => string.Concat(Enumerable.Range(0, dice.Next(2, 4)).Select(n => n == 0 ? Capital(Pick(NameParts.Syllables)) : Pick(NameParts.Syllables)));

    private (string Name, string Kind) Rewritten(MadeName name)
    {
        while (true)
        {
            var kind = Weighed(NameParts.Oddities);
            if (Rewritten(name, kind) is { } text && text != name.Whole)
            {
                return (dice.Next(4) == 0 ? Cased(text) : text, kind);
            }
            else if (kind == "none")
            {
                return (name.Whole, kind);
            }
        }
    }

    /// <summary>Null where the name has nothing that could be odd in this way.</summary>
    private string? Rewritten(MadeName name, string kind) => kind switch
    {
        "none" => null,
        "legal form" => name.Form is null || dice.Next(2) == 0 ? $"{name.Name}{Pick([" ", ", "])}{Pick(NameParts.LegalForms)}" : name.Name,
        "spelling" => Pick([name.Whole.Replace(" & ", " and "), name.Whole.Replace("St. ", "Saint "), name.Whole.Replace(' ', '-'), name.Whole.Replace(".", "").Replace(",", "").ToUpperInvariant()]),
        "abbreviation" => Abbreviated(name.Whole),
        "accents" => Pick([Plain(name.Whole), Plain(name.Whole.Replace("ü", "ue").Replace("ö", "oe").Replace("ä", "ae").Replace("ø", "oe"))]),
        "typo" => Mistyped(name.Whole),
        "two typos" => Mistyped(Mistyped(name.Whole)),
        "joined" => Joined(name),
        "word order" => name.Trade is null ? null : $"{name.Trade} {string.Join(' ', name.Head)}",
        "initials" => Initials(name),
        "shorter" => name.Trade is { } trade ? trade.Contains(' ') ? $"{string.Join(' ', name.Head)} {trade.Split(' ')[0]}" : name.Head.Length > 1 ? string.Join(' ', name.Head) : null : null,
        "longer" => $"{name.Name}{Pick([" - Main Office", " (HQ)", $" - {Pick(NameParts.Places)}", " Workstations", $" of {Pick(NameParts.Places)}"])}",
        "web address" => $"{Pick(["www.", ""])}{string.Concat(Plain(name.Name).Where(char.IsLetterOrDigit)).ToLowerInvariant()}.com",
        "account number" => Pick([$"{dice.Next(1000, 9999)} - {name.Name}", $"{name.Name} [{dice.Next(1000, 9999)}]"]),
        _ => $"{Pick(NameParts.Families)} Holdings LLC dba {name.Name}",
    };

    /// <summary>One that could be taken for it.</summary>
    private (MadeName Made, string Kind) Twins(MadeName name)
    {
        while (true)
        {
            var kind = Weighed(NameParts.Twins);
            var twin = kind switch
            {
                "letter" => Relative(name),
                "other trade" => name.Trade is null ? null : name with { Trade = Pick(NameParts.Trades) },
                "other place" => Elsewhere(name),
                "other number" => name.Trade?.StartsWith("School", StringComparison.Ordinal) == true
                    ? name with { Trade = string.Create(CultureInfo.InvariantCulture, $"School District {dice.Next(1, 60)}") } : null,
                "parent or child" => name.Trade is null ? null : name with { Trade = Pick([$"{name.Trade} {Pick(NameParts.Kin)}", Pick(NameParts.Kin)]) },
                "first word" => new MadeName([name.Head[0], Pick(NameParts.Things)], Pick(NameParts.Trades), name.Form),
                _ => name.Trade is null ? null : name with { Head = [.. name.Head[..^1], Pick(NameParts.Families)] },
            };
            if (twin is not null && twin.Name != name.Name)
            {
                return (twin, kind);
            }
        }
    }

    /// <summary>Another family whose name is a letter away.</summary>
    private static MadeName? Relative(MadeName name)
    {
        var at = Array.FindIndex(name.Head, NameParts.Alike.ContainsKey);
        return at < 0 ? null : name with { Head = [.. name.Head.Select((word, n) => n == at ? NameParts.Alike[word] : word)] };
    }

    private MadeName? Elsewhere(MadeName name)
    {
        var at = Array.FindIndex(name.Head, word => NameParts.Places.Contains(word));
        return at >= 0 ? name with { Head = [.. name.Head.Select((word, n) => n == at ? Pick(NameParts.Places) : word)] }
            : name.Trade is null ? null
            : name with { Trade = $"{name.Trade} {Pick(["North", "South", "East", "West", Pick(NameParts.Places)])}" };
    }

    private string? Abbreviated(string name)
    {
        var can = NameParts.Short.Where(pair => name.Contains(pair.Key, StringComparison.Ordinal)).ToList();
        return can.Count == 0 ? null : can.Aggregate(name, (text, pair) => dice.Next(3) == 0 && can.Count > 1 ? text : text.Replace(pair.Key, Pick(pair.Value)));
    }

    private string Mistyped(string name)
    {
        var words = name.Split(' ');
        var at = Array.IndexOf(words, words.MaxBy(w => w.Length)!);
        var word = new StringBuilder(words[at]);
        var letter = dice.Next(1, word.Length - 1);
        switch (dice.Next(4))
        {
            case 0:
                (word[letter], word[letter - 1]) = (word[letter - 1], word[letter]);
                break;
            case 1:
                word.Remove(letter, 1);
                break;
            case 2:
                word.Insert(letter, word[letter]);
                break;
            default:
                word[letter] = (char)('a' + dice.Next(26));
                break;
        }

        words[at] = word.ToString();
        return string.Join(' ', words);
    }

    private static string? Joined(MadeName name) => name.Head.Length > 1 && name.Head[1] != "&" ? $"{string.Concat(name.Head)} {name.Trade}".Trim()
        : name.Head[0].Length > 7 && !name.Head[0].Contains(' ') ? $"{name.Head[0][..4]} {Capital(name.Head[0][4..])} {name.Trade}".Trim()
        : null;

    private static string? Initials(MadeName name)
    {
        var words = name.Name.Split(' ').Where(w => char.IsLetter(w[0])).ToList();
        return words.Count < 3 ? null : string.Concat(words.Select(w => w[0]));
    }

    private string Cased(string name) => dice.Next(2) == 0 ? name.ToUpperInvariant() : name.ToLowerInvariant();

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];

    private static string Plain(string text) => string.Concat(text.Normalize(NormalizationForm.FormD)
        .Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)).Replace('ł', 'l').Replace('Ł', 'L').Replace('ø', 'o').Replace('Ø', 'O').Replace("ß", "ss");

    private string Pick(string[] from) => from[dice.Next(from.Length)];

    private string Weighed(IReadOnlyList<(string Kind, int Weight)> of)
    {
        var place = dice.Next(of.Sum(o => o.Weight));
        return of.First(o => (place -= o.Weight) < 0).Kind;
    }

    /// <param name="Head">Its own words.</param>
    /// <param name="Trade">What it does.</param>
    private sealed record MadeName(string[] Head, string? Trade, string? Form)
    {
        public string Name => Trade is null ? string.Join(' ', Head) : $"{string.Join(' ', Head)} {Trade}";

        public string Whole => Form is null ? Name : $"{Name} {Form}";
    }
}
