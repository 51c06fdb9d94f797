using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Acceptance;

/// <summary>A Syncro account through the real engine: sets and contents after the first sync, after changes, and after what goes wrong.</summary>
public sealed class SyncroTests
{
    private static readonly Truth Tickets = new(DataType.Tickets, "tickets",
    [
        ("id", "externalId"), ("number", "number"), ("subject", "summary"), ("customer_id", "companyId"), ("customer_business_then_name", "companyName"), ("status", "statusId"),
        ("priority", "priorityName"), ("problem_type", "subTypeName"), ("ticket_type_id", "typeId"), ("ticket_type_name", "typeName"), ("user_id", "ownerId"),
        ("contact_id", "contactId"), ("contact_fullname", "contactName"), ("due_date", "dueAt"), ("resolved_at", "closedAt"), ("created_at", "createdAt"), ("updated_at", "vendorUpdatedAt"),
    ]);

    private static readonly Truth Comments = new(DataType.TicketNotes, "comments",
        [("id", "externalId"), ("ticket_id", "ticketId"), ("body", "text"), ("hidden", "isInternal"), ("tech", "authorName"), ("created_at", "createdAt")]);

    private static readonly Truth[] Swept =
    [
        new(DataType.Companies, "customers", [("id", "externalId"), ("business_then_name", "name"), ("phone", "phone"), ("city", "city"), ("zip", "postalCode"), ("disabled", "isInactive"), ("updated_at", "vendorUpdatedAt")]),
        new(DataType.Contacts, "contacts", [("id", "externalId"), ("customer_id", "companyId"), ("email", "email"), ("updated_at", "vendorUpdatedAt")]),
        new(DataType.Users, "users", [("id", "externalId"), ("email", "email"), ("updated_at", "vendorUpdatedAt")]),
        new(DataType.TimeEntries, "timers", [("id", "externalId"), ("ticket_id", "ticketId"), ("user_id", "userId"), ("start_time", "startedAt"), ("end_time", "endedAt"), ("billable", "billable"), ("notes", "notes"), ("updated_at", "vendorUpdatedAt")]),
        new(DataType.Devices, "assets", [("id", "externalId"), ("name", "name"), ("customer_id", "companyId"), ("asset_type", "typeName"), ("asset_serial", "serialNumber"), ("updated_at", "vendorUpdatedAt")]),
    ];

    [Theory, DatabaseData]
    public async Task The_first_sync_holds_exactly_what_the_vendor_has_and_stays_within_the_budget(DatabaseKind kind)
    {
        await using var world = await SyncedAsync(kind, notes: true);

        await ShouldEqualAsync(world);
        var kept = (await InHistoryAsync(world)).Select(t => t["id"]!.ToJsonString()).ToHashSet();
        kept.Count.ShouldBeInRange(20, 59);
        SyncWorld.Lines(await world.PayloadsAsync(DataType.TicketNotes), Comments)
            .ShouldBe(SyncWorld.Lines((await world.RecordsAsync("comments")).Where(c => kept.Contains(c["ticket_id"]!.ToJsonString())), Comments));
        ((await world.CommandAsync(HttpMethod.Get, "requests"))!.AsArray()).ShouldAllBe(r => r!["status"]!.GetValue<int>() != 429);
        foreach (var type in new[] { DataType.Tickets, DataType.Companies, DataType.Contacts, DataType.Devices, DataType.Users })
        {
            string.Join('\n', await world.PayloadsAsync(type)).ShouldNotContain("portal_key");
            string.Join('\n', await world.PayloadsAsync(type)).ShouldNotContain("hunter2");
        }
    }

    [Theory, DatabaseData]
    public async Task Changes_come_with_the_next_incremental_and_what_moves_no_date_with_the_reconcile(DatabaseKind kind)
    {
        await using var world = await SyncedAsync(kind);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        var tickets = (await InHistoryAsync(world)).Where(t => t["status"]!.GetValue<string>() != "Resolved").Take(3).ToList();
        await world.CommandAsync(HttpMethod.Patch, $"records/tickets/{Id(tickets[0])}", new { subject = "Changed: Größe 🖨", status = "Resolved" });
        await world.CommandAsync(HttpMethod.Post, "records/tickets", new { subject = "Brand new", customer_id = Id(tickets[0], "customer_id") });
        await world.CommandAsync(HttpMethod.Delete, $"records/tickets/{Id(tickets[1])}");
        await world.CommandAsync(HttpMethod.Patch, $"records/customers/{Id(tickets[2], "customer_id")}", new { business_name = "Renamed Ltd" });

        await world.PassAsync(TimeSpan.FromMinutes(70));

        var read = (await world.PayloadsAsync(DataType.Tickets)).Select(p => JsonNode.Parse(p)!).ToList();
        read.ShouldContain(t => t["summary"]!.GetValue<string>() == "Changed: Größe 🖨" && t["isClosed"]!.GetValue<bool>());
        read.ShouldContain(t => t["summary"]!.GetValue<string>() == "Brand new");
        read.ShouldContain(t => t["externalId"]!.GetValue<string>() == Id(tickets[1]).ToString(CultureInfo.InvariantCulture));

        await world.NextReconcileAsync();

        await ShouldEqualAsync(world);
        (await world.RunsAsync(DataType.Tickets)).Sum(r => r.Removed).ShouldBe(1);
        (await world.PayloadsAsync(DataType.Tickets)).ShouldContain(p => p.Contains("Renamed Ltd", StringComparison.Ordinal));
    }

