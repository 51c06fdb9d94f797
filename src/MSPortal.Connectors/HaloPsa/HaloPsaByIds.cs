using System.Globalization;
using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.HaloPsa;

/// <summary>Reads records by id. A 404 proves that one is gone only while Halo answers at the list that it would be in.</summary>
internal static class HaloPsaByIds
{
    public static async Task<IReadOnlyList<ReadResult>> ReadAsync(HaloPsaClient client, HaloPsaList list, IReadOnlyList<string> ids, CancellationToken ct)
    {
        var results = new List<ReadResult>();
        bool? answers = null;
        var alone = new OneByOne();
        foreach (var id in ids.Distinct(StringComparer.Ordinal))
        {
            if (!IsNumber(id))
            {
                results.Add(new ReadResult.Unknown(id, $"“{id}” is not an id of HaloPSA's."));
                continue;
            }

            var result = await alone.AskAsync(id, () => ReadOneAsync(client, list, id, ct));
            results.Add(result is not ReadResult.Gone || (answers ??= await AnswersAsync(client, list, ct))
                ? result
                : new ReadResult.Unknown(id, $"HaloPSA does not answer where its {list.Noun} are."));
        }

        return results;
    }

    public static bool IsNumber(string id) =>
        long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 && id[0] != '0';

    private static async Task<ReadResult> ReadOneAsync(HaloPsaClient client, HaloPsaList list, string id, CancellationToken ct)
    {
        var response = await client.AskAsync($"{list.Path}/{id}", "includedetails=true", ct);
        return HaloPsaErrors.IsNotFound(response) ? new ReadResult.Gone(id)
            : response.IsSuccess ? Understand(client, list, id, response)
            : throw HaloPsaErrors.Of(response, list.Permission, client.Session.Clock.GetUtcNow(), client.Scrub);
    }

    /// <summary>A deleted ticket may still be readable, and then says of itself that it is deleted.</summary>
    private static ReadResult Understand(HaloPsaClient client, HaloPsaList list, string id, VendorResponse response)
    {
        using var json = response.TryJson();
        if (json is not { RootElement.ValueKind: JsonValueKind.Object })
        {
            return new ReadResult.Unknown(id, HaloPsaErrors.NoData(response, client.Scrub).Fault.Sentence);
        }

        var (record, bad) = HaloPsaLists.Read(json.RootElement, list);
        return record is not null
            ? record.ExternalId != id ? new ReadResult.Unknown(id, "HaloPSA answered with another record.")
                : HaloPsaLists.IsDeleted(json.RootElement) ? new ReadResult.Gone(id)
                : new ReadResult.Present(record)
            : bad!.ExternalId == id ? new ReadResult.Bad(id, bad)
            : new ReadResult.Unknown(id, $"HaloPSA's answer cannot be read ({bad.Reason}).");
    }

    private static async Task<bool> AnswersAsync(HaloPsaClient client, HaloPsaList list, CancellationToken ct)
    {
        try
        {
            var page = list.IsWhole
                ? await HaloPsaLists.WholeAsync(client, list, ct)
                : await HaloPsaLists.PageAsync(client, list, "", new HaloPsaWindow(1, 1), ct);
            return page.Received > 0 || page.Total == 0;
        }
        catch (FaultException e) when (e.Fault is Fault.VendorDown or Fault.BadData or Fault.PermissionMissing)
        {
            return false;
        }
    }
}
