using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Cloud;

/// <summary>A group of a client's directory.</summary>
public sealed record CloudGroupLine(CloudConnection Connection, CloudGroup Record)
{
    public string Name => Record.Name;
}

/// <summary>A domain of a client.</summary>
public sealed record CloudDomainLine(CloudConnection Connection, CloudDomain Record);

/// <summary>What a client has bought, which groups and domains it has. Each answers null when there is no such company or it may not be seen.</summary>
internal sealed class CloudListQueries(PortalDatabase database, CloudConnections connections)
{
    /// <param name="connection">Only this one's, see <see cref="CloudConnection.Key"/>; null: all of the company's.</param>
    public async Task<IReadOnlyList<CloudLicenseLine>?> LicensesAsync(Sight sight, Guid company, string? connection, CancellationToken ct)
    {
        await using var db = database.Open(sight.TenantId);
        return await connections.FindAsync(db, sight, company, ct) is { } found ? await CloudLicenses.ReadAsync(db, found.Chosen(connection), ct) : null;
    }

    /// <summary>By name.</summary>
    public async Task<RecordPage<CloudGroupLine>?> GroupsAsync(Sight sight, Guid company, string? connection, string? search, RecordQuery query, CancellationToken ct)
    {
        await using var db = database.Open(sight.TenantId);
        if (await connections.FindAsync(db, sight, company, ct) is not { } found)
        {
            return null;
        }

        var chosen = found.Chosen(connection);
        var groups = db.Of<CloudGroupRow>(chosen, DataType.CloudGroups);
#pragma warning disable CA1304, CA1311, CA1862, MA0011 // It becomes upper() and lower() in the database.
        if (!string.IsNullOrWhiteSpace(search))
        {
            var (text, upper) = (search.Trim().ToLowerInvariant(), search.Trim().ToUpperInvariant());
            groups = groups.Where(g => g.Name.ToUpper().Contains(upper) || g.Name.ToLower().Contains(text));
        }

        var total = await groups.Take(RecordCount.Cap + 1).CountAsync(ct);
        var sorted = query.Descending ? groups.OrderByDescending(g => g.Name.ToLower()) : groups.OrderBy(g => g.Name.ToLower());
#pragma warning restore CA1304, CA1311, CA1862, MA0011
        var rows = await sorted.ThenBy(g => g.Id).Skip(query.Skip).Take(query.Take).Select(g => new { g.IntegrationId, g.Partition, g.Payload }).ToListAsync(ct);
        var byPlace = chosen.ToDictionary(c => c.Place);
        return new RecordPage<CloudGroupLine>(rows.ConvertAll(r => new CloudGroupLine(byPlace[new(r.IntegrationId, r.Partition)], Canonical.Read<CloudGroup>(r.Payload))), total);
    }

    /// <summary>By name, the default one first.</summary>
    public async Task<IReadOnlyList<CloudDomainLine>?> DomainsAsync(Sight sight, Guid company, string? connection, CancellationToken ct)
    {
        await using var db = database.Open(sight.TenantId);
        if (await connections.FindAsync(db, sight, company, ct) is not { } found)
        {
            return null;
        }

        var chosen = found.Chosen(connection);
        var byPlace = chosen.ToDictionary(c => c.Place);
        var rows = await db.Of<CloudDomainRow>(chosen, DataType.Domains).Select(r => new { r.IntegrationId, r.Partition, r.Payload }).ToListAsync(ct);
        return
        [
            .. rows.Select(r => new CloudDomainLine(byPlace[new(r.IntegrationId, r.Partition)], Canonical.Read<CloudDomain>(r.Payload)))
                .OrderByDescending(d => d.Record.IsDefault).ThenBy(d => d.Record.Name, StringComparer.OrdinalIgnoreCase),
        ];
    }
}
