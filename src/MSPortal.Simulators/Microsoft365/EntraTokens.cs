using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Microsoft365;

/// <summary>Whom a token lets in: one app into one tenant, with the roles that it had there at that moment.</summary>
internal sealed record EntraAccess(EntraApp App, Tenant Tenant, IReadOnlySet<string> Roles, DateTimeOffset Until);

/// <summary>The token endpoint of every tenant.</summary>
internal sealed class EntraTokens(Microsoft365Vendor vendor)
{
    private readonly Dictionary<string, EntraAccess> tokens = new(StringComparer.Ordinal);
    private int given;

    /// <param name="tenant">null: those of all.</param>
    public void Forget(Tenant? tenant)
    {
        foreach (var token in tokens.Where(t => tenant is null || t.Value.Tenant == tenant).Select(t => t.Key).ToList())
        {
            tokens.Remove(token);
        }
    }

    /// <exception cref="GraphException">Nobody comes in with this.</exception>
    public EntraAccess Enter(string? authorization)
    {
        if (authorization?.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) is not true)
        {
            throw new GraphException(401, "InvalidAuthenticationToken", "Access token is empty.");
        }

        if (!tokens.TryGetValue(authorization["Bearer ".Length..].Trim(), out var access))
        {
            throw new GraphException(401, "InvalidAuthenticationToken", "IDX14100: JWT is not well formed, there are no dots (.).");
        }

        if (vendor.Clock.GetUtcNow() >= access.Until)
        {
            throw new GraphException(401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.");
        }

        var grant = vendor.Apps.Grant(access.App, access.Tenant);
        return grant.Consent switch
        {
            Microsoft365Consent.Absent => throw new GraphException(401, "Authorization_IdentityNotFound", "The identity of the calling application could not be established."),
            Microsoft365Consent.Withdrawn => access with { Roles = new HashSet<string>() },
            _ => access with { Roles = access.Roles.Where(grant.Roles.Contains).ToHashSet(StringComparer.OrdinalIgnoreCase) },   // What was taken away counts at once, what was added with the next token.
        };
    }

