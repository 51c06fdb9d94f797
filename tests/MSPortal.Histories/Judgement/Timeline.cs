using MSPortal.Core.Model;
using MSPortal.Histories.Vendors;

namespace MSPortal.Histories.Judgement;

/// <summary>One state of a record at the vendor.</summary>
/// <param name="Fact">Null: there is no such record.</param>
/// <param name="From">When it began (our clock).</param>
/// <param name="InLists">When lists show it.</param>
/// <param name="Dated">Its change date moved along.</param>
internal sealed record Moment(Fact? Fact, DateTimeOffset From, DateTimeOffset InLists, bool Dated);

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
            var moments = records.TryGetValue((type, id), out var known) ? known : records[(type, id)] = [];
            var last = moments.Count > 0 ? moments[^1].Fact : null;
            if (last is null || last.Line != fact.Line || last.ChangedAt != fact.ChangedAt)
            {
                moments.Add(new Moment(fact, now, fact.InLists > now ? fact.InLists : now, last is null || last.ChangedAt != fact.ChangedAt));
            }
        }

        foreach (var ((_, id), moments) in records.Where(r => r.Key.Type == type && r.Value[^1].Fact is not null && !truth.ContainsKey(r.Key.Id)))
        {
            moments.Add(new Moment(null, now, now, Dated: false));
        }
    }
}
