using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace MSPortal.Connectors.Common;

/// <summary>Parses what vendors send, after repairing what .NET refuses to read as text: one bad name or half of an emoji must not cost a page.</summary>
internal static class VendorJson
{
    /// <summary>Null when it is not JSON.</summary>
    public static JsonDocument? TryParse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <exception cref="JsonException">It is not JSON.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        if (body.Span.StartsWith("\uFEFF"u8))
        {
            body = body[3..];
        }

        if (!Utf8.IsValid(body.Span))
        {
            body = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(body.Span));
        }

        return JsonDocument.Parse(HasHalves(body.Span) ? Whole(body.Span) : body);
    }

    private static bool HasHalves(ReadOnlySpan<byte> body) => body.IndexOf("\\ud"u8) >= 0 || body.IndexOf("\\uD"u8) >= 0;

    /// <summary>Replaces escaped halves of a character, in names and values alike, that have no other half.</summary>
    private static byte[] Whole(ReadOnlySpan<byte> body)
    {
        var whole = body.ToArray();
        for (var i = 0; i < whole.Length - 1; i++)
        {
            if (whole[i] != '\\')
            {
                continue;
            }

            if (Unit(whole, i) is not { } unit)
            {
                i++;
            }
            else if (char.IsHighSurrogate(unit) && Unit(whole, i + 6) is { } next && char.IsLowSurrogate(next))
            {
                i += 11;
            }
            else
            {
                if (char.IsSurrogate(unit))
                {
                    "fffd"u8.CopyTo(whole.AsSpan(i + 2));
                }

                i += 5;
            }
        }

        return whole;
    }

    /// <summary>The character of an escape that begins here; null when none does.</summary>
    private static char? Unit(ReadOnlySpan<byte> body, int at) =>
        at + 6 <= body.Length && body[at] == '\\' && body[at + 1] == 'u'
        && ushort.TryParse(body.Slice(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? (char)unit
            : null;
}
