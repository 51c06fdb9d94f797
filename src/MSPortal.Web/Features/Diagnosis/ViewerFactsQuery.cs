using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Diagnosis;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Tickets;

namespace MSPortal.Web.Features.Diagnosis;

/// <summary>Whether one person sees a ticket: asked by the rule that makes their lists, so that both always agree.</summary>
internal static class ViewerFactsQuery
{
    /// <exception cref="KeyNotFoundException">The tenant has nobody with this address.</exception>
    public static async Task<PortalUser> FindAsync(PortalContext db, string email, CancellationToken ct)
    {
        var normalized = email.Trim().ToUpperInvariant();
        return await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.TenantId == db.TenantId && u.NormalizedEmail == normalized, ct)
            ?? throw new KeyNotFoundException($"There is no person with the address {email.Trim()}.");
    }

    public static async Task<ViewerFacts> ReadAsync(PortalContext db, PortalUser user, Guid? ticket, CancellationToken ct)
    {
        var access = await AccessBook.ReadAsync(db, user.Id, ct);
        var name = string.IsNullOrWhiteSpace(user.DisplayName) ? user.Email! : user.DisplayName;
        return new ViewerFacts(name, user.CompanyId is not null, await SeesAsync(db, user, access, ticket, ct));
    }

    private static async Task<ViewerSees> SeesAsync(PortalContext db, PortalUser user, PortalAccess access, Guid? ticket, CancellationToken ct)
    {
        if (user.IsDisabled || user.InvitedAt is null)
        {
            return user.IsDisabled ? ViewerSees.NothingDisabled : ViewerSees.NothingNotInvited;
        }

        if (access.MustSetUpSecondFactor || !access.May(Permissions.ReadTickets))
        {
            return access.MustSetUpSecondFactor ? ViewerSees.NothingWithoutSecondFactor : ViewerSees.NothingWithoutPermission;
        }

        var sight = new Sight(db.TenantId, access.Companies?.ToList(), access.Client);
        if (ticket is null || await IsSeenAsync(db, sight, ticket.Value, ct))
        {
            return ViewerSees.It;
        }

        return access.Client is not { } client ? ViewerSees.OnlyAssigned
            : client.Contacts.Count == 0 ? ViewerSees.NothingWithoutContact
            : !await IsSeenAsync(db, sight with { Client = client with { Reach = TicketReach.Company } }, ticket.Value, ct) ? ViewerSees.OnlyTheirCompany
            : client.Reach == TicketReach.Location ? ViewerSees.OnlyTheirLocation : ViewerSees.OnlyTheirs;
    }

    private static Task<bool> IsSeenAsync(PortalContext db, Sight sight, Guid ticket, CancellationToken ct) => TicketWhere.Visible(db, sight).AnyAsync(t => t.Id == ticket, ct);
}
