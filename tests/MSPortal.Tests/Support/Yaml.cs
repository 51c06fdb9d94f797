using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace MSPortal.Tests.Support;

/// <summary>
/// Reads as much of YAML as vendors' descriptions of their APIs are written in: maps and lists by indentation, empty and one-line
/// flow collections, texts plain, quoted, folded and as blocks. No anchors, no tags, no documents.
/// </summary>
internal sealed class Yaml
{
    private readonly List<(int Indent, string Text)> lines;
    private int at;

    private Yaml(IEnumerable<string> source) => lines = [.. source.Select(l => l.TrimEnd()).Select(l => (l.Length - l.TrimStart(' ').Length, l.TrimStart(' ')))];

    public static JsonNode Read(string path) => new Yaml(File.ReadLines(path)).Block(0)!;

    public static JsonNode? Parse(string text) => new Yaml(text.Split('\n')).Block(0);

    private bool Skip()
    {
        while (at < lines.Count && (lines[at].Text.Length == 0 || lines[at].Text[0] == '#'))
        {
            at++;
        }

        return at < lines.Count;
    }

    private JsonNode? Block(int indent)
    {
        if (!Skip() || lines[at].Indent < indent)
        {
            return null;
        }

        var (own, text) = lines[at];
        return IsItem(text) ? List(own) : Key(text) is not null ? Map(own) : Scalar(text, own - 1);
    }

    private JsonArray List(int indent)
    {
        var list = new JsonArray();
        while (Skip() && lines[at].Indent == indent && IsItem(lines[at].Text))
        {
            var rest = lines[at].Text[1..];
            var value = rest.TrimStart(' ');
            if (value.Length == 0)
            {
                at++;
                list.Add(Block(indent + 1));
                continue;
            }

            // What stands behind the dash is indented by the dash.
            lines[at] = (indent + 1 + rest.Length - value.Length, value);
            list.Add(IsItem(value) || Key(value) is not null ? Block(indent + 1) : Value(value, indent));
        }

        return list;
    }

    private JsonObject Map(int indent)
    {
        var map = new JsonObject();
        while (Skip() && lines[at].Indent == indent && Key(lines[at].Text) is var (key, rest))
        {
            if (rest.Length > 0 && rest[0] != '#')
            {
                map[key] = Value(rest, indent);
                continue;
            }

            at++;
            // A list may stand as far left as its key.
            var isList = Skip() && lines[at].Indent == indent && IsItem(lines[at].Text);
            map[key] = isList ? List(indent) : Block(indent + 1);
        }

        return map;
    }

    private JsonNode? Value(string text, int indent)
    {
        if (text[0] is '|' or '>')
        {
            at++;
            return JsonValue.Create(Literal(text, indent));
        }

        return Scalar(text, indent);
    }

    private string Literal(string header, int parent)
    {
        var found = new List<string>();
        var own = -1;
        for (; at < lines.Count && (lines[at].Text.Length == 0 || lines[at].Indent > parent); at++)
        {
            own = own < 0 && lines[at].Text.Length > 0 ? lines[at].Indent : own;
            found.Add(lines[at].Text.Length == 0 ? "" : new string(' ', lines[at].Indent - own) + lines[at].Text);
        }

        var text = string.Join(header[0] == '|' ? "\n" : " ", found).TrimEnd();
        return header.Contains('-', StringComparison.Ordinal) ? text : text + "\n";
    }

    /// <summary>With the lines on which it goes on.</summary>
    private JsonNode? Scalar(string first, int parent)
    {
        var text = new StringBuilder(first);
        at++;
        while (at < lines.Count && lines[at].Indent > parent && lines[at].Text.Length > 0 && (IsOpen(text.ToString()) || first[0] is not ('"' or '\'' or '[' or '{')))
        {
            // A backslash at the end of a quoted line joins it to the next one.
            var joined = first[0] == '"' && text[^1] == '\\';
            text.Length -= joined ? 1 : 0;
            text.Append(joined ? "" : " ").Append(lines[at++].Text);
        }

        return Plain(text.ToString().Trim());
    }

    private static bool IsOpen(string text) => text[0] switch
    {
        '"' => text.Length == 1 || text[^1] != '"' || text[^2] == '\\',
        '\'' => text.Length == 1 || text.Count(c => c == '\'') % 2 == 1,
        '[' => text[^1] != ']',
        '{' => text[^1] != '}',
        _ => false,
    };

    private static JsonNode? Plain(string text)
    {
        switch (text[0])
        {
            case '"':
                return JsonNode.Parse(text.Replace("\\ ", " ", StringComparison.Ordinal));
            case '\'':
                return JsonValue.Create(text[1..^1].Replace("''", "'", StringComparison.Ordinal));
            case '[':
                return new JsonArray([.. text[1..^1].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Plain)]);
            case '{' when text.Trim('{', '}', ' ').Length == 0:
                return new JsonObject();
            default:
                break;
        }

        var cut = text.IndexOf(" #", StringComparison.Ordinal);
        text = cut < 0 ? text : text[..cut].TrimEnd();
        return text is "true" or "false" ? JsonValue.Create(text == "true")
            : text is "null" or "~" ? null
            : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? JsonValue.Create(whole)
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && char.IsAsciiDigit(text[^1]) ? JsonValue.Create(number)
            : JsonValue.Create(text);
    }

    private static bool IsItem(string text) => text[0] == '-' && (text.Length == 1 || text[1] == ' ');

    private static (string Name, string Behind)? Key(string text)
    {
        if (text[0] is '"' or '\'')
        {
            var end = text.IndexOf(text[0], 1);
            return end > 0 && end + 1 < text.Length && text[end + 1] == ':' ? (text[1..end], text[(end + 2)..].Trim()) : null;
        }

        if (text[0] is '[' or '{')
        {
            return null;
        }

        var colon = text.EndsWith(':') && !text.Contains(": ", StringComparison.Ordinal) ? text.Length - 1 : text.IndexOf(": ", StringComparison.Ordinal);
        return colon > 0 ? (text[..colon], text[(colon + 1)..].Trim()) : null;
    }
}
