using System.Globalization;
using System.Runtime.CompilerServices;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.DattoRmm;

/// <summary>
/// Reads numbered pages of a list whose order nobody promises. It is over when no next page is named and, where the list says how
/// many rows it has, as many have come; the reader steps back when that number falls on the way.
/// </summary>
internal static class DattoRmmPass
{
    private const int MostSteps = 20;

    /// <summary>A list of more rows than anyone has devices goes round in circles.</summary>
    private const int MostPages = 10_000;

    public static async IAsyncEnumerable<Page> ReadAsync(DattoRmmClient client, DattoRmmList list, ReadRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        var cursor = DattoRmmCursor.Read(request.Cursor, list.Path);
        for (var over = false; !over;)
        {
            ct.ThrowIfCancellationRequested();
            var page = await DattoRmmPage.ReadAsync(client, list, cursor.Page, ct);
            (cursor, over, var doubt) = Next(list.Noun, cursor, page);
            yield return new Page([.. page.Rows.Values], over ? Cursor.Start : cursor.Write())
            {
                Bad = page.Bad,
                Deleted = page.Gone,
                Complete = over && doubt is null,
                Doubt = doubt,
                Total = page.Total,
                VendorTime = page.VendorTime,
            };
        }
    }

    /// <summary>Where it goes on after a page; without anything of its own, so that every turn can be tested.</summary>
    public static DattoRmmStep Next(string noun, DattoRmmCursor before, DattoRmmPage page)
    {
        var after = before.After(page);
        if (IsShort(before, page) && !before.Asked)
        {
            return new(after with { Asked = true, Total = before.Total }); // Whether the number has fallen is told when it is asked again.
        }

        after = after with { Asked = false };
        if (page.HasNext && (page.Received == 0 || before.Page >= MostPages))
        {
            return new(after, Over: true, string.Create(CultureInfo.InvariantCulture, $"Datto RMM speaks of {noun} after page {before.Page + 1}, which came empty, also when asked a second time."));
        }

        if (Shift(before, page) is > 0 and var shift)
        {
            return before.Steps < MostSteps
                ? new(after with { Page = Math.Max(0, before.Page - shift), Steps = before.Steps + 1 })
                : new(after, Over: true, $"So many {noun} were deleted while they were being read that some may have been missed.");
        }

        // Without a next page the number decides: a full page is not the last while rows are missing.
        var goesOn = page.HasNext || (page.Received > 0 && page.Received >= after.Size && after.Delivered < after.Least);
        return goesOn ? new(after with { Page = before.Page + 1 })
            : after.Delivered >= (after.Least ?? 0) ? new(after, Over: true)
            : !before.Again ? new(after.Restarted())
            : new(after, Over: true, string.Create(CultureInfo.InvariantCulture, $"Datto RMM counts {after.Least:N0} {noun} but delivered only {after.Delivered:N0}, also when asked a second time."));
    }

    /// <summary>Empty, fewer rows than it says itself, or shorter than others though others follow.</summary>
    private static bool IsShort(DattoRmmCursor before, DattoRmmPage page) =>
        page.Received == 0 || page.Received < page.Count || (page.HasNext && page.Received < before.Size);

    /// <summary>By how many pages rows have moved forward since the last page.</summary>
    private static int Shift(DattoRmmCursor before, DattoRmmPage page) =>
        before.Page > 0 && before.Total is { } had && page.Total is { } has && had > has ? (had - has + before.Size - 1) / Math.Max(1, before.Size) : 0;
}

/// <param name="Over">The pass ends here.</param>
/// <param name="Doubt">Why what came is not provably everything.</param>
internal sealed record DattoRmmStep(DattoRmmCursor Cursor, bool Over = false, string? Doubt = null);
