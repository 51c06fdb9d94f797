using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Autotask;

/// <summary>A call that the vendor does not like, in the vendor's words.</summary>
internal sealed class AutotaskException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>What is wrong with the request is a 500 here.</summary>
    public static AutotaskException Invalid(string message) => new(500, message);

    public JsonAnswer Answer()
    {
        var answer = Of(Status, Message);
        foreach (var (name, value) in Headers)
        {
            answer.Headers[name] = value;
        }

        return answer;
    }

    /// <summary>401 has no body, a lost way and a wrong verb are the web server's, everything else is a list of errors.</summary>
    public static JsonAnswer Of(int status, string message) => status switch
    {
        401 => JsonAnswer.Nothing(401),
        404 or 405 => JsonAnswer.Json(new JsonObject { ["Message"] = message }, status),
        _ => JsonAnswer.Json(new JsonObject { ["errors"] = new JsonArray(message) }, status),
    };
}
