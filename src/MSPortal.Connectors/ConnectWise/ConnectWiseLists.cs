using System.Globalization;
using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.ConnectWise;

/// <summary>A collection of ConnectWise's and how its rows become records.</summary>
/// <param name="Path">Below the API's root.</param>
/// <param name="Noun">For sentences, in the plural.</param>
internal sealed record ConnectWiseList(string Path, string Noun, string Fields, VendorPermission Permission, Func<JsonRow, ExternalRecord> Map)
{
    /// <summary>Whether rows can be asked for by the time of their last change.</summary>
    public bool HasChangeTime { get; init; } = true;

    /// <summary>What is asked for of the notes below its rows.</summary>
    public string NoteFields { get; init; } = ConnectWiseMapping.NoteFields;

    /// <summary>The vendor's id as the record's external id.</summary>
    public Func<string, string> Key { get; init; } = id => id;
}

/// <summary>One answer of a collection.</summary>
/// <param name="Received">Rows in the answer, good or bad.</param>
/// <param name="Next">Whether ConnectWise names a next page.</param>
internal sealed record ConnectWisePage(int Received, bool Next, DateTimeOffset? VendorTime)
{
    /// <summary>By id, so that a row sent twice in one page is one row.</summary>
    public required IReadOnlyDictionary<string, ExternalRecord> Rows { get; init; }
    public required IReadOnlyList<BadRow> Bad { get; init; }

    /// <summary>For a page of rows without readable ids: where ConnectWise would go on.</summary>
    public long? NextId { get; init; }

    /// <summary>External id → vendor's number, of good and bad rows alike.</summary>
    public required IReadOnlyDictionary<long, DateTimeOffset?> Ids { get; init; }
}

/// <summary>Reads pages and counts of collections.</summary>
internal static class ConnectWiseLists
{
    /// <summary>The most that ConnectWise gives; a server with a lower cap only makes more pages.</summary>
    public const int PageSize = 1000;

    public static async Task<ConnectWisePage> PageAsync(ConnectWiseClient client, ConnectWiseList list, string? conditions, long after, CancellationToken ct)
    {
        var query = ConnectWiseQuery.Of(conditions, list.Fields, PageSize, after);
        var response = await client.GetAsync(list.Path, query, list.Permission, ct, forwardOnly: true);
        var (next, nextId) = Link(response);
        if (response.IsEmpty)
        {
            return Of([], list, next: false, nextId, response.Time);
        }

        using var json = response.TryJson();
        return json is { RootElement.ValueKind: JsonValueKind.Array }
            ? Of([.. json.RootElement.EnumerateArray()], list, next, nextId, response.Time)
            : throw NoList(client, response);
    }

    /// <summary>How many rows the same conditions have, by ConnectWise's own count.</summary>
    public static async Task<int> CountAsync(ConnectWiseClient client, ConnectWiseList list, string? conditions, CancellationToken ct)
    {
        var response = await client.GetAsync($"{list.Path}/count", ConnectWiseQuery.Of(conditions, null), list.Permission, ct);
        using var json = response.TryJson();
        return json is { RootElement.ValueKind: JsonValueKind.Object }
            && json.RootElement.TryGetProperty("count", out var count) && count.ValueKind == JsonValueKind.Number
            && count.TryGetInt32(out var number) && number >= 0
                ? number
                : throw NoList(client, response);
    }

    /// <summary>The fault for an answer in which a list or a count should have been.</summary>
    public static FaultException NoList(ConnectWiseClient client, VendorResponse response)
    {
        var said = ConnectWiseErrors.Message(response, client.Scrub);
        var fault = response.NotJson("ConnectWise");
        return new FaultException(new Fault.BadData(
            said.Length > 0 ? $"ConnectWise sent a message instead of data: {said}" : fault.What,
            client.Scrub(fault.Sample ?? "")));
    }

    private static ConnectWisePage Of(IReadOnlyList<JsonElement> elements, ConnectWiseList list, bool next, long? nextId, DateTimeOffset? time)
    {
        var rows = new Dictionary<string, ExternalRecord>(StringComparer.Ordinal);
        var bad = new List<BadRow>();
        var ids = new Dictionary<long, DateTimeOffset?>();
        foreach (var element in elements)
        {
            var (record, trouble) = JsonRow.Read(element, list.Map, ConnectWiseMapping.Withheld);
            if (record is not null)
            {
                rows[record.ExternalId] = record;
                ids[Number(element)] = record.VendorUpdatedAt;
            }
            else if (trouble is not null)
            {
                bad.Add(trouble.ExternalId is { } id ? trouble with { ExternalId = list.Key(id) } : trouble);
                if (trouble.ExternalId is not null)
                {
                    ids[Number(element)] = null;
                }
            }
        }

        return new ConnectWisePage(elements.Count, next, time) { Rows = rows, Bad = bad, Ids = ids, NextId = nextId };
    }

    private static long Number(JsonElement row) => new JsonRow(row).Whole("id")!.Value;

    /// <summary>Only whether there is a next page, and its id, are taken from the header: the address itself could lead anywhere.</summary>
    private static (bool Next, long? Id) Link(VendorResponse response)
    {
        foreach (var link in (response.Header("Link") ?? "").Split('<', StringSplitOptions.RemoveEmptyEntries))
        {
            var end = link.IndexOf('>', StringComparison.Ordinal);
            if (end <= 0 || !link[end..].Replace("\"", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal).Contains("rel=next", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            var at = link.IndexOf("pageId=", StringComparison.OrdinalIgnoreCase);
            var digits = at < 0 ? "" : string.Concat(link[(at + 7)..end].TakeWhile(char.IsAsciiDigit));
            return (true, long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null);
        }

        return (false, null);
    }
}
