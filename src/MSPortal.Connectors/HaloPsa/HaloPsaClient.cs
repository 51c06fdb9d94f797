using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.HaloPsa;

/// <summary>Finds the Authorisation Server, keeps a token, signs requests with it, and turns refusals into faults.</summary>
internal sealed class HaloPsaClient
{
    private const string AccountMemory = "halopsa.account";

    private readonly Session session;
    private readonly HaloPsaSettings settings;
    private readonly ClientCredentials credentials;

    /// <exception cref="FaultException">The settings cannot be used; its field says which.</exception>
    public HaloPsaClient(Session session)
    {
        this.session = session;
        settings = SettingsSchema.Bind<HaloPsaSettings>(session.Settings);
        Site = HaloPsaAddress.TryParse(settings.HaloUrl, out var address, out var error)
            ? HaloPsaAddress.Allowed(address, "haloUrl", session.AllowPrivateNetworks)
            : throw new FaultException(new Fault.VendorDown(error)) { Field = "haloUrl" };
        credentials = new ClientCredentials(session, TokenRequestAsync);
    }

    public Session Session => session;

    /// <summary>Where people open Halo.</summary>
    public Uri Site { get; }

    /// <summary>The setting that an error of the Authorisation Server belongs to.</summary>
    private string AuthField => settings.AuthUrl.Length > 0 ? "authUrl" : "haloUrl";

    /// <summary>Where tokens are given; asked once and remembered with the credentials.</summary>
    public async Task<HaloPsaAccount> AccountAsync(CancellationToken ct)
    {
        if (session.Memory.TryGetValue(AccountMemory, out var known))
        {
            return (HaloPsaAccount)known;
        }

        var account = settings.AuthUrl.Length > 0 ? Entered() : await DiscoverAsync(ct);
        HaloPsaAddress.Allowed(account.Auth, AuthField, session.AllowPrivateNetworks);
        session.Memory[AccountMemory] = account;
        return account;
    }

    /// <summary>A successful answer, or the fault that it means.</summary>
    /// <param name="path">Below the API's root, starting with a slash.</param>
    public async Task<VendorResponse> GetAsync(string path, string query, VendorPermission? permission, CancellationToken ct)
    {
        var response = await AskAsync(path, query, ct);
        return response.IsSuccess ? response : throw HaloPsaErrors.Of(response, permission, session.Clock.GetUtcNow(), Scrub);
    }

    /// <summary>Whatever Halo answers. A token may be gone before its time, since another program's new one ends ours: a refused one is replaced, once.</summary>
    public Task<VendorResponse> AskAsync(string path, string query, CancellationToken ct) =>
        credentials.SendAsync((token, c) => SendAsync(HttpMethod.Get, path, query, token, null, c), ct);

    /// <summary>Changes something at Halo; whatever it answers.</summary>
    public Task<VendorResponse> AskAsync(HttpMethod method, string path, string? body, CancellationToken ct) =>
        credentials.SendAsync((token, c) => SendAsync(method, path, "", token, body, c), ct);

    /// <summary>What Halo tells anyone; null when it does not.</summary>
    public async Task<VendorResponse?> AskOpenlyAsync(string path, CancellationToken ct)
    {
        var response = await SendAsync(HttpMethod.Get, path, "", null, null, ct);
        return response.IsSuccess && !response.IsWebPage() ? response : null;
    }

    /// <summary>Gets a token, the only proof that the credentials are good.</summary>
    public async Task SignInAsync(CancellationToken ct)
    {
        try
        {
            await credentials.TokenAsync(refused: null, ct);
        }
        catch (FaultException e) when (e.Fault is Fault.AuthFailed && HaloPsaErrors.OfSignIn(e.Fault.Sentence) is { } told)
        {
            throw new FaultException(told.Fault, e) { Field = told.Field };
        }
    }

    /// <summary>Takes everything secret out of a text that is going to be shown or stored.</summary>
    public string Scrub(string text) =>
        credentials.Scrub(settings.ClientSecret.Length >= 4 ? text.Replace(settings.ClientSecret, "•••", StringComparison.OrdinalIgnoreCase) : text);

    private HaloPsaAccount Entered() => HaloPsaAddress.TryParseAuth(settings.AuthUrl, out var auth, out var error)
        ? new HaloPsaAccount(auth, settings.Tenant)
        : throw new FaultException(new Fault.VendorDown(error)) { Field = "authUrl" };

    /// <summary>Halo says without a token where its Authorisation Server is; where it does not, it is at the same host.</summary>
    private async Task<HaloPsaAccount> DiscoverAsync(CancellationToken ct)
    {
        var response = await SendAsync(HttpMethod.Get, "/AuthInfo", "", null, null, ct);
        if ((int)response.Status is 429 or >= 500)
        {
            throw HaloPsaErrors.Of(response, null, session.Clock.GetUtcNow(), Scrub);
        }

        var usual = new Uri(Site, "/auth");
        using var json = response.IsSuccess ? response.TryJson() : null;
        try
        {
            var row = json is { RootElement.ValueKind: JsonValueKind.Object } ? new JsonRow(json.RootElement) : (JsonRow?)null;
            var auth = HaloPsaAddress.TryParseAuth(row?.Text("auth_url"), out var told, out _) ? told : usual;
            return new HaloPsaAccount(auth, settings.Tenant.Length > 0 ? settings.Tenant : row?.Text("tenant_id"));
        }
        catch (FieldException)
        {
            return new HaloPsaAccount(usual, settings.Tenant);
        }
    }

    /// <summary>The tenant goes into the address: servers for many tenants look for it there, those for one pass it over.</summary>
    private async Task<TokenRequest> TokenRequestAsync(CancellationToken ct)
    {
        var account = await AccountAsync(ct);
        var tenant = string.IsNullOrEmpty(account.Tenant) ? "" : $"?tenant={Uri.EscapeDataString(account.Tenant)}";
        var form = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["client_id"] = settings.ClientId,
            ["client_secret"] = settings.ClientSecret,
            ["scope"] = "all",
        };
        return new TokenRequest(new Uri($"{account.Auth.AbsoluteUri.TrimEnd('/')}/token{tenant}"), form) { Vendor = "HaloPSA", AddressField = AuthField };
    }

    private Task<VendorResponse> SendAsync(HttpMethod method, string path, string query, string? token, string? body, CancellationToken ct)
    {
        var request = new HttpRequestMessage(method, new Uri(Site, $"/api{path}{(query.Length > 0 ? "?" : "")}{query}"))
        {
            Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return ExchangeAsync(request, "haloUrl", ct);
    }

    private async Task<VendorResponse> ExchangeAsync(HttpRequestMessage request, string addressField, CancellationToken ct)
    {
        using (request)
        {
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            return await VendorHttp.ExchangeAsync(session, request, addressField, ct);
        }
    }
}

/// <param name="Auth">The Authorisation Server, without a slash at the end.</param>
/// <param name="Tenant">Named to the Authorisation Server when there is one; servers of one's own have none.</param>
internal sealed record HaloPsaAccount(Uri Auth, string? Tenant);
