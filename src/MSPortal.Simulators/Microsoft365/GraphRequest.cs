using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Microsoft365;

/// <summary>A call to Graph, alone or a part of a batch.</summary>
/// <param name="Path">Without the version in front.</param>
internal sealed record GraphRequest(string Method, string Path, IReadOnlyDictionary<string, string> Query, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>The largest page that a fault allows; 0: no cap.</summary>
    public int Cap { get; init; }

    /// <summary>A fault wants a page without rows that leads on.</summary>
    public bool IsEmptyPage { get; init; }

    /// <summary>A fault wants that the place in a delta is forgotten; the status that says so.</summary>
    public int? Forgets { get; init; }

    /// <summary>Whether the address that notices are to go to answered as it has to.</summary>
    public bool IsValidated { get; init; }

    public IReadOnlyList<string> Steps { get; } = [.. Path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString)];

    public static GraphRequest Of(HttpContext context, byte[] body, IReadOnlyList<Fault> faults) => Of(
        context.Request.Method,
        context.Request.Path.Value![Graph.Root.Length..] + context.Request.QueryString,
        context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
        body,
        faults);

    /// <param name="url">From the version on.</param>
    public static GraphRequest Of(string method, string url, IReadOnlyDictionary<string, string> headers, byte[] body, IReadOnlyList<Fault> faults)
    {
        var cut = url.IndexOf('?', StringComparison.Ordinal);
        var query = QueryHelpers.ParseQuery(cut < 0 ? "" : url[cut..]).ToDictionary(q => q.Key, q => q.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        return new GraphRequest(method, cut < 0 ? url : url[..cut], query, headers, body)
        {
            Cap = faults.Where(f => f.Kind is FaultKind.CapPage).Select(f => f.Rows).DefaultIfEmpty(0).Min(),
            IsEmptyPage = faults.Any(f => f.Kind is FaultKind.EmptyPage),
            Forgets = faults.FirstOrDefault(f => f.Kind is FaultKind.ForgetCursor) is { } fault ? fault.Code ?? 410 : null,
        };
    }

    /// <summary>A query option, with its dollar or without.</summary>
    public string? Option(string name) => Query.GetValueOrDefault("$" + name) ?? Query.GetValueOrDefault(name);

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public IReadOnlyList<string>? Select => Option("select") is { Length: > 0 } names ? [.. names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)] : null;

    /// <summary>Where the answer may be one from a moment ago, and what only works there.</summary>
    public bool IsEventual => Header("ConsistencyLevel")?.Equals("eventual", StringComparison.OrdinalIgnoreCase) == true && Option("count") is "true";

    /// <exception cref="GraphException">It is no size of a page.</exception>
    public int Top(int usual, int most)
    {
        if (Option("top") is not { } text)
        {
            return Cap > 0 ? Math.Min(Cap, usual) : usual;
        }

        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var top) || top < 1 || top > most)
        {
            throw new GraphException(400, "Request_UnsupportedQuery", $"Invalid page size specified: '{text}'. Must be between 1 and {most.ToString(CultureInfo.InvariantCulture)} inclusive.");
        }

        return Cap > 0 ? Math.Min(Cap, top) : top;
    }
}
