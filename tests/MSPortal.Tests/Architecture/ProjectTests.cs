using Shouldly;
using Xunit;

namespace MSPortal.Tests.Architecture;

public sealed class ProjectTests
{
    /// <summary>Web → {Storage, Connectors} → Core; the simulators stand alone, so that a shared bug cannot hide.</summary>
    private static readonly Dictionary<string, string[]> Drawn = new(StringComparer.Ordinal)
    {
        ["MSPortal.Core"] = [],
        ["MSPortal.Connectors"] = ["MSPortal.Core"],
        ["MSPortal.Storage"] = ["MSPortal.Core"],
        ["MSPortal.Web"] = ["MSPortal.Core", "MSPortal.Storage", "MSPortal.Connectors"],
        ["MSPortal.Simulators"] = [],
        ["MSPortal.Demo"] = ["MSPortal.Web", "MSPortal.Simulators"],
    };

    [Fact]
    public void The_projects_are_the_drawn_ones() => Projects.All.Select(p => p.Name).ShouldBe(Drawn.Keys, ignoreOrder: true);

    [Fact]
    public void Projects_reference_each_other_exactly_as_drawn()
    {
        foreach (var project in Projects.All)
        {
            project.References.ShouldBe(Drawn[project.Name], ignoreOrder: true, project.Name);
        }
    }

    [Fact]
    public void Core_uses_no_package_but_the_abstractions_of_the_platform() =>
        Projects.All.Single(p => p.Name == "MSPortal.Core").Packages
            .Where(p => !p.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal)).ShouldBeEmpty();
}
