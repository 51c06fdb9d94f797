using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Cloud;

/// <summary>Lists of a client's people: page, API, file and command line all ask here, so that nobody sees more than another.</summary>
internal sealed class CloudUserQueries(PortalDatabase database, CloudConnections connections)
{
    private const int AtOnce = 1_000;

    /// <summary>Only a licence that does not work has this in its record, and no text can: a quotation mark within one is written otherwise.</summary>
    private const string ProblemMark = "\"problem\":";

    /// <summary>Null when there is no such company or it may not be seen.</summary>
    public async Task<RecordPage<CloudUserLine>?> ListAsync(Sight sight, Guid company, CloudUserFilter filter, RecordQuery query, CancellationToken ct)
    {
        await using var db = database.Open(sight.TenantId);
        if (await connections.FindAsync(db, sight, company, ct) is not { } found)
        {
            return null;
        }

        var (chosen, licenses) = await ChosenAsync(db, found, filter, ct);
        var users = Filtered(db.Of<CloudUserRow>(chosen, DataType.CloudUsers), filter, licenses);
        var total = await users.Take(RecordCount.Cap + 1).CountAsync(ct);
        var page = await Sorted(users, query).Skip(query.Skip).Take(query.Take).Select(r => new Row(r.IntegrationId, r.Partition, r.Payload)).ToListAsync(ct);
        return new RecordPage<CloudUserLine>(Dress(page, chosen, licenses), total);
    }

    /// <summary>Everybody whom the filter asks for, by name.</summary>
    public async IAsyncEnumerable<CloudUserLine> AllAsync(Sight sight, Guid company, CloudUserFilter filter, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await using var db = database.Open(sight.TenantId);
        if (await connections.FindAsync(db, sight, company, ct) is not { } found)
        {
            yield break;
        }

        var (chosen, licenses) = await ChosenAsync(db, found, filter, ct);
        var rows = db.Of<CloudUserRow>(chosen, DataType.CloudUsers);
        var byName = new RecordQuery(0, 0, null, false);
        var ids = await Sorted(Filtered(rows, filter, licenses), byName).Select(r => r.Id).ToListAsync(ct);
        foreach (var some in ids.Chunk(AtOnce))
        {
            var page = await Sorted(rows.Where(r => some.Contains(r.Id)), byName).Select(r => new Row(r.IntegrationId, r.Partition, r.Payload)).ToListAsync(ct);
            foreach (var line in Dress(page, chosen, licenses))
            {
                yield return line;
            }
        }
    }

    /// <summary>Null when there is nobody of this id, or they may not be seen.</summary>
    /// <param name="connection">See <see cref="CloudConnection.Key"/>.</param>
    public async Task<CloudUserDetails?> GetAsync(Sight sight, Guid company, string connection, string externalId, CancellationToken ct)
    {
        await using var db = database.Open(sight.TenantId);
        if ((await connections.FindAsync(db, sight, company, ct))?.Connections.FirstOrDefault(c => c.Key == connection) is not { } place
            || await db.Of<CloudUserRow>([place], DataType.CloudUsers).Where(r => r.ExternalId == externalId).Select(r => new Row(r.IntegrationId, r.Partition, r.Payload)).FirstOrDefaultAsync(ct) is not { } row)
        {
            return null;
        }

        var line = Dress([row], [place], await CloudLicenses.ReadAsync(db, [place], ct))[0];
        var groups = line.Record.Licenses.SelectMany(l => l.GroupIds).Distinct().ToList();
        var names = await db.Of<CloudGroupRow>([place], DataType.CloudGroups).Where(g => groups.Contains(g.ExternalId)).ToDictionaryAsync(g => g.ExternalId, g => g.Name, ct);
        return new CloudUserDetails(line, groups.ToDictionary(id => id, id => names.GetValueOrDefault(id, id)), place.Stream(DataType.CloudUsers)?.ReadAt);
    }

    private static async Task<(IReadOnlyList<CloudConnection> Chosen, IReadOnlyList<CloudLicenseLine> Licenses)> ChosenAsync(PortalContext db, CloudCompany company, CloudUserFilter filter, CancellationToken ct)
    {
        var chosen = company.Chosen(filter.Connection);
        return (chosen, await CloudLicenses.ReadAsync(db, chosen, ct));
    }

    private static List<CloudUserLine> Dress(List<Row> rows, IReadOnlyList<CloudConnection> chosen, IReadOnlyList<CloudLicenseLine> licenses)
    {
        var byPlace = chosen.ToDictionary(c => c.Place);
        var names = licenses.ToDictionary(l => (l.Connection.Place, l.Record.ExternalId), l => l.Record.Name);
        return rows.ConvertAll(row =>
        {
            var place = new CloudPlace(row.IntegrationId, row.Partition);
            var user = Canonical.Read<CloudUser>(row.Payload);
            return new CloudUserLine(byPlace[place], user,
                [.. user.Licenses.Select(l => new CloudUserLicense(names.GetValueOrDefault((place, l.LicenseId), l.LicenseId), l)).OrderBy(l => l.Name, StringComparer.InvariantCultureIgnoreCase)]);
        });
    }

