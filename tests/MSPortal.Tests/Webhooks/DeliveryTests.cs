using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Core.Webhooks;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Webhooks;

/// <summary>What becomes of deliveries: genuine, forged, twice, late, out of order, about records that are gone.</summary>
public sealed class DeliveryTests
{
    [Theory, DatabaseData]
    public async Task A_genuine_delivery_brings_the_record_and_its_notes_at_once(DatabaseKind kind)
    {
        await using var home = await WebhookHome.OpenAsync(kind);
        home.Vendor.Change(3, t => t with { Summary = "Changed" });
        home.Vendor.AddNote(3, 30, "And a note");

        (await home.DeliverAsync("3 updated")).ShouldBe(DoorAnswer.Accepted);
        await home.IdleAsync();

        await home.Engine.ShouldBeTheVendorsAsync();
        await home.Engine.ShouldBeTheVendorsAsync(DataType.TicketNotes);
        home.Vendor.Calls.ShouldBe(["tickets ids 3", "notes of 3"]);
        await home.StopAsync();
        (await home.HintsAsync()).Select(h => (h.ExternalId, h.Outcome)).ShouldBe([("3", "present")]);
        var row = await home.RowAsync();
        (row.Accepted, row.Forged, row.LastReceivedAt).ShouldBe((1L, 0L, home.Engine.Clock.GetUtcNow()));
    }

    [Theory, DatabaseData]
    public async Task A_forged_delivery_is_refused_and_counted_and_nothing_is_asked_of_the_vendor(DatabaseKind kind)
    {
        await using var home = await WebhookHome.OpenAsync(kind);
        (await home.DeliverAsync("3 updated", "wrong")).ShouldBe(DoorAnswer.Forged);
        (await home.Door.TakeAsync("another-path", WebhookHome.Delivery("3 updated", home.Endpoint.Secret), default)).ShouldBe(DoorAnswer.Unknown);
        (await home.Door.RefuseLargeAsync(home.Endpoint.Path, default)).ShouldBe(DoorAnswer.TooLarge);
        (await home.Door.RefuseLargeAsync("another-path", default)).ShouldBe(DoorAnswer.Unknown);
        home.KeyIsKnown = false;
        (await home.DeliverAsync("3 updated")).ShouldBe(DoorAnswer.ComeAgain);

        await home.StopAsync();
        home.Vendor.Calls.ShouldBeEmpty();
        (await home.HintsAsync()).ShouldBeEmpty();
        var row = await home.RowAsync();
        (row.Accepted, row.Forged, row.TooLarge, row.Unsure).ShouldBe((0L, 1L, 1L, 1L));
        row.CheckDueAt.ShouldBe(home.Engine.Clock.GetUtcNow() + home.Options.CheckAfterFailure);
    }

