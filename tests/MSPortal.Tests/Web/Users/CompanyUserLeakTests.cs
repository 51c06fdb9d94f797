using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;
using MSPortal.Tests.Web.Hosting;
using MSPortal.Tests.Web.Tickets;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Tickets;
using MSPortal.Web.Features.Users;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Users;

/// <summary>A client's person finds their own company's tickets within their reach, nothing internal of them, and no trace of anything else.</summary>
public sealed class CompanyUserLeakTests
{
    private static readonly Actor Ada = new(1, RunningPortal.Email, "127.0.0.1");

    [Theory]
    [InlineData(null, "a1")]
    [InlineData(TicketReach.Own, "a1")]
    [InlineData(TicketReach.Location, "a1 a2")]
    [InlineData(TicketReach.Company, "a1 a2 a3 a4")]
    public async Task Lists_searches_filters_orders_and_counts_know_what_is_in_reach_and_nothing_else(TicketReach? reach, string expected)
    {
        await using var office = await OfficeAsync(reach);
        string[] all = expected.Split(' ');
        foreach (var path in new[]
        {
            "", "&after=", "&q=ticket", "&sort=company", "&sort=-status", "&sort=assignee", "&sort=number", "&sort=priority", $"&company={office.Acme}", $"&integration={office.Psa}", "&provider=connectwise",
        })
        {
            var answer = await JsonAsync(office, $"/api/v1/tickets?state=all{path}");
            Ids(answer).ShouldBe(all, ignoreOrder: true, path);
            answer.GetRawText().ShouldNotContain("Globex");
            answer.GetRawText().ShouldNotContain("secret");
            if (!path.StartsWith("&after", StringComparison.Ordinal))
            {
                answer.GetProperty("pagination").GetProperty("totalCount").GetInt32().ShouldBe(all.Length, path);
            }
        }

        foreach (var path in new[] { "&q=globex", "&q=secret", $"&company={office.Globex}", "&company=none", "&assignee=Lee" })
        {
            var answer = await JsonAsync(office, $"/api/v1/tickets?state=all{path}");
            Ids(answer).ShouldBeEmpty(path);
            answer.GetProperty("pagination").GetProperty("totalCount").GetInt32().ShouldBe(0, path);
        }
    }

    [Fact]
    public async Task What_is_out_of_reach_does_not_exist_whatever_is_done_with_its_id()
    {
        await using var office = await OfficeAsync(TicketReach.Own);
        foreach (var (name, id) in office.Tickets)
        {
            var expected = name == "a1" ? HttpStatusCode.OK : HttpStatusCode.NotFound;
            (await StatusAsync(office, HttpMethod.Get, $"/api/v1/tickets/{id}")).ShouldBe(expected, name);
            (await StatusAsync(office, HttpMethod.Get, $"/tickets/{id}")).ShouldBe(expected, name);
            (await StatusAsync(office, HttpMethod.Post, $"/api/v1/tickets/{id}/refresh")).ShouldBe(HttpStatusCode.Forbidden, name);
        }

        var role = (await office.Portal.Services.GetRequiredService<Roles>().SaveAsync(null, "Client who refreshes", [Permissions.RefreshTickets], PortalAccess.Everything, Ada, default, TicketReach.Own)).Id!.Value;
        await office.Portal.Services.GetRequiredService<UserActions>().ChangeAsync(office.User, new UserDetails(RoleId: role), PortalAccess.Everything, Ada, default);
        foreach (var (name, id) in office.Tickets.Where(t => t.Key != "a1"))
        {
            (await StatusAsync(office, HttpMethod.Post, $"/api/v1/tickets/{id}/refresh")).ShouldBe(HttpStatusCode.NotFound, name);
        }
    }

    [Fact]
    public async Task Of_their_own_ticket_nothing_internal_is_shown_and_a_note_that_does_not_say_is_internal()
    {
        await using var office = await OfficeAsync(TicketReach.Own);

        var api = await JsonAsync(office, $"/api/v1/tickets/{office.Tickets["a1"]}");
        var page = await office.Client.GetStringAsync(new Uri($"/tickets/{office.Tickets["a1"]}", UriKind.Relative));

        api.GetProperty("notes").EnumerateArray().Select(n => n.GetProperty("text").GetString()).ShouldBe(["It smokes.", "We are on it."]);
        api.GetProperty("timeEntries").EnumerateArray().Select(t => t.GetProperty("notes").GetString()).ShouldBe(["Changed the fuse."]);
        (api.GetProperty("url").GetString(), api.GetProperty("extra").EnumerateObject().Count()).ShouldBe((null, 0));
        foreach (var text in new[] { api.GetRawText(), page })
        {
            text.ShouldContain("We are on it.");
            text.ShouldNotContain("secret");
            text.ShouldNotContain("Globex");
            text.ShouldNotContain("77001");
        }

        using var staff = await office.Portal.GetAsync($"/api/v1/tickets/{office.Tickets["a1"]}");
        (await staff.Content.ReadAsStringAsync()).ShouldContain("secret: bill them double");
    }

