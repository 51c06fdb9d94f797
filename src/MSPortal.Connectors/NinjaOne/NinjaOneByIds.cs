using System.Globalization;
using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.NinjaOne;

/// <summary>Reads records by id. A 404 proves that one is gone only while NinjaOne answers at the list that it would be in.</summary>
internal static class NinjaOneByIds
{
    public static async Task<IReadOnlyList<ReadResult>> ReadAsync(NinjaOneClient client, NinjaOneList list, IReadOnlyList<string> ids, CancellationToken ct)
    {
        var results = new List<ReadResult>();
        bool? answers = null;
        var alone = new OneByOne();
        foreach (var id in ids.Distinct(StringComparer.Ordinal))
        {
            if (!IsNumber(id))
            {
                results.Add(new ReadResult.Unknown(id, $"“{id}” is not an id of NinjaOne's."));
                continue;
            }

            var result = await alone.AskAsync(id, () => ReadOneAsync(client, list, id, ct));
            results.Add(result is not ReadResult.Gone || (answers ??= await AnswersAsync(client, list, ct))
                ? result
                : new ReadResult.Unknown(id, $"NinjaOne does not answer where its {list.Noun} are."));
        }

        return results;
    }

    public static bool IsNumber(string id) =>
        long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 && id[0] != '0';

    private static async Task<ReadResult> ReadOneAsync(NinjaOneClient client, NinjaOneList list, string id, CancellationToken ct)
    {
        var response = await client.AskAsync($"{list.Single}/{id}", ct);
        return NinjaOneErrors.IsNotFound(response) ? new ReadResult.Gone(id)
            : response.IsSuccess ? Understand(client, list, id, response)
            : throw client.Refusal(response, list.Permission);
    }

    private static ReadResult Understand(NinjaOneClient client, NinjaOneList list, string id, VendorResponse response)
    {
        using var json = response.TryJson();
        if (json is not { RootElement.ValueKind: JsonValueKind.Object })
        {
            return new ReadResult.Unknown(id, NinjaOneErrors.NoData(response, client.Scrub).Fault.Sentence);
        }

        var (record, bad) = list.Read(json.RootElement);
        return record is not null
            ? record.ExternalId == id ? new ReadResult.Present(record) : new ReadResult.Unknown(id, "NinjaOne answered with another record.")
            : bad!.ExternalId == id ? new ReadResult.Bad(id, bad)
            : new ReadResult.Unknown(id, $"NinjaOne's answer cannot be read ({bad.Reason}).");
    }

    private static async Task<bool> AnswersAsync(NinjaOneClient client, NinjaOneList list, CancellationToken ct)
    {
        try
        {
            var response = await NinjaOneLists.AskOneAsync(client, list, ct);
            using var json = response.IsSuccess ? response.TryJson() : null;
            return json is { RootElement.ValueKind: JsonValueKind.Array };
        }
        catch (FaultException e) when (e.Fault is Fault.VendorDown or Fault.BadData)
        {
            return false;
        }
    }
}
