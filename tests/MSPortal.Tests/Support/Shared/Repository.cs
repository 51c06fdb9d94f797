namespace MSPortal.Tests.Support;

/// <summary>Where the sources lie, for tests that read them or start what was built from them.</summary>
public static class Repository
{
    /// <summary>The folder of MSPortal.slnx.</summary>
    public static string Root { get; } = Find();

    /// <summary>Debug or Release: what this test was built as is what it starts.</summary>
    public static string Configuration { get; } =
        Directory.GetParent(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar))!.Name;

    /// <summary>The portal's executable: one that was published beforehand, which starts sooner, or the one that was built beside the tests.</summary>
    public static string Portal { get; } = Environment.GetEnvironmentVariable("MSPORTAL_TEST_PORTAL") is { Length: > 0 } published ? published : Executable("MSPortal.Web", "msportal");

    /// <summary>A built executable of a project under src.</summary>
    public static string Executable(string project, string name)
    {
        var path = Path.Combine(Root, "src", project, "bin", Configuration, "net10.0", name);
        return File.Exists(path) ? path : throw new FileNotFoundException($"Build {project} in {Configuration} first.", path);
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MSPortal.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No MSPortal.slnx above {AppContext.BaseDirectory}.");
    }
}
