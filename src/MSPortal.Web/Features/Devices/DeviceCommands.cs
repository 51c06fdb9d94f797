using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MSPortal.Web.Access;
using MSPortal.Web.Hosting;

namespace MSPortal.Web.Features.Devices;

/// <summary><c>msportal devices …</c></summary>
internal static class DeviceCommands
{
    private const int PageSize = 50;

    public static Command Create(PortalCommandContext context) =>
        new("devices", "Lists, exports and imports devices.") { List(context), Export(context), DeviceImportCommands.Types(context), DeviceImportCommands.Import(context) };

    private static Command List(PortalCommandContext context)
    {
        var filter = new DeviceFilterOptions();
        var all = new Option<bool>("--all-pages") { Description = "All devices that match; otherwise the first 50 by name." };
        var json = CommandOutput.JsonOption();
        var command = new Command("list", "Lists the devices of the inventory.") { all, json };
        filter.AddTo(command);
        return PortalCommandContext.Run(command, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var wanted = await filter.ReadAsync(parsed, session, ct);
            var devices = session.Get<DeviceQueries>();
            var rows = parsed.GetValue(all)
                ? await devices.AllAsync(Sight.Whole(session.TenantId), wanted, ct).ToListAsync(ct)
                : (await devices.ListAsync(Sight.Whole(session.TenantId), wanted, DeviceSort.ByName.Query(0, PageSize), ct)).Rows;
            if (parsed.GetValue(json))
            {
                await parsed.WriteJsonAsync(rows.Select(DeviceResource.Of));
            }
            else
            {
                await parsed.WriteTableAsync(
                    ["NAME", "COMPANY", "TYPE", "ONLINE", "SERIAL", "LAST USER", "ALERTS", "SOURCES"],
                    rows.Select(d => new[]
                    {
                        CommandOutput.Plain(d.Name), CommandOutput.Plain(d.Company), d.Type, d.Reach switch { DeviceReach.Online => "yes", DeviceReach.Offline => "no", _ => "" }, CommandOutput.Plain(d.SerialNumber), CommandOutput.Plain(d.LastUser),
                        d.Alerts.ToString(CultureInfo.InvariantCulture), CommandOutput.Plain(string.Join(", ", d.Sources.Select(s => s.Name))),
                    }));
            }

            return 0;
        });
    }

    private static Command Export(PortalCommandContext context)
    {
        var filter = new DeviceFilterOptions();
        var file = new Option<FileInfo>("--csv") { Description = "The file to write.", Required = true, HelpName = "file" };
        var command = new Command("export", "Writes all devices that match into a CSV file.") { file };
        filter.AddTo(command);
        return PortalCommandContext.Run(command, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var wanted = await filter.ReadAsync(parsed, session, ct);
            var target = parsed.GetRequiredValue(file).FullName;
            var count = await WriteFileAsync(session, target, wanted, ct);
            await parsed.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{count} devices in {target}"));
            return 0;
        });
    }

    /// <summary>A file that is there is whole: an interrupted export leaves the old one.</summary>
    private static async Task<long> WriteFileAsync(CommandSession session, string path, DeviceFilter filter, CancellationToken ct)
    {
        var part = path + ".part";
        try
        {
            long count;
            await using (var stream = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16, useAsync: true))
            {
                count = await session.Get<DeviceExport>().WriteAsync(stream, Sight.Whole(session.TenantId), filter, session.Actor, ct);
            }

            File.Move(part, path, overwrite: true);
            return count;
        }
        finally
        {
            File.Delete(part);
        }
    }
}

/// <summary>The filters of the list as options of a command, in the same words as in the API.</summary>
internal sealed class DeviceFilterOptions
{
    private readonly Option<string?> search = new("--search") { Description = "Part of name, serial number, last user, IP address, operating system or model." };
    private readonly Option<string[]> company = new("--company") { Description = "Id or name of a company; may be repeated." };
    private readonly Option<string[]> type = new("--type") { Description = "workstation, laptop, server, …; may be repeated." };
    private readonly Option<string[]> integration = new("--integration") { Description = "Id or name of an integration that knows it; may be repeated." };
    private readonly Option<string?> online = new("--online") { Description = "yes, no or unknown." };
    private readonly Option<bool> alerts = new("--with-alerts") { Description = "Only devices that something is wrong with." };
    private readonly Option<string?> sources = new("--sources") { Description = "several or one: how many tools know it." };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { search, company, type, integration, online, alerts, sources })
        {
            command.Add(option);
        }
    }

    /// <exception cref="CommandFailedException">A value cannot be understood.</exception>
    public async Task<DeviceFilter> ReadAsync(ParseResult parsed, CommandSession session, CancellationToken ct)
    {
        var integrations = new List<string>();
        foreach (var wanted in parsed.GetValue(integration) ?? [])
        {
            integrations.Add((await session.IntegrationAsync(wanted, ct)).Id.ToString(CultureInfo.InvariantCulture));
        }

        var filter = new DeviceParameters
        {
            Search = parsed.GetValue(search),
            Company = await CompaniesAsync(parsed.GetValue(company) ?? [], session, ct),
            Type = parsed.GetValue(type),
            Integration = [.. integrations],
            Online = parsed.GetValue(online),
            Alerts = parsed.GetValue(alerts) ? "yes" : null,
            Sources = parsed.GetValue(sources),
        }.Read(out var wrong);
        return wrong.Count == 0 ? filter : throw new CommandFailedException(string.Join(' ', wrong.Select(e => e.Message)));
    }

    private static async Task<string[]> CompaniesAsync(string[] wanted, CommandSession session, CancellationToken ct)
    {
        var names = wanted.Where(w => !Guid.TryParse(w, out _)).Select(w => w.Trim()).ToList();
        if (names.Count == 0)
        {
            return wanted;
        }

        await using var db = session.OpenDatabase();
        var known = (await db.Companies.Select(c => new { c.Id, c.Name }).ToListAsync(ct)).ToLookup(c => c.Name, c => c.Id.ToString(), StringComparer.OrdinalIgnoreCase);
        return names.Find(n => !known.Contains(n)) is { } unknown
            ? throw new CommandFailedException($"There is no company “{unknown}”.")
            : [.. wanted.Where(w => Guid.TryParse(w, out _)), .. names.SelectMany(n => known[n])];
    }
}
