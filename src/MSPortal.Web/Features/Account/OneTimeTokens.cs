using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MSPortal.Storage;

namespace MSPortal.Web.Features.Account;

/// <summary>Secrets that stand for a person once: only a hash is kept, one per person and purpose.</summary>
internal sealed class OneTimeTokens(PortalDatabase database, TimeProvider clock)
{
    // Kept where Identity keeps a user's tokens, so that they go with the user.
    private const string Provider = "MSPortal";
    private const int IdBytes = 16;
    private const int SecretBytes = 32;
    private const int Attempts = 3;

    /// <summary>Makes the person's token, fit for an address; an earlier one ends.</summary>
    public async Task<string> CreateAsync(string purpose, Guid userId, TimeSpan lifetime, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var db = database.Open();
                await using var transaction = await db.Database.BeginTransactionAsync(ct);
                var token = await CreateAsync(db, purpose, userId, lifetime, ct);
                await transaction.CommitAsync(ct);
                return token;
            }
            catch (DbUpdateException) when (attempt < Attempts)
            {
                // Another one was made at this very moment: the later one counts.
            }
        }
    }

    /// <inheritdoc cref="CreateAsync(string, Guid, TimeSpan, CancellationToken)"/>
    /// <param name="db">In whose transaction it is made.</param>
    public async Task<string> CreateAsync(PortalContext db, string purpose, Guid userId, TimeSpan lifetime, CancellationToken ct)
    {
        var secret = RandomNumberGenerator.GetBytes(SecretBytes);
        var until = (clock.GetUtcNow() + lifetime).ToUnixTimeSeconds();
        await Tokens(db, purpose, userId).ExecuteDeleteAsync(ct);
        db.UserTokens.Add(new IdentityUserToken<Guid>
        {
            UserId = userId,
            LoginProvider = Provider,
            Name = purpose,
            Value = string.Create(CultureInfo.InvariantCulture, $"{Hash(secret)} {until}"),
        });
        await db.SaveChangesAsync(ct);
        return Base64Url.EncodeToString([.. userId.ToByteArray(), .. secret]);
    }

    /// <summary>Whose the token is; null when it is unknown, too old or was used before. It stays as it is.</summary>
    public async Task<Guid?> PeekAsync(string purpose, string? token, CancellationToken ct)
    {
        await using var db = database.Open();
        return await FindAsync(db, purpose, token, ct) is var (userId, _, until) && IsInTime(until) ? userId : null;
    }

    /// <summary>Takes the token; null when it is unknown, too old or was used before.</summary>
    public async Task<Guid?> RedeemAsync(string purpose, string? token, CancellationToken ct)
    {
        await using var db = database.Open();
        if (await FindAsync(db, purpose, token, ct) is not var (userId, stored, until))
        {
            return null;
        }

        // Of two requests with the same token, only the one that deletes it has used it.
        var mine = await Tokens(db, purpose, userId).Where(t => t.Value == stored).ExecuteDeleteAsync(ct) == 1;
        return mine && IsInTime(until) ? userId : null;
    }

    /// <summary>Nothing of what was handed out for this person opens anything any more.</summary>
    public static Task<int> EndAllAsync(PortalContext db, Guid userId, CancellationToken ct) =>
        db.UserTokens.Where(t => t.UserId == userId && t.LoginProvider == Provider).ExecuteDeleteAsync(ct);

    private static async Task<(Guid UserId, string Stored, string Until)?> FindAsync(PortalContext db, string purpose, string? token, CancellationToken ct)
    {
        if (!TryRead(token, out var userId, out var secret))
        {
            return null;
        }

        var stored = await Tokens(db, purpose, userId).Select(t => t.Value).FirstOrDefaultAsync(ct);
        return stored?.Split(' ') is [var hash, var until] && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(hash), Encoding.ASCII.GetBytes(Hash(secret)))
            ? (userId, stored, until)
            : null;
    }

    private bool IsInTime(string until) => long.Parse(until, CultureInfo.InvariantCulture) >= clock.GetUtcNow().ToUnixTimeSeconds();

    private static IQueryable<IdentityUserToken<Guid>> Tokens(PortalContext db, string purpose, Guid userId) =>
        db.UserTokens.Where(t => t.UserId == userId && t.LoginProvider == Provider && t.Name == purpose);

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
