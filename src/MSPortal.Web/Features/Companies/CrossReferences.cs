using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Storage;

namespace MSPortal.Web.Features.Companies;

/// <summary>
/// What vendors say themselves about which of their companies is which of another vendor's: a field named after the other
/// provider, such as <c>‹provider›CompanyId</c>, on either side.
/// </summary>
internal sealed class CrossReferences
{
    private const string Suffix = "CompanyId";

    private readonly Dictionary<(string Field, string ExternalId), Guid> linked = [];
    private readonly Dictionary<string, Guid> pointing = [];

    /// <param name="provider">The integration's own.</param>
    public static async Task<CrossReferences> ReadAsync(PortalContext db, long integrationId, string provider, CancellationToken ct)
    {
        var rows = await (
            from link in db.CompanyLinks
            join integration in db.Integrations on link.IntegrationId equals integration.Id
            join external in db.ExternalCompanies on new { link.IntegrationId, link.Partition, link.ExternalId } equals new { external.IntegrationId, external.Partition, external.ExternalId }
            where link.IntegrationId != integrationId
            select new { integration.Provider, link.ExternalId, link.CompanyId, external.Payload }).AsNoTracking().ToListAsync(ct);
        var references = new CrossReferences();
        foreach (var row in rows)
        {
            Note(references.linked, (Field(row.Provider), row.ExternalId), row.CompanyId);
            foreach (var (field, value) in Fields(row.Payload))
            {
                if (field == Field(provider) && value is { Length: > 0 })
                {
                    Note(references.pointing, value, row.CompanyId);
                }
            }
        }

        return references;
    }

    /// <summary>The company that the external one is said to be; null when nobody says.</summary>
    public Guid? Find(string externalId, string payload)
    {
        foreach (var (field, value) in Fields(payload))
        {
            if (value is { Length: > 0 } && linked.TryGetValue((field, value), out var company))
            {
                return company;
            }
        }

        return pointing.TryGetValue(externalId, out var pointed) ? pointed : null;
    }

    /// <summary>Two accounts of one vendor may use the same id for different companies: then the id says nothing.</summary>
    private static void Note<TKey>(Dictionary<TKey, Guid> map, TKey key, Guid company)
        where TKey : notnull =>
        map[key] = map.TryGetValue(key, out var other) && other != company ? Guid.Empty : company;

    private static string Field(string provider) => (provider + Suffix).ToUpperInvariant();

    private static IEnumerable<(string Field, string? Value)> Fields(string payload) =>
        payload.Contains(Suffix, StringComparison.OrdinalIgnoreCase)
            ? (Canonical.Read<ExternalCompany>(payload).Extra ?? []).Select(e => (e.Key.ToUpperInvariant(), e.Value))
            : [];
}
