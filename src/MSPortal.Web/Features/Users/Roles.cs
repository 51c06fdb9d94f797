using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;

namespace MSPortal.Web.Features.Users;

/// <summary>A role as people and programs see it.</summary>
/// <param name="IsBuiltIn">Of the program: nobody changes or removes it.</param>
/// <param name="Permissions">In the catalogue's order, with what each includes.</param>
/// <param name="People">How many have it.</param>
/// <param name="ClientReach">Of a role for clients' own people: what they see of their company's tickets. Null for a role of those who work here.</param>
internal sealed record RoleLine(Guid Id, string Name, string? Description, bool IsBuiltIn, IReadOnlyList<string> Permissions, int People, TicketReach? ClientReach);

/// <param name="Id">Null when it was not saved.</param>
internal sealed record SavedRole(Guid? Id, IReadOnlyList<FieldError> Errors);

/// <summary>Lists, makes, changes and removes the tenant's roles. Nobody makes a role that can do more than they can.</summary>
internal sealed class Roles(PortalDatabase database, AccessBook access, TimeProvider clock)
{
    private const int MostRoles = 100;

    /// <summary>Those built in first, then by name.</summary>
    public async Task<IReadOnlyList<RoleLine>> ListAsync(long tenantId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var people = await db.Users.Where(u => u.TenantId == tenantId).GroupBy(u => u.RoleId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        var own = await db.PortalRoles.AsNoTracking().OrderBy(r => r.NormalizedName).ToListAsync(ct);
        return
        [
            .. BuiltInRoles.All.Select(r => new RoleLine(r.Id, r.Name, r.Words, true, Ordered(r.Permissions), people.GetValueOrDefault(r.Id), r.Id == BuiltInRole.CompanyUser ? TicketReach.Own : null)),
            .. own.Select(r => new RoleLine(r.Id, r.Name, null, false, Ordered(Permissions.Closed(Permissions.OfStored(r.Permissions))), people.GetValueOrDefault(r.Id), r.IsForClients ? r.Reach : null)),
        ];
    }

    /// <summary>Makes a role, or changes the one with the id; what a permission includes is added by itself.</summary>
    /// <param name="clientReach">Makes it a role for clients' own people; for whom a role is never changes, and null leaves what they see as it is.</param>
    /// <exception cref="KeyNotFoundException">There is no such role.</exception>
    /// <exception cref="ActionRefusedException">It is built in, or may do what the person may not, or the person may no longer do this.</exception>
    public async Task<SavedRole> SaveAsync(Guid? id, string name, IReadOnlyList<string> permissions, PortalAccess by, Actor actor, CancellationToken ct, TicketReach? clientReach = null)
    {
        name = name.Trim();
        await using var db = database.Open(actor.TenantId);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        by = await UserRules.BeginAsync(db, by, Permissions.ManageUsers, actor, ct);
        if (Errors(name, permissions, by).ToList() is { Count: > 0 } errors)
        {
            return new SavedRole(null, errors);
        }

        var normalized = name.ToUpperInvariant();
        if (BuiltInRoles.All.Any(r => r.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) || await db.PortalRoles.AnyAsync(r => r.NormalizedName == normalized && r.Id != id, ct))
        {
            return new SavedRole(null, [new FieldError("name", "Another role has this name.")]);
        }

        var role = id is { } wanted ? await FindAsync(db, wanted, by, ct) : null;
        if (role is null && await db.PortalRoles.CountAsync(ct) >= MostRoles)
        {
            throw new ActionRefusedException($"There are {MostRoles} roles already.");
        }

        if (KindErrors(role, permissions, clientReach) is { Count: > 0 } wrong)
        {
            return new SavedRole(null, wrong);
        }

        var before = role is null ? null : Told(role);
        role ??= db.PortalRoles.Add(new PortalRole
        {
            Id = Guid.NewGuid(), TenantId = actor.TenantId, Name = name, NormalizedName = normalized, Permissions = "", CreatedAt = clock.GetUtcNow(),
            IsForClients = clientReach is not null,
        }).Entity;
        role.Reach = clientReach ?? role.Reach;
        (role.Name, role.NormalizedName, role.Permissions) = (name, normalized, string.Join(' ', Ordered(Permissions.Closed(permissions))));
        var entry = AuditEntries.By(actor, clock.GetUtcNow(), before is null ? "role.created" : "role.changed", "role", role.Id.ToString(), role.Name);
        (entry.Before, entry.After) = (before, Told(role));
        db.Audit.Add(entry);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        access.Forget();
        return new SavedRole(role.Id, []);
    }

    /// <exception cref="KeyNotFoundException">There is no such role.</exception>
    /// <exception cref="ActionRefusedException">It is built in, may do what the person may not, or somebody has it, or the person may no longer do this.</exception>
    public async Task RemoveAsync(Guid id, PortalAccess by, Actor actor, CancellationToken ct)
    {
        await using var db = database.Open(actor.TenantId);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var role = await FindAsync(db, id, await UserRules.BeginAsync(db, by, Permissions.ManageUsers, actor, ct), ct);
        if (await db.Users.CountAsync(u => u.TenantId == actor.TenantId && u.RoleId == id, ct) is > 0 and var people)
        {
            throw new ActionRefusedException(people == 1 ? "One person has this role. Give them another one first." : $"{people} people have this role. Give them another one first.");
        }

        if (await ContactAutoImport.NamesAsync(db, id, ct))
        {
            throw new ActionRefusedException("Contacts come in with this role. Choose another one in the rules for company users first.");
        }

        var entry = AuditEntries.By(actor, clock.GetUtcNow(), "role.removed", "role", role.Id.ToString(), role.Name);
        entry.Before = Told(role);
        db.PortalRoles.Remove(role);
        db.Audit.Add(entry);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        access.Forget();
    }

    private static async Task<PortalRole> FindAsync(PortalContext db, Guid id, PortalAccess by, CancellationToken ct)
    {
        if (BuiltInRoles.Find(id) is not null)
        {
            throw new ActionRefusedException("This role is built in and stays as it is. Copy it to have one of your own.");
        }

        var role = await db.PortalRoles.FirstOrDefaultAsync(r => r.Id == id, ct) ?? throw new KeyNotFoundException("There is no such role.");
        return by.Covers(Permissions.Closed(Permissions.OfStored(role.Permissions)))
            ? role
            : throw new ActionRefusedException("This role may do what you may not, so somebody else has to change it.");
    }

    private static IEnumerable<FieldError> Errors(string name, IReadOnlyList<string> permissions, PortalAccess by)
    {
        if (name.Length is 0 or > PortalRole.LongestName)
        {
            yield return new FieldError("name", $"Give a name of at most {PortalRole.LongestName} characters.");
        }

        if (permissions.FirstOrDefault(p => Permissions.Find(p) is null) is { } unknown)
        {
            yield return new FieldError("permissions", $"There is no permission “{unknown}”.");
        }
        else if (permissions.Count == 0)
        {
            yield return new FieldError("permissions", "Choose at least one thing that the role may do.");
        }
        else if (!by.Covers(Permissions.Closed(permissions)))
        {
            yield return new FieldError("permissions", "A role cannot do more than you may do yourself.");
        }
    }

    private static List<FieldError> KindErrors(PortalRole? role, IReadOnlyList<string> permissions, TicketReach? clientReach)
    {
        if (role is { IsForClients: false } && clientReach is not null)
        {
            return [new FieldError("clientReach", "This role is for people who work here and stays so. Make a new one for company users.")];
        }

        var isForClients = role?.IsForClients ?? clientReach is not null;
        return isForClients && permissions.Select(Permissions.Find).FirstOrDefault(p => p is { ForClients: false }) is { } wrong
            ? [new FieldError("permissions", $"A role for company users cannot allow “{wrong.Words}”.")]
            : [];
    }

    private static List<string> Ordered(IReadOnlySet<string> permissions) => [.. Permissions.All.Select(p => p.Name).Where(permissions.Contains)];

    private static string Told(PortalRole role) => JsonSerializer.Serialize(role.IsForClients
        ? new { name = role.Name, permissions = Permissions.OfStored(role.Permissions), sees = role.Reach.ToString().ToLowerInvariant() }
        : (object)new { name = role.Name, permissions = Permissions.OfStored(role.Permissions) });
}