    [Theory, DatabaseData]
    public async Task Pages_that_shift_in_an_order_that_nobody_knows_lose_nothing(DatabaseKind kind)
    {
        await using var world = await SyncWorld.ConnectedAsync(kind, tickets: 60, provider: "syncro");
        await world.CommandAsync(HttpMethod.Post, "set/behaviour", new { order = "scattered", assetMeta = false });
        await world.CommandAsync(HttpMethod.Post, "set/pageSizes", new { tickets = 9, contacts = 7, assets = 6, customers = 5 });
        foreach (var path in new[] { "/tickets", "/contacts", "/customers", "/customer_assets" })
        {
            await world.FaultAsync(new { kind = "deleteDuringPaging", rows = 2, skip = 2, times = 2, path = $"{path}\\?" });
        }

        await world.FaultAsync(new { kind = "status", code = 429, every = 9, retryAfter = 1 });
        await ChooseAsync(world);
        await world.PassAsync(TimeSpan.FromHours(9));

        (await world.StruckAsync()).ShouldBeGreaterThan(8);
        await world.HealAsync();
        await world.NextReconcileAsync();
        await ShouldEqualAsync(world);
        (await world.StateAsync()).Status.ShouldBe(IntegrationStatus.Active);
    }

    [Theory, DatabaseData]
    public async Task Pages_without_rows_remove_nothing(DatabaseKind kind)
    {
        await using var world = await SyncedAsync(kind);
        var before = await world.PayloadsAsync(DataType.Tickets);
        await world.FaultAsync(new { kind = "emptyArray", path = "/tickets\\?" });

        await world.PassAsync(TimeSpan.FromHours(26));

        (await world.StruckAsync()).ShouldBeGreaterThan(0);
        (await world.PayloadsAsync(DataType.Tickets)).ShouldBe(before, ignoreOrder: true);
        (await world.RunsAsync(DataType.Tickets)).Sum(r => r.Removed).ShouldBe(0);
    }

    [Theory, DatabaseData]
    public async Task A_401_is_a_missing_permission_when_the_account_answers_and_a_refused_key_when_it_does_not(DatabaseKind kind)
    {
        await using var world = await SyncedAsync(kind);
        await world.CommandAsync(HttpMethod.Post, "permissions", new { assets = false });

        await world.PassAsync(TimeSpan.FromHours(6));

        (await world.StreamAsync(DataType.Devices)).Progress.DeniedPermission.ShouldBe("Assets – List/Search");
        (await world.StateAsync()).Status.ShouldBe(IntegrationStatus.Active);
        (await world.PayloadsAsync(DataType.Devices)).ShouldNotBeEmpty();

        await world.CommandAsync(HttpMethod.Post, "set/credentials", new { revoked = true });
        await world.PassAsync(TimeSpan.FromHours(2));

        (await world.StateAsync()).Status.ShouldBe(IntegrationStatus.Disconnected);
        var calls = await world.CallsAsync();
        await world.PassAsync(TimeSpan.FromDays(2));
        (await world.CallsAsync()).ShouldBe(calls);
        (await world.PayloadsAsync(DataType.Tickets)).ShouldNotBeEmpty();
    }

    private static async Task<SyncWorld> SyncedAsync(DatabaseKind kind, bool notes = false)
    {
        var world = await SyncWorld.ConnectedAsync(kind, tickets: 60, notes: notes, provider: "syncro");
        await ChooseAsync(world);
        await world.RunAsync();
        await ShouldEqualAsync(world);
        return world;
    }

    /// <summary>Nothing to choose; an hour between incrementals keeps the virtual days short.</summary>
    private static async Task ChooseAsync(SyncWorld world)
    {
        await world.Integrations.SetScopeAsync(world.IntegrationId, (await world.StateAsync()).Scope with { Containers = null }, world.Actor, TestContext.Current.CancellationToken);
        await world.Integrations.SetStreamAsync(world.Key(DataType.Tickets), enabled: true, TimeSpan.FromHours(1), world.Actor, TestContext.Current.CancellationToken);
    }

    private static async Task ShouldEqualAsync(SyncWorld world)
    {
        SyncWorld.Lines(await world.PayloadsAsync(DataType.Tickets), Tickets).ShouldBe(SyncWorld.Lines(await InHistoryAsync(world), Tickets));
        foreach (var truth in Swept)
        {
            SyncWorld.Lines(await world.PayloadsAsync(truth.DataType), truth).ShouldBe(SyncWorld.Lines(await world.RecordsAsync(truth.Kind), truth), truth.Kind);
        }

        await world.NoRunIsLeftAsync();
    }

    private static async Task<IReadOnlyList<JsonNode>> InHistoryAsync(SyncWorld world)
    {
        var since = (await world.StateAsync()).Scope.ClosedSince(world.Clock.GetUtcNow());
        return [.. (await world.RecordsAsync("tickets")).Where(t => t["status"]!.GetValue<string>() != "Resolved" || DateTimeOffset.Parse(t["resolved_at"]!.GetValue<string>(), CultureInfo.InvariantCulture) >= since)];
    }

    private static long Id(JsonNode row, string field = "id") => row[field]!.GetValue<long>();
}
