using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Devices;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Devices;

/// <summary>Why a source's device is in the inventory or not.</summary>
public enum StagedStatus
{
    Imported,
    Ready,
    CompanyNotLinked,
    TypeUndecided,
    TypeIgnored,
    Inactive,
}

/// <summary>A source's device as the staging list shows it.</summary>
/// <param name="Company">The portal's company; null when that of the source is not linked.</param>
/// <param name="SourceCompany">The source's word for it.</param>
/// <param name="DeviceId">The device of the inventory that it is.</param>
public sealed record StagedDevice(
    DeviceKey Key, string Name, string SourceType, string? SerialNumber, string? Company, string? SourceCompany, StagedStatus Status, Guid? DeviceId, DateTimeOffset? LastSeenAt)
{
    public bool Equals(StagedDevice? other) => other?.Key == Key;

    public override int GetHashCode() => Key.GetHashCode();
}

/// <param name="Status">Null: all.</param>
/// <param name="SourceType">Null: all; empty: devices without a type.</param>
public sealed record StagingFilter(string? Search = null, StagedStatus? Status = null, string? SourceType = null);

/// <param name="Imported">Records that came in.</param>
/// <param name="Devices">Devices that they made; the others are devices that another source knew already.</param>
/// <param name="Skipped">Not ready, or in already.</param>
public sealed record DeviceImportResult(int Imported, int Devices, int Skipped)
{
    /// <summary>What came of it, truthfully: a record is not always a machine that nobody knew.</summary>
    internal string Words
    {
        get
        {
            var known = Imported - Devices;
            var came = Imported == 0 ? "Nothing came in." : known > 0
                ? $"{Records(Imported)} came in: {DeviceWords.Devices(Devices)} that {(Devices == 1 ? "is" : "are")} new here, and {known.ToString("N0", CultureInfo.InvariantCulture)} that another tool knows already."
                : $"{Records(Imported)} came in: {DeviceWords.Devices(Devices)} that {(Devices == 1 ? "is" : "are")} new here.";
            return Skipped > 0 ? $"{came} {Skipped.ToString("N0", CultureInfo.InvariantCulture)} {(Skipped == 1 ? "was" : "were")} not ready, or in already." : came;
        }
    }

    private static string Records(int count) => Integrations.Words.Count(count, "record", "records");
}

/// <summary>What the sources have, beside the inventory, and how it gets in.</summary>
internal sealed class DeviceImport(PortalDatabase database, Inventory inventory, TimeProvider clock)
{
    private const int Batch = 200;

    /// <exception cref="DeviceProblemException">There is no such integration.</exception>
    public async Task<RecordPage<StagedDevice>> ListAsync(long tenantId, long integrationId, StagingFilter filter, RecordQuery query, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        await DeviceTypeMapping.NameAsync(db, integrationId, ct);
        var rows = Filtered(db, integrationId, filter);
        var total = await rows.Take(RecordCount.Cap + 1).CountAsync(ct);
        var page = await Sorted(rows, query).Skip(query.Skip).Take(query.Take).ToListAsync(ct);
        return new RecordPage<StagedDevice>(await DressAsync(db, integrationId, page, ct), total);
    }

    /// <summary>Everything that the filter shows and that can come in, for “select all”.</summary>
    public async Task<IReadOnlyList<DeviceKey>> ReadyAsync(long tenantId, long integrationId, StagingFilter filter, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var rows = await WithStatus(db, Filtered(db, integrationId, filter), StagedStatus.Ready).Select(d => new { d.Partition, d.ExternalId }).ToListAsync(ct);
        return rows.ConvertAll(r => new DeviceKey(integrationId, r.Partition, r.ExternalId));
    }

    /// <summary>These, as far as they are ready.</summary>
    public Task<DeviceImportResult> ImportAsync(long integrationId, IReadOnlyCollection<DeviceKey> keys, Actor actor, CancellationToken ct) =>
        RunAsync(integrationId, keys.Where(k => k.IntegrationId == integrationId).ToHashSet(), actor, ct);

    /// <summary>The same by the vendor's ids, whatever part of the integration they are in.</summary>
    public async Task<DeviceImportResult> ImportAsync(long integrationId, IReadOnlyCollection<string> externalIds, Actor actor, CancellationToken ct)
    {
        var wanted = externalIds.ToHashSet(StringComparer.Ordinal);
        await using var db = database.Open(actor.TenantId);
        var keys = (await SeenDevice.Live(db).Where(d => d.IntegrationId == integrationId).Select(d => new { d.Partition, d.ExternalId }).ToListAsync(ct))
            .Where(d => wanted.Contains(d.ExternalId)).Select(d => new DeviceKey(integrationId, d.Partition, d.ExternalId)).ToHashSet();
        var result = await RunAsync(integrationId, keys, actor, ct);
        return result with { Skipped = result.Skipped + wanted.Count(id => keys.All(k => k.ExternalId != id)) };
    }

