using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MSPortal.Bench.Speed;

namespace MSPortal.Bench;

/// <summary>The server as operators run it, in a process of its own.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);

    private readonly Process process;

    private ServerProcess(Process process, Uri address) => (this.process, Address) = (process, address);

    public Uri Address { get; }

    public TimeSpan Cpu
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Resident size in MB.</summary>
    public double Resident => Stopclock.Resident(process.Id);

    /// <summary>Comes back as soon as it is ready.</summary>
    /// <param name="executable">The portal's program.</param>
    /// <param name="folder">Where its data goes.</param>
    /// <param name="database">Null for a file in that folder.</param>
    /// <param name="environment">Further settings, which may depend on its address.</param>
    public static async Task<ServerProcess> StartAsync(
        string executable, string folder, string? database, Func<Uri, IReadOnlyDictionary<string, string>>? environment, CancellationToken ct)
    {
        var address = FreeAddress();
        string[] arguments = ["serve", "--urls", address.GetLeftPart(UriPartial.Authority), "--data", folder, .. database is null ? Array.Empty<string>() : ["--database", database]];
        var start = new ProcessStartInfo(executable, arguments) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var (name, value) in environment?.Invoke(address) ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var server = new ServerProcess(Process.Start(start)!, address);
        try
        {
            await server.UntilReadyAsync(ct);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private async Task UntilReadyAsync(CancellationToken ct)
    {
        _ = process.StandardOutput.ReadToEndAsync(ct);
        using var client = new HttpClient { BaseAddress = Address };
        while (!await IsReadyAsync(client, ct))
        {
            await Task.Delay(LookEvery, ct);
        }
    }

    private async Task<bool> IsReadyAsync(HttpClient client, CancellationToken ct)
    {
        try
        {
            using var response = await client.GetAsync(new Uri("/health/ready", UriKind.Relative), ct);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException) when (!process.HasExited)
        {
            return false;
        }
    }

    private static Uri FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
    }
}
