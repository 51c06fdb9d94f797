using System.Globalization;
using System.Text;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.ConnectWise;

/// <summary>Writes ConnectWise's condition language and keeps its addresses short enough.</summary>
internal static class ConnectWiseQuery
{
    /// <summary>Characters after the host; about 1,745 are safe on ConnectWise's side.</summary>
    public const int LongestAddress = 1700;

    public static string Of(string? conditions, string? fields, int? pageSize = null, long pageId = 0)
    {
        var query = new StringBuilder();
        Add(query, "conditions", conditions);
        Add(query, "fields", fields);
        Add(query, "pageSize", pageSize?.ToString(CultureInfo.InvariantCulture));
        Add(query, "pageId", pageId > 0 ? pageId.ToString(CultureInfo.InvariantCulture) : null);
        return query.ToString();
    }

    /// <summary>Whole seconds are all that ConnectWise knows; rounding down reads one second twice rather than none.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("'['yyyy-MM-dd'T'HH:mm:ss'Z]'", CultureInfo.InvariantCulture);

    public static string? And(params string?[] conditions)
    {
        var some = conditions.Where(c => !string.IsNullOrEmpty(c)).ToList();
        return some.Count == 0 ? null : string.Join(" and ", some);
    }

    /// <summary>“name in (…)” lists, each as long as its address may be.</summary>
    /// <param name="length">Length of the address that carries such a condition.</param>
    public static IEnumerable<IReadOnlyList<string>> Batches(IReadOnlyList<string> ids, Func<string, int> length, string name, int most = 1000)
    {
        var batch = new List<string>();
        foreach (var id in ids)
        {
            batch.Add(id);
            if (batch.Count > 1 && (batch.Count > most || length(In(name, batch)) > LongestAddress))
            {
                batch.RemoveAt(batch.Count - 1);
                yield return batch;
                batch = [id];
            }
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    public static string In(string name, IEnumerable<string> ids) => $"{name} in ({string.Join(',', ids)})";

    /// <summary>The queries that together bring the selected tickets: several when the boards make one too long.</summary>
    /// <param name="reserve">Characters that are added later (place, narrower conditions).</param>
    public static IReadOnlyList<string> Tickets(TicketScope scope, DateTimeOffset? closedSince, string path, string fields, int reserve)
    {
        // A closed ticket without a closing date counts by its last change, so changed ones come along; the engine keeps what belongs.
        var history = closedSince is { } since ? $"(closedFlag=false or closedDate>={Time(since)} or lastUpdated>={Time(since)})" : null;
        return PerBoards(scope, history, c => ConnectWiseClient.Length(path, Of(c, fields, ConnectWiseLists.PageSize)) + reserve);
    }

    /// <summary>The conditions whose counts add up to what a choice brings in; half an address is left for the statuses.</summary>
    public static IReadOnlyList<string> TicketPreview(TicketScope scope, DateTimeOffset now, string path)
    {
        var history = scope.ClosedSince(now) is { } since ? $"(closedFlag=false or closedDate>={Time(since)})" : null;
        return PerBoards(scope, history, c => ConnectWiseClient.Length(path + "/count", Of(c, null)) + (LongestAddress / 2));
    }

    private static IReadOnlyList<string> PerBoards(TicketScope scope, string? history, Func<string?, int> length)
    {
        if (scope.Containers is not { } boards)
        {
            return [history ?? ""];
        }

        var ids = boards.Where(b => long.TryParse(b, NumberStyles.None, CultureInfo.InvariantCulture, out _)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return [.. Batches(ids, c => length(And(c, history)), "board/id").Select(b => And(In("board/id", b), history)!)];
    }

    private static void Add(StringBuilder query, string name, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return;
        }

        // Commas and slashes may stand in a query as they are, and there are many of them.
        var escaped = Uri.EscapeDataString(value).Replace("%2C", ",", StringComparison.Ordinal).Replace("%2F", "/", StringComparison.Ordinal);
        query.Append(query.Length > 0 ? "&" : "").Append(name).Append('=').Append(escaped);
    }
}
