using MSPortal.Core.Contracts;

namespace MSPortal.Web.Features.Api;

/// <summary>Values of parameters that are one of a few words.</summary>
internal static class ApiWord
{
    /// <summary>Null when nothing is said, or when it is none of the words, which is then named among what is <paramref name="wrong"/>.</summary>
    public static T? Read<T>(string name, string? text, List<FieldError> wrong, params (string Word, T Value)[] words)
        where T : struct
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (Array.Find(words, w => w.Word.Equals(text.Trim(), StringComparison.OrdinalIgnoreCase)) is { Word: not null } known)
        {
            return known.Value;
        }

        wrong.Add(new FieldError(name, $"“{text}” is not {string.Join(" or ", words.Select(w => w.Word))}."));
        return null;
    }
}
