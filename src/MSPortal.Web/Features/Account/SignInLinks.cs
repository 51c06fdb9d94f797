using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MSPortal.Storage;

namespace MSPortal.Web.Features.Account;

/// <summary>One-time sign-in links, for who is locked out and for the demo: only a hash is kept, one per user, used once.</summary>
public sealed class SignInLinks(PortalDatabase database, TimeProvider clock)
{
    public static readonly TimeSpan DefaultLifetime = TimeSpan.FromMinutes(30);

    // Kept where Identity keeps a user's tokens, so that they go with the user.
    private const string Provider = "MSPortal";
    private const string Name = "sign-in link";
    private const int IdBytes = 16;
    private const int SecretBytes = 32;

    /// <summary>Makes the user's link; an earlier one ends.</summary>
    /// <returns>Path and query, to be put behind the portal's address.</returns>
    public async Task<string> CreateAsync(Guid userId, TimeSpan? lifetime, CancellationToken ct, string? returnUrl = null)
    {
        var secret = RandomNumberGenerator.GetBytes(SecretBytes);
        var until = (clock.GetUtcNow() + (lifetime ?? DefaultLifetime)).ToUnixTimeSeconds();
        await using var db = database.Open();
        await Tokens(db, userId).ExecuteDeleteAsync(ct);
        db.UserTokens.Add(new IdentityUserToken<Guid>
        {
            UserId = userId,
            LoginProvider = Provider,
            Name = Name,
            Value = string.Create(CultureInfo.InvariantCulture, $"{Hash(secret)} {until}"),
        });
        await db.SaveChangesAsync(ct);
        var link = $"{AccountRoutes.Link}?token={Base64Url.EncodeToString([.. userId.ToByteArray(), .. secret])}";
        return returnUrl is null ? link : $"{link}&returnUrl={Uri.EscapeDataString(returnUrl)}";
    }

    /// <summary>Takes the link's token; null when it is unknown, too old or was used before.</summary>
    public async Task<Guid?> RedeemAsync(string? token, CancellationToken ct)
    {
        if (!TryRead(token, out var userId, out var secret))
        {
            return null;
        }

        await using var db = database.Open();
        var stored = await Tokens(db, userId).Select(t => t.Value).FirstOrDefaultAsync(ct);
        if (stored?.Split(' ') is not [var hash, var until] || !CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(hash), Encoding.ASCII.GetBytes(Hash(secret))))
        {
            return null;
        }

        // Of two requests with the same token, only the one that deletes it has used it.
        var mine = await Tokens(db, userId).Where(t => t.Value == stored).ExecuteDeleteAsync(ct) == 1;
        return mine && long.Parse(until, CultureInfo.InvariantCulture) >= clock.GetUtcNow().ToUnixTimeSeconds() ? userId : null;
    }

    private static IQueryable<IdentityUserToken<Guid>> Tokens(PortalContext db, Guid userId) =>
        db.UserTokens.Where(t => t.UserId == userId && t.LoginProvider == Provider && t.Name == Name);

    private static string Hash(byte[] secret) => Convert.ToHexString(SHA256.HashData(secret));

    private static bool TryRead(string? token, out Guid userId, out byte[] secret)
    {
        (userId, secret) = (Guid.Empty, []);
        if (string.IsNullOrEmpty(token) || !Base64Url.IsValid(token, out var length) || length != IdBytes + SecretBytes)
        {
            return false;
        }

        var bytes = Base64Url.DecodeFromChars(token);
        (userId, secret) = (new Guid(bytes.AsSpan(0, IdBytes)), bytes[IdBytes..]);
        return true;
    }
}
