using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.ConnectWise;

/// <summary>Reads boards and every other list as one pass: hundreds of small lists, a few of which may be denied or vanish without costing the others.</summary>
internal static class ConnectWiseReference
{
    /// <summary>Small lists are handed on together: a page is a transaction.</summary>
    private const int EnoughRows = 200;
    private const int EnoughLists = 10;

    private static readonly IReadOnlyList<string> Everything = [""];

    public static async IAsyncEnumerable<Page> ReadAsync(ConnectWiseClient client, ReadRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        var place = Place.Read(request.Cursor);
        while (true)
        {
            var rows = new List<ExternalRecord>();
            var bad = new List<BadRow>();
            DateTimeOffset? time = null;
            for (var lists = 0; lists < EnoughLists && rows.Count < EnoughRows && place.List is not null; lists++)
            {
                (place, var page) = await TakeAsync(client, place, ct);
                rows.AddRange(page?.Rows ?? []);
                bad.AddRange(page?.Bad ?? []);
                time ??= page?.VendorTime;
            }

            var over = place.List is null;
            yield return new Page([.. rows.DistinctBy(r => r.ExternalId)], over ? Cursor.Start : place.Write())
            {
                Bad = bad,
                Complete = over && place.Doubt is null,
                Doubt = over ? place.Doubt : null,
                VendorTime = time,
            };
            if (over)
            {
                yield break;
            }
        }
    }

    /// <summary>Entries of boards are known by their own ids only, so every board's list is read again, to the end, before one counts as gone.</summary>
    public static async Task<IReadOnlyList<ReadResult>> ReadByIdsAsync(ConnectWiseClient client, IReadOnlyList<string> keys, CancellationToken ct)
    {
        var results = new Dictionary<string, ReadResult>(StringComparer.Ordinal);
        foreach (var list in ConnectWiseReferenceLists.Global)
        {
            var ids = keys.Where(key => IdIn(list, key) is not null).Select(key => IdIn(list, key)!).ToList();
            foreach (var result in ids.Count == 0 ? [] : await FindInListAsync(client, list, ids, ct))
            {
                results[result.ExternalId] = result;
            }
        }

        var onBoards = keys.Where(key => !results.ContainsKey(key)).ToHashSet(StringComparer.Ordinal);
        if (onBoards.Count > 0)
        {
            await FindOnBoardsAsync(client, onBoards, results, ct);
        }

        return [.. keys.Distinct(StringComparer.Ordinal).Select(key => results[key])];
    }

    /// <summary>A list that may no longer be read proves nothing about its entries, and must not keep the others from being told.</summary>
    private static async Task<IReadOnlyList<ReadResult>> FindInListAsync(ConnectWiseClient client, ConnectWiseList list, IReadOnlyList<string> ids, CancellationToken ct)
    {
        try
        {
            return await ConnectWiseByIds.ReadAsync(client, list, ids, ct);
        }
        catch (FaultException e) when (e.Fault is Fault.PermissionMissing && !ConnectWiseReferenceLists.IsIndispensable(list))
        {
            return [.. ids.Select(id => new ReadResult.Unknown(list.Key(id), e.Fault.Sentence))];
        }
    }

    private static async Task FindOnBoardsAsync(ConnectWiseClient client, HashSet<string> keys, Dictionary<string, ReadResult> results, CancellationToken ct)
    {
        var (boards, _, doubt) = await ReadWholeAsync(client, ConnectWiseReferenceLists.Boards, ct);
        foreach (var board in boards.OfType<ReferenceItem>())
        {
            foreach (var list in ConnectWiseReferenceLists.OfBoard(board.ItemId).Where(list => keys.Any(key => IdIn(list, key) is not null)))
            {
                var (rows, bad, trouble) = await ReadWholeAsync(client, list, ct);
                doubt ??= trouble;
                foreach (var row in rows.Where(r => keys.Contains(r.ExternalId)))
                {
                    results[row.ExternalId] = new ReadResult.Present(row);
                }

                foreach (var row in bad.Where(b => b.ExternalId is not null && keys.Contains(b.ExternalId)))
                {
                    results[row.ExternalId!] = new ReadResult.Bad(row.ExternalId!, row);
                }
            }
        }

        var known = ConnectWiseReferenceLists.OfBoard("1");
        foreach (var key in keys.Where(key => !results.ContainsKey(key)))
        {
            results[key] = doubt is null && known.Any(list => IdIn(list, key) is not null)
                ? new ReadResult.Gone(key)
                : new ReadResult.Unknown(key, doubt ?? $"“{key}” is not in any list that ConnectWise has.");
        }
    }

