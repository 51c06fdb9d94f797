using System.Net;
using System.Text.RegularExpressions;
using System.Web;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Storage.Model;
using MSPortal.Tests.Web.Features.Api;
using MSPortal.Tests.Web.Hosting;
using MSPortal.Web.Features.Clients;

namespace MSPortal.Tests.Web.Consent;

/// <summary>A portal with a service that reads clients one by one, the companies Contoso and Fabrikam, and visitors with browsers of their own.</summary>
internal sealed partial class ConsentHome : IAsyncDisposable
{
    private ConsentHome(RunningPortal portal, CloudStub vendor, FakeTimeProvider clock) => (Portal, Vendor, Clock) = (portal, vendor, clock);

    public RunningPortal Portal { get; }

    public CloudStub Vendor { get; }

    public FakeTimeProvider Clock { get; }

    public long Id { get; private set; }

    public Guid Contoso { get; private set; }

    public Guid Fabrikam { get; private set; }

    public Actor Ada { get; } = new(1, "ada@example.com", "192.0.2.1");

    public ConsentLinks Links => Portal.Services.GetRequiredService<ConsentLinks>();

    public static async Task<ConsentHome> OpenAsync()
    {
        var (vendor, clock) = (new CloudStub(), new FakeTimeProvider(new DateTimeOffset(2026, 11, 28, 12, 0, 0, TimeSpan.Zero)));
        var portal = await RunningPortal.SetUpAsync(o => o with { PublicUrl = new Uri("http://portal.example") }, clock, configure: services => services.AddSingleton<IConnector>(vendor));
        var home = new ConsentHome(portal, vendor, clock);
        home.Id = (await portal.Services.GetRequiredService<Connecting>()
            .ConnectAsync(CloudStub.Provider, "Our cloud", new Dictionary<string, string> { ["key"] = "k" }, skipTest: false, home.Ada, default)).IntegrationId!.Value;
        (home.Contoso, home.Fabrikam) = (await home.CompanyAsync("Contoso"), await home.CompanyAsync("Fabrikam"));
        return home;
    }

    public async Task<ApiCaller> ApiAsync(string scopes = "read write manage") => new(Portal, await Portal.AddKeyAsync(scopes));

    /// <summary>Path of a new link.</summary>
    public async Task<string> LinkAsync(Guid? company = null) => (await Links.CreateAsync(Id, company ?? Contoso, Ada, default)).Address.AbsolutePath;

    public HttpClient Visitor() => Portal.NewClient();

    /// <summary>Opens the link and goes on to the vendor: the state that it is given.</summary>
    public async Task<string> BeginAsync(HttpClient visitor, string link)
    {
        using var answer = await Portal.PostAsync(link, [], visitor);
        return answer.StatusCode == HttpStatusCode.Redirect
            ? HttpUtility.ParseQueryString(answer.Headers.Location!.Query)["state"]!
            : throw new InvalidOperationException($"The link answered {answer.StatusCode}.");
    }

    /// <summary>Comes back from the vendor: status and words of the page.</summary>
    public Task<(HttpStatusCode Status, string Text)> ReturnAsync(HttpClient visitor, string? state, string? tenant, string more = "") =>
        ReadAsync(visitor, $"/connect/return?state={state}&tenant={tenant}{more}");

    public async Task<(HttpStatusCode Status, string Text)> ReadAsync(HttpClient visitor, string path)
    {
        using var answer = await Portal.GetAsync(path, client: visitor);
        var html = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, Spaces().Replace(WebUtility.HtmlDecode(Tags().Replace(html[html.IndexOf("<main", StringComparison.Ordinal)..], " ")), " "));
    }

    public async Task<ConsentLink> RowAsync()
    {
        await using var db = Portal.Data.Open(1);
        return await db.ConsentLinks.AsNoTracking().OrderByDescending(l => l.Id).FirstAsync();
    }

    /// <summary>So much later all links end. The portal's own clock would have to do the work of a week on its way there.</summary>
    public async Task EndAsync(TimeSpan later)
    {
        await using var db = Portal.Data.Open(1);
        await db.ConsentLinks.ExecuteUpdateAsync(set => set.SetProperty(l => l.ExpiresAt, Clock.GetUtcNow() + later));
    }

    /// <summary>Connected clients, each with the company that it is linked to.</summary>
    public async Task<List<string>> ConnectedAsync()
    {
        await using var db = Portal.Data.Open(1);
        var clients = await db.Partitions.OrderBy(p => p.Partition).Select(p => p.Partition).ToListAsync();
        var links = await (from l in db.CompanyLinks join c in db.Companies on l.CompanyId equals c.Id select new { l.ExternalId, c.Name }).ToDictionaryAsync(l => l.ExternalId, l => l.Name);
        return clients.ConvertAll(c => $"{c}: {links.GetValueOrDefault(c, "nobody")}");
    }

    /// <summary>The vendor's external company is this company's, whether or not it is connected.</summary>
    public async Task OwnAsync(string client, Guid company)
    {
        await using var db = Portal.Data.Open(1);
        db.CompanyLinks.Add(new CompanyLink { TenantId = 1, CompanyId = company, IntegrationId = Id, ExternalId = client, LinkedBy = "test", LinkedAt = Clock.GetUtcNow() });
        await db.SaveChangesAsync();
    }

    /// <summary>The vendor names it among its clients.</summary>
    public async Task ListAsync(string client)
    {
        await using var db = Portal.Data.Open(1);
        db.ExternalCompanies.Add(new ExternalCompanyRow
        {
            Id = Guid.NewGuid(), TenantId = 1, IntegrationId = Id, Generation = 1, ExternalId = client, Name = CloudStub.Name(client), NormalizedName = client, Payload = "{}",
        });
        await db.SaveChangesAsync();
    }

    public ValueTask DisposeAsync() => Portal.DisposeAsync();

    private async Task<Guid> CompanyAsync(string name)
    {
        await using var db = Portal.Data.Open(1);
        var company = new Company { Id = Guid.NewGuid(), TenantId = 1, Name = name, NormalizedName = CompanyName.Normalize(name), CreatedAt = Clock.GetUtcNow() };
        db.Companies.Add(company);
        await db.SaveChangesAsync();
        return company.Id;
    }

    [GeneratedRegex("<[^>]+>", RegexOptions.None, 60_000)]
    private static partial Regex Tags();

    [GeneratedRegex(@"\s+", RegexOptions.None, 60_000)]
    private static partial Regex Spaces();
}
