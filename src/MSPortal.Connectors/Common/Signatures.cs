using System.Security.Cryptography;
using System.Text;

namespace MSPortal.Connectors.Common;

/// <summary>How vendors sign what they deliver: over the raw bytes, compared in constant time.</summary>
internal static class Signatures
{
    /// <param name="claimed">Base64, as the header has it; null when there is none.</param>
    public static bool IsHmacSha256(ReadOnlySpan<byte> body, ReadOnlySpan<byte> key, string? claimed) => Matches(HMACSHA256.HashData(key, body), claimed);

    /// <param name="claimed">Base64, as the header has it; null when there is none.</param>
    public static bool IsHmacSha1(ReadOnlySpan<byte> body, ReadOnlySpan<byte> key, string? claimed)
    {
#pragma warning disable CA5350 // The vendor's choice, not ours.
        return Matches(HMACSHA1.HashData(key, body), claimed);
#pragma warning restore CA5350
    }

    /// <summary>Whether two secrets are the same text.</summary>
    public static bool IsSame(string expected, string? claimed) =>
        claimed is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(claimed));

    private static bool Matches(ReadOnlySpan<byte> expected, string? claimed)
    {
        Span<byte> bytes = stackalloc byte[64];
        return claimed is not null && claimed.Length <= 88 && Convert.TryFromBase64String(claimed.Trim(), bytes, out var length)
            && CryptographicOperations.FixedTimeEquals(expected, bytes[..length]);
    }
}
