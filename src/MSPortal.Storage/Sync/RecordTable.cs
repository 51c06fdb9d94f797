using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage.Bulk;
using MSPortal.Storage.Model;

namespace MSPortal.Storage.Sync;

/// <summary>The wide table of a data type, so that what is done to records is written once.</summary>
internal abstract class RecordTable
{
    private static readonly Dictionary<DataType, RecordTable> Tables = new()
    {
        [DataType.Reference] = new Of<ReferenceRow>(),
        [DataType.Companies] = new Of<ExternalCompanyRow>(),
        [DataType.Contacts] = new Of<ExternalContactRow>(),
        [DataType.Users] = new Of<ExternalUserRow>(),
        [DataType.Tickets] = new Of<TicketRow> { Children = DataType.TicketNotes },
        [DataType.TicketNotes] = new Of<TicketNoteRow> { Parents = DataType.Tickets, ParentColumn = nameof(TicketNoteRow.TicketId) },
        [DataType.TimeEntries] = new Of<TimeEntryRow>(),
        [DataType.Devices] = new Of<ExternalDeviceRow> { Children = DataType.DeviceDetails },
        [DataType.DeviceDetails] = new Of<DeviceDetailRow> { Parents = DataType.Devices, ParentColumn = nameof(DeviceDetailRow.DeviceId) },
        [DataType.Alerts] = new Of<DeviceAlertRow>(),
        [DataType.CloudUsers] = new Of<CloudUserRow>(),
        [DataType.CloudGroups] = new Of<CloudGroupRow>(),
        [DataType.Licenses] = new Of<CloudLicenseRow>(),
        [DataType.Domains] = new Of<CloudDomainRow>(),
        [DataType.SecurityScores] = new Of<SecurityScoreRow>(),
        [DataType.SecurityControls] = new Of<SecurityControlRow>(),
    };

    /// <summary>The records that belong to one of these and go with it.</summary>
    public DataType? Children { get; private init; }

    /// <summary>The records that each of these belongs to.</summary>
    public DataType? Parents { get; private init; }

    private string ParentColumn { get; init; } = "";

    public static RecordTable For(DataType type) => Tables[type];

    /// <summary>Deletes records of every data type, a few at a time.</summary>
    /// <param name="condition">See <see cref="Batches.DeleteAsync"/>; over the columns that all of them have.</param>
    public static async Task DeleteAllAsync(PortalDatabase database, string condition, object[] values, CancellationToken ct)
    {
        foreach (var table in Tables.Values)
        {
            await table.DeleteAsync(database, condition, values, ct);
        }
    }

    public abstract Task UpsertAsync(PortalContext db, Dialect dialect, IReadOnlyList<RecordRow> rows, CancellationToken ct);

    public abstract Task DeleteAsync(PortalContext db, StreamKey key, int generation, List<string> ids, CancellationToken ct);

    protected abstract Task DeleteAsync(PortalDatabase database, string condition, object[] values, CancellationToken ct);

    /// <summary>Copies rows that the other generation does not have.</summary>
    public abstract Task CopyAsync(PortalContext db, Dialect dialect, StreamKey key, int from, int to, List<string> ids, CancellationToken ct);

    /// <summary>The records of these parents, whatever their generation.</summary>
    public abstract Task<List<(int Generation, string Id, string Parent)>> ChildrenOfAsync(PortalContext db, StreamKey key, List<string> parents, CancellationToken ct);

    /// <summary>What the vendor said last of when these records changed; those that are not kept are missing.</summary>
    public abstract Task<Dictionary<string, DateTimeOffset?>> VendorTimesAsync(PortalContext db, StreamKey key, int generation, List<string> ids, CancellationToken ct);

    private sealed class Of<TRow> : RecordTable
        where TRow : RecordRow
    {
        public override Task UpsertAsync(PortalContext db, Dialect dialect, IReadOnlyList<RecordRow> rows, CancellationToken ct) =>
            dialect.UpsertAsync(db, rows.Cast<TRow>().ToList(), ct);

        public override Task DeleteAsync(PortalContext db, StreamKey key, int generation, List<string> ids, CancellationToken ct) =>
            ids.Count == 0 ? Task.CompletedTask : Rows(db, key, generation, ids).ExecuteDeleteAsync(ct);

        protected override Task DeleteAsync(PortalDatabase database, string condition, object[] values, CancellationToken ct) =>
            Batches.DeleteAsync<TRow>(database, condition, values, ct);

        public override async Task CopyAsync(
            PortalContext db, Dialect dialect, StreamKey key, int from, int to, List<string> ids, CancellationToken ct)
        {
            var rows = await Rows(db, key, from, ids).AsNoTracking().ToListAsync(ct);
            rows.ForEach(r => r.Generation = to);
            await dialect.UpsertAsync(db, rows, ct);
        }

        public override async Task<List<(int Generation, string Id, string Parent)>> ChildrenOfAsync(
            PortalContext db, StreamKey key, List<string> parents, CancellationToken ct)
        {
            var children = await db.Set<TRow>()
                .Where(r => r.IntegrationId == key.IntegrationId && r.Partition == key.Partition && EF.Parameter(parents).Contains(EF.Property<string>(r, ParentColumn)))
                .Select(r => new { r.Generation, r.ExternalId, Parent = EF.Property<string>(r, ParentColumn) })
                .ToListAsync(ct);
            return children.ConvertAll(c => (c.Generation, c.ExternalId, c.Parent));
        }

        public override Task<Dictionary<string, DateTimeOffset?>> VendorTimesAsync(PortalContext db, StreamKey key, int generation, List<string> ids, CancellationToken ct) =>
            Rows(db, key, generation, ids).Select(r => new { r.ExternalId, r.VendorUpdatedAt }).ToDictionaryAsync(r => r.ExternalId, r => r.VendorUpdatedAt, ct);

        private static IQueryable<TRow> Rows(PortalContext db, StreamKey key, int generation, List<string> ids) => db.Set<TRow>().Where(r =>
            r.IntegrationId == key.IntegrationId && r.Partition == key.Partition && r.Generation == generation && EF.Parameter(ids).Contains(r.ExternalId));
    }
}
