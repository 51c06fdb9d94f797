namespace MSPortal.Simulators.Common;

/// <summary>A call as it came in; what signs it in is never kept.</summary>
internal sealed record LoggedRequest(int Number, string Method, string Path, string Query, int? Status, DateTimeOffset At);

/// <summary>Who asked for what, so that a test can say what was (and was not) called.</summary>
internal sealed class RequestLog
{
    private const int Kept = 20_000;

    private readonly Lock gate = new();
    private readonly List<LoggedRequest> requests = [];
    private int last;

    public int Begin(string method, string path, string query, DateTimeOffset at)
    {
        lock (gate)
        {
            if (requests.Count >= Kept)
            {
                requests.RemoveRange(0, Kept / 4);
            }

            requests.Add(new(++last, method, path, query, null, at));
            return last;
        }
    }

    /// <param name="status">0: no answer was given.</param>
    public void End(int number, int status)
    {
        lock (gate)
        {
            var at = requests.FindLastIndex(r => r.Number == number);
            if (at >= 0)
            {
                requests[at] = requests[at] with { Status = status };
            }
        }
    }

    public IReadOnlyList<LoggedRequest> Since(int number)
    {
        lock (gate)
        {
            return [.. requests.Where(r => r.Number > number)];
        }
    }

    public void Clear()
    {
        lock (gate)
        {
            requests.Clear();
        }
    }
}
