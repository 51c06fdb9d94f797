using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Syncro;

/// <summary>Syncro's ways of saying no: hardly two are alike.</summary>
internal static class SyncroAnswers
{
    public const string NotPermitted = "Not authorized. Please ask account admin to update your group permissions.";

    public static JsonAnswer Unauthorized() => JsonAnswer.Json(new JsonObject { ["error"] = "Invalid API key" }, 401);

    public static JsonAnswer Denied(int status = 401) => JsonAnswer.Json(new JsonObject { ["error"] = NotPermitted }, status);

    /// <summary>Customers: nothing at all; assets: an error; the others: a message.</summary>
    public static JsonAnswer NotFound(string kind) => kind switch
    {
        "customers" or "users" => JsonAnswer.Nothing(404),
        "assets" => JsonAnswer.Json(new JsonObject { ["error"] = "Asset not found" }, 404),
        _ => JsonAnswer.Json(new JsonObject { ["message"] = "Not found" }, 404),
    };

    public static JsonAnswer Blank(JsonObject given, params string[] problems) => JsonAnswer.Json(
        new JsonObject { ["success"] = false, ["message"] = Texts(problems), ["params"] = given.DeepClone() },
        422);

    public static JsonAnswer Refused(string problem) => JsonAnswer.Json(new JsonObject { ["error"] = problem }, 422);

    public static JsonAnswer Record(JsonObject row, string problem) =>
        JsonAnswer.Json(new JsonObject { ["record"] = row.DeepClone(), ["errors"] = problem }, 422);

    public static JsonAnswer TooMany(int? retryAfter)
    {
        var answer = JsonAnswer.Text(429, "Retry later\n", "text/plain");
        if (retryAfter is { } seconds)
        {
            answer.Headers["Retry-After"] = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return answer;
    }

    /// <summary>What is not documented comes from the web server: a page for people.</summary>
    public static JsonAnswer Of(int status) => status switch
    {
        401 => Unauthorized(),
        403 => Denied(403),
        404 => NotFound("tickets"),
        422 => Blank([], "Subject can't be blank"),
        429 => TooMany(null),
        _ => JsonAnswer.Html(status, status == 400 ? "The change you wanted was rejected." : "We're sorry, but something went wrong."),
    };

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(t => JsonValue.Create(t))];
}
