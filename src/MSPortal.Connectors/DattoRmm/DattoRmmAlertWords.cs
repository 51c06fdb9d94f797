using MSPortal.Connectors.Common;

namespace MSPortal.Connectors.DattoRmm;

/// <summary>What an alert is about, put into words: Datto RMM tells it by a class and the class's own fields.</summary>
internal static class DattoRmmAlertWords
{
    private const string Suffix = "_ctx";

    private static readonly Dictionary<string, string> Sources = new(StringComparer.OrdinalIgnoreCase)
    {
        ["perf_disk_usage_ctx"] = "Disk usage",
        ["perf_resource_usage_ctx"] = "Resource usage",
        ["comp_script_ctx"] = "Component",
        ["eventlog_ctx"] = "Event log",
        ["patch_ctx"] = "Patch",
        ["online_offline_status_ctx"] = "Online status",
        ["srvc_status_ctx"] = "Service",
        ["antivirus_ctx"] = "Antivirus",
        ["ping_ctx"] = "Ping",
    };

    /// <summary>The kind of monitor; a class that nobody knows yet is named by its own name.</summary>
    public static string? Source(string? name) => name is null ? null
        : Sources.TryGetValue(name, out var known) ? known
        : Plain(name);

    /// <summary>For alerts without diagnostics; whatever a class has that speaks for itself.</summary>
    public static string Of(JsonRow row)
    {
        var name = row.Text("alertContext/@class");
        var said = name?.ToLowerInvariant() switch
        {
            "perf_disk_usage_ctx" => Join("Disk", Text(row, "diskName"), "has", Text(row, "freeSpace"), "free of", Text(row, "totalVolume")),
            "eventlog_ctx" => Join(Text(row, "source"), Text(row, "code"), Text(row, "description")),
            "patch_ctx" => Join("Patch", Text(row, "info"), Text(row, "result")),
            "online_offline_status_ctx" => Join("The device is", Text(row, "status")?.ToLowerInvariant()),
            "antivirus_ctx" => Join(Text(row, "productName"), Text(row, "status")),
            _ => Join(Text(row, "processName"), Text(row, "instanceName"), Text(row, "status"), Text(row, "reason"), Text(row, "description")),
        };
        return string.IsNullOrWhiteSpace(said) ? Source(name) ?? "Alert" : said;
    }

    private static string? Text(JsonRow row, string field)
    {
        try
        {
            return row.Text($"alertContext/{field}");
        }
        catch (FieldException)
        {
            return null;   // Classes may name different things alike.
        }
    }

    private static string Join(params string?[] words) => string.Join(' ', words.Where(w => !string.IsNullOrWhiteSpace(w)));

    private static string Plain(string name)
    {
        var words = (name.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase) ? name[..^Suffix.Length] : name).Replace('_', ' ').Trim();
        return words.Length == 0 ? name : char.ToUpperInvariant(words[0]) + words[1..];
    }
}
