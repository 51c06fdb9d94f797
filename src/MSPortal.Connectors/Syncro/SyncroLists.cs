using System.Globalization;
using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.Syncro;

/// <summary>A collection of Syncro's and how its rows become records.</summary>
/// <param name="Path">Below the API's root.</param>
/// <param name="Wrapper">The property that holds the rows.</param>
/// <param name="Single">The property that holds a row that is read alone; some are not wrapped at all.</param>
/// <param name="Noun">For sentences, in the plural.</param>
internal sealed record SyncroList(string Path, string Wrapper, string Single, string Noun, VendorPermission Permission, Func<JsonElement, JsonRow, ExternalRecord> Map)
{
    /// <summary>What reading a single record needs.</summary>
    public required VendorPermission DetailPermission { get; init; }

    /// <summary>What a row brings along of its children, for lists whose rows do.</summary>
    public Func<JsonElement, string, ChildSet?> Children { get; init; } = (_, _) => null;
}

/// <summary>One answer of a collection.</summary>
/// <param name="Received">Rows in the answer, good or bad.</param>
/// <param name="Pages">As Syncro says; null when it does not.</param>
/// <param name="Entries">Rows on all pages, where Syncro says so.</param>
internal sealed record SyncroPage(int Received, int? Pages, int? Entries, DateTimeOffset? VendorTime)
{
    /// <summary>By id, so that a row sent twice in one page is one row.</summary>
    public required IReadOnlyDictionary<string, ExternalRecord> Rows { get; init; }
    public required IReadOnlyList<BadRow> Bad { get; init; }

    public required IReadOnlyList<ChildSet> Children { get; init; }

    /// <summary>The vendor's numbers of good and bad rows alike.</summary>
    public required IReadOnlyList<long> Ids { get; init; }
}

/// <summary>Reads pages of collections.</summary>
internal static class SyncroLists
{
    public static async Task<SyncroPage> PageAsync(SyncroClient client, SyncroList list, string query, int page, CancellationToken ct)
    {
        var path = $"{list.Path}?{query}{(query.Length > 0 ? "&" : "")}page={page.ToString(CultureInfo.InvariantCulture)}";
        var response = await client.GetAsync(path, list.Permission, ct);
        using var json = response.TryJson();
        return json is { RootElement.ValueKind: JsonValueKind.Object }
            && json.RootElement.TryGetProperty(list.Wrapper, out var rows) && rows.ValueKind == JsonValueKind.Array
                ? Of(list, rows, json.RootElement, response.Time)
                : throw SyncroErrors.NoData(response, client.Scrub);
    }

    /// <summary>Maps one row; a bad one is kept without what is secret.</summary>
    public static (ExternalRecord? Record, BadRow? Bad) Read(JsonElement row, Func<JsonElement, JsonRow, ExternalRecord> map)
    {
        var (record, bad) = JsonRow.Read(row, r => map(row, r));
        return (record, bad is null ? null : bad with { Reason = SyncroSecrets.Remove(bad.Reason), Sample = VendorResponse.Shorten(SyncroSecrets.Sample(row), 3999) });
    }

    private static SyncroPage Of(SyncroList list, JsonElement elements, JsonElement root, DateTimeOffset? time)
    {
        var rows = new Dictionary<string, ExternalRecord>(StringComparer.Ordinal);
        var bad = new List<BadRow>();
        var ids = new List<long>();
        var children = new List<ChildSet>();
        foreach (var element in elements.EnumerateArray())
        {
            var (record, trouble) = Read(element, list.Map);
            if (record is not null)
            {
                rows[record.ExternalId] = record;
                children.AddRange(list.Children(element, record.ExternalId) is { } set ? [set] : []);
            }
            else
            {
                bad.Add(trouble!);
            }

            if ((record?.ExternalId ?? trouble?.ExternalId) is { } id)
            {
                ids.Add(long.Parse(id, CultureInfo.InvariantCulture));
            }
        }

        var meta = root.TryGetProperty("meta", out var m) && m.ValueKind == JsonValueKind.Object ? m : default;
        return new SyncroPage(elements.GetArrayLength(), Number(meta, "total_pages"), Number(meta, "total_entries"), time)
        {
            Rows = rows,
            Bad = bad,
            Children = [.. children.DistinctBy(c => c.ParentId)],
            Ids = [.. ids.Distinct()],
        };
    }

    /// <summary>What is no number is as good as not said.</summary>
    private static int? Number(JsonElement meta, string name) =>
        meta.ValueKind == JsonValueKind.Object && meta.TryGetProperty(name, out var value)
        && (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
            || value.ValueKind == JsonValueKind.String && int.TryParse(JsonText.Of(value), NumberStyles.None, CultureInfo.InvariantCulture, out number))
        && number >= 0
            ? number
            : null;
}
