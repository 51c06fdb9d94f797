using System.Collections.Concurrent;
using System.Globalization;
using MSPortal.Histories.Defects;
using MSPortal.Histories.Plan;
using MSPortal.Histories.Portal;
using MSPortal.Histories.Vendors;

namespace MSPortal.Histories;

/// <summary>A history that must not be, as short as it was found.</summary>
internal sealed record Failure(History History, History Shortest, string Violation)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"seed {History.Seed}: {Violation}\nshortest history found ({Shortest.Steps.Count} of {History.Steps.Count} steps): {Shortest}");
}

/// <summary>Plays many histories, each on a database of its own.</summary>
/// <param name="postgres">A connection string; null for SQLite.</param>
/// <param name="vendor">Null for the model vendor.</param>
internal sealed class Histories(string? postgres = null, HistoryVendor? vendor = null) : IDisposable
{
    private readonly Databases databases = new(postgres);
    private readonly HistoryVendor vendor = vendor ?? HistoryVendor.Model;
    private readonly ConcurrentDictionary<FaultKind, int> struck = new();
    private readonly ConcurrentDictionary<string, int> post = new();
    private long vendorCalls;
    private long livedMinutes;

    public long VendorCalls => vendorCalls;

    /// <summary>Virtual time of all histories together.</summary>
    public TimeSpan Lived => TimeSpan.FromMinutes(livedMinutes);

    /// <summary>Of all histories together: how often each kind of fault met a request, or began to be the vendor's way.</summary>
    public IReadOnlyDictionary<FaultKind, int> Struck => struck;

    /// <summary>Of all histories together: what became of webhooks and of the hints in them.</summary>
    public IReadOnlyDictionary<string, int> Post => post;

    /// <summary>What a seed means with this vendor.</summary>
    public History Make(long seed) => Generator.Make(seed, vendor.Repertoire);

    public Ending Play(History history, Defect? defect = null, bool traced = false)
    {
        var database = databases.Take();
        try
        {
            var ending = HistoryRun.Play(history, database, vendor, defect, traced);
            Interlocked.Add(ref vendorCalls, ending.VendorCalls);
            Interlocked.Add(ref livedMinutes, (long)ending.Lived.TotalMinutes);
            foreach (var (what, times) in ending.Post)
            {
                post.AddOrUpdate(what, times, (_, known) => known + times);
            }

            foreach (var (kind, times) in ending.Struck)
            {
                struck.AddOrUpdate(kind, times, (_, known) => known + times);
            }

            return ending;
        }
        finally
        {
            databases.GiveBack(database);
        }
    }

    /// <summary>The seeds that fail, each as short as it was found.</summary>
    public IReadOnlyList<Failure> Play(long first, int count, int workers, Action<int>? progress = null, int most = 5, bool shorten = true)
    {
        var failures = new ConcurrentQueue<Failure>();
        var next = -1L;
        var done = 0;
        var threads = Enumerable.Range(0, workers).Select(_ => new Thread(() =>
        {
            for (var at = Interlocked.Increment(ref next); at < count && failures.Count < most; at = Interlocked.Increment(ref next))
            {
                if (Check(first + at, shorten: shorten) is { } failure)
                {
                    failures.Enqueue(failure);
                }

                progress?.Invoke(Interlocked.Increment(ref done));
            }
        })).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        return [.. failures.OrderBy(f => f.History.Seed)];
    }

    public bool Notices(long seed, Defect defect) => Play(Make(seed), defect).Violation is not null;

    /// <summary>Null when none of them does.</summary>
    public long? FirstSeedThatNotices(Defect defect, int most)
    {
        for (var seed = 1L; seed <= most; seed++)
        {
            if (Notices(seed, defect))
            {
                return seed;
            }
        }

        return null;
    }

    /// <summary>Null when all is well.</summary>
    public Failure? Check(long seed, Defect? defect = null, bool shorten = true)
    {
        var history = Make(seed);
        return Play(history, defect).Violation is not { } violation ? null : shorten ? Shorten(history, defect) : new Failure(history, history, violation);
    }

    /// <summary>Leaves out whatever is not needed for it to fail.</summary>
    public Failure Shorten(History history, Defect? defect = null)
    {
        var (shortest, violation) = Shortening.Of(history, h => Play(h, defect).Violation);
        return new Failure(history, shortest, violation);
    }

    public void Dispose() => databases.Dispose();
}