    /// <summary>Everything whose company is linked and whose type is mapped.</summary>
    public Task<DeviceImportResult> ImportAllAsync(long integrationId, Actor actor, CancellationToken ct) => RunAsync(integrationId, null, actor, ct);

    private async Task<DeviceImportResult> RunAsync(long integrationId, HashSet<DeviceKey>? wanted, Actor actor, CancellationToken ct)
    {
        await using var db = database.Open(actor.TenantId);
        var name = await DeviceTypeMapping.NameAsync(db, integrationId, ct);
        var ready = (await WithStatus(db, SeenDevice.Live(db).Where(d => d.IntegrationId == integrationId), StagedStatus.Ready).Select(d => new { d.Partition, d.ExternalId }).ToListAsync(ct))
            .Select(d => new DeviceKey(integrationId, d.Partition, d.ExternalId)).Where(k => wanted?.Contains(k) != false).Order().ToList();
        var before = (await db.Devices.Select(d => d.Id).ToListAsync(ct)).ToHashSet();
        var now = clock.GetUtcNow();
        foreach (var (number, some) in ready.Chunk(Batch).Index())
        {
            // Who has begun an import and goes away has it nevertheless, and the log knows of it.
            await database.WriteAsync(actor.TenantId, async db =>
            {
                if (number == 0)
                {
                    var entry = AuditEntries.By(actor, now, "devices.imported", "integration", integrationId.ToString(CultureInfo.InvariantCulture), name);
                    entry.After = JsonSerializer.Serialize(new { imported = ready.Count });
                    db.Audit.Add(entry);
                }

                return await AddAsync(db, some, actor, now);
            }, CancellationToken.None);
        }

        await inventory.SettleAsync(actor.TenantId, CancellationToken.None);
        return new DeviceImportResult(ready.Count, await NewAsync(db, ready, before), (wanted?.Count ?? ready.Count) - ready.Count);
    }

    /// <summary>How many devices these records are that nobody knew before; what came in by itself meanwhile is not of this import.</summary>
    private static async Task<int> NewAsync(PortalContext db, List<DeviceKey> records, HashSet<Guid> before)
    {
        if (records.Count == 0)
        {
            return 0;
        }

        var (integration, mine) = (records[0].IntegrationId, records.ToHashSet());
        var links = await db.DeviceLinks.Where(l => l.IntegrationId == integration && db.Devices.Any(d => d.Id == l.DeviceId)).Select(l => new { l.Partition, l.ExternalId, l.DeviceId }).ToListAsync(CancellationToken.None);
        return links.Where(l => mine.Contains(new DeviceKey(integration, l.Partition, l.ExternalId)) && !before.Contains(l.DeviceId)).DistinctBy(l => l.DeviceId).Count();
    }

    /// <summary>What somebody else has taken in meanwhile is in.</summary>
    private static async Task<int> AddAsync(PortalContext db, DeviceKey[] keys, Actor actor, DateTimeOffset now)
    {
        var (integration, ids) = (keys[0].IntegrationId, keys.Select(k => k.ExternalId).ToList());
        var there = (await db.DeviceLinks.Where(l => l.IntegrationId == integration && ids.Contains(l.ExternalId)).Select(l => new { l.Partition, l.ExternalId }).ToListAsync(CancellationToken.None))
            .Select(l => new DeviceKey(integration, l.Partition, l.ExternalId)).ToHashSet();
        db.DeviceLinks.AddRange(keys.Where(k => !there.Contains(k)).Select(k => new DeviceLink
        {
            TenantId = actor.TenantId,
            IntegrationId = k.IntegrationId,
            Partition = k.Partition,
            ExternalId = k.ExternalId,
            DeviceId = RecordId.For(k.IntegrationId, DataType.Devices, k.ExternalId, k.Partition),
            LinkedBy = actor.Name,
            LinkedAt = now,
        }));
        return keys.Length;
    }

    private static IQueryable<ExternalDeviceRow> Filtered(PortalContext db, long integrationId, StagingFilter filter)
    {
        var rows = SeenDevice.Live(db).Where(d => d.IntegrationId == integrationId);
        if (filter.SourceType is { } type)
        {
            rows = rows.Where(d => (d.TypeName ?? "") == type);
        }

        if (!string.IsNullOrWhiteSpace(filter.Search))
        {
            // SQLite changes ASCII letters only, so a word with others is found as it is written in either way.
            var (text, lower) = (filter.Search.Trim().ToUpperInvariant(), filter.Search.Trim().ToLowerInvariant());
#pragma warning disable CA1304, CA1311, CA1862, MA0011 // It becomes upper() and lower() in the database.
            rows = rows.Where(d => d.Name.ToUpper().Contains(text) || d.Name.ToLower().Contains(lower) || d.SerialNumber!.ToUpper().Contains(text));
#pragma warning restore CA1304, CA1311, CA1862, MA0011
        }

        return filter.Status is { } status ? WithStatus(db, rows, status) : rows;
    }

