using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;

namespace MSPortal.Web.Features.Account;

/// <summary>A passkey as its owner sees it.</summary>
/// <param name="Id">Of the credential, in base64url.</param>
/// <param name="IsSynced">A password manager has it on all of their devices; otherwise it is on one.</param>
public sealed record PasskeyLine(string Id, string Name, DateTimeOffset AddedAt, DateTimeOffset? LastUsedAt, bool IsSynced);

/// <summary>Somebody's own passkeys. Each makes sure of who uses it, by finger, face or PIN, so it is both factors at once.</summary>
internal sealed class Passkeys(
    UserManager<PortalUser> users,
    SignInManager<PortalUser> signIn,
    IPasskeyHandler<PortalUser> handler,
    SecondFactors factors,
    PortalContext store,
    PortalDatabase database,
    AccessBook access,
    TimeProvider clock)
{
    public const int LongestName = 60;

    private const int Most = 20;
    private static readonly string TooMany = string.Create(CultureInfo.InvariantCulture, $"You have {Most} passkeys, and cannot have more. Remove one that you no longer use.");

    /// <summary>By what browsers say of the device that they run on; the first that fits.</summary>
    private static readonly (string Sign, string Name)[] Devices =
    [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android device"), ("CrOS", "Chromebook"), ("Macintosh", "Mac"), ("Windows", "Windows PC"), ("Linux", "Linux PC"),
    ];

    /// <summary>The oldest first.</summary>
    public async Task<IReadOnlyList<PasskeyLine>> ListAsync(PortalUser user, CancellationToken ct)
    {
        await using var db = database.Open(user.TenantId);
        var all = await db.UserPasskeys.AsNoTracking().Where(p => p.UserId == user.Id)
            .Select(p => new { Passkey = p, LastUsedAt = EF.Property<DateTimeOffset?>(p, Passkey.LastUsedAt) }).ToListAsync(ct);
        return
        [
            .. all.Select(p => new PasskeyLine(Base64Url.EncodeToString(p.Passkey.CredentialId), p.Passkey.Data.Name ?? "Passkey", p.Passkey.Data.CreatedAt, p.LastUsedAt, p.Passkey.Data.IsBackedUp))
                .OrderBy(p => p.AddedAt),
        ];
    }

    /// <summary>Whether their last one has to stay, since they need a second factor and have no other.</summary>
    public async Task<bool> NeedsOneAsync(PortalUser user, CancellationToken ct)
    {
        await using var db = database.Open(user.TenantId);
        return await NeedsOneAsync(db, user.Id, ct);
    }

    /// <summary>What to call a new one: after the device that it is made on.</summary>
    /// <param name="browser">What the browser says of itself.</param>
    public static string Suggest(string? browser, IReadOnlyList<PasskeyLine> taken)
    {
        var device = Devices.Where(d => browser?.Contains(d.Sign, StringComparison.Ordinal) == true).Select(d => d.Name).FirstOrDefault("Passkey");
        return Enumerable.Range(1, Most + 1).Select(n => n == 1 ? device : string.Create(CultureInfo.InvariantCulture, $"{device} {n}")).First(name => taken.All(p => p.Name != name));
    }

    /// <summary>A password that is changed, or a second factor that is reset, ends what was asked for before.</summary>
    private static string Adding(PortalUser user) => $"add {user.SecurityStamp}";

    /// <summary>What to ask the browser for. Nobody adds one at a screen that its owner has left: it wants the password, or a session that a one-time link has just begun.</summary>
    public async Task<PasskeyAnswer> OfferAsync(PortalUser user, string? password, HttpContext context, CancellationToken ct)
    {
        if (!LinkSession.IsFresh(context.User, clock.GetUtcNow()) && !await factors.IsProvedAsync(user, () => users.CheckPasswordAsync(user, password ?? ""), AccountEndpoints.From(context), ct))
        {
            return new PasskeyAnswer(Problem: "The password is not right.");
        }

        if ((await users.GetPasskeysAsync(user)).Count >= Most)
        {
            return new PasskeyAnswer(Problem: TooMany);
        }

        var offer = await handler.MakeCreationOptionsAsync(new PasskeyUserEntity { Id = user.Id.ToString(), Name = user.Email ?? "", DisplayName = user.DisplayName }, context);
        await PasskeyCeremony.BeginAsync(context, Adding(user), offer.AttestationState ?? "");
        return PasskeyAnswer.Ask(offer.CreationOptionsJson);
    }

    /// <summary>Null when it was added; otherwise what is wrong.</summary>
    /// <param name="credential">What the browser has made, as JSON.</param>
    public async Task<string?> AddAsync(PortalUser user, string? credential, string? name, HttpContext context, CancellationToken ct)
    {
        if (await PasskeyCeremony.EndAsync(context, Adding(user)) is not { } state || string.IsNullOrEmpty(credential))
        {
            return "It took too long. Try again.";
        }

        var made = await handler.PerformAttestationAsync(new PasskeyAttestationContext { HttpContext = context, CredentialJson = credential, AttestationState = state });
        if (!made.Succeeded || made.UserEntity.Id != user.Id.ToString())
        {
            return "The portal cannot use this passkey. It has to be made at the portal's own address, and has to ask for your finger, face or PIN.";
        }

        if ((await users.GetPasskeysAsync(user)).Count >= Most)
        {
            return TooMany;
        }

        made.Passkey.Name = Clean(name) ?? Suggest(context.Request.Headers.UserAgent, await ListAsync(user, ct));
        var added = await store.WriteAsync(user, () => users.AddOrUpdatePasskeyAsync(user, made.Passkey), ct);
        if (!added.Succeeded)
        {
            return "It could not be added just now. Try again.";
        }

        access.Forget();
        await using var db = database.Open(user.TenantId);
        db.Audit.Add(Entry(user, "user.passkey_added", AccountEndpoints.From(context), null, made.Passkey.Name));
        await db.SaveChangesAsync(ct);
        return null;
    }

    /// <summary>One that is not theirs stays as it is.</summary>
    public async Task RenameAsync(PortalUser user, string? id, string? name, string? from, CancellationToken ct)
    {
        await using var db = database.Open(user.TenantId);
        if (Clean(name) is not { } next || (await OwnAsync(db, user.Id, ct)).Find(p => IsCalled(p, id)) is not { } passkey || passkey.Data.Name == next)
        {
            return;
        }

        db.Audit.Add(Entry(user, "user.passkey_renamed", from, passkey.Data.Name, next));
        passkey.Data.Name = next;
        await db.SaveChangesAsync(ct);
    }

    /// <summary>False when it has to stay, since they need a second factor and have no other. Who has lost a device wants it signed out: all sessions but this one end.</summary>
    public async Task<bool> RemoveAsync(PortalUser user, string? id, string? from, CancellationToken ct)
    {
        var outcome = await database.WriteAsync(user.TenantId, async db =>
        {
            // Their row is the lock: of two removals at once, the second sees what the first has left.
            var (stamp, security) = (Guid.NewGuid().ToString(), Guid.NewGuid().ToString("N"));
            await db.Users.Where(u => u.Id == user.Id).ExecuteUpdateAsync(u => u.SetProperty(x => x.ConcurrencyStamp, stamp), ct);
            var own = await OwnAsync(db, user.Id, ct);
            if (own.Find(p => IsCalled(p, id)) is not { } passkey)
            {
                return Removal.NotThere;
            }

            if (own.Count == 1 && await NeedsOneAsync(db, user.Id, ct))
            {
                return Removal.Refused;
            }

            db.UserPasskeys.Remove(passkey);
            db.Audit.Add(Entry(user, "user.passkey_removed", from, passkey.Data.Name, null));
            await db.Users.Where(u => u.Id == user.Id).ExecuteUpdateAsync(u => u.SetProperty(x => x.SecurityStamp, security), ct);
            return Removal.Done;
        }, ct);
        if (outcome == Removal.Done)
        {
            access.Forget();
            await store.Entry(user).ReloadAsync(ct);
            await signIn.RefreshSignInAsync(user);
        }

        return outcome != Removal.Refused;
    }

    private static async Task<bool> NeedsOneAsync(PortalContext db, Guid userId, CancellationToken ct) =>
        await db.Users.AnyAsync(u => u.Id == userId && !u.TwoFactorEnabled && u.CompanyId == null && u.RoleId != BuiltInRole.CompanyUser, ct)
        && await SecondFactorRule.IsRequiredAsync(db, ct);

    private static Task<List<IdentityUserPasskey<Guid>>> OwnAsync(PortalContext db, Guid userId, CancellationToken ct) =>
        db.UserPasskeys.Where(p => p.UserId == userId).ToListAsync(ct);

    private static bool IsCalled(IdentityUserPasskey<Guid> passkey, string? id) => Base64Url.EncodeToString(passkey.CredentialId) == id;

    /// <summary>Null when there is no name in it.</summary>
    private static string? Clean(string? name) => name?.Trim() is { Length: > 0 } given ? given[..Math.Min(LongestName, given.Length)] : null;

    private AuditEntry Entry(PortalUser user, string action, string? from, string? before, string? after)
    {
        var entry = AuditEntries.By(new Actor(user.TenantId, user.Email ?? "?", from, user.Id), clock.GetUtcNow(), action, "user", user.Id.ToString(), user.Email);
        (entry.Before, entry.After) = (Named(before), Named(after));
        return entry;
    }

    private static string? Named(string? name) => name is null ? null : JsonSerializer.Serialize(new { passkey = name });

    private enum Removal
    {
        Done,
        NotThere,
        Refused,
    }
}
