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

/// <summary>Who may work, for how long, and in which order: fence, slices, requests.</summary>
public sealed class TurnTests
{
    [Theory, DatabaseData]
    public async Task A_process_that_was_cut_off_and_wakes_up_late_cannot_write(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 5);
        home.Clock.Advance(TimeSpan.FromMinutes(6));
        home.Vendor.Change(1, t => t with { Summary = "Old news" });
        var asleep = new TaskCompletionSource();
        var wakes = new TaskCompletionSource();
        home.Vendor.Before = async (call, _) =>
        {
            if (call == "tickets changes 0" && asleep.TrySetResult())
            {
                await wakes.Task;
            }
        };
        var late = home.TurnAsync(home.Runner(node: "late"));
        await asleep.Task;

        // The whole process stands still: nothing renews its lease.
        await home.Integrations.SetStatusAsync(home.Id, IntegrationStatus.Paused, null, home.Ada, default);
        await home.Integrations.SetStatusAsync(home.Id, IntegrationStatus.Active, null, home.Ada, default);
        home.Clock.Advance(TimeSpan.FromSeconds(31));
        home.Vendor.Change(1, t => t with { Summary = "News" });
        (await home.TurnAsync(home.Runner(node: "other"))).ShouldBe(TurnEnd.Done);
        await home.ShouldBeTheVendorsAsync();
        var runs = await home.RunsAsync();
        wakes.SetResult();