    /// <summary>In the order in which <see cref="DressAsync"/> asks, so that each device has one status.</summary>
    private static IQueryable<ExternalDeviceRow> WithStatus(PortalContext db, IQueryable<ExternalDeviceRow> rows, StagedStatus status)
    {
        var linked = rows.OfLinkedCompany(db);
        var mapped = linked.OfMappedType(db);
        return status switch
        {
            StagedStatus.CompanyNotLinked => rows.OfUnlinkedCompany(db),
            StagedStatus.TypeUndecided => linked.OfUndecidedType(db),
            StagedStatus.TypeIgnored => linked.OfIgnoredType(db),
            StagedStatus.Imported => mapped.Taken(db),
            StagedStatus.Inactive => mapped.Where(d => d.IsInactive).NotTaken(db),
            _ => mapped.Where(d => !d.IsInactive).NotTaken(db),
        };
    }

    private static IQueryable<ExternalDeviceRow> Sorted(IQueryable<ExternalDeviceRow> rows, RecordQuery query) => (query.SortBy, query.Descending) switch
    {
        (nameof(StagedDevice.SourceType), false) => rows.OrderBy(d => d.TypeName).ThenBy(d => d.Name).ThenBy(d => d.ExternalId),
        (nameof(StagedDevice.SourceType), true) => rows.OrderByDescending(d => d.TypeName).ThenBy(d => d.Name).ThenBy(d => d.ExternalId),
        (_, true) => rows.OrderByDescending(d => d.Name).ThenBy(d => d.ExternalId),
        _ => rows.OrderBy(d => d.Name).ThenBy(d => d.ExternalId),
    };

    private static async Task<IReadOnlyList<StagedDevice>> DressAsync(PortalContext db, long integrationId, List<ExternalDeviceRow> rows, CancellationToken ct)
    {
        var (ids, companies) = (rows.ConvertAll(r => r.ExternalId), rows.Select(r => r.CompanyId).OfType<string>().Distinct().ToList());
        var links = await db.DeviceLinks.Where(l => l.IntegrationId == integrationId && ids.Contains(l.ExternalId)).ToDictionaryAsync(l => (l.Partition, l.ExternalId), l => l.DeviceId, ct);
        var rules = await db.DeviceTypeRules.Where(r => r.IntegrationId == integrationId).ToDictionaryAsync(r => r.SourceType, r => r.Type, ct);
        var linked = await (from link in SeenDevice.Links(db)
                            join company in db.Companies on link.CompanyId equals company.Id
                            where link.IntegrationId == integrationId && companies.Contains(link.ExternalId)
                            select new { link.Partition, link.ExternalId, company.Name }).ToDictionaryAsync(l => (l.Partition, l.ExternalId), l => l.Name, ct);
        var names = await db.ExternalCompanies.Where(c => c.IntegrationId == integrationId && companies.Contains(c.ExternalId)
                && db.Streams.Any(s => s.IntegrationId == c.IntegrationId && s.DataType == DataType.Companies && s.Partition == c.Partition && s.LiveGeneration == c.Generation))
            .ToDictionaryAsync(c => (c.Partition, c.ExternalId), c => c.Name, ct);
        return rows.ConvertAll(row =>
        {
            var company = (row.Partition, row.CompanyId ?? "");
            var device = links.TryGetValue((row.Partition, row.ExternalId), out var id) ? id : (Guid?)null;
            var status = !linked.ContainsKey(company) ? StagedStatus.CompanyNotLinked
                : !rules.TryGetValue(row.TypeName ?? "", out var type) ? StagedStatus.TypeUndecided
                : type is null ? StagedStatus.TypeIgnored
                : device is not null ? StagedStatus.Imported
                : row.IsInactive ? StagedStatus.Inactive
                : StagedStatus.Ready;
            return new StagedDevice(
                new DeviceKey(integrationId, row.Partition, row.ExternalId), row.Name, row.TypeName ?? "", row.SerialNumber, linked.GetValueOrDefault(company), names.GetValueOrDefault(company),
                status, status == StagedStatus.Imported ? device : null, Canonical.Read<ExternalDevice>(row.Payload).LastSeenAt);
        });
    }
}
