using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using MSPortal.Storage;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Storage;

public sealed class MigrationTests
{
    [Theory, DatabaseData]
    public async Task The_migrations_hold_the_whole_model(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        await using var db = home.Open();

        db.Database.HasPendingModelChanges().ShouldBeFalse();
        (await home.Database.CheckAsync(CancellationToken.None)).ShouldBeNull();
    }

    [Theory, DatabaseData]
    public async Task Many_processes_that_start_at_once_migrate_once(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => StorageHome.MigrateAsync(test.Setting))));

        var database = new PortalDatabase(StorageHome.Parse(test.Setting));
        (await database.CheckAsync(CancellationToken.None)).ShouldBeNull();
    }

    [Theory, DatabaseData]
    public async Task A_database_newer_than_the_program_is_refused_and_left_alone(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        await using var db = home.Open();
        await db.Database.ExecuteSqlAsync($"""INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion") VALUES ('29990101000000_Future', '99.0')""");

        var refusal = await Should.ThrowAsync<DatabaseRefusedException>(() => home.Database.MigrateAsync(CancellationToken.None));

        refusal.Message.ShouldContain("29990101000000_Future");
        refusal.Message.ShouldContain("newer version");
        (await home.Database.CheckAsync(CancellationToken.None)).ShouldNotBeNull();
    }

    /// <summary>A later migration adds what the data looked like before it, and the assertion of what became of it.</summary>
    [Theory, DatabaseData]
    public async Task Data_of_the_first_version_survives_every_upgrade(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        var database = new PortalDatabase(StorageHome.Parse(test.Setting));
        await using (var db = database.Open())
        {
            await db.GetService<IMigrator>().MigrateAsync(db.Database.GetMigrations().First());
            await db.Database.ExecuteSqlRawAsync(FirstVersion.Rows(kind));
        }

        await database.MigrateAsync(CancellationToken.None);

        await using var upgraded = database.Open(7);
        (await upgraded.Tenants.SingleAsync()).Name.ShouldBe("Contoso IT");
        var tickets = await upgraded.Tickets.OrderBy(t => t.NumberOrder).ToListAsync();
        tickets.Select(t => (t.ExternalId, t.Number, t.NumberOrder, t.Summary)).ShouldBe(
        [
            ("c", "T-7", 0, "Order a monitor"),
            ("a", "99", 99, "Printer on fire"),
            ("b", "100", 100, "Outlook won’t start"),
        ]);
        tickets[1].VendorUpdatedAt.ShouldBe(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        tickets.Select(t => (t.ContactId, t.SiteName)).ShouldBe([(null, null), ("70", "Main"), (null, null)]);
        (await TicketSearch.Matching(upgraded, "printer").Select(t => t.ExternalId).ToListAsync()).ShouldBe(["a"]);
        var user = await upgraded.Users.SingleAsync();
        (user.Email, user.RoleId, user.InvitedAt).ShouldBe(("ada@example.com", MSPortal.Storage.Model.BuiltInRole.Administrator, user.CreatedAt));
        var quarantined = await upgraded.Quarantine.SingleAsync();
        (quarantined.ExternalId, quarantined.Reason, quarantined.ReadSequence).ShouldBe(("bad", "No summary.", 0));
    }

    [Theory, DatabaseData]
    public async Task An_upgrade_that_was_killed_does_not_keep_the_next_one_waiting(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        var database = new PortalDatabase(StorageHome.Parse(test.Setting));
        await using (var db = database.Open())
        {
            await db.GetService<IMigrator>().MigrateAsync(db.Database.GetMigrations().First());
            if (kind == DatabaseKind.Sqlite)
            {
                await db.Database.ExecuteSqlRawAsync(
                    """CREATE TABLE IF NOT EXISTS "__EFMigrationsLock" ("Id" INTEGER PRIMARY KEY, "Timestamp" TEXT NOT NULL); INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01')""");
            }
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await database.MigrateAsync(patience.Token);

        (await database.CheckAsync(CancellationToken.None)).ShouldBeNull();
    }
}

/// <summary>Rows as the first version wrote them.</summary>
internal static class FirstVersion
{
    public static string Rows(DatabaseKind kind)
    {
        var (time, no) = kind == DatabaseKind.Sqlite ? ("1767323045000000", "0") : ("'2026-01-02T03:04:05Z'", "false");
        return $"""
            INSERT INTO tenants (id, name, time_zone, created_at) VALUES (7, 'Contoso IT', 'Europe/Berlin', {time});
            INSERT INTO users (id, tenant_id, display_name, created_at, is_disabled, dark_mode, email, email_confirmed, phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count)
            VALUES ('5F0C7F6E-0000-8000-8000-000000000009', 7, 'Ada', {time}, {no}, {no}, 'ada@example.com', {no}, {no}, {no}, {no}, 0);
            INSERT INTO tickets (id, tenant_id, integration_id, partition, generation, external_id, vendor_updated_at, created_at, changed_at, payload, number, summary, is_closed)
            VALUES ('5f0c7f6e-0000-8000-8000-000000000001', 7, 1, '', 1, 'a', {time}, {time}, {time}, '{"{{\"contactId\":\"70\",\"siteName\":\"Main\"}}"}', '99', 'Printer on fire', {no}),
                   ('5f0c7f6e-0000-8000-8000-000000000002', 7, 1, '', 1, 'b', NULL, {time}, {time}, '{"{{}}"}', '100', 'Outlook won’t start', {no}),
                   ('5f0c7f6e-0000-8000-8000-000000000003', 7, 1, '', 1, 'c', NULL, {time}, {time}, '{"{{}}"}', 'T-7', 'Order a monitor', {no});
            INSERT INTO quarantine (tenant_id, integration_id, data_type, partition, external_id, reason, sample, first_seen_at, last_seen_at, times)
            VALUES (7, 1, 'tickets', '', 'bad', 'No summary.', '{"{{}}"}', {time}, {time}, 3);
            """;
    }
}
