using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Histories.Vendors;
using MSPortal.Histories.Vendors.Psas;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Tests.Web.Features.Api;
using MSPortal.Tests.Web.Hosting;
using MSPortal.Tests.Web.Users;
using MSPortal.Web.Access;
using Shouldly;

namespace MSPortal.Tests.Acceptance.Mending;

/// <summary>A synced portal with its pages and its API, and somebody who looks for tickets in it.</summary>
internal sealed class MendingWorld : IAsyncDisposable
{
    private const int Tickets = 80;

    private static readonly DataType[] Needless = [DataType.Users, DataType.TimeEntries, DataType.Devices, DataType.Contacts];

    private readonly Dictionary<string, HttpClient> people = [];
    private HttpClient? ada;
    private int known;

    private MendingWorld(SyncWorld sync, RunningPortal portal, ApiCaller api, PortalUser tom) => (Sync, Portal, Api, Tom) = (sync, portal, api, tom);

    public SyncWorld Sync { get; }

    public RunningPortal Portal { get; }

    public ApiCaller Api { get; }

    /// <summary>A technician, who sees what technicians see.</summary>
    public PortalUser Tom { get; }

    /// <summary>Tickets that the vendor has removed by mistake.</summary>
    public IReadOnlyList<JsonNode> Removed { get; set; } = [];

    public Psa Psa => Sync.Psa;

    public VendorSide Vendor => VendorSide.Of(Psa.Provider);

    public IConnector Connector => Sync.Connector;

    private object Everything => Connector.TicketSettings is null
        ? new { excludedStatuses = Array.Empty<string>(), history = "24" }
        : new { containers = new[] { "all" }, options = new[] { "all" }, excludedStatuses = Array.Empty<string>(), excludedGroups = Array.Empty<string>(), history = "24" };

    public long Id => Sync.IntegrationId;

    /// <summary>The integration at the API.</summary>
    public string One => string.Create(CultureInfo.InvariantCulture, $"/integrations/{Id}");

    /// <summary>Connected, chosen and imported; the tickets were not read yet.</summary>
    public static async Task<MendingWorld> ConnectedAsync(string provider)
    {
        var (sync, portal) = await SyncWorld.HostedAsync(provider, Tickets);
        var world = new MendingWorld(sync, portal, new ApiCaller(portal, await portal.AddKeyAsync("read write manage")), await portal.AddUserAsync(BuiltInRole.Technician, "tom@example.com"));
        if (world.Psa.NoLimit is { } noLimit)
        {
            await sync.DoAsync(noLimit);
        }

        foreach (var type in Needless)
        {
            await world.SendAsync(HttpMethod.Patch, $"{world.One}/streams/{type.Slug()}", new { enabled = false });
        }

        await world.SendAsync(HttpMethod.Patch, $"{world.One}/streams/tickets", new { intervalMinutes = 15 });
        await world.SendAsync(HttpMethod.Post, $"{world.One}/companies/import", new { all = true });
        await world.ChooseAsync(world.Everything);
        return world;
    }

    public static async Task<MendingWorld> SyncedAsync(string provider)
    {
        var world = await ConnectedAsync(provider);
        await world.Sync.RunAsync();
        return world;
    }

    public Task ChooseAsync(object settings) => SendAsync(HttpMethod.Put, $"{One}/ticket-settings", settings);

