using System.Net;
using System.Text;

namespace MSPortal.Connectors.Microsoft365;

/// <summary>What Microsoft says in HTML, as plain text: paragraphs and entries of lists keep their lines, everything else of it goes.</summary>
internal static class Microsoft365Html
{
    private static readonly string[] Breaks = ["br", "p", "div", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4"];

    /// <summary>Scripts and styles are no text.</summary>
    private static readonly string[] Silent = ["script", "style"];

    /// <summary>Null when nothing is left.</summary>
    public static string? Plain(string? html)
    {
        if (html is null)
        {
            return null;
        }

        var text = new StringBuilder(html.Length);
        for (var at = 0; at < html.Length;)
        {
            if (html[at] != '<' || at + 1 >= html.Length || !(char.IsAsciiLetter(html[at + 1]) || html[at + 1] is '/' or '!'))
            {
                text.Append(html[at++]);
                continue;
            }

            var end = html.IndexOf('>', at);
            if (end < 0)
            {
                break;   // A tag that breaks off.
            }

            var name = Name(html.AsSpan(at + 1, end - at - 1));
            text.Append(name == "li" && html[at + 1] != '/' ? "\n- " : Breaks.Contains(name) ? "\n" : "");
            var isSilent = Silent.Contains(name) && html[at + 1] != '/';
            var next = isSilent ? html.IndexOf($"</{name}", end, StringComparison.OrdinalIgnoreCase) : end + 1;
            at = next < 0 ? html.Length : next;
        }

        var lines = WebUtility.HtmlDecode(text.ToString()).Split('\n').Select(l => string.Join(' ', l.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))).Where(l => l is not ("" or "-"));
        return string.Join('\n', lines) is { Length: > 0 } plain ? plain : null;
    }

    private static string Name(ReadOnlySpan<char> tag)
    {
        var name = tag.TrimStart('/');
        var length = 0;
        while (length < name.Length && char.IsAsciiLetterOrDigit(name[length]))
        {
            length++;
        }

        return name[..length].ToString().ToLowerInvariant();
    }
}
