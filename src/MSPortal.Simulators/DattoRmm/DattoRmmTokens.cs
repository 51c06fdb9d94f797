using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.DattoRmm;

/// <summary>The token endpoint, which lies outside of the API: keys are sent as a user's name and password.</summary>
internal sealed class DattoRmmTokens(DattoRmmVendor vendor)
{
    private const string Client = "public-client:public";

    private readonly Dictionary<string, DateTimeOffset> tokens = new(StringComparer.Ordinal);
    private int given;

    public void Forget() => tokens.Clear();

    /// <summary>The bearer of a request; null when it has none.</summary>
    public static string? Bearer(VendorRequest request) =>
        request.Header("Authorization") is { } header && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header["Bearer ".Length..].Trim() : null;

    public bool Accepts(string token) => !vendor.Keys.Revoked && tokens.TryGetValue(token, out var until) && vendor.Clock.GetUtcNow() < until;

    public JsonAnswer Give(VendorRequest request)
    {
        if (request.Method != "POST")
        {
            return Refuse(405, "method_not_allowed", "Request method 'GET' not supported");
        }

        if (request.Header("Authorization") != $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(Client))}")
        {
            return Refuse(401, "unauthorized", "Full authentication is required to access this resource");
        }

        var form = QueryHelpers.ParseQuery(Encoding.UTF8.GetString(request.Body));
        string? Field(string name) => form.TryGetValue(name, out var value) ? value.ToString() : null;
        if (Field("grant_type") is not "password")
        {
            return Refuse(400, "unsupported_grant_type", $"Unsupported grant type: {Field("grant_type")}");
        }

        if (vendor.Keys.Revoked || Field("username") != vendor.Keys.ApiKey || Field("password") != vendor.Keys.SecretKey)
        {
            return Refuse(vendor.Behaviour.BadKeysStatus, "invalid_grant", $"Bad credentials for {Field("username")}");
        }

        var token = "ey" + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{vendor.Options.Seed}/{++given}"))).ToLowerInvariant();
        tokens[token] = vendor.Clock.GetUtcNow().AddSeconds(vendor.Behaviour.TokenSeconds);
        return JsonAnswer.Json(new JsonObject
        {
            ["access_token"] = token,
            ["token_type"] = "bearer",
            ["refresh_token"] = token + "-refresh",
            ["expires_in"] = vendor.Behaviour.TokenSeconds - 1,
            ["scope"] = "trust read write",
        });
    }

    private static JsonAnswer Refuse(int status, string error, string description) =>
        JsonAnswer.Json(new JsonObject { ["error"] = error, ["error_description"] = description }, status);
}
