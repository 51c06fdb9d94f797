using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace MSPortal.Simulators.Common;

internal enum FaultKind
{
    Status,
    Timeout,

    /// <summary>Kept waiting until the faults are taken away.</summary>
    Hang,
    Reset,
    Slow,

    /// <summary>Every answer begins so much later.</summary>
    Latency,
    Truncate,
    Html,
    EmptyArray,
    ShortPage,
    CapPage,
    DuplicateRow,
    Mutate,
    DeleteDuringPaging,
    Clock,
    Redirect,
    ExtraHeaders,

    /// <summary>A page without rows that leads on to the one that was asked for.</summary>
    EmptyPage,

    /// <summary>The vendor no longer knows the place from which the caller wants to go on.</summary>
    ForgetCursor,
}

/// <summary>What goes wrong, when, and how often, as the control endpoint takes it.</summary>
internal sealed record Fault
{
    public required FaultKind Kind { get; init; }

    public string? Method { get; init; }

    /// <summary>A regular expression over path and query (and, where an address serves many customers, <c>#</c> with the customer that is meant); null: every call.</summary>
    public string? Path { get; init; }

    /// <summary>The first calls that fit are left alone.</summary>
    public int Skip { get; init; }

    /// <summary>So often it strikes; null: always.</summary>
    public int? Times { get; init; }

    /// <summary>Only every nth call that fits.</summary>
    public int Every { get; init; } = 1;

    /// <summary>The answer's status, for status and html.</summary>
    public int? Code { get; init; }

    /// <summary>The answer's body, a text or JSON.</summary>
    public JsonElement? Body { get; init; }

    /// <summary>Seconds (of the answer too), a date, or nonsense.</summary>
    public JsonElement? RetryAfter { get; init; }

    /// <summary>How many rows (missing, doubled, deleted), or the largest page.</summary>
    public int Rows { get; init; } = 1;

    /// <summary>Milliseconds between the pieces of a slow answer, or before one.</summary>
    public int Ms { get; init; } = 50;

    /// <summary>The rows that mutate changes; null: all.</summary>
    public IReadOnlyList<int>? Ids { get; init; }

    /// <summary>The same, where ids are texts.</summary>
    public IReadOnlyList<string>? Keys { get; init; }

    /// <summary>What mutate changes: <c>site</c>, <c>status/id</c>.</summary>
    public string? Property { get; init; }

    /// <summary>Mutate changes only what is one of these now; null: whatever it is.</summary>
    public IReadOnlyList<string>? Was { get; init; }

    public JsonElement? Value { get; init; }

    /// <summary>Written as it stands, for what is no JSON.</summary>
    public string? Raw { get; init; }

    public bool Remove { get; init; }

    /// <summary>A text of so many characters.</summary>
    public int? Huge { get; init; }

    /// <summary>How far the Date header is off.</summary>
    public double Minutes { get; init; }

    public string? Url { get; init; }

    public IReadOnlyDictionary<string, string>? Headers { get; init; }
}

/// <summary>A fault with its count of calls.</summary>
internal sealed class ActiveFault(int number, Fault fault)
{
    private readonly Regex? path = fault.Path is null ? null : new Regex(fault.Path, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(10));

    public int Number => number;

    public Fault Fault => fault;

    /// <summary>Calls that fit.</summary>
    public int Seen { get; private set; }

    /// <summary>Calls that it struck.</summary>
    public int Hits { get; private set; }

    public bool Strikes(string method, string pathAndQuery)
    {
        if ((fault.Method is not null && !string.Equals(fault.Method, method, StringComparison.OrdinalIgnoreCase)) || path?.IsMatch(pathAndQuery) == false)
        {
            return false;
        }

        Seen++;
        var after = Seen - fault.Skip;
        if (after <= 0 || after % Math.Max(1, fault.Every) != 0 || Hits >= (fault.Times ?? int.MaxValue))
        {
            return false;
        }

        Hits++;
        return true;
    }
}

/// <summary>All that is wrong at the moment.</summary>
internal sealed class FaultList
{
    private readonly Lock gate = new();
    private readonly List<ActiveFault> faults = [];
    private TaskCompletionSource cleared = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int last;

    /// <summary>Ends when all faults are taken away.</summary>
    public Task Cleared
    {
        get
        {
            lock (gate)
            {
                return cleared.Task;
            }
        }
    }

    public int Add(Fault fault)
    {
        lock (gate)
        {
            faults.Add(new(++last, fault));
            return last;
        }
    }

    public void Clear()
    {
        lock (gate)
        {
            faults.Clear();
            cleared.SetResult();
            cleared = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public IReadOnlyList<object> Report()
    {
        lock (gate)
        {
            return [.. faults.Select(f => (object)new { number = f.Number, seen = f.Seen, hits = f.Hits, fault = f.Fault })];
        }
    }

    /// <summary>The faults that strike this call, in the order in which they were set.</summary>
    public IReadOnlyList<Fault> Take(string method, string pathAndQuery)
    {
        lock (gate)
        {
            return [.. faults.Where(f => f.Strikes(method, pathAndQuery)).Select(f => f.Fault)];
        }
    }
}
