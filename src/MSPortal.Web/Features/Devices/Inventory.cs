using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Devices;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Devices;

/// <summary>Makes the devices that people see of what the sources say, whenever that has changed: which records are one machine, and what each shows.</summary>
internal sealed class Inventory(PortalDatabase database, IEnumerable<IConnector> connectors, TimeProvider clock) : IDisposable
{
    private const string MarkerKey = "devices.made-of";
    private const string Automatic = "MSPortal";

    /// <summary>So few that nobody else waits long for their turn to write.</summary>
    private const int Batch = 200;
    private const int Attempts = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly HashSet<string> watching = [.. connectors.Where(c => c.Info.Category == ProviderCategory.Rmm).Select(c => c.Info.Id)];
    private readonly ConcurrentDictionary<long, Turn> turns = new();

    /// <summary>Of what a sync has brought since: at its end, or after a minute of waiting for it, and not more often than once a minute. True when something was made anew.</summary>
    public async Task<bool> SettleAfterSyncAsync(long tenantId, CancellationToken ct)
    {
        var turn = turns.GetOrAdd(tenantId, _ => new Turn());
        var now = clock.GetUtcNow();
        if (now - turn.MadeAt < Patience)
        {
            return false;
        }

        await using (var db = database.Open(tenantId))
        {
            if (await IsMadeAsync(db, await MarkerAsync(db, ct), ct))
            {
                turn.WaitingSince = null;
                return false;
            }

            turn.WaitingSince ??= now;
            // Page by page it would be done again and again.
            if (now - turn.WaitingSince < Patience && await IsBeingReadAsync(db, ct))
            {
                return false;
            }
        }

        (turn.MadeAt, turn.WaitingSince) = (now, null);
        return await SettleAsync(tenantId, ct);
    }

    /// <summary>Now: somebody waits to see what they did. True when something was made anew.</summary>
    public Task<bool> SettleAsync(long tenantId, CancellationToken ct) => ChangeAsync(tenantId, () => Task.CompletedTask, ct);

