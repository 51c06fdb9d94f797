using System.Globalization;
using System.Text;
using System.Text.Json;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.Common;

/// <summary>Reads JSON strings that .NET refuses to: an escaped half of an emoji is one character lost, not one record.</summary>
internal static class JsonText
{
    public static string Of(JsonElement value)
    {
        try
        {
            return Canonical.Clean(value.GetString() ?? "");
        }
        catch (InvalidOperationException)
        {
            return Canonical.Clean(Unescape(value.GetRawText().AsSpan()[1..^1]));
        }
    }

    private static string Unescape(ReadOnlySpan<char> raw)
    {
        var text = new StringBuilder(raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '\\')
            {
                text.Append(raw[i]);
                continue;
            }

            var escape = raw[++i];
            text.Append(escape switch
            {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'b' => '\b',
                'f' => '\f',
                'u' => (char)ushort.Parse(raw.Slice(i + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                _ => escape,
            });
            i += escape == 'u' ? 4 : 0;
        }

        return text.ToString();
    }
}
