using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.Autotask;

/// <summary>Reads records by id. What a batch does not bring is asked for alone, since only a plain “item: null” proves that a record is gone.</summary>
internal static class AutotaskByIds
{
    public static async Task<IReadOnlyList<ReadResult>> ReadAsync(AutotaskClient client, AutotaskEntity entity, IReadOnlyList<string> ids, CancellationToken ct)
    {
        var results = ids.Where(id => !AutotaskQuery.IsNumber(id)).Distinct(StringComparer.Ordinal)
            .ToDictionary(id => id, ReadResult (id) => new ReadResult.Unknown(id, $"“{id}” is not an id of Autotask's."), StringComparer.Ordinal);
        var numbers = ids.Where(AutotaskQuery.IsNumber).Distinct(StringComparer.Ordinal).ToList();
        foreach (var batch in numbers.Chunk(AutotaskQuery.LongestList))
        {
            await ReadBatchAsync(client, entity, batch, results, ct);
        }

        var alone = new OneByOne();
        foreach (var id in numbers.Where(id => !results.ContainsKey(id)))
        {
            results[id] = await alone.AskAsync(id, () => ReadOneAsync(client, entity, id, ct));
        }

        return [.. ids.Distinct(StringComparer.Ordinal).Select(id => results[id])];
    }

    /// <summary>The item of a single read; null when Autotask says plainly that there is none.</summary>
    /// <exception cref="FaultException">The answer is neither.</exception>
    public static async Task<JsonDocument?> ItemAsync(AutotaskClient client, AutotaskEntity entity, string id, CancellationToken ct)
    {
        var response = await client.AskAsync($"{entity.Path}/{id}", null, entity.Permission, ct);
        var json = response.TryJson();
        switch (AutotaskEntities.Property(json, "item"))
        {
            case { ValueKind: JsonValueKind.Object }:
                return json;
            case { ValueKind: JsonValueKind.Null }:
                json!.Dispose();
                return null;
            default:
                json?.Dispose();
                throw AutotaskEntities.NoData(client, response);
        }
    }

    /// <summary>A ticket by its number (T20260301.0001) or its id.</summary>
    public static async Task<ReadResult> FindTicketAsync(Session session, string number, CancellationToken ct)
    {
        var client = new AutotaskClient(session);
        var tickets = await AutotaskStreams.TicketsAsync(client, ct);
        var filter = AutotaskQuery.IsNumber(number) ? AutotaskQuery.In("id", [number]) : AutotaskQuery.Is("ticketNumber", "eq", number);
        var page = await AutotaskEntities.PageAsync(client, tickets, [filter], ct);
        return page.Rows is [var found, ..] ? new ReadResult.Present(found)
            : page.Bad is [var bad, ..] ? new ReadResult.Bad(bad.ExternalId ?? number, bad)
            : new ReadResult.Gone(number);
    }

    private static async Task ReadBatchAsync(
        AutotaskClient client, AutotaskEntity entity, IReadOnlyList<string> batch, Dictionary<string, ReadResult> results, CancellationToken ct)
    {
        AutotaskPage page;
        try
        {
            page = await AutotaskEntities.PageAsync(client, entity, [AutotaskQuery.In("id", batch)], ct);
        }
        catch (FaultException e) when (e.Fault is Fault.VendorDown or Fault.BadData)
        {
            return;   // Perhaps one of them is the trouble: each is asked for alone.
        }

        foreach (var record in page.Rows.Where(r => batch.Contains(r.ExternalId)))
        {
            results[record.ExternalId] = new ReadResult.Present(record);
        }

        foreach (var bad in page.Bad.Where(b => b.ExternalId is not null && batch.Contains(b.ExternalId)))
        {
            results.TryAdd(bad.ExternalId!, new ReadResult.Bad(bad.ExternalId!, bad));
        }
    }

    private static async Task<ReadResult> ReadOneAsync(AutotaskClient client, AutotaskEntity entity, string id, CancellationToken ct)
    {
        using var item = await ItemAsync(client, entity, id, ct);
        return item is null ? new ReadResult.Gone(id) : await UnderstandAsync(entity, id, item.RootElement.GetProperty("item"), ct);
    }

    private static async Task<ReadResult> UnderstandAsync(AutotaskEntity entity, string id, JsonElement item, CancellationToken ct)
    {
        var (record, bad) = JsonRow.Read(item, entity.Map, AutotaskEntities.Withheld, entity.LeastId);
        if (record is not null && entity.Complete is { } complete)
        {
            record = (await complete([record], ct))[0];
        }

        return record is not null
            ? record.ExternalId == id ? new ReadResult.Present(record) : new ReadResult.Unknown(id, "Autotask answered with another record.")
            : bad!.ExternalId == id ? new ReadResult.Bad(id, bad)
            : new ReadResult.Unknown(id, $"Autotask's answer cannot be read ({bad.Reason}).");
    }
}
