using MSPortal.Storage;

namespace MSPortal.Web.Features.Account;

/// <summary>
/// Links by which somebody chooses a password: the first one, or a new one. Opening it does nothing yet, since programs that look through mail open it as well.
/// </summary>
internal sealed class InvitationLinks(PortalDatabase database, TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    private const string Purpose = "invitation";

    private readonly OneTimeTokens tokens = new(database, clock);

    /// <summary>Makes the person's link; an earlier one ends.</summary>
    /// <returns>Path and query, to be put behind the portal's address.</returns>
    public async Task<string> CreateAsync(Guid userId, CancellationToken ct) => Address(await tokens.CreateAsync(Purpose, userId, Lifetime, ct));

    /// <inheritdoc cref="CreateAsync(Guid, CancellationToken)"/>
    /// <param name="db">In whose transaction it is made.</param>
    public async Task<string> CreateAsync(PortalContext db, Guid userId, CancellationToken ct) => Address(await tokens.CreateAsync(db, Purpose, userId, Lifetime, ct));

    public Task<Guid?> PeekAsync(string? token, CancellationToken ct) => tokens.PeekAsync(Purpose, token, ct);

    public Task<Guid?> RedeemAsync(string? token, CancellationToken ct) => tokens.RedeemAsync(Purpose, token, ct);

    private static string Address(string token) => $"{AccountRoutes.Invitation}?token={token}";
}
