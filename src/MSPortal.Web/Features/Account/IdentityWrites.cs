using Microsoft.AspNetCore.Identity;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Account;

/// <summary>Identity writes every column of a person, and refuses to when somebody else has changed one since it read them.</summary>
internal static class IdentityWrites
{
    /// <summary>Writes once more, on top of the other's change, when there was one at this very moment; not when it disabled them.</summary>
    /// <param name="store">Where Identity keeps who it has read.</param>
    public static async Task<IdentityResult> WriteAsync(this PortalContext store, PortalUser user, Func<Task<IdentityResult>> write, CancellationToken ct)
    {
        var result = await write();
        if (result.Succeeded || !result.Errors.Any(e => e.Code == nameof(IdentityErrorDescriber.ConcurrencyFailure)))
        {
            return result;
        }

        await store.Entry(user).ReloadAsync(ct);
        return user.IsDisabled ? result : await write();
    }
}
