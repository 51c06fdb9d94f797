using MSPortal.Core.Model;

namespace MSPortal.Web.Features.Companies;

/// <summary>What a person may say about a company; null leaves a field as it is.</summary>
public sealed record CompanyInput
{
    public const int LongestName = 200;

    public string? Name { get; init; }
    public bool? IsActive { get; init; }
    public string? Phone { get; init; }
    public string? Website { get; init; }
    public string? City { get; init; }

    /// <summary>A name as it is stored, or the sentence that says what is wrong with it.</summary>
    /// <exception cref="CompanyProblemException">It is empty or too long.</exception>
    public static string CleanName(string? name)
    {
        var clean = Canonical.Clean(name ?? "").Trim();
        return clean.Length switch
        {
            0 => throw new CompanyProblemException("A company needs a name.", field: "name"),
            > LongestName => throw new CompanyProblemException($"A company's name has at most {LongestName} characters.", field: "name"),
            _ => clean,
        };
    }

    /// <summary>Null for an empty text; of a longer one what fits, with no letter of two halves cut in the middle.</summary>
    public static string? CleanText(string? text) => Canonical.Clean(text ?? "").Trim() switch
    {
        { Length: 0 } => null,
        { Length: > LongestName } clean => clean[..(char.IsHighSurrogate(clean[LongestName - 1]) ? LongestName - 1 : LongestName)],
        var clean => clean,
    };
}
