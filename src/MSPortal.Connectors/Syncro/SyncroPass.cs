using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.Syncro;

/// <summary>
/// Reads numbered pages of a collection whose order nobody promises. Rows that go away behind the reader pull others over the
/// edge of a page: the reader steps back when the numbers fall, and changes that took several pages are read back to the first.
/// </summary>
internal static class SyncroPass
{
    private const int MostSteps = 20;

    /// <param name="queries">Read one after the other; given the pass's start.</param>
    public static async IAsyncEnumerable<Page> ReadAsync(
        SyncroClient client,
        SyncroList list,
        Func<DateTimeOffset, IReadOnlyList<string>> queries,
        ReadRequest request,
        [EnumeratorCancellation] CancellationToken ct)
    {
        var cursor = SyncroCursor.Read(request.Cursor);
        var startedAt = cursor?.StartedAt ?? client.Session.Clock.GetUtcNow();
        var questions = queries(startedAt);
        var question = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{list.Path}|{string.Join('|', questions)}")))[..16];
        if (cursor?.Question != question || cursor.Query >= questions.Count)
        {
            cursor = new SyncroCursor { Question = question, StartedAt = startedAt };
        }

        for (var over = false; !over;)
        {
            ct.ThrowIfCancellationRequested();
            (var page, cursor, over) = await TakeAsync(client, list, questions, request.Pass, cursor, ct);
            yield return page;
        }
    }

    /// <summary>One page: what came, where it goes on, and whether that was all.</summary>
    public static async Task<(Page Page, SyncroCursor Cursor, bool Over)> TakeAsync(
        SyncroClient client, SyncroList list, IReadOnlyList<string> queries, PassKind pass, SyncroCursor before, CancellationToken ct)
    {
        var page = await SyncroLists.PageAsync(client, list, queries[before.Query], before.Page, ct);
        var after = Next(list.Noun, pass, before, page);
        var over = after.Query == queries.Count;
        var result = new Page([.. page.Rows.Values], over ? Cursor.Start : after.Write())
        {
            Bad = page.Bad,
            Children = page.Children,
            Complete = over && after.Doubt is null,
            Doubt = over ? after.Doubt : null,
            Total = queries.Count == 1 ? page.Entries : null,
            VendorTime = page.VendorTime,
        };
        return (result, after, over);
    }

    /// <summary>Where it goes on after a page; without anything of its own, so that every turn can be tested.</summary>
    public static SyncroCursor Next(string noun, PassKind pass, SyncroCursor before, SyncroPage page)
    {
        var after = before.After(page);
        if (before.Back)
        {
            return before.Page > 1 ? after with { Page = before.Page - 1 } : after.NextQuery(null);
        }

        if (IsShort(before, page))
        {
            if (!before.Asked)
            {
                return after with { Asked = true };
            }

            if (page.Received == 0 && before.Page < page.Pages)
            {
                return after.NextQuery(string.Create(CultureInfo.InvariantCulture, $"Syncro speaks of {page.Pages} pages of {noun}, but page {before.Page} came empty, also when asked a second time."));
            }
        }

        after = after with { Asked = false };
        if (before.Page > 1 && Shift(before, page) is > 0 and var shift)
        {
            return before.Steps < MostSteps
                ? after with { Page = Math.Max(1, before.Page - shift), Steps = before.Steps + 1 }
                : after.NextQuery($"So many {noun} were deleted while they were being read that some may have been missed.");
        }

        return !IsLast(before, page) ? after with { Page = before.Page + 1 } : Conclude(noun, pass, before, after);
    }

    private static SyncroCursor Conclude(string noun, PassKind pass, SyncroCursor before, SyncroCursor after)
    {
        if (after.Delivered < after.Least)
        {
            return before.Again
                ? after.NextQuery(string.Create(CultureInfo.InvariantCulture, $"Syncro counts {after.Least:N0} {noun} but delivered only {after.Delivered:N0}, also when asked a second time."))
                : after.Restarted();
        }

        // A complete read finds what slipped by among what is missing; changes have nobody who would miss them.
        return pass == PassKind.Incremental && before.Page > 1 && after.Least is null
            ? after with { Back = true, Page = before.Page - 1 }
            : after.NextQuery(null);
    }

    /// <summary>A page that is not the last but shorter than others, or an empty one where rows should be.</summary>
    private static bool IsShort(SyncroCursor before, SyncroPage page) =>
        (before.Page < page.Pages && (page.Received < before.Size || page.Received == 0))
        || (page.Received == 0 && before.Page > 1 && before.Page == page.Pages)
        || (page.Received == 0 && before.Page == 1 && page.Entries > 0);

    /// <summary>By how many pages rows have moved forward since the last page.</summary>
    private static int Shift(SyncroCursor before, SyncroPage page) =>
        before.Entries is { } had && page.Entries is { } has ? had > has ? (had - has + before.Size - 1) / Math.Max(1, before.Size) : 0
        : before.Pages is { } pages && page.Pages is { } now && pages > now ? pages - now + 1
        : 0;

    /// <summary>Without a number of pages the end is an empty one, or one that only repeats the page before.</summary>
    private static bool IsLast(SyncroCursor before, SyncroPage page) =>
        page.Pages is { } pages ? before.Page >= pages : page.Received == 0 || (page.Ids.Count > 0 && page.Ids.All(before.Recent.Contains));
}
