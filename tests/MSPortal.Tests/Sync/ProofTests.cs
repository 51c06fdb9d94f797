using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Tests.Support;
using MSPortal.Tests.Sync.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Sync;

/// <summary>Deletion needs proof: what removes a record, and everything that must not.</summary>
public sealed class ProofTests
{
    [Theory, DatabaseData]
    public async Task What_the_vendor_deleted_goes_with_the_next_complete_read_after_it_was_asked_about(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 30);
        Remove(home, 4, 17, 30);
        await home.TurnAfterAsync(TimeSpan.FromMinutes(6));
        (await home.ShownIdsAsync()).Count.ShouldBe(30, "changes say nothing about deletions");

        await home.FullAsync();

        await home.ShouldBeTheVendorsAsync();
        home.Vendor.Calls.ShouldContain(c => c.StartsWith("tickets ids", StringComparison.Ordinal));
        (await home.LastRunAsync()).Removed.ShouldBe(3);
    }

    [Theory, DatabaseData]
    public async Task A_record_that_a_list_forgets_but_that_is_there_when_asked_for_stays(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 30);
        home.Clock.Advance(TimeSpan.FromHours(1));
        home.Vendor.Change(11, t => t with { Summary = "Still here" }, moves: false);
        Remove(home, 5);
        home.Vendor.Rewrite = (_, page) => page with { Rows = [.. page.Rows.Where(r => r.ExternalId != "11")] };

        await home.FullAsync();

        await home.ShouldBeTheVendorsAsync();
        (await home.LastRunAsync()).Removed.ShouldBe(1);
    }

    [Theory, DatabaseData]
    public async Task What_the_vendor_cannot_tell_about_stays_and_the_run_says_so(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 30);
        Remove(home, 5, 6);
        home.Vendor.RewriteResult = r => r.ExternalId == "6" ? new ReadResult.Unknown("6", "It did not answer.") : r;

        await home.FullAsync();

        (await home.ShownIdsAsync()).Except(home.Vendor.Expected(DataType.Tickets).Keys).ShouldBe(["6"]);
        var run = await home.LastRunAsync();
        run.Status.ShouldBe(RunStatus.Partial);
        run.Message.ShouldNotBeNull().ShouldContain("1 missing records could not be confirmed");
    }

    [Theory]
    [DatabaseData("doubt")]
    [DatabaseData("no end")]
    [DatabaseData("nothing at all")]
    public async Task A_pass_in_doubt_removes_nothing_moves_no_watermark_and_begins_anew(DatabaseKind kind, string how)
    {
        await using var home = await EngineHome.ReadAsync(kind, 30);
        var before = await home.ProgressAsync();
        Remove(home, 5);
        home.Clock.Advance(TimeSpan.FromHours(1));
        home.Vendor.Rewrite = (call, page) => !call.StartsWith("tickets full", StringComparison.Ordinal) ? page : how switch
        {
            "doubt" => page.Complete ? page with { Complete = false, Doubt = "29 of 31 came." } : page,
            "no end" => page with { Complete = false },
            _ => new Page([], Cursor.Start) { Doubt = "An empty answer where records are known." },
        };

        await home.FullAsync();

        (await home.ShownIdsAsync()).Count.ShouldBe(30);
        var run = (await home.RunsAsync()).Last(r => r.Kind == PassKind.Full);
        (run.Status, run.FaultKind, run.Removed).ShouldBe((RunStatus.Partial, "Doubt", 0L));
        var after = await home.ProgressAsync();
        after.LastFullAt.ShouldBe(before.LastFullAt);
        after.Full.ShouldNotBeNull().Restart.ShouldBeTrue();

        home.Vendor.Rewrite = null;
        home.Vendor.Calls.Clear();
        await home.TurnAfterAsync(TimeSpan.FromMinutes(1));
        home.Vendor.Calls.ShouldContain("tickets full 0");
        await home.ShouldBeTheVendorsAsync();
    }

    [Theory, DatabaseData]
    public async Task A_first_read_that_is_always_in_doubt_is_overdue_however_often_it_begins_anew(DatabaseKind kind)
    {
        await using var home = await EngineHome.CreateAsync(kind, DataType.Companies, DataType.Tickets);
        home.Vendor.AddTickets(3);
        home.Vendor.Rewrite = (call, page) => call == "tickets full 0" ? page with { Complete = false, Doubt = "3 of 5 came." } : page;
        await home.TurnAsync();
        var early = await home.StreamAsync();
        Health.IsOverdue(early.Progress, early.Interval, home.Clock.GetUtcNow()).ShouldBeFalse();

        await home.LiveAsync(TimeSpan.FromMinutes(130), TimeSpan.FromMinutes(10));

        var late = await home.StreamAsync();
        late.Progress.LastCompleteAt.ShouldBeNull();
        Health.IsOverdue(late.Progress, late.Interval, home.Clock.GetUtcNow()).ShouldBeTrue();
    }

    [Theory, DatabaseData]
    public async Task Rows_deleted_while_paging_cost_no_other_row(DatabaseKind kind)
    {
        await using var home = await EngineHome.CreateAsync(kind, DataType.Companies, DataType.Tickets);
        home.Vendor.AddTickets(100);
        home.Vendor.Before = (call, _) =>
        {
            if (call == "tickets full 40")
            {
                for (var id = 1; id <= 100; id += 2)
                {
                    home.Vendor.Tickets.Remove(id);
                }
            }

            return Task.CompletedTask;
        };

        await home.TurnAsync();
        home.Vendor.Expected(DataType.Tickets).Keys.Except(await home.ShownIdsAsync()).ShouldBeEmpty();
        (await home.LastRunAsync()).Removed.ShouldBe(0);

        home.Vendor.Before = null;
        await home.FullAsync();
        await home.ShouldBeTheVendorsAsync();
    }

    [Theory, DatabaseData]
    public async Task Removals_in_masses_wait_for_a_person_who_lets_them_through(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 100);
        Remove(home, [.. Enumerable.Range(50, 21)]);

        await home.FullAsync();

        (await home.ShownIdsAsync()).Count.ShouldBe(100);
        var run = await home.LastRunAsync();
        (run.Status, run.FaultKind, run.Message).ShouldBe((RunStatus.Partial, "Held", "21 of 100 records would be removed; nothing was; a person decides."));
        Health.Concerns([await home.StreamAsync()], home.Clock.GetUtcNow()).ShouldHaveSingleItem().Sentence.ShouldContain("21 removals wait");
        home.Vendor.Calls.ShouldContain(c => c.StartsWith("tickets ids", StringComparison.Ordinal), "only what the vendor confirms is worth a person's decision");
        home.Vendor.Calls.Clear();

        await home.LiveAsync(TimeSpan.FromMinutes(20));
        (await home.ShownIdsAsync()).Count.ShouldBe(100, "nobody has decided yet");

        home.Vendor.AddTicket(60, "It came back meanwhile");
        await home.Integrations.DecideHeldAsync(home.Key(), release: true, home.Ada, default);
        await home.TurnAsync();
        await home.ShouldBeTheVendorsAsync();
        home.Vendor.Calls.ShouldContain(c => c.StartsWith("tickets ids", StringComparison.Ordinal), "a person's word is no proof for a single record");
        Health.Concerns([await home.StreamAsync()], home.Clock.GetUtcNow()).ShouldBeEmpty();
    }

    [Theory, DatabaseData]
    public async Task What_the_vendor_could_not_tell_of_for_a_moment_is_not_removed_in_masses_either(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 100);
        Remove(home, [.. Enumerable.Range(50, 25)]);
        var untold = 10;
        home.Vendor.RewriteResult = r => untold-- > 0 ? new ReadResult.Unknown(r.ExternalId, "It did not answer.") : r;

        await home.FullAsync();

        (await home.ShownIdsAsync()).Count.ShouldBe(100);
        var run = await home.LastRunAsync();
        (run.Status, run.FaultKind, run.Message).ShouldBe((RunStatus.Partial, "Held", "25 of 100 records would be removed; nothing was; a person decides."));
        await home.Integrations.DecideHeldAsync(home.Key(), release: true, home.Ada, default);
        await home.TurnAsync();
        await home.ShouldBeTheVendorsAsync();
    }

    [Theory, DatabaseData]
    public async Task What_comes_and_goes_by_nature_goes_in_masses_too_but_each_with_its_proof(DatabaseKind kind)
    {
        await using var home = await EngineHome.CreateAsync(kind, DataType.Companies, DataType.Tickets);
        home.Vendor.TicketsAreFleeting = true;
        home.Vendor.AddTickets(100);
        await home.TurnAsync();
        home.Vendor.Calls.Clear();
        Remove(home, [.. Enumerable.Range(50, 40)]);

        await home.FullAsync();

        (await home.LastRunAsync()).Status.ShouldBe(RunStatus.Succeeded);
        home.Vendor.Calls.ShouldContain(c => c.StartsWith("tickets ids", StringComparison.Ordinal));
        await home.ShouldBeTheVendorsAsync();
    }

    [Theory, DatabaseData]
    public async Task Released_removals_wait_out_a_back_off_and_call_nobody_meanwhile(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 100);
        Remove(home, [.. Enumerable.Range(50, 21)]);
        await home.FullAsync();
        home.Clock.Advance(TimeSpan.FromMinutes(6));
        await home.Integrations.DecideHeldAsync(home.Key(), release: true, home.Ada, default);
        home.Vendor.Before = (_, _) => throw new FaultException(new Fault.VendorDown("500"));

        await home.TurnAsync();

        var until = (await home.ProgressAsync()).NotBefore.ShouldNotBeNull();
        until.ShouldBeGreaterThan(home.Clock.GetUtcNow());
        (await home.StreamAsync()).Progress.DueAt.ShouldBe(until);
        home.Vendor.Before = null;
        await home.TurnAfterAsync(until - home.Clock.GetUtcNow());
        await home.ShouldBeTheVendorsAsync();
    }

    [Theory]
    [DatabaseData(false)]
    [DatabaseData(true)]
    public async Task What_only_left_the_scope_needs_no_decision_however_much_it_is(DatabaseKind kind, bool shadow)
    {
        await using var home = await EngineHome.ReadAsync(kind, 100);
        home.Options = home.Options with { ConfirmBatch = 20 };
        Move(home, Enumerable.Range(1, 60));

        await home.FullAsync(shadow);

        var run = await home.LastRunAsync();
        (run.Status, run.LeftScope, run.Removed).ShouldBe((RunStatus.Succeeded, 60L, 0L));
        (await home.ShownIdsAsync()).ShouldBe(Enumerable.Range(61, 40).Select(id => $"{id}"));
        (await home.ProgressAsync()).Full.ShouldBeNull();
    }

    [Theory]
    [DatabaseData(false)]
    [DatabaseData(true)]
    public async Task Only_real_deletions_count_when_a_person_has_to_decide(DatabaseKind kind, bool shadow)
    {
        await using var home = await EngineHome.ReadAsync(kind, 100);
        home.Options = home.Options with { ConfirmBatch = 10, SlicePages = 3 };
        Move(home, Enumerable.Range(1, 30));
        Remove(home, [.. Enumerable.Range(41, 25)]);

        await home.FullAsync(shadow);

        (await home.LastRunAsync()).Message.ShouldBe("25 of 70 records would be removed; nothing was; a person decides.");
        (await home.ShownIdsAsync()).ShouldBe(Enumerable.Range(31, 70).Select(id => $"{id}"), "what left the scope is gone, what the vendor deleted waits");

        await home.Integrations.DecideHeldAsync(home.Key(), release: true, home.Ada, default);
        await home.TurnAsync();
        (await home.ShownIdsAsync()).ShouldBe(Enumerable.Range(31, 10).Concat(Enumerable.Range(66, 35)).Select(id => $"{id}"));
    }

    [Theory, DatabaseData]
    public async Task Few_deletions_among_many_that_left_the_scope_go_without_a_person(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 100);
        Move(home, Enumerable.Range(1, 30));
        Remove(home, 50, 51);

        await home.FullAsync();

        var run = await home.LastRunAsync();
        (run.Status, run.LeftScope, run.Removed).ShouldBe((RunStatus.Succeeded, 30L, 2L));
        (await home.ShownIdsAsync()).ShouldBe(Enumerable.Range(31, 70).Except([50, 51]).Select(id => $"{id}"));
    }

    [Theory, DatabaseData]
    public async Task A_person_who_refuses_the_removals_keeps_the_records_until_the_next_complete_read(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 100);
        var removed = Enumerable.Range(50, 30).ToArray();
        Remove(home, removed);
        await home.FullAsync();

        await home.Integrations.DecideHeldAsync(home.Key(), release: false, home.Ada, default);
        await home.LiveAsync(TimeSpan.FromMinutes(15));
        (await home.ShownIdsAsync()).Count.ShouldBe(100);
        (await home.ProgressAsync()).Full.ShouldBeNull();

        foreach (var id in removed)
        {
            home.Vendor.AddTicket(id, "Found again");
        }

        await home.FullAsync();
        await home.ShouldBeTheVendorsAsync();
    }

    [Theory]
    [InlineData(20, 20, false)]
    [InlineData(21, 140, false)]
    [InlineData(22, 146, true)]
    [InlineData(21, 21, true)]
    [InlineData(0, 0, false)]
    public void More_than_fifteen_in_a_hundred_and_more_than_twenty_are_a_mass(long missing, long kept, bool expected) =>
        new SyncOptions().IsMassDeletion(missing, kept).ShouldBe(expected);

    [Theory, DatabaseData]
    public async Task Where_single_records_cannot_be_asked_about_nothing_goes_without_a_person(DatabaseKind kind)
    {
        await using var home = await EngineHome.CreateAsync(kind, DataType.Companies, DataType.Devices);
        home.Vendor.AddDevice(1);
        home.Vendor.AddDevice(2);
        await home.TurnAsync();
        home.Vendor.Devices.Remove(2);

        await home.FullAsync(type: DataType.Devices);
        (await home.ShownIdsAsync(DataType.Devices)).ShouldBe(["1", "2"]);
        (await home.LastRunAsync(DataType.Devices)).FaultKind.ShouldBe("Held");

        await home.Integrations.DecideHeldAsync(home.Key(DataType.Devices), release: true, home.Ada, default);
        await home.TurnAsync();
        await home.ShouldBeTheVendorsAsync(DataType.Devices);
    }

    [Theory, DatabaseData]
    public async Task A_bad_record_is_kept_aside_costs_no_other_and_is_healed_later(DatabaseKind kind)
    {
        await using var home = await EngineHome.CreateAsync(kind, DataType.Companies, DataType.Tickets);
        home.Vendor.AddTickets(25);
        home.Vendor.Rewrite = (_, page) => Spoil(page, "7");
        home.Vendor.RewriteResult = r => r.ExternalId == "7" ? new ReadResult.Bad("7", new BadRow("7", "priority: not a number", "{}")) : r;
        await home.TurnAsync();

        (await home.ShownIdsAsync()).ShouldBe([.. Enumerable.Range(1, 25).Where(i => i != 7).Select(i => $"{i}")]);
        var run = await home.LastRunAsync();
        (run.Status, run.Quarantined).ShouldBe((RunStatus.Partial, 1L));
        (await home.ProgressAsync()).Watermark.ShouldBe(home.Clock.GetUtcNow(), "the watermark moves on");

        await home.TurnAfterAsync(TimeSpan.FromMinutes(6));
        home.Vendor.Calls.ShouldContain("tickets ids 7");
        (await home.LastRunAsync()).Status.ShouldBe(RunStatus.Partial);

        (home.Vendor.Rewrite, home.Vendor.RewriteResult) = (null, null);
        await home.TurnAfterAsync(TimeSpan.FromMinutes(6));
        await home.ShouldBeTheVendorsAsync();
        (await home.LastRunAsync()).Status.ShouldBe(RunStatus.Succeeded);
    }

    [Theory, DatabaseData]
    public async Task A_known_record_that_turns_unreadable_counts_as_seen_and_stays(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 25);
        Remove(home, 9);
        home.Vendor.Rewrite = (_, page) => Spoil(page, "7");

        await home.FullAsync();

        await home.ShouldBeTheVendorsAsync();
        home.Vendor.Calls.ShouldContain("tickets ids 9");
    }

    [Theory, DatabaseData]
    public async Task A_record_without_a_readable_id_blocks_removals_in_that_pass(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 25);
        Remove(home, 9);
        home.Vendor.Rewrite = (_, page) => page with { Bad = [new BadRow(null, "id: missing", "{}")] };

        await home.FullAsync();
        (await home.ShownIdsAsync()).Count.ShouldBe(25);
        var run = await home.LastRunAsync();
        run.Status.ShouldBe(RunStatus.Partial);
        run.Message.ShouldNotBeNull().ShouldContain("nothing was removed");

        home.Vendor.Rewrite = null;
        await home.FullAsync();
        await home.ShouldBeTheVendorsAsync();
    }

    [Theory, DatabaseData]
    public async Task What_is_kept_aside_is_forgotten_when_no_ticket_is_wanted_any_more(DatabaseKind kind)
    {
        await using var home = await EngineHome.CreateAsync(kind, DataType.Companies, DataType.Tickets);
        home.Vendor.AddTickets(5);
        home.Vendor.Rewrite = (_, page) => page with { Bad = [new BadRow("7", "priority: not a number", "{}"), new BadRow(null, "id: missing", "{}")] };
        await home.TurnAsync();
        (await home.AsideAsync()).ShouldBe([(DataType.Companies, null), (DataType.Companies, "7"), (DataType.Tickets, null), (DataType.Tickets, "7")]);
        home.Vendor.Rewrite = null;

        await home.Integrations.SetScopeAsync(home.Id, new TicketScope { Containers = [] }, home.Ada, default);
        home.Vendor.Calls.Clear();
        await home.TurnAfterAsync(TimeSpan.FromMinutes(6));

        (await home.AsideAsync()).ShouldBe([(DataType.Companies, null), (DataType.Companies, "7")]);
        home.Vendor.Calls.ShouldBeEmpty();
    }

    private static Page Spoil(Page page, string id) => page.Rows.Any(r => r.ExternalId == id)
        ? page with { Rows = [.. page.Rows.Where(r => r.ExternalId != id)], Bad = [new BadRow(id, "priority: not a number", "{}")] }
        : page;

    /// <summary>To a board that is not chosen, and so that the vendor's list does not have them any more.</summary>
    private static void Move(EngineHome home, IEnumerable<int> ids)
    {
        foreach (var id in ids)
        {
            home.Vendor.Change(id, t => t with { ContainerId = "99" }, moves: false);
        }

        home.Vendor.Rewrite = (_, page) => page with { Rows = [.. page.Rows.Where(r => r is not Ticket { ContainerId: "99" })] };
    }

    private static void Remove(EngineHome home, params int[] ids)
    {
        foreach (var id in ids)
        {
            home.Vendor.Tickets.Remove(id);
        }
    }
}
