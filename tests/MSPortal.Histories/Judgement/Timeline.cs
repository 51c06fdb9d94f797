using MSPortal.Core.Model;
using MSPortal.Histories.Vendors;

namespace MSPortal.Histories.Judgement;

/// <summary>One state of a record at the vendor.</summary>
/// <param name="Fact">Null: there is no such record.</param>
/// <param name="From">When it began (our clock).</param>
/// <param name="InLists">When lists show it.</param>
/// <param name="Dated">Its change date moved along. A record that comes back with the date that it had before is not dated: no list of changes shows it.</param>
internal sealed record Moment(Fact? Fact, DateTimeOffset From, DateTimeOffset InLists, bool Dated);

internal static class Moments
{
    /// <summary>As storage keeps it: in whole microseconds.</summary>
    public static DateTimeOffset Stored(DateTimeOffset moment) => moment.AddTicks(-(moment.Ticks % TimeSpan.TicksPerMicrosecond));
}

/// <summary>Everything that every record at the vendor ever was: what the portal shows must be one of it, and never an older one than before.</summary>
internal sealed class Timeline
{
    private static readonly IReadOnlyList<Moment> Nothing = [];

    private readonly Dictionary<(DataType Type, string Id), List<Moment>> records = [];

    public IReadOnlyList<Moment> Of(DataType type, string id) => records.GetValueOrDefault((type, id)) ?? Nothing;

    public IEnumerable<(string Id, List<Moment> Moments)> All(DataType type) => records.Where(r => r.Key.Type == type).Select(r => (r.Key.Id, r.Value));

    public void Look(DataType type, IReadOnlyDictionary<string, Fact> truth, DateTimeOffset now)
    {
        foreach (var (id, fact) in truth)
        {
            var moments = records.TryGetValue((type, id), out var kept) ? kept : records[(type, id)] = [];
            var last = moments.Count > 0 ? moments[^1].Fact : null;
            if (last is null || last.Line != fact.Line || last.ChangedAt != fact.ChangedAt)
            {
                var dated = moments.FindLast(m => m.Fact is not null)?.Fact is not { } known || known.ChangedAt != fact.ChangedAt;
                moments.Add(new Moment(fact, now, fact.InLists > now ? fact.InLists : now, dated));
            }
        }

        foreach (var ((_, id), moments) in records.Where(r => r.Key.Type == type && r.Value[^1].Fact is not null && !truth.ContainsKey(r.Key.Id)))
        {
            moments.Add(new Moment(null, now, now, Dated: false));
        }
    }
}
