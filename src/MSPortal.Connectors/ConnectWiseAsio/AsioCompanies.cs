using System.Runtime.CompilerServices;
using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.ConnectWiseAsio;

/// <summary>Companies and sites: each is one answer without pages.</summary>
internal static class AsioCompanies
{
    private const string List = "/v1/company/companies";
    private const string Sites = "/v1/company/sites";

    /// <summary>Rows that are stored together.</summary>
    private const int PerPage = 500;

    /// <summary>So many fours of companies are looked at for one that has a device.</summary>
    private const int MostAsked = 5;

    public static async IAsyncEnumerable<Page> ReadAsync(Session session, ReadRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        var (rows, bad, time) = await AllAsync(new AsioClient(session), ct);
        var after = AsioJson.IsId(request.Cursor.Value ?? "") && request.Cursor.Value is { } place && place.Any(char.IsAsciiDigit) ? place : null;
        var rest = rows.Where(r => after is null || string.CompareOrdinal(r.ExternalId, after) > 0).ToList();
        for (var over = false; !over;)
        {
            ct.ThrowIfCancellationRequested();
            var batch = rest.Take(PerPage).ToList();
            rest.RemoveRange(0, batch.Count);
            over = rest.Count == 0;
            yield return new Page(batch, over ? Cursor.Start : new Cursor(batch[^1].ExternalId)) { Complete = over, Bad = bad, Total = rows.Count, VendorTime = time };
            bad = [];
        }
    }

    /// <summary>All of them by id.</summary>
    public static async Task<(IReadOnlyList<ExternalCompany> Rows, IReadOnlyList<BadRow> Bad, DateTimeOffset? Time)> AllAsync(AsioClient client, CancellationToken ct)
    {
        var response = await client.GetAsync(List, AsioPermissions.Companies, ct);
        var (rows, bad) = (new Dictionary<string, ExternalCompany>(StringComparer.Ordinal), new List<BadRow>());
        foreach (var element in client.Data(response, JsonValueKind.Array).EnumerateArray())
        {
            var (record, trouble) = AsioJson.Read(element, "id", AsioMapping.Company);
            if (record is not null)
            {
                rows[record.ExternalId] = record;
            }
            else
            {
                bad.Add(trouble!);
            }
        }

        return ([.. rows.Values.OrderBy(c => c.ExternalId, StringComparer.Ordinal)], bad, response.Time);
    }

    /// <summary>Site → its name; nothing where the key may not read sites.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> SiteNamesAsync(AsioClient client, CancellationToken ct)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            var response = await client.AskAsync(HttpMethod.Get, Sites, null, AsioPermissions.Sites, ct);
            if ((int)response.Status is 401 or 403)
            {
                return names; // The credential has just got a token: it is this scope that is missing.
            }

            response = response.IsSuccess ? response : throw client.Refusal(response, AsioPermissions.Sites);
            foreach (var element in client.Data(response, JsonValueKind.Array).EnumerateArray())
            {
                try
                {
                    var row = new JsonRow(element);
                    if (AsioJson.Id(row, "id") is { } id && (row.Text("friendlyname") ?? row.Text("name"))?.Trim() is { } name)
                    {
                        names[id] = name;
                    }
                }
                catch (Exception e) when (e is FieldException or InvalidOperationException)
                {
                    continue;   // A site without a name costs its devices that name, and nothing more.
                }
            }
        }
        catch (FaultException e) when (e.Fault is Fault.PermissionMissing)
        {
            return names;
        }

        return names;
    }

    public static async Task<IReadOnlyList<ReadResult>> ReadByIdsAsync(Session session, IReadOnlyList<string> ids, CancellationToken ct)
    {
        var (client, alone, results) = (new AsioClient(session), new OneByOne(), new List<ReadResult>());
        bool? answers = null;
        foreach (var id in ids.Distinct(StringComparer.Ordinal))
        {
            if (!AsioJson.IsId(id))
            {
                results.Add(new ReadResult.Unknown(id, $"“{id}” is not an id of ConnectWise's."));
                continue;
            }

            var result = await alone.AskAsync(id, () => ReadOneAsync(client, id, ct));
            results.Add(result is not ReadResult.Gone || (answers ??= await AnswersAsync(client, ct)) ? result : new ReadResult.Unknown(id, "ConnectWise does not answer where its companies are."));
        }

        return results;
    }

    /// <summary>Whether the platform answers where companies are: only then its 404 is about a record.</summary>
    public static async Task<bool> AnswersAsync(AsioClient client, CancellationToken ct)
    {
        try
        {
            var response = await client.AskAsync(HttpMethod.Get, List, null, AsioPermissions.Companies, ct);
            using var json = response.IsSuccess ? response.TryJson() : null;
            return json is { RootElement.ValueKind: JsonValueKind.Array } && json.RootElement.GetArrayLength() > 0;
        }
        catch (FaultException e) when (e.Fault is Fault.VendorDown or Fault.BadData or Fault.PermissionMissing)
        {
            return false;
        }
    }

    /// <summary>Whether the platform answers where devices are: only a list that has some shows that a missing one is missing.</summary>
    public static async Task<bool> HaveDevicesAsync(AsioClient client, CancellationToken ct)
    {
        try
        {
            var (companies, _, _) = await AllAsync(client, ct);
            foreach (var some in companies.Select(c => c.ExternalId).Chunk(4).Take(MostAsked))
            {
                if (await AsioDevices.HasAnyAsync(client, some, ct))
                {
                    return true;
                }
            }
        }
        catch (FaultException e) when (e.Fault is Fault.VendorDown or Fault.BadData or Fault.PermissionMissing)
        {
            return false;
        }

        return false;
    }

    private static async Task<ReadResult> ReadOneAsync(AsioClient client, string id, CancellationToken ct)
    {
        var response = await client.AskAsync(HttpMethod.Get, $"{List}/{id}", null, AsioPermissions.Companies, ct);
        if (!response.IsSuccess)
        {
            return AsioErrors.IsNotFound(response) ? new ReadResult.Gone(id) : throw client.Refusal(response, AsioPermissions.Companies);
        }

        var element = client.Data(response, JsonValueKind.Object);
        var (record, bad) = AsioJson.Read(element, "id", AsioMapping.Company);
        return record is not null ? record.ExternalId == id ? new ReadResult.Present(record) : new ReadResult.Unknown(id, "ConnectWise answered with another record.")
            : bad!.ExternalId == id ? new ReadResult.Bad(id, bad)
            : new ReadResult.Unknown(id, $"ConnectWise's answer cannot be read ({bad.Reason}).");
    }
}
