using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using MSPortal.Core.Ports;
using MSPortal.Web.Access;
using MSPortal.Web.Hosting;

namespace MSPortal.Web.Features.Tickets;

/// <summary><c>msportal tickets …</c></summary>
internal static class TicketCommands
{
    private const int PageSize = 50;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All), WriteIndented = true };

    public static Command Create(PortalCommandContext context) => new("tickets", "Lists and exports tickets.") { List(context), Export(context) };

    private static Command List(PortalCommandContext context)
    {
        var filter = new TicketFilterOptions();
        var all = new Option<bool>("--all-pages") { Description = "All tickets that match, by number; otherwise the 50 that changed last." };
        var json = new Option<bool>("--json") { Description = "A JSON array." };
        var command = new Command("list", "Lists the tickets of linked companies.") { all, json };
        filter.AddTo(command);
        return PortalCommandContext.Run(command, async (parsed, ct) =>
        {
            var wanted = filter.Read(parsed);
            await using var portal = await context.OpenAsync(parsed, ct);
            var tenant = await CommandSession.TenantAsync(portal, parsed.GetValue(context.Tenant), ct);
            var tickets = portal.GetRequiredService<TicketQueries>();
            var rows = parsed.GetValue(all) ? tickets.AllAsync(Sight.Whole(tenant), wanted, ct) : FirstAsync(tickets, Sight.Whole(tenant), wanted, ct);
            var output = parsed.InvocationConfiguration.Output;
            await (parsed.GetValue(json) ? WriteJsonAsync(output, rows, ct) : WriteTextAsync(output, rows, ct));
            return 0;
        });
    }

    private static Command Export(PortalCommandContext context)
    {
        var filter = new TicketFilterOptions();
        var file = new Option<FileInfo>("--csv") { Description = "The file to write.", Required = true, HelpName = "file" };
        var command = new Command("export", "Writes all tickets that match into a CSV file.") { file };
        filter.AddTo(command);
        return PortalCommandContext.Run(command, async (parsed, ct) =>
        {
            var wanted = filter.Read(parsed);
            await using var portal = await context.OpenAsync(parsed, ct);
            var actor = new Actor(await CommandSession.TenantAsync(portal, parsed.GetValue(context.Tenant), ct), "command line", Environment.MachineName);
            var target = parsed.GetRequiredValue(file);
            var count = await WriteFileAsync(portal.GetRequiredService<TicketExport>(), target.FullName, wanted, actor, ct);
            await parsed.InvocationConfiguration.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{count} tickets in {target.FullName}"));
            return 0;
        });
    }

    /// <summary>A file that is there is whole: an interrupted export leaves the old one.</summary>
    private static async Task<long> WriteFileAsync(TicketExport export, string path, TicketFilter filter, Actor actor, CancellationToken ct)
    {
        var part = path + ".part";
        try
        {
            long count;
            await using (var stream = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16, useAsync: true))
            {
                count = await export.WriteAsync(stream, filter, actor, ct);
            }

            File.Move(part, path, overwrite: true);
            return count;
        }
        finally
        {
            File.Delete(part);
        }
    }

    private static async IAsyncEnumerable<TicketLine> FirstAsync(
        TicketQueries tickets, Sight sight, TicketFilter filter, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var line in (await tickets.PageAsync(sight, filter, TicketSort.Newest, 0, PageSize, ct)).Rows)
        {
            yield return line;
        }
    }

    private static async Task WriteJsonAsync(TextWriter output, IAsyncEnumerable<TicketLine> rows, CancellationToken ct)
    {
        var before = "[";
        await foreach (var row in rows.WithCancellation(ct))
        {
            await output.WriteLineAsync(before);
            await output.WriteAsync(JsonSerializer.Serialize(TicketResource.Of(row), Json));
            before = ",";
        }

        await output.WriteLineAsync(before == "[" ? "[]" : $"{Environment.NewLine}]");
    }

    private static async Task WriteTextAsync(TextWriter output, IAsyncEnumerable<TicketLine> rows, CancellationToken ct)
    {
        await output.WriteLineAsync(Columns("NUMBER", "STATUS", "PRIORITY", "COMPANY", "SUMMARY"));
        await foreach (var row in rows.WithCancellation(ct))
        {
            await output.WriteLineAsync(Columns(row.Number, row.Status ?? "", TicketResource.Word(row.Priority) ?? "", row.Company ?? "(no company)", row.Summary));
        }
    }

    private static string Columns(string number, string status, string priority, string company, string summary) =>
        $"{Fit(number, 9)} {Fit(status, 20)} {Fit(priority, 9)} {Fit(company, 28)} {OneLine(summary)}";

    private static string Fit(string text, int width) => OneLine(text) is var line && line.Length > width ? line[..(width - 1)] + "…" : line.PadRight(width);

    /// <summary>Vendors' texts are anybody's: nothing of them may steer a terminal.</summary>
    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}
