using System.CommandLine;
using System.CommandLine.Parsing;
using System.Data.Common;
using MSPortal.Core.Ports;
using MSPortal.Storage;

namespace MSPortal.Web.Hosting;

/// <summary>A command could not do what it was told; the message is for the person who typed it.</summary>
public sealed class CommandFailedException(string message) : Exception(message);

/// <summary>What every command shares: where the data is, how the portal's parts are opened without a server, how failures are told.</summary>
public sealed class PortalCommandContext(Func<string, string?> environment, Action<IServiceCollection>? configure = null)
{
    public Option<string?> Data { get; } = new("--data")
    {
        Description = "Folder for the SQLite database and the key file (MSPORTAL_DATA; default: data).",
        Recursive = true,
        HelpName = "folder",
    };

    public Option<string?> Database { get; } = new("--database")
    {
        Description = "A SQLite path, or a PostgreSQL connection string (MSPORTAL_DATABASE; default: msportal.db in the data folder).",
        Recursive = true,
        HelpName = "database",
    };

    public Option<string?> Tenant { get; } = new("--tenant")
    {
        Description = "Id or name of the tenant, when there are several.",
        Recursive = true,
        HelpName = "tenant",
    };

    /// <summary>Reads a variable of the environment.</summary>
    public Func<string, string?> Environment => environment;

    /// <summary>The environment, with this command line's options over it.</summary>
    public PortalOptions Options(ParseResult parsed)
    {
        var options = PortalOptions.FromEnvironment(environment);
        return options with
        {
            DataFolder = parsed.GetValue(Data) is { } data ? Path.GetFullPath(data) : options.DataFolder,
            Database = parsed.GetValue(Database) ?? options.Database,
        };
    }

    /// <summary>
    /// The portal's parts (database, stores, connectors, actions) without a server, on an up-to-date schema.
    /// Dispose of it at the end; resolve scoped things from a scope of it.
    /// </summary>
    public async Task<ServiceProvider> OpenAsync(ParseResult parsed, CancellationToken ct)
    {
        var options = Options(parsed);
        options.PrepareDataFolder();
        var services = new ServiceCollection();
        services.AddLogging(log => log.SetMinimumLevel(LogLevel.Warning).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        services.AddPortal(options);
        configure?.Invoke(services);
        var provider = services.BuildServiceProvider();
        try
        {
            await provider.GetRequiredService<PortalDatabase>().MigrateAsync(ct);
            return provider;
        }
        catch
        {
            await provider.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sets what the command does; expected failures become one sentence on stderr and exit code 1.</summary>
    public static Command Run(Command command, Func<ParseResult, CancellationToken, Task<int>> action)
    {
        command.SetAction(async (parsed, ct) =>
        {
            try
            {
                return await action(parsed, ct);
            }
            catch (Exception e) when (e is CommandFailedException or DatabaseRefusedException or ActionRefusedException or Web.Features.Companies.CompanyProblemException or KeyNotFoundException or FormatException or DbException or IOException or UnauthorizedAccessException)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync(e.Message);
                return 1;
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return 130;
            }
        });
        return command;
    }
}
