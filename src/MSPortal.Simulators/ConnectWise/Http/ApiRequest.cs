using System.Globalization;
using System.Text.Json;
using MSPortal.Simulators.ConnectWise.Model;

namespace MSPortal.Simulators.ConnectWise.Http;

/// <summary>A call as far as answering it needs to know.</summary>
internal sealed class ApiRequest(HttpContext context, byte[] body, int pageCap)
{
    public string Method => context.Request.Method;

    public IQueryCollection Query => context.Request.Query;

    public IHeaderDictionary Headers => context.Request.Headers;

    /// <summary>http://host:port, as the caller wrote it.</summary>
    public string Host => $"{context.Request.Scheme}://{context.Request.Host}";

    public string Path => context.Request.Path.Value ?? "";

    public string RawQuery => context.Request.QueryString.Value ?? "";

    public bool IsForwardOnly => string.Equals(Headers["pagination-type"], "forward-only", StringComparison.OrdinalIgnoreCase);

    public FieldChoice? Fields => FieldChoice.Parse(Query["fields"]);

    public bool HasBody => body.Length > 0;

    public int PageSize
    {
        get
        {
            var size = Math.Min(1000, Number("pageSize", 25));
            return pageCap > 0 ? Math.Min(pageCap, size) : size;
        }
    }

    /// <exception cref="VendorException">Not a number, or below one.</exception>
    public int Number(string name, int otherwise, int least = 1)
    {
        string? text = Query[name];
        if (string.IsNullOrEmpty(text))
        {
            return otherwise;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least
            ? number
            : throw VendorException.Invalid(name, "InvalidValue", $"{name} is not valid", name);
    }

    /// <exception cref="VendorException">Not JSON (415 by its type, 500 by its content, as this vendor does).</exception>
    public JsonElement Json()
    {
        if (context.Request.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) != true)
        {
            throw new VendorException(415, "UnsupportedMediaType", "The request entity's media type is not supported for this resource.");
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw VendorException.Unreadable("{", "Object", "");
        }
    }

    public JsonElement JsonObject()
    {
        var json = Json();
        return json.ValueKind is JsonValueKind.Object ? json : throw VendorException.Unreadable(json.ToString(), "Object", "");
    }
}
