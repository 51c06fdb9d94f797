using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MSPortal.Simulators.ConnectWise.Model;

namespace MSPortal.Simulators.ConnectWise.Http;

/// <summary>An answer before it is written: as long as it is rows, a fault can still touch them.</summary>
internal sealed class Answer
{
    private static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true, NewLine = "\r\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public int Status { get; set; } = 200;

    public string ContentType { get; set; } = "application/json; charset=utf-8";

    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyList<Node>? Rows { get; set; }

    /// <summary>One record, not a list of one.</summary>
    public bool IsSingle { get; init; }

    public FieldChoice? Fields { get; init; }

    /// <summary>Which table the rows are from, if they are a table's.</summary>
    public Kind? Kind { get; init; }

    public byte[] Body { get; set; } = [];

    public byte[] Bytes() => Rows switch
    {
        null => Body,
        [var row] when IsSingle => NodeJson.Bytes(row, Fields),
        _ => NodeJson.Bytes(Rows, Fields),
    };

    public static Answer One(Node row, FieldChoice? fields = null, int status = 200, Kind? kind = null) =>
        new() { Rows = [row], IsSingle = true, Fields = fields, Status = status, Kind = kind };

    public static Answer Nothing(int status) => new() { Status = status, ContentType = "" };

    public static Answer Json(object value, int status = 200) =>
        new() { Status = status, Body = JsonSerializer.SerializeToUtf8Bytes(value, Pretty) };

    /// <summary>The vendor breaks the lines of its errors as Windows does.</summary>
    public static Answer Error(VendorException error) => Error(error.Status, error.Code, error.Message, error.Errors.Count == 0 ? null : error.Errors);

    public static Answer Error(int status, string code, string message, IReadOnlyList<FieldError>? errors = null) =>
        Json(new { code, message, errors }, status);

    public static Answer TooMany(string retryAfter)
    {
        var answer = Json(new { error = "ConnectWiseAPI", message = $"Too many requests. Please try again in {retryAfter} seconds." }, 429);
        answer.Headers["Retry-After"] = retryAfter;
        return answer;
    }

    public static Answer TooMany(int seconds) => TooMany(seconds.ToString(CultureInfo.InvariantCulture));

    public static Answer Html(int status, string text) => new()
    {
        Status = status,
        ContentType = "text/html; charset=utf-8",
        Body = Encoding.UTF8.GetBytes($"<!DOCTYPE html>\r\n<html><head><title>{text}</title></head>\r\n<body><h1>{text}</h1></body></html>\r\n"),
    };
}
