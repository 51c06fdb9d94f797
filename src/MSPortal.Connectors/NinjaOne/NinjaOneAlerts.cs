using System.Runtime.CompilerServices;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.NinjaOne;

/// <summary>Alerts come all at once and only while they last; what became of one that is missing, its device is asked.</summary>
internal static class NinjaOneAlerts
{
    private const string All = "/alerts";

    /// <summary>Rows that are stored together.</summary>
    private const int PerPage = 500;

    public static async IAsyncEnumerable<Page> ReadAsync(Session session, ReadRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        var client = new NinjaOneClient(session);
        var (found, bad, time) = await ListAsync(client, All, ct);
        var after = IsId(request.Cursor.Value) ? request.Cursor.Value : null;
        var rest = found.Values.OfType<ReadResult.Present>().Select(p => p.Record).Where(r => after is null || string.CompareOrdinal(r.ExternalId, after) > 0).OrderBy(r => r.ExternalId, StringComparer.Ordinal).ToList();
        for (var over = false; !over;)
        {
            ct.ThrowIfCancellationRequested();
            var batch = rest.Take(PerPage).ToList();
            rest.RemoveRange(0, batch.Count);
            over = rest.Count == 0;
            yield return new Page(batch, over ? Cursor.Start : new Cursor(batch[^1].ExternalId)) { Complete = over, Bad = bad, Total = found.Count, VendorTime = time };
            bad = [];
        }
    }

    public static async Task<IReadOnlyList<ReadResult>> ReadByIdsAsync(Session session, IReadOnlyList<string> ids, CancellationToken ct)
    {
        var (reader, alone) = (new Reader(new NinjaOneClient(session)), new OneByOne());
        var results = new List<ReadResult>();
        foreach (var id in ids.Distinct(StringComparer.Ordinal))
        {
            results.Add(await alone.AskAsync(id, () => reader.ReadAsync(id, ct)));
        }

        return results;
    }

    /// <summary>The device's number (0 where there is none), a colon, and the alert's own.</summary>
    private static bool IsId(string? text) =>
        text is not null && text.IndexOf(':', StringComparison.Ordinal) is > 0 and var cut && cut < text.Length - 1 && (text[..cut] == "0" || NinjaOneByIds.IsNumber(text[..cut]));

    /// <summary>Every alert of an answer by its id; what has no id is bad and nothing more.</summary>
    private static async Task<(Dictionary<string, ReadResult> Found, IReadOnlyList<BadRow> Bad, DateTimeOffset? Time)> ListAsync(NinjaOneClient client, string path, CancellationToken ct)
    {
        var response = await client.GetAsync(path, NinjaOnePermissions.Alerts, ct);
        return Understand(client, response);
    }

    private static (Dictionary<string, ReadResult> Found, IReadOnlyList<BadRow> Bad, DateTimeOffset? Time) Understand(NinjaOneClient client, VendorResponse response)
    {
        using var json = client.List(response);
        var (found, bad) = (new Dictionary<string, ReadResult>(StringComparer.Ordinal), new List<BadRow>());
        foreach (var element in json.RootElement.EnumerateArray())
        {
            var (record, trouble) = NinjaOneRow.Read(element, NinjaOneMapping.AlertId, NinjaOneMapping.Alert);
            if (record is not null)
            {
                found[record.ExternalId] = new ReadResult.Present(record);
                continue;
            }

            bad.Add(trouble!);
            if (trouble!.ExternalId is { } id)
            {
                found.TryAdd(id, new ReadResult.Bad(id, trouble));
            }
        }

        return (found, bad, response.Time);
    }

    /// <summary>Remembers what was answered, so that the alerts of one device cost one question.</summary>
    private sealed class Reader(NinjaOneClient client)
    {
        private readonly Dictionary<string, Dictionary<string, ReadResult>> known = new(StringComparer.Ordinal);

        /// <summary>Gone is what neither its device nor the list of all knows: an empty answer alone proves nothing.</summary>
        public async Task<ReadResult> ReadAsync(string id, CancellationToken ct)
        {
            if (!IsId(id))
            {
                return new ReadResult.Unknown(id, $"“{id}” is not an alert of NinjaOne's.");
            }

            var device = id[..id.IndexOf(':', StringComparison.Ordinal)];
            return (device == "0" ? null : await FindAsync($"/device/{device}/alerts", id, ct))
                ?? await FindAsync(All, id, ct)
                ?? new ReadResult.Gone(id);
        }

        private async Task<ReadResult?> FindAsync(string path, string id, CancellationToken ct)
        {
            if (!known.TryGetValue(path, out var found))
            {
                var response = await client.AskAsync(path, ct);
                // The device may be gone; then the list of all says the rest.
                found = response.IsSuccess ? Understand(client, response).Found
                    : path != All && NinjaOneErrors.IsNotFound(response) ? []
                    : throw client.Refusal(response, NinjaOnePermissions.Alerts);
                known[path] = found;
            }

            return found.GetValueOrDefault(id);
        }
    }
}
