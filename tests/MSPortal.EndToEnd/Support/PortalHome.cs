using System.Text.Json;
using MSPortal.Tests.Support;
using MSPortal.Web.Hosting;

namespace MSPortal.EndToEnd.Support;

/// <summary>What one call of the command line said.</summary>
public sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>The output of <c>--json</c>.</summary>
    public JsonElement Json() => JsonSerializer.Deserialize<JsonElement>(Output);
}

/// <summary>A data folder and a database: what a portal is while no process runs. Servers and commands come and go on it.</summary>
public sealed class PortalHome : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("msportal-home-");
    private readonly Dictionary<string, string?> environment;

    /// <param name="database">What <c>--database</c> takes; null for a SQLite file in the data folder.</param>
    /// <param name="more">Further environment variables of every process on this home.</param>
    public PortalHome(string? database = null, IReadOnlyDictionary<string, string?>? more = null)
    {
        Database = database ?? Path.Combine(Data, "msportal.db");
        environment = new(StringComparer.Ordinal)
        {
            ["MSPORTAL_DATA"] = Data,
            ["MSPORTAL_DATABASE"] = Database,
            ["MSPORTAL_ALLOW_PRIVATE_NETWORKS"] = "true",
            ["MSPORTAL_TEST_POSTGRES"] = null,
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["ASPNETCORE_DETAILEDERRORS"] = "true",
            ["ASPNETCORE_URLS"] = null,
        };
        foreach (var (name, value) in more ?? new Dictionary<string, string?>())
        {
            environment[name] = value;
        }
    }

    public string Data => folder.FullName;

    public string Database { get; }

    /// <summary>The largest file that processes of this home can write, in KiB, as if the disk were full then; null for no limit. The runtime's own memory files count, so it has to do without.</summary>
    public long? LargestFile { get; set; }

    /// <summary>Runs <c>msportal ARGUMENTS</c> to its end, with or without a server beside it.</summary>
    public Task<CommandResult> RunAsync(params string[] arguments) => RunAsync(TimeSpan.FromMinutes(2), arguments);

    public async Task<CommandResult> RunAsync(TimeSpan within, params string[] arguments)
    {
        await using var command = Start(arguments);
        var code = await command.WaitForExitAsync(within);
        return new CommandResult(code, command.Output, command.Error);
    }

    /// <summary>The same command within this process, for steps that a test does not prove: a process of its own costs two seconds each.</summary>
    public async Task<CommandResult> RunInsideAsync(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        var code = await CommandLine.RunAsync(arguments, name => environment.GetValueOrDefault(name), output, error);
        return new CommandResult(code, output.ToString(), error.ToString());
    }

    /// <summary>Starts <c>msportal serve</c> on a free port and waits until it is ready.</summary>
    public Task<PortalProcess> ServeAsync() => PortalProcess.StartAsync(this);

    public ValueTask DisposeAsync()
    {
        folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    internal ChildProcess Start(params string[] arguments) => LargestFile is { } limit
        ? ChildProcess.Start("bash", ["-c", $"trap '' XFSZ; export DOTNET_EnableWriteXorExecute=0; ulimit -f {limit}; exec \"$@\"", "bash", Repository.Portal, .. arguments], environment)
        : ChildProcess.Start(Repository.Portal, arguments, environment);
}
