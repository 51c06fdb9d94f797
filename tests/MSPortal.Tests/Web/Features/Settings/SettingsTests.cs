using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Tests.Support;
using MSPortal.Tests.Web.Hosting;
using MSPortal.Web;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Settings;
using Shouldly;
using Xunit;
using Database = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Features.Settings;

public sealed class SettingsTests
{
    private static readonly Actor Ada = new(1, RunningPortal.Email, "127.0.0.1");

    [Fact]
    public async Task A_key_is_shown_once_opens_what_its_scope_says_and_nothing_after_it_was_revoked()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var keys = portal.Services.GetRequiredService<ApiKeys>();
        using var stranger = portal.NewClient();

        var made = await keys.CreateAsync(" Reporting ", "write", PortalAccess.Everything, Ada, TestContext.Current.CancellationToken);
        var line = (await keys.ListAsync(1, TestContext.Current.CancellationToken)).Single();
        var allowed = await StatusAsync(portal, "/api/v1/integrations", made.Secret, stranger);
        var forbidden = await StatusAsync(portal, "/api/v1/audit", made.Secret, stranger);
        var page = await portal.Client.GetStringAsync(new Uri("/settings/api-keys", UriKind.Relative), TestContext.Current.CancellationToken);
        var revoked = await keys.RevokeAsync(line.Id, PortalAccess.Everything, Ada, TestContext.Current.CancellationToken);
        var after = await StatusAsync(portal, "/api/v1/integrations", made.Secret, stranger);

