using System.Text.RegularExpressions;
using MSPortal.Tests.Support;

namespace MSPortal.Tests.Architecture;

/// <summary>A source file that people write (.cs, .razor); generated migrations and build output are not among them.</summary>
/// <param name="Path">Relative to the repository, with forward slashes: <c>src/MSPortal.Core/Model/Ticket.cs</c>.</param>
internal sealed record SourceFile(string Path, string Text)
{
    private static readonly Regex NotWritten = new("/(obj|bin|Migrations)/", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

    public string Project => Path.Split('/')[1];

    public IReadOnlyList<string> Lines => Text.TrimEnd('\n').Split('\n');

    public static IReadOnlyList<SourceFile> All { get; } =
    [
        .. Directory.EnumerateFiles(System.IO.Path.Combine(Repository.Root, "src"), "*", SearchOption.AllDirectories)
            .Select(file => (File: file, Relative: System.IO.Path.GetRelativePath(Repository.Root, file).Replace('\\', '/')))
            .Where(f => System.IO.Path.GetExtension(f.File) is ".cs" or ".razor" && !NotWritten.IsMatch(f.Relative))
            .Select(f => new SourceFile(f.Relative, File.ReadAllText(f.File)))
            .OrderBy(f => f.Path, StringComparer.Ordinal),
    ];

    /// <summary>Each match as "path:line: text", which is what a failing test shows.</summary>
    public IEnumerable<string> Find(Regex pattern) =>
        pattern.Matches(Text).Select(m => $"{Path}:{Text.AsSpan(0, m.Index).Count('\n') + 1}: {m.Value.Trim()}");
}
