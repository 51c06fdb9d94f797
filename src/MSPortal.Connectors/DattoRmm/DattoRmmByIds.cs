using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.DattoRmm;

/// <summary>Reads records one by one. “Not found” is believed only while the account itself still answers.</summary>
internal static class DattoRmmByIds
{
    public static async Task<IReadOnlyList<ReadResult>> ReadAsync(DattoRmmClient client, DattoRmmList list, IReadOnlyList<string> ids, CancellationToken ct)
    {
        var results = new List<ReadResult>();
        var alone = new OneByOne();
        foreach (var id in ids.Distinct(StringComparer.Ordinal))
        {
            results.Add(await alone.AskAsync(id, () => ReadOneAsync(client, list, id, ct)));
        }

        if (results.Any(r => r is ReadResult.Gone))
        {
            await DattoRmmTest.AccountAsync(client, ct);   // Throws when it does not answer: then nothing is proved.
        }

        return results;
    }

    private static async Task<ReadResult> ReadOneAsync(DattoRmmClient client, DattoRmmList list, string id, CancellationToken ct)
    {
        if (!JsonRow.IsUid(id))
        {
            return new ReadResult.Unknown(id, $"“{id}” is not an id of Datto RMM's.");
        }

        var response = await client.AskAsync($"{list.Single}/{id}", ct);
        return DattoRmmErrors.IsNotFound(response) ? new ReadResult.Gone(id)
            : response.IsSuccess ? Understand(client, list, id, response)
            : throw client.Refusal(response, list.Permission);
    }

    private static ReadResult Understand(DattoRmmClient client, DattoRmmList list, string id, VendorResponse response)
    {
        using var json = response.TryJson();
        if (json is not { RootElement.ValueKind: JsonValueKind.Object })
        {
            return new ReadResult.Unknown(id, DattoRmmErrors.NoData(response, client.Scrub).Fault.Sentence);
        }

        var (record, bad) = DattoRmmStreams.Read(json.RootElement, list);
        if (record is null)
        {
            return bad!.ExternalId == id ? new ReadResult.Bad(id, bad) : new ReadResult.Unknown(id, $"Datto RMM's answer cannot be read ({bad.Reason}).");
        }

        if (record.ExternalId != id)
        {
            return new ReadResult.Unknown(id, "Datto RMM answered with another record.");
        }

        var row = new JsonRow(json.RootElement);
        if (list.IsGone(row))
        {
            return new ReadResult.Gone(id);
        }

        list.Seen?.Invoke(client.Session, row);
        return new ReadResult.Present(record);
    }
}
