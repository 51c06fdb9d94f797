using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.NinjaOne;

/// <summary>Keeps a token, signs requests with it, and turns refusals into faults.</summary>
internal sealed class NinjaOneClient
{
    private readonly NinjaOneSettings settings;
    private readonly ClientCredentials credentials;

    /// <exception cref="FaultException">The settings cannot be used; its field says which.</exception>
    public NinjaOneClient(Session session)
    {
        Session = session;
        settings = SettingsSchema.Bind<NinjaOneSettings>(session.Settings);
        Site = NinjaOneAddress.TryParse(settings.Region, out var address, out var error)
            ? NinjaOneAddress.Allowed(address, session.AllowPrivateNetworks)
            : throw new FaultException(new Fault.VendorDown(error)) { Field = "region" };
        var wanted = new TokenRequest(new Uri(Site, "/ws/oauth/token"), new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["client_id"] = settings.ClientId,
            ["client_secret"] = settings.ClientSecret,
            ["scope"] = "monitoring",
        })
        {
            Vendor = "NinjaOne",
            AddressField = "region",
            Refusal = NinjaOneErrors.OfSignIn,
        };
        credentials = new ClientCredentials(session, _ => Task.FromResult(wanted));
    }

    public Session Session { get; }

    /// <summary>Where people open NinjaOne, and where its API is.</summary>
    public Uri Site { get; }

    public string ClientId => settings.ClientId;

    /// <summary>Gets a token, the only proof that the credentials are good.</summary>
    public Task SignInAsync(CancellationToken ct) => credentials.TokenAsync(refused: null, ct);

    /// <summary>A list's rows, or the fault that its absence means.</summary>
    /// <param name="path">Below <c>/v2</c>, starting with a slash, query included.</param>
    public async Task<VendorResponse> GetAsync(string path, VendorPermission permission, CancellationToken ct)
    {
        var response = await AskAsync(path, ct);
        return response.IsSuccess ? response : throw Refusal(response, permission);
    }

    /// <summary>Whatever NinjaOne answers.</summary>
    public Task<VendorResponse> AskAsync(string path, CancellationToken ct) => AskAsync(HttpMethod.Get, path, null, ct);

    public Task<VendorResponse> AskAsync(HttpMethod method, string path, string? body, CancellationToken ct) => credentials.SendAsync(
        async (token, c) =>
        {
            using var request = new HttpRequestMessage(method, new Uri(Site, $"/v2{path}"))
            {
                Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"),
            };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            return await VendorHttp.ExchangeAsync(Session, request, "region", c);
        },
        ct);

    public FaultException Refusal(VendorResponse response, VendorPermission permission) =>
        NinjaOneErrors.Of(response, permission, Session.Clock.GetUtcNow(), Scrub);

    /// <summary>The answer's rows; the document has to be disposed.</summary>
    /// <exception cref="FaultException">It is no list.</exception>
    public JsonDocument List(VendorResponse response)
    {
        var json = response.TryJson();
        if (json is { RootElement.ValueKind: JsonValueKind.Array })
        {
            return json;
        }

        json?.Dispose();
        throw NinjaOneErrors.NoData(response, Scrub);
    }

    /// <summary>Takes everything secret out of a text that is going to be shown or stored.</summary>
    public string Scrub(string text) =>
        credentials.Scrub(settings.ClientSecret.Length >= 4 ? text.Replace(settings.ClientSecret, "•••", StringComparison.OrdinalIgnoreCase) : text);
}
