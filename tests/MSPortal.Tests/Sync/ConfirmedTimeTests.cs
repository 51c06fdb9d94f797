using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Tests.Support;
using MSPortal.Tests.Sync.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Sync;

/// <summary>What “confirmed at” says of a record that was deleted while the answer about it was on its way.</summary>
public sealed class ConfirmedTimeTests
{
    [Theory, DatabaseData]
    public async Task A_record_counts_as_confirmed_when_the_vendor_was_asked_and_not_when_the_answer_was_stored(DatabaseKind kind)
    {
        await using var home = await EngineHome.CreateAsync(kind, DataType.Companies, DataType.Tickets);
        home.Vendor.AddTickets(15);
        DateTimeOffset? asked = null;
        home.Vendor.Before = (call, _) =>
        {
            asked = call.StartsWith("tickets full", StringComparison.Ordinal) ? home.Clock.GetUtcNow() : asked;
            return Task.CompletedTask;
        };
        home.Vendor.Rewrite = (call, page) =>
        {
            // The process stands still with the answer in its hand.
            home.Clock.Advance(call.StartsWith("tickets", StringComparison.Ordinal) ? TimeSpan.FromSeconds(5) : TimeSpan.Zero);
            return page;
        };

        await home.TurnAsync();

        await using var db = home.Open();
        var confirmed = await db.Ledger.Where(l => l.DataType == DataType.Tickets).Select(l => l.ConfirmedAt).ToListAsync(TestContext.Current.CancellationToken);
        confirmed.Distinct().Order().ShouldBe([asked!.Value - TimeSpan.FromSeconds(5), asked.Value]);
    }
}