        (line.Name, line.Scope, line.LastUsedAt).ShouldBe(("Reporting", "write", (DateTimeOffset?)null));
        (allowed, forbidden, after).ShouldBe((HttpStatusCode.OK, HttpStatusCode.Forbidden, HttpStatusCode.Unauthorized));
        page.ShouldContain("Reporting");
        page.ShouldNotContain(made.Secret!);
        revoked.ShouldBeTrue();
        (await keys.ListAsync(1, TestContext.Current.CancellationToken)).Single().LastUsedAt.ShouldNotBeNull();
        (await portal.AuditAsync()).ShouldBe(["portal.set_up", "user.signed_in", "api_key.created", "api_key.revoked"]);
    }

    [Fact]
    public async Task A_key_needs_a_name_of_its_own_and_a_scope_and_another_tenant_cannot_revoke_it()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var keys = portal.Services.GetRequiredService<ApiKeys>();
        await keys.CreateAsync("Reporting", "read", PortalAccess.Everything, Ada, TestContext.Current.CancellationToken);
        var id = (await keys.ListAsync(1, TestContext.Current.CancellationToken)).Single().Id;

        (await keys.CreateAsync(" ", "read", PortalAccess.Everything, Ada, TestContext.Current.CancellationToken)).Errors.Single().Field.ShouldBe("name");
        (await keys.CreateAsync("Reporting", "read", PortalAccess.Everything, Ada, TestContext.Current.CancellationToken)).Errors.Single().Field.ShouldBe("name");
        (await keys.CreateAsync("Other", "everything", PortalAccess.Everything, Ada, TestContext.Current.CancellationToken)).Errors.Single().Field.ShouldBe("scope");
        (await keys.RevokeAsync(id, PortalAccess.Everything, Ada with { TenantId = 2 }, TestContext.Current.CancellationToken)).ShouldBeFalse();
        (await keys.ListAsync(2, TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    [Theory, DatabaseData]
    public async Task General_settings_are_kept_checked_and_audited_with_what_changed(Database kind)
    {
        await using var home = await TenantHome.CreateAsync(kind);
        var settings = new GeneralSettings(home.Data, new AccessBook(home.Data, TimeProvider.System), TimeProvider.System);

        var before = await settings.ReadAsync(1, TestContext.Current.CancellationToken);
        var saved = await settings.SaveAsync(before with { TimeZone = "Europe/Berlin", ManualWindowMinutes = 0 }, PortalAccess.Everything, Ada, TestContext.Current.CancellationToken);
        var again = await settings.SaveAsync(before with { TimeZone = "Europe/Berlin", ManualWindowMinutes = 0 }, PortalAccess.Everything, Ada, TestContext.Current.CancellationToken);
        var wrong = await settings.SaveAsync(new TenantGeneral("", "Mars/Base", -1), PortalAccess.Everything, Ada, TestContext.Current.CancellationToken);

        before.ManualWindowMinutes.ShouldBe(5);
        (saved.Count, again.Count).ShouldBe((0, 0));
        wrong.Select(e => e.Field).ShouldBe(["name", "timeZone", "manualWindowMinutes"]);
        (await settings.ReadAsync(1, TestContext.Current.CancellationToken)).ShouldBe(before with { TimeZone = "Europe/Berlin", ManualWindowMinutes = 0 });
        await using var db = home.Data.Open(1);
        (await ManualWindow.ReadAsync(db, TestContext.Current.CancellationToken)).ShouldBe(TimeSpan.Zero);
        var entry = await db.Audit.SingleAsync(TestContext.Current.CancellationToken);
        AuditWords.Changes(entry.Before, entry.After).ShouldBe([new("timeZone", "UTC", "Europe/Berlin"), new("manualWindowMinutes", "5", "0")], ignoreOrder: true);
    }

    [Theory, DatabaseData]
    public async Task The_audit_log_is_found_by_text_action_actor_and_time_and_only_by_its_tenant(Database kind)
    {
        await using var home = await TenantHome.CreateAsync(kind);
        await home.AuditAsync(1, "integration.renamed", "ada@example.com", 10, """{"name":"Old 100% PSA"}""", """{"name":"New PSA"}""");
        await home.AuditAsync(1, "user.signed_in", "Bob@example.com", 20, null, null);
        await home.AuditAsync(2, "integration.renamed", "eve@example.com", 15, null, null);
        var audit = new AuditQueries(home.Data);
        async Task<IEnumerable<string>> Find(AuditFilter filter) =>
            (await audit.ListAsync(1, filter, 0, 10, TestContext.Current.CancellationToken)).Rows.Select(a => a.Action);

        (await Find(new())).ShouldBe(["user.signed_in", "integration.renamed"]);
        (await Find(new(Text: "new psa"))).ShouldBe(["integration.renamed"]);
        (await Find(new(Text: "100%"))).ShouldBe(["integration.renamed"]);
        (await Find(new(Text: "1_0"))).ShouldBeEmpty();
        (await Find(new(Text: "BOB@"))).ShouldBe(["user.signed_in"]);
        (await Find(new(Action: "user.signed_in"))).ShouldBe(["user.signed_in"]);
        (await Find(new(Actor: "ada@example.com"))).ShouldBe(["integration.renamed"]);
        (await Find(new(From: TenantHome.At(15)))).ShouldBe(["user.signed_in"]);
        (await Find(new(Before: TenantHome.At(20)))).ShouldBe(["integration.renamed"]);
        (await audit.ChoicesAsync(1, TestContext.Current.CancellationToken)).Actors.ShouldBe(["ada@example.com", "Bob@example.com"]);
    }

    [Fact]
    public async Task The_export_holds_what_was_asked_for_is_safe_in_a_spreadsheet_and_is_in_the_log_itself()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        await using (var db = portal.Data.Open(1))
        {
            db.Audit.Add(AuditEntries.By(Ada with { Name = "=HYPERLINK(1)" }, DateTimeOffset.UnixEpoch, "integration.renamed", "integration", "7", "Main"));
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        using var answer = await portal.GetAsync("/settings/audit/export.csv?action=integration.renamed");
        var lines = (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        using var read = await portal.GetAsync("/settings/audit/export.csv", await portal.AddKeyAsync("read"), portal.NewClient());

        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/csv");
        lines.Length.ShouldBe(2);
        lines[1].ShouldContain("'=HYPERLINK(1)");
        read.StatusCode.ShouldNotBe(HttpStatusCode.OK);
        (await portal.AuditAsync()).ShouldContain("audit.exported");
    }

    [Fact]
    public async Task The_pages_of_settings_open_and_stand_in_the_navigation()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        foreach (var path in new[] { "/settings/general", "/settings/api-keys", "/settings/audit" })
        {
            var html = await portal.Client.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            html.ShouldContain($"href=\"{path}\"");
        }
    }

    private static async Task<HttpStatusCode> StatusAsync(RunningPortal portal, string path, string? key, HttpClient client)
    {
        using var answer = await portal.GetAsync(path, key, client);
        return answer.StatusCode;
    }

    /// <summary>Two tenants on a database.</summary>
    private sealed class TenantHome(TestDatabase database) : IAsyncDisposable
    {
        public PortalDatabase Data => new(DatabaseSetting.Parse(database.Setting, "."));

        public static async Task<TenantHome> CreateAsync(Database kind)
        {
            var home = new TenantHome(await TestDatabase.CreateAsync(kind, "settings", setting => new PortalDatabase(DatabaseSetting.Parse(setting, ".")).MigrateAsync(CancellationToken.None)));
            await using var db = home.Data.Open();
            db.Tenants.AddRange(new Tenant { Name = "One", CreatedAt = At(0) }, new Tenant { Name = "Two", CreatedAt = At(0) });
            await db.SaveChangesAsync();
            return home;
        }

        public static DateTimeOffset At(int minute) => new(2026, 11, 28, 12, minute, 0, TimeSpan.Zero);

        public async Task AuditAsync(long tenant, string action, string actor, int minute, string? before, string? after)
        {
            await using var db = Data.Open(tenant);
            var entry = AuditEntries.By(new Actor(tenant, actor, null), At(minute), action, "integration", "7", "PSA");
            (entry.Before, entry.After) = (before, after);
            db.Audit.Add(entry);
            await db.SaveChangesAsync();
        }

        public ValueTask DisposeAsync() => database.DisposeAsync();
    }
}
