using Microsoft.Extensions.Time.Testing;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;
using MSPortal.Tests.Storage;
using MSPortal.Tests.Support;
using MSPortal.Tests.Web.Features.Api;
using MSPortal.Tests.Web.Hosting;
using MSPortal.Tests.Web.Integrations;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Companies;
using MSPortal.Web.Features.Integrations;
using MSPortal.Web.Features.Notifications;
using MSPortal.Web.Hosting;
using Shouldly;
using Xunit;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Notifications;

public sealed class NotificationTests
{
    private static readonly Trouble Lost = new("1/disconnected", 1, true, "PSA is disconnected.", "Reconnect it.", "Reconnect", "/settings/integrations/1/reconnect");
    private static readonly Trouble Late = new("1/late/tickets", 1, false, "PSA: tickets are late.", null, "Details", "/settings/integrations/1");

    [Fact]
    public void Worth_telling_are_lost_keys_stops_and_permissions_at_once_and_trouble_only_when_tickets_are_late()
    {
        var stream = IntegrationUi.Stream();
        Keys(Summary(IntegrationCondition.Disconnected, stream with { Freshness = Freshness.Stale })).ShouldBe(["7/disconnected"]);
        Keys(Summary(IntegrationCondition.Stopped, stream)).ShouldBe(["7/stopped"]);
        Keys(Summary(IntegrationCondition.Error, stream with { Fault = "It answered 502." })).ShouldBeEmpty("tickets are not late yet");
        Keys(Summary(IntegrationCondition.Error, stream with { Freshness = Freshness.Late, Fault = "It answered 502." })).ShouldBe(["7/late/tickets"]);
        Keys(Summary(IntegrationCondition.NeedsAttention, stream with { Freshness = Freshness.Never })).ShouldBeEmpty("the first read goes on");
        Keys(Summary(IntegrationCondition.NeedsAttention, stream with { Freshness = Freshness.Never, IsOverdue = true })).ShouldBe(["7/late/tickets"]);
        Keys(Summary(IntegrationCondition.NeedsAttention, IntegrationUi.Stream(DataType.Devices) with { Freshness = Freshness.Stale })).ShouldBeEmpty("nobody waits for devices at night");
        Keys(Summary(IntegrationCondition.NeedsAttention, IntegrationUi.Stream(DataType.Devices) with { DeniedPermission = "Devices" })).ShouldBe(["7/denied/devices"]);
        Keys(Summary(IntegrationCondition.NeedsAttention, stream with { Held = [new HeldPart("", null, 312)] })).ShouldBe(["7/held/tickets"]);
        Keys(Summary(IntegrationCondition.Paused, stream with { Freshness = Freshness.Stale })).ShouldBeEmpty("a person paused it");
        Keys(Summary(IntegrationCondition.Active, stream) with { KeyExpiresOn = new DateOnly(2026, 3, 20), KeyDaysLeft = 19 }).ShouldBe(["7/key/30"]);
        Keys(Summary(IntegrationCondition.Active, stream) with { KeyExpiresOn = new DateOnly(2026, 3, 4), KeyDaysLeft = 3 }).ShouldBe(["7/key/7"]);
        Keys(Summary(IntegrationCondition.Disconnected, stream) with { WizardStep = "sync" }).ShouldBeEmpty("somebody is setting it up");
    }

    [Theory, DatabaseData]
    public async Task One_entry_stands_for_an_outage_and_what_comes_back_within_the_hour_is_the_same(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var book = new NotificationBook(home.Database, home.Clock);
        var person = Guid.NewGuid();
        async Task<List<(string Key, bool IsOver, int Returns)>> AfterAsync(TimeSpan time, params Trouble[] troubles)
        {
            home.Clock.Advance(time);
            await book.SettleAsync(home.Tenant, troubles, default);
            await book.SettleAsync(home.Tenant, troubles, default);
            return [.. (await book.ListAsync(home.Tenant, false, 0, 50, default)).Rows.Select(r => (r.Key, r.EndedAt is not null, r.Returns))];
        }

        (await AfterAsync(TimeSpan.Zero, Lost)).ShouldBe([(Lost.Key, false, 0)]);
        (await book.UnreadAsync(home.Tenant, person, default)).ShouldBe(1);
        await book.MarkSeenAsync(home.Tenant, person, default);
        (await AfterAsync(TimeSpan.FromMinutes(5))).ShouldBe([(Lost.Key, true, 0)]);
        (await AfterAsync(TimeSpan.FromMinutes(59), Lost)).ShouldBe([(Lost.Key, false, 1)]);
        (await book.UnreadAsync(home.Tenant, person, default)).ShouldBe(0, "nobody is told of it anew");
        (await AfterAsync(TimeSpan.FromMinutes(5), Late)).ShouldBe([(Late.Key, false, 0), (Lost.Key, true, 1)]);
        (await AfterAsync(TimeSpan.FromMinutes(61), Late, Lost)).ShouldBe([(Lost.Key, false, 0), (Late.Key, false, 0), (Lost.Key, true, 1)]);
        (await book.UnreadAsync(home.Tenant, person, default)).ShouldBe(2);
        (await book.UnreadAsync(await home.AddTenantAsync("Other"), person, default)).ShouldBe(0);
    }

