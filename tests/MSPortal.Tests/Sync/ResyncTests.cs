using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;
using MSPortal.Tests.Support;
using MSPortal.Tests.Sync.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Sync;

/// <summary>Clear &amp; Resync: a new copy beside the old one, which is whole and shown until the new one is.</summary>
public sealed class ResyncTests
{
    [Theory, DatabaseData]
    public async Task Tickets_are_readable_throughout_and_in_the_end_the_vendors(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 60);
        await SpoilAsync(home);
        home.Vendor.Tickets.Remove(60);
        home.Vendor.AddTicket(61);
        var shown = new List<int>();
        home.Vendor.Before = async (_, _) => shown.Add((await home.ShownIdsAsync()).Count);

        await home.FullAsync(shadow: true);

        shown.ShouldAllBe(count => count == 60);
        shown.Count.ShouldBeGreaterThanOrEqualTo(6);
        await home.ShouldBeTheVendorsAsync();
        await using var db = home.Open();
        db.Tickets.Count().ShouldBe(60, "the old copy is cleared away");
        (await home.RequestsAsync()).ShouldHaveSingleItem().Status.ShouldBe(RequestStatus.Succeeded);
    }

    [Theory, DatabaseData]
    public async Task A_process_that_dies_in_the_middle_leaves_the_old_copy_whole_and_the_next_one_goes_on(DatabaseKind kind)
    {
        foreach (var dies in new[] { "CommitPageAsync", "SwapGenerationAsync", "ClearGenerationsAsync", "UpdateRunAsync" })
        {
            await using var home = await EngineHome.ReadAsync(kind, 60);
            var old = await home.ShownIdsAsync();
            home.Vendor.AddTicket(61);
            var (store, saboteur) = Saboteur.Of(home.Store);
            var pages = 0;
            saboteur.DiesBefore = (method, args) => method == dies && (method != "CommitPageAsync" || ++pages == 4);
            await home.OrderAsync(SyncTrigger.Resync, full: true, shadow: true, DataType.Tickets);
            (await home.TurnAsync(home.Runner(store))).ShouldBe(TurnEnd.Broken);
            saboteur.IsDead.ShouldBeTrue(dies);

            if (dies is "CommitPageAsync" or "SwapGenerationAsync")
            {
                (await home.ShownIdsAsync()).ShouldBe(old, dies);
            }

            home.Vendor.Calls.Clear();
            await home.TurnAfterAsync(TimeSpan.FromSeconds(31));
            await home.ShouldBeTheVendorsAsync();
            home.Vendor.Calls.ShouldNotContain("tickets full 0", dies);
            await using var db = home.Open();
            db.Tickets.Count().ShouldBe(61, dies);
            (await home.RequestsAsync()).ShouldHaveSingleItem().Status.ShouldBe(RequestStatus.Succeeded, dies);
        }
    }

    [Theory, DatabaseData]
    public async Task Changes_that_come_while_the_new_copy_is_read_are_in_both(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 60);
        home.Options = home.Options with { SlicePages = 2 };
        home.Vendor.Before = (call, _) =>
        {
            home.Clock.Advance(TimeSpan.FromMinutes(1));
            if (call == "tickets full 40")
            {
                home.Vendor.Change(2, t => t with { Summary = "Changed behind the reader's back" });
                home.Vendor.Change(59, t => t with { Summary = "Changed before the reader" });
            }

            return Task.CompletedTask;
        };

        await home.FullAsync(shadow: true);
        home.Vendor.Before = null;
        await home.TurnAfterAsync(TimeSpan.FromMinutes(6));

        await home.ShouldBeTheVendorsAsync();
    }

    [Theory, DatabaseData]
    public async Task Its_receipt_says_what_became_different_for_people(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 60);
        home.Vendor.Tickets.Remove(60);
        home.Vendor.AddTicket(61);
        home.Vendor.Change(5, t => t with { Summary = "Changed" });
        home.Vendor.Change(7, t => t with { ContainerId = "2" });

        await home.FullAsync(shadow: true);

        var run = await home.LastRunAsync();
        (run.Status, run.Read, run.Created, run.Updated, run.Unchanged, run.Removed, run.LeftScope).ShouldBe((RunStatus.Succeeded, 60L, 1L, 1L, 57L, 1L, 1L));
    }

    [Theory, DatabaseData]
    public async Task A_copy_that_would_lose_masses_is_not_put_in_place_without_a_person(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 100);
        for (var id = 1; id <= 40; id++)
        {
            home.Vendor.Tickets.Remove(id);
        }

        await home.FullAsync(shadow: true);
        (await home.ShownIdsAsync()).Count.ShouldBe(100);
        (await home.LastRunAsync()).FaultKind.ShouldBe("Held");
        var request = (await home.RequestsAsync()).ShouldHaveSingleItem();
        request.Status.ShouldBe(RequestStatus.Partial, "nobody waits while a person thinks");

        await home.Integrations.DecideHeldAsync(home.Key(), release: true, home.Ada, default);
        await home.TurnAsync();
        await home.ShouldBeTheVendorsAsync();
        var swap = (await home.RunsAsync()).Last(r => r.Kind == PassKind.Full);
        (swap.RequestId, swap.Removed).ShouldBe((request.Id, 40L), "the swap is on the receipt");
    }

    [Theory]
    [DatabaseData("doubt")]
    [DatabaseData("500")]
    public async Task A_setback_is_not_the_end_of_it_and_the_swap_is_on_the_receipt(DatabaseKind kind, string what)
    {
        await using var home = await EngineHome.ReadAsync(kind, 30);
        home.Vendor.AddTicket(31);
        home.Vendor.Before = (call, _) => what == "500" && call == "tickets full 20" ? throw new FaultException(new Fault.VendorDown("500")) : Task.CompletedTask;
        home.Vendor.Rewrite = (call, page) => what == "doubt" && call == "tickets full 20" ? page with { Complete = false, Doubt = "29 of 31 came." } : page;

        await home.FullAsync(shadow: true);

        var request = (await home.RequestsAsync()).ShouldHaveSingleItem();
        request.Status.ShouldBe(RequestStatus.Running);
        (await home.ShownIdsAsync()).ShouldNotBeEmpty();
        (home.Vendor.Before, home.Vendor.Rewrite) = (null, null);
        await home.LiveAsync(TimeSpan.FromMinutes(6));

        (await home.RequestsAsync()).ShouldHaveSingleItem().Status.ShouldBe(RequestStatus.Succeeded);
        var swap = (await home.RunsAsync()).Last(r => r.Kind == PassKind.Full);
        (swap.Status, swap.RequestId).ShouldBe((RunStatus.Succeeded, request.Id));
        (await home.ProgressAsync()).ShadowGeneration.ShouldBeNull();
        await home.ShouldBeTheVendorsAsync();
    }

    [Theory, DatabaseData]
    public async Task A_record_that_the_new_read_misses_is_asked_about_before_it_is_lost(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 30);
        home.Vendor.Tickets.Remove(3);
        home.Vendor.Rewrite = (call, page) => call.Contains("full", StringComparison.Ordinal) ? page with { Rows = [.. page.Rows.Where(r => r.ExternalId is not ("11" or "12"))] } : page;
        home.Vendor.RewriteResult = r => r.ExternalId == "12" ? new ReadResult.Unknown("12", "It did not answer.") : r;

        await home.FullAsync(shadow: true);

        await home.ShouldBeTheVendorsAsync();
        (await home.LastRunAsync()).Status.ShouldBe(RunStatus.Partial);
    }

    /// <summary>What is stored is wrong in a way that hashes do not show.</summary>
    private static async Task SpoilAsync(EngineHome home)
    {
        await using var db = home.Open();
        foreach (var row in db.Tickets.ToList())
        {
            row.Payload = row.Payload.Replace("Ticket", "Spoilt", StringComparison.Ordinal);
        }

        await db.SaveChangesAsync();
    }
}
