using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Histories.Vendors.Model;

/// <summary>Reads the model vendor: forward by id, a page only when it has as many rows as it says, the end only when a count says so, too.</summary>
internal static class ModelReads
{
    public static async IAsyncEnumerable<Page> PagesAsync(Session session, DataType type, ReadRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        var boards = type == DataType.Tickets && request.Pass == PassKind.Full ? string.Join(',', session.Scope.Containers ?? []) : "";
        var place = Place.Read(request.Cursor, boards);
        for (var over = false; !over;)
        {
            var question = $"since={(request.Since is { } since ? Uri.EscapeDataString(since.ToString("O", CultureInfo.InvariantCulture)) : "0001-01-01")}{(boards.Length > 0 ? $"&boards={boards}" : "")}";
            var list = await ListAsync(session, type, $"?after={place.After}&limit={ModelConnector.PageSize}&{question}", ct);
            place = place with { After = Math.Max(place.After, list.Last) };
            string? doubt = null;
            if (!list.More)
            {
                using var count = await GetAsync(session, type, $"{type.Slug()}/count?after={place.After}&{question}", ct);
                if (count.RootElement.GetProperty("count").GetInt32() == 0)
                {
                    over = true;
                }
                else if (place.Again)
                {
                    (over, doubt) = (true, $"The vendor counts more {type.Label()} than it delivers.");
                }
                else
                {
                    place = place with { Again = true };
                }
            }

            yield return list.Page with { Next = over ? Cursor.Start : place.Write(), Complete = over && doubt is null, Doubt = doubt };
        }
    }

    public static async Task<IReadOnlyList<ReadResult>> SomeAsync(Session session, DataType type, IReadOnlyList<string> ids, CancellationToken ct)
    {
        using var json = await GetAsync(session, type, $"{type.Slug()}/some?ids={Uri.EscapeDataString(string.Join(',', ids))}", ct);
        var (rows, bad, _) = Rows(type, json.RootElement);
        var found = rows.ToDictionary(r => r.ExternalId);
        var gone = json.RootElement.GetProperty("gone").EnumerateArray().Select(g => g.GetString()!).ToHashSet();
        return
        [
            .. ids.Select(ReadResult (id) => found.GetValueOrDefault(id) is { } record ? new ReadResult.Present(record)
                : bad.Find(b => b.ExternalId == id) is { } row ? new ReadResult.Bad(id, row)
                : gone.Contains(id) ? new ReadResult.Gone(id)
                : new ReadResult.Unknown(id, "The vendor said nothing about it.")),
        ];
    }

    public static async Task<ChildrenResult> NotesAsync(Session session, string ticket, CancellationToken ct)
    {
        try
        {
            using var json = await GetAsync(session, DataType.TicketNotes, $"tickets/{ticket}/notes", ct);
            var (rows, bad, _) = Rows(DataType.TicketNotes, json.RootElement);
            return new ChildrenResult(rows, Complete: json.RootElement.GetProperty("rows").GetArrayLength() == json.RootElement.GetProperty("count").GetInt32()) { Bad = bad };
        }
        catch (FaultException e) when (e.Data.Contains("NoSuchTicket"))
        {
            return new ChildrenResult([], Complete: false, ParentGone: true);
        }
    }

    public static async Task<JsonDocument> GetAsync(Session session, DataType type, string path, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{session.Settings["address"]}/v1/{path}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", session.Settings["key"]);
        var response = await VendorHttp.SendAsync(session.Http, request, "address", ct);
        session.Log.LogInformation("GET {Path}: {Status}", request.RequestUri!.AbsolutePath, (int)response.Status);
        return response.IsSuccess
            ? response.TryJson() is { RootElement.ValueKind: JsonValueKind.Object } json ? json : throw new FaultException(response.NotJson("The model vendor"))
            : throw Refused(response, type, session.Clock.GetUtcNow());
    }

    private static FaultException Refused(VendorResponse response, DataType type, DateTimeOffset now)
    {
        var fault = response.Status switch
        {
            HttpStatusCode.Unauthorized => (Fault)new Fault.AuthFailed("The model vendor refuses the key."),
            HttpStatusCode.Forbidden => new Fault.PermissionMissing(ModelConnector.Permission(type)),
            HttpStatusCode.TooManyRequests => new Fault.RateLimited(RetryAfter.Of(response, now)),
            var status => new Fault.VendorDown($"The model vendor has trouble (status {(int)status})."),
        };
        var refused = new FaultException(fault);
        if (response.Status == HttpStatusCode.NotFound && response.TryJson()?.RootElement.GetProperty("error").GetString() == "NoSuchTicket")
        {
            refused.Data["NoSuchTicket"] = true;
        }

        return refused;
    }

    private static async Task<(Page Page, int Last, bool More)> ListAsync(Session session, DataType type, string query, CancellationToken ct)
    {
        using var request = await GetAsync(session, type, type.Slug() + query, ct);
        var root = request.RootElement;
        var (rows, bad, last) = Rows(type, root);
        if (root.GetProperty("rows").GetArrayLength() != root.GetProperty("count").GetInt32())
        {
            throw new FaultException(new Fault.BadData("A page has not as many rows as it says."));
        }

        return (new Page(rows, Cursor.Start) { Bad = bad, VendorTime = root.GetProperty("time").GetDateTimeOffset() }, last, root.GetProperty("more").GetBoolean());
    }

    private static (List<ExternalRecord> Rows, List<BadRow> Bad, int Last) Rows(DataType type, JsonElement root)
    {
        var (rows, bad, last) = (new List<ExternalRecord>(), new List<BadRow>(), 0);
        foreach (var row in root.GetProperty("rows").EnumerateArray())
        {
            string? id = null;
            try
            {
                id = row.GetProperty("externalId").GetString();
                var record = Record(type, row.GetRawText());
                last = Math.Max(last, ModelTables.Id(record.ExternalId));
                rows.RemoveAll(r => r.ExternalId == record.ExternalId);
                rows.Add(record);
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
            {
                last = id is null ? last : Math.Max(last, ModelTables.Id(id));
                bad.Add(new BadRow(id, e.Message, row.GetRawText()[..Math.Min(200, row.GetRawText().Length)]));
            }
        }

        return (rows, bad, last);
    }

    public static ExternalRecord Record(DataType type, string json)
    {
        ExternalRecord record = type switch
        {
            DataType.Reference => Canonical.Read<ReferenceItem>(json),
            DataType.Companies => Canonical.Read<ExternalCompany>(json),
            DataType.Tickets => Canonical.Read<Ticket>(json),
            DataType.TicketNotes => Canonical.Read<TicketNote>(json),
            _ => Canonical.Read<ExternalDevice>(json),
        };
        return record switch
        {
            { ExternalId: null } => throw new JsonException("externalId is null."),
            Ticket { Summary: null } or ExternalCompany { Name: null } or ReferenceItem { Name: null } or ExternalDevice { Name: null } => throw new JsonException("A required field is null."),
            _ => record,
        };
    }

    /// <param name="After">The largest id delivered.</param>
    /// <param name="Again">An end was not believed once already.</param>
    private sealed record Place(int After, bool Again, string Boards)
    {
        public static Place Read(Cursor cursor, string boards) =>
            cursor.Value?.Split(';') is [var after, var again, var asked] && asked == boards
                ? new Place(int.Parse(after, CultureInfo.InvariantCulture), again == "1", boards)
                : new Place(0, false, boards);

        public Cursor Write() => new($"{After};{(Again ? 1 : 0)};{Boards}");
    }
}
