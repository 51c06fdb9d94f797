using System.Globalization;
using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.DattoRmm;

/// <summary>One answer of a collection.</summary>
/// <param name="Received">Rows in the answer, good or bad.</param>
/// <param name="Count">How many it says it brings; null when it does not say.</param>
/// <param name="Total">Rows on all pages; lists of alerts do not say.</param>
/// <param name="HasNext">It names a next page.</param>
internal sealed record DattoRmmPage(int Received, int? Count, int? Total, bool HasNext, DateTimeOffset? VendorTime)
{
    /// <summary>The largest page that Datto RMM sends.</summary>
    public const int Most = 250;

    /// <summary>By id, so that a row sent twice in one page is one row.</summary>
    public required IReadOnlyDictionary<string, ExternalRecord> Rows { get; init; }
    public required IReadOnlyList<BadRow> Bad { get; init; }

    /// <summary>Ids of rows that are marked as deleted or resolved.</summary>
    public required IReadOnlyList<string> Gone { get; init; }

    /// <summary>Of good, bad and gone rows alike.</summary>
    public required IReadOnlyList<string> Ids { get; init; }

    /// <summary>Asks by our own numbers: the address of the next page that Datto RMM names may lack what we asked for.</summary>
    public static async Task<DattoRmmPage> ReadAsync(DattoRmmClient client, DattoRmmList list, int page, CancellationToken ct)
    {
        var response = await client.GetAsync(string.Create(CultureInfo.InvariantCulture, $"{list.Path}?page={page}&max={Most}"), list.Permission, ct);
        using var json = response.TryJson();
        return json is { RootElement.ValueKind: JsonValueKind.Object } && json.RootElement.TryGetProperty(list.Wrapper, out var rows) && rows.ValueKind == JsonValueKind.Array
            ? Of(client.Session, list, rows, json.RootElement, response.Time)
            : throw DattoRmmErrors.NoData(response, client.Scrub);
    }

    private static DattoRmmPage Of(Session session, DattoRmmList list, JsonElement elements, JsonElement root, DateTimeOffset? time)
    {
        var rows = new Dictionary<string, ExternalRecord>(StringComparer.Ordinal);
        var (bad, ids, gone) = (new List<BadRow>(), new List<string>(), new List<string>());
        foreach (var element in elements.EnumerateArray())
        {
            var (record, trouble) = DattoRmmStreams.Read(element, list);
            if (record is null)
            {
                bad.Add(trouble!);
            }
            else if (list.IsGone(new JsonRow(element)))
            {
                gone.Add(record.ExternalId);
            }
            else
            {
                rows[record.ExternalId] = record;
                list.Seen?.Invoke(session, new JsonRow(element));
            }

            ids.AddRange((record?.ExternalId ?? trouble?.ExternalId) is { } id ? [id] : []);
        }

        var details = root.TryGetProperty("pageDetails", out var d) && d.ValueKind == JsonValueKind.Object ? d : default;
        return new DattoRmmPage(elements.GetArrayLength(), Number(details, "count"), Number(details, "totalCount"), HasText(details, "nextPageUrl"), time)
        {
            Rows = rows,
            Bad = bad,
            Gone = gone,
            Ids = [.. ids.Distinct(StringComparer.Ordinal)],
        };
    }

    /// <summary>What is no number is as good as not said.</summary>
    private static int? Number(JsonElement details, string name) =>
        details.ValueKind == JsonValueKind.Object && details.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 0
            ? number
            : null;

    private static bool HasText(JsonElement details, string name) =>
        details.ValueKind == JsonValueKind.Object && details.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && JsonText.Of(value).Trim().Length > 0;
}
