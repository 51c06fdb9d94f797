using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace MSPortal.Web.Hosting;

/// <summary>The text of an API key: made here, shown once, kept as a hash.</summary>
public static class ApiKeySecret
{
    /// <summary>The shortest key that an operator may choose.</summary>
    public const int ShortestOwn = 24;

    /// <summary>256 random bits, recognisable as ours by whoever finds it where it should not be.</summary>
    public static string New() => "msp_" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>SHA-256: the key is random, so a slow hash would protect nothing.</summary>
    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <summary>What may be shown of it afterwards.</summary>
    public static string Prefix(string key) => key[..Math.Min(8, key.Length / 3)];
}
