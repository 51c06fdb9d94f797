using System.CommandLine;

namespace MSPortal.Web.Hosting;

/// <summary><c>msportal serve</c>: the server, until it is told to stop.</summary>
internal static class ServeCommand
{
    public static Command Create(PortalCommandContext context)
    {
        var urls = new Option<string?>("--urls") { Description = "Where the server listens (MSPORTAL_URLS; default: http://127.0.0.1:5080).", HelpName = "urls" };
        var command = new Command("serve", "Runs the portal until Ctrl+C.") { urls };
        return PortalCommandContext.Run(command, async (parsed, ct) =>
        {
            var options = context.Options(parsed);
            options = options with { Urls = parsed.GetValue(urls) ?? options.Urls };
            var app = PortalHost.Build(options);
            await using (app.ConfigureAwait(true))
            {
                await app.StartAsync(ct);
                var output = parsed.InvocationConfiguration.Output;
                await output.WriteLineAsync($"MSPortal is ready at {options.PublicUrl?.ToString() ?? string.Join(", ", app.Urls)} (data: {options.DataFolder}). Ctrl+C stops it.");
                await app.WaitForShutdownAsync(ct);
                return 0;
            }
        });
    }
}