    [Theory, DatabaseData]
    public async Task Many_deliveries_about_one_record_cost_one_read_and_one_more_for_those_that_came_meanwhile(DatabaseKind kind)
    {
        await using var home = await WebhookHome.OpenAsync(kind);
        var (asked, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        home.Vendor.Before = async (call, _) =>
        {
            if (call == "tickets ids 3")
            {
                asked.TrySetResult();
                await go.Task;
            }
        };
        await home.DeliverAsync("3 updated");
        await asked.Task;
        home.Vendor.Change(3, t => t with { Summary = "Changed while it was read" });
        for (var i = 0; i < 5; i++)
        {
            (await home.DeliverAsync("3 updated")).ShouldBe(DoorAnswer.Accepted);
        }

        go.SetResult();
        await home.IdleAsync();
        home.Vendor.Calls.Count(c => c == "tickets ids 3").ShouldBe(2);
        await home.Engine.ShouldBeTheVendorsAsync();
        await home.StopAsync();
        (await home.HintsAsync()).Select(h => h.Outcome).ShouldBe(Enumerable.Repeat("present", 6));
    }

    [Theory, DatabaseData]
    public async Task Order_and_age_of_deliveries_do_not_matter(DatabaseKind kind)
    {
        await using var home = await WebhookHome.OpenAsync(kind);
        home.Vendor.Tickets.Remove(2);
        home.Vendor.AddTicket(9, "New");
        home.Vendor.Change(4, t => t with { Summary = "Second" });
        await home.DeliverAsync("2 deleted");
        await home.DeliverAsync("9 updated");
        await home.DeliverAsync("4 updated\n4 added");
        await home.IdleAsync();
        await home.DeliverAsync("2 updated");
        await home.DeliverAsync("9 added");
        await home.DeliverAsync("4 updated");
        await home.IdleAsync();
        await home.Engine.ShouldBeTheVendorsAsync();
    }

    [Theory, DatabaseData]
    public async Task A_deletion_is_believed_only_when_the_vendor_confirms_it(DatabaseKind kind)
    {
        await using var home = await WebhookHome.OpenAsync(kind);
        home.Vendor.Tickets.Remove(2);
        home.Vendor.RewriteResult = r => r.ExternalId == "5" ? new ReadResult.Unknown("5", "Not today.") : r;
        home.Vendor.Tickets.Remove(5);
        await home.DeliverAsync("1 deleted\n2 deleted\n5 deleted");
        await home.IdleAsync();
        (await home.Engine.ShownIdsAsync()).ShouldBe(["1", "3", "4", "5"]);
        await home.StopAsync();
        (await home.HintsAsync()).Select(h => (h.ExternalId, h.Outcome, h.Attempts)).ShouldBe([("1", "present", 0), ("2", "gone", 0), ("5", null, 1)]);
    }

    [Theory, DatabaseData]
    public async Task A_ticket_that_leaves_the_choice_leaves_the_lists(DatabaseKind kind)
    {
        await using var home = await WebhookHome.OpenAsync(kind);
        home.Vendor.Change(4, t => t with { ContainerId = "elsewhere" });
        await home.DeliverAsync("4 updated");
        await home.IdleAsync();
        (await home.Engine.ShownIdsAsync()).ShouldBe(["1", "2", "3", "5"]);
    }

    [Theory, DatabaseData]
    public async Task What_nobody_wants_is_accepted_and_not_read(DatabaseKind kind)
    {
        await using var home = await WebhookHome.OpenAsync(kind);
        await home.Engine.Integrations.SetStreamAsync(home.Engine.Key(), enabled: false, TimeSpan.FromMinutes(5), home.Engine.Ada, default);
        (await home.DeliverAsync("3 updated")).ShouldBe(DoorAnswer.Accepted);
        await home.IdleAsync();

        await home.Engine.Integrations.SetStatusAsync(home.Engine.Id, IntegrationStatus.Paused, null, home.Engine.Ada, default);
        home.Endpoints.Forget();
        (await home.DeliverAsync("4 updated")).ShouldBe(DoorAnswer.Accepted);
        (await home.DeliverAsync("4 updated", "wrong")).ShouldBe(DoorAnswer.Forged);
        await home.Engine.Integrations.DisconnectAsync(home.Engine.Id, home.Engine.Ada, default);
        home.Endpoints.Forget();
        (await home.DeliverAsync("5 updated")).ShouldBe(DoorAnswer.Accepted);

        await home.StopAsync();
        home.Vendor.Calls.ShouldBeEmpty();
        (await home.HintsAsync()).Select(h => (h.ExternalId, h.Outcome)).ShouldBe([("3", "data type off")]);
    }

    /// <summary>Whoever resumes or reconnects it has everything read that changed meanwhile.</summary>
    [Theory, DatabaseData]
    public async Task A_hint_that_was_taken_before_a_pause_is_done_with_and_not_tried_again(DatabaseKind kind)
    {
        await using var home = await WebhookHome.OpenAsync(kind);
        await home.Engine.Integrations.SetStatusAsync(home.Engine.Id, IntegrationStatus.Paused, null, home.Engine.Ada, default);

        (await home.Reads.ReadAsync(home.Engine.Key(), "3", default)).ShouldBe(new RecordRead.Done("not connected"));
        home.Vendor.Calls.ShouldBeEmpty();
    }

    [Theory, DatabaseData]
    public async Task What_is_told_right_after_a_pause_is_followed_although_another_process_ended_the_pause(DatabaseKind kind)
    {
        await using var home = await WebhookHome.OpenAsync(kind);
        await home.Engine.Integrations.SetStatusAsync(home.Engine.Id, IntegrationStatus.Paused, null, home.Engine.Ada, default);
        home.Endpoints.Forget();
        (await home.DeliverAsync("3 updated")).ShouldBe(DoorAnswer.Accepted);
        await home.Engine.Integrations.SetStatusAsync(home.Engine.Id, IntegrationStatus.Active, null, home.Engine.Ada, default);
        home.Engine.Clock.Advance(TimeSpan.FromSeconds(2));
        home.Vendor.Change(3, t => t with { Summary = "Changed after the pause" });

        (await home.DeliverAsync("3 updated")).ShouldBe(DoorAnswer.Accepted);
        await home.IdleAsync();

        await home.Engine.ShouldBeTheVendorsAsync();
    }

    [Theory, DatabaseData]
    public async Task An_endpoint_prints_neither_its_path_nor_its_secret(DatabaseKind kind)
    {
        await using var home = await WebhookHome.OpenAsync(kind);
        home.Endpoint.ToString().ShouldBe($"endpoint of integration {home.Engine.Id}");
    }

    [Theory, DatabaseData]
    public async Task A_change_that_another_process_made_is_seen_within_seconds(DatabaseKind kind)
    {
        await using var home = await WebhookHome.OpenAsync(kind);
        (await home.DeliverAsync("3 updated")).ShouldBe(DoorAnswer.Accepted);
        await home.Store.DeleteAsync(home.Engine.Id, home.Engine.Ada, default);
        (await home.DeliverAsync("3 updated")).ShouldBe(DoorAnswer.Accepted, "what is kept may be a moment old");
        home.Engine.Clock.Advance(TimeSpan.FromMinutes(1.1));
        (await home.DeliverAsync("3 updated")).ShouldBe(DoorAnswer.Unknown);
    }

    [Theory, DatabaseData]
    public async Task Another_tenants_inbox_and_endpoint_are_not_to_be_seen(DatabaseKind kind)
    {
        await using var home = await WebhookHome.OpenAsync(kind);
        await home.DeliverAsync("3 updated");
        await home.IdleAsync();
        (await home.Store.EndpointAsync(home.Engine.Tenant + 1, home.Engine.Id, default)).ShouldBeNull();
        await using var db = home.Engine.Open();
        db.TenantId = home.Engine.Tenant + 1;
        (await db.WebhookEndpoints.AnyAsync()).ShouldBeFalse();
        (await db.WebhookInbox.AnyAsync()).ShouldBeFalse();
        await Should.ThrowAsync<KeyNotFoundException>(() => home.Setup.DisableAsync(home.Engine.Id, home.Engine.Ada with { TenantId = home.Engine.Tenant + 1 }, default));
    }
}
