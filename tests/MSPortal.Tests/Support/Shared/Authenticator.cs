using System.Globalization;
using System.Security.Cryptography;

namespace MSPortal.Tests.Support;

/// <summary>The app on somebody's phone (RFC 6238), made without the portal's own code.</summary>
internal static class Authenticator
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>What it shows now, or a number of half minutes later.</summary>
    /// <param name="key">In base 32.</param>
    /// <param name="at">The phone's time; null: now.</param>
    public static string CodeOf(string key, int later = 0, DateTimeOffset? at = null)
    {
        var bits = string.Concat(key.ToUpperInvariant().Select(c => Convert.ToString(Letters.IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        var secret = Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2)).ToArray();
        var counter = BitConverter.GetBytes((at ?? TimeProvider.System.GetUtcNow()).ToUnixTimeSeconds() / 30 + later);
        Array.Reverse(counter);
#pragma warning disable CA5350 // The apps' own standard.
        var hash = HMACSHA1.HashData(secret, counter);
#pragma warning restore CA5350
        var start = hash[^1] & 15;
        return ((((hash[start] & 127) << 24) | (hash[start + 1] << 16) | (hash[start + 2] << 8) | hash[start + 3]) % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }
}
