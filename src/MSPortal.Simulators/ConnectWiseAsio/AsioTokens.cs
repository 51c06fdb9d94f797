using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.ConnectWiseAsio;

/// <summary>The token endpoint: JSON in, a token for exactly the scopes that were asked for, and a lock for who asks too often.</summary>
internal sealed class AsioTokens(AsioVendor vendor)
{
    private readonly Dictionary<string, (DateTimeOffset Until, string[] Scopes)> tokens = new(StringComparer.Ordinal);
    private readonly Queue<DateTimeOffset> asked = new();
    private int given;

    public void Forget() => tokens.Clear();

    /// <summary>The token's scopes; null when it is none.</summary>
    public IReadOnlyList<string>? Scopes(string? authorization) =>
        authorization?.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) is true && !vendor.Key.Revoked
        && tokens.TryGetValue(authorization["Bearer ".Length..].Trim(), out var token) && vendor.Clock.GetUtcNow() < token.Until ? token.Scopes : null;

    public JsonAnswer Give(VendorRequest request)
    {
        if (request.Method != "POST" || Parsed(request.Body) is not { } body)
        {
            return JsonAnswer.Json(new JsonObject { ["error"] = "invalid_request" }, 400);
        }

        var now = vendor.Clock.GetUtcNow();
        while (asked.TryPeek(out var oldest) && now - oldest >= TimeSpan.FromMinutes(1))
        {
            asked.Dequeue();
        }

        asked.Enqueue(now);
        if (asked.Count > vendor.Behaviour.TokensPerMinute)
        {
            var locked = JsonAnswer.Json(new JsonObject { ["code"] = "Locked", ["message"] = "Too many token requests." }, 423);
            locked.Headers["Retry-After"] = "30";
            return locked;
        }

        if (body.Text("grant_type") != "client_credentials")
        {
            return JsonAnswer.Json(new JsonObject { ["error"] = "unsupported_grant_type" }, 400);
        }

        if (body.Text("client_id") != vendor.Key.ClientId || body.Text("client_secret") != vendor.Key.ClientSecret || vendor.Key.Revoked)
        {
            return JsonAnswer.Json(new JsonObject { ["error"] = "invalid_client" }, 401);
        }

        var scopes = (body.Text("scope") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (scopes.Length == 0 || scopes.Any(s => !AsioVendor.Scopes.Contains(s) || !vendor.May(s)))
        {
            return JsonAnswer.Json(new JsonObject { ["error"] = "invalid_scope", ["error_description"] = "The requested scope is invalid." }, 400);
        }

        var token = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes($"asio/{vendor.Options.Seed}/{++given}"))).Replace('+', '-').Replace('/', '_').TrimEnd('=');
        tokens[token] = (now.AddSeconds(vendor.Behaviour.TokenSeconds), scopes);
        return JsonAnswer.Json(new JsonObject { ["access_token"] = token, ["scope"] = string.Join(' ', scopes), ["token_type"] = "Bearer", ["expires_in"] = vendor.Behaviour.TokenSeconds });
    }

    private static JsonObject? Parsed(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
