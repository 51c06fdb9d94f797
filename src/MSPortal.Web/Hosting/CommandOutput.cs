using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using MSPortal.Web.Features.Api;

namespace MSPortal.Web.Hosting;

/// <summary>How commands answer: a table for people, or the API's JSON for programs.</summary>
public static class CommandOutput
{
    /// <summary>Every command that reads has it.</summary>
    public static Option<bool> JsonOption() => new("--json") { Description = "Answers JSON, as the API does." };

    public static Task WriteJsonAsync<T>(this ParseResult parsed, T value) =>
        parsed.InvocationConfiguration.Output.WriteLineAsync(JsonSerializer.Serialize(value, ApiJson.ForPeople));

    public static Task WriteLineAsync(this ParseResult parsed, string line) => parsed.InvocationConfiguration.Output.WriteLineAsync(line);

    public static Task WriteErrorAsync(this ParseResult parsed, string line) => parsed.InvocationConfiguration.Error.WriteLineAsync(line);

    /// <summary>Vendors' texts are anybody's: nothing of them may steer a terminal.</summary>
    public static string Plain(string? text) => string.Concat((text ?? "").Select(c => char.IsControl(c) ? ' ' : c));

    /// <summary>Columns as wide as their widest cell.</summary>
    public static async Task WriteTableAsync(this ParseResult parsed, IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string?>> rows)
    {
        List<IReadOnlyList<string?>> all = [head, .. rows];
        var widths = head.Select((_, column) => all.Max(row => row[column]?.Length ?? 0)).ToList();
        foreach (var row in all)
        {
            await parsed.WriteLineAsync(string.Join("  ", row.Select((cell, column) => (cell ?? "").PadRight(widths[column]))).TrimEnd());
        }
    }
}
