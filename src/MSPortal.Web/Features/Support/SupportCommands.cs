using System.CommandLine;
using MSPortal.Web.Hosting;

namespace MSPortal.Web.Features.Support;

/// <summary><c>msportal support bundle</c></summary>
internal static class SupportCommands
{
    public static Command Create(PortalCommandContext context) => new("support", "What support asks for.") { Bundle(context) };

    private static Command Bundle(PortalCommandContext context)
    {
        var file = new Argument<FileInfo?>("file") { Description = "Where to write the zip; by default a name with the date, here.", Arity = ArgumentArity.ZeroOrOne };
        var names = new Option<bool>("--names") { Description = "Keeps the names of clients and people." };
        var json = CommandOutput.JsonOption();
        return PortalCommandContext.Run(new Command("bundle", "Writes a zip with versions, statuses, errors, recent runs, settings and diagnosis, and nothing secret.") { file, names, json }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var path = parsed.GetValue(file)?.FullName ?? Path.GetFullPath(SupportBundle.FileName(session.Get<TimeProvider>().GetUtcNow()));
            using var stream = new MemoryStream();
            await session.Get<SupportBundle>().WriteAsync(stream, parsed.GetValue(names), session.Actor, ct);
            await File.WriteAllBytesAsync(path, stream.ToArray(), ct);
            await (parsed.GetValue(json) ? parsed.WriteJsonAsync(new { file = path, bytes = stream.Length }) : parsed.WriteLineAsync(path));
            return 0;
        });
    }
}
