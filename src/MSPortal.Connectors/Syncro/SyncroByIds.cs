using System.Globalization;
using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.Syncro;

/// <summary>Reads records one by one. “Not found” is believed only while the account itself still answers.</summary>
internal static class SyncroByIds
{
    public static async Task<IReadOnlyList<ReadResult>> ReadAsync(SyncroClient client, SyncroList list, IReadOnlyList<string> ids, CancellationToken ct)
    {
        var results = new List<ReadResult>();
        var alone = new OneByOne();
        foreach (var id in ids.Distinct(StringComparer.Ordinal))
        {
            results.Add(await alone.AskAsync(id, () => ReadOneAsync(client, list, id, ct)));
        }

        if (!results.Any(r => r is ReadResult.Gone))
        {
            return results;
        }

        await SyncroTest.AccountAsync(client, ct);   // Throws when it does not answer: then nothing is proved.
        return results;
    }

    private static async Task<ReadResult> ReadOneAsync(SyncroClient client, SyncroList list, string id, CancellationToken ct)
    {
        if (!long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            return new ReadResult.Unknown(id, $"“{id}” is not an id of Syncro's.");
        }

        var response = await client.AskAsync($"{list.Path}/{id}", ct);
        return SyncroErrors.IsRecordNotFound(response) ? new ReadResult.Gone(id)
            : response.IsSuccess ? Understand(client, list, id, response)
            : throw client.Refusal(response, list.DetailPermission);
    }

    public static ReadResult Understand(SyncroClient client, SyncroList list, string id, VendorResponse response)
    {
        using var json = response.TryJson();
        if (json is not { RootElement.ValueKind: JsonValueKind.Object })
        {
            return new ReadResult.Unknown(id, SyncroErrors.NoData(response, client.Scrub).Fault.Sentence);
        }

        // Contacts come bare, the others in a wrapper.
        var row = json.RootElement.TryGetProperty(list.Single, out var wrapped) && wrapped.ValueKind == JsonValueKind.Object ? wrapped : json.RootElement;
        var (record, bad) = SyncroLists.Read(row, list.Map);
        return record is not null
            ? record.ExternalId == id ? new ReadResult.Present(record) : new ReadResult.Unknown(id, "Syncro answered with another record.")
            : bad!.ExternalId == id ? new ReadResult.Bad(id, bad)
            : new ReadResult.Unknown(id, $"Syncro's answer cannot be read ({bad.Reason}).");
    }
}
