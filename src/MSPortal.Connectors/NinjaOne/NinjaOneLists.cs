using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.NinjaOne;

/// <param name="Path">Below <c>/v2</c>; single records are at <paramref name="Single"/>.</param>
/// <param name="PageSize">Devices are large: fewer of them fill a page.</param>
internal sealed record NinjaOneList(string Path, string Single, string Noun, int PageSize, VendorPermission Permission, Func<JsonElement, JsonRow, ExternalRecord> Map)
{
    public static string? Id(JsonRow row) => row.Id("id");

    public (ExternalRecord? Record, BadRow? Bad) Read(JsonElement row) => NinjaOneRow.Read(row, Id, Map);
}

/// <param name="Last">The id after which the next page begins; null when no row of the page tells its id.</param>
internal sealed record NinjaOnePage(int Received, long? Last, IReadOnlyList<ExternalRecord> Rows, IReadOnlyList<BadRow> Bad, DateTimeOffset? Time);

/// <summary>Lists by key: bare arrays, ordered by id, that do not say how many rows there are.</summary>
internal static class NinjaOneLists
{
    /// <summary>Ends where NinjaOne twice says that there is nothing more, the second time asked differently; a short page is not the last.</summary>
    public static async IAsyncEnumerable<Page> ReadAsync(NinjaOneClient client, NinjaOneList list, NinjaOnePlace place, [EnumeratorCancellation] CancellationToken ct)
    {
        for (var over = false; !over;)
        {
            ct.ThrowIfCancellationRequested();
            var page = await PageAsync(client, list, place.After, list.PageSize, ct);
            if (page.Received == 0)
            {
                page = await PageAsync(client, list, place.After, list.PageSize - 1, ct);
            }

            (place, over, var doubt) = Next(place, page, list.Noun);
            yield return new Page(page.Rows, over ? Cursor.Start : place.Write())
            {
                Complete = over && doubt is null,
                Doubt = doubt,
                Bad = page.Bad,
                VendorTime = page.Time,
            };
        }
    }

    /// <summary>Where the pass goes on after a page, whether it is over, and why that may not be all.</summary>
    public static (NinjaOnePlace Place, bool Over, string? Doubt) Next(NinjaOnePlace place, NinjaOnePage page, string noun) =>
        page.Received == 0 ? (place, true, null)
        : page.Last is not { } last ? (place, true, $"NinjaOne sent {noun} without an id, so that nobody knows where its list goes on.")
        : last <= place.After ? (place, true, $"NinjaOne does not go on in its list of {noun}: it began again.")
        : (place with { After = last }, false, null);

    /// <summary>The least that can be asked for, to see whether the list answers.</summary>
    public static Task<VendorResponse> AskOneAsync(NinjaOneClient client, NinjaOneList list, CancellationToken ct) => client.AskAsync($"{list.Path}?pageSize=1", ct);

    private static async Task<NinjaOnePage> PageAsync(NinjaOneClient client, NinjaOneList list, long after, int size, CancellationToken ct)
    {
        var query = after > 0 ? string.Create(CultureInfo.InvariantCulture, $"?pageSize={size}&after={after}") : string.Create(CultureInfo.InvariantCulture, $"?pageSize={size}");
        var response = await client.GetAsync(list.Path + query, list.Permission, ct);
        using var json = client.List(response);
        var (rows, bad) = (new Dictionary<string, ExternalRecord>(StringComparer.Ordinal), new List<BadRow>());
        long? last = null;
        foreach (var element in json.RootElement.EnumerateArray())
        {
            var (record, trouble) = list.Read(element);
            if (record is not null)
            {
                rows[record.ExternalId] = record;
            }
            else
            {
                bad.Add(trouble!);
            }

            last = long.TryParse(record?.ExternalId ?? trouble?.ExternalId, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : last;
        }

        return new NinjaOnePage(json.RootElement.GetArrayLength(), last, [.. rows.Values], bad, response.Time);
    }
}

/// <summary>Where a pass stands.</summary>
/// <param name="After">The last id that was read.</param>
/// <param name="Pass">Names the pass whose bulk answers may still be remembered; null where there are none.</param>
internal sealed record NinjaOnePlace([property: JsonPropertyName("a")] long After, [property: JsonPropertyName("p")] string? Pass = null)
{
    public static NinjaOnePlace Read(Cursor cursor) => CursorJson.Read<NinjaOnePlace>(cursor) is { After: > 0 } read ? read : new NinjaOnePlace(0);

    public Cursor Write() => CursorJson.Write(this);
}
