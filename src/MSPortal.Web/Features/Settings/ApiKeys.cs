using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Users;
using MSPortal.Web.Hosting;

namespace MSPortal.Web.Features.Settings;

/// <summary>A key as it may be shown.</summary>
/// <param name="Scope">The widest; it includes those below it.</param>
internal sealed record ApiKeyLine(long Id, string Name, string Prefix, string Scope, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, DateTimeOffset? RevokedAt);

/// <param name="Secret">The key itself: shown now and never again. Null when it was not made.</param>
internal sealed record MadeApiKey(string? Secret, IReadOnlyList<FieldError> Errors);

/// <summary>Makes, lists and revokes the keys of programs.</summary>
internal sealed class ApiKeys(PortalDatabase database, TimeProvider clock)
{
    /// <summary>From the narrowest to the widest.</summary>
    public static readonly IReadOnlyList<string> Scopes = KeyScopes.All;

    private const int LongestName = 80;

    /// <summary>Those in force first, the newest on top.</summary>
    public async Task<IReadOnlyList<ApiKeyLine>> ListAsync(long tenantId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var keys = await db.ApiKeys.AsNoTracking().OrderBy(k => k.RevokedAt != null).ThenByDescending(k => k.Id).ToListAsync(ct);
        return [.. keys.Select(k => new ApiKeyLine(k.Id, k.Name, k.Prefix, Widest(k.Scopes), k.CreatedBy, k.CreatedAt, k.LastUsedAt, k.RevokedAt))];
    }

    /// <param name="by">What its maker may do: a key never does more.</param>
    /// <exception cref="ActionRefusedException">Its maker may no longer do this.</exception>
    public async Task<MadeApiKey> CreateAsync(string name, string scope, PortalAccess by, Actor actor, CancellationToken ct)
    {
        name = name.Trim();
        if (name.Length is 0 or > LongestName)
        {
            return new MadeApiKey(null, [new FieldError("name", $"Give a name of at most {LongestName} characters.")]);
        }

        if (!Scopes.Contains(scope))
        {
            return new MadeApiKey(null, [new FieldError("scope", "Choose what the key may do.")]);
        }

        return await database.WriteAsync(actor.TenantId, db => CreateAsync(db, name, scope, by, actor, ct), ct);
    }

    private async Task<MadeApiKey> CreateAsync(PortalContext db, string name, string scope, PortalAccess by, Actor actor, CancellationToken ct)
    {
        by = await UserRules.BeginAsync(db, by, Permissions.ManageApiKeys, actor, ct);
        if (!by.Covers(Permissions.OfScope(scope)))
        {
            return new MadeApiKey(null, [new FieldError("scope", "A key cannot do more than you may do yourself.")]);
        }

        if (await db.ApiKeys.AnyAsync(k => k.Name == name && k.RevokedAt == null, ct))
        {
            return new MadeApiKey(null, [new FieldError("name", "Another key has this name. Give each its own, so that the audit log tells them apart.")]);
        }

        var secret = ApiKeySecret.New();
        var now = clock.GetUtcNow();
        var key = new ApiKey
        {
            TenantId = actor.TenantId,
            Name = name,
            Prefix = ApiKeySecret.Prefix(secret),
            Hash = ApiKeySecret.Hash(secret),
            Scopes = string.Join(' ', Scopes.TakeWhile(s => s != scope).Append(scope)),
            CreatedBy = actor.Name,
            CreatedAt = now,
        };
        db.ApiKeys.Add(key);
        await db.SaveChangesAsync(ct);
        var entry = Entry("api_key.created", key, actor);
        entry.After = JsonSerializer.Serialize(new { name, scopes = key.Scopes });
        db.Audit.Add(entry);
        return new MadeApiKey(secret, []);
    }

    /// <summary>From now on the key opens nothing; false when there is no such key in force.</summary>
    /// <exception cref="ActionRefusedException">Who revokes it may no longer do this.</exception>
    public Task<bool> RevokeAsync(long id, PortalAccess by, Actor actor, CancellationToken ct) => database.WriteAsync(
        actor.TenantId,
        async db =>
        {
            await UserRules.BeginAsync(db, by, Permissions.ManageApiKeys, actor, ct);
            if (await db.ApiKeys.FirstOrDefaultAsync(k => k.Id == id && k.RevokedAt == null, ct) is not { } key)
            {
                return false;
            }

            key.RevokedAt = clock.GetUtcNow();
            db.Audit.Add(Entry("api_key.revoked", key, actor));
            return true;
        },
        ct);

    private static string Widest(string scopes) => Scopes.LastOrDefault(scopes.Split(' ').Contains) ?? scopes;

    private AuditEntry Entry(string action, ApiKey key, Actor actor) =>
        AuditEntries.By(actor, clock.GetUtcNow(), action, "api_key", key.Id.ToString(CultureInfo.InvariantCulture), key.Name);
}
