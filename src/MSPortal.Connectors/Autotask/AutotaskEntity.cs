using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.Autotask;

/// <summary>An entity of Autotask's and how its rows become records.</summary>
/// <param name="Path">Below the API's root.</param>
/// <param name="Noun">For sentences, in the plural.</param>
internal sealed record AutotaskEntity(string Path, string Noun, VendorPermission Permission, Func<JsonRow, ExternalRecord> Map)
{
    /// <summary>Columns of which at least one moves with every change; empty where Autotask has none.</summary>
    public IReadOnlyList<string> ChangedBy { get; init; } = [];

    /// <summary>Asked for instead of everything; null where user-defined fields have to come along, which can only be named one by one.</summary>
    public IReadOnlyList<string>? Fields { get; init; }

    /// <summary>The smallest id that is one.</summary>
    public long LeastId { get; init; } = 1;

    /// <summary>Always part of the question.</summary>
    public string? Condition { get; init; }

    /// <summary>Reads again what the mapping missed (a new status); true when mapping once more may help.</summary>
    public Func<CancellationToken, Task<bool>>? Relearn { get; init; }

    /// <summary>Adds to a page what other entities know of it (who the contact is).</summary>
    public Func<IReadOnlyList<ExternalRecord>, CancellationToken, Task<IReadOnlyList<ExternalRecord>>>? Complete { get; init; }
}

/// <summary>One answer of a query.</summary>
/// <param name="Received">Rows in the answer, good or bad.</param>
/// <param name="Next">Whether Autotask names a next page.</param>
internal sealed record AutotaskPage(int Received, bool Next, DateTimeOffset? VendorTime)
{
    public required IReadOnlyList<ExternalRecord> Rows { get; init; }
    public required IReadOnlyList<BadRow> Bad { get; init; }

    /// <summary>Id → time of the last change, of good and bad rows alike.</summary>
    public required IReadOnlyDictionary<long, DateTimeOffset?> Ids { get; init; }
}

/// <summary>Reads pages and counts of entities.</summary>
internal static class AutotaskEntities
{
    /// <summary>Free fields of the MSP's own making, passwords among them: never part of a kept sample.</summary>
    public const string Withheld = "userDefinedFields";

    public static async Task<AutotaskPage> PageAsync(AutotaskClient client, AutotaskEntity entity, IEnumerable<string> filters, CancellationToken ct)
    {
        var response = await client.AskAsync($"{entity.Path}/query", AutotaskQuery.Body(filters, entity.Fields), entity.Permission, ct);
        using var json = response.TryJson();
        if (Property(json, "items") is not { ValueKind: JsonValueKind.Array } items)
        {
            throw NoData(client, response);
        }

        var next = Property(json, "pageDetails") is { ValueKind: JsonValueKind.Object } details
            && details.TryGetProperty("nextPageUrl", out var url) && url.ValueKind == JsonValueKind.String && JsonText.Of(url).Length > 0;
        var page = Read(items, entity, next, response.Time);
        if (entity.Relearn is { } relearn && await relearn(ct))
        {
            page = Read(items, entity, next, response.Time);
        }

        return entity.Complete is { } complete && page.Rows.Count > 0 ? page with { Rows = await complete(page.Rows, ct) } : page;
    }

    /// <summary>How many rows the same filters have, by Autotask's own count; there is no question without a filter.</summary>
    public static async Task<int> CountAsync(AutotaskClient client, AutotaskEntity entity, IReadOnlyList<string> filters, CancellationToken ct)
    {
        var body = AutotaskQuery.Body(filters.Count > 0 ? filters : [AutotaskQuery.Is("id", "gte", entity.LeastId)]);
        var response = await client.AskAsync($"{entity.Path}/query/count", body, entity.Permission, ct);
        using var json = response.TryJson();
        return Property(json, "queryCount") is { ValueKind: JsonValueKind.Number } count && count.TryGetInt32(out var number) && number >= 0
            ? number
            : throw NoData(client, response);
    }

    /// <summary>The fault for an answer in which data should have been.</summary>
    public static FaultException NoData(AutotaskClient client, VendorResponse response)
    {
        var said = AutotaskErrors.Said(response, client.Scrub);
        var fault = response.NotJson("Autotask");
        return new FaultException(new Fault.BadData(said.Length > 0 ? $"Autotask sent a message instead of data: {said}" : fault.What, client.Scrub(fault.Sample ?? "")));
    }

    public static JsonElement? Property(JsonDocument? json, string name) =>
        json is { RootElement.ValueKind: JsonValueKind.Object } && json.RootElement.TryGetProperty(name, out var value) ? value : null;

    private static AutotaskPage Read(JsonElement items, AutotaskEntity entity, bool next, DateTimeOffset? time)
    {
        var rows = new Dictionary<string, ExternalRecord>(StringComparer.Ordinal);   // A row sent twice in one page is one row.
        var bad = new List<BadRow>();
        var ids = new Dictionary<long, DateTimeOffset?>();
        var received = 0;
        foreach (var element in items.EnumerateArray())
        {
            received++;
            var (record, trouble) = JsonRow.Read(element, entity.Map, Withheld, entity.LeastId);
            if (record is not null)
            {
                rows[record.ExternalId] = record;
            }
            else
            {
                bad.Add(trouble!);
            }

            if ((record?.ExternalId ?? trouble?.ExternalId) is not null)
            {
                ids[new JsonRow(element).Whole("id")!.Value] = record?.VendorUpdatedAt;
            }
        }

        return new AutotaskPage(received, next, time) { Rows = [.. rows.Values], Bad = bad, Ids = ids };
    }
}
