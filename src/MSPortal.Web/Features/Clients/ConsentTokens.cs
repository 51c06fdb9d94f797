using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace MSPortal.Web.Features.Clients;

/// <summary>Secrets of addresses: 32 random bytes, of which only a hash is kept.</summary>
internal static class ConsentTokens
{
    private const int Bytes = 32;

    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>Null when it cannot be one of ours.</summary>
    public static byte[]? Hash(string? token) =>
        !string.IsNullOrEmpty(token) && Base64Url.IsValid(token, out var length) && length == Bytes ? SHA256.HashData(Base64Url.DecodeFromChars(token)) : null;

    public static bool AreSame(string one, string? other) =>
        other is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));
}
