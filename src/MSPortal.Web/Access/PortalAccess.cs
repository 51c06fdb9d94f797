using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Access;

/// <summary>What somebody may do, as of a moment.</summary>
/// <param name="IsActive">False for who is disabled or gone: they may do nothing, not even what needs no permission.</param>
/// <param name="Companies">Whose tickets they see; null for all.</param>
/// <param name="MustSetUpSecondFactor">They may do nothing before they have one.</param>
/// <param name="Client">What of their company's tickets a client's person sees; null for who works here.</param>
public sealed record PortalAccess(
    bool IsActive, FrozenSet<string> Permissions, FrozenSet<Guid>? Companies = null, bool MustSetUpSecondFactor = false, ClientSight? Client = null)
{
    public static readonly PortalAccess None = new(false, FrozenSet<string>.Empty);

    /// <summary>An administrator's.</summary>
    public static readonly PortalAccess Everything = new(true, Access.Permissions.All.Select(p => p.Name).ToFrozenSet());

    public bool May(string permission) => IsActive && Permissions.Contains(permission);

    /// <summary>Nobody gives away, or takes from others, what they do not have themselves.</summary>
    public bool Covers(IEnumerable<string> permissions) => permissions.All(May);

    public bool Equals(PortalAccess? other) => other is not null
        && IsActive == other.IsActive && MustSetUpSecondFactor == other.MustSetUpSecondFactor && Permissions.SetEquals(other.Permissions)
        && Equals(Client, other.Client) && (Companies is null) == (other.Companies is null) && Companies?.SetEquals(other.Companies!) is not false;

    public override int GetHashCode() => HashCode.Combine(IsActive, Permissions.Count);
}

/// <summary>Which of a tenant's companies and tickets a question is about: every list, search and single record is asked for with one.</summary>
/// <param name="Companies">Null: all, and what belongs to no company.</param>
/// <param name="Client">For a client's person: which of their company's tickets, and nothing internal of them.</param>
public sealed record Sight(long TenantId, IReadOnlyList<Guid>? Companies, ClientSight? Client = null)
{
    /// <summary>For the command line and for what works behind the pages.</summary>
    public static Sight Whole(long tenantId) => new(tenantId, null);

    public IQueryable<Company> Of(IQueryable<Company> companies) => Companies is { } seen ? companies.Where(c => seen.Contains(c.Id)) : companies;

    public IQueryable<CompanyLink> Of(IQueryable<CompanyLink> links) => Companies is { } seen ? links.Where(l => seen.Contains(l.CompanyId)) : links;

    /// <summary>Devices of companies that are linked where a device comes from: who unlinks one does not wait until its devices are taken off.</summary>
    public IQueryable<Device> Devices(PortalContext db)
    {
        var shown = db.Devices.AsNoTracking().Where(d => db.DeviceLinks.Any(l => l.DeviceId == d.Id && db.CompanyLinks.Any(c => c.CompanyId == d.CompanyId && c.IntegrationId == l.IntegrationId)));
        return Client is not null ? shown.Where(d => false) : Companies is { } seen ? shown.Where(d => seen.Contains(d.CompanyId)) : shown;
    }
}

/// <summary>What the roles allow that every tenant has.</summary>
internal static class BuiltInRoles
{
    public static readonly IReadOnlyList<(Guid Id, string Name, string Words, FrozenSet<string> Permissions)> All =
    [
        (BuiltInRole.Administrator, "Administrator", "May do everything, also what later versions add.", PortalAccess.Everything.Permissions),
        (BuiltInRole.Technician, "Technician", "Works with tickets; sees companies, integrations and what is wrong with them, and changes none of it.", Permissions.Closed(
            [Permissions.RefreshTickets, Permissions.ReadCompanies, Permissions.ReadDevices, Permissions.ReadIntegrations, Permissions.ReadDiagnosis, Permissions.ReadNotifications])),
        (BuiltInRole.CompanyUser, "Company user", "A client's own person: sees the tickets that they are the contact of, and nothing internal.", Permissions.Closed([Permissions.ReadTickets])),
    ];

    /// <summary>Null when it is none of these.</summary>
    public static FrozenSet<string>? Find(Guid id) => All.Where(r => r.Id == id).Select(r => r.Permissions).FirstOrDefault();
}
