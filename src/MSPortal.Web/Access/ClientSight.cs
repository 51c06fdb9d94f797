using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Access;

/// <summary>Which of their company's tickets a client's person sees.</summary>
/// <param name="Contacts">Who they are at the vendors: those contacts of theirs that are active and belong to their company. With none they see nothing, whatever their reach.</param>
public sealed record ClientSight(TicketReach Reach, IReadOnlyList<ClientContact> Contacts)
{
    public bool Equals(ClientSight? other) => other is not null && Reach == other.Reach && Contacts.SequenceEqual(other.Contacts);

    public override int GetHashCode() => HashCode.Combine(Reach, Contacts.Count);

    /// <summary>As the last sync left it.</summary>
    internal static async Task<ClientSight> ReadAsync(PortalContext db, Guid user, Guid company, TicketReach reach, CancellationToken ct)
    {
        var contacts = await Contact.ActiveOf(db, db.ContactLinks.Where(l => l.UserId == user))
            .Where(c => db.CompanyLinks.Any(l => l.CompanyId == company && l.IntegrationId == c.IntegrationId && l.Partition == c.Partition && l.ExternalId == c.CompanyId))
            .OrderBy(c => c.IntegrationId).ThenBy(c => c.Partition).ThenBy(c => c.ExternalId)
            .Select(c => new { c.IntegrationId, c.Partition, c.ExternalId, c.CompanyId, c.Payload }).ToListAsync(ct);
        return new ClientSight(reach, contacts.ConvertAll(c => new ClientContact(
            c.IntegrationId, c.Partition, c.ExternalId, c.CompanyId!, reach == TicketReach.Location ? Canonical.Read<ExternalContact>(c.Payload).SiteName : null)));
    }
}

/// <summary>A client's person as one vendor knows them.</summary>
/// <param name="CompanyId">The vendor's id of their company.</param>
/// <param name="Site">Their location, where that counts and is known.</param>
public sealed record ClientContact(long IntegrationId, string Partition, string ExternalId, string CompanyId, string? Site);

/// <summary>Contacts as the last sync left them.</summary>
internal static class Contact
{
    public static IQueryable<ExternalContactRow> Live(PortalContext db) => db.Live<ExternalContactRow>(DataType.Contacts);

    /// <summary>Those that these links tie to somebody and that are active at their vendor; from the few links on, since contacts are many.</summary>
    public static IQueryable<ExternalContactRow> ActiveOf(PortalContext db, IQueryable<ContactLink> links) => links
        .Join(
            Live(db),
            l => new { l.IntegrationId, l.Partition, l.ExternalId },
            c => new { c.IntegrationId, c.Partition, c.ExternalId },
            (l, c) => c)
        .Where(c => !c.IsInactive);
}
