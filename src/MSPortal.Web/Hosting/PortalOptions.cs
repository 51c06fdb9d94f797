using System.Globalization;
using MSPortal.Storage;
using MSPortal.Web.Features.Notifications;

namespace MSPortal.Web.Hosting;

/// <summary>Everything that an operator sets from outside; the server, the command line and the demo are all built from one.</summary>
public sealed record PortalOptions
{
    public static readonly Uri DefaultUrl = new("http://127.0.0.1:5080");

    /// <summary>Holds the SQLite database and the key file.</summary>
    public string DataFolder { get; init; } = Path.GetFullPath("data");

    /// <summary>A SQLite path or a PostgreSQL connection string; null for a file in the data folder.</summary>
    public string? Database { get; init; }

    /// <summary>Where the server listens, separated by semicolons.</summary>
    public string Urls { get; init; } = DefaultUrl.GetLeftPart(UriPartial.Authority);

    /// <summary>The address that people and vendors reach the portal by; null: as the request says.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>Where people open a path of the portal.</summary>
    public Uri AddressOf(string path) => new(PublicUrl ?? new Uri(Urls.Split(';')[0]), path);

    /// <summary>Sends people from http to the public https address; null: exactly when the public URL is https.</summary>
    public bool? RedirectToHttps { get; init; }

    /// <summary>Addresses or networks (CIDR) of reverse proxies whose forwarded headers are believed; nobody else's are.</summary>
    public IReadOnlyList<string> KnownProxies { get; init; } = [];

    /// <summary>Allows http and private addresses for vendors on the operator's own network.</summary>
    public bool AllowPrivateNetworks { get; init; }

    /// <summary>Wraps the keys that encrypt stored credentials (base64, 32 bytes); null: a key file in the data folder.</summary>
    public string? Key { get; init; }

    /// <summary>An API key with every scope that is made at start when it is not known yet.</summary>
    public string? BootstrapApiKey { get; init; }

    /// <summary>What one API key may ask for per minute; beyond it the answer is 429 with Retry-After.</summary>
    public int ApiRequestsPerMinute { get; init; } = 600;

    /// <summary>Where OpenTelemetry traces are sent; null: nowhere.</summary>
    public Uri? TracesTo { get; init; }

    /// <summary>How many integrations one node works on at once.</summary>
    public int ParallelIntegrations { get; init; } = 32;

    /// <summary>Sends e-mails; null: none are sent.</summary>
    public SmtpServer? Smtp { get; init; }

    public DatabaseSetting DatabaseSetting => DatabaseSetting.Parse(Database, DataFolder);

    /// <summary>Whether people use https, so that cookies may insist on it.</summary>
    public bool IsHttps => PublicUrl?.Scheme == Uri.UriSchemeHttps;

    /// <exception cref="FormatException">A variable cannot be understood; the message names it.</exception>
    public static PortalOptions FromEnvironment(Func<string, string?> read)
    {
        string? Text(string name) => read(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

        var defaults = new PortalOptions();
        return defaults with
        {
            DataFolder = Path.GetFullPath(Text("MSPORTAL_DATA") ?? "data"),
            Database = Text("MSPORTAL_DATABASE"),
            Urls = Text("MSPORTAL_URLS") ?? defaults.Urls,
            PublicUrl = Address("MSPORTAL_PUBLIC_URL", Text("MSPORTAL_PUBLIC_URL")),
            RedirectToHttps = Flag("MSPORTAL_HTTPS_REDIRECT", Text("MSPORTAL_HTTPS_REDIRECT")),
            KnownProxies = Text("MSPORTAL_KNOWN_PROXIES")?.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [],
            AllowPrivateNetworks = Flag("MSPORTAL_ALLOW_PRIVATE_NETWORKS", Text("MSPORTAL_ALLOW_PRIVATE_NETWORKS")) ?? false,
            Key = Text("MSPORTAL_KEY"),
            BootstrapApiKey = Text("MSPORTAL_BOOTSTRAP_API_KEY"),
            ApiRequestsPerMinute = Number("MSPORTAL_API_REQUESTS_PER_MINUTE", Text("MSPORTAL_API_REQUESTS_PER_MINUTE"), 1_000_000) ?? defaults.ApiRequestsPerMinute,
            TracesTo = Address("OTEL_EXPORTER_OTLP_ENDPOINT", Text("OTEL_EXPORTER_OTLP_ENDPOINT")),
            Smtp = Text("MSPORTAL_SMTP") is { } smtp ? SmtpServer.Parse(smtp) : null,
            ParallelIntegrations = Number("MSPORTAL_PARALLEL_INTEGRATIONS", Text("MSPORTAL_PARALLEL_INTEGRATIONS")) ?? defaults.ParallelIntegrations,
        };
    }

    /// <summary>Makes the data folder, for its owner only.</summary>
    public void PrepareDataFolder()
    {
        if (Directory.Exists(DataFolder))
        {
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(DataFolder);
        }
        else
        {
            Directory.CreateDirectory(DataFolder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static Uri? Address(string name, string? value) => value switch
    {
        null => null,
        _ when Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" => new Uri(value),
        _ => throw new FormatException($"{name} has to be an address that begins with http:// or https://, not “{value}”."),
    };

    private static bool? Flag(string name, string? value) => value?.ToUpperInvariant() switch
    {
        null => null,
        "TRUE" or "1" or "YES" => true,
        "FALSE" or "0" or "NO" => false,
        _ => throw new FormatException($"{name} has to be true or false, not “{value}”."),
    };

    private static int? Number(string name, string? value, int most = 1000) => value switch
    {
        null => null,
        _ when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 && number <= most => number,
        _ => throw new FormatException($"{name} has to be a whole number from 1 to {most}, not “{value}”."),
    };
}
