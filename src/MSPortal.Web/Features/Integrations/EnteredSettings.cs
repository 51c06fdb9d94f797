using System.CommandLine;

namespace MSPortal.Web.Features.Integrations;

/// <summary>Settings on the command line: <c>--set key=value</c>, where secrets may come from the environment or a file and so stay out of the shell's history.</summary>
internal static class EnteredSettings
{
    public static Option<string[]> Option() => new("--set")
    {
        Description = "A setting, as key=value; the value may be env:NAME or file:PATH. Repeat it for each setting.",
        HelpName = "key=value",
        AllowMultipleArgumentsPerToken = true,
    };

    /// <exception cref="FormatException">One cannot be understood; the message names its key, never its value.</exception>
    public static Dictionary<string, string> Read(IEnumerable<string>? entries, Func<string, string?> environment)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in entries ?? [])
        {
            var at = entry.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
            {
                throw new FormatException("--set takes key=value, such as --set companyId=acme.");
            }

            var key = entry[..at].Trim();
            settings[key] = Value(key, entry[(at + 1)..], environment);
        }

        return settings;
    }

    private static string Value(string key, string text, Func<string, string?> environment)
    {
        if (text.StartsWith("env:", StringComparison.Ordinal))
        {
            return environment(text[4..]) ?? throw new FormatException($"{key}: the environment has no variable {text[4..]}.");
        }

        if (!text.StartsWith("file:", StringComparison.Ordinal))
        {
            return text;
        }

        return File.Exists(text[5..]) ? File.ReadAllText(text[5..]).Trim() : throw new FormatException($"{key}: there is no file {text[5..]}.");
    }
}
