using System.Runtime.CompilerServices;
using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.Microsoft365;

/// <summary>Lists that are read from page to page, each to its end, and their records one by one.</summary>
internal static class Microsoft365Lists
{
    public static async IAsyncEnumerable<Page> ReadAsync(Microsoft365Client client, Microsoft365Kind kind, ReadRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        var place = Place(client, request.Cursor);
        var context = await kind.Around(client, ct);
        for (var next = place is null ? client.Address(kind.List) : new Uri(place.Next); next is not null;)
        {
            var response = await client.AskAsync(next, ct);
            if (place is not null && Microsoft365Errors.IsLost(response))
            {
                yield return LostPlace;
                yield break;
            }

            var page = response.IsSuccess ? GraphPage.Of(client, next, response) : throw client.Refusal(response, kind.Permission);
            var (rows, bad) = Understand(kind, page.Rows, context);
            next = page.Next;
            place = next is null ? null : new ListPlace(next.AbsoluteUri, null);
            yield return new Page(rows, place is null ? Cursor.Start : CursorJson.Write(place)) { Complete = next is null, Bad = bad, VendorTime = page.Time };
        }
    }

    /// <summary>The scores of the last days come first, and as many as are asked for: changes are those of a few days.</summary>
    public static async IAsyncEnumerable<Page> ReadScoresAsync(Microsoft365Client client, ReadRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        const int kept = 90;   // Days that Microsoft remembers.
        var days = request is { Pass: PassKind.Incremental, Since: { } since } ? (int)Math.Clamp(Math.Ceiling((client.Session.Clock.GetUtcNow() - since).TotalDays) + 2, 2, kept) : kept;
        var kind = days == kept ? Microsoft365Kinds.Scores : Microsoft365Kinds.Scores with { List = FormattableString.Invariant($"{Microsoft365Kinds.Scores.List}?$top={days}") };
        DateTimeOffset? oldest = null;
        await foreach (var page in ReadAsync(client, kind, request, ct))
        {
            // Whether a size is that of a page or of the whole, Microsoft has both: what is older than asked for ends it.
            var times = page.Rows.Cast<SecurityScore>().Select(s => s.At).ToList();
            var falls = times.Zip(times.Skip(1)).All(t => t.First >= t.Second) && (oldest is null || times.Count == 0 || times[0] <= oldest);
            oldest = times.Count > 0 ? times[^1] : oldest;
            if (!page.Complete && page.Doubt is null && request is { Pass: PassKind.Incremental, Since: { } from } && falls && oldest < from)
            {
                yield return page with { Complete = true, Next = Cursor.Start };
                yield break;
            }

            yield return page;
        }
    }

    public static Page LostPlace => new([], Cursor.Start) { Doubt = "Microsoft Graph no longer knows the place in the list from which reading was to go on; it begins anew." };

    public static (IReadOnlyList<ExternalRecord> Rows, IReadOnlyList<BadRow> Bad) Understand(Microsoft365Kind kind, IReadOnlyList<JsonElement> elements, Microsoft365Context context)
    {
        var (rows, bad) = (new Dictionary<string, ExternalRecord>(StringComparer.Ordinal), new List<BadRow>());
        foreach (var (record, trouble) in elements.Select(e => kind.Read(e, context)))
        {
            if (record is not null)
            {
                rows[record.ExternalId] = record;   // Of two the later is what is true.
            }
            else
            {
                bad.Add(trouble!);
            }
        }

        return ([.. rows.Values], bad);
    }

    /// <summary>“Not found” is believed only while the tenant answers where such records are listed.</summary>
    public static async Task<IReadOnlyList<ReadResult>> ReadByIdsAsync(Microsoft365Client client, Microsoft365Kind kind, IReadOnlyList<string> ids, CancellationToken ct)
    {
        var (alone, results) = (new OneByOne(), new List<ReadResult>());
        var context = await kind.Around(client, ct);
        bool? answers = null;
        foreach (var id in ids.Distinct(StringComparer.Ordinal))
        {
            var result = await alone.AskAsync(id, () => ReadOneAsync(client, kind, context, id, ct));
            results.Add(result is not ReadResult.Gone || (answers ??= await AnswersAsync(client, kind, ct)) ? result : new ReadResult.Unknown(id, "Microsoft Graph does not answer where such records are listed."));
        }

        return results;
    }

    public static async Task<ReadResult> ReadOneAsync(Microsoft365Client client, Microsoft365Kind kind, Microsoft365Context context, string id, CancellationToken ct)
    {
        if (!kind.IsId(id))
        {
            return new ReadResult.Unknown(id, $"“{VendorResponse.Shorten(VendorResponse.OneLine(id), 60)}” is not an id of Microsoft 365's.");
        }

        var response = await client.AskAsync(kind.Single(client, id), ct);
        if (!response.IsSuccess)
        {
            return Microsoft365Errors.IsNotFound(response) ? new ReadResult.Gone(id) : throw client.Refusal(response, kind.Permission);
        }

        var (record, bad) = kind.Read(client.One(response), context);
        return record is not null ? record.ExternalId == id ? new ReadResult.Present(record) : new ReadResult.Unknown(id, "Microsoft Graph answered with another record.")
            : bad!.ExternalId == id ? new ReadResult.Bad(id, bad)
            : new ReadResult.Unknown(id, $"Microsoft Graph's answer cannot be read ({bad.Reason}).");
    }

    /// <summary>A link that was kept is asked again only where it still leads to Graph.</summary>
    public static ListPlace? Place(Microsoft365Client client, Cursor cursor) =>
        CursorJson.Read<ListPlace>(cursor) is { Next: not null } place && Uri.TryCreate(place.Next, UriKind.Absolute, out var link) && client.IsTrusted(link) ? place : null;

    private static async Task<bool> AnswersAsync(Microsoft365Client client, Microsoft365Kind kind, CancellationToken ct)
    {
        try
        {
            var address = client.Address(kind.Any);
            var response = await client.AskAsync(address, ct);
            return response.IsSuccess && GraphPage.Of(client, address, response) is not null;
        }
        catch (FaultException e) when (e.Fault is Fault.VendorDown or Fault.BadData or Fault.PermissionMissing)
        {
            return false;
        }
    }
}

/// <param name="Next">The link of the next page.</param>
/// <param name="Changes">Where the changes begin that come after the whole pass.</param>
internal sealed record ListPlace(string Next, string? Changes);
