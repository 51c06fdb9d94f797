using System.Net;

namespace MSPortal.EndToEnd.Support;

/// <summary>A running <c>msportal serve</c>, which a test may end in every way that a machine can.</summary>
public sealed class PortalProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

    private readonly PortalHome home;
    private ChildProcess process;

    private PortalProcess(PortalHome home, Uri address)
    {
        (this.home, Address) = (home, address);
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = address };
        process = Serve();
    }

    public Uri Address { get; }

    /// <summary>Follows no redirect and keeps cookies, so that a test sees what the server said.</summary>
    public HttpClient Client { get; }

    /// <summary>All that the current process has printed.</summary>
    public string Output => process.Everything;

    public bool HasExited => process.HasExited;

    public int Id => process.Id;

    public static async Task<PortalProcess> StartAsync(PortalHome home)
    {
        // Between choosing a port and listening on it, another process may take it.
        for (var attempt = 1; ; attempt++)
        {
            var portal = new PortalProcess(home, FreePort.Address());
            try
            {
                await portal.WaitUntilReadyAsync();
                return portal;
            }
            catch (InvalidOperationException) when (attempt < 3 && portal.Output.Contains("address already in use", StringComparison.OrdinalIgnoreCase))
            {
                await portal.DisposeAsync();
            }
            catch
            {
                await portal.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>SIGKILL, and waits for the end.</summary>
    public Task KillAsync() => process.KillAsync();

    /// <summary>SIGSTOP: the process keeps its connections and hears nothing.</summary>
    public void Pause() => process.Pause();

    /// <summary>SIGCONT.</summary>
    public void Resume() => process.Resume();

    /// <summary>SIGTERM, and the exit code of an orderly end.</summary>
    public Task<int> StopAsync()
    {
        process.Terminate();
        return process.WaitForExitAsync(StopLimit);
    }

    /// <summary>Ends what still runs (SIGKILL) and starts again on the same data, database and port.</summary>
    public async Task RestartAsync()
    {
        await process.DisposeAsync();
        process = Serve();
        await WaitUntilReadyAsync();
    }

    /// <summary>A command on the same home, while the server runs or after its end.</summary>
    public Task<CommandResult> RunAsync(params string[] arguments) => home.RunAsync(arguments);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await process.DisposeAsync();
    }

    private ChildProcess Serve() => home.Start("serve", "--urls", Address.GetLeftPart(UriPartial.Authority));

    private Task<HttpStatusCode?> WaitUntilReadyAsync() => Eventually.IsAsync(
        process.Describe("is ready"),
        async () => process.HasExited ? throw new InvalidOperationException(process.Describe("ended before it was ready")) : await ReadinessAsync(),
        status => status == HttpStatusCode.OK,
        StartLimit);

    private async Task<HttpStatusCode?> ReadinessAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            using var response = await Client.GetAsync(new Uri("/health/ready", UriKind.Relative), limit.Token);
            return response.StatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }
}
