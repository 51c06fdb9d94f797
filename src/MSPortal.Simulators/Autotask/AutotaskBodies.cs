using System.IO.Compression;
using System.Text;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Autotask;

/// <summary>What was sent, unpacked: some clients send gzip.</summary>
internal static class AutotaskBodies
{
    public static string Read(VendorRequest request)
    {
        if (!string.Equals(request.Header("Content-Encoding"), "gzip", StringComparison.OrdinalIgnoreCase))
        {
            return Encoding.UTF8.GetString(request.Body);
        }

        using var packed = new MemoryStream(request.Body);
        using var gzip = new GZipStream(packed, CompressionMode.Decompress);
        using var reader = new StreamReader(gzip, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
