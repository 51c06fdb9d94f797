using System.CommandLine;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Features.Account;
using MSPortal.Web.Hosting;

namespace MSPortal.Web.Features.Settings;

/// <summary>A tenant as the command line shows it.</summary>
internal sealed record TenantResource(long Id, string Name, string TimeZone, DateTimeOffset CreatedAt, int Users, int Integrations);

/// <summary><c>msportal tenants add|list</c>: several MSPs on one installation.</summary>
internal static class TenantCommands
{
    public static Command Create(PortalCommandContext context) => new("tenants", "MSPs on this installation.") { Add(context), List(context) };

    private static Command Add(PortalCommandContext context)
    {
        var name = new Argument<string>("name");
        var zone = new Option<string>("--time-zone") { Description = "IANA zone, such as Europe/Berlin (default: UTC).", DefaultValueFactory = _ => "UTC", HelpName = "zone" };
        var email = new Option<string?>("--email") { Description = "Its administrator's e-mail address; a one-time link that lets them in is answered, too.", HelpName = "e-mail" };
        return PortalCommandContext.Run(new Command("add", "Makes a further tenant; answers its id.") { name, zone, email }, async (parsed, ct) =>
        {
            var (wanted, zoneId) = (parsed.GetValue(name)!.Trim(), parsed.GetValue(zone)!);
            if (wanted.Length is 0 or > 100)
            {
                throw new CommandFailedException("Give a name of at most 100 characters.");
            }

            if (!TimeZoneInfo.TryFindSystemTimeZoneById(zoneId, out _))
            {
                throw new CommandFailedException($"There is no time zone “{zoneId}”. Give one such as Europe/Berlin.");
            }

            await using var portal = await context.OpenAsync(parsed, ct);
            var (administrators, address) = (portal.GetRequiredService<Administrators>(), parsed.GetValue(email));
            if (address is not null)
            {
                await administrators.CheckAsync(address, ct);
            }

            var id = await AddAsync(portal.GetRequiredService<PortalDatabase>(), wanted, zoneId, portal.GetRequiredService<TimeProvider>().GetUtcNow(), ct);
            await parsed.WriteLineAsync(Text(id));
            if (address is null)
            {
                await parsed.WriteErrorAsync($"It has no administrator yet. Make one: msportal admin add --tenant {Text(id)} --email <address>");
                return 0;
            }

            var path = await administrators.AddAsync(address, null, Actor(id), ct);
            await AdminCommands.WriteLinkAsync(parsed, portal.GetRequiredService<PortalOptions>(), path, address);
            return 0;
        });
    }

    private static Task<long> AddAsync(PortalDatabase database, string name, string zone, DateTimeOffset now, CancellationToken ct) =>
        database.WriteAsync(0, db => AddAsync(db, name, zone, now, ct), ct);

    private static async Task<long> AddAsync(PortalContext db, string name, string zone, DateTimeOffset now, CancellationToken ct)
    {
        var names = await db.Tenants.Select(t => t.Name).ToListAsync(ct);
        if (names.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            throw new CommandFailedException($"There is a tenant “{name}” already.");
        }

        var tenant = new Tenant { Name = name, TimeZone = zone, CreatedAt = now };
        db.Tenants.Add(tenant);
        await db.SaveChangesAsync(ct);
        db.Audit.Add(AuditEntries.By(Actor(tenant.Id), now, "tenant.added", "tenant", tenant.Id.ToString(CultureInfo.InvariantCulture), name));
        return tenant.Id;
    }

    private static Command List(PortalCommandContext context)
    {
        var json = CommandOutput.JsonOption();
        return PortalCommandContext.Run(new Command("list", "All tenants.") { json }, async (parsed, ct) =>
        {
            await using var portal = await context.OpenAsync(parsed, ct);
            await using var db = portal.GetRequiredService<PortalDatabase>().Open();
            var tenants = await db.Tenants.AsNoTracking().OrderBy(t => t.Id)
                .Select(t => new TenantResource(
                    t.Id, t.Name, t.TimeZone, t.CreatedAt,
                    db.Users.Count(u => u.TenantId == t.Id),
                    db.Integrations.IgnoreQueryFilters(new[] { PortalContext.TenantFilter }).Count(i => i.TenantId == t.Id)))
                .ToListAsync(ct);
            if (parsed.GetValue(json))
            {
                await parsed.WriteJsonAsync(tenants);
            }
            else
            {
                await parsed.WriteTableAsync(
                    ["ID", "NAME", "TIME ZONE", "USERS", "INTEGRATIONS"],
                    tenants.Select(t => new[] { Text(t.Id), t.Name, t.TimeZone, Text(t.Users), Text(t.Integrations) }));
            }

            return 0;
        });
    }

    private static Actor Actor(long tenant) => new(tenant, "command line", $"{Environment.UserName}@{Environment.MachineName}");

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
