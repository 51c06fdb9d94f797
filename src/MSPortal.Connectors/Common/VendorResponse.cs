using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.Common;

/// <summary>A vendor's whole answer, read to the end.</summary>
internal sealed record VendorResponse(HttpStatusCode Status, HttpResponseHeaders Headers, string? MediaType, byte[] Body)
{
    private const int SampleLength = 500;

    public required Uri Address { get; init; }

    public bool IsSuccess => (int)Status is >= 200 and < 300;

    public bool IsEmpty => Body.All(b => b is (byte)' ' or (byte)'\r' or (byte)'\n' or (byte)'\t');

    /// <summary>The vendor's clock; null when it does not say.</summary>
    public DateTimeOffset? Time => Headers.Date?.ToUniversalTime();

    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    /// <summary>The start of the body as text on one line, for messages; the caller takes secrets out.</summary>
    public string Sample()
    {
        var text = Encoding.UTF8.GetString(Body.AsSpan(0, Math.Min(Body.Length, SampleLength * 4)));
        return Shorten(OneLine(text), SampleLength);
    }

    /// <summary>Null when the body is not JSON; invalid UTF-8 is repaired first, so that one bad name does not cost a page.</summary>
    public JsonDocument? TryJson() => VendorJson.TryParse(Body);

    /// <summary>The fault for a body that should have been JSON and is not.</summary>
    public Fault.BadData NotJson(string vendor)
    {
        var sample = Sample();
        return IsEmpty ? new($"{vendor} sent an empty answer.")
            : IsWebPage(sample) ? new($"{vendor} answered with a web page instead of data.", sample)
            : new($"{vendor} sent data that breaks off or is not JSON.", sample);
    }

    public bool IsWebPage() => IsWebPage(Sample());

    /// <summary>Text for a message: on one line, clean, and cut without splitting a character.</summary>
    public static string Shorten(string text, int length)
    {
        if (text.Length <= length)
        {
            return Canonical.Clean(text);
        }

        return Canonical.Clean(text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)]) + "…";
    }

    public static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private bool IsWebPage(string sample) =>
        sample.StartsWith("<!doctype", StringComparison.OrdinalIgnoreCase)
        || sample.StartsWith("<html", StringComparison.OrdinalIgnoreCase)
        || MediaType is "text/html";
}
