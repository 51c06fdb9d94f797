using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.Common;

/// <summary>What every connector needs of HTTP: a careful way out, whole answers of bounded size, and network trouble in words.</summary>
public static class VendorHttp
{
    /// <summary>Whole request, from connecting to the last byte.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(100);

    /// <summary>After decompression: far above any page of a thousand records, far below what hurts.</summary>
    internal const int LargestAnswer = 64 * 1024 * 1024;

    /// <summary>The way out for sessions: no redirects, no cookies, no private addresses unless allowed; safe to share and to pool.</summary>
    public static HttpMessageHandler CreateHandler(bool allowPrivateNetworks, TimeProvider? clock = null) =>
        new DeadlineHandler(clock ?? TimeProvider.System, Sockets(allowPrivateNetworks));

    /// <summary>Sends and reads to the end; trouble on the way becomes a fault at the field that holds the address.</summary>
    internal static async Task<VendorResponse> SendAsync(HttpMessageInvoker http, HttpRequestMessage request, string addressField, CancellationToken ct)
    {
        try
        {
            using var response = await http.SendAsync(request, ct);
            var body = await ReadAsync(response.Content, ct);
            return new VendorResponse(response.StatusCode, response.Headers, response.Content.Headers.ContentType?.MediaType, body)
            {
                Address = request.RequestUri!,
            };
        }
        catch (Exception e) when (NetworkFault.Of(e, request.RequestUri!, ct) is { } fault)
        {
            throw new FaultException(fault, e) { Field = NetworkFault.IsAboutAddress(e) ? addressField : null };
        }
    }

    /// <summary>The same for a session: says who asks, and leaves a line in the log about what came.</summary>
    internal static async Task<VendorResponse> ExchangeAsync(Session session, HttpRequestMessage request, string addressField, CancellationToken ct)
    {
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("MSPortal", "1.0"));
        var began = session.Clock.GetTimestamp();
        var response = await SendAsync(session.Http, request, addressField, ct);
        session.Log.Log(
            response.IsSuccess ? LogLevel.Debug : LogLevel.Information,
            "{Method} {Path}: {Status}, {Bytes} bytes in {Elapsed:0} ms",
            request.Method,
            request.RequestUri!.AbsolutePath,
            (int)response.Status,
            response.Body.Length,
            session.Clock.GetElapsedTime(began).TotalMilliseconds);
        return response;
    }

    /// <summary>Reads a body up to <see cref="LargestAnswer"/>, whatever its header says about its length.</summary>
    internal static async Task<byte[]> ReadAsync(HttpContent content, CancellationToken ct)
    {
        await using var stream = await content.ReadAsStreamAsync(ct);
        using var body = new MemoryStream();
        var buffer = new byte[81920];
        for (int read; (read = await stream.ReadAsync(buffer, ct)) > 0;)
        {
            if (body.Length + read > LargestAnswer)
            {
                throw new FaultException(new Fault.BadData($"The answer is larger than {LargestAnswer / 1024 / 1024} MB."));
            }

            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }

    private static SocketsHttpHandler Sockets(bool allowPrivateNetworks) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.All,
        ConnectTimeout = TimeSpan.FromSeconds(20),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),     // A vendor that moves is found again.
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        UseProxy = allowPrivateNetworks,                        // Behind a proxy nobody can tell where a name leads.
        ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
        ConnectCallback = (context, ct) => ConnectAsync(context.DnsEndPoint, allowPrivateNetworks, ct),
    };

    /// <summary>Resolves first and connects to the very addresses that were checked, so that a name cannot change its mind in between.</summary>
    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint target, bool allowPrivateNetworks, CancellationToken ct)
    {
        var addresses = await Dns.GetHostAddressesAsync(target.Host, ct);
        if (!allowPrivateNetworks)
        {
            addresses = [.. addresses.Where(a => !PrivateNetwork.Contains(a))];
            if (addresses.Length == 0)
            {
                throw new PrivateAddressException(target.Host);
            }
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, target.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
