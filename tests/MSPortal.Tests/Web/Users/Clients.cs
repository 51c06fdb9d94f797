using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Tests.Web.Tickets;

namespace MSPortal.Tests.Web.Users;

/// <summary>Clients' people as a sync would have stored them, and their accounts.</summary>
internal static class Clients
{
    /// <summary>Makes the integration read contacts, if it does not yet, and stores these.</summary>
    public static Task ContactsAsync(this TicketSeed seed, long integration, params ExternalContact[] contacts) => seed.DoAsync(async db =>
    {
        if (!await db.Streams.AnyAsync(s => s.IntegrationId == integration && s.DataType == DataType.Contacts))
        {
            db.Streams.Add(new StreamRow { TenantId = db.TenantId, IntegrationId = integration, DataType = DataType.Contacts, LiveGeneration = 1 });
        }

        db.ExternalContacts.AddRange(contacts.Select(c => new ExternalContactRow
        {
            Id = RecordId.For(integration, DataType.Contacts, c.ExternalId), TenantId = db.TenantId, IntegrationId = integration, Generation = 1, ExternalId = c.ExternalId, Payload = Canonical.Json(c),
            CompanyId = c.CompanyId, FirstName = c.FirstName, LastName = c.LastName, Email = c.Email, IsPrimary = c.IsPrimary, IsInactive = c.IsInactive,
        }));
    });

    /// <summary>As the next sync would have brought it.</summary>
    public static Task ChangeContactAsync(this TicketSeed seed, long integration, string id, Action<ExternalContactRow> change) => seed.DoAsync(async db =>
        change(await db.ExternalContacts.AsTracking().SingleAsync(c => c.IntegrationId == integration && c.ExternalId == id)));

    public static Task DeleteContactAsync(this TicketSeed seed, long integration, string id) => seed.DoAsync(db =>
        db.ExternalContacts.Where(c => c.IntegrationId == integration && c.ExternalId == id).ExecuteDeleteAsync());

    /// <summary>An account that is this contact, invited.</summary>
    public static async Task<PortalUser> ClientAsync(this PortalDatabase database, long tenant, Guid company, string email, Guid role, TicketReach? reach, params (long Integration, string Contact)[] contacts)
    {
        await using var db = database.Open(tenant);
        var user = new PortalUser
        {
            Id = Guid.NewGuid(), TenantId = tenant, RoleId = role, Email = email, UserName = email, NormalizedEmail = email.ToUpperInvariant(), NormalizedUserName = email.ToUpperInvariant(),
            DisplayName = email.Split('@')[0], SecurityStamp = Guid.NewGuid().ToString("N"), LockoutEnabled = true, CreatedAt = DateTimeOffset.UnixEpoch, InvitedAt = DateTimeOffset.UnixEpoch,
            CompanyId = company, Reach = reach,
        };
        db.Users.Add(user);
        db.ContactLinks.AddRange(contacts.Select(c => new ContactLink
        {
            TenantId = tenant, IntegrationId = c.Integration, ExternalId = c.Contact, UserId = user.Id, LinkedBy = "test", LinkedAt = DateTimeOffset.UnixEpoch,
        }));
        await db.SaveChangesAsync();
        return user;
    }
}
