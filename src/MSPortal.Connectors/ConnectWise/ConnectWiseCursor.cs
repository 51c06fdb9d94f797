using System.Text.Json.Serialization;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.ConnectWise;

/// <summary>Where a pass stands: enough to go on after a crash, and enough to tell at the end whether anything is missing.</summary>
internal sealed record ConnectWiseCursor
{
    /// <summary>What is being read; another question (other boards) cannot go on from here.</summary>
    [JsonPropertyName("q")]
    public string? Question { get; init; }

    /// <summary>The pass began here, by our clock: keeps “closed in the last 24 months” one question for its whole length.</summary>
    [JsonPropertyName("at")]
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Which of the pass's consecutive queries.</summary>
    [JsonPropertyName("i")]
    public int Query { get; init; }

    /// <summary>The largest id delivered.</summary>
    [JsonPropertyName("id")]
    public long Last { get; init; }

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

    /// <summary>The vendor's count, when it was asked.</summary>
    [JsonPropertyName("t")]
    public int? Total { get; init; }

    /// <summary>The query is being read a second time, since the first time rows were missing.</summary>
    [JsonPropertyName("r")]
    public bool Again { get; init; }

    /// <summary>What an earlier query of the pass could not settle.</summary>
    [JsonPropertyName("d")]
    public string? Doubt { get; init; }

    public int Accounted => Delivered + Nameless;

    /// <summary>Null for a fresh start, and for text that is none of ours.</summary>
    public static ConnectWiseCursor? Read(Cursor cursor) => CursorJson.Read<ConnectWiseCursor>(cursor);

    public Cursor Write() => CursorJson.Write(this);

    /// <summary>The same query from its beginning.</summary>
    public ConnectWiseCursor Restarted() => new() { Question = Question, StartedAt = StartedAt, Query = Query, Doubt = Doubt, Again = true };

    public ConnectWiseCursor NextQuery() => new() { Question = Question, StartedAt = StartedAt, Query = Query + 1, Doubt = Doubt };

    public ConnectWiseCursor After(ConnectWisePage page)
    {
        var began = Began ?? page.VendorTime?.AddMinutes(-1);
        var fresh = page.Ids.Where(row => row.Key > Last).ToList();
        var nameless = page.Received > 0 ? page.Bad.Count(b => b.ExternalId is null) : 0;
        return this with
        {
            Last = fresh.Count > 0 ? fresh.Max(row => row.Key) : nameless > 0 && page.NextId > Last ? page.NextId.Value : Last,
            Delivered = Delivered + fresh.Count,
            Nameless = Nameless + nameless,
            Settled = Settled + fresh.Count(row => row.Value is null || row.Value < began),
            Began = began,
        };
    }
}
