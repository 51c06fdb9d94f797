using System.Text.Json.Serialization;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.HaloPsa;

/// <summary>Where a pass stands: enough to go on after a crash, and enough to tell at the end whether anything is missing.</summary>
internal sealed record HaloPsaCursor
{
    /// <summary>What is being read; another question (other ticket types) cannot go on from here.</summary>
    [JsonPropertyName("q")]
    public string? Question { get; init; }

    /// <summary>The pass began here, by our clock: keeps “closed in the last 24 months” one question for its whole length.</summary>
    [JsonPropertyName("at")]
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Which of the pass's consecutive queries.</summary>
    [JsonPropertyName("i")]
    public int Query { get; init; }

    /// <summary>The largest id delivered, and the first.</summary>
    [JsonPropertyName("id")]
    public long Last { get; init; }

    [JsonPropertyName("f")]
    public long First { get; init; }

    /// <summary>How many rows of the query lie before the place where the next page goes on.</summary>
    [JsonPropertyName("p")]
    public int Rank { get; init; }

    /// <summary>The most rows that the server has been seen to give.</summary>
    [JsonPropertyName("c")]
    public int Cap { get; init; } = HaloPsaLists.PageSize;

    /// <summary>Different ids delivered by this query.</summary>
    [JsonPropertyName("n")]
    public int Delivered { get; init; }

    /// <summary>Rows delivered whose ids could not be read.</summary>
    [JsonPropertyName("x")]
    public int Nameless { get; init; }

    /// <summary>Delivered ids that did not change since <see cref="Began"/>.</summary>
    [JsonPropertyName("s")]
    public int Settled { get; init; }

    /// <summary>The vendor's clock at the query's first page, a minute earlier.</summary>
    [JsonPropertyName("b")]
    public DateTimeOffset? Began { get; init; }

    /// <summary>The vendor's count with the last page.</summary>
    [JsonPropertyName("t")]
    public int? Total { get; init; }

    /// <summary>The query is being read a second time, since the first time rows were missing.</summary>
    [JsonPropertyName("r")]
    public bool Again { get; init; }

    /// <summary>What an earlier query of the pass could not settle.</summary>
    [JsonPropertyName("d")]
    public string? Doubt { get; init; }

    /// <summary>Null for a fresh start, and for text that is none of ours.</summary>
    public static HaloPsaCursor? Read(Cursor cursor) => CursorJson.Read<HaloPsaCursor>(cursor) is { Cap: > 0, Rank: >= 0, Query: >= 0 } read ? read : null;

    public Cursor Write() => CursorJson.Write(this);

    /// <summary>The same query from its beginning.</summary>
    public HaloPsaCursor Restarted() => new() { Question = Question, StartedAt = StartedAt, Query = Query, Doubt = Doubt, Again = true };

    public HaloPsaCursor NextQuery() => new() { Question = Question, StartedAt = StartedAt, Query = Query + 1, Doubt = Doubt, Cap = Cap };

    /// <summary>After a page that goes on where the last one ended.</summary>
    public HaloPsaCursor After(HaloPsaPage page, HaloPsaWindow window)
    {
        var began = Began ?? page.VendorTime?.AddMinutes(-1);
        var fresh = page.Ids.Where(row => row.Id > Last).DistinctBy(row => row.Id).ToList();
        var end = window.Start + page.Received;
        return this with
        {
            Last = fresh.Count > 0 ? fresh.Max(row => row.Id) : Last,
            First = First == 0 ? page.First ?? 0 : First,
            Rank = end,
            Cap = page.Received > 0 && page.Received < window.Size && end < page.Total ? page.Received : Cap,
            Delivered = Delivered + fresh.Count,
            Nameless = Nameless + (end > Rank ? Math.Min(page.Received - page.Ids.Count, end - Rank) : 0),
            Settled = Settled + fresh.Count(row => row.Changed is null || row.Changed < began),
            Began = began,
            Total = page.Total,
        };
    }

    /// <summary>Rows before the last one read have gone: the place is further in front, by as many as are missing.</summary>
    public HaloPsaCursor SteppedBack(HaloPsaPage page, HaloPsaWindow window)
    {
        var gone = Math.Max(0, (Total ?? 0) - (page.Total ?? 0));
        var start = Math.Min(window.Start, page.Total ?? window.Start);
        return this with { Rank = Math.Max(0, start - (gone > 0 ? gone : Math.Max(1, Cap / 2))), Total = page.Total };
    }
}
