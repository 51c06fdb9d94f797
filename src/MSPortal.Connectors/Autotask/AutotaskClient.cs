using System.Text;
using Microsoft.Extensions.Logging;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.Autotask;

/// <summary>Finds the account's zone, signs requests, asks how much of the shared budget is used, and turns refusals into faults.</summary>
internal sealed class AutotaskClient
{
    private const string ZoneKey = "autotask.zone";
    private const string BudgetKey = "autotask.budget-asked";

    /// <summary>How old the vendor's word about the shared budget may become; asking costs one request of it.</summary>
    private static readonly TimeSpan BudgetFresh = TimeSpan.FromMinutes(5);

    private readonly Session session;
    private readonly AutotaskSettings settings;
    private readonly Uri site;
    private bool rediscovered;

    /// <exception cref="FaultException">The settings cannot be used; its field says which.</exception>
    public AutotaskClient(Session session)
    {
        this.session = session;
        settings = SettingsSchema.Bind<AutotaskSettings>(session.Settings);
        site = AutotaskZone.TryParse(settings.ApiUrl.Length > 0 ? settings.ApiUrl : AutotaskZone.DefaultHost, out var address) && AutotaskZone.IsTrusted(address, session.AllowPrivateNetworks)
            ? address
            : throw new FaultException(new Fault.VendorDown($"“{settings.ApiUrl}” is none of Autotask's hosts; no secret is sent there.")) { Field = "apiUrl" };
    }

    public Session Session => session;

    public string Username => settings.Username;

    /// <summary>Where the account lives; asked once and remembered with the credentials.</summary>
    public async Task<AutotaskZone> ZoneAsync(CancellationToken ct) =>
        session.Memory.TryGetValue(ZoneKey, out var known) ? (AutotaskZone)known : await DiscoverAsync(ct);

    /// <summary>Asks where the account lives; sends no secret.</summary>
    public async Task<AutotaskZone> DiscoverAsync(CancellationToken ct)
    {
        var uri = new Uri(site, $"ATServicesRest/V1.0/ZoneInformation?user={Uri.EscapeDataString(settings.Username)}");
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        var zone = AutotaskZone.Read(await SendAsync(request, ct), session.AllowPrivateNetworks, session.Clock.GetUtcNow(), Scrub);
        session.Memory[ZoneKey] = zone;
        return zone;
    }

    /// <summary>A successful answer, or the fault that it means.</summary>
    /// <param name="path">Below the API's root: <c>Tickets/query</c>.</param>
    /// <param name="body">What is sent; null for nothing.</param>
    /// <param name="method">POST for what has a body and GET for what has none, unless it is named.</param>
    public async Task<VendorResponse> AskAsync(string path, string? body, VendorPermission? permission, CancellationToken ct, HttpMethod? method = null)
    {
        method ??= body is null ? HttpMethod.Get : HttpMethod.Post;
        if (path != AutotaskBudget.Path)
        {
            await MindBudgetAsync(ct);
        }

        var zone = await ZoneAsync(ct);
        var response = await SignedAsync(zone, method, path, body, ct);
        if ((int)response.Status is 401 or 404 && !rediscovered)
        {
            // A wrong zone refuses like a wrong secret: the database may have moved.
            rediscovered = true;
            var moved = await DiscoverAsync(ct);
            response = moved.Api == zone.Api ? response : await SignedAsync(moved, method, path, body, ct);
        }

        return response.IsSuccess ? response : throw AutotaskErrors.Of(response, permission, session.Clock.GetUtcNow(), Scrub);
    }

    /// <summary>Takes everything secret out of a text that is going to be shown or stored.</summary>
    public string Scrub(string text)
    {
        foreach (var secret in new[] { settings.Secret, settings.IntegrationCode }.Where(s => s.Length >= 4))
        {
            text = text.Replace(secret, "•••", StringComparison.OrdinalIgnoreCase);
        }

        return text;
    }

    /// <summary>The budget belongs to the whole database, and only Autotask knows what the others use of it.</summary>
    private async Task MindBudgetAsync(CancellationToken ct)
    {
        if (session.Memory.TryGetValue(BudgetKey, out var asked) && session.Clock.GetUtcNow() - (DateTimeOffset)asked < BudgetFresh)
        {
            return;
        }

        session.Memory[BudgetKey] = session.Clock.GetUtcNow();
        try
        {
            await SignedAsync(await ZoneAsync(ct), HttpMethod.Get, AutotaskBudget.Path, null, ct);   // Its answer is read where the budget is kept.
        }
        catch (FaultException e) when (e.Fault is Fault.VendorDown or Fault.BadData && e.Field is null)
        {
            session.Log.LogInformation("The shared budget is not known: {Reason}", e.Fault.Sentence);
        }
    }

    private async Task<VendorResponse> SignedAsync(AutotaskZone zone, HttpMethod method, string path, string? body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, new Uri(zone.Api, "V1.0/" + path));
        request.Headers.TryAddWithoutValidation("ApiIntegrationCode", settings.IntegrationCode);
        request.Headers.TryAddWithoutValidation("UserName", settings.Username);
        request.Headers.TryAddWithoutValidation("Secret", settings.Secret);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        return await SendAsync(request, ct);
    }

    /// <summary>Sends, and forgets the zone when its host cannot be reached, so that the next attempt looks for it again.</summary>
    private async Task<VendorResponse> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        try
        {
            return await VendorHttp.ExchangeAsync(session, request, "apiUrl", ct);
        }
        catch (FaultException e) when (e.Field == "apiUrl")
        {
            session.Memory.TryRemove(ZoneKey, out _);
            throw;
        }
    }
}
