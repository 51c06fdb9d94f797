using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.HaloPsa;

/// <summary>
/// Reads numbered pages as if they were a chain: every page repeats a row of the one before, and a page that does not shows
/// that rows in front of it have gone and is read again from further in front. It ends when Halo's own count is reached.
/// </summary>
internal static class HaloPsaPass
{
    /// <param name="queries">Filters, read one after the other; given the pass's start.</param>
    public static async IAsyncEnumerable<Page> ReadAsync(
        HaloPsaClient client,
        HaloPsaList list,
        Func<DateTimeOffset, IReadOnlyList<string>> queries,
        ReadRequest request,
        [EnumeratorCancellation] CancellationToken ct)
    {
        var cursor = HaloPsaCursor.Read(request.Cursor);
        var now = client.Session.Clock.GetUtcNow();
        var startedAt = cursor?.StartedAt ?? new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
        var filters = queries(startedAt);
        var question = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('|', filters))))[..16];
        if (cursor?.Question != question || cursor.Query >= filters.Count)
        {
            cursor = new HaloPsaCursor { Question = question, StartedAt = startedAt };
        }

        for (var over = false; !over;)
        {
            ct.ThrowIfCancellationRequested();
            (var page, cursor, over) = await new Step(client, list, filters).TakeAsync(cursor, ct);
            yield return page;
        }
    }

    /// <summary>One page, and the decision about what comes after it.</summary>
    private sealed record Step(HaloPsaClient Client, HaloPsaList List, IReadOnlyList<string> Filters)
    {
        public async Task<(Page Page, HaloPsaCursor Cursor, bool Over)> TakeAsync(HaloPsaCursor before, CancellationToken ct)
        {
            var window = HaloPsaWindow.Behind(before.Rank, before.Cap);
            var page = await HaloPsaLists.PageAsync(Client, List, Filters[before.Query], window, ct);
            if (IsGap(before, page, window))
            {
                return Out(page, before.SteppedBack(page, window), rows: false);
            }

            var after = before.After(page, window);
            after = Trouble(before, after, page, window) is { } trouble ? Missed(after, trouble)
                : after.Rank < page.Total ? after
                : await IsAllAsync(after, ct) ? after.NextQuery()
                : Missed(after, Short(after));
            return Out(page, after, rows: true);
        }

        /// <summary>Whether rows may lie between the last one read and this page.</summary>
        private static bool IsGap(HaloPsaCursor before, HaloPsaPage page, HaloPsaWindow window)
        {
            if (window.Start == 0 || !IsOrdered(page))
            {
                return false;
            }

            return page.Received == 0
                ? page.Total <= window.Start && page.Total < before.Total
                : page.First > before.Last
                    && (window.Start < before.Rank || page.Total is null || page.Total < before.Total);
        }

        /// <summary>What makes reading on pointless; null when nothing does.</summary>
        private string? Trouble(HaloPsaCursor before, HaloPsaCursor after, HaloPsaPage page, HaloPsaWindow window)
        {
            return !IsOrdered(page) ? $"HaloPSA does not keep the order of {List.Noun} that was asked for."
                : window.Start > 0 && page.First is { } first && first == before.First ? $"HaloPSA sends the first page of {List.Noun} again and again."
                : page.Total is null && page.Received == 0 ? $"HaloPSA does not say how many {List.Noun} there are."
                : page.Received == 0 && after.Rank < page.Total ? Short(after)
                : null;
        }

        private static bool IsOrdered(HaloPsaPage page) => page.Ids.Zip(page.Ids.Skip(1)).All(pair => pair.First.Id <= pair.Second.Id);

        /// <summary>
        /// Rows that enter the query behind the reader raise the count. They have a new change time and come with the next
        /// changes; what matters is that of the others none is missing.
        /// </summary>
        private async Task<bool> IsAllAsync(HaloPsaCursor after, CancellationToken ct)
        {
            if (after.Delivered + after.Nameless >= after.Total)
            {
                return true;
            }

            if (after.Began is not { } began || after.Delivered == 0)
            {
                return false;
            }

            var settled = await HaloPsaLists.CountAsync(Client, List, HaloPsaLists.Join(Filters[after.Query], $"lastupdatetodate={HaloPsaStreams.Time(began)}"), ct);
            return after.Settled + after.Nameless >= settled;
        }

        private static HaloPsaCursor Missed(HaloPsaCursor after, string doubt) =>
            after.Again ? after.NextQuery() with { Doubt = after.Doubt ?? doubt } : after.Restarted();

        private string Short(HaloPsaCursor after) => string.Create(
            CultureInfo.InvariantCulture,
            $"HaloPSA counts {after.Total:N0} {List.Noun} but delivered only {after.Delivered + after.Nameless:N0}, also when asked a second time.");

        private (Page Page, HaloPsaCursor Cursor, bool Over) Out(HaloPsaPage page, HaloPsaCursor after, bool rows)
        {
            var over = after.Query == Filters.Count;
            var result = new Page(rows ? [.. page.Rows.Values] : [], over ? Cursor.Start : after.Write())
            {
                Bad = rows ? page.Bad : [],
                Deleted = rows ? page.Deleted : [],
                Complete = over && after.Doubt is null,
                Doubt = over ? after.Doubt : null,
                Total = Filters.Count == 1 ? page.Total : null,
                VendorTime = page.VendorTime,
            };
            return (result, after, over);
        }
    }
}
