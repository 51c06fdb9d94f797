using MSPortal.Core.Model;
using MSPortal.Histories.Vendors.Psas;

namespace MSPortal.Bench.FourPsas;

/// <summary>The least number of calls that could bring the same, by the largest page that each vendor gives: no sign-in, no proof of the end, no names.</summary>
internal static class Least
{
    public static IReadOnlyDictionary<DataType, long> Import(Psa psa, IReadOnlyDictionary<DataType, int> counts)
    {
        var least = new Dictionary<DataType, long>(Complete(psa, counts));
        least[DataType.TicketNotes] = psa.Provider == "autotask" ? Pages(counts[DataType.TicketNotes], 500) : counts[DataType.Tickets];
        return least;
    }

    public static IReadOnlyDictionary<DataType, long> Complete(Psa psa, IReadOnlyDictionary<DataType, int> counts) =>
        counts.Where(c => c.Key != DataType.TicketNotes).ToDictionary(c => c.Key, c => Pages(c.Value, Size(psa, c.Key)));

    /// <summary>One question for each data type that can be asked for changes, everything of the others, and the notes of what changed.</summary>
    public static IReadOnlyDictionary<DataType, long> Incremental(Psa psa, int changed) => new Dictionary<DataType, long>
    {
        [DataType.Tickets] = Pages(changed, Size(psa, DataType.Tickets)),
        [DataType.TicketNotes] = psa.Provider == "autotask" ? 1 : changed,
        [DataType.Companies] = 1,
        [DataType.Contacts] = 1,
        [DataType.Users] = 1,
        [DataType.Devices] = 1,
        [DataType.TimeEntries] = 1,
    };

    private static int Size(Psa psa, DataType type) => psa.Provider switch
    {
        "connectwise" => 1000,
        "autotask" => 500,
        "halopsa" => type is DataType.TimeEntries ? int.MaxValue : 100,   // A bare list of a span of time, however long.
        _ => type is DataType.Companies or DataType.TimeEntries ? 100 : 50,
    };

    private static long Pages(int rows, int size) => Math.Max(1, ((long)rows + size - 1) / size);
}
