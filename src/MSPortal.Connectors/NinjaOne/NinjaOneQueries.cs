using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.NinjaOne;

/// <summary>The bulk queries: pages by a cursor that is an object, of which only the name goes back.</summary>
internal static class NinjaOneQueries
{
    /// <param name="filter">Ends with an ampersand unless it is empty.</param>
    /// <returns>The rows of each page, valid until the next one; nothing where this account may not ask.</returns>
    public static async IAsyncEnumerable<JsonElement> ReadAsync(NinjaOneClient client, string path, string filter, int pageSize, [EnumeratorCancellation] CancellationToken ct)
    {
        var (cursor, before, empty) = ("", "", 0);
        while (empty < 2)
        {
            ct.ThrowIfCancellationRequested();
            var response = await client.AskAsync(string.Create(CultureInfo.InvariantCulture, $"{path}?{filter}{cursor}pageSize={pageSize}"), ct);
            if (cursor.Length == 0 && (NinjaOneErrors.IsNotFound(response) || (int)response.Status == 403))
            {
                client.Session.Log.LogInformation("NinjaOne's {Path} may not be asked: devices come without it", path);
                yield break;
            }

            if (NinjaOneErrors.IsNotFound(response))
            {
                throw new FaultException(new Fault.VendorDown($"NinjaOne does not go on with {path}: its place in the list has expired."));
            }

            if (!response.IsSuccess)
            {
                throw client.Refusal(response, NinjaOnePermissions.Devices);
            }

            using var json = response.TryJson();
            if (json is not { RootElement.ValueKind: JsonValueKind.Object } || !json.RootElement.TryGetProperty("results", out var rows) || rows.ValueKind != JsonValueKind.Array)
            {
                throw NinjaOneErrors.NoData(response, client.Scrub);
            }

            // An empty page is believed when it comes twice; a full one that comes twice is none of a list.
            empty = rows.GetArrayLength() == 0 ? empty + 1 : 0;
            var text = empty > 0 ? before : rows.GetRawText();
            if (empty == 0 && text == before)
            {
                throw new FaultException(new Fault.BadData($"NinjaOne repeats a page of {path} instead of going on."));
            }

            before = text;
            yield return rows;
            if (Name(json.RootElement) is not { } name)
            {
                yield break;
            }

            cursor = $"cursor={Uri.EscapeDataString(name)}&";
        }
    }

    /// <summary>Null when there is nothing to go on with. Clients that were written for a text have met an object, and the other way round.</summary>
    private static string? Name(JsonElement answer)
    {
        var named = answer.TryGetProperty("cursor", out var cursor) && (cursor.ValueKind != JsonValueKind.Object || cursor.TryGetProperty("name", out cursor));
        return named && cursor.ValueKind == JsonValueKind.String && JsonText.Of(cursor) is { Length: > 0 } name ? name : null;
    }
}
