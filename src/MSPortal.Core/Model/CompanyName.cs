using System.Globalization;
using System.Text;

namespace MSPortal.Core.Model;

/// <summary>Company names as matching compares them: what people write differently for the same company is taken away.</summary>
public static class CompanyName
{
    private static readonly HashSet<string> LegalForms =
    [
        "inc", "incorporated", "corp", "corporation", "co", "company", "llc", "llp", "lp", "ltd", "limited", "plc", "pc", "pllc",
        "gmbh", "ag", "kg", "ohg", "ug", "ev", "sa", "sas", "sarl", "srl", "spa", "bv", "nv", "oy", "ab", "as", "aps",
        "pty", "pte", "sp", "zoo", "kft", "sro", "the",
    ];

    /// <summary>Lower case, without accents, punctuation and legal forms; never empty for a name that has a letter or digit.</summary>
    public static string Normalize(string name)
    {
        var words = Fold(name).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var kept = words.Where(w => !LegalForms.Contains(w)).ToArray();
        return string.Join(' ', kept.Length > 0 ? kept : words);
    }

    private static string Fold(string name)
    {
        var folded = new StringBuilder(name.Length);
        foreach (var c in name.Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark || c is '.' or '\'' or '’')
            {
                continue;
            }

            folded.Append(char.ToLowerInvariant(c) switch
            {
                'ß' => "ss",
                'æ' => "ae",
                'ø' => "o",
                'ł' => "l",
                '&' or '+' => " and ",
                var letter when char.IsLetterOrDigit(letter) => letter.ToString(),
                _ => " ",
            });
        }

        return folded.ToString();
    }
}
