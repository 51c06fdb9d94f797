using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using MSPortal.Simulators;
using MSPortal.Web.Hosting;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Hosting;

/// <summary>A host that watches for changed settings files is told of every write below its folder, the database's among them.</summary>
public sealed class WatchingTests
{
    [Fact]
    public async Task Neither_the_portal_nor_a_simulator_watches_for_settings_files()
    {
        var folder = Directory.CreateTempSubdirectory("msportal-");
        try
        {
            await using var portal = PortalHost.Build(new PortalOptions { DataFolder = folder.FullName });
            await using var vendor = SimulatorHost.Build(new SimulatorOptions { Companies = 1, Tickets = 1 });

            Watched(portal).ShouldBeEmpty();
            Watched(vendor).ShouldBeEmpty();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IEnumerable<string?> Watched(WebApplication host) =>
        ((IConfigurationRoot)host.Configuration).Providers.OfType<FileConfigurationProvider>().Where(p => p.Source.ReloadOnChange).Select(p => p.Source.Path);
}