    [Theory, DatabaseData]
    public async Task A_trouble_is_mailed_once_and_once_more_when_it_is_over_for_a_while(DatabaseKind kind)
    {
        await using var server = new SmallMailServer();
        await using var home = await StorageHome.CreateAsync(kind);
        var (book, post) = await DeskAsync(home, server);
        async Task<int> AfterAsync(TimeSpan time, params Trouble[] troubles)
        {
            home.Clock.Advance(time);
            await book.SettleAsync(home.Tenant, troubles, default);
            return await post.SendDueAsync(home.Tenant, default);
        }

        (await AfterAsync(TimeSpan.Zero, Lost)).ShouldBe(1);
        (await AfterAsync(TimeSpan.FromMinutes(1), Lost, Late)).ShouldBe(0, "one mail at most every five minutes");
        (await AfterAsync(TimeSpan.FromMinutes(5), Lost, Late)).ShouldBe(1);
        (await AfterAsync(TimeSpan.FromMinutes(6), Lost, Late)).ShouldBe(0, "both are told");
        (await AfterAsync(TimeSpan.FromMinutes(6))).ShouldBe(0, "it may come back");
        (await AfterAsync(TimeSpan.FromMinutes(6), Lost)).ShouldBe(0, "and so it did");
        (await AfterAsync(TimeSpan.FromMinutes(6))).ShouldBe(1, "the other one is over for good");
        (await AfterAsync(TimeSpan.FromMinutes(11))).ShouldBe(1);
        (await AfterAsync(TimeSpan.FromMinutes(11))).ShouldBe(0);

        server.Mails.Select(m => m.To).Distinct().ShouldBe(["ops@example.com"]);
        var subjects = server.Mails.Select(m => m.Text.Split('\n').Single(l => l.StartsWith("Subject:", StringComparison.Ordinal)).Trim());
        subjects.ShouldBe(["Subject: MSPortal: PSA is disconnected.", "Subject: MSPortal: PSA: tickets are late.", "Subject: MSPortal: over: PSA: tickets are late.", "Subject: MSPortal: over: PSA is disconnected."]);
        server.Mails.First().Text.ShouldContain("http://127.0.0.1:5080/settings/integrations/1/reconnect");
    }

    [Theory, DatabaseData]
    public async Task New_companies_are_mailed_once_and_their_end_is_no_news(DatabaseKind kind)
    {
        await using var server = new SmallMailServer();
        await using var home = await StorageHome.CreateAsync(kind);
        var (book, post) = await DeskAsync(home, server);
        var trouble = Troubles.Of(new NewCompanyList(7, "PSA", StorageHome.Start, StorageHome.Start, [new NewCompany("Acme", StorageHome.Start)]));
        (trouble.IsGrave, trouble.Label, trouble.Href).ShouldBe((false, "Import companies", "/settings/companies/import/7?new=true"));
        await book.SettleAsync(home.Tenant, [trouble, Late], default);
        (await post.SendDueAsync(home.Tenant, default)).ShouldBe(1);
        await book.SettleAsync(home.Tenant, [], default);
        home.Clock.Advance(TimeSpan.FromMinutes(11));

        (await post.SendDueAsync(home.Tenant, default)).ShouldBe(1);
        server.Mails.Select(m => (m.Text.Contains(trouble.Sentence, StringComparison.Ordinal), m.Text.Contains(Late.Sentence, StringComparison.Ordinal))).ShouldBe([(true, true), (false, true)]);
    }

    [Theory, DatabaseData]
    public async Task What_the_mail_server_refuses_is_sent_again_later(DatabaseKind kind)
    {
        await using var server = new SmallMailServer { Refuses = true };
        await using var home = await StorageHome.CreateAsync(kind);
        var (book, post) = await DeskAsync(home, server);
        await book.SettleAsync(home.Tenant, [Lost], default);

        (await Should.ThrowAsync<IOException>(() => post.SendDueAsync(home.Tenant, default))).Message.ShouldContain("nobody is called that");
        server.Refuses = false;
        (await post.SendDueAsync(home.Tenant, default)).ShouldBe(1);
        server.Mails.Count.ShouldBe(1);
    }

