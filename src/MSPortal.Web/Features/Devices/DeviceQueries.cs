using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Devices;

/// <summary>Lists of devices: page, API and command line all ask here, so that nobody sees more than another.</summary>
internal sealed class DeviceQueries(PortalDatabase database)
{
    private const int AtOnce = 1_000;
    private const int MostChoices = 20;

    public async Task<RecordPage<DeviceLine>> ListAsync(Sight sight, DeviceFilter filter, RecordQuery query, CancellationToken ct)
    {
        await using var db = database.Open(sight.TenantId);
        var devices = Filtered(db, sight.Devices(db), filter);
        var total = await devices.Take(RecordCount.Cap + 1).CountAsync(ct);
        var page = await Sorted(db, devices, query).Skip(query.Skip).Take(query.Take).ToListAsync(ct);
        return new RecordPage<DeviceLine>(await DressAsync(db, page, ct), total);
    }

    /// <summary>Every device that the filter asks for, by name.</summary>
    public async IAsyncEnumerable<DeviceLine> AllAsync(Sight sight, DeviceFilter filter, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await using var db = database.Open(sight.TenantId);
        var ids = await Filtered(db, sight.Devices(db), filter).OrderBy(d => d.SortName).ThenBy(d => d.Id).Select(d => d.Id).ToListAsync(ct);
        foreach (var some in ids.Chunk(AtOnce))
        {
            var rows = await db.Devices.AsNoTracking().Where(d => some.Contains(d.Id)).OrderBy(d => d.SortName).ThenBy(d => d.Id).ToListAsync(ct);
            foreach (var line in await DressAsync(db, rows, ct))
            {
                yield return line;
            }
        }
    }

    /// <summary>How many there are, before any filter.</summary>
    public async Task<int> CountAsync(Sight sight, CancellationToken ct)
    {
        await using var db = database.Open(sight.TenantId);
        return await sight.Devices(db).Take(RecordCount.Cap + 1).CountAsync(ct);
    }

    /// <summary>Companies whose name has the text somewhere, for the filter.</summary>
    public async Task<IReadOnlyList<DeviceCompany>> CompaniesAsync(Sight sight, string? text, CancellationToken ct)
    {
        await using var db = database.Open(sight.TenantId);
        var wanted = CompanyName.Normalize(text ?? "");
        return await sight.Of(db.Companies).Where(c => c.NormalizedName.Contains(wanted)).OrderBy(c => c.NormalizedName).ThenBy(c => c.Id).Take(MostChoices).Select(c => new DeviceCompany(c.Id, c.Name)).ToListAsync(ct);
    }

    public async Task<IReadOnlyDictionary<Guid, string>> CompanyNamesAsync(Sight sight, IReadOnlyList<Guid> ids, CancellationToken ct)
    {
        await using var db = database.Open(sight.TenantId);
        return await sight.Of(db.Companies).Where(c => ids.Contains(c.Id)).ToDictionaryAsync(c => c.Id, c => c.Name, ct);
    }

    /// <summary>The integrations that have devices, for filters and for bringing them in.</summary>
    public async Task<IReadOnlyList<DeviceSourceMark>> SourcesAsync(long tenantId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        return await db.Integrations.Where(i => db.Streams.Any(s => s.IntegrationId == i.Id && s.DataType == DataType.Devices && s.Enabled))
            .OrderBy(i => i.Name).ThenBy(i => i.Id).Select(i => new DeviceSourceMark(i.Id, i.Name, i.Provider)).ToListAsync(ct);
    }

