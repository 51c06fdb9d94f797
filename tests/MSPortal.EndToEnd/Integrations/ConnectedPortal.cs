using System.Globalization;
using Microsoft.Playwright;
using MSPortal.EndToEnd.Support;
using Shouldly;

namespace MSPortal.EndToEnd.Integrations;

/// <summary>A portal with a signed-in administrator and a connection that the command line made while the server ran.</summary>
internal sealed class ConnectedPortal : IAsyncDisposable
{
    private readonly PortalHome home;

    private ConnectedPortal(PortalHome home, SimulatorServer simulator, PortalProcess portal, Browser browser) =>
        (this.home, Simulator, Portal, Browser) = (home, simulator, portal, browser);

    public SimulatorServer Simulator { get; }

    public PortalProcess Portal { get; }

    public Browser Browser { get; }

    public IPage Page => Browser.Page;

    public string Integration { get; private set; } = "";

    public string Card => $"/settings/integrations/{Integration}";

    public static async Task<ConnectedPortal> StartAsync(int companies = 6, int tickets = 60, Look? look = null)
    {
        var simulator = await SimulatorServer.StartAsync(companies: companies, tickets: tickets);
        var fresh = new PortalHome();
        var portal = await fresh.ServeAsync();
        var connected = new ConnectedPortal(fresh, simulator, portal, await Browser.OpenAsync(portal.Address, look));
        try
        {
            await Wizard.SetUpAsync(connected.Page);
            var settings = (await Wizard.CredentialsAsync(simulator)).SelectMany(pair => new[] { "--set", $"{pair.Key}={pair.Value}" });
            var added = await connected.RunAsync(["integrations", "add", "connectwise", .. settings, "--json"]);
            connected.Integration = added.Json().GetProperty("id").GetInt64().ToString(CultureInfo.InvariantCulture);
            return connected;
        }
        catch
        {
            await connected.DisposeAsync();
            throw;
        }
    }

    /// <summary>A command that may fail, within this process.</summary>
    public Task<CommandResult> TryAsync(params string[] arguments) => home.RunInsideAsync(arguments);

    /// <summary>A command that has to work.</summary>
    public async Task<CommandResult> RunAsync(params string[] arguments)
    {
        var result = await TryAsync(arguments);
        result.ExitCode.ShouldBe(0, $"{string.Join(' ', arguments)}: {result.Output}{result.Error}");
        return result;
    }

    /// <summary>All boards, all history, nothing imported yet.</summary>
    public async Task ChooseAllAsync()
    {
        await RunAsync("integrations", "configure", Integration, "--boards", "all", "--history", "all");
        await RunAsync("sync", Integration, "--wait");
    }

    public Task ImportAllAsync() => RunAsync("companies", "import", Integration, "--all");

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        await Portal.DisposeAsync();
        await home.DisposeAsync();
        await Simulator.DisposeAsync();
    }
}