    /// <summary>Does what somebody wants done while nothing is being made, and makes of it what is shown.</summary>
    public async Task<bool> ChangeAsync(long tenantId, Func<Task> change, CancellationToken ct)
    {
        var turn = turns.GetOrAdd(tenantId, _ => new Turn());
        await turn.Gate.WaitAsync(ct);
        try
        {
            await change();
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    return await OnceAsync(tenantId, ct);
                }
                catch (DbUpdateException) when (attempt < Attempts)
                {
                    // Another node was quicker with the same.
                }
            }
        }
        finally
        {
            turn.Gate.Release();
        }
    }

    public void Dispose()
    {
        foreach (var turn in turns.Values)
        {
            turn.Gate.Dispose();
        }
    }

    private async Task<bool> OnceAsync(long tenantId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var marker = await MarkerAsync(db, ct);
        if (await IsMadeAsync(db, marker, ct))
        {
            return false;
        }

        await WriteAsync(tenantId, await MakeAsync(db, ct), ct);
        await RememberAsync(tenantId, marker, ct);
        return true;
    }

    private static async Task<bool> IsMadeAsync(PortalContext db, string marker, CancellationToken ct) =>
        await db.TenantSettings.Where(s => s.Key == MarkerKey).Select(s => s.Value).FirstOrDefaultAsync(ct) == marker;

    private static async Task<bool> IsBeingReadAsync(PortalContext db, CancellationToken ct)
    {
        var sources = await db.Streams.Where(s => s.DataType == DataType.Devices).Select(s => s.IntegrationId).Distinct().ToListAsync(ct);
        return await db.Runs.AnyAsync(r => sources.Contains(r.IntegrationId) && r.Status == RunStatus.Running && (r.DataType == DataType.Devices || r.DataType == DataType.DeviceDetails), ct);
    }

    /// <summary>Everything that it is made of leaves a trace in this, and little is read for it: it is looked at every few seconds.</summary>
    private static async Task<string> MarkerAsync(PortalContext db, CancellationToken ct)
    {
        var streams = await db.Streams.Where(s => s.DataType == DataType.Devices || s.DataType == DataType.DeviceDetails)
            .OrderBy(s => s.IntegrationId).ThenBy(s => s.DataType).ThenBy(s => s.Partition).Select(s => new { s.IntegrationId, s.ReadSequence, s.LiveGeneration }).ToListAsync(ct);
        var integrations = await db.Integrations.OrderBy(i => i.Id).Select(i => new { i.Id, i.Status }).ToListAsync(ct);
        var rules = await db.DeviceTypeRules.OrderBy(r => r.IntegrationId).ThenBy(r => r.SourceType).Select(r => new { r.IntegrationId, r.SourceType, r.Type, r.AutoImport }).ToListAsync(ct);
        var text = string.Join(
            '|',
            string.Join(';', streams.Select(s => $"{s.IntegrationId}/{s.ReadSequence}/{s.LiveGeneration}")),
            string.Join(';', integrations.Select(i => $"{i.Id}/{i.Status}")),
            string.Join(';', rules.Select(r => $"{r.IntegrationId}/{r.SourceType}/{r.Type}/{r.AutoImport}")),
            await db.CompanyLinks.CountAsync(ct), await db.CompanyLinks.MaxAsync(l => (long?)l.Id, ct), await db.CompanyLinks.MaxAsync(l => (DateTimeOffset?)l.LinkedAt, ct),
            await db.BlockedCompanies.CountAsync(ct), await db.BlockedCompanies.MaxAsync(b => (DateTimeOffset?)b.BlockedAt, ct),
            await db.DeviceLinks.CountAsync(ct), await db.DeviceLinks.MaxAsync(l => (long?)l.Id, ct), await db.DeviceWords.CountAsync(ct), await db.DeviceWords.MaxAsync(w => (long?)w.Id, ct));
        return Convert.ToHexString(Canonical.Hash(text));
    }

    private async Task<Made> MakeAsync(PortalContext db, CancellationToken ct)
    {
        var seen = (await SeenDevice.CandidatesAsync(db, ct)).ToDictionary(s => s.Key);
        var links = await db.DeviceLinks.AsNoTracking().ToDictionaryAsync(l => new DeviceKey(l.IntegrationId, l.Partition, l.ExternalId), ct);
        var integrations = await db.Integrations.Select(i => new { i.Id, i.Provider, i.Status }).ToListAsync(ct);
        var rmms = integrations.Where(i => watching.Contains(i.Provider)).Select(i => i.Id).ToHashSet();
        var asked = integrations.Where(i => i.Status is IntegrationStatus.Active or IntegrationStatus.Error).Select(i => i.Id).ToHashSet();
        var before = await db.Devices.AsNoTracking().ToDictionaryAsync(d => d.Id, ct);
        var sayings = await db.DeviceWords.Select(w => new DeviceSaying(
            new DeviceKey(w.IntegrationId, w.Partition, w.ExternalId), new DeviceKey(w.OtherIntegrationId, w.OtherPartition, w.OtherExternalId), w.IsSame)).ToListAsync(ct);
        var groups = DeviceIdentity.Of([.. seen.Values.Select(s => s.ToSighting(links.GetValueOrDefault(s.Key)?.DeviceId))], sayings);
        var devices = new List<Device>(groups.Count);
        var told = new List<DeviceLink>(seen.Count);
        foreach (var (group, id) in Named(groups, before))
        {
            var members = group.Members.Select(m => seen[m.Key]).OrderBy(m => rmms.Contains(m.Key.IntegrationId) ? 0 : 1).ThenBy(m => m.Key).ToList();
            if (members.Exists(m => !m.Record.IsInactive))
            {
                devices.Add(DeviceFace.Of(id, db.TenantId, members, asked)); // What every tool has retired keeps its place, should it come back.
            }

            told.AddRange(group.Members.Select(m => Link(db.TenantId, m.Key, id, group.Evidence.TryGetValue(m.Key, out var why) ? why : null, links.GetValueOrDefault(m.Key))));
        }

        return new Made(devices, told, before, links);
    }

    /// <summary>A machine keeps the id under which it is known already, of several the one of most of its records, then the oldest; each id is given once.</summary>
    private static IEnumerable<(DeviceGroup Group, Guid Id)> Named(IReadOnlyList<DeviceGroup> groups, IReadOnlyDictionary<Guid, Device> before)
    {
        var given = new HashSet<Guid>();
        var claims = groups.Select(g => (Group: g, Ids: g.Members.Select(m => m.Device).OfType<Guid>().GroupBy(d => d)
            .Select(d => (Id: d.Key, Count: d.Count(), Known: before.GetValueOrDefault(d.Key)))
            .OrderBy(d => d.Known is null).ThenByDescending(d => d.Count).ThenBy(d => d.Known?.CreatedAt).ThenBy(d => d.Id).ToList()));
        foreach (var (group, ids) in claims.OrderByDescending(c => c.Ids.Count == 0 ? 0 : c.Ids[0].Count))
        {
            var own = group.Members.Select(m => RecordId.For(m.Key.IntegrationId, DataType.Devices, m.Key.ExternalId, m.Key.Partition));
            var id = ids.Select(i => i.Id).Concat(own).Append(Guid.CreateVersion7()).First(given.Add);
            yield return (group, id);
        }
    }

    private DeviceLink Link(long tenantId, DeviceKey key, Guid device, DeviceEvidence? evidence, DeviceLink? before) => new()
    {
        Id = before?.Id ?? 0,
        TenantId = tenantId,
        IntegrationId = key.IntegrationId,
        Partition = key.Partition,
        ExternalId = key.ExternalId,
        DeviceId = device,
        // That it was so before is known by what said so then.
        Evidence = evidence == DeviceEvidence.Before ? before?.Evidence : evidence?.ToString(),
        LinkedBy = before?.LinkedBy ?? Automatic,
        LinkedAt = before?.LinkedAt ?? clock.GetUtcNow(),
    };

    private async Task WriteAsync(long tenantId, Made made, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        foreach (var device in made.Devices)
        {
            (device.CreatedAt, device.ChangedAt) = (made.Before.GetValueOrDefault(device.Id)?.CreatedAt ?? now, now);
        }

        await EachAsync(made.Devices.Where(d => !made.Before.ContainsKey(d.Id)), tenantId, (db, some) => db.Devices.AddRange(some), ct);
        await EachAsync(made.Devices.Where(d => made.Before.TryGetValue(d.Id, out var old) && !DeviceFace.IsSame(old, d)), tenantId, (db, some) => db.Devices.UpdateRange(some), ct);
        var (added, kept) = (made.Links.Where(l => l.Id == 0).ToList(), made.Links.Where(l => l.Id != 0).ToList());
        await EachAsync(added, tenantId, (db, some) => db.DeviceLinks.AddRange(some), ct);
        await EachAsync(
            kept.Where(l => made.LinksBefore[new DeviceKey(l.IntegrationId, l.Partition, l.ExternalId)] is var old && (old.DeviceId, old.Evidence) != (l.DeviceId, l.Evidence)),
            tenantId, (db, some) => db.DeviceLinks.UpdateRange(some), ct);
        foreach (var some in made.Before.Keys.Except(made.Devices.Select(d => d.Id)).Chunk(Batch))
        {
            await database.WriteAsync(tenantId, db => db.Devices.Where(d => some.Contains(d.Id)).ExecuteDeleteAsync(ct), ct);
        }
    }

    private async Task EachAsync<TRow>(IEnumerable<TRow> rows, long tenantId, Action<PortalContext, TRow[]> write, CancellationToken ct)
    {
        foreach (var some in rows.ToList().Chunk(Batch))
        {
            await database.WriteAsync(tenantId, db => { write(db, some); return Task.FromResult(some.Length); }, ct);
        }
    }

    private Task<int> RememberAsync(long tenantId, string marker, CancellationToken ct) => database.WriteAsync(
        tenantId,
        async db =>
        {
            await db.PutSettingAsync(MarkerKey, marker, ct);
            return 0;
        },
        ct);

    private sealed record Made(
        IReadOnlyList<Device> Devices, IReadOnlyList<DeviceLink> Links, IReadOnlyDictionary<Guid, Device> Before, IReadOnlyDictionary<DeviceKey, DeviceLink> LinksBefore);

    /// <summary>One makes at a time, for each tenant.</summary>
    private sealed class Turn
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public DateTimeOffset MadeAt { get; set; }

        /// <summary>Since when something is to be made of what a sync brings.</summary>
        public DateTimeOffset? WaitingSince { get; set; }
    }
}