    public async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body = null)
    {
        var answer = await Sync.PumpAsync(Api.SendAsync(method, path, body), gently: true);
        ((int)answer.Status).ShouldBeInRange(200, 299, $"{method} {path}: {answer.Body}");
        return answer.Body;
    }

    public async Task<Answer> AskAsync(Missing missing)
    {
        var body = await SendAsync(HttpMethod.Get, $"/diagnosis?ticket={Uri.EscapeDataString(missing.Number)}&integration={Id}&person={Uri.EscapeDataString(missing.Person)}");
        return Answer.Of(body.GetProperty("results").EnumerateArray().Single());
    }

    /// <summary>The page is there for who runs the portal.</summary>
    public async Task OpenAsync(string page)
    {
        var answer = ada is null ? null : await Portal.GetAsync(page, client: ada);
        if (answer is not { StatusCode: HttpStatusCode.OK })
        {
            ada?.Dispose();
            ada = Portal.NewClient();
            using var signedIn = await Portal.PostAsync("/signin", RunningPortal.SignInForm(RunningPortal.Password), ada);
            answer = await Portal.GetAsync(page, client: ada);
        }

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, page);
        (await answer.Content.ReadAsStringAsync()).ShouldNotContain("There is no such", customMessage: page);
        answer.Dispose();
    }

    /// <summary>Whether it is in the list of who looks for it.</summary>
    public async Task<bool> IsShownAsync(Missing missing)
    {
        var path = $"/api/v1/tickets?q={Uri.EscapeDataString(missing.Number)}";
        var client = people.GetValueOrDefault(missing.Person);
        var answer = client is null ? null : await Portal.GetAsync(path, client: client);
        if (answer is not { StatusCode: HttpStatusCode.OK } && !missing.StaysSignedIn)
        {
            if (await SignInAsync(missing.Person) is not { } again)
            {
                return false;
            }

            client?.Dispose();
            people[missing.Person] = again;
            answer = await Portal.GetAsync(path, client: again);
        }

        return answer is { StatusCode: HttpStatusCode.OK }
            && JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("data").EnumerateArray().Any(t => t.GetProperty("number").GetString() == missing.Number);
    }

    /// <summary>Who looks for it comes by a new link, does what the portal asks of them, and sees it also when the link's grace is over.</summary>
    public async Task SetUpSecondFactorAsync(Missing missing)
    {
        people[missing.Person].Dispose();
        people[missing.Person] = (await SignInAsync(missing.Person))!;
        (await Portal.SetUpSecondFactorAsync(people[missing.Person])).Codes.ShouldNotBeEmpty();
        Sync.Clock.Advance(LinkSession.Grace);
        await Sync.NextIncrementalAsync();
        (await IsShownAsync(missing)).ShouldBeTrue("they have a second factor now");
    }

    /// <summary>One that is here and seen, each time another.</summary>
    /// <param name="like">Null: one that somebody still works on.</param>
    public async Task<Missing> KnownAsync(Func<Ticket, bool>? like = null)
    {
        await using var db = Sync.Data.Open(1);
        var linked = (await db.CompanyLinks.Select(l => l.ExternalId).ToListAsync()).ToHashSet();
        var rows = (await Sync.RecordsAsync(Psa.Tickets.Kind)).ToDictionary(Psa.Tickets.Id);
        var tickets = (await Sync.PayloadsAsync(DataType.Tickets)).Select(Canonical.Read<Ticket>).OrderBy(t => t.ExternalId, StringComparer.Ordinal)
            .Where(t => t.CompanyId is { } company && linked.Contains(company) && t.MergedIntoId is null && (like?.Invoke(t) ?? (t.Option is null && rows.TryGetValue(t.ExternalId, out var row) && Psa.IsOpen(row)))).ToList();
        tickets.ShouldNotBeEmpty();
        var ticket = tickets[known++ % tickets.Count];
        return new Missing(ticket, rows.GetValueOrDefault(ticket.ExternalId) ?? new JsonObject(), Tom.Email!);
    }

    /// <summary>Somebody has made it at the vendor just now.</summary>
    public async Task<Missing> NewAsync()
    {
        var like = await KnownAsync();
        Sync.Clock.Advance(TimeSpan.FromMinutes(1));
        var row = (await Sync.DoAsync(Psa.Create(like.Row, $"Missed since {Sync.Clock.GetUtcNow():O}")))!;
        return await MissingAsync(row);
    }

    /// <summary>One that the vendor has and that belongs here.</summary>
    public async Task<Missing> FirstAsync()
    {
        await using var db = Sync.Data.Open(1);
        var linked = (await db.CompanyLinks.Select(l => l.ExternalId).ToListAsync()).ToHashSet();
        var row = (await Sync.TicketsInScopeAsync()).First(t => Psa.IsOpen(t) && linked.Contains(Truth.At(t, Psa.Tickets.VendorField("companyId"))?.ToString() ?? ""));
        return await MissingAsync(row);
    }

    /// <summary>After something went wrong: all as it was, so that it costs nothing else.</summary>
    public async Task RestoreAsync()
    {
        await Sync.HealAsync();
        await Sync.DoAsync(Psa.Revoke(false));
        await Sync.CommandAsync(HttpMethod.Post, "permissions", new Dictionary<string, bool> { [Vendor.Area] = true });
        await SendAsync(HttpMethod.Post, $"{One}/reconnect", new { settings = await Sync.EnteredAsync() });
        await SendAsync(HttpMethod.Patch, $"{One}/streams/tickets", new { enabled = true });
        await SendAsync(HttpMethod.Post, $"{One}/test");
        await Sync.Integrations.SetCompanyFilterAsync(Id, new CompanyFilter(), Sync.Actor, default);
        await ChooseAsync(Everything);
        await Sync.RunAsync();
        await SendAsync(HttpMethod.Post, $"{One}/companies/import", new { all = true });
    }

    /// <summary>Changes a ticket at the vendor.</summary>
    public Task ChangeAsync(Missing missing, object change) => Sync.CommandAsync(HttpMethod.Patch, $"records/tickets/{missing.Row["id"]}", change);

    /// <summary>Lets the time pass until it is so.</summary>
    public async Task UntilAsync(string what, Func<Task<bool>> isSo)
    {
        for (var turns = 0; !await isSo(); turns++)
        {
            turns.ShouldBeLessThan(40, $"Never: {what}.");
            await Sync.PassAsync(TimeSpan.FromMinutes(30), asleep: TimeSpan.FromMinutes(5));
        }
    }

    public Task UntilAsync(IntegrationStatus status) => UntilAsync(status.ToString(), async () => (await Sync.StateAsync()).Status == status);

    public async Task SyncAsync(DataType type, bool full)
    {
        Sync.Clock.Advance(TimeSpan.FromMinutes(6));
        await SendAsync(HttpMethod.Post, $"{One}/sync", new { dataTypes = new[] { type.Slug() }, full });
        await Sync.RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        ada?.Dispose();
        people.Values.ToList().ForEach(p => p.Dispose());
        Api.Dispose();
        await Sync.DisposeAsync();
    }

    private async Task<Missing> MissingAsync(JsonNode row)
    {
        var number = row[Psa.Tickets.Fields.FirstOrDefault(f => f.Ours == "number").Vendor ?? "id"]!.ToString();
        var found = await Sync.PumpAsync(Sync.SingleReads.LookAsync(Sync.Key(DataType.Tickets), number, default), gently: true);
        return new Missing(found.ShouldBeOfType<ReadResult.Present>().Record.ShouldBeOfType<Ticket>(), row, Tom.Email!);
    }

    /// <summary>Null for who is not let in.</summary>
    private async Task<HttpClient?> SignInAsync(string email)
    {
        await using var db = Portal.Data.Open(1);
        try
        {
            return await Portal.SignInAsync(await db.Users.SingleAsync(u => u.Email == email));
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
