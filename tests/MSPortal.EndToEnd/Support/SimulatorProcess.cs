using System.Globalization;
using MSPortal.Tests.Support;

namespace MSPortal.EndToEnd.Support;

/// <summary>The vendors' side, in a process of its own.</summary>
public sealed class SimulatorProcess : IAsyncDisposable
{
    private const string Ready = "ready ";

    private readonly ChildProcess process;

    private SimulatorProcess(ChildProcess process, Uri address)
    {
        (this.process, Address) = (process, address);
        Client = new HttpClient { BaseAddress = address };
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public string Output => process.Everything;

    /// <param name="seed">The same seed and sizes give the same data.</param>
    public static async Task<SimulatorProcess> StartAsync(int seed = 1, int companies = 40, int tickets = 500)
    {
        static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
        var simulator = ChildProcess.Start(
            Repository.Executable("MSPortal.Simulators", "MSPortal.Simulators"),
            ["--urls", "http://127.0.0.1:0", "--seed", Text(seed), "--companies", Text(companies), "--tickets", Text(tickets)],
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["ASPNETCORE_URLS"] = null });
        try
        {
            var address = await simulator.WaitForLineAsync(
                line => line.StartsWith(Ready, StringComparison.Ordinal) ? line[Ready.Length..].Trim() : null,
                TimeSpan.FromSeconds(60));
            return new SimulatorProcess(simulator, new Uri(address));
        }
        catch
        {
            await simulator.DisposeAsync();
            throw;
        }
    }

    /// <summary>SIGKILL: the vendor is gone.</summary>
    public Task KillAsync() => process.KillAsync();

    /// <summary>SIGSTOP: the vendor takes connections and never answers.</summary>
    public void Pause() => process.Pause();

    /// <summary>SIGCONT.</summary>
    public void Resume() => process.Resume();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await process.DisposeAsync();
    }
}
