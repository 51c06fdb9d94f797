using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.ConnectWise;

/// <summary>
/// Reads a collection forward by id and ends only when ConnectWise's own count agrees with what came: neither a short page,
/// nor an empty one, nor a missing Link header is taken for the end.
/// </summary>
internal static class ConnectWisePass
{
    /// <param name="queries">Conditions, read one after the other; given the pass's start.</param>
    public static async IAsyncEnumerable<Page> ReadAsync(
        ConnectWiseClient client,
        ConnectWiseList list,
        Func<DateTimeOffset, IReadOnlyList<string>> queries,
        ReadRequest request,
        [EnumeratorCancellation] CancellationToken ct)
    {
        var cursor = ConnectWiseCursor.Read(request.Cursor);
        var startedAt = cursor?.StartedAt ?? Floor(client.Session.Clock.GetUtcNow());
        var conditions = queries(startedAt);
        var question = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('|', conditions))))[..16];
        if (cursor?.Question != question || cursor.Query >= conditions.Count)
        {
            cursor = new ConnectWiseCursor { Question = question, StartedAt = startedAt };
        }

        if (conditions.Count == 0)
        {
            yield return new Page([], Cursor.Start) { Complete = true };
        }

        for (var over = conditions.Count == 0; !over;)
        {
            ct.ThrowIfCancellationRequested();
            (var page, cursor, over) = await TakeAsync(client, list, conditions, request.Pass, cursor, ct);
            yield return page;
        }
    }

    /// <summary>One page: what came, where it goes on, and whether that was all.</summary>
    public static Task<(Page Page, ConnectWiseCursor Cursor, bool Over)> TakeAsync(
        ConnectWiseClient client, ConnectWiseList list, IReadOnlyList<string> conditions, PassKind pass, ConnectWiseCursor cursor, CancellationToken ct) =>
        new Step(client, list, conditions, pass).TakeAsync(cursor, ct);

    private static DateTimeOffset Floor(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);

    /// <summary>One page, and the decision about what comes after it.</summary>
    private sealed record Step(ConnectWiseClient Client, ConnectWiseList List, IReadOnlyList<string> Conditions, PassKind Pass)
    {
        public async Task<(Page Page, ConnectWiseCursor Cursor, bool Over)> TakeAsync(ConnectWiseCursor before, CancellationToken ct)
        {
            var condition = Conditions[before.Query];
            var page = await ConnectWiseLists.PageAsync(Client, List, condition, before.Last, ct);
            var after = before.After(page);
            var moved = after.Last > before.Last;
            if (!moved || !page.Next || MayBeLast(page, after))
            {
                after = after with { Total = await ConnectWiseLists.CountAsync(Client, List, condition, ct) };
                after = after.Accounted >= after.Total ? Ended(after, null)
                    : moved ? after
                    : await IsSettledAsync(after, condition, ct) ? Ended(after, null)
                    : after.Again ? Ended(after, Doubt(after))
                    : after.Restarted();
            }
            else if (before.Last == 0 && Pass == PassKind.Full)
            {
                after = after with { Total = await ConnectWiseLists.CountAsync(Client, List, condition, ct) };   // For the progress bar.
            }

            return Out(page, after);
        }

        /// <summary>A short page under a lower cap of the server is not the last; once the count is known, pages are not asked about again until it is reached.</summary>
        private static bool MayBeLast(ConnectWisePage page, ConnectWiseCursor after) =>
            page.Received < ConnectWiseLists.PageSize && (after.Total is null || after.Accounted >= after.Total);

        /// <summary>
        /// Rows that enter the question while it is being read (a ticket changed or moved behind us) make the count larger than
        /// what came. They have a new change time and come with the next changes; what matters is that of the others none is missing.
        /// </summary>
        private async Task<bool> IsSettledAsync(ConnectWiseCursor after, string condition, CancellationToken ct)
        {
            if (!List.HasChangeTime || after.Began is not { } began || after.Delivered == 0)
            {
                return false;
            }

            var settled = await ConnectWiseLists.CountAsync(Client, List, ConnectWiseQuery.And(condition, $"lastUpdated<{ConnectWiseQuery.Time(began)}"), ct);
            return after.Settled + after.Nameless >= settled;
        }

        private static ConnectWiseCursor Ended(ConnectWiseCursor after, string? doubt) => after.NextQuery() with { Doubt = after.Doubt ?? doubt };

        private string Doubt(ConnectWiseCursor after) => string.Create(
            CultureInfo.InvariantCulture,
            $"ConnectWise counts {after.Total:N0} {List.Noun} but delivered only {after.Accounted:N0}, also when asked a second time.");

        private (Page Page, ConnectWiseCursor Cursor, bool Over) Out(ConnectWisePage page, ConnectWiseCursor after)
        {
            var over = after.Query == Conditions.Count;
            var result = new Page([.. page.Rows.Values], over ? Cursor.Start : after.Write())
            {
                Bad = page.Bad,
                Complete = over && after.Doubt is null,
                Doubt = over ? after.Doubt : null,
                Total = Conditions.Count == 1 ? after.Total : null,
                VendorTime = page.VendorTime,
            };
            return (result, after, over);
        }
    }
}
