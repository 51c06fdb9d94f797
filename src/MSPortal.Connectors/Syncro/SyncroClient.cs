using System.Net.Http.Headers;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.Syncro;

/// <summary>Signs requests and turns refusals into faults; redirects are never followed, since every request carries the token.</summary>
internal sealed class SyncroClient
{
    private readonly SyncroSettings settings;

    /// <exception cref="FaultException">The settings cannot be used; its field says which.</exception>
    public SyncroClient(Session session)
    {
        Session = session;
        settings = SettingsSchema.Bind<SyncroSettings>(session.Settings);
        Site = Address(settings, session.AllowPrivateNetworks);
    }

    public Session Session { get; }

    /// <summary>Where people open their tickets, and the root of the API.</summary>
    public Uri Site { get; }

    /// <summary>A successful answer, or the fault that it means.</summary>
    /// <param name="path">Below the API's root, starting with a slash; with its query.</param>
    public async Task<VendorResponse> GetAsync(string path, VendorPermission permission, CancellationToken ct)
    {
        var response = await AskAsync(path, ct);
        return response.IsSuccess ? response : throw Refusal(response, permission);
    }

    /// <summary>Whatever Syncro answers.</summary>
    public async Task<VendorResponse> AskAsync(string path, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Site, "/api/v1" + path));
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", settings.ApiKey);
        return await VendorHttp.ExchangeAsync(Session, request, "subdomain", ct);
    }

    public FaultException Refusal(VendorResponse response, VendorPermission permission) =>
        SyncroErrors.Of(response, permission, Session.Clock.GetUtcNow(), Scrub);

    /// <summary>Takes everything secret out of a text that is going to be shown or stored.</summary>
    public string Scrub(string text) =>
        SyncroSecrets.Remove(settings.ApiKey.Length >= 4 ? text.Replace(settings.ApiKey, "•••", StringComparison.OrdinalIgnoreCase) : text);

    private static Uri Address(SyncroSettings settings, bool allowPrivate)
    {
        if (!SyncroAddress.TryParse(settings.Subdomain, out var address, out var error))
        {
            throw Refused(error);
        }

        if (allowPrivate)
        {
            return address;
        }

        return address.Scheme == Uri.UriSchemeHttp ? throw Refused("Syncro must be reached by https: over http everyone on the way could read the key.")
            : SyncroAddress.IsVendors(address) ? address
            : throw Refused($"{address.IdnHost} is no address of Syncro's. Enter the first part of yours: acme in acme.syncromsp.com.");

        static FaultException Refused(string why) => new(new Fault.VendorDown(why)) { Field = "subdomain" };
    }
}
