using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MSPortal.Storage.Model;
using MSPortal.Tests.Web.Hosting;
using MSPortal.Web.Features.Account;

namespace MSPortal.Tests.Web.Users;

/// <summary>People of a running portal with any role, signed in as browsers are.</summary>
internal static class People
{
    /// <summary>A role of the tenant that may do exactly this; its id.</summary>
    public static async Task<Guid> AddRoleAsync(this RunningPortal portal, string name, params string[] permissions)
    {
        await using var db = portal.Data.Open(1);
        var role = new PortalRole
        {
            Id = Guid.NewGuid(), TenantId = 1, Name = name, NormalizedName = name.ToUpperInvariant(), Permissions = string.Join(' ', permissions), CreatedAt = DateTimeOffset.UnixEpoch,
        };
        db.PortalRoles.Add(role);
        await db.SaveChangesAsync();
        return role.Id;
    }

    public static async Task<PortalUser> AddUserAsync(this RunningPortal portal, Guid role, string email, long tenant = 1)
    {
        await using var db = portal.Data.Open(tenant);
        var user = new PortalUser
        {
            Id = Guid.NewGuid(), TenantId = tenant, RoleId = role, Email = email, UserName = email, NormalizedEmail = email.ToUpperInvariant(), NormalizedUserName = email.ToUpperInvariant(),
            DisplayName = email.Split('@')[0], SecurityStamp = Guid.NewGuid().ToString("N"), LockoutEnabled = true, CreatedAt = DateTimeOffset.UnixEpoch,
            InvitedAt = DateTimeOffset.UnixEpoch,
        };
        db.Users.Add(user);
        await db.SaveChangesAsync();
        return user;
    }

    /// <summary>Signed in by a one-time link.</summary>
    public static async Task<HttpClient> SignInAsync(this RunningPortal portal, PortalUser user)
    {
        var client = portal.NewClient();
        var link = await portal.Services.GetRequiredService<SignInLinks>().CreateAsync(user.Id, null, CancellationToken.None);
        using var answer = await portal.GetAsync(link, client: client);
        return answer.StatusCode == HttpStatusCode.Redirect && answer.Headers.Location!.ToString() == "/"
            ? client
            : throw new InvalidOperationException($"The link answered {answer.StatusCode} to {answer.Headers.Location}.");
    }

    /// <summary>Somebody new who may do exactly this.</summary>
    public static async Task<HttpClient> SignInWithAsync(this RunningPortal portal, params string[] permissions)
    {
        var name = $"{string.Join('-', permissions)}-{Guid.NewGuid():N}"[..Math.Min(70, string.Join('-', permissions).Length + 33)];
        return await portal.SignInAsync(await portal.AddUserAsync(await portal.AddRoleAsync(name, permissions), $"{name}@example.com"));
    }
}
