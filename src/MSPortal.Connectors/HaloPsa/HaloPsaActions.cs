using System.Globalization;
using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.HaloPsa;

/// <summary>What was done on one ticket. Actions have no pages: a number of them is asked for, and more if the count says that there are more.</summary>
internal static class HaloPsaActions
{
    private const int Usual = 500;

    public static async Task<ChildrenResult> ReadAsync(HaloPsaClient client, string ticketId, CancellationToken ct)
    {
        var (rows, total) = await AskAsync(client, ticketId, Usual, ct);
        if (rows.Count < total)
        {
            (rows, total) = await AskAsync(client, ticketId, total.Value, ct);
        }

        return Of(rows, total, ticketId);
    }

    /// <summary>The rows of a ticket, kept beyond the life of the answer, and Halo's count of them.</summary>
    private static async Task<(IReadOnlyList<JsonElement> Rows, int? Total)> AskAsync(HaloPsaClient client, string ticketId, int count, CancellationToken ct)
    {
        var query = string.Create(CultureInfo.InvariantCulture, $"ticket_id={ticketId}&excludesys=true&count={count}");
        var response = await client.GetAsync("/Actions", query, HaloPsaPermissions.Notes, ct);
        using var json = response.TryJson();
        return json is not null && HaloPsaLists.Rows(json.RootElement, "actions") is { } rows
            ? ([.. rows.Select(r => r.Clone())], HaloPsaLists.Count(json.RootElement))
            : throw HaloPsaErrors.NoData(response, client.Scrub);
    }

    private static ChildrenResult Of(IReadOnlyList<JsonElement> elements, int? total, string ticketId)
    {
        var list = new HaloPsaList("/Actions", "actions", "actions", HaloPsaPermissions.Notes, row => HaloPsaMapping.Action(row, ticketId))
        {
            Key = id => $"{ticketId}-{id}",
        };
        var notes = new Dictionary<string, ExternalRecord>(StringComparer.Ordinal);
        var bad = new List<BadRow>();
        var foreign = 0;
        foreach (var element in elements)
        {
            var (record, trouble) = HaloPsaLists.Read(element, list);
            if (IsForeign(element, ticketId))
            {
                foreign++;   // A filter that Halo does not know is passed over without a word.
            }
            else if (trouble is not null)
            {
                bad.Add(trouble);
            }
            else if (record is TicketNote { Text: not null } note)
            {
                notes[note.ExternalId] = note;
            }
        }

        var complete = foreign == 0 && elements.Count >= (total ?? elements.Count) && bad.All(b => b.ExternalId is not null);
        return new ChildrenResult([.. notes.Values], complete) { Bad = bad };
    }

    private static bool IsForeign(JsonElement element, string ticketId)
    {
        try
        {
            return new JsonRow(element).Id("ticket_id") is { } id && id != ticketId;
        }
        catch (FieldException)
        {
            return false;
        }
    }
}
