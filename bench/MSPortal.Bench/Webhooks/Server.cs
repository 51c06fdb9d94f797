using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MSPortal.Bench.Webhooks;

/// <summary>The server as operators run it, in a process of its own, spoken to as programs do.</summary>
internal sealed class Server : IAsyncDisposable
{
    private const string Key = "mspk_bench_0123456789abcdef0123456789abcdef";

    private readonly Process process;
    private readonly HttpClient client;

    private Server(Process process, HttpClient client) => (this.process, this.client) = (process, client);

    public TimeSpan Cpu
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <param name="executable">The portal's program.</param>
    /// <param name="folder">Where its data goes.</param>
    public static async Task<Server> StartAsync(string executable, string folder, string database, CancellationToken ct)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var start = new ProcessStartInfo(executable, ["serve", "--urls", address.GetLeftPart(UriPartial.Authority), "--data", folder, "--database", database])
        {
            RedirectStandardOutput = true, UseShellExecute = false,
        };
        start.Environment["MSPORTAL_PUBLIC_URL"] = address.ToString();
        start.Environment["MSPORTAL_ALLOW_PRIVATE_NETWORKS"] = "true";
        start.Environment["MSPORTAL_API_REQUESTS_PER_MINUTE"] = "1000000";
        start.Environment["MSPORTAL_BOOTSTRAP_API_KEY"] = Key;
        var started = Process.Start(start)!;
        _ = started.StandardOutput.ReadToEndAsync(ct);
        var caller = new HttpClient { BaseAddress = new Uri(address, "/api/v1/"), Timeout = TimeSpan.FromMinutes(2) };
        caller.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        var server = new Server(started, caller);
        while (!await server.IsReadyAsync(ct))
        {
            await Task.Delay(100, ct);
        }

        return server;
    }

    public async Task<JsonNode> SendAsync(HttpMethod method, string path, object? body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var answer = await client.SendAsync(request, ct);
        var text = await answer.Content.ReadAsStringAsync(ct);
        return answer.IsSuccessStatusCode ? JsonNode.Parse(text)! : throw new InvalidOperationException($"{method} {path}: {(int)answer.StatusCode} {text}");
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private async Task<bool> IsReadyAsync(CancellationToken ct)
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

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
