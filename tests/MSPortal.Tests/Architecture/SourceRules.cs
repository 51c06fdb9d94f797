using System.Text.RegularExpressions;

namespace MSPortal.Tests.Architecture;

/// <summary>What the compiler does not say about a source file: each rule gives one line per break of it.</summary>
internal static partial class SourceRules
{
    public const int LongestFile = 350;

    private static readonly string[] VendorFree = ["MSPortal.Core", "MSPortal.Storage", "MSPortal.Web"];

    private static readonly string[] Libraries = ["MSPortal.Core", "MSPortal.Connectors", "MSPortal.Storage", "MSPortal.Web", "MSPortal.Demo"];

    public static IEnumerable<string> VendorNames(SourceFile file) =>
        VendorFree.Contains(file.Project) ? file.Find(Vendor()).Concat(Vendor().IsMatch(file.Path) ? [file.Path] : []) : [];

    public static IEnumerable<string> TooLong(SourceFile file) =>
        file.Lines.Count > LongestFile ? [$"{file.Path}: {file.Lines.Count} lines"] : [];

    public static IEnumerable<string> ForLater(SourceFile file) => file.Find(Later());

    /// <summary>The simulators play somebody else's clock; everything else takes its time from a TimeProvider.</summary>
    public static IEnumerable<string> OwnClock(SourceFile file) => Libraries.Contains(file.Project) ? file.Find(Clock()) : [];

    /// <summary>Services are put together in one place: Web/Hosting, and one registration extension each of Storage and Connectors.</summary>
    public static IEnumerable<string> Composition(IEnumerable<SourceFile> files)
    {
        var composing = files.Where(f => Libraries.Contains(f.Project) && Registration().IsMatch(f.Text)).ToLookup(f => f.Project);
        return composing["MSPortal.Core"]
            .Concat(composing["MSPortal.Web"].Where(f => !IsHosting(f.Path)))
            .Concat(ButOne(composing["MSPortal.Storage"]))
            .Concat(ButOne(composing["MSPortal.Connectors"]))
            .SelectMany(f => f.Find(Registration()));
    }

    private static bool IsHosting(string path) =>
        path is "src/MSPortal.Web/Program.cs" || path.StartsWith("src/MSPortal.Web/Hosting/", StringComparison.Ordinal);

    private static List<SourceFile> ButOne(IEnumerable<SourceFile> files)
    {
        var all = files.ToList();
        return all.Count > 1 ? all : [];
    }

    // Some names are parts of ordinary words (occasion, SyncRow), so they count only as words or as parts of a name (HaloClient).
    [GeneratedRegex(
        "(?i:connectwise|autotask|halopsa|syncromsp|dattormm|ninjaone|cwasio)|(?i:syncro)(?![a-z])|(?<![A-Za-z])([Hh]alo|[Aa]sio)(?![a-z])|(?<=[a-z])(Halo|Asio)(?![a-z])|(?<![A-Za-z])(HALO|ASIO)(?![A-Za-z])",
        RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex Vendor();

    [GeneratedRegex(@"\b(TODO|HACK|FIXME|NotImplementedException)\b", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Later();

    [GeneratedRegex(@"\bDateTime(Offset)?\s*\.\s*(Now|UtcNow|Today)\b|\bThread\s*\.\s*Sleep\b", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Clock();

    [GeneratedRegex(@"\b(Try)?Add(Keyed)?(Singleton|Scoped|Transient|HostedService|Enumerable)\s*[<(]", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Registration();
}
