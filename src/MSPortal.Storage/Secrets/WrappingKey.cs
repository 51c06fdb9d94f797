using System.Security.Cryptography;
using System.Text;

namespace MSPortal.Storage.Secrets;

/// <summary>The 32 bytes that wrap the keys in the database, so that a stolen database or backup alone opens nothing.</summary>
internal sealed class WrappingKey
{
    public const string FileName = "msportal.key";
    private const int Length = 32;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private readonly byte[] key;

    private WrappingKey(byte[] key)
    {
        this.key = key;
        Id = Convert.ToHexStringLower(SHA256.HashData([.. "msportal wrapping key"u8, .. key]))[..16];
    }

    /// <summary>Tells keys apart without telling anything about them.</summary>
    public string Id { get; }

    /// <summary>The operator's own key (base64 of 32 bytes), or the key file in the data folder, which is made when it is missing.</summary>
    /// <exception cref="FormatException">The key is not base64 of 32 bytes.</exception>
    public static WrappingKey Load(string? own, string dataFolder)
    {
        if (own is not null)
        {
            return Parse(own, "MSPORTAL_KEY");
        }

        var path = Path.Combine(dataFolder, FileName);
        if (!File.Exists(path))
        {
            Create(path);
        }

        return Parse(File.ReadAllText(path), path);
    }

    /// <summary>Nonce, tag and cipher text.</summary>
    public byte[] Seal(byte[] plain, byte[] context)
    {
        var nonce = RandomNumberGenerator.GetBytes(NonceLength);
        var tag = new byte[TagLength];
        var cipher = new byte[plain.Length];
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(nonce, plain, cipher, tag, context);
        return [.. nonce, .. tag, .. cipher];
    }

    /// <exception cref="CryptographicException">It was sealed with another key, or changed.</exception>
    public byte[] Open(byte[] sealedBytes, byte[] context)
    {
        if (sealedBytes.Length < NonceLength + TagLength)
        {
            throw new CryptographicException("The wrapped key is too short.");
        }

        var plain = new byte[sealedBytes.Length - NonceLength - TagLength];
        using var aes = new AesGcm(key, TagLength);
        aes.Decrypt(
            sealedBytes.AsSpan(0, NonceLength), sealedBytes.AsSpan(NonceLength + TagLength), sealedBytes.AsSpan(NonceLength, TagLength), plain, context);
        return plain;
    }

    private static WrappingKey Parse(string text, string from)
    {
        var bytes = new byte[Length + 1];
        return Convert.TryFromBase64String(text.Trim(), bytes, out var length) && length == Length
            ? new WrappingKey(bytes[..Length])
            : throw new FormatException($"{from} has to hold {Length} random bytes in base64 (such as from: openssl rand -base64 {Length}).");
    }

    /// <summary>Two processes may start at once: the file appears whole or not at all, and the first one's key is everybody's.</summary>
    private static void Create(string path)
    {
        PortalFiles.CreateFolder(Path.GetDirectoryName(path)!);
        var draft = $"{path}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = PortalFiles.OwnerReadWrite;
        }

        using (var file = new FileStream(draft, options))
        {
            file.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(Length))));
        }

        try
        {
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(draft);
        }
    }
}
