using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.DattoRmm;

/// <summary>Where a pass stands: enough to go on after a crash, and enough to notice that numbered pages have shifted.</summary>
internal sealed record DattoRmmCursor
{
    /// <summary>Pages whose ids are remembered: rows that a shift brings a second time are not counted twice.</summary>
    private const int RememberedPages = 2;

    /// <summary>Bytes of an id's mark: small, and still no two alike among five hundred.</summary>
    private const int MarkLength = 5;

    /// <summary>What is being read; another list cannot go on from here.</summary>
    [JsonPropertyName("q")]
    public string? List { get; init; }

    /// <summary>The page to read next, from zero.</summary>
    [JsonPropertyName("p")]
    public int Page { get; init; }

    /// <summary>Rows delivered, those of the remembered pages once.</summary>
    [JsonPropertyName("n")]
    public int Delivered { get; init; }

    /// <summary>How many rows there are, as last said.</summary>
    [JsonPropertyName("t")]
    public int? Total { get; init; }

    /// <summary>The smallest of those numbers: what there was from the beginning to the end.</summary>
    [JsonPropertyName("m")]
    public int? Least { get; init; }

    /// <summary>The longest page so far.</summary>
    [JsonPropertyName("s")]
    public int Size { get; init; }

    /// <summary>Marks of the remembered ids, one after the other.</summary>
    [JsonPropertyName("r")]
    public byte[]? Recent { get; init; }

    /// <summary>This page is being asked for a second time, since it was shorter than it may be.</summary>
    [JsonPropertyName("e")]
    public bool Asked { get; init; }

    /// <summary>How often the reader stepped back because rows went away behind it.</summary>
    [JsonPropertyName("k")]
    public int Steps { get; init; }

    /// <summary>The list is being read a second time, since the first time rows were missing.</summary>
    [JsonPropertyName("w")]
    public bool Again { get; init; }

    public static DattoRmmCursor Read(Cursor cursor, string list) =>
        CursorJson.Read<DattoRmmCursor>(cursor) is { } read && read.List == list && read.Page >= 0 ? read : new DattoRmmCursor { List = list };

    public Cursor Write() => CursorJson.Write(this);

    /// <summary>The same list from its beginning.</summary>
    public DattoRmmCursor Restarted() => new() { List = List, Again = true };

    /// <summary>What is known once a page has come; where to go on is decided elsewhere.</summary>
    public DattoRmmCursor After(DattoRmmPage page)
    {
        var known = Marks().ToHashSet();
        var marks = page.Ids.Select(Mark).ToList();
        var nameless = page.Bad.Count(b => b.ExternalId is null);
        var size = Math.Max(Size, page.Received);
        return this with
        {
            Delivered = Delivered + marks.Count(m => !known.Contains(m)) + (Asked ? 0 : nameless),
            Total = page.Total ?? Total,
            Least = page.Total is { } total ? Math.Min(Least ?? total, total) : Least,
            Size = size,
            Recent = Pack(marks.Concat(Marks()).Distinct().Take(RememberedPages * size)),
        };
    }

    private static long Mark(string id)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(id), hash);
        return BinaryPrimitives.ReadInt64BigEndian(hash) >>> (64 - (8 * MarkLength));
    }

    private static byte[] Pack(IEnumerable<long> marks)
    {
        var bytes = new List<byte>();
        foreach (var mark in marks)
        {
            for (var shift = 8 * (MarkLength - 1); shift >= 0; shift -= 8)
            {
                bytes.Add((byte)(mark >>> shift));
            }
        }

        return [.. bytes];
    }

    private IEnumerable<long> Marks() => (Recent ?? []).Chunk(MarkLength).Select(c => c.Aggregate(0L, (mark, b) => (mark << 8) | b));
}
