using System.Globalization;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.ConnectWise;

/// <summary>Reads records by id. What a batch does not bring is asked for alone, since only a plain “NotFound” proves that a record is gone.</summary>
internal static class ConnectWiseByIds
{
    /// <param name="ids">The vendor's own ids.</param>
    public static async Task<IReadOnlyList<ReadResult>> ReadAsync(ConnectWiseClient client, ConnectWiseList list, IReadOnlyList<string> ids, CancellationToken ct)
    {
        var results = new Dictionary<string, ReadResult>(StringComparer.Ordinal);
        var numbers = ids.Where(IsNumber).Distinct(StringComparer.Ordinal).ToList();
        foreach (var strange in ids.Where(id => !IsNumber(id)))
        {
            results[list.Key(strange)] = new ReadResult.Unknown(list.Key(strange), $"“{strange}” is not an id of ConnectWise's.");
        }

        foreach (var batch in ConnectWiseQuery.Batches(numbers, c => ConnectWiseClient.Length(list.Path, ConnectWiseQuery.Of(c, list.Fields, ConnectWiseLists.PageSize)), "id", ConnectWiseLists.PageSize))
        {
            await ReadBatchAsync(client, list, batch, results, ct);
        }

        var alone = new OneByOne();
        foreach (var id in numbers.Where(id => !results.ContainsKey(list.Key(id))))
        {
            results[list.Key(id)] = await alone.AskAsync(list.Key(id), () => ReadOneAsync(client, list, id, ct));
        }

        return [.. ids.Select(list.Key).Distinct(StringComparer.Ordinal).Select(key => results[key])];
    }

    private static async Task ReadBatchAsync(
        ConnectWiseClient client, ConnectWiseList list, IReadOnlyList<string> batch, Dictionary<string, ReadResult> results, CancellationToken ct)
    {
        ConnectWisePage page;
        try
        {
            page = await ConnectWiseLists.PageAsync(client, list, ConnectWiseQuery.In("id", batch), 0, ct);
        }
        catch (FaultException e) when (e.Fault is Fault.VendorDown or Fault.BadData)
        {
            return;   // Perhaps one of them is the trouble: each is asked for alone.
        }

        foreach (var id in batch.Select(list.Key))
        {
            if (page.Rows.TryGetValue(id, out var record))
            {
                results[id] = new ReadResult.Present(record);
            }
            else if (page.Bad.FirstOrDefault(b => b.ExternalId == id) is { } bad)
            {
                results[id] = new ReadResult.Bad(id, bad);
            }
        }
    }

    private static async Task<ReadResult> ReadOneAsync(ConnectWiseClient client, ConnectWiseList list, string id, CancellationToken ct)
    {
        var response = await client.AskAsync($"{list.Path}/{id}", ConnectWiseQuery.Of(null, list.Fields), ct);
        return ConnectWiseErrors.IsRecordNotFound(response) ? new ReadResult.Gone(list.Key(id))
            : response.IsSuccess ? Understand(client, list, id, response)
            : throw ConnectWiseErrors.Of(response, list.Permission, client.Session.Clock.GetUtcNow(), client.Scrub);
    }

    private static ReadResult Understand(ConnectWiseClient client, ConnectWiseList list, string id, VendorResponse response)
    {
        var key = list.Key(id);
        using var json = response.TryJson();
        if (json is null)
        {
            return new ReadResult.Unknown(key, ConnectWiseLists.NoList(client, response).Fault.Sentence);
        }

        var (record, bad) = JsonRow.Read(json.RootElement, list.Map, ConnectWiseMapping.Withheld);
        return record is not null
            ? record.ExternalId == key ? new ReadResult.Present(record) : new ReadResult.Unknown(key, "ConnectWise answered with another record.")
            : bad!.ExternalId == id ? new ReadResult.Bad(key, bad with { ExternalId = key })
            : new ReadResult.Unknown(key, $"ConnectWise's answer cannot be read ({bad.Reason}).");
    }

    private static bool IsNumber(string id) =>
        long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 && id[0] != '0';
}
