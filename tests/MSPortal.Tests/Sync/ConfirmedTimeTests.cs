using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
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

    [Theory, DatabaseData]
    public async Task A_record_that_came_in_a_form_that_cannot_be_understood_is_there_and_not_confirmed(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 3);
        var before = await ConfirmedAsync(home);
        home.Clock.Advance(TimeSpan.FromMinutes(1));
        home.Vendor.Rewrite = (call, page) => !call.StartsWith("tickets", StringComparison.Ordinal) ? page
            : page with { Rows = [.. page.Rows.Where(r => r.ExternalId != "2")], Bad = [new BadRow("2", "priority: not a number", "{}")] };

        await home.FullAsync();

        (await home.ShownIdsAsync()).ShouldBe(["1", "2", "3"]);
        home.Vendor.Calls.ShouldNotContain("tickets ids 2", "it is not missing");
        (await ConfirmedAsync(home)).ShouldBe(
            new Dictionary<string, DateTimeOffset> { ["1"] = home.Clock.GetUtcNow(), ["2"] = before["2"], ["3"] = home.Clock.GetUtcNow() }, ignoreOrder: true);
    }

    private static async Task<Dictionary<string, DateTimeOffset>> ConfirmedAsync(EngineHome home)
    {
        await using var db = home.Open();
        return await db.Ledger.Where(l => l.DataType == DataType.Tickets).ToDictionaryAsync(l => l.ExternalId, l => l.ConfirmedAt, TestContext.Current.CancellationToken);
    }
}
