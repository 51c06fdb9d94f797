using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MSPortal.Bench.Webhooks;

/// <summary>The server, spoken to as programs do.</summary>
internal sealed class Server : IAsyncDisposable
{
    private const string Key = "mspk_bench_0123456789abcdef0123456789abcdef";

    private readonly ServerProcess process;
    private readonly HttpClient client;

    private Server(ServerProcess process)
    {
        this.process = process;
        client = new HttpClient { BaseAddress = new Uri(process.Address, "/api/v1/"), Timeout = TimeSpan.FromMinutes(2) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
    }

    public TimeSpan Cpu => process.Cpu;

    /// <param name="executable">The portal's program.</param>
    /// <param name="folder">Where its data goes.</param>
    public static async Task<Server> StartAsync(string executable, string folder, string database, CancellationToken ct) =>
        new(await ServerProcess.StartAsync(
            executable,
            folder,
            database,
            address => new Dictionary<string, string>
            {
                ["MSPORTAL_PUBLIC_URL"] = address.ToString(),
                ["MSPORTAL_ALLOW_PRIVATE_NETWORKS"] = "true",
                ["MSPORTAL_API_REQUESTS_PER_MINUTE"] = "1000000",
                ["MSPORTAL_BOOTSTRAP_API_KEY"] = Key,
            },
            ct));

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
        await process.DisposeAsync();
    }
}
