using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Tests.Support;
using MSPortal.Tests.Sync.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Sync;

/// <summary>What the engine does when a vendor refuses, pauses, fails or talks nonsense.</summary>
public sealed class TroubleTests
{
    [Theory]
    [DatabaseData(90, 90)]
    [DatabaseData(null, 30)]
    [DatabaseData(999_999, 1800)]
    public async Task A_rate_limit_is_waited_out_and_the_pass_goes_on_from_its_cursor(DatabaseKind kind, int? seconds, int pause)
    {
        await using var home = await EngineHome.CreateAsync(kind, DataType.Companies, DataType.Tickets);
        home.Vendor.AddTickets(35);
        Fail(home, "tickets full 20", new Fault.RateLimited(seconds is { } s ? TimeSpan.FromSeconds(s) : null));

        await home.TurnAsync();
        (await home.LastRunAsync()).Status.ShouldBe(RunStatus.Waiting);
        var progress = await home.ProgressAsync();
        (progress.BackoffLevel, progress.FaultKind, progress.NotBefore).ShouldBe((0, null, home.Clock.GetUtcNow().AddSeconds(pause)));
        (await home.IntegrationAsync()).Status.ShouldBe(IntegrationStatus.Active);

        Heal(home);
        await home.TurnAfterAsync(TimeSpan.FromSeconds(pause - 1));
        home.Vendor.Calls.Where(c => c.StartsWith("tickets", StringComparison.Ordinal)).ShouldBeEmpty("the vendor wanted a pause");
        await home.TurnAfterAsync(TimeSpan.FromSeconds(1));
        home.Vendor.Calls.Where(c => c.StartsWith("tickets full", StringComparison.Ordinal)).ShouldBe(["tickets full 20", "tickets full 30"]);
        await home.ShouldBeTheVendorsAsync();
        var run = (await home.RunsAsync()).First(r => r.Kind == PassKind.Full);
        (run.Status, run.RateLimitWaits, run.RateLimitWait).ShouldBe((RunStatus.Succeeded, 1L, TimeSpan.FromSeconds(pause)));
    }

    [Theory, DatabaseData]
    public async Task A_rate_limit_on_every_fourth_call_only_costs_time(DatabaseKind kind)
    {
        await using var home = await EngineHome.CreateAsync(kind);
        home.Vendor.AddTickets(95);
        home.Vendor.AddUser(1);
        home.Vendor.AddNote(3, 1, "Note");
        var calls = 0;
        home.Vendor.Before = (_, _) => ++calls % 4 == 0 ? throw new FaultException(new Fault.RateLimited(TimeSpan.FromSeconds(5))) : Task.CompletedTask;

        await home.LiveAsync(TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(5));

        foreach (var type in new[] { DataType.Companies, DataType.Users, DataType.Tickets, DataType.TicketNotes })
        {
            await home.ShouldBeTheVendorsAsync(type);
            (await home.RunsAsync(type)).ShouldNotContain(r => r.Status == RunStatus.Failed);
        }
    }

    [Theory, DatabaseData]
    public async Task Failures_step_up_the_ladder_and_a_success_steps_one_down(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 3);
        Fail(home, "tickets changes 0", new Fault.VendorDown("The vendor answers 500."));
        home.Clock.Advance(TimeSpan.FromMinutes(6));
        foreach (var minutes in new[] { 1, 5, 15, 30, 30 })
        {
            await home.TurnAsync();
            (await home.ProgressAsync()).NotBefore.ShouldBe(home.Clock.GetUtcNow().AddMinutes(minutes));
            home.Vendor.Calls.Clear();
            await home.TurnAfterAsync(TimeSpan.FromMinutes(minutes) - TimeSpan.FromSeconds(1));
            home.Vendor.Calls.Where(c => c.StartsWith("tickets", StringComparison.Ordinal)).ShouldBeEmpty();
            home.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var failing = await home.ProgressAsync();
        (failing.FaultKind, failing.FaultSentence).ShouldBe(("VendorDown", "The vendor answers 500."));
        var integration = await home.IntegrationAsync();
        (integration.Status, integration.StatusReason).ShouldBe((IntegrationStatus.Error, "The vendor answers 500."));

        Heal(home);
        await home.TurnAsync();
        var healed = await home.ProgressAsync();
        (healed.BackoffLevel, healed.FaultKind, healed.NotBefore).ShouldBe((3, null, null));
        (await home.IntegrationAsync()).Status.ShouldBe(IntegrationStatus.Active);
        await home.TurnAfterAsync(TimeSpan.FromMinutes(6));
        (await home.ProgressAsync()).BackoffLevel.ShouldBe(2);
    }

