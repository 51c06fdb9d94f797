using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Logging;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.ConnectWise;

/// <summary>Signs requests, finds the account's code base, follows what may be followed, and turns refusals into faults.</summary>
internal sealed class ConnectWiseClient
{
    /// <summary>Fields of newer versions are ignored, so the pin only keeps breaking changes out.</summary>
    private const string Accept = "application/vnd.connectwise.com+json; version=2025.1";
    private const string MemoryKey = "connectwise.account";
    private const int MostRedirects = 3;

    private readonly Session session;
    private readonly ConnectWiseSettings settings;
    private readonly Uri site;
    private readonly string authorization;
    private bool rediscovered;

    /// <exception cref="FaultException">The settings cannot be used; its field says which.</exception>
    public ConnectWiseClient(Session session)
    {
        this.session = session;
        settings = SettingsSchema.Bind<ConnectWiseSettings>(session.Settings);
        site = Site(settings, session.AllowPrivateNetworks);
        authorization = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{settings.CompanyId}+{settings.PublicKey}:{settings.PrivateKey}"));
    }

    public Session Session => session;

    public Uri SiteAddress => site;

    public string CompanyId => settings.CompanyId;

    /// <summary>Where the account lives; asked once and remembered with the credentials.</summary>
    public async Task<ConnectWiseAccount> AccountAsync(CancellationToken ct) =>
        session.Memory.TryGetValue(MemoryKey, out var known) ? (ConnectWiseAccount)known : await DiscoverAsync(ct);

    /// <summary>Asks where the account lives; needs no key.</summary>
    public async Task<ConnectWiseAccount> DiscoverAsync(CancellationToken ct)
    {
        var uri = new Uri(site, $"login/companyinfo/{Uri.EscapeDataString(settings.CompanyId)}");
        var response = await FollowAsync(uri, signed: false, forwardOnly: false, ct);
        var account = ConnectWiseAccount.Read(response, session.Clock.GetUtcNow(), Scrub);
        session.Memory[MemoryKey] = account;
        return account;
    }

    /// <summary>A successful answer, or the fault that it means.</summary>
    /// <param name="path">Below the API's root, starting with a slash.</param>
    public async Task<VendorResponse> GetAsync(string path, string query, VendorPermission? permission, CancellationToken ct, bool forwardOnly = false)
    {
        var response = await AskAsync(path, query, ct, forwardOnly);
        return response.IsSuccess ? response : throw ConnectWiseErrors.Of(response, permission, session.Clock.GetUtcNow(), Scrub);
    }

    /// <summary>Whatever ConnectWise answers. A 404 that is not about a record can mean that the account moved: it is looked up again, once.</summary>
    public async Task<VendorResponse> AskAsync(string path, string query, CancellationToken ct, bool forwardOnly = false)
    {
        var account = await AccountAsync(ct);
        var response = await FollowAsync(Address(account, path, query), signed: true, forwardOnly, ct);
        if ((int)response.Status != 404 || rediscovered || ConnectWiseErrors.IsRecordNotFound(response))
        {
            return response;
        }

        rediscovered = true;
        var moved = await DiscoverAsync(ct);
        return moved.CodeBase == account.CodeBase ? response : await FollowAsync(Address(moved, path, query), signed: true, forwardOnly, ct);
    }

    /// <summary>Changes something at ConnectWise; whatever it answers.</summary>
    public async Task<VendorResponse> SendAsync(HttpMethod method, string path, string? body, CancellationToken ct) =>
        await SendAsync(method, Address(await AccountAsync(ct), path, ""), signed: true, forwardOnly: false, body, ct);

    /// <summary>Asks an address of ConnectWise's without the keys.</summary>
    public Task<VendorResponse> AskOpenlyAsync(Uri address, CancellationToken ct) => FollowAsync(address, signed: false, forwardOnly: false, ct);

    /// <summary>Characters after the host: what ConnectWise's limit is about.</summary>
    public static int Length(string path, string query) => "/v4_6_release/apis/3.0".Length + path.Length + 1 + query.Length;

    /// <summary>Takes everything secret out of a text that is going to be shown or stored.</summary>
    public string Scrub(string text)
    {
        foreach (var secret in new[] { settings.PrivateKey, settings.PublicKey, settings.ClientId, authorization }.Where(s => s.Length >= 4))
        {
            text = text.Replace(secret, "•••", StringComparison.OrdinalIgnoreCase);
        }

        return text;
    }

    private static Uri Site(ConnectWiseSettings settings, bool allowPrivate)
    {
        if (!ConnectWiseAddress.TryParse(settings.ApiUrl, out var address, out var error))
        {
            throw Refused(error);
        }

        if (!allowPrivate && address.Scheme == Uri.UriSchemeHttp)
        {
            throw Refused("The API must be reached by https: over http everyone on the way could read the keys.");
        }

        return allowPrivate || !PrivateNetwork.IsPrivateName(address.IdnHost) ? address : throw Refused(NetworkFault.PrivateAddress(address.IdnHost));

        static FaultException Refused(string why) => new(new Fault.VendorDown(why)) { Field = "apiUrl" };
    }

    private Uri Address(ConnectWiseAccount account, string path, string query) =>
        new(site, $"/{account.CodeBase}apis/3.0{path}{(query.Length > 0 ? "?" : "")}{query}");

    /// <summary>Redirects are followed by hand and only on the very same host, since every request carries the keys.</summary>
    private async Task<VendorResponse> FollowAsync(Uri uri, bool signed, bool forwardOnly, CancellationToken ct)
    {
        for (var redirects = 0; ; redirects++)
        {
            var response = await SendAsync(HttpMethod.Get, uri, signed, forwardOnly, null, ct);
            if ((int)response.Status is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
            {
                return response;
            }

            var target = new Uri(uri, location);
            if (redirects == MostRedirects || Uri.Compare(target, uri, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) != 0)
            {
                return response;
            }

            uri = target;
        }
    }

    private async Task<VendorResponse> SendAsync(HttpMethod method, Uri uri, bool signed, bool forwardOnly, string? body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, uri);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("MSPortal", "1.0"));
        request.Headers.TryAddWithoutValidation("Accept", signed ? Accept : "application/json");
        if (signed)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", authorization);
            request.Headers.TryAddWithoutValidation("clientId", settings.ClientId);
        }

        if (forwardOnly)
        {
            request.Headers.TryAddWithoutValidation("pagination-type", "forward-only");
        }

        var began = session.Clock.GetTimestamp();
        var response = await VendorHttp.SendAsync(session.Http, request, "apiUrl", ct);
        session.Log.Log(
            response.IsSuccess ? LogLevel.Debug : LogLevel.Information,
            "{Method} {Path}: {Status}, {Bytes} bytes in {Elapsed:0} ms (x-cw-request-id {RequestId})",
            method,
            uri.AbsolutePath,
            (int)response.Status,
            response.Body.Length,
            session.Clock.GetElapsedTime(began).TotalMilliseconds,
            response.Header("x-cw-request-id"));
        return response;
    }
}
