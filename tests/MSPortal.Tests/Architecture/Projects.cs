using System.Xml.Linq;
using MSPortal.Tests.Support;

namespace MSPortal.Tests.Architecture;

/// <summary>A project under src as its file says it: what is written there, before the build adds to it.</summary>
internal sealed record Project(string Name, IReadOnlyList<string> References, IReadOnlyList<string> Packages);

internal static class Projects
{
    public static IReadOnlyList<Project> All { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories).Select(Read),
    ];

    private static Project Read(string file)
    {
        var items = XDocument.Load(file).Descendants().ToLookup(e => e.Name.LocalName, e => (string?)e.Attribute("Include") ?? "");
        return new(
            Path.GetFileNameWithoutExtension(file),
            [.. items["ProjectReference"].Select(r => Path.GetFileNameWithoutExtension(r.Replace('\\', '/'))), .. items["Reference"]],
            [.. items["PackageReference"]]);
    }
}
