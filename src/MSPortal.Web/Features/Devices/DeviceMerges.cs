using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Devices;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;

namespace MSPortal.Web.Features.Devices;

/// <summary>What people say of which records are one machine; every later sync keeps to it, and it can be said otherwise again.</summary>
internal sealed class DeviceMerges(PortalDatabase database, Inventory inventory, TimeProvider clock)
{
    /// <summary>The records of both are one machine from now on, and it is the first of them.</summary>
    /// <exception cref="DeviceProblemException">One of them is not there, they are the same, or of different companies.</exception>
    public async Task MergeAsync(Guid one, Guid other, Sight sight, Actor actor, CancellationToken ct)
    {
        await inventory.ChangeAsync(actor.TenantId, () => database.WriteAsync(actor.TenantId, db => MergeAsync(db, one, other, sight, actor, ct), ct), ct);
    }

    /// <summary>This record is a machine of its own from now on; the device stays with the others. The answer is the new device's id.</summary>
    /// <exception cref="DeviceProblemException">It is not there, or alone already.</exception>
    public async Task<Guid> SplitAsync(Guid device, DeviceKey record, Sight sight, Actor actor, CancellationToken ct)
    {
        await inventory.ChangeAsync(actor.TenantId, () => database.WriteAsync(actor.TenantId, db => SplitAsync(db, device, record, sight, actor, ct), ct), ct);
        await using var db = database.Open(actor.TenantId);
        return await Links(db, record).Select(l => l.DeviceId).FirstOrDefaultAsync(ct);
    }

    private async Task<int> MergeAsync(PortalContext db, Guid one, Guid other, Sight sight, Actor actor, CancellationToken ct)
    {
        var (a, b) = (await FindAsync(db, one, sight, ct), await FindAsync(db, other, sight, ct));
        if (a.Id == b.Id || a.CompanyId != b.CompanyId)
        {
            throw new DeviceProblemException(a.Id == b.Id ? "This is one device already." : "Devices of different companies cannot be one.");
        }

        var (ofOne, ofOther) = (await RecordsAsync(db, one, ct), await RecordsAsync(db, other, ct));
        if (ofOne.Count == 0 || ofOther.Count == 0)
        {
            throw new DeviceProblemException("One of them is just being read. Try again in a moment.");
        }

        await ForgetAsync(db, ofOne, ofOther, ct);
        // Of each with each: it holds whichever of them a tool no longer has one day.
        foreach (var (record, same) in ofOne.SelectMany(r => ofOther, (r, o) => (r, o)))
        {
            Say(db, record, same, same: true, actor);
        }

        foreach (var link in await db.DeviceLinks.Where(l => l.DeviceId == other).ToListAsync(ct))
        {
            link.DeviceId = one;
        }

        Audit(db, "device.merged", a, new { records = Told(ofOne), with = b.Name, id = b.Id, itsRecords = Told(ofOther) }, new { records = Told([.. ofOne, .. ofOther]) }, actor);
        return ofOther.Count;
    }

    private async Task<int> SplitAsync(PortalContext db, Guid device, DeviceKey record, Sight sight, Actor actor, CancellationToken ct)
    {
        var row = await FindAsync(db, device, sight, ct);
        var records = await RecordsAsync(db, device, ct);
        var others = records.Where(r => r != record).ToList();
        if (others.Count == records.Count || others.Count == 0)
        {
            throw new DeviceProblemException(others.Count == 0 ? "It is the only record of this device." : "This record does not belong to the device any more.");
        }

        await ForgetAsync(db, [record], others, ct);
        foreach (var other in others)
        {
            Say(db, record, other, same: false, actor);
        }

        // Were it still called the same, either of them could keep the device's name in addresses.
        var own = RecordId.For(record.IntegrationId, DataType.Devices, record.ExternalId, record.Partition);
        (await Links(db, record).SingleAsync(ct)).DeviceId = own == device || await db.Devices.AnyAsync(d => d.Id == own, ct) ? Guid.CreateVersion7() : own;

        Audit(db, "device.split", row, new { records = Told(records) }, new { records = Told(others), alone = Told([record]) }, actor);
        return others.Count;
    }

    private static IQueryable<DeviceLink> Links(PortalContext db, DeviceKey record) =>
        db.DeviceLinks.Where(l => l.IntegrationId == record.IntegrationId && l.Partition == record.Partition && l.ExternalId == record.ExternalId);

    private static async Task<Device> FindAsync(PortalContext db, Guid id, Sight sight, CancellationToken ct) =>
        await sight.Devices(db).FirstOrDefaultAsync(d => d.Id == id, ct) ?? throw DeviceProblemException.NoDevice();

    private static async Task<List<DeviceKey>> RecordsAsync(PortalContext db, Guid device, CancellationToken ct) =>
        [.. (await db.DeviceLinks.Where(l => l.DeviceId == device).Select(l => new { l.IntegrationId, l.Partition, l.ExternalId }).ToListAsync(ct))
            .Select(l => new DeviceKey(l.IntegrationId, l.Partition, l.ExternalId)).Order()];

    /// <summary>What was said of them before counts no more.</summary>
    private static async Task ForgetAsync(PortalContext db, List<DeviceKey> some, List<DeviceKey> others, CancellationToken ct)
    {
        var integrations = some.Concat(others).Select(k => k.IntegrationId).Distinct().ToList();
        var words = await db.DeviceWords.Where(w => integrations.Contains(w.IntegrationId) && integrations.Contains(w.OtherIntegrationId)).ToListAsync(ct);
        db.DeviceWords.RemoveRange(words.Where(w =>
        {
            var (one, other) = (new DeviceKey(w.IntegrationId, w.Partition, w.ExternalId), new DeviceKey(w.OtherIntegrationId, w.OtherPartition, w.OtherExternalId));
            return (some.Contains(one) && others.Contains(other)) || (some.Contains(other) && others.Contains(one));
        }));
    }

    private void Say(PortalContext db, DeviceKey one, DeviceKey other, bool same, Actor actor) => db.DeviceWords.Add(new DeviceWord
    {
        TenantId = actor.TenantId,
        IntegrationId = one.IntegrationId,
        Partition = one.Partition,
        ExternalId = one.ExternalId,
        OtherIntegrationId = other.IntegrationId,
        OtherPartition = other.Partition,
        OtherExternalId = other.ExternalId,
        IsSame = same,
        SaidBy = actor.Name,
        SaidAt = clock.GetUtcNow(),
    });

    private static IEnumerable<string> Told(IEnumerable<DeviceKey> records) => records.Select(r => $"{r.IntegrationId}:{r.ExternalId}");

    private void Audit(PortalContext db, string action, Device device, object before, object after, Actor actor)
    {
        var entry = AuditEntries.By(actor, clock.GetUtcNow(), action, "device", device.Id.ToString(), device.Name);
        (entry.Before, entry.After) = (JsonSerializer.Serialize(before), JsonSerializer.Serialize(after));
        db.Audit.Add(entry);
    }
}
