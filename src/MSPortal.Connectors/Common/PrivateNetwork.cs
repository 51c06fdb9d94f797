using System.Net;
using System.Net.Sockets;

namespace MSPortal.Connectors.Common;

/// <summary>Which addresses a server on the internet never has: what a typed-in host name could otherwise be used to reach (SSRF).</summary>
internal static class PrivateNetwork
{
    // RFC 6890 and its successors: this network, private, shared, loopback, link-local (cloud metadata among them),
    // protocol assignments, documentation, benchmarking, multicast, reserved.
    private static readonly IPNetwork[] Closed =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
            "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
            "224.0.0.0/4", "240.0.0.0/4",
            "::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(IPNetwork.Parse),
    ];

    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");

    public static bool Contains(IPAddress address)
    {
        var plain = Unwrap(address);
        return Closed.Any(network => network.Contains(plain));
    }

    /// <summary>Whether a host name is private by its very text: an address in the closed ranges, or this machine.</summary>
    public static bool IsPrivateName(string host)
    {
        var name = host.Trim('[', ']');
        return IPAddress.TryParse(name, out var address)
            ? Contains(address)
            : name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Takes a version 4 address out of its version 6 clothes, in which it reaches the same machine.</summary>
    private static IPAddress Unwrap(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        var bytes = new IPAddress(address.GetAddressBytes());   // Without a scope id, which no network contains.
        return Nat64.Contains(bytes) ? new IPAddress(bytes.GetAddressBytes()[12..])
            : SixToFour.Contains(bytes) ? new IPAddress(bytes.GetAddressBytes()[2..6])
            : bytes;
    }
}

/// <summary>Thrown before a connection to an address of the own network is made.</summary>
internal sealed class PrivateAddressException(string host)
    : IOException($"{host} is an address of a private network.")
{
    public string Host { get; } = host;
}
