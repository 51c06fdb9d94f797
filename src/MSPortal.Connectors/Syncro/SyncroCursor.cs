using System.Text.Json.Serialization;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.Syncro;

/// <summary>Where a pass stands: enough to go on after a crash, and enough to notice that numbered pages have shifted.</summary>
internal sealed record SyncroCursor
{
    /// <summary>Pages whose ids are remembered: rows that a shift brings a second time are not counted twice.</summary>
    private const int RememberedPages = 3;

    /// <summary>What is being read; another question cannot go on from here.</summary>
    [JsonPropertyName("q")]
    public string? Question { get; init; }

    /// <summary>The pass began here, by our clock: keeps “closed in the last 24 months” one question for its whole length.</summary>
    [JsonPropertyName("at")]
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Which of the pass's consecutive queries.</summary>
    [JsonPropertyName("i")]
    public int Query { get; init; }

    /// <summary>The page to read next.</summary>
    [JsonPropertyName("p")]
    public int Page { get; init; } = 1;

    /// <summary>Rows delivered by this query, those of the remembered pages once.</summary>
    [JsonPropertyName("n")]
    public int Delivered { get; init; }

    /// <summary>How many pages there are, as last said.</summary>
    [JsonPropertyName("g")]
    public int? Pages { get; init; }

    /// <summary>How many rows there are, as last said.</summary>
    [JsonPropertyName("t")]
    public int? Entries { get; init; }

    /// <summary>The smallest of those numbers: what there was from the beginning to the end.</summary>
    [JsonPropertyName("m")]
    public int? Least { get; init; }

    /// <summary>The longest page so far.</summary>
    [JsonPropertyName("s")]
    public int Size { get; init; }

    [JsonPropertyName("r")]
    public IReadOnlyList<long> Recent { get; init; } = [];

    /// <summary>This page is being asked for a second time, since it was shorter than it may be.</summary>
    [JsonPropertyName("e")]
    public bool Asked { get; init; }

    /// <summary>How often the reader stepped back because rows went away behind it.</summary>
    [JsonPropertyName("k")]
    public int Steps { get; init; }

    /// <summary>The pages are being read once more from the last to the first.</summary>
    [JsonPropertyName("b")]
    public bool Back { get; init; }

    /// <summary>The query is being read a second time, since the first time rows were missing.</summary>
    [JsonPropertyName("w")]
    public bool Again { get; init; }

    /// <summary>What an earlier query of the pass could not settle.</summary>
    [JsonPropertyName("d")]
    public string? Doubt { get; init; }

    /// <summary>Null for a fresh start, and for text that is none of ours.</summary>
    public static SyncroCursor? Read(Cursor cursor) => CursorJson.Read<SyncroCursor>(cursor);

    public Cursor Write() => CursorJson.Write(this);

    /// <summary>The same query from its beginning.</summary>
    public SyncroCursor Restarted() => new() { Question = Question, StartedAt = StartedAt, Query = Query, Doubt = Doubt, Again = true };

    public SyncroCursor NextQuery(string? doubt) => new() { Question = Question, StartedAt = StartedAt, Query = Query + 1, Doubt = Doubt ?? doubt };

    /// <summary>What is known once a page has come; where to go on is decided elsewhere.</summary>
    public SyncroCursor After(SyncroPage page)
    {
        var nameless = page.Bad.Count(b => b.ExternalId is null);
        var size = Math.Max(Size, page.Received);
        return this with
        {
            Delivered = Delivered + page.Ids.Except(Recent).Count() + (Asked ? 0 : nameless),
            Pages = page.Pages ?? Pages,
            Entries = page.Entries ?? Entries,
            Least = page.Entries is { } entries ? Math.Min(Least ?? entries, entries) : Least,
            Size = size,
            Recent = [.. page.Ids.Concat(Recent).Distinct().Take(RememberedPages * size)],
        };
    }
}
