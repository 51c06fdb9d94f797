using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace MSPortal.Bench.Speed;

/// <summary>The simulated vendor in a process of its own, so that its work is not counted as ours.</summary>
internal sealed class Vendor : IDisposable
{
    private readonly HttpClient control;
    private readonly Process? process;

    public Vendor(Uri address, Process? process = null)
    {
        (Address, this.process) = (address, process);
        control = new HttpClient { BaseAddress = new Uri(address, "control/connectwise/"), Timeout = TimeSpan.FromMinutes(5) };
        About = control.GetFromJsonAsync<JsonObject>("").GetAwaiter().GetResult()!;
    }

    public Uri Address { get; }

    public JsonObject About { get; }

    public static async Task<Vendor> StartAsync(int tickets, CancellationToken ct)
    {
        var file = Path.Combine(AppContext.BaseDirectory, "MSPortal.Simulators" + (OperatingSystem.IsWindows() ? ".exe" : ""));
        var started = Process.Start(new ProcessStartInfo(file, ["--tickets", $"{tickets}", "--companies", "400"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var line = await started.StandardOutput.ReadLineAsync(ct) ?? throw new InvalidOperationException("The simulator did not start.");
        return new Vendor(new Uri(line["ready ".Length..]), started);
    }

    public void SignIn(HttpClient client)
    {
        string Text(string name) => About[name]!.GetValue<string>();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Text("companyId")}+{Text("publicKey")}:{Text("privateKey")}")));
        client.DefaultRequestHeaders.Add("clientId", Text("clientId"));
        client.DefaultRequestHeaders.Add("pagination-type", "forward-only");
    }

    public async Task<JsonNode?> SendAsync(HttpMethod method, string path, object? body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await control.SendAsync(request, ct);
        response.EnsureSuccessStatusCode();
        var text = await response.Content.ReadAsStringAsync(ct);
        return text.Length == 0 ? null : JsonNode.Parse(text);
    }

    /// <summary>The calls since the last forgetting: path, query and when.</summary>
    public async Task<IReadOnlyList<JsonNode>> RequestsAsync(CancellationToken ct) =>
        [.. (await SendAsync(HttpMethod.Get, "requests", null, ct))!.AsArray().Select(r => r!)];

    public Task ForgetAsync(CancellationToken ct) => SendAsync(HttpMethod.Delete, "requests", null, ct);

    public void Dispose()
    {
        control.Dispose();
        if (process is { HasExited: false })
        {
            process.Kill();
        }

        process?.Dispose();
    }
}
