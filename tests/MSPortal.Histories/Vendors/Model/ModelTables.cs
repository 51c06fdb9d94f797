using System.Globalization;
using MSPortal.Core.Model;
using MSPortal.Histories.Clockwork;

namespace MSPortal.Histories.Vendors.Model;

/// <param name="Line">The canonical content.</param>
/// <param name="InLists">From when on lists show it.</param>
/// <param name="Before">What lists show until then.</param>
internal sealed record ModelRow(ExternalRecord Record, string Line, DateTimeOffset ChangedAt, DateTimeOffset InLists, ModelRow? Before);

/// <summary>The model vendor's records: ids that only grow, change dates in whole seconds of a clock of its own.</summary>
internal sealed class ModelTables(VirtualClock clock)
{
    private readonly Dictionary<DataType, SortedDictionary<int, ModelRow>> tables = new()
    {
        [DataType.Reference] = [], [DataType.Companies] = [], [DataType.Tickets] = [], [DataType.TicketNotes] = [], [DataType.Devices] = [],
    };

    private readonly Dictionary<DataType, Dictionary<int, ModelRow>> deleted = [];
    private readonly Dictionary<DataType, int> last = [];

    public TimeSpan Skew { get; set; }

    /// <summary>How long lists lag behind from here on.</summary>
    public TimeSpan Lag { get; set; }

    public DateTimeOffset Time => Floor(clock.Now + Skew);

    public SortedDictionary<int, ModelRow> this[DataType type] => tables[type];

    /// <summary>What was changed or deleted and is told by webhook: not what leaves change dates alone.</summary>
    public List<(DataType Type, ExternalRecord Record, bool Deleted)> News { get; } = [];

    public static int Id(string externalId) => int.Parse(externalId.AsSpan(externalId.IndexOf(':') + 1), CultureInfo.InvariantCulture);

    public static string Text(int id) => id.ToString(CultureInfo.InvariantCulture);

    public int Next(DataType type) => last[type] = last.GetValueOrDefault(type) + 1;

    /// <summary>What lists show now: rows that lag are still as they were.</summary>
    public IEnumerable<KeyValuePair<int, ModelRow>> Listed(DataType type)
    {
        foreach (var (id, row) in tables[type])
        {
            var shown = row;
            while (shown is not null && shown.InLists > clock.Now)
            {
                shown = shown.Before;
            }

            if (shown is not null)
            {
                yield return new(id, shown);
            }
        }
    }

    public ModelRow? Find(DataType type, int id) => tables[type].GetValueOrDefault(id);

    public void Put(DataType type, int id, ExternalRecord record, bool silent = false)
    {
        var before = Find(type, id);
        var stays = silent && before is not null;
        var changedAt = stays ? before!.ChangedAt : Time;
        var dated = record with { VendorUpdatedAt = changedAt };
        var inLists = clock.Now + (stays ? TimeSpan.Zero : Lag);
        if (before is not null && before.InLists > inLists)
        {
            inLists = before.InLists;
        }

        tables[type][id] = new ModelRow(dated, Canonical.Json(dated), changedAt, inLists, before);
        if (!stays)
        {
            News.Add((type, dated, Deleted: false));
        }
    }

    public void Remove(DataType type, int id)
    {
        if (tables[type].Remove(id, out var row))
        {
            (deleted.TryGetValue(type, out var gone) ? gone : deleted[type] = [])[id] = row;
            News.Add((type, row.Record, Deleted: true));
            if (type == DataType.Tickets)
            {
                foreach (var note in Notes(id).ToList())
                {
                    Remove(DataType.TicketNotes, note.Key);
                }
            }
        }
    }

    /// <summary>Brings back one of those that were deleted; false when there is none.</summary>
    public bool Restore(DataType type, int pick)
    {
        if (deleted.GetValueOrDefault(type) is not { Count: > 0 } gone)
        {
            return false;
        }

        var id = gone.Keys.Order().ElementAt(pick % gone.Count);
        gone.Remove(id, out var row);
        Put(type, id, row!.Record);
        return true;
    }

    public IEnumerable<KeyValuePair<int, ModelRow>> Notes(int ticket) =>
        tables[DataType.TicketNotes].Where(n => ((TicketNote)n.Value.Record).TicketId == Text(ticket));

    public static DateTimeOffset Floor(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
}
