using System.Net.Sockets;
using System.Security.Authentication;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.Common;

/// <summary>Says in one sentence what went wrong between here and the vendor.</summary>
internal static class NetworkFault
{
    /// <summary>Null for what is not the network's doing (a bug, a cancelled run, a fault that has its words already).</summary>
    public static Fault? Of(Exception exception, Uri address, CancellationToken ct)
    {
        if (exception is FaultException || ct.IsCancellationRequested)
        {
            return null;
        }

        var host = address.IsDefaultPort ? address.IdnHost : $"{address.IdnHost}:{address.Port}";
        return Find<PrivateAddressException>(exception) is not null ? new Fault.VendorDown(PrivateAddress(host))
            : exception is TimeoutException or OperationCanceledException ? Slow(host)
            : exception is HttpRequestException request ? Of(request, host)
            : exception is IOException ? Broken(host)
            : null;
    }

    /// <summary>Whether it is the typed-in address that has to be looked at; a slow or broken connection says nothing against it.</summary>
    public static bool IsAboutAddress(Exception exception) =>
        Find<PrivateAddressException>(exception) is not null
        || Find<AuthenticationException>(exception) is not null
        || exception is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError }
        || exception is HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse };

    /// <summary>The sentence for an address that this installation does not allow.</summary>
    public static string PrivateAddress(string host) =>
        $"{host} is an address of a private network, which this installation does not allow (setting AllowPrivateNetworks, for on-premises servers).";

    private static Fault.VendorDown Of(HttpRequestException e, string host) => e.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => new($"There is no host called {host} (DNS)."),
        HttpRequestError.SecureConnectionError => new(Untrusted(e, host)),
        HttpRequestError.ConnectionError when Find<SocketException>(e) is { SocketErrorCode: SocketError.ConnectionRefused } =>
            new($"{host} refuses connections: nothing answers there."),
        HttpRequestError.ConnectionError => new($"{host} cannot be reached."),
        HttpRequestError.InvalidResponse => new($"{host} does not answer in HTTP."),
        _ => Broken(host),
    };

    private static string Untrusted(HttpRequestException e, string host)
    {
        var why = Find<AuthenticationException>(e)?.Message ?? "";
        if (!why.Contains("certificate", StringComparison.OrdinalIgnoreCase))
        {
            return $"{host} does not speak TLS (https) on this port, or ended the handshake.";
        }

        var reason = why.Contains("NameMismatch", StringComparison.Ordinal) ? "it is made out to another name"
            : why.Contains("NotTimeValid", StringComparison.Ordinal) ? "it has expired or is not valid yet; also check this machine's clock"
            : why.Contains("UntrustedRoot", StringComparison.Ordinal) || why.Contains("PartialChain", StringComparison.Ordinal)
                ? "its issuer is not known to this machine"
                : "it is not valid";
        return $"The certificate of {host} is not trusted: {reason}.";
    }

    private static Fault.VendorDown Slow(string host) => new($"{host} did not answer within {VendorHttp.Deadline.TotalSeconds} seconds.");

    private static Fault.VendorDown Broken(string host) => new($"The connection to {host} broke off.");

    private static T? Find<T>(Exception? e)
        where T : Exception
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is T found)
            {
                return found;
            }
        }

        return null;
    }
}
