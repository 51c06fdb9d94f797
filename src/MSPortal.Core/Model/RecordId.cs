using System.Security.Cryptography;
using System.Text;

namespace MSPortal.Core.Model;

/// <summary>
/// MSPortal's own id of a vendor's record: derived from integration, data type, partition and external id, so that it
/// stays the same through a resync, a removal and a return, and links and bookmarks keep working.
/// </summary>
public static class RecordId
{
    public static Guid For(long integrationId, DataType type, string externalId, string partition = "")
    {
        var name = Encoding.UTF8.GetBytes($"{integrationId}\n{type.Slug()}\n{partition}\n{externalId}");
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(name, hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);   // version 8 (RFC 9562): a custom, name-based UUID
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
