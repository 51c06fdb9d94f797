using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Microsoft365;

/// <summary>Up to twenty calls in one, each with a status, a price and faults of its own; answers come in any order.</summary>
internal sealed class GraphBatch(Microsoft365Vendor vendor)
{
    private const int Most = 20;

    public JsonAnswer Answer(GraphRequest request, string mark)
    {
        JsonObject[] parts;
        try
        {
            parts = [.. JsonNode.Parse(request.Body)!["requests"]!.AsArray().Select(p => p!.AsObject())];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException)
        {
            return Refuse("Invalid batch payload format.");
        }

        if (request.Method != "POST" || parts.Length > Most)
        {
            return Refuse($"Number of batch request steps exceeds the max value of {Most.ToString(CultureInfo.InvariantCulture)}.");
        }

        if (parts.Any(p => p.Text("id") is null || p.Text("method") is null || p.Text("url") is null) || parts.Select(p => p.Text("id")).Distinct().Count() < parts.Length)
        {
            return Refuse("Each batch request needs an id of its own, a method and a url.");
        }

        // The last first: nobody promised an order.
        return JsonAnswer.Json(new JsonObject { ["responses"] = new JsonArray([.. parts.Select(p => (JsonNode)Part(request, p, mark)).ToList().AsEnumerable().Reverse()]) });
    }

    private JsonObject Part(GraphRequest batch, JsonObject part, string mark)
    {
        var url = "/" + part.Text("url")!.TrimStart('/');
        var headers = new Dictionary<string, string>(batch.Headers.Where(h => h.Key.Equals("Authorization", StringComparison.OrdinalIgnoreCase)), StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in part["headers"] as JsonObject ?? [])
        {
            headers[name] = value?.ToString() ?? "";
        }

        var faults = vendor.Faults.Take(part.Text("method")!, Graph.Root + url + mark);
        var answer = JsonFaults.Instead(vendor.Error, faults) ?? vendor.Api.Respond(GraphRequest.Of(part.Text("method")!.ToUpperInvariant(), url, headers, Encoding.UTF8.GetBytes(part["body"]?.ToJsonString() ?? ""), faults));
        JsonFaults.Touch(answer, faults);
        vendor.Note(part.Text("method")!, Graph.Root + url, headers.GetValueOrDefault("Authorization"), answer);
        var said = new JsonObject { ["Content-Type"] = "application/json" };
        foreach (var (name, value) in answer.Headers)
        {
            said[name] = value;
        }

        return new JsonObject { ["id"] = part.Text("id"), ["status"] = answer.Status, ["headers"] = said, ["body"] = Body(answer) };
    }

    private static JsonNode? Body(JsonAnswer answer)
    {
        var bytes = answer.Bytes();
        try
        {
            return bytes.Length == 0 ? null : JsonNode.Parse(bytes);
        }
        catch (JsonException)
        {
            return Convert.ToBase64String(bytes);   // What is no JSON comes like this.
        }
    }

    private JsonAnswer Refuse(string message) => Graph.Error(vendor, 400, "BadRequest", message);
}