    private static IQueryable<CloudUserRow> Filtered(IQueryable<CloudUserRow> users, CloudUserFilter filter, IReadOnlyList<CloudLicenseLine> licenses)
    {
        users = filter.Kind switch
        {
            CloudUserKind.Enabled => users.Where(u => u.IsEnabled == true),
            CloudUserKind.Disabled => users.Where(u => u.IsEnabled == false),
            CloudUserKind.Guest => users.Where(u => u.IsGuest),
            _ => users,
        };
        users = filter.Licensing switch
        {
            CloudLicensing.With => users.Where(u => u.Licenses > 0),
            CloudLicensing.Without => users.Where(u => u.Licenses == 0),
            CloudLicensing.Problems => users.Where(u => u.Licenses > 0 && u.Payload.Contains(ProblemMark)),
            _ => users,
        };
        return Found(filter.Products is { Count: > 0 } products ? Having(users, products, licenses) : users, filter.Search);
    }

    /// <summary>The row knows how many licences somebody has, its record which: in one company's few thousand rows the text is found quickly enough.</summary>
    private static IQueryable<CloudUserRow> Having(IQueryable<CloudUserRow> users, IReadOnlyList<string> products, IReadOnlyList<CloudLicenseLine> licenses)
    {
        var ids = licenses.Where(l => products.Contains(l.Record.PartNumber, StringComparer.OrdinalIgnoreCase)).Select(l => l.Record.ExternalId).Concat(products).Distinct();
        Expression<Func<CloudUserRow, bool>>? any = null;
        foreach (var mark in ids.Select(id => $"\"licenseId\":{Canonical.Json(id)}"))
        {
            Expression<Func<CloudUserRow, bool>> has = u => u.Payload.Contains(mark);
            any = any is null ? has : Expression.Lambda<Func<CloudUserRow, bool>>(Expression.OrElse(any.Body, new Replacing(has.Parameters[0], any.Parameters[0]).Visit(has.Body)), any.Parameters);
        }

        return users.Where(u => u.Licenses > 0).Where(any!);
    }

    private static IQueryable<CloudUserRow> Found(IQueryable<CloudUserRow> users, string? search)
    {
        if (string.IsNullOrWhiteSpace(search))
        {
            return users;
        }

        // SQLite changes ASCII letters only, so a word with others is found as it is written in either way.
        var (text, upper) = (search.Trim().ToLowerInvariant(), search.Trim().ToUpperInvariant());
        var hasAt = text.Contains('@', StringComparison.Ordinal); // Further addresses stand in the record only, and little else there has this sign.
#pragma warning disable CA1304, CA1311, CA1862, MA0011 // It becomes upper() and lower() in the database.
        return users.Where(u => u.Name.ToUpper().Contains(upper) || u.Name.ToLower().Contains(text) || u.PrincipalName.ToLower().Contains(text) || u.Email!.ToLower().Contains(text)
            || (hasAt && u.Payload.ToLower().Contains(text)));
#pragma warning restore CA1304, CA1311, CA1862, MA0011
    }

    private static IQueryable<CloudUserRow> Sorted(IQueryable<CloudUserRow> users, RecordQuery query)
    {
#pragma warning disable CA1304, CA1311, MA0011
        return query.SortBy switch
        {
            nameof(CloudUserLine.Address) => By(users, u => u.PrincipalName.ToLower(), query.Descending),
            nameof(CloudUserLine.LicenseCount) => By(users, u => u.Licenses, query.Descending),
            nameof(CloudUserLine.IsEnabled) => By(users, u => u.IsEnabled == null ? 2 : u.IsEnabled == true ? 0 : 1, query.Descending),
            _ => By(users, u => u.Name.ToLower(), query.Descending),
        };
    }

    private static IQueryable<CloudUserRow> By<TKey>(IQueryable<CloudUserRow> users, Expression<Func<CloudUserRow, TKey>> key, bool descending) =>
        (descending ? users.OrderByDescending(key) : users.OrderBy(key)).ThenBy(u => u.Name.ToLower()).ThenBy(u => u.Id);
#pragma warning restore CA1304, CA1311, MA0011

    private sealed record Row(long IntegrationId, string Partition, string Payload);

    private sealed class Replacing(ParameterExpression from, ParameterExpression to) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : base.VisitParameter(node);
    }
}
