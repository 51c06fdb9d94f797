using System.Text.Json;
using MSPortal.Storage;
using MSPortal.Tests.Support;
using MSPortal.Web.Hosting;
using Database = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Hosting;

/// <summary>What a command said and how it ended.</summary>
internal sealed record CommandAnswer(int ExitCode, string Output, string Error)
{
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;
}

/// <summary>Somebody at a shell, with a data folder and a database of their own.</summary>
internal sealed class CommandPrompt : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("msportal-cli-");
    private readonly TestDatabase database;

    private CommandPrompt(TestDatabase database)
    {
        this.database = database;
        Variables = new() { ["MSPORTAL_DATA"] = folder.FullName, ["MSPORTAL_DATABASE"] = database.Setting };
    }

    public Dictionary<string, string> Variables { get; }

    /// <summary>Further parts of the portal, such as a vendor of the test's own.</summary>
    public Action<Microsoft.Extensions.DependencyInjection.IServiceCollection>? Configure { get; init; }

    public string Folder => folder.FullName;

    public PortalDatabase Data => new(DatabaseSetting.Parse(database.Setting, folder.FullName));

    public static async Task<CommandPrompt> OpenAsync(Database kind, Action<Microsoft.Extensions.DependencyInjection.IServiceCollection>? configure = null) => new(await TestDatabase.CreateAsync(
        kind, "commands", setting => new PortalDatabase(DatabaseSetting.Parse(setting, ".")).MigrateAsync(CancellationToken.None))) { Configure = configure };

    public async Task<CommandAnswer> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(args, Variables.GetValueOrDefault, output, error, Configure);
        return new CommandAnswer(code, output.ToString(), error.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        folder.Delete(recursive: true);
    }
}
