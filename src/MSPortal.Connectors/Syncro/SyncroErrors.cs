using System.Net;
using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.Syncro;

/// <summary>What Syncro's answers mean when they are not the data that was asked for; one place, so that every call agrees.</summary>
internal static class SyncroErrors
{
    /// <summary>Key in <see cref="Exception.Data"/>: the vendor itself says that the record in the address does not exist.</summary>
    public const string RecordNotFound = "syncro.record-not-found";

    private const int MessageLength = 300;
    private const int MostWords = 20;

    /// <summary>The fault of a refused call.</summary>
    /// <param name="permission">What the call needs.</param>
    /// <param name="scrub">Takes secrets out of the vendor's words.</param>
    public static FaultException Of(VendorResponse response, VendorPermission permission, DateTimeOffset now, Func<string, string> scrub)
    {
        var said = Message(response, scrub);
        var status = (int)response.Status;
        return response.Status switch
        {
            // Syncro says 401 for a missing permission too; which of the two it is only the account test can tell for certain.
            HttpStatusCode.Unauthorized when MentionsPermission(said) => new(new Fault.PermissionMissing(permission)),
            HttpStatusCode.Unauthorized => At("apiKey", new Fault.AuthFailed(Says("Syncro refuses the API key", said))),
            HttpStatusCode.Forbidden when response.IsWebPage() =>
                new(new Fault.VendorDown("Something in front of Syncro refuses the request (status 403 with a web page).")),
            HttpStatusCode.Forbidden => new(new Fault.PermissionMissing(permission)),
            HttpStatusCode.NotFound when response.IsWebPage() =>
                At("subdomain", new Fault.VendorDown($"There is no Syncro API at {response.Address.IdnHost} (404).")),
            HttpStatusCode.NotFound => NotFound(response, said),
            HttpStatusCode.TooManyRequests => new(new Fault.RateLimited(RetryAfter.Of(response, now))),
            _ when status is >= 500 or 408 => new(new Fault.VendorDown(Says($"Syncro has trouble (status {status})", said))),
            _ when status is >= 300 and < 400 => At("subdomain", new Fault.VendorDown(Redirect(response))),
            _ => new(new Fault.BadData(Says($"Syncro refused a request (status {status})", said), scrub(response.Sample()))),
        };
    }

    /// <summary>Whether it may be Syncro itself that says there is no such record: nothing at all, or its own words, but never a web page.</summary>
    public static bool IsRecordNotFound(VendorResponse response) =>
        response.Status == HttpStatusCode.NotFound && !response.IsWebPage()
        && (response.IsEmpty || Message(response, text => text).Contains("not found", StringComparison.OrdinalIgnoreCase));

    /// <summary>The fault for an answer in which data should have been.</summary>
    public static FaultException NoData(VendorResponse response, Func<string, string> scrub)
    {
        var said = Message(response, scrub);
        var fault = response.NotJson("Syncro");
        return new FaultException(new Fault.BadData(
            said.Length > 0 ? $"Syncro sent a message instead of data: {said}" : fault.What,
            scrub(fault.Sample ?? "")));
    }

    /// <summary>The vendor's own words out of any of the shapes in which it says them, cleaned and cut; empty when it said nothing readable.</summary>
    public static string Message(VendorResponse response, Func<string, string> scrub)
    {
        using var json = response.TryJson();
        if (json is not { RootElement.ValueKind: JsonValueKind.Object })
        {
            return "";
        }

        var words = new List<string>();
        foreach (var name in new[] { "error", "message", "errors" })
        {
            if (json.RootElement.TryGetProperty(name, out var value))
            {
                Collect(value, "", words);
            }
        }

        return VendorResponse.Shorten(scrub(VendorResponse.OneLine(string.Join("; ", words.Distinct(StringComparer.Ordinal)))), MessageLength);
    }

    /// <summary>A text, a list, or a map of lists; the echo of the request (<c>params</c>, <c>record</c>) is never looked at.</summary>
    private static void Collect(JsonElement value, string field, List<string> words)
    {
        if (words.Count >= MostWords)
        {
            return;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.String when JsonText.Of(value) is { Length: > 0 } text:
                words.Add(field.Length > 0 ? $"{field} {text}" : text);
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    Collect(item, field, words);
                }

                break;
            case JsonValueKind.Object:
                foreach (var property in value.EnumerateObject())
                {
                    Collect(property.Value, property.Name, words);
                }

                break;
        }
    }

    private static string Redirect(VendorResponse response)
    {
        var target = response.Headers.Location is { IsAbsoluteUri: true } location && location.Host.Length > 0 ? location.IdnHost : "another page";
        return $"{response.Address.IdnHost} sends us on to {target} instead of answering: there may be no Syncro account of this name.";
    }

    private static FaultException NotFound(VendorResponse response, string said)
    {
        var exception = new FaultException(new Fault.VendorDown(Says($"Syncro does not know {response.Address.AbsolutePath} (404)", said)));
        if (IsRecordNotFound(response))
        {
            exception.Data[RecordNotFound] = true;
        }

        return exception;
    }

    private static string Says(string what, string said) => said.Length == 0 ? what + "." : $"{what}. It says: {said}";

    private static FaultException At(string field, Fault fault) => new(fault) { Field = field };

    private static bool MentionsPermission(string said) => said.Contains("permission", StringComparison.OrdinalIgnoreCase);
}
