using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.Microsoft365;

/// <summary>
/// Users and groups. A full pass takes a mark in the vendor's changes first and then reads the list: whatever changes meanwhile comes again after the mark.
/// An incremental pass follows the changes from the mark on, and takes from them nothing but who changed: what is told beside may be only a part,
/// and where a licence comes from is not told there at all. Everyone who changed is read whole.
/// </summary>
/// <param name="kind">Users or groups.</param>
/// <param name="delta">Path of the changes.</param>
/// <param name="watched">Whose changes are told.</param>
internal sealed class Microsoft365Directory(Microsoft365Kind kind, string delta, string watched)
{
    private const int AtOnce = 4;

    /// <summary>So many of one page fail before it is the vendor that is in trouble, and not they.</summary>
    private const int MostFailures = 3;

    public static readonly Microsoft365Directory Users = new(Microsoft365Kinds.Users, "users/delta", Microsoft365Kinds.WatchedOfUsers);

    public static readonly Microsoft365Directory Groups = new(Microsoft365Kinds.Groups, "groups/delta", Microsoft365Kinds.OfGroups);

    public Microsoft365Kind Kind => kind;

    /// <summary>The question for a mark that says: from now on.</summary>
    public string Latest => $"{delta}?$deltatoken=latest&$select={watched}";

    public IAsyncEnumerable<Page> ReadAsync(Session session, ReadRequest request, CancellationToken ct)
    {
        var client = new Microsoft365Client(session);
        return request.Pass == PassKind.Full ? AllAsync(client, request, ct) : ChangesAsync(client, request, ct);
    }

    private async IAsyncEnumerable<Page> AllAsync(Microsoft365Client client, ReadRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        var place = Microsoft365Lists.Place(client, request.Cursor);
        var mark = place is null ? await MarkAsync(client, ct) : place.Changes;
        await foreach (var page in Microsoft365Lists.ReadAsync(client, kind, request, ct))
        {
            yield return page switch
            {
                { Complete: true } => page with { Bookmark = mark is null ? null : Bookmark(mark) },
                { Doubt: null } => page with { Next = CursorJson.Write(CursorJson.Read<ListPlace>(page.Next)! with { Changes = mark }) },
                _ => page,
            };
        }
    }

    private async IAsyncEnumerable<Page> ChangesAsync(Microsoft365Client client, ReadRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        var place = Microsoft365Lists.Place(client, request.Cursor);
        var next = place is not null ? new Uri(place.Next) : Marked(client, request.Bookmark);
        if (next is null)
        {
            yield return StartOver("There is no mark from which changes could be told; everything is read again.");
            yield break;
        }

        for (var isFirst = place is null; next is not null; isFirst = false)
        {
            var response = await client.AskAsync(next, ct);
            if (Microsoft365Errors.IsLost(response, isKept: true))
            {
                // Within the changes the mark itself may still be good: only if it is not, everything is read again.
                yield return isFirst ? StartOver("Microsoft 365 no longer knows the mark from which changes were to be told; everything is read again.") : Microsoft365Lists.LostPlace;
                yield break;
            }

            var page = response.IsSuccess ? GraphPage.Of(client, next, response) : throw client.Refusal(response, kind.Permission);
            next = page.Next;
            var told = await TellAsync(client, page, ct);
            yield return (next, page.Changes) switch
            {
                (not null, _) => told with { Next = CursorJson.Write(new ListPlace(next.AbsoluteUri, null)) },
                (null, not null) => told with { Complete = true, Bookmark = Bookmark(page.Changes.AbsoluteUri) },
                _ => told with { Doubt = "Microsoft Graph's changes ended without saying where they go on." },
            };
        }
    }

