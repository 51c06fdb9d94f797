using System.Net;
using System.Net.Sockets;

namespace MSPortal.EndToEnd.Support;

internal static class FreePort
{
    /// <summary>A loopback address that a server keeps over its restarts.</summary>
    public static Uri Address()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
    }
}
