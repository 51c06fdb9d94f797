using MSPortal.Core.Contracts;
using MSPortal.Core.Sync;
using MSPortal.Tests.Support;
using MSPortal.Tests.Sync.Support;
using Shouldly;
using Xunit;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Sync;

/// <summary>Records that are read on their own, outside of any pass.</summary>
public sealed class SingleReadTests
{
    [Theory, DatabaseData]
    public async Task A_choice_that_changed_while_the_vendor_was_asked_holds_and_nothing_is_stored_by_the_old_one(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 3);
        home.Vendor.AddTicket(4);
        IReadOnlyList<string>? between = null;
        home.Vendor.Before = async (_, _) =>
        {
            if (home.Vendor.Calls.Count == 1)
            {
                await home.Integrations.SetScopeAsync(home.Id, new TicketScope { Containers = ["2"] }, home.Ada, default);
            }
            else
            {
                between = await home.ShownIdsAsync();
            }
        };

        (await home.SingleReads().ReadAsync(home.Key(), "4", WorkPriority.Interactive, default)).Outcome.ShouldBe(SingleOutcome.OutOfScope);

        home.Vendor.Calls.ShouldBe(["tickets ids 4", "tickets ids 4"]);
        between.ShouldNotBeNull().ShouldBeEmpty();
        (await home.ShownIdsAsync()).ShouldBeEmpty();
    }

    [Theory, DatabaseData]
    public async Task A_choice_that_changes_at_every_try_ends_it_with_the_truth(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 3);
        home.Vendor.AddTicket(4);
        home.Vendor.Before = (_, _) => home.Vendor.Calls.Count > 9
            ? throw new InvalidOperationException("It has no end.")
            : home.Integrations.SetScopeAsync(home.Id, new TicketScope { Containers = [$"{(home.Vendor.Calls.Count % 2) + 1}"] }, home.Ada, default);

        var result = await home.SingleReads().ReadAsync(home.Key(), "4", WorkPriority.Interactive, default);

        result.ShouldBe(new SingleResult(SingleOutcome.Unknown, "The choice of records was changed again and again while the vendor was asked."));
        home.Vendor.Calls.ShouldBe(["tickets ids 4", "tickets ids 4", "tickets ids 4"]);
        (await home.ShownIdsAsync()).ShouldNotContain("4");
    }

    [Theory, DatabaseData]
    public async Task A_read_looks_up_the_integration_and_its_secrets_once(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 3);
        home.Vendor.AddTicket(4);
        using var commands = new SqlCommands(home.Database);

        (await home.SingleReads().ReadAsync(home.Key(), "4", WorkPriority.Interactive, default)).Outcome.ShouldBe(SingleOutcome.Present);

        (await home.ShownIdsAsync()).ShouldBe(["1", "2", "3", "4"]);
        commands.Texts.Count(t => t.Contains("time_zone", StringComparison.Ordinal)).ShouldBe(1, "which is read along with them");
    }
}
