using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.HaloPsa;

/// <summary>Time entries are the events of timesheets. They know dates but no changes, and come without pages, so they are read by spans of time.</summary>
internal static class HaloPsaTime
{
    /// <summary>No Halo account is older than its API.</summary>
    private static readonly DateTimeOffset Oldest = new(2010, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>What was entered late for days before comes with the next changes; what is older with the next complete read.</summary>
    private static readonly TimeSpan Lateness = TimeSpan.FromDays(7);

    /// <summary>Entries in an answer from which on it would be better to ask for less, and below which for more.</summary>
    private const int Many = 5000;
    private const int Few = 1500;
    private const int LongestSpan = 12;

    public static HaloPsaList List(DateTimeOffset from, DateTimeOffset to) =>
        new("/TimesheetEvent", "events", "time entries", HaloPsaPermissions.Time, HaloPsaMapping.TimeEntry)
        {
            Always = $"start_date={HaloPsaStreams.Time(from)}&end_date={HaloPsaStreams.Time(to)}",
            IsWhole = true,
            Prepare = rows => [.. rows.Where(IsWork)],
        };

    /// <summary>Today's: whether Halo answers is all that it says.</summary>
    public static HaloPsaList Today(Session session) => List(session.Clock.GetUtcNow().AddDays(-1), session.Clock.GetUtcNow());

    public static IAsyncEnumerable<Page> Read(Session session, ReadRequest request, CancellationToken ct) =>
        request is { Pass: PassKind.Incremental, Since: { } since } ? ReadChanges(session, since, ct) : ReadAll(session, request, ct);

    private static async IAsyncEnumerable<Page> ReadChanges(Session session, DateTimeOffset since, [EnumeratorCancellation] CancellationToken ct)
    {
        var list = List(since - Lateness, session.Clock.GetUtcNow() + Lateness);
        var page = await HaloPsaLists.WholeAsync(new HaloPsaClient(session), list, ct);
        yield return new Page([.. page.Rows.Values], Cursor.Start) { Bad = page.Bad, Complete = true, VendorTime = page.VendorTime };
    }

    /// <summary>From the newest back to the oldest, in spans that grow where little happened.</summary>
    private static async IAsyncEnumerable<Page> ReadAll(Session session, ReadRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        var client = new HaloPsaClient(session);
        var place = Place.Read(request.Cursor) ?? new Place(session.Clock.GetUtcNow().AddMonths(2), 1);
        for (var over = false; !over;)
        {
            ct.ThrowIfCancellationRequested();
            var from = place.To.AddMonths(-place.Months);
            over = from <= Oldest;
            var page = await HaloPsaLists.WholeAsync(client, List(over ? Oldest : from, place.To), ct);
            place = new Place(from, page.Received >= Many ? Math.Max(1, place.Months / 2) : page.Received < Few ? Math.Min(LongestSpan, place.Months * 2) : place.Months);
            yield return new Page([.. page.Rows.Values], over ? Cursor.Start : place.Write()) { Bad = page.Bad, Complete = over, VendorTime = page.VendorTime };
        }
    }

    /// <summary>Breaks, holidays and appointments without time are events, too.</summary>
    private static bool IsWork(JsonElement element)
    {
        try
        {
            var row = new JsonRow(element);
            return row.Whole("holiday_id") is null or 0 && row.Whole("break_type") is null or 0 && HaloPsaMapping.Hours(row) > 0;
        }
        catch (FieldException)
        {
            return true;   // Kept aside, so that somebody sees it.
        }
    }

    /// <param name="To">Everything from here on has been read.</param>
    private sealed record Place([property: JsonPropertyName("to")] DateTimeOffset To, [property: JsonPropertyName("m")] int Months)
    {
        public static Place? Read(Cursor cursor) => CursorJson.Read<Place>(cursor) is { Months: > 0 and <= LongestSpan } read ? read : null;

        public Cursor Write() => CursorJson.Write(this);
    }
}