    [Theory, DatabaseData]
    public async Task Everyone_whose_role_shows_notifications_gets_mails_until_somebody_chooses(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var settings = new NotificationSettings(home.Database, new AccessBook(home.Database, home.Clock), home.Clock);
        await using (var db = home.Open())
        {
            PortalUser Person(string name, Guid role) => new() { Id = Guid.NewGuid(), TenantId = home.Tenant, Email = $"{name}@example.com", RoleId = role, InvitedAt = StorageHome.Start };
            var (imported, gone, other, restricted) = (Person("imported", BuiltInRole.Technician), Person("gone", BuiltInRole.Technician), Person("other", BuiltInRole.Administrator), Person("restricted", BuiltInRole.Technician));
            (imported.InvitedAt, gone.IsDisabled, other.TenantId, restricted.SeesAssignedOnly) = (null, true, await home.AddTenantAsync("Other"), true);
            db.Users.AddRange(Person("ada", BuiltInRole.Administrator), Person("client", BuiltInRole.CompanyUser), imported, gone, other, restricted);
            await db.SaveChangesAsync();
        }

        (await settings.RecipientsAsync(home.Tenant, default)).ShouldBe(["ada@example.com"]);
        (await settings.SaveAsync(new MailRecipients(false, ["nonsense"]), home.Ada, default)).ShouldHaveSingleItem().Field.ShouldBe("addresses");
        (await settings.SaveAsync(new MailRecipients(false, [" ops@example.com", "OPS@example.com", ""]), home.Ada, default)).ShouldBeEmpty();
        (await settings.RecipientsAsync(home.Tenant, default)).ShouldBe(["ops@example.com"]);
    }

    [Fact]
    public void The_mail_servers_password_is_read_and_never_repeated()
    {
        SmtpServer.Parse("smtp://us%40er:s%3Acret@mail.example.com?from=portal@example.com")
            .ShouldBe(new SmtpServer("mail.example.com", 587, false, "us@er", "s:cret", "portal@example.com"));
        SmtpServer.Parse("smtps://mail.example.com?from=portal@example.com").Port.ShouldBe(465);
        SmtpServer.Parse("smtp://u:s3cret@mail.example.com:25?from=a@b").ToString().ShouldBe("mail.example.com:25");
        foreach (var wrong in new[] { "http://u:s3cret@mail", "smtp://u:s3cret@mail", "s3cret" })
        {
            Should.Throw<FormatException>(() => SmtpServer.Parse(wrong)).Message.ShouldNotContain("s3cret");
        }
    }

    [Fact]
    public async Task Programs_read_what_people_were_told()
    {
        // The portal's own look around, which would find no trouble at all, never comes.
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var portal = await RunningPortal.SetUpAsync(clock: clock);
        using var program = new ApiCaller(portal, await portal.AddKeyAsync("read"));
        var book = new NotificationBook(portal.Data, clock);
        await book.SettleAsync(1, [Lost, Late], default);
        await book.SettleAsync(1, [Late], default);

        (await program.GetAsync("/notifications")).Body.GetProperty("data").EnumerateArray().Select(n => n.GetProperty("sentence").GetString()).ShouldBe([Late.Sentence, Lost.Sentence]);
        (await program.GetAsync("/notifications?open=true")).Body.GetProperty("data").EnumerateArray().Select(n => n.GetProperty("page").GetString()).ShouldBe([Late.Href]);
    }

    private static async Task<(NotificationBook Book, MailPost Post)> DeskAsync(StorageHome home, SmallMailServer server)
    {
        var settings = new NotificationSettings(home.Database, new AccessBook(home.Database, home.Clock), home.Clock);
        await settings.SaveAsync(new MailRecipients(false, ["ops@example.com"]), home.Ada, default);
        var options = new PortalOptions { Smtp = new SmtpServer("127.0.0.1", server.Port, false, null, null, "portal@example.com") };
        return (new NotificationBook(home.Database, home.Clock), new MailPost(home.Database, options, settings, home.Clock));
    }

    private static IntegrationSummary Summary(IntegrationCondition condition, params StreamSummary[] streams) =>
        new() { Id = 7, Name = "PSA", Provider = "paper", Condition = condition, Streams = streams };

    private static IEnumerable<string> Keys(IntegrationSummary summary) => Troubles.Of([summary]).Select(t => t.Key);
}
