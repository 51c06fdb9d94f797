using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace MSPortal.Bench.Speed;

/// <summary>The simulated vendor in a process of its own, so that its work is not counted as ours.</summary>
internal sealed class Vendor : IDisposable
{
    private readonly Process? process;

    public Vendor(Uri address, Process? process = null)
    {
        (Address, this.process) = (address, process);
        Control = new VendorControl(address, "connectwise");
        About = Control.AboutAsync(CancellationToken.None).GetAwaiter().GetResult();
    }

    public Uri Address { get; }

    public VendorControl Control { get; }

    public JsonObject About { get; }

    public static async Task<Vendor> StartAsync(int tickets, CancellationToken ct, int companies = 400)
    {
        var file = Path.Combine(AppContext.BaseDirectory, "MSPortal.Simulators" + (OperatingSystem.IsWindows() ? ".exe" : ""));
        var started = Process.Start(new ProcessStartInfo(file, ["--tickets", $"{tickets}", "--companies", $"{companies}"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
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

    public void Dispose()
    {
        Control.Dispose();
        if (process is { HasExited: false })
        {
            process.Kill();
        }

        process?.Dispose();
    }
}