    internal static async Task<IReadOnlyList<DeviceLine>> DressAsync(PortalContext db, List<Device> rows, CancellationToken ct)
    {
        var (ids, companyIds) = (rows.ConvertAll(r => r.Id), rows.Select(r => r.CompanyId).Distinct().ToList());
        var companies = await db.Companies.Where(c => companyIds.Contains(c.Id)).ToDictionaryAsync(c => c.Id, c => c.Name, ct);
        var sources = (await (from link in SeenDevice.Members(db)
                              join integration in db.Integrations on link.IntegrationId equals integration.Id
                              where ids.Contains(link.DeviceId)
                              orderby integration.Name
                              select new { link.DeviceId, integration.Id, integration.Name, integration.Provider }).ToListAsync(ct))
            .ToLookup(s => s.DeviceId, s => new DeviceSourceMark(s.Id, s.Name, s.Provider));
        var alerts = await SeenDevice.Members(db).Where(l => ids.Contains(l.DeviceId))
            .Select(l => new { l.DeviceId, Count = SeenDevice.OpenAlerts(db).Count(a => a.IntegrationId == l.IntegrationId && a.Partition == l.Partition && a.DeviceId == l.ExternalId) })
            .GroupBy(l => l.DeviceId).Select(g => new { g.Key, Count = g.Sum(l => l.Count) }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        return rows.ConvertAll(d => new DeviceLine(
            d.Id, d.Name, d.CompanyId, companies.GetValueOrDefault(d.CompanyId, ""), d.Type, d.OsName, d.Manufacturer, d.Model, d.SerialNumber, d.LastUser, d.IpAddress, Reach(d.IsOnline),
            d.LastSeenAt, d.WarrantyExpiresAt, d.Antivirus, d.PatchesPending, alerts.GetValueOrDefault(d.Id), [.. sources[d.Id].Distinct()]));
    }

    private static DeviceReach Reach(bool? online) => online switch
    {
        true => DeviceReach.Online,
        false => DeviceReach.Offline,
        null => DeviceReach.Unknown,
    };

    private static IQueryable<Device> Filtered(PortalContext db, IQueryable<Device> devices, DeviceFilter filter)
    {
        if (filter.Companies is { Count: > 0 } companies)
        {
            devices = devices.Where(d => companies.Contains(d.CompanyId));
        }

        if (filter.Types is { Count: > 0 } types)
        {
            devices = devices.Where(d => types.Contains(d.Type));
        }

        if (filter.Integrations is { Count: > 0 } integrations)
        {
            devices = devices.Where(d => SeenDevice.Members(db).Any(l => l.DeviceId == d.Id && integrations.Contains(l.IntegrationId)));
        }

        if (filter.Reach is { } reach)
        {
            bool? online = reach switch { DeviceReach.Online => true, DeviceReach.Offline => false, _ => null };
            devices = devices.Where(d => d.IsOnline == online);
        }

        if (filter.WithAlerts)
        {
            devices = devices.Where(d => SeenDevice.Members(db).Any(l => l.DeviceId == d.Id
                && SeenDevice.OpenAlerts(db).Any(a => a.IntegrationId == l.IntegrationId && a.Partition == l.Partition && a.DeviceId == l.ExternalId)));
        }

        if (filter.Several is { } several)
        {
            devices = devices.Where(d => d.Sources > 1 == several);
        }

        return Found(devices, filter.Search);
    }

    private static IQueryable<Device> Found(IQueryable<Device> devices, string? search)
    {
        if (string.IsNullOrWhiteSpace(search))
        {
            return devices;
        }

        // SQLite changes ASCII letters only, so a word with others is found as it is written in either way.
        var (text, upper) = (search.Trim().ToLowerInvariant(), search.Trim().ToUpperInvariant());
#pragma warning disable CA1304, CA1311, CA1862, MA0011 // It becomes upper() and lower() in the database.
        return devices.Where(d => d.SortName.Contains(text) || d.SerialNumber!.ToUpper().Contains(upper) || d.LastUser!.ToUpper().Contains(upper) || d.LastUser!.ToLower().Contains(text)
            || d.IpAddress!.Contains(text) || d.OsName!.ToUpper().Contains(upper) || d.Model!.ToUpper().Contains(upper) || d.Model!.ToLower().Contains(text));
#pragma warning restore CA1304, CA1311, CA1862, MA0011
    }

    private static IQueryable<Device> Sorted(PortalContext db, IQueryable<Device> devices, RecordQuery query) => query.SortBy switch
    {
        nameof(DeviceLine.Company) => By(devices, d => db.Companies.Where(c => c.Id == d.CompanyId).Select(c => c.NormalizedName).FirstOrDefault(), query.Descending),
        nameof(DeviceLine.Type) or nameof(DeviceLine.TypeLabel) => By(devices, d => d.Type, query.Descending),
        nameof(DeviceLine.OsName) => By(devices, d => d.OsName, query.Descending),
        nameof(DeviceLine.SerialNumber) => By(devices, d => d.SerialNumber, query.Descending),
        nameof(DeviceLine.Alerts) => By(devices, d => SeenDevice.Members(db).Where(l => l.DeviceId == d.Id).Sum(l => SeenDevice.OpenAlerts(db).Count(a => a.IntegrationId == l.IntegrationId && a.Partition == l.Partition && a.DeviceId == l.ExternalId)), query.Descending),
        nameof(DeviceLine.LastUser) => By(devices, d => d.LastUser, query.Descending),
        nameof(DeviceLine.Reach) => By(devices, d => d.IsOnline == null ? 2 : d.IsOnline == true ? 0 : 1, query.Descending),
        nameof(DeviceLine.LastSeenAt) => By(devices, d => d.LastSeenAt, query.Descending),
        nameof(DeviceLine.WarrantyExpiresAt) => By(devices, d => d.WarrantyExpiresAt, query.Descending),
        _ => query.Descending ? devices.OrderByDescending(d => d.SortName).ThenBy(d => d.Id) : devices.OrderBy(d => d.SortName).ThenBy(d => d.Id),
    };

    /// <summary>What is not known comes last, whichever way: the databases do not agree where nothing stands.</summary>
    private static IQueryable<Device> By<TKey>(IQueryable<Device> devices, Expression<Func<Device, TKey>> key, bool descending)
    {
        if (default(TKey) is not null)
        {
            return (descending ? devices.OrderByDescending(key) : devices.OrderBy(key)).ThenBy(d => d.SortName).ThenBy(d => d.Id);
        }

        var known = devices.OrderBy(Expression.Lambda<Func<Device, bool>>(Expression.Equal(key.Body, Expression.Constant(null, typeof(TKey))), key.Parameters));
        return (descending ? known.ThenByDescending(key) : known.ThenBy(key)).ThenBy(d => d.SortName).ThenBy(d => d.Id);
    }
}
