using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Ports;
using MSPortal.Storage;

namespace MSPortal.Web.Hosting;

/// <summary>The portal opened for one command and one tenant.</summary>
public sealed class CommandSession : IAsyncDisposable
{
    private readonly ServiceProvider services;

    private CommandSession(ServiceProvider services, Actor actor) => (this.services, Actor) = (services, actor);

    /// <summary>The tenant, and “command line” as the one who acts.</summary>
    public Actor Actor { get; }

    public long TenantId => Actor.TenantId;

    /// <summary>Opens the portal; the tenant is the one of <c>--tenant</c>, or the only one, or a first one that is made now.</summary>
    public static async Task<CommandSession> OpenAsync(PortalCommandContext context, ParseResult parsed, CancellationToken ct)
    {
        var portal = await context.OpenAsync(parsed, ct);
        try
        {
            var tenant = await TenantAsync(portal, parsed.GetValue(context.Tenant), ct);
            return new CommandSession(portal, new Actor(tenant, "command line", $"{Environment.UserName}@{Environment.MachineName}"));
        }
        catch
        {
            await portal.DisposeAsync();
            throw;
        }
    }

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    public PortalContext OpenDatabase() => Get<PortalDatabase>().Open(TenantId);

    /// <summary>An integration by its id or its name.</summary>
    /// <exception cref="CommandFailedException">There is none, or several have the name.</exception>
    public async Task<(long Id, string Name)> IntegrationAsync(string idOrName, CancellationToken ct)
    {
        await using var db = OpenDatabase();
        var all = await db.Integrations.OrderBy(i => i.Id).Select(i => new { i.Id, i.Name }).ToListAsync(ct);
        var wanted = idOrName.Trim();
        var byId = all.Where(i => i.Id.ToString(CultureInfo.InvariantCulture) == wanted).ToList();
        var found = byId.Count > 0 ? byId : all.Where(i => string.Equals(i.Name, wanted, StringComparison.OrdinalIgnoreCase)).ToList();
        return found switch
        {
            [var one] => (one.Id, one.Name),
            [] => throw new CommandFailedException(
                $"There is no integration “{wanted}”. {(all.Count == 0 ? "None is connected yet." : $"Known: {string.Join(", ", all.Select(i => $"{i.Id} ({i.Name})"))}.")}"),
            _ => throw new CommandFailedException($"Several integrations are called “{wanted}”: {string.Join(", ", found.Select(i => i.Id))}. Give the id."),
        };
    }

    /// <summary>The tenant of <c>--tenant</c>, or the only one, or a first one that is made now.</summary>
    public static async Task<long> TenantAsync(ServiceProvider portal, string? wanted, CancellationToken ct)
    {
        var database = portal.GetRequiredService<PortalDatabase>();
        await using var db = database.Open();
        var all = await db.Tenants.AsNoTracking().OrderBy(t => t.Id).Select(t => new { t.Id, t.Name }).ToListAsync(ct);
        var known = string.Join(", ", all.Select(t => $"{t.Id} ({t.Name})"));
        if (wanted is null)
        {
            return all.Count switch
            {
                0 => await FirstTenant.GetOrAddAsync(database, portal.GetRequiredService<TimeProvider>(), ct),
                1 => all[0].Id,
                _ => throw new CommandFailedException($"There are several tenants; choose one with --tenant: {known}."),
            };
        }

        var found = all.Where(t => t.Id.ToString(CultureInfo.InvariantCulture) == wanted || string.Equals(t.Name, wanted, StringComparison.OrdinalIgnoreCase)).ToList();
        return found.Count == 1
            ? found[0].Id
            : throw new CommandFailedException(found.Count == 0 ? $"There is no tenant “{wanted}”. Known: {known}." : $"Several tenants are called “{wanted}”. Give the id: {known}.");
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();
}
