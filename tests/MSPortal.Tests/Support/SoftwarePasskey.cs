using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace MSPortal.Tests.Support;

/// <summary>A browser with a passkey (WebAuthn level 3, ES256, no attestation), made without the portal's own code.</summary>
internal sealed class SoftwarePasskey : IDisposable
{
    private const byte Present = 1;
    private const byte Verified = 4;
    private const byte HasCredential = 64;

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] id = RandomNumberGenerator.GetBytes(16);
    private uint uses;

    /// <summary>Whether its owner shows a finger, a face or a PIN; otherwise a touch is enough.</summary>
    public bool VerifiesItsUser { get; set; } = true;

    /// <summary>Whose it says it is, in base64url.</summary>
    public string UserHandle { get; set; } = "";

    /// <summary>What <c>navigator.credentials.create</c> gives.</summary>
    public string Create(JsonElement options, string origin)
    {
        UserHandle = options.GetProperty("user").GetProperty("id").GetString()!;
        var point = key.ExportParameters(false).Q;
        byte[] cose = [0xA5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32, .. point.X!, 0x22, 0x58, 32, .. point.Y!];
        byte[] data = [.. Data(options.GetProperty("rp").GetProperty("id").GetString()!, HasCredential), .. new byte[16], 0, (byte)id.Length, .. id, .. cose];
        byte[] attestation = [0xA3, 0x63, .. "fmt"u8, 0x64, .. "none"u8, 0x67, .. "attStmt"u8, 0xA0, 0x68, .. "authData"u8, 0x58, (byte)data.Length, .. data];
        return Credential(new { clientDataJSON = Text(Said("webauthn.create", options, origin)), attestationObject = Text(attestation), transports = new[] { "internal" } });
    }

    /// <summary>What <c>navigator.credentials.get</c> gives.</summary>
    public string Get(JsonElement options, string origin)
    {
        var (said, data) = (Said("webauthn.get", options, origin), Data(options.GetProperty("rpId").GetString()!, 0));
        var signature = key.SignData([.. data, .. SHA256.HashData(said)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return Credential(new { clientDataJSON = Text(said), authenticatorData = Text(data), signature = Text(signature), userHandle = UserHandle });
    }

    public void Dispose() => key.Dispose();

    private byte[] Data(string site, byte flags)
    {
        var counter = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(counter, ++uses);
        return [.. SHA256.HashData(Encoding.UTF8.GetBytes(site)), (byte)(flags | Present | (VerifiesItsUser ? Verified : 0)), .. counter];
    }

    private string Credential<T>(T response) =>
        JsonSerializer.Serialize(new { id = Text(id), rawId = Text(id), type = "public-key", authenticatorAttachment = "platform", clientExtensionResults = new { }, response });

    private static byte[] Said(string type, JsonElement options, string origin) =>
        JsonSerializer.SerializeToUtf8Bytes(new { type, challenge = options.GetProperty("challenge").GetString(), origin, crossOrigin = false });

    private static string Text(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
