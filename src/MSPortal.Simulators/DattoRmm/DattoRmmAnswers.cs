using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.DattoRmm;

/// <summary>Ways of saying no: those of Spring.</summary>
internal static class DattoRmmAnswers
{
    private const string BlockWords = "Forbidden: this IP address is temporarily blocked, the rate limit was exceeded";

    public static JsonAnswer Error(int status, DateTimeOffset now, string path, string? error = null) => JsonAnswer.Json(
        new JsonObject
        {
            ["timestamp"] = now.ToUnixTimeMilliseconds(),
            ["status"] = status,
            ["error"] = error ?? status switch
            {
                400 => "Bad Request",
                401 => "Unauthorized",
                403 => "Forbidden",
                404 => "Not Found",
                409 => "Conflict",
                429 => "Too Many Requests",
                503 => "Service Unavailable",
                _ => "Internal Server Error",
            },
            ["path"] = path,
        },
        status);

    /// <summary>The resource server repeats the token that it does not like.</summary>
    public static JsonAnswer BadToken(string? token, DateTimeOffset now, string path) => token is null
        ? Error(401, now, path)
        : JsonAnswer.Json(new JsonObject { ["error"] = "invalid_token", ["error_description"] = $"Invalid access token: {token}" }, 401);

    public static JsonAnswer TooMany(DattoRmmVendor vendor, string path)
    {
        var answer = Error(429, vendor.Clock.GetUtcNow(), path);
        answer.Headers["Retry-After"] = vendor.Limits.Wait.ToString(CultureInfo.InvariantCulture);
        return answer;
    }

    public static JsonAnswer Blocked(DattoRmmVendor vendor, string path)
    {
        var answer = Error(403, vendor.Clock.GetUtcNow(), path, vendor.Behaviour.Block == "words" ? BlockWords : null);
        if (vendor.Behaviour.Block == "header")
        {
            answer.Headers["Retry-After"] = vendor.Limits.BlockedFor.ToString(CultureInfo.InvariantCulture);
        }

        return answer;
    }
}