    /// <summary>For the log and for faults, without a judgement.</summary>
    public EntraAccess? Whose(string? authorization) => authorization?.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) == true ? tokens.GetValueOrDefault(authorization["Bearer ".Length..].Trim()) : null;

    public JsonAnswer Give(VendorRequest request, string tenantName)
    {
        if (request.Method != "POST")
        {
            return Refuse(400, "invalid_request", 900561, "The endpoint only accepts POST requests. Received a GET request.");
        }

        var form = QueryHelpers.ParseQuery(Encoding.UTF8.GetString(request.Body)).ToDictionary(f => f.Key, f => f.Value.ToString(), StringComparer.Ordinal);
        if (request.Header("Authorization") is { } basic && basic.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            var pair = Encoding.UTF8.GetString(Convert.FromBase64String(basic["Basic ".Length..].Trim())).Split(':', 2).Select(Uri.UnescapeDataString).ToList();
            (form["client_id"], form["client_secret"]) = (pair[0], pair.ElementAtOrDefault(1) ?? "");
        }

        return Reject(form, tenantName) ?? Issue(vendor.Apps.All[form["client_id"]], vendor.FindTenant(tenantName)!);
    }

    /// <summary>In the order in which Entra looks: the call, the tenant, the app in it, its secret, its consent.</summary>
    private JsonAnswer? Reject(Dictionary<string, string> form, string tenantName)
    {
        string Field(string name) => form.GetValueOrDefault(name, "");

        if (new[] { "grant_type", "client_id", "scope" }.FirstOrDefault(name => Field(name).Length == 0) is { } missing)
        {
            return Refuse(400, "invalid_request", 900144, $"The request body must contain the following parameter: '{missing}'.");
        }

        if (Field("grant_type") != "client_credentials")
        {
            return Refuse(400, "unsupported_grant_type", 70003, $"The app requested an unsupported grant type '{Field("grant_type")}'.");
        }

        if (tenantName.ToLowerInvariant() is "common" or "organizations" or "consumers")
        {
            return Refuse(400, "invalid_request", 50059, "No tenant-identifying information found in either the request or implied by any provided credentials.");
        }

        if (vendor.FindTenant(tenantName) is not { } tenant)
        {
            return Refuse(400, "invalid_request", 90002, $"Tenant '{tenantName}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.");
        }

        if (!vendor.Apps.All.TryGetValue(Field("client_id"), out var app) || vendor.Apps.Grant(app, tenant).Consent is Microsoft365Consent.Absent)
        {
            return Refuse(400, "unauthorized_client", 700016, $"Application with identifier '{Field("client_id")}' was not found in the directory '{tenant.DisplayName}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.");
        }

        return RejectSecret(app, Field("client_secret")) ?? RejectScope(Field("scope")) ?? (vendor.Apps.Grant(app, tenant).Consent is Microsoft365Consent.Granted ? null
            : Refuse(400, "invalid_grant", 65001, $"The user or administrator has not consented to use the application with ID '{app.ClientId}' named '{app.Name}'. Send an interactive authorization request for this user and resource."));
    }

    private JsonAnswer? RejectSecret(EntraApp app, string secret)
    {
        if (secret.Length == 0)
        {
            return Refuse(401, "invalid_client", 7000218, "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.");
        }

        var known = app.Secrets.Where(s => s.Value == secret).ToList();
        return known.Count == 0 ? Refuse(401, "invalid_client", 7000215, $"Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{app.ClientId}'.")
            : known.All(s => s.Until <= vendor.Clock.GetUtcNow()) ? Refuse(401, "invalid_client", 7000222, $"The provided client secret keys for app '{app.ClientId}' are expired. Visit the Azure portal to create new keys for your app, or consider using certificate credentials for added security.")
            : null;
    }

    private JsonAnswer? RejectScope(string scope)
    {
        if (!scope.EndsWith("/.default", StringComparison.Ordinal))
        {
            return Refuse(400, "invalid_scope", 1002012, $"The provided value for scope {scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).");
        }

        var resource = scope[..^"/.default".Length].TrimEnd('/');
        return resource is "https://graph.microsoft.com" or Graph.AppId || resource.Equals(vendor.PublicUrl, StringComparison.OrdinalIgnoreCase) ? null
            : Refuse(400, "invalid_resource", 500011, $"The resource principal named {resource} was not found in the tenant. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.");
    }

    private JsonAnswer Issue(EntraApp app, Tenant tenant)
    {
        var now = vendor.Clock.GetUtcNow();
        var seconds = vendor.Behaviour.TokenSeconds;
        var roles = vendor.Apps.Grant(app, tenant).Roles.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var claims = new JsonObject
        {
            ["aud"] = "https://graph.microsoft.com", ["iss"] = $"https://sts.windows.net/{tenant.Id}/", ["iat"] = now.ToUnixTimeSeconds(), ["nbf"] = now.ToUnixTimeSeconds(), ["exp"] = now.ToUnixTimeSeconds() + seconds, ["app_displayname"] = app.Name,
            ["appid"] = app.ClientId, ["idtyp"] = "app", ["roles"] = new JsonArray([.. roles.Select(r => JsonValue.Create(r))]), ["tid"] = tenant.Id, ["uti"] = (++given).ToString(CultureInfo.InvariantCulture),
        };
        var body = $"{Part("{\"typ\":\"JWT\",\"alg\":\"RS256\",\"kid\":\"simulated\"}")}.{Part(claims.ToJsonString())}";
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"entra/{vendor.Options.Seed}/{body}"));
        var token = $"{body}.{WebEncoders.Base64UrlEncode([.. Enumerable.Range(0, 8).SelectMany(_ => hash)])}";
        tokens[token] = new EntraAccess(app, tenant, roles, now.AddSeconds(seconds));
        var answer = JsonAnswer.Json(new JsonObject { ["token_type"] = "Bearer", ["expires_in"] = seconds, ["ext_expires_in"] = seconds, ["access_token"] = token });
        answer.Headers["Cache-Control"] = "no-store, no-cache";
        return answer;
    }

    private static string Part(string json) => WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(json));

    private JsonAnswer Refuse(int status, string error, int code, string message)
    {
        var (trace, correlation) = (vendor.NextRequestId(), vendor.NextRequestId());
        var time = vendor.Clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd HH:mm:ssZ", CultureInfo.InvariantCulture);
        return JsonAnswer.Json(
            new JsonObject
            {
                ["error"] = error,
                ["error_description"] = $"AADSTS{code.ToString(CultureInfo.InvariantCulture)}: {message} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {time}",
                ["error_codes"] = new JsonArray(code),
                ["timestamp"] = time,
                ["trace_id"] = trace,
                ["correlation_id"] = correlation,
                ["error_uri"] = $"https://login.microsoftonline.com/error?code={code.ToString(CultureInfo.InvariantCulture)}",
            },
            status);
    }
}