    [Fact]
    public async Task A_ticket_says_how_old_it_is_and_not_what_became_of_the_integration()
    {
        await using var office = await OfficeAsync(TicketReach.Own);
        await office.Seed.DoAsync(db => db.Integrations.Where(i => i.Id == office.Psa)
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.Name, "Inner PSA").SetProperty(i => i.Status, IntegrationStatus.Paused)));
        var address = $"/tickets/{office.Tickets["a1"]}";

        var page = await office.Client.GetStringAsync(new Uri(address, UriKind.Relative));
        using var staff = await office.Portal.GetAsync(address);

        (await staff.Content.ReadAsStringAsync()).ShouldContain("not confirmed while Inner PSA is paused");
        page.ShouldContain("Ticket a1");
        page.ShouldNotContain("Inner PSA");
    }

    [Fact]
    public async Task The_pages_show_tickets_and_nothing_of_how_the_portal_is_run()
    {
        await using var office = await OfficeAsync(TicketReach.Company);
        foreach (var path in new[] { "/", "/tickets", "/tickets?state=all", "/account/password" })
        {
            using var answer = await office.Portal.GetAsync(path, client: office.Client);
            var html = await answer.Content.ReadAsStringAsync();
            html.ShouldNotContain("Globex");
            html.ShouldNotContain("secret");
            html.ShouldNotContain("/settings/");
            html.ShouldNotContain("/overview");
            html.ShouldNotContain("waiting for");
        }

        foreach (var closed in new[] { "/api/v1/diagnosis?ticket=g1", "/api/v1/companies", "/api/v1/contacts", "/api/v1/integrations", "/api/v1/notifications", "/api/v1/users", "/api/v1/audit", "/settings/audit/export.csv", "/api/v1/support/bundle" })
        {
            (await StatusAsync(office, HttpMethod.Get, closed)).ShouldNotBe(HttpStatusCode.OK, closed);
        }

        var sight = new Sight(1, [office.Acme], new ClientSight(TicketReach.Own, [new ClientContact(office.Psa, "", "70", "7", null)]));
        var choices = await office.Portal.Services.GetRequiredService<TicketChoiceQueries>().ReadAsync(sight, default);
        (string.Join(' ', choices.Assignees), string.Join(' ', choices.Statuses), choices.Integrations.Count).ShouldBe(("Kim", "New", 0));
    }

    [Fact]
    public async Task A_company_that_is_unlinked_or_moved_shows_nothing_rather_than_anothers_data()
    {
        await using var office = await OfficeAsync(TicketReach.Company);
        var seed = office.Seed;
        (await SeenAsync(office)).ShouldBe(["a1", "a2", "a3", "a4"]);

        await seed.ChangeContactAsync(office.Psa, "70", c => c.CompanyId = "8"); // Ann works for Globex now.
        (await SeenAsync(office)).ShouldBeEmpty();
        (await StatusAsync(office, HttpMethod.Get, $"/api/v1/tickets/{office.Tickets["g1"]}")).ShouldBe(HttpStatusCode.NotFound);

        await seed.ChangeContactAsync(office.Psa, "70", c => c.CompanyId = "7");
        await seed.DoAsync(db => db.CompanyLinks.Where(l => l.ExternalId == "7").ExecuteUpdateAsync(u => u.SetProperty(l => l.CompanyId, office.Globex)));
        (await SeenAsync(office)).ShouldBeEmpty("Acme's record is Globex's now, and the account is Acme's");

        await seed.DoAsync(db => db.CompanyLinks.Where(l => l.ExternalId == "7").ExecuteUpdateAsync(u => u.SetProperty(l => l.CompanyId, office.Acme)));
        (await SeenAsync(office)).ShouldBe(["a1", "a2", "a3", "a4"]);
        await seed.DoAsync(async db =>
        {
            await db.CompanyLinks.Where(l => l.ExternalId == "7").ExecuteDeleteAsync();
            await db.Companies.Where(c => c.Id == office.Acme).ExecuteDeleteAsync();
        });
        (await SeenAsync(office)).ShouldBeEmpty();
    }

    [Fact]
    public void An_open_page_ends_when_what_its_person_sees_changes()
    {
        PortalAccess Of(params ClientContact[] contacts) => PortalAccess.Everything with { Client = new ClientSight(TicketReach.Own, contacts) };
        ClientContact ann = new(1, "", "70", "7", null), bob = new(1, "", "71", "7", null);

        Of(ann).ShouldBe(Of(ann));
        Of(ann).ShouldNotBe(Of(bob));
        Of(ann).ShouldNotBe(Of(ann, bob));
        Of(ann).ShouldNotBe(Of(ann) with { Client = null });
        Of(ann).ShouldNotBe(Of(ann) with { Client = new ClientSight(TicketReach.Company, [ann]) });
    }

    /// <summary>Ann of Acme, and beside her tickets: a colleague's at her location, a colleague's elsewhere, Globex's (one with her as its contact), nobody's and an unlinked company's.</summary>
    private static async Task<Office> OfficeAsync(TicketReach? reach)
    {
        var portal = await RunningPortal.SetUpAsync();
        var seed = new TicketSeed(portal.Data, 1, DateTimeOffset.UtcNow);
        var psa = await seed.IntegrationAsync();
        var (acme, globex) = (await seed.LinkAsync(psa, "7", "Acme"), await seed.LinkAsync(psa, "8", "Globex"));
        await seed.ContactsAsync(psa,
            new() { ExternalId = "70", CompanyId = "7", FirstName = "Ann", SiteName = "Main" },
            new() { ExternalId = "71", CompanyId = "7", FirstName = "Bob", SiteName = "Branch" },
            new() { ExternalId = "80", CompanyId = "8", FirstName = "Zed", SiteName = "Main" });
        var record = new Ticket
        {
            ExternalId = "a1", Number = "a1", Summary = "Ticket a1", Url = "https://psa.example/secret", Extra = new(StringComparer.Ordinal) { ["margin"] = "secret" }, MergedIntoId = "77001", ParentTicketId = "g1",
        };
        var tickets = new Dictionary<string, Guid>
        {
            ["a1"] = await seed.TicketAsync(psa, "a1", "7", t => (t.ContactId, t.SiteName, t.OwnerName) = ("70", "Main", "Kim"), record),
            ["a2"] = await seed.TicketAsync(psa, "a2", "7", t => (t.ContactId, t.SiteName, t.IsClosed) = ("71", "Main", true)),
            ["a3"] = await seed.TicketAsync(psa, "a3", "7", t => (t.ContactId, t.SiteName) = ("71", "Branch")),
            ["a4"] = await seed.TicketAsync(psa, "a4", "7"),
            ["g1"] = await seed.TicketAsync(psa, "g1", "8", t => (t.Summary, t.ContactId, t.SiteName, t.OwnerName, t.StatusName) = ("Ticket: Globex secret", "80", "Main", "Lee", "Escalated")),
            ["g2"] = await seed.TicketAsync(psa, "g2", "8", t => (t.Summary, t.ContactId, t.SiteName) = ("Ticket: Globex secret", "70", "Main")),
            ["n1"] = await seed.TicketAsync(psa, "n1", null, t => (t.Summary, t.ContactId) = ("Ticket: secret of nobody", "70")),
            ["u1"] = await seed.TicketAsync(psa, "u1", "9", t => (t.Summary, t.ContactId, t.SiteName) = ("Ticket: secret of the unlinked", "70", "Main")),
        };
        await seed.ExternalCompanyAsync(psa, "9", "Globex East");
        await seed.NoteAsync(psa, "a1", new() { ExternalId = "1", TicketId = "a1", IsDescription = true, IsInternal = false, Text = "It smokes." });
        await seed.NoteAsync(psa, "a1", new() { ExternalId = "2", TicketId = "a1", IsInternal = true, Text = "secret: bill them double" });
        await seed.NoteAsync(psa, "a1", new() { ExternalId = "3", TicketId = "a1", Text = "secret: of unknown visibility" });
        await seed.NoteAsync(psa, "a1", new() { ExternalId = "4", TicketId = "a1", IsInternal = false, Text = "We are on it.", Extra = new(StringComparer.Ordinal) { ["mood"] = "secret" } });
        await seed.TimeAsync(psa, new() { ExternalId = "1", TicketId = "a1", Hours = 1, Notes = "Changed the fuse.", IsInternal = false, Billable = true });
        await seed.TimeAsync(psa, new() { ExternalId = "2", TicketId = "a1", Hours = 1, Notes = "secret: idled" });
        var ann = await portal.Data.ClientAsync(1, acme, "ann@acme.example", BuiltInRole.CompanyUser, reach, (psa, "70"));
        return new Office(portal, await portal.SignInAsync(ann), seed, ann.Id, psa, acme, globex, tickets);
    }

    private static async Task<IReadOnlyList<string>> SeenAsync(Office office)
    {
        office.Portal.Services.GetRequiredService<AccessBook>().Forget();
        return [.. Ids(await JsonAsync(office, "/api/v1/tickets?state=all&sort=number")).Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> Ids(JsonElement list) => list.GetProperty("data").EnumerateArray().Select(t => t.GetProperty("externalId").GetString()!);

    private static async Task<JsonElement> JsonAsync(Office office, string path)
    {
        using var answer = await office.Portal.GetAsync(path, client: office.Client);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
    }

    private static async Task<HttpStatusCode> StatusAsync(Office office, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        using var answer = await office.Client.SendAsync(request);
        return answer.StatusCode;
    }

    private sealed record Office(RunningPortal Portal, HttpClient Client, TicketSeed Seed, Guid User, long Psa, Guid Acme, Guid Globex, Dictionary<string, Guid> Tickets) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            await Portal.DisposeAsync();
        }
    }
}