    [Theory, DatabaseData]
    public async Task A_complete_read_that_keeps_failing_keeps_no_changes_waiting(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 3);
        Fail(home, "tickets full 0", new Fault.VendorDown("The vendor answers 500."));
        await home.FullAsync();
        for (var minutes = 0; minutes < 120; minutes += 5)
        {
            await home.TurnAfterAsync(TimeSpan.FromMinutes(5));
            (await home.ProgressAsync()).LastCompleteAt.ShouldNotBeNull().ShouldBeGreaterThan(home.Clock.GetUtcNow().AddMinutes(-6));
        }

        (await home.RunsAsync()).Count(r => r.Kind == PassKind.Full && r.Status == RunStatus.Failed).ShouldBeInRange(5, 8, "the ladder is 1, 5, 15, then 30 minutes");
        (await home.ProgressAsync()).Full!.Failures.ShouldBeGreaterThanOrEqualTo(5);
        Heal(home);
        await home.TurnAfterAsync(TimeSpan.FromMinutes(31));
        (await home.ProgressAsync()).Full.ShouldBeNull();
    }

    [Theory, DatabaseData]
    public async Task One_data_types_trouble_keeps_no_other_waiting(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 3, DataType.Users);
        Fail(home, "users", new Fault.VendorDown("Down."));
        home.Clock.Advance(TimeSpan.FromHours(5));
        home.Vendor.Change(2, t => t with { Summary = "Changed" });

        await home.TurnAsync();
        await home.ShouldBeTheVendorsAsync();
        (await home.LastRunAsync(DataType.Users)).Status.ShouldBe(RunStatus.Failed);
        (await home.IntegrationAsync()).Status.ShouldBe(IntegrationStatus.Active);
    }

    [Theory, DatabaseData]
    public async Task An_error_of_our_own_hurts_only_its_stream_and_is_tried_again(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 3, DataType.Users);
        home.Vendor.Before = (call, _) => call.StartsWith("users", StringComparison.Ordinal) ? throw new InvalidCastException("A bug.") : Task.CompletedTask;
        home.Clock.Advance(TimeSpan.FromHours(5));
        (await home.TurnAsync()).ShouldBe(TurnEnd.Done);
        (await home.LastRunAsync(DataType.Users)).FaultKind.ShouldBe("Unexpected");

        Heal(home);
        await home.TurnAfterAsync(TimeSpan.FromMinutes(1));
        (await home.LastRunAsync(DataType.Users)).Status.ShouldBe(RunStatus.Succeeded);
    }

    [Theory, DatabaseData]
    public async Task Ten_runs_in_a_row_that_make_no_sense_stop_the_integration(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 3);
        Fail(home, "", new Fault.BadData("A web page came instead of JSON."));

        await home.LiveAsync(TimeSpan.FromHours(5));

        var integration = await home.IntegrationAsync();
        integration.Status.ShouldBe(IntegrationStatus.Stopped);
        integration.StatusReason.ShouldNotBeNull().ShouldContain("A web page came instead of JSON.");
        (await home.RunsAsync()).Concat(await home.RunsAsync(DataType.Companies)).Count(r => r.Status == RunStatus.Failed).ShouldBe(10);
        home.Vendor.Calls.Clear();
        await home.LiveAsync(TimeSpan.FromHours(1));
        home.Vendor.Calls.ShouldBeEmpty();

        Heal(home);
        await home.Integrations.SetStatusAsync(home.Id, IntegrationStatus.Active, null, home.Ada, default);
        await home.LiveAsync(TimeSpan.FromHours(1));
        (await home.IntegrationAsync()).UnintelligibleRuns.ShouldBe(0);
        await home.ShouldBeTheVendorsAsync();
    }

    [Theory, DatabaseData]
    public async Task A_good_run_forgets_the_ones_that_made_no_sense(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 3);
        for (var i = 0; i < 12; i++)
        {
            Fail(home, "tickets", new Fault.BadData("Truncated."));
            await home.LiveAsync(TimeSpan.FromMinutes(31));
            Heal(home);
            await home.LiveAsync(TimeSpan.FromMinutes(31));
        }

        (await home.IntegrationAsync()).Status.ShouldBe(IntegrationStatus.Active);
    }

    [Theory, DatabaseData]
    public async Task Refused_credentials_disconnect_only_when_the_account_test_confirms_it(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 3);
        Fail(home, "tickets changes 0", new Fault.AuthFailed("401"));
        await home.TurnAfterAsync(TimeSpan.FromMinutes(6));
        home.Vendor.Calls.ShouldContain("test");
        (await home.IntegrationAsync()).Status.ShouldBe(IntegrationStatus.Active);
        (await home.ProgressAsync()).BackoffLevel.ShouldBe(1);

        home.Vendor.Report = new TestReport { Problem = new TestProblem("key", "The key was refused.", "Make a new one.", new Fault.AuthFailed("401")) };
        await home.TurnAfterAsync(TimeSpan.FromMinutes(1));
        var integration = await home.IntegrationAsync();
        (integration.Status, integration.StatusReason, integration.StatusAdvice)
            .ShouldBe((IntegrationStatus.Disconnected, "The key was refused.", "Make a new one."));

        home.Vendor.Calls.Clear();
        await home.LiveAsync(TimeSpan.FromHours(8), TimeSpan.FromMinutes(10));
        home.Vendor.Calls.ShouldBeEmpty("no more calls until someone reconnects");
        (await home.ShownIdsAsync()).ShouldBe(["1", "2", "3"]);
    }

    [Theory, DatabaseData]
    public async Task A_missing_permission_turns_only_its_data_type_off_and_is_looked_at_again_every_week(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 3, DataType.Users);
        var permission = new VendorPermission("Users", "Members inquire", "Security roles");
        Fail(home, "users", new Fault.PermissionMissing(permission));
        await home.TurnAfterAsync(TimeSpan.FromHours(5));

        (await home.ProgressAsync(DataType.Users)).DeniedPermission.ShouldBe("Members inquire");
        (await home.IntegrationAsync()).Status.ShouldBe(IntegrationStatus.Active);
        Health.Concerns([await home.StreamAsync(DataType.Users)], home.Clock.GetUtcNow()).ShouldHaveSingleItem().Sentence
            .ShouldBe("Users: the key lacks the permission “Members inquire”.");

        home.Vendor.Report = home.Vendor.Report with { Areas = [new AreaResult(DataType.Users, AreaOutcome.NotPermitted, permission, Required: false)] };
        home.Vendor.Calls.Clear();
        home.Clock.Advance(TimeSpan.FromMinutes(6));
        home.Vendor.Change(1, t => t with { Summary = "Goes on" });
        await home.LiveAsync(TimeSpan.FromDays(6), TimeSpan.FromHours(12));
        home.Vendor.Calls.ShouldNotContain(c => c == "test" || c.StartsWith("users", StringComparison.Ordinal));
        await home.ShouldBeTheVendorsAsync();

        await home.LiveAsync(TimeSpan.FromDays(2), TimeSpan.FromHours(12));
        home.Vendor.Calls.Count(c => c == "test").ShouldBe(1);
        home.Vendor.Calls.ShouldNotContain(c => c.StartsWith("users", StringComparison.Ordinal));

        Heal(home);
        home.Vendor.AddUser(1);
        home.Vendor.Report = home.Vendor.Report with { Areas = [new AreaResult(DataType.Users, AreaOutcome.Granted, permission, Required: false)] };
        await home.LiveAsync(TimeSpan.FromDays(7), TimeSpan.FromHours(12));
        await home.ShouldBeTheVendorsAsync(DataType.Users);
        (await home.ProgressAsync(DataType.Users)).DeniedPermission.ShouldBeNull();
    }

    [Theory, DatabaseData]
    public async Task One_failure_in_mid_pass_goes_on_from_the_cursor(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 35);
        home.Clock.Advance(TimeSpan.FromMinutes(20));
        for (var id = 1; id <= 35; id++)
        {
            home.Vendor.Change(id, t => t with { Summary = "All changed" });
        }

        Fail(home, "tickets changes 20", new Fault.VendorDown("500"));
        await home.TurnAsync();
        Heal(home);
        await home.TurnAfterAsync(TimeSpan.FromMinutes(1));

        home.Vendor.Calls.Where(c => c.StartsWith("tickets changes", StringComparison.Ordinal)).ShouldBe(["tickets changes 20", "tickets changes 30"]);
        await home.ShouldBeTheVendorsAsync();
    }

    private static void Fail(EngineHome home, string call, Fault fault) =>
        home.Vendor.Before = (c, _) => c != "test" && c.StartsWith(call, StringComparison.Ordinal) ? throw new FaultException(fault) : Task.CompletedTask;

    private static void Heal(EngineHome home)
    {
        home.Vendor.Before = null;
        home.Vendor.Calls.Clear();
    }
}