        (await late).ShouldBe(TurnEnd.TakenOver);
        await home.ShouldBeTheVendorsAsync();
        (await home.RunsAsync()).Select(r => (r.Id, r.Status)).ShouldBe(runs.Select(r => (r.Id, r.Status)));
    }

    [Theory, DatabaseData]
    public async Task A_pause_by_a_person_stops_a_run_under_way(DatabaseKind kind)
    {
        await using var home = await EngineHome.CreateAsync(kind, DataType.Companies, DataType.Tickets);
        home.Vendor.AddTickets(50);
        home.Vendor.Before = (call, _) => call == "tickets full 20"
            ? home.Integrations.SetStatusAsync(home.Id, IntegrationStatus.Paused, "Paused by Ada.", home.Ada, default)
            : Task.CompletedTask;

        (await home.TurnAsync()).ShouldBe(TurnEnd.TakenOver);
        (await home.ShownIdsAsync()).Count.ShouldBe(20);
        (await home.RunsAsync()).ShouldNotContain(r => r.Status == RunStatus.Running);
        home.Vendor.Calls.Clear();
        await home.LiveAsync(TimeSpan.FromHours(1), TimeSpan.FromMinutes(5));
        home.Vendor.Calls.ShouldBeEmpty();

        home.Vendor.Before = null;
        await home.Integrations.SetStatusAsync(home.Id, IntegrationStatus.Active, null, home.Ada, default);
        await home.TurnAsync();
        home.Vendor.Calls.ShouldContain("tickets full 20");
        home.Vendor.Calls.ShouldNotContain("tickets full 10");
        await home.ShouldBeTheVendorsAsync();
    }

    [Theory, DatabaseData]
    public async Task During_a_long_first_read_a_changed_ticket_is_there_within_its_schedule(DatabaseKind kind)
    {
        await using var home = await EngineHome.CreateAsync(kind, DataType.Companies, DataType.Tickets);
        home.Vendor.PageSize = 20;
        home.Vendor.AddTickets(3000);
        TimeSpan? took = null;
        DateTimeOffset? changedAt = null;
        home.Vendor.Before = async (call, _) =>
        {
            home.Clock.Advance(TimeSpan.FromSeconds(5));
            if (call == "tickets full 1000")
            {
                home.Vendor.Change(1, t => t with { Summary = "Changed" });
                changedAt = home.Clock.GetUtcNow();
            }

            if (changedAt is { } at && took is null && (await TitleAsync(home, "1")) == "Changed")
            {
                took = home.Clock.GetUtcNow() - at;
                home.Vendor.Calls.Count(c => c.StartsWith("tickets full", StringComparison.Ordinal)).ShouldBeLessThan(150, "the first read is to be under way still");
            }
        };

        await home.TurnAsync();

        took.ShouldNotBeNull().ShouldBeLessThan(TimeSpan.FromMinutes(5 * 1.1) + TimeSpan.FromMinutes(2) + TimeSpan.FromSeconds(15));
        home.Vendor.Calls.Count(c => c.StartsWith("tickets full", StringComparison.Ordinal)).ShouldBe(150, "it went on from where it was each time");
        await home.ShouldBeTheVendorsAsync();
    }

    [Theory, DatabaseData]
    public async Task A_crowded_node_takes_its_place_back_after_a_page_and_loses_nothing(DatabaseKind kind)
    {
        await using var home = await EngineHome.CreateAsync(kind, DataType.Companies, DataType.Tickets);
        home.Vendor.AddTickets(95);
        home.Vendor.Before = (_, _) =>
        {
            home.Clock.Advance(TimeSpan.FromSeconds(3));
            return Task.CompletedTask;
        };

        (await home.Runner().RunDueAsync(home.Tenant, home.Id, () => true, default)).ShouldBe(TurnEnd.GaveWay);
        (await home.ShownIdsAsync()).Count.ShouldBeInRange(1, 20);
        var turns = 1;
        while (await home.Runner().RunDueAsync(home.Tenant, home.Id, () => true, default) == TurnEnd.GaveWay)
        {
            (++turns).ShouldBeLessThan(20);
        }

        await home.ShouldBeTheVendorsAsync();
        home.Vendor.Calls.Count(c => c.StartsWith("tickets full", StringComparison.Ordinal)).ShouldBe(10);
    }

    [Theory, DatabaseData]
    public async Task Fifty_presses_of_sync_now_make_one_run_of_each_data_type(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 5, DataType.Users);
        home.Clock.Advance(TimeSpan.FromMinutes(1));
        var before = (await home.RunsAsync()).Count + (await home.RunsAsync(DataType.Users)).Count;
        for (var i = 0; i < 50; i++)
        {
            (await home.OrderAsync()).Joined.ShouldBe(i > 0);
        }

        await home.TurnAsync();

        var request = (await home.RequestsAsync()).ShouldHaveSingleItem();
        request.Status.ShouldBe(RequestStatus.Succeeded);
        ((await home.RunsAsync()).Count + (await home.RunsAsync(DataType.Users)).Count).ShouldBe(before + 2);
        (await home.RunsAsync()).Concat(await home.RunsAsync(DataType.Users)).Count(r => r.RequestId == request.Id).ShouldBe(2);
    }

    [Theory, DatabaseData]
    public async Task Fifty_presses_while_a_run_is_going_make_at_most_one_more(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 5);
        var pressed = false;
        home.Vendor.Before = async (call, _) =>
        {
            if (call == "tickets changes 0" && !pressed)
            {
                pressed = true;
                for (var i = 0; i < 50; i++)
                {
                    await home.OrderAsync();
                }
            }
        };

        await home.TurnAfterAsync(TimeSpan.FromMinutes(6));

        home.Vendor.Calls.Count(c => c == "tickets changes 0").ShouldBe(2);
        (await home.RequestsAsync()).ShouldAllBe(r => r.Status == RequestStatus.Succeeded);
        (await home.RequestsAsync()).Count.ShouldBe(1);
    }

    [Theory, DatabaseData]
    public async Task What_a_person_asks_for_goes_before_a_long_read(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 5, DataType.Users);
        home.Options = home.Options with { SlicePages = 2 };
        for (var id = 1; id <= 100; id++)
        {
            home.Vendor.AddUser(id);
        }

        home.Clock.Advance(TimeSpan.FromHours(5));
        await home.TurnAsync();
        home.Clock.Advance(TimeSpan.FromHours(5));
        home.Vendor.Calls.Clear();
        var pressed = false;
        home.Vendor.Before = async (call, _) =>
        {
            if (call == "users full 10" && !pressed)
            {
                pressed = true;
                await home.OrderAsync(types: DataType.Tickets);
            }
        };
        await home.TurnAsync();

        var calls = home.Vendor.Calls;
        var asked = calls.IndexOf("users full 10");
        calls.FindIndex(asked, c => c == "tickets changes 0").ShouldBe(asked + 1, "right after the slice of two pages");
    }

    [Theory, DatabaseData]
    public async Task A_version_without_the_connector_leaves_everything_alone(DatabaseKind kind)
    {
        await using var home = await EngineHome.CreateAsync(kind, DataType.Companies);
        var registry = new Core.Integrations.ConnectorRegistry([]);
        var runner = new IntegrationRunner(home.Store, registry, home.Sessions(registry), home.Options, home.Clock, Microsoft.Extensions.Logging.Abstractions.NullLogger<IntegrationRunner>.Instance);

        (await home.TurnAsync(runner)).ShouldBe(TurnEnd.Nothing);
        (await home.IntegrationAsync()).LeaseUntil.ShouldBeNull();
    }

    private static async Task<string?> TitleAsync(EngineHome home, string id)
    {
        await using var db = home.Open();
        return db.Tickets.Where(t => t.ExternalId == id).Select(t => t.Summary).FirstOrDefault();
    }
}
