using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.Syncro;

/// <summary>Technicians: their list is pairs of id and name on one page, and all else (the e-mail address) is told one by one.</summary>
internal static class SyncroUsers
{
    private const int PerPage = 20;

    /// <summary>One technician who cannot be read must not keep the others from being told.</summary>
    private const int MostFailures = 3;

    public static async IAsyncEnumerable<Page> ReadAsync(SyncroClient client, ReadRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        var (names, bad, time) = await ListAsync(client, ct);
        var after = long.TryParse(request.Cursor.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? last : 0;
        var rest = names.Keys.Where(id => id > after).Order().ToList();
        var reader = new Reader(client, names);
        for (var over = false; !over;)
        {
            ct.ThrowIfCancellationRequested();
            var batch = rest.Take(PerPage).ToList();
            rest.RemoveRange(0, batch.Count);
            over = rest.Count == 0;
            var rows = await reader.ReadAsync(batch, ct);
            yield return new Page([.. rows.OfType<ReadResult.Present>().Select(r => r.Record)], over ? Cursor.Start : new Cursor(batch[^1].ToString(CultureInfo.InvariantCulture)))
            {
                Complete = over,
                Bad = [.. rows.OfType<ReadResult.Bad>().Select(r => r.Row), .. bad],
                Total = names.Count,
                VendorTime = time,
            };
            bad = [];
        }
    }

    /// <summary>Id → name, by the one list that there is.</summary>
    private static async Task<(IReadOnlyDictionary<long, string?> Names, IReadOnlyList<BadRow> Bad, DateTimeOffset? Time)> ListAsync(SyncroClient client, CancellationToken ct)
    {
        var names = new Dictionary<long, string?>();
        var bad = new List<BadRow>();
        for (int page = 1, pages = 1; ; page++)
        {
            var response = await client.GetAsync(page == 1 ? "/users" : $"/users?page={page.ToString(CultureInfo.InvariantCulture)}", SyncroPermissions.Users, ct);
            using var json = response.TryJson();
            if (json is not { RootElement.ValueKind: JsonValueKind.Object } || !json.RootElement.TryGetProperty("users", out var users) || users.ValueKind != JsonValueKind.Array)
            {
                throw SyncroErrors.NoData(response, client.Scrub);
            }

            foreach (var user in users.EnumerateArray())
            {
                if (Pair(user) is { } pair)
                {
                    names[pair.Id] = pair.Name;
                }
                else
                {
                    bad.Add(new BadRow(null, "a technician is neither a pair of id and name nor a record with an id", VendorResponse.Shorten(SyncroSecrets.Sample(user), 3999)));
                }
            }

            // Today there is one page and no word of more; an account that speaks of more is taken at its word.
            pages = Math.Max(pages, json.RootElement.TryGetProperty("meta", out var meta) && meta.ValueKind == JsonValueKind.Object
                && meta.TryGetProperty("total_pages", out var total) && total.ValueKind == JsonValueKind.Number && total.TryGetInt32(out var number) ? number : 1);
            if (page >= pages || users.GetArrayLength() == 0)
            {
                return (names, bad, response.Time);
            }
        }
    }

    private static (long Id, string? Name)? Pair(JsonElement user)
    {
        var (id, name) = user.ValueKind switch
        {
            JsonValueKind.Array when user.GetArrayLength() >= 2 => (user[0], user[1]),
            JsonValueKind.Object when user.TryGetProperty("id", out var own) =>
                (own, user.TryGetProperty("full_name", out var full) || user.TryGetProperty("name", out full) ? full : default),
            _ => (default, default),
        };
        return id.ValueKind == JsonValueKind.Number && id.TryGetInt64(out var number) && number > 0
            ? (number, name.ValueKind == JsonValueKind.String ? JsonText.Of(name) : null)
            : null;
    }

    /// <summary>Reads technicians one by one; where that is not permitted, the names have to do.</summary>
    private sealed class Reader(SyncroClient client, IReadOnlyDictionary<long, string?> names)
    {
        private bool denied;
        private int failures;

        public async Task<IReadOnlyList<ReadResult>> ReadAsync(IReadOnlyList<long> ids, CancellationToken ct)
        {
            var results = new List<ReadResult>();
            foreach (var id in ids)
            {
                results.Add(await ReadAsync(id, ct));
            }

            return results;
        }

        private async Task<ReadResult> ReadAsync(long number, CancellationToken ct)
        {
            var id = number.ToString(CultureInfo.InvariantCulture);
            var name = new ReadResult.Present(SyncroMapping.User(id, names[number]));
            if (denied)
            {
                return name;
            }

            try
            {
                var response = await client.AskAsync($"/users/{id}", ct);
                if (response.IsSuccess)
                {
                    failures = 0;
                    return SyncroByIds.Understand(client, SyncroStreams.Users, id, response) switch
                    {
                        ReadResult.Unknown unknown => new ReadResult.Bad(id, new BadRow(id, unknown.Why, "")),
                        var told => told,
                    };
                }

                if (SyncroErrors.IsRecordNotFound(response))
                {
                    return new ReadResult.Gone(id);   // Removed since the list was read.
                }

                throw client.Refusal(response, SyncroPermissions.Users);
            }
            catch (FaultException e) when (e.Fault is Fault.PermissionMissing)
            {
                client.Session.Log.LogInformation("Technicians have names only: {Reason}", e.Fault.Sentence);
                denied = true;
                return name;
            }
            catch (FaultException e) when (e.Fault is Fault.VendorDown or Fault.BadData && ++failures < MostFailures)
            {
                return new ReadResult.Bad(id, new BadRow(id, e.Fault.Sentence, ""));
            }
        }
    }
}
