using System.Globalization;
using System.Net.Http.Json;
using MSPortal.Simulators;
using MSPortal.Storage;
using MSPortal.Web.Hosting;
using Serilog;

namespace MSPortal.Demo;

/// <summary>One demo from start to end: the vendor, the portal on a database of its own, a tenant, and changes while one looks on.</summary>
internal sealed class DemoRun(DemoOptions options, TextWriter output)
{
    private readonly DemoDoor door = new();

    public async Task<int> RunAsync(CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("msportal-demo-");
        try
        {
            await using var vendor = SimulatorHost.Build(new SimulatorOptions { Seed = options.Seed, Companies = options.Companies, Tickets = options.Tickets, Users = options.Companies * 30 });
            await vendor.StartAsync(ct);
            await using var portal = await StartPortalAsync(folder.FullName, ct);
            await output.WriteLineAsync("MSPortal demo: connecting a simulated vendor …");
            using var control = new HttpClient { BaseAddress = new Uri($"{vendor.Urls.First()}/control/connectwise/") };
            var streams = new DemoStreams(portal.Services.GetRequiredService<PortalDatabase>(), portal.Services.GetRequiredService<TimeProvider>());
            var (administrator, actor) = await new DemoTenant(portal.Services, control, streams).MakeAsync(ct);
            using var trickle = await control.PostAsJsonAsync("trickle", new { perMinute = options.ChangesPerMinute }, ct);
            trickle.EnsureSuccessStatusCode();
            door.OpenFor(administrator);
            await TellAsync(portal.Urls.First(), control.BaseAddress);
            await new DemoTools(portal.Services, control, streams).MakeAsync(actor, ct);
            await portal.WaitForShutdownAsync(ct);
            return 0;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task TellAsync(string address, Uri control)
    {
        await output.WriteLineAsync(
            $"""

              Open this link; it signs you in as the demo's administrator:
              {address}{door.Path}

              {options.Companies} companies and {options.Tickets} tickets are being read; {options.ChangesPerMinute} things a minute change at the vendor.
              An RMM and the clients' Microsoft 365 are connected while you look.
              To change or break the vendor by hand: {control}
              Ctrl+C ends the demo and deletes its data.

            """);
    }

    private async Task<WebApplication> StartPortalAsync(string folder, CancellationToken ct)
    {
        var settings = new PortalOptions { DataFolder = folder, AllowPrivateNetworks = true };
        try
        {
            return await StartAsync(settings with { Urls = options.Urls ?? settings.Urls }, ct);
        }
        catch (IOException) when (options.Urls is null)
        {
            // The usual port is taken, perhaps by a real portal.
            return await StartAsync(settings with { Urls = "http://127.0.0.1:0" }, ct);
        }
    }

    private async Task<WebApplication> StartAsync(PortalOptions settings, CancellationToken ct)
    {
        var portal = PortalHost.Build(settings, services => services.AddSerilog(
            log => log.MinimumLevel.Warning().WriteTo.Console(formatProvider: CultureInfo.InvariantCulture), preserveStaticLogger: true));
        door.Map(portal);
        try
        {
            await portal.StartAsync(ct);
            return portal;
        }
        catch
        {
            await portal.DisposeAsync();
            throw;
        }
    }
}
