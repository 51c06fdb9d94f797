using System.Buffers.Text;
using System.Security.Cryptography;
using MSPortal.Web.Features.Account;

namespace MSPortal.Demo;

/// <summary>The demo's address that signs its administrator in, as often as it is opened: a portal's own links work once, and nobody has a password here.</summary>
internal sealed class DemoDoor
{
    private readonly string key = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));

    private Guid? administrator;

    public string Path => $"/demo/{key}";

    public void Map(WebApplication portal) => portal.MapGet(Path, EnterAsync).AllowAnonymous().ExcludeFromDescription();

    public void OpenFor(Guid userId) => administrator = userId;

    private async Task<IResult> EnterAsync(Accounts accounts, HttpContext context, CancellationToken ct) =>
        administrator is { } userId && await accounts.SignInByLinkAsync(userId, AccountEndpoints.From(context), ct) ? Results.LocalRedirect("/tickets") : Results.NotFound();
}
