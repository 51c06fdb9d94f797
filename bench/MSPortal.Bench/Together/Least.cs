using MSPortal.Core.Model;

namespace MSPortal.Bench.Together;

/// <summary>
/// The least number of calls that could bring the same, by the largest page that each vendor gives: no sign-in, no proof of the end, no names, no second list for what the first leaves out.
/// What is kept apart by client takes a call for each at least.
/// </summary>
internal static class Least
{
    public static IReadOnlyDictionary<DataType, long> Import(string provider, IReadOnlyDictionary<DataType, IReadOnlyList<int>> counts)
    {
        var least = new Dictionary<DataType, long>(Complete(provider, counts));
        if (counts.TryGetValue(DataType.TicketNotes, out var notes))
        {
            least[DataType.TicketNotes] = provider == "autotask" ? Pages(notes, 500) : counts[DataType.Tickets].Sum();
        }

        if (counts.TryGetValue(DataType.DeviceDetails, out var details))
        {
            least[DataType.DeviceDetails] = details.Sum();
        }

        return least;
    }

    public static IReadOnlyDictionary<DataType, long> Complete(string provider, IReadOnlyDictionary<DataType, IReadOnlyList<int>> counts) =>
        counts.Where(c => c.Key is not (DataType.TicketNotes or DataType.DeviceDetails)).ToDictionary(c => c.Key, c => Pages(c.Value, Size(provider, c.Key)));

    /// <summary>One question for each data type that can be asked for changes, everything of the others, and what hangs on what changed.</summary>
    /// <param name="changed">Tickets, devices or people.</param>
    public static IReadOnlyDictionary<DataType, long> Incremental(string provider, IReadOnlyDictionary<DataType, IReadOnlyList<int>> counts, int changed)
    {
        var least = new Dictionary<DataType, long>(Complete(provider, counts));
        foreach (var type in least.Keys.Where(t => CanBeAskedForChanges(provider, t)).ToList())
        {
            least[type] = counts[type].Count;
        }

        if (counts.ContainsKey(DataType.TicketNotes))
        {
            least[DataType.Tickets] = Pages([changed], Size(provider, DataType.Tickets));
            least[DataType.TicketNotes] = provider == "autotask" ? 1 : changed;
        }

        if (counts.ContainsKey(DataType.DeviceDetails))
        {
            least[DataType.DeviceDetails] = (changed + 1) / 2;
        }

        return least;
    }

    /// <summary>RMMs tell of no changes.</summary>
    private static bool CanBeAskedForChanges(string provider, DataType type) => provider switch
    {
        "dattormm" or "ninjaone" or "cwasio" => false,
        "microsoft365" => type is DataType.CloudUsers or DataType.CloudGroups or DataType.SecurityScores,
        _ => true,
    };

    private static int Size(string provider, DataType type) => provider switch
    {
        "connectwise" or "microsoft365" or "ninjaone" when type is not DataType.Alerts => 1000,
        "autotask" => 500,
        "halopsa" => type is DataType.TimeEntries ? int.MaxValue : 100,   // A bare list of a span of time, however long.
        "dattormm" => 250,
        "cwasio" => type is DataType.Companies ? int.MaxValue : 500,
        "ninjaone" => int.MaxValue,
        _ => type is DataType.Companies or DataType.TimeEntries ? 100 : 50,
    };

    private static long Pages(IReadOnlyList<int> rows, int size) => Math.Max(1, rows.Sum(r => Math.Max(1, ((long)r + size - 1) / size)));
}
