using System.Net.Http.Headers;
using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.Microsoft365;

/// <summary>Asks Graph about one tenant: keeps a token for it, signs, and turns refusals into faults.</summary>
internal sealed class Microsoft365Client
{
    /// <summary>Every path of Graph that is asked for begins so.</summary>
    public const string Root = "/v1.0/";

    private readonly Microsoft365Settings settings;
    private readonly ClientCredentials credentials;
    private readonly bool isAwaited;

    /// <param name="tenant">Whose data; null: the session's client, or the MSP's own tenant where it has none.</param>
    /// <param name="isAwaited">A person waits for the answer.</param>
    /// <exception cref="FaultException">The settings cannot be used; its field says which.</exception>
    public Microsoft365Client(Session session, string? tenant = null, bool isAwaited = false)
    {
        (Session, this.isAwaited) = (session, isAwaited);
        settings = SettingsSchema.Bind<Microsoft365Settings>(session.Settings);
        Cloud = Microsoft365Cloud.TryParse(settings.Cloud, out var cloud, out var error)
            ? cloud.Allowed(session.AllowPrivateNetworks)
            : throw new FaultException(new Fault.VendorDown(error)) { Field = "cloud" };
        OwnTenant = Microsoft365Tenant.TryParse(settings.Tenant, out var own) ? own : throw new FaultException(new Fault.BadData(Microsoft365Tenant.Wanted)) { Field = "tenant" };
        Tenant = tenant ?? (session.Partition.Length > 0 ? session.Partition : OwnTenant);
        credentials = new ClientCredentials(session, _ => Task.FromResult(Wanted()), $":{Tenant}");
    }

    public Session Session { get; }

    public Microsoft365Cloud Cloud { get; }

    /// <summary>As it was entered: an id or a domain.</summary>
    public string OwnTenant { get; }

    public string Tenant { get; }

    /// <summary>It asks about a client, not about the MSP's own tenant.</summary>
    public bool IsClients => Tenant != OwnTenant;

    public string ClientId => settings.ClientId.Trim().ToLowerInvariant();

    public Microsoft365Client For(string tenant) => new(Session, tenant, isAwaited);

    /// <summary>Gets a new token, the only proof that id and secret are right and that the tenant agrees; what it agrees to is in the token, so an older one does not know of it.</summary>
    public Task SignInAsync(CancellationToken ct) => credentials.FreshTokenAsync(ct);

    /// <param name="path">Below <see cref="Root"/>, query included.</param>
    public Uri Address(string path) => new(Cloud.Graph, Root + path);

    /// <summary>Whether a link of Graph's own, or one that was kept, may be sent a token.</summary>
    public bool IsTrusted(Uri link) =>
        link.IsAbsoluteUri && link.Scheme == Cloud.Graph.Scheme && link.IdnHost.Equals(Cloud.Graph.IdnHost, StringComparison.OrdinalIgnoreCase) && link.Port == Cloud.Graph.Port
        && link.UserInfo.Length == 0 && link.AbsolutePath.StartsWith(Root, StringComparison.OrdinalIgnoreCase);

    public Task<VendorResponse> AskAsync(string path, CancellationToken ct) => AskAsync(Address(path), ct);

    /// <summary>Whatever Graph answers.</summary>
    public Task<VendorResponse> AskAsync(Uri address, CancellationToken ct) => credentials.SendAsync(
        async (token, c) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            Microsoft365Budget.Mark(request, Tenant);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            if (!isAwaited)
            {
                // Where the quota is short, what nobody waits for goes last.
                request.Headers.TryAddWithoutValidation("x-ms-throttle-priority", "low");
            }

            return await VendorHttp.ExchangeAsync(Session, request, "cloud", c);
        },
        ct);

    /// <summary>A successful answer, or the fault that it means.</summary>
    public async Task<VendorResponse> GetAsync(Uri address, VendorPermission permission, CancellationToken ct)
    {
        var response = await AskAsync(address, ct);
        return response.IsSuccess ? response : throw Refusal(response, permission);
    }

    /// <summary>What anybody may ask of Entra: sent without a token.</summary>
    public async Task<VendorResponse> AskEntraAsync(string path, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Cloud.Login, path));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return await VendorHttp.ExchangeAsync(Session, request, "cloud", ct);
    }

    public FaultException Refusal(VendorResponse response, VendorPermission permission) => Microsoft365Errors.Of(response, permission, Session.Clock.GetUtcNow(), Scrub);

    /// <summary>One record.</summary>
    /// <exception cref="FaultException">It is nothing of that kind.</exception>
    public JsonElement One(VendorResponse response)
    {
        using var json = response.TryJson();
        return json is { RootElement.ValueKind: JsonValueKind.Object } ? json.RootElement.Clone() : throw Microsoft365Errors.NoData(response, Scrub);
    }

    /// <summary>Takes everything secret out of a text that is going to be shown or stored.</summary>
    public string Scrub(string text) => credentials.Scrub(settings.ClientSecret.Length >= 4 ? text.Replace(settings.ClientSecret, "•••", StringComparison.OrdinalIgnoreCase) : text);

    private TokenRequest Wanted() => new(new Uri(Cloud.Login, $"/{Uri.EscapeDataString(Tenant)}/oauth2/v2.0/token"), new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["client_id"] = ClientId,
        ["client_secret"] = settings.ClientSecret,
        ["scope"] = $"{Cloud.Audience}/.default",
    })
    {
        Vendor = "Microsoft Entra",
        AddressField = "cloud",
        Refusal = response => EntraErrors.Of(response, this),
    };
}