    private static async Task<(List<ExternalRecord> Rows, List<BadRow> Bad, string? Doubt)> ReadWholeAsync(ConnectWiseClient client, ConnectWiseList list, CancellationToken ct)
    {
        var rows = new List<ExternalRecord>();
        var bad = new List<BadRow>();
        var cursor = new ConnectWiseCursor();
        try
        {
            for (var over = false; !over;)
            {
                (var page, cursor, over) = await ConnectWisePass.TakeAsync(client, list, Everything, PassKind.Full, cursor, ct);
                rows.AddRange(page.Rows);
                bad.AddRange(page.Bad);
            }
        }
        catch (FaultException e) when (e.Fault is Fault.PermissionMissing or Fault.BadData or Fault.VendorDown)
        {
            return (rows, bad, e.Fault.Sentence);
        }

        return (rows, bad, cursor.Doubt ?? (bad.Any(b => b.ExternalId is null) ? $"An entry of the {list.Noun} cannot be read." : null));
    }

    private static async Task<(Place Place, Page? Page)> TakeAsync(ConnectWiseClient client, Place place, CancellationToken ct)
    {
        var list = place.List!;
        try
        {
            var (page, cursor, over) = await ConnectWisePass.TakeAsync(client, list, Everything, PassKind.Full, place.Inner ?? new ConnectWiseCursor(), ct);
            if (list == ConnectWiseReferenceLists.Boards)
            {
                place = place with { Boards = [.. place.Boards.Union(page.Rows.OfType<ReferenceItem>().Select(b => b.ItemId))] };
            }

            return (over ? place.Next(cursor.Doubt) : place with { Inner = cursor }, page);
        }
        catch (FaultException e) when (e.Fault is Fault.PermissionMissing && !ConnectWiseReferenceLists.IsIndispensable(list))
        {
            client.Session.Log.LogInformation("{List} are left out: {Reason}", list.Noun, e.Fault.Sentence);
            return (place.Next(null), null);
        }
        catch (FaultException e) when (e.Fault is Fault.VendorDown && place.Board is not null)
        {
            if (await ConnectWiseByIds.ReadAsync(client, ConnectWiseReferenceLists.Boards, [place.Board], ct) is not [ReadResult.Gone])
            {
                throw;
            }

            return (place.Next(null), null);   // The board was deleted since the boards were read.
        }
    }

    private static string? IdIn(ConnectWiseList list, string key)
    {
        var id = key[(key.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return list.Key(id) == key ? id : null;
    }

    /// <summary>Which list of which board.</summary>
    private sealed record Place
    {
        [JsonPropertyName("i")]
        public int Index { get; init; }

        [JsonPropertyName("boards")]
        public IReadOnlyList<string> Boards { get; init; } = [];

        [JsonPropertyName("in")]
        public ConnectWiseCursor? Inner { get; init; }

        [JsonPropertyName("d")]
        public string? Doubt { get; init; }

        [JsonIgnore]
        public string? Board => Index < ConnectWiseReferenceLists.Global.Count ? null : Boards.ElementAtOrDefault((Index - ConnectWiseReferenceLists.Global.Count) / ListsOfBoard);

        /// <summary>Null at the end.</summary>
        [JsonIgnore]
        public ConnectWiseList? List =>
            Index < ConnectWiseReferenceLists.Global.Count ? ConnectWiseReferenceLists.Global[Index]
            : Board is { } board ? ConnectWiseReferenceLists.OfBoard(board)[(Index - ConnectWiseReferenceLists.Global.Count) % ListsOfBoard]
            : null;

        private static int ListsOfBoard { get; } = ConnectWiseReferenceLists.OfBoard("1").Count;

        public static Place Read(Cursor cursor) => CursorJson.Read<Place>(cursor) ?? new();

        public Place Next(string? doubt) => this with { Index = Index + 1, Inner = null, Doubt = Doubt ?? doubt };

        public Cursor Write() => CursorJson.Write(this);
    }
}
