using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace MSPortal.Simulators.Microsoft365;

/// <summary>A place to go on from that nobody outside can read, and that is as long as real ones are.</summary>
internal sealed class OpaqueToken(int seed)
{
    private const int Shortest = 300;

    private readonly byte[] key = SHA256.HashData(Encoding.UTF8.GetBytes($"graph/{seed}"));

    public string Seal<T>(T place)
    {
        var text = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(place).PadRight(Shortest));
        return WebEncoders.Base64UrlEncode([.. HMACSHA256.HashData(key, text).AsSpan(0, 8), .. Stir(text)]);
    }

    /// <returns>null: it is none of ours.</returns>
    public T? Open<T>(string token)
        where T : class
    {
        try
        {
            var bytes = WebEncoders.Base64UrlDecode(token);
            var text = bytes.Length > 8 ? Stir(bytes[8..]) : [];
            return text.Length > 0 && HMACSHA256.HashData(key, text).AsSpan(0, 8).SequenceEqual(bytes.AsSpan(0, 8)) ? JsonSerializer.Deserialize<T>(text) : null;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return null;
        }
    }

    /// <summary>There and back again.</summary>
    private byte[] Stir(byte[] text)
    {
        var stirred = new byte[text.Length];
        for (var at = 0; at < text.Length; at++)
        {
            stirred[at] = (byte)(text[at] ^ key[at % key.Length] ^ (at * 31));
        }

        return stirred;
    }
}
