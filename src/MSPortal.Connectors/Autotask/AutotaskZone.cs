using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.Autotask;

/// <summary>Where the account's database lives; Autotask says so to everyone who names one of its API users.</summary>
/// <param name="Api">Root of the API, with a slash at its end.</param>
/// <param name="Web">Root of Autotask's own pages.</param>
/// <param name="Database">Autotask's number of the database; stays the same when the database moves to another zone.</param>
internal sealed record AutotaskZone(Uri Api, Uri? Web, long Database, string? Name)
{
    /// <summary>Any numbered host answers for every zone.</summary>
    public const string DefaultHost = "webservices.autotask.net";

    private const string Domain = "autotask.net";

    /// <summary>Host and port of what a person typed; https unless http was written.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Uri? address)
    {
        address = null;
        var full = text.Contains("://", StringComparison.Ordinal) ? text : $"https://{text}";
        if (!Uri.TryCreate(full.Trim(), UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.UserInfo.Length > 0 || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp))
        {
            return false;
        }

        address = new Uri(uri.GetLeftPart(UriPartial.Authority) + "/");
        return true;
    }

    /// <summary>Secrets go to Autotask's own hosts, or to the operator's own network where that is allowed, and nowhere else, whatever an answer says.</summary>
    public static bool IsTrusted(Uri address, bool allowPrivate) =>
        (address.Scheme == Uri.UriSchemeHttps && (address.IdnHost.Equals(Domain, StringComparison.OrdinalIgnoreCase) || address.IdnHost.EndsWith("." + Domain, StringComparison.OrdinalIgnoreCase)))
        || (allowPrivate && (PrivateNetwork.IsPrivateName(address.IdnHost) || !address.IdnHost.Contains('.', StringComparison.Ordinal)));

    public static AutotaskZone Read(VendorResponse response, bool allowPrivate, DateTimeOffset now, Func<string, string> scrub)
    {
        if (!response.IsSuccess)
        {
            throw (int)response.Status == 500 && AutotaskErrors.Said(response, scrub).Contains("Zone information", StringComparison.OrdinalIgnoreCase)
                ? At("username", new Fault.AuthFailed("Autotask does not know this API username."))
                : NoKeyWasSent(AutotaskErrors.Of(response, null, now, scrub));
        }

        using var json = response.TryJson();
        if (json is not { RootElement.ValueKind: System.Text.Json.JsonValueKind.Object })
        {
            throw At("apiUrl", response.NotJson("Autotask") with { Sample = scrub(response.Sample()) });
        }

        try
        {
            var row = new JsonRow(json.RootElement);
            var api = row.Text("url") is { } url && Uri.TryCreate(url.EndsWith('/') ? url : url + "/", UriKind.Absolute, out var root) ? root : null;
            return api is null ? throw At("username", new Fault.BadData("Autotask names no zone for this API username.", scrub(response.Sample())))
                : !IsTrusted(api, allowPrivate) ? throw At("apiUrl", new Fault.VendorDown($"The zone that was named ({api.IdnHost}) is none of Autotask's; no secret is sent there."))
                : new AutotaskZone(api, WebRoot(row), row.Whole("ci") ?? 0, row.Text("zoneName"));
        }
        catch (FieldException e)
        {
            throw At("apiUrl", new Fault.BadData($"Autotask's answer about the zone cannot be read ({e.Message}).", scrub(response.Sample())));
        }
    }

    /// <summary>Where to open a ticket in Autotask's own pages; null when the zone does not say where they are.</summary>
    public string? TicketUrl(string id) =>
        Web is null ? null : new Uri(Web, string.Create(CultureInfo.InvariantCulture, $"Autotask/AutotaskExtend/ExecuteCommand.aspx?Code=OpenTicketDetail&TicketID={id}")).AbsoluteUri;

    private static Uri? WebRoot(JsonRow row) =>
        row.Text("webUrl") is { } text && Uri.TryCreate(text.EndsWith('/') ? text : text + "/", UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http"
            ? uri
            : null;

    /// <summary>Asking for the zone sends no secret, so none can have been refused.</summary>
    private static FaultException NoKeyWasSent(FaultException e) =>
        e.Fault is Fault.AuthFailed refused ? At("apiUrl", new Fault.VendorDown(refused.Hint)) : e;

    private static FaultException At(string field, Fault fault) => new(fault) { Field = field };
}
