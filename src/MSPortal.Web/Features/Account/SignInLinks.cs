using MSPortal.Storage;

namespace MSPortal.Web.Features.Account;

/// <summary>One-time sign-in links, for who is locked out: opening one signs in.</summary>
public sealed class SignInLinks(PortalDatabase database, TimeProvider clock)
{
    public static readonly TimeSpan DefaultLifetime = TimeSpan.FromMinutes(30);

    private const string Purpose = "sign-in link";

    private readonly OneTimeTokens tokens = new(database, clock);

    /// <summary>Makes the user's link; an earlier one ends.</summary>
    /// <returns>Path and query, to be put behind the portal's address.</returns>
    public async Task<string> CreateAsync(Guid userId, TimeSpan? lifetime, CancellationToken ct, string? returnUrl = null)
    {
        var link = $"{AccountRoutes.Link}?token={await tokens.CreateAsync(Purpose, userId, lifetime ?? DefaultLifetime, ct)}";
        return returnUrl is null ? link : $"{link}&returnUrl={Uri.EscapeDataString(returnUrl)}";
    }

    /// <summary>Takes the link's token; null when it is unknown, too old or was used before.</summary>
    public Task<Guid?> RedeemAsync(string? token, CancellationToken ct) => tokens.RedeemAsync(Purpose, token, ct);
}
