using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Hosting;

/// <summary>Puts the tenant and its zone into the signed-in principal, so that no page has to ask the database who asks.</summary>
internal sealed class PortalPrincipalFactory(UserManager<PortalUser> users, IOptions<IdentityOptions> options, PortalDatabase database)
    : UserClaimsPrincipalFactory<PortalUser>(users, options)
{
    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(PortalUser user)
    {
        var identity = await base.GenerateClaimsAsync(user);
        await using var db = database.Open(user.TenantId);
        var zone = await db.Tenants.Where(t => t.Id == user.TenantId).Select(t => t.TimeZone).FirstOrDefaultAsync();
        identity.AddClaim(new Claim(PortalClaims.Tenant, user.TenantId.ToString(CultureInfo.InvariantCulture)));
        identity.AddClaim(new Claim(PortalClaims.DisplayName, user.DisplayName));
        identity.AddClaim(new Claim(PortalClaims.Zone, zone ?? "UTC"));
        return identity;
    }
}
