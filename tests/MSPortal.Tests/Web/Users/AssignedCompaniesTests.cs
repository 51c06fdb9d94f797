using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MSPortal.Core.Ports;
using MSPortal.Storage.Model;
using MSPortal.Tests.Web.Hosting;
using MSPortal.Tests.Web.Tickets;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Tickets;
using MSPortal.Web.Features.Users;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Users;

/// <summary>Whoever sees assigned companies only finds no other's trace: by list, search, filter, id, refresh or any page.</summary>
public sealed class AssignedCompaniesTests
{
    private static readonly Actor Ada = new(1, RunningPortal.Email, "127.0.0.1");

    [Theory]
    [InlineData("/api/v1/tickets?state=all", "a1 a2")]
    [InlineData("/api/v1/tickets?state=all&q=globex", "")]
    [InlineData("/api/v1/tickets?state=all&q=secret", "")]
    [InlineData("/api/v1/tickets?state=all&q=acme", "a1 a2")]
    [InlineData("/api/v1/tickets?state=all&after=", "a1 a2")]
    [InlineData("/api/v1/tickets?state=all&company=none", "")]
    [InlineData("/api/v1/tickets?state=all&sort=company", "a1 a2")]
    [InlineData("/api/v1/tickets?state=all&sort=-status", "a1 a2")]
    public async Task A_list_has_the_assigned_companies_tickets_and_no_others(string path, string expected)
    {
        await using var office = await OfficeAsync();

        var answer = await JsonAsync(office, path);

        answer.GetProperty("data").EnumerateArray().Select(t => t.GetProperty("externalId").GetString()!).Order(StringComparer.Ordinal).ShouldBe(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        answer.GetRawText().ShouldNotContain("Globex");
    }

    [Fact]
    public async Task Another_companys_ticket_does_not_exist_whatever_is_done_with_its_id()
    {
        await using var office = await OfficeAsync();
        foreach (var id in new[] { office.Theirs, office.Nobodys, office.Unlinked })
        {
            (await StatusAsync(office, HttpMethod.Get, $"/api/v1/tickets/{id}")).ShouldBe(HttpStatusCode.NotFound);
            (await StatusAsync(office, HttpMethod.Post, $"/api/v1/tickets/{id}/refresh")).ShouldBe(HttpStatusCode.NotFound);
            (await StatusAsync(office, HttpMethod.Get, $"/tickets/{id}")).ShouldBe(HttpStatusCode.NotFound);
        }

        (await StatusAsync(office, HttpMethod.Get, $"/api/v1/tickets/{office.Ours}")).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(office, HttpMethod.Get, $"/tickets/{office.Ours}")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Companies_are_those_assigned_and_what_would_show_others_is_closed()
    {
        await using var office = await OfficeAsync();

        (await JsonAsync(office, "/api/v1/companies")).GetProperty("data").EnumerateArray().Select(c => c.GetProperty("name").GetString()).ShouldBe(["Acme"]);
        (await StatusAsync(office, HttpMethod.Get, $"/api/v1/companies/{office.Globex}")).ShouldBe(HttpStatusCode.NotFound);
        (await StatusAsync(office, HttpMethod.Get, $"/api/v1/companies/{office.Globex}/links")).ShouldBe(HttpStatusCode.NotFound);
        (await StatusAsync(office, HttpMethod.Get, $"/api/v1/companies/{office.Acme}")).ShouldBe(HttpStatusCode.OK);
        foreach (var closed in new[] { "/api/v1/diagnosis?ticket=g1", "/api/v1/mappings", "/api/v1/blocked-companies", "/api/v1/integrations", "/api/v1/notifications", "/api/v1/overview", "/api/v1/users", "/api/v1/audit", "/api/v1/support/bundle" })
        {
            (await StatusAsync(office, HttpMethod.Get, closed)).ShouldBe(HttpStatusCode.Forbidden, closed);
        }
    }

    [Fact]
    public async Task The_pages_show_no_trace_of_other_companies()
    {
        await using var office = await OfficeAsync();
        foreach (var path in new[] { "/tickets?state=all", "/settings/companies", $"/tickets/{office.Ours}" })
        {
            var html = await office.Client.GetStringAsync(new Uri(path, UriKind.Relative));
            html.ShouldNotContain("Globex");
            html.ShouldNotContain("secret");
            html.ShouldNotContain("waiting for");
        }

        var choices = office.Portal.Services.GetRequiredService<TicketChoiceQueries>();
        var sight = new Sight(1, [office.Acme]);
        (await choices.CompaniesAsync(sight, "", default)).Select(c => c.Name).ShouldBe(["Acme"]);
        (await choices.CompanyNamesAsync(sight, [office.Acme, office.Globex], default)).Keys.ShouldBe([office.Acme]);
        (await choices.ReadAsync(sight, default)).Assignees.ShouldBe(["Kim"]);
    }

    [Fact]
    public async Task Nothing_assigned_shows_nothing_and_what_is_taken_away_is_gone_at_the_next_request()
    {
        await using var office = await OfficeAsync();
        var actions = office.Portal.Services.GetRequiredService<UserActions>();

        await actions.ChangeAsync(office.User, new UserDetails(Companies: []), PortalAccess.Everything, Ada, default);
        (await JsonAsync(office, "/api/v1/tickets?state=all")).GetProperty("data").GetArrayLength().ShouldBe(0);
        (await StatusAsync(office, HttpMethod.Get, $"/api/v1/tickets/{office.Ours}")).ShouldBe(HttpStatusCode.NotFound);

        await actions.ChangeAsync(office.User, new UserDetails(SeesAssignedOnly: false), PortalAccess.Everything, Ada, default);
        (await JsonAsync(office, "/api/v1/tickets?state=all")).GetProperty("data").GetArrayLength().ShouldBe(4);
        (await StatusAsync(office, HttpMethod.Get, "/api/v1/audit")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_company_user_without_a_company_sees_nothing()
    {
        await using var office = await OfficeAsync();
        using var client = await office.Portal.SignInAsync(await office.Portal.AddUserAsync(BuiltInRole.CompanyUser, "client@example.com"));
        using var list = await office.Portal.GetAsync("/api/v1/tickets?state=all", client: client);
        JsonDocument.Parse(await list.Content.ReadAsStringAsync()).RootElement.GetProperty("data").GetArrayLength().ShouldBe(0);
    }

    /// <summary>Two companies, a ticket of none and one of a company that nobody has taken in; somebody who may everything and sees only one company.</summary>
    private static async Task<Office> OfficeAsync()
    {
        var portal = await RunningPortal.SetUpAsync();
        var seed = new TicketSeed(portal.Data, 1, DateTimeOffset.UtcNow);
        var psa = await seed.IntegrationAsync();
        var (acme, globex) = (await seed.LinkAsync(psa, "7", "Acme"), await seed.LinkAsync(psa, "8", "Globex"));
        var ours = await seed.TicketAsync(psa, "a1", "7", t => (t.Summary, t.OwnerName) = ("Printer of Acme", "Kim"));
        await seed.TicketAsync(psa, "a2", "7", t => (t.Summary, t.OwnerName, t.IsClosed) = ("Mail of Acme", "Kim", true));
        var theirs = await seed.TicketAsync(psa, "g1", "8", t => (t.Summary, t.OwnerName) = ("Globex secret merger", "Lee"));
        var nobodys = await seed.TicketAsync(psa, "n1", null, t => t.Summary = "secret of nobody");
        await seed.ExternalCompanyAsync(psa, "9", "Globex East");
        var unlinked = await seed.TicketAsync(psa, "u1", "9", t => t.Summary = "secret of the unlinked");
        var user = await portal.AddUserAsync(BuiltInRole.Administrator, "tom@example.com");
        await using (var db = portal.Data.Open(1))
        {
            await db.Users.Where(u => u.Id == user.Id).ExecuteUpdateAsync(u => u.SetProperty(x => x.SeesAssignedOnly, true));
            db.UserCompanies.Add(new UserCompany { TenantId = 1, UserId = user.Id, CompanyId = acme });
            await db.SaveChangesAsync();
        }

        return new Office(portal, await portal.SignInAsync(user), user.Id, acme, globex, ours, theirs, nobodys, unlinked);
    }

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

    private sealed record Office(RunningPortal Portal, HttpClient Client, Guid User, Guid Acme, Guid Globex, Guid Ours, Guid Theirs, Guid Nobodys, Guid Unlinked) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            await Portal.DisposeAsync();
        }
    }
}
