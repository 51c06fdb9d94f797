using System.Globalization;
using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.Syncro;

/// <summary>Reads records one by one. “Not found” is believed only while the account itself still answers.</summary>
internal static class SyncroByIds
{
    /// <summary>One record that always fails must not keep the others from being told; several in a row mean that Syncro is in trouble.</summary>
    private const int MostFailures = 3;

    public static async Task<IReadOnlyList<ReadResult>> ReadAsync(SyncroClient client, SyncroList list, IReadOnlyList<string> ids, CancellationToken ct)
    {
        var results = new List<ReadResult>();
        var failures = 0;
        foreach (var id in ids.Distinct(StringComparer.Ordinal))
        {
            var (result, fault) = await ReadOneAsync(client, list, id, ct);
            failures = fault is null ? 0 : failures + 1;
            if (failures == MostFailures)
            {
                throw fault!;
            }

            results.Add(result);
        }

        if (!results.Any(r => r is ReadResult.Gone))
        {
            return results;
        }

        await SyncroTest.AccountAsync(client, ct);   // Throws when it does not answer: then nothing is proved.
        return results;
    }

    private static async Task<(ReadResult Result, FaultException? Fault)> ReadOneAsync(SyncroClient client, SyncroList list, string id, CancellationToken ct)
    {
        if (!long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            return (new ReadResult.Unknown(id, $"“{id}” is not an id of Syncro's."), null);
        }

        try
        {
            var response = await client.AskAsync($"{list.Path}/{id}", ct);
            return SyncroErrors.IsRecordNotFound(response) ? (new ReadResult.Gone(id), null)
                : response.IsSuccess ? (Understand(client, list, id, response), null)
                : throw client.Refusal(response, list.DetailPermission);
        }
        catch (FaultException e) when (e.Fault is Fault.VendorDown)
        {
            return (new ReadResult.Unknown(id, e.Fault.Sentence), e);
        }
        catch (FaultException e) when (e.Fault is Fault.BadData or Fault.PermissionMissing)
        {
            return (new ReadResult.Unknown(id, e.Fault.Sentence), null);
        }
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
