using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Microsoft365;

/// <summary>What Microsoft Graph refuses, and how it says so.</summary>
internal sealed class GraphException(int status, string code, string message) : Exception(message)
{
    public int Status => status;

    public string Code => code;

    public string? Location { get; init; }
}

/// <summary>Shapes that every answer of Graph has.</summary>
internal static class Graph
{
    /// <summary>The number that the application Graph itself has in every tenant.</summary>
    public const string AppId = "00000003-0000-0000-c000-000000000000";

    public const string Root = "/v1.0";

    private const string Json = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    public static JsonAnswer Error(Microsoft365Vendor vendor, int status, string code, string message, string? clientRequestId = null)
    {
        var number = vendor.NextRequestId();
        var answer = JsonAnswer.Json(
            new JsonObject
            {
                ["error"] = new JsonObject
                {
                    ["code"] = code,
                    ["message"] = message,
                    ["innerError"] = new JsonObject { ["date"] = vendor.Clock.GetUtcNow().UtcDateTime.ToString("s", CultureInfo.InvariantCulture), ["request-id"] = number, ["client-request-id"] = clientRequestId ?? number },
                },
            },
            status);
        answer.ContentType = "application/json";
        return answer;
    }

    /// <summary>A status that nothing but a fault gives.</summary>
    public static (string Code, string Message) Wording(int status) => status switch
    {
        400 => ("Request_BadRequest", "Invalid request."),
        401 => ("InvalidAuthenticationToken", "Access token validation failure."),
        403 => ("Authorization_RequestDenied", "Insufficient privileges to complete the operation."),
        404 => ("Request_ResourceNotFound", "Resource does not exist or one of its queried reference-property objects are not present."),
        429 => ("TooManyRequests", "Too many requests from this application. Please retry after some time."),
        503 => ("serviceNotAvailable", "The service is temporarily unavailable. Please retry later."),
        504 => ("gatewayTimeout", "The server, while acting as a proxy, did not receive a timely response from the upstream server."),
        _ => ("UnknownError", "An internal server error occurred."),
    };

    public static JsonAnswer List(Microsoft365Vendor vendor, string context, IReadOnlyList<JsonObject> rows, string? next = null, string? delta = null, int? count = null) => Typed(JsonAnswer.List(rows, around: (writer, served) =>
    {
        writer.WriteStartObject();
        writer.WriteString("@odata.context", $"{vendor.PublicUrl}{Root}/$metadata#{context}");
        if (count is { } many)
        {
            writer.WriteNumber("@odata.count", many);
        }

        if (next is not null)
        {
            writer.WriteString("@odata.nextLink", next);
        }

        if (delta is not null)
        {
            writer.WriteString("@odata.deltaLink", delta);
        }

        writer.WritePropertyName("value");
        JsonAnswer.WriteArray(writer, served);
        writer.WriteEndObject();
    }));

    public static JsonAnswer One(Microsoft365Vendor vendor, string context, JsonObject row) => Typed(JsonAnswer.One(row, around: (writer, rows) =>
    {
        writer.WriteStartObject();
        writer.WriteString("@odata.context", $"{vendor.PublicUrl}{Root}/$metadata#{context}/$entity");
        foreach (var (name, value) in rows[0])
        {
            writer.WritePropertyName(name);
            if (value is null)
            {
                writer.WriteNullValue();
            }
            else
            {
                value.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    }));

    private static JsonAnswer Typed(JsonAnswer answer)
    {
        answer.ContentType = Json;
        answer.Headers["OData-Version"] = "4.0";
        return answer;
    }
}
