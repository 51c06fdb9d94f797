using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.HaloPsa;

/// <summary>The Authorisation Server.</summary>
internal sealed class HaloPsaTokens(HaloPsaVendor vendor)
{
    private readonly Dictionary<string, DateTimeOffset> tokens = new(StringComparer.Ordinal);
    private int given;

    public void Forget() => tokens.Clear();

    public bool Accepts(string? authorization) =>
        authorization?.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) == true
        && !vendor.Application.Revoked
        && tokens.TryGetValue(authorization["Bearer ".Length..].Trim(), out var until) && vendor.Clock.GetUtcNow() < until;

    public JsonAnswer Give(VendorRequest request)
    {
        if (request.Method != "POST")
        {
            return JsonAnswer.Nothing(405);
        }

        var form = QueryHelpers.ParseQuery(Encoding.UTF8.GetString(request.Body));
        string? Field(string name) => form.TryGetValue(name, out var value) ? value.ToString() : null;

        var tenant = request.Query("tenant") ?? Field("tenant");
        if (tenant is null ? vendor.Behaviour.TenantRequired : !string.Equals(tenant, vendor.Application.Tenant, StringComparison.OrdinalIgnoreCase))
        {
            return Refuse(400, "invalid_request", "The specified tenant was not found.");
        }

        if (Field("grant_type") is not "client_credentials")
        {
            return Refuse(400, "unsupported_grant_type", "The specified 'grant_type' is not supported.");
        }

        if (vendor.Application.Revoked || Field("client_id") != vendor.Application.ClientId || Field("client_secret") != vendor.Application.ClientSecret)
        {
            return Refuse(vendor.Behaviour.BadClientStatus, "invalid_client", "The specified client credentials are invalid.");
        }

        if (string.IsNullOrEmpty(Field("scope")))
        {
            return Refuse(400, "invalid_scope", "The 'scope' parameter is missing.");
        }

        if (vendor.Behaviour.OneToken)
        {
            tokens.Clear();
        }

        var token = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{vendor.Options.Seed}/{++given}"))).ToLowerInvariant();
        tokens[token] = vendor.Clock.GetUtcNow().AddSeconds(vendor.Behaviour.TokenSeconds);
        return JsonAnswer.Json(new JsonObject
        {
            ["scope"] = Field("scope"),
            ["token_type"] = "Bearer",
            ["access_token"] = token,
            ["expires_in"] = vendor.Behaviour.TokenSeconds,
        });
    }

    private static JsonAnswer Refuse(int status, string error, string description) =>
        JsonAnswer.Json(new JsonObject { ["error"] = error, ["error_description"] = description }, status);
}
