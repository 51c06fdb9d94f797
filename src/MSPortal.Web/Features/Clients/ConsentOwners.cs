using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Features.Companies;

namespace MSPortal.Web.Features.Clients;

/// <summary>Whose an account at the vendor is, as far as it is known here: a link for one company must bring in nothing of another.</summary>
internal static class ConsentOwners
{
    /// <summary>Why whoever holds this link may not connect this account, for those who made the link; null when they may.</summary>
    public static async Task<string?> WhyNotAsync(PortalContext db, ConsentInvitation invitation, string partition, CancellationToken ct)
    {
        var link = invitation.Link;
        var owner = await db.CompanyLinks.Where(l => l.IntegrationId == link.IntegrationId && l.Partition == "" && l.ExternalId == partition).Select(l => (Guid?)l.CompanyId).FirstOrDefaultAsync(ct);
        if (owner == link.CompanyId)
        {
            return null;
        }

        // Anybody can write another's id into an address, and that one may have agreed long ago: whoever is known here has to be known as this company's.
        var known = await db.Partitions.Where(p => p.IntegrationId == link.IntegrationId && p.Partition == partition).Select(p => p.Name).FirstOrDefaultAsync(ct)
            ?? await db.ExternalCompanies.Where(e => e.IntegrationId == link.IntegrationId && e.Partition == "" && e.ExternalId == partition).Select(e => e.Name).FirstOrDefaultAsync(ct);
        if (owner is not null || known is not null)
        {
            return $"{known ?? partition} agreed, which is {(owner is null ? "linked to no company" : "linked to another company")}. If it is {invitation.Company}, link it under Company mapping and connect it.";
        }

        return await ExpectedAsync(db, link, ct) is null ? null : $"Another {invitation.Word} agreed than the one that is linked to {invitation.Company} ({partition}).";
    }

    /// <summary>The company's account at the vendor, where it is known and not connected; null when the visitor chooses.</summary>
    public static async Task<string?> ExpectedAsync(PortalContext db, ConsentLink link, CancellationToken ct)
    {
        var connected = PartitionStatus.Connected;
        var waiting = await db.CompanyLinks
            .Where(l => l.IntegrationId == link.IntegrationId && l.CompanyId == link.CompanyId && l.Partition == ""
                && !db.Partitions.Any(p => p.IntegrationId == l.IntegrationId && p.Partition == l.ExternalId && p.Status == connected))
            .Select(l => l.ExternalId).Take(2).ToListAsync(ct);
        return waiting is [var one] ? one : null;
    }

    /// <summary>The company is linked to no account, and one that is known here may be its: the answer of that one would be refused.</summary>
    public static async Task<bool> MayBeRefusedAsync(PortalContext db, long integrationId, Guid companyId, CancellationToken ct)
    {
        var links = db.CompanyLinks.Where(l => l.IntegrationId == integrationId && l.Partition == "");
        if (await links.AnyAsync(l => l.CompanyId == companyId, ct))
        {
            return false;
        }

        var live = await ExternalNames.LiveAsync(db, integrationId, DataType.Companies, ct);
        return await db.Partitions.AnyAsync(p => p.IntegrationId == integrationId && !links.Any(l => l.ExternalId == p.Partition), ct)
            || await db.ExternalCompanies.AnyAsync(
                e => e.IntegrationId == integrationId && e.Partition == "" && e.Generation == live && !e.IsDeleted && !links.Any(l => l.ExternalId == e.ExternalId)
                    && !db.BlockedCompanies.Any(b => b.IntegrationId == integrationId && b.Partition == "" && b.ExternalId == e.ExternalId),
                ct);
    }
}
