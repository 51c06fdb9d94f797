using System.Globalization;
using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.HaloPsa;

/// <summary>A collection of Halo's and how its rows become records.</summary>
/// <param name="Path">Below the API's root.</param>
/// <param name="Envelope">The property that holds the rows.</param>
/// <param name="Noun">For sentences, in the plural.</param>
internal sealed record HaloPsaList(string Path, string Envelope, string Noun, VendorPermission Permission, Func<JsonRow, ExternalRecord> Map)
{
    /// <summary>Goes with every query: Halo leaves inactive records and names out unless asked.</summary>
    public string Always { get; init; } = "";

    /// <summary>Comes as a whole, without pages.</summary>
    public bool IsWhole { get; init; }

    /// <summary>Brings rows that are no records of their own into shape.</summary>
    public Func<IReadOnlyList<JsonElement>, IReadOnlyList<JsonElement>> Prepare { get; init; } = rows => rows;

    /// <summary>The vendor's id as the record's external id.</summary>
    public Func<string, string> Key { get; init; } = id => id;
}

/// <summary>One answer of a collection.</summary>
/// <param name="Received">Rows in the answer, good or bad.</param>
/// <param name="Total">Halo's count of the whole query; null when it does not say.</param>
internal sealed record HaloPsaPage(int Received, int? Total, DateTimeOffset? VendorTime)
{
    /// <summary>By id, so that a row sent twice in one page is one row.</summary>
    public required IReadOnlyDictionary<string, ExternalRecord> Rows { get; init; }
    public required IReadOnlyList<BadRow> Bad { get; init; }

    /// <summary>Ids that came although the vendor marks them as deleted.</summary>
    public required IReadOnlyList<string> Deleted { get; init; }

    /// <summary>The id of the very first row; null when there is none or it cannot be read.</summary>
    public long? First { get; init; }

    /// <summary>Readable ids as they came, each with the time of its last change.</summary>
    public required IReadOnlyList<(long Id, DateTimeOffset? Changed)> Ids { get; init; }
}

/// <summary>Reads pages and counts of collections.</summary>
internal static class HaloPsaLists
{
    /// <summary>Halo's cap: whoever asks for more gets this many without a word.</summary>
    public const int PageSize = 100;

    /// <summary>Rows by id, oldest first: the one order in which nothing moves between pages but what is deleted.</summary>
    public static async Task<HaloPsaPage> PageAsync(HaloPsaClient client, HaloPsaList list, string query, HaloPsaWindow window, CancellationToken ct)
    {
        var paging = string.Create(CultureInfo.InvariantCulture, $"order=id&orderdesc=false&pageinate=true&page_size={window.Size}&page_no={window.Number}");
        var response = await client.GetAsync(list.Path, Join(list.Always, query, paging), list.Permission, ct);
        using var json = response.TryJson();
        return json is not null && Rows(json.RootElement, list.Envelope) is { } rows
            ? Of(rows, list, Count(json.RootElement), response.Time)
            : throw HaloPsaErrors.NoData(response, client.Scrub);
    }

    /// <summary>How many rows a query has, by Halo's own count.</summary>
    public static async Task<int> CountAsync(HaloPsaClient client, HaloPsaList list, string query, CancellationToken ct) =>
        (await PageAsync(client, list, query, new HaloPsaWindow(1, 1), ct)).Total
        ?? throw new FaultException(new Fault.BadData($"HaloPSA does not say how many {list.Noun} there are."));

    /// <summary>A list that Halo gives whole and bare; some of them wear an envelope in some versions.</summary>
    public static async Task<HaloPsaPage> WholeAsync(HaloPsaClient client, HaloPsaList list, CancellationToken ct)
    {
        var response = await client.GetAsync(list.Path, list.Always, list.Permission, ct);
        using var json = response.TryJson();
        return json is not null && Rows(json.RootElement, list.Envelope) is { } rows
            ? Of(list.Prepare(rows), list, Count(json.RootElement) ?? rows.Count, response.Time)
            : throw HaloPsaErrors.NoData(response, client.Scrub);
    }

    public static string Join(params string[] parts) => string.Join('&', parts.Where(p => p.Length > 0));

    /// <summary>Null when there is no list in the answer.</summary>
    public static IReadOnlyList<JsonElement>? Rows(JsonElement answer, string envelope)
    {
        if (answer.ValueKind == JsonValueKind.Array)
        {
            return [.. answer.EnumerateArray()];
        }

        if (answer.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        return answer.TryGetProperty(envelope, out var rows) && rows.ValueKind == JsonValueKind.Array ? [.. rows.EnumerateArray()]
            : answer.TryGetProperty("results", out rows) && rows.ValueKind == JsonValueKind.Array ? [.. rows.EnumerateArray()]
            : null;
    }

    public static int? Count(JsonElement answer) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("record_count", out var count)
        && count.ValueKind == JsonValueKind.Number && count.TryGetInt32(out var number) && number >= 0
            ? number
            : null;

    /// <summary>One row as a record or as what is wrong with it, without what may hold secrets.</summary>
    public static (ExternalRecord? Record, BadRow? Bad) Read(JsonElement element, HaloPsaList list)
    {
        var (record, bad) = JsonRow.Read(element, list.Map);
        return bad is null ? (record, null) : (null, bad with
        {
            ExternalId = bad.ExternalId is { } id ? list.Key(id) : null,
            Sample = HaloPsaMapping.Sample(element),
        });
    }

    public static bool IsDeleted(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty("deleted", out var deleted) && deleted.ValueKind == JsonValueKind.True;

    private static HaloPsaPage Of(IReadOnlyList<JsonElement> elements, HaloPsaList list, int? total, DateTimeOffset? time)
    {
        var rows = new Dictionary<string, ExternalRecord>(StringComparer.Ordinal);
        var bad = new List<BadRow>();
        var deleted = new List<string>();
        var ids = new List<(long, DateTimeOffset?)>();
        foreach (var element in elements)
        {
            var (record, trouble) = Read(element, list);
            if (record?.ExternalId is { } key && IsDeleted(element))
            {
                deleted.Add(key);
            }
            else if (record is not null)
            {
                rows[record.ExternalId] = record;
            }
            else
            {
                bad.Add(trouble!);
            }

            if (Number(element) is { } id)
            {
                ids.Add((id, record?.VendorUpdatedAt));
            }
        }

        var first = elements.Count > 0 ? Number(elements[0]) : null;
        return new HaloPsaPage(elements.Count, total, time) { Rows = rows, Bad = bad, Deleted = deleted, First = first, Ids = ids };
    }

    /// <summary>Null when it cannot be read; also for lists keyed otherwise (a priority's id is a GUID), which come whole and need no order.</summary>
    private static long? Number(JsonElement row)
    {
        try
        {
            return new JsonRow(row).Whole("id") is { } id and > 0 ? id : null;
        }
        catch (FieldException)
        {
            return null;
        }
    }
}
