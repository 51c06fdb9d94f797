using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.NinjaOne;

/// <summary>The token endpoint: the client app's id and secret in the form or in the header, and scopes that the app has.</summary>
internal sealed class NinjaOneTokens(NinjaOneVendor vendor)
{
    private readonly Dictionary<string, DateTimeOffset> tokens = new(StringComparer.Ordinal);
    private int given;

    public void Forget() => tokens.Clear();

    public bool Accepts(string? authorization) =>
        authorization?.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) == true
        && !vendor.App.Revoked
        && tokens.TryGetValue(authorization["Bearer ".Length..].Trim(), out var until) && vendor.Clock.GetUtcNow() < until;

    public JsonAnswer Give(VendorRequest request)
    {
        if (request.Method != "POST")
        {
            return JsonAnswer.Nothing(405);
        }

        var form = QueryHelpers.ParseQuery(Encoding.UTF8.GetString(request.Body));
        string? Field(string name) => form.TryGetValue(name, out var value) ? value.ToString() : null;

        var (id, secret) = Basic(request.Header("Authorization")) ?? (Field("client_id"), Field("client_secret"));
        if (Field("grant_type") is not "client_credentials")
        {
            return Refuse(400, "unsupported_grant_type");
        }

        if (id != vendor.App.ClientId)
        {
            return JsonAnswer.Json(new JsonObject { ["resultCode"] = "Client app not exist" }, vendor.Behaviour.UnknownClientStatus);
        }

        if (secret != vendor.App.ClientSecret || vendor.App.Revoked)
        {
            return Refuse(401, "invalid_client");
        }

        var scopes = (Field("scope") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (scopes.Length == 0 || scopes.Except(vendor.App.Scopes, StringComparer.Ordinal).Any())
        {
            return Refuse(400, "invalid_scope");
        }

        var token = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"ninja/{vendor.Options.Seed}/{++given}"))).ToLowerInvariant();
        tokens[token] = vendor.Clock.GetUtcNow().AddSeconds(vendor.Behaviour.TokenSeconds);
        return JsonAnswer.Json(new JsonObject
        {
            ["access_token"] = token,
            ["token_type"] = "Bearer",
            ["expires_in"] = vendor.Behaviour.TokenSeconds,
            ["scope"] = string.Join(' ', scopes),
        });
    }

    private static (string? Id, string? Secret)? Basic(string? header)
    {
        if (header?.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase) is not true)
        {
            return null;
        }

        var pair = Encoding.UTF8.GetString(Convert.FromBase64String(header["Basic ".Length..].Trim())).Split(':', 2);
        return (pair[0], pair.ElementAtOrDefault(1));
    }

    private static JsonAnswer Refuse(int status, string error) => JsonAnswer.Json(new JsonObject { ["error"] = error }, status);
}
