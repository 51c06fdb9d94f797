using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.ConnectWiseAsio;

/// <summary>Keeps a token for each scope, signs requests with the one that they need, and turns refusals into faults.</summary>
internal sealed class AsioClient
{
    private readonly AsioSettings settings;
    private readonly Dictionary<string, ClientCredentials> credentials = new(StringComparer.Ordinal);

    /// <exception cref="FaultException">The settings cannot be used; its field says which.</exception>
    public AsioClient(Session session)
    {
        Session = session;
        settings = SettingsSchema.Bind<AsioSettings>(session.Settings);
        Site = AsioAddress.TryParse(settings.Environment, out var address, out var error)
            ? AsioAddress.Allowed(address, session.AllowPrivateNetworks)
            : throw new FaultException(new Fault.VendorDown(error)) { Field = "environment" };
        foreach (var permission in new[] { AsioPermissions.Companies, AsioPermissions.Sites, AsioPermissions.Devices })
        {
            credentials[permission.Name] = new ClientCredentials(session, _ => Task.FromResult(Wanted(permission)), $":{permission.Name}");
        }
    }

    public Session Session { get; }

    public Uri Site { get; }

    public string ClientId => settings.ClientId;

    /// <summary>Gets a token, the only proof that the credentials are good for this.</summary>
    public Task SignInAsync(VendorPermission permission, CancellationToken ct) => credentials[permission.Name].TokenAsync(refused: null, ct);

    /// <summary>A successful answer, or the fault that it means.</summary>
    /// <param name="path">Below <c>/api/platform</c>, query included.</param>
    public async Task<VendorResponse> GetAsync(string path, VendorPermission permission, CancellationToken ct)
    {
        var response = await AskAsync(HttpMethod.Get, path, null, permission, ct);
        return response.IsSuccess ? response : throw Refusal(response, permission);
    }

    /// <summary>Whatever the platform answers.</summary>
    /// <param name="body">Serialised when it is given: lists of devices are asked for by a POST, which changes nothing.</param>
    public Task<VendorResponse> AskAsync(HttpMethod method, string path, object? body, VendorPermission permission, CancellationToken ct) => credentials[permission.Name].SendAsync(
        async (token, c) =>
        {
            using var request = new HttpRequestMessage(method, new Uri(Site, $"/api/platform{path}")) { Content = body is null ? null : JsonContent.Create(body) };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            return await VendorHttp.ExchangeAsync(Session, request, "environment", c);
        },
        ct);

    public FaultException Refusal(VendorResponse response, VendorPermission permission) => AsioErrors.Of(response, permission, Session.Clock.GetUtcNow(), Scrub);

    /// <summary>The answer with the names of its fields in small letters: every API of the platform writes them in another way.</summary>
    /// <param name="kind">Array or object.</param>
    /// <exception cref="FaultException">It is nothing of that kind.</exception>
    public JsonElement Data(VendorResponse response, JsonValueKind kind)
    {
        using var json = response.TryJson();
        return json is not null && json.RootElement.ValueKind == kind ? AsioJson.Lower(json.RootElement) : throw AsioErrors.NoData(response, Scrub);
    }

    /// <summary>Takes everything secret out of a text that is going to be shown or stored.</summary>
    public string Scrub(string text)
    {
        var scrubbed = settings.ClientSecret.Length >= 4 ? text.Replace(settings.ClientSecret, "•••", StringComparison.OrdinalIgnoreCase) : text;
        return credentials.Values.Aggregate(scrubbed, (shown, c) => c.Scrub(shown));
    }

    private TokenRequest Wanted(VendorPermission permission) => new(new Uri(Site, "/v1/token"), new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["client_id"] = settings.ClientId,
        ["client_secret"] = settings.ClientSecret,
        ["scope"] = permission.Name,
    })
    {
        Vendor = "ConnectWise",
        AddressField = "environment",
        AsJson = true,
        Refusal = response => AsioErrors.OfSignIn(response, permission, Session.Clock.GetUtcNow()),
    };
}
