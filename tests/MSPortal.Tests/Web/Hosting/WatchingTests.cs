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

            foreach (var host in new[] { portal, vendor })
            {
                var files = ((IConfigurationRoot)host.Configuration).Providers.OfType<FileConfigurationProvider>().ToList();
                files.ShouldNotBeEmpty();
                files.Where(f => f.Source.ReloadOnChange).Select(f => f.Source.Path).ShouldBeEmpty();
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
