using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using MSPortal.Core.Webhooks;

namespace MSPortal.Storage.Webhooks;

/// <summary>What makes an endpoint's address unguessable and its deliveries provable: 32 random bytes each.</summary>
internal sealed record EndpointSecrets(string Path, string Key)
{
    public string PathHash => Endpoints.Hash(Path);

    public static EndpointSecrets New() => new(Random(), Random());

    public static EndpointSecrets Of(byte[] bytes) => JsonSerializer.Deserialize<EndpointSecrets>(bytes) ?? throw new InvalidOperationException("An endpoint without secrets.");

    public byte[] Bytes() => JsonSerializer.SerializeToUtf8Bytes(this);

    /// <summary>Never prints itself.</summary>
    public override string ToString() => "secrets";

    private static string Random() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}