    /// <summary>Who changed, read whole; who is gone. Of several entries about one the last is what is true.</summary>
    private async Task<Page> TellAsync(Microsoft365Client client, GraphPage page, CancellationToken ct)
    {
        var (isRemoved, bad) = (new Dictionary<string, bool>(StringComparer.Ordinal), new List<BadRow>());
        foreach (var element in page.Rows)
        {
            try
            {
                var row = new JsonRow(element);
                isRemoved[kind.Id(row) ?? throw new FieldException(kind.IdName, "is missing")] = element.TryGetProperty("@removed", out var removed) && removed.ValueKind == JsonValueKind.Object;
            }
            catch (Exception e) when (e is FieldException or InvalidOperationException)
            {
                bad.Add(new BadRow(null, JsonRow.Reason(e), RowSample.Of(element)));
            }
        }

        var whole = await WholeAsync(client, [.. isRemoved.Where(r => !r.Value).Select(r => r.Key)], ct);
        // Told as changed and not found: not everywhere yet, or gone since, which the next round tells. Asked for again by itself.
        bad.AddRange(whole.OfType<ReadResult.Gone>().Select(g => new BadRow(g.ExternalId, "Microsoft 365 says that it changed, and does not find it yet.", "")));
        bad.AddRange(whole.OfType<ReadResult.Bad>().Select(b => b.Row));
        bad.AddRange(whole.OfType<ReadResult.Unknown>().Select(u => new BadRow(u.ExternalId, u.Why, "")));
        return new Page([.. whole.OfType<ReadResult.Present>().Select(p => p.Record)], Cursor.Start)
        {
            Deleted = [.. isRemoved.Where(r => r.Value).Select(r => r.Key)],
            Bad = bad,
            VendorTime = page.Time,
        };
    }

    private async Task<IReadOnlyList<ReadResult>> WholeAsync(Microsoft365Client client, IReadOnlyList<string> ids, CancellationToken ct)
    {
        var (results, left, failures) = (new ConcurrentDictionary<string, ReadResult>(StringComparer.Ordinal), new ConcurrentQueue<string>(ids), 0);
        async Task WorkAsync()
        {
            while (left.TryDequeue(out var id))
            {
                try
                {
                    results[id] = await Microsoft365Lists.ReadOneAsync(client, kind, Microsoft365Context.Empty, id, ct);
                }
                catch (FaultException e) when (e.Fault is Fault.BadData or Fault.PermissionMissing || (e.Fault is Fault.VendorDown && Interlocked.Increment(ref failures) < MostFailures))
                {
                    results[id] = new ReadResult.Unknown(id, e.Fault.Sentence);   // Kept aside, and asked for again by itself.
                }
                catch
                {
                    left.Clear();   // What is under way comes to its end, and nothing more is asked.
                    throw;
                }
            }
        }

        // Without threads of its own, as everything that a connector does.
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => WorkAsync()));
        return [.. ids.Select(id => results[id])];
    }

    /// <summary>Null where this tenant has no changes to tell of: then it is read whole each time.</summary>
    private async Task<string?> MarkAsync(Microsoft365Client client, CancellationToken ct)
    {
        var address = client.Address(Latest);
        var response = await client.AskAsync(address, ct);
        if (response.Status != System.Net.HttpStatusCode.Forbidden && Microsoft365Errors.IsNotThere(response))
        {
            return null;
        }

        var page = response.IsSuccess ? GraphPage.Of(client, address, response) : throw client.Refusal(response, kind.Permission);
        return page.Changes?.AbsoluteUri;
    }

    /// <summary>A mark says what it watches: another selection needs another mark.</summary>
    private string Bookmark(string link) => CursorJson.Write(new Mark(watched, link)).Value!;

    private Uri? Marked(Microsoft365Client client, string? bookmark) =>
        CursorJson.Read<Mark>(new Cursor(bookmark)) is { Link: not null } mark && mark.Watched == watched && Uri.TryCreate(mark.Link, UriKind.Absolute, out var link) && client.IsTrusted(link) ? link : null;

    private static Page StartOver(string why) => new([], Cursor.Start) { StartOver = why };

    private sealed record Mark(string Watched, string Link);
}
