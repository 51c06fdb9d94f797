using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.WebUtilities;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Microsoft365;

/// <summary>The page on which an administrator lets an app into a tenant; nobody has to sign in here.</summary>
internal sealed class AdminConsent(Microsoft365Vendor vendor)
{
    public JsonAnswer Answer(VendorRequest request, string tenantName)
    {
        var form = request.Method == "POST" ? QueryHelpers.ParseQuery(Encoding.UTF8.GetString(request.Body)) : [];
        string? Field(string name) => form.TryGetValue(name, out var value) ? value.ToString() : request.Query(name);

        var anyTenant = tenantName.ToLowerInvariant() is "organizations" or "common";
        if (!anyTenant && vendor.FindTenant(tenantName) is null)
        {
            return Trouble($"AADSTS90002: Tenant '{tenantName}' not found.");
        }

        if (Field("client_id") is not { } id || !vendor.Apps.All.TryGetValue(id, out var app))
        {
            return Trouble($"AADSTS700016: Application with identifier '{Field("client_id")}' was not found in the directory.");
        }

        if (Field("redirect_uri") is not { } back || !Uri.TryCreate(back, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || (app.RedirectUris.Count > 0 && !app.RedirectUris.Contains(back)))
        {
            return Trouble($"AADSTS50011: The redirect URI '{Field("redirect_uri")}' specified in the request does not match the redirect URIs configured for the application '{app.ClientId}'.");
        }

        if (request.Method != "POST")
        {
            return Page(app, back, Field("state"), anyTenant ? null : vendor.FindTenant(tenantName));
        }

        if (Field("decision") != "accept")
        {
            return Back(back, Field("state"), ("error", "access_denied"), ("error_subcode", "cancel"), ("error_description", "AADSTS65004: User declined to consent to access the app."));
        }

        if (vendor.FindTenant(anyTenant ? Field("tenant") ?? "" : tenantName) is not { } tenant)
        {
            return Trouble("AADSTS90002: Tenant not found.");
        }

        vendor.Apps.Consent(app, tenant);
        return Back(back, Field("state"), ("admin_consent", "True"), ("tenant", tenant.Id));
    }

    private static JsonAnswer Back(string address, string? state, params (string Name, string Value)[] said)
    {
        var all = said.Select(s => KeyValuePair.Create(s.Name, (string?)s.Value)).Concat(state is null ? [] : [KeyValuePair.Create("state", (string?)state)]);
        var answer = JsonAnswer.Nothing(302);
        answer.Headers["Location"] = QueryHelpers.AddQueryString(address, all);
        return answer;
    }

    private static string Text(string? text) => HtmlEncoder.Default.Encode(text ?? "");

    /// <summary>Whoever asks wrongly is told here; he is not sent anywhere.</summary>
    private static JsonAnswer Trouble(string said) => Html(400, "Sign in to your account", $"<h1>Sorry, but we’re having trouble signing you in.</h1><p id=\"error\">{Text(said)}</p>");

    private JsonAnswer Page(EntraApp app, string back, string? state, Tenant? tenant)
    {
        var chooser = tenant is not null
            ? $"<p>Organization: <strong>{Text(tenant.DisplayName)}</strong></p>"
            : $"<p><label for=\"tenant\">Organization</label> <select id=\"tenant\" name=\"tenant\">{string.Concat(vendor.AllTenants.Select(t => $"<option value=\"{t.Id}\">{Text(t.DisplayName)} ({Text(t.DefaultDomain)})</option>"))}</select></p>";
        return Html(200, "Permissions requested", $"""
            <h1>Permissions requested</h1>
            <p>Review for your organization: <strong id="app">{Text(app.Name)}</strong></p>
            <ul>{string.Concat(app.Roles.Order(StringComparer.Ordinal).Select(r => $"<li>{Text(r)}</li>"))}</ul>
            <form method="post">
            <input type="hidden" name="client_id" value="{Text(app.ClientId)}"><input type="hidden" name="redirect_uri" value="{Text(back)}">{(state is null ? "" : $"<input type=\"hidden\" name=\"state\" value=\"{Text(state)}\">")}
            {chooser}
            <button id="cancel" name="decision" value="cancel">Cancel</button> <button id="accept" name="decision" value="accept">Accept</button>
            </form>
            """);
    }

    private static JsonAnswer Html(int status, string title, string body) => JsonAnswer.Text(
        status,
        $"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title></head>\n<body><main>\n{body}\n</main></body></html>\n",
        "text/html; charset=utf-8");
}
