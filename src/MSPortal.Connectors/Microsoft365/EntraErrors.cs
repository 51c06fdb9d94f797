using System.Globalization;
using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.Microsoft365;

/// <summary>Why Entra gave out no token; stands behind the fault, for who has to know whether to ask the client's administrator.</summary>
/// <param name="code">The number after AADSTS.</param>
internal sealed class EntraRefusal(int code) : Exception($"AADSTS{code.ToString(CultureInfo.InvariantCulture)}")
{
    public int Code => code;

    /// <summary>The client's tenant does not know the app, or has not agreed to what it asks for.</summary>
    public bool NeedsConsent { get; init; }

    /// <summary>What mends it; null where the code says nothing more.</summary>
    public string? WhatToDo { get; init; }
}

/// <summary>What Entra's refusals mean, by their numbers: the texts beside them come in the language of the day.</summary>
internal static class EntraErrors
{
    private const string AskAgain = "Send the client's administrator the consent link, or let them grant admin consent again.";
    private const string NewSecret = "Make a new client secret (Entra admin center → App registrations → the app → Certificates & secrets) and enter its value.";

    /// <summary>Null where the answer has no such number: then it means what it means everywhere.</summary>
    public static FaultException? Of(VendorResponse response, Microsoft365Client client)
    {
        if ((int)response.Status is not (400 or 401 or 403) || Code(response) is not { } code)
        {
            return null;
        }

        var number = code.ToString(CultureInfo.InvariantCulture);
        return code switch
        {
            // The app has no service principal there; in one's own tenant it is the id that is wrong.
            700016 or 7000229 => client.IsClients
                ? Refused(code, null, $"MSPortal's app is not known in this client's tenant: nobody has agreed yet (AADSTS{number}).", AskAgain, needsConsent: true)
                : Refused(code, "clientId", $"There is no app with this client ID in the tenant {client.OwnTenant} (AADSTS{number}).", "Copy the Application (client) ID and the tenant from the app registration's Overview page."),
            65001 => Refused(code, null, $"Nobody has agreed yet that MSPortal's app reads this tenant's data (AADSTS{number}).", client.IsClients ? AskAgain : "Grant admin consent (App registration → API permissions).", client.IsClients),
            90002 or 900023 or 900021 => client.IsClients
                ? Refused(code, null, $"Microsoft knows no tenant {client.Tenant} (any more) (AADSTS{number}).", "Check the tenant ID; if the client has left Microsoft 365, disconnect it.")
                : Refused(code, "tenant", $"Microsoft knows no tenant {client.OwnTenant} (AADSTS{number}).", Microsoft365Tenant.Wanted),
            7000215 => Refused(code, "clientSecret", "The client secret is wrong; perhaps its ID was entered instead of its value (AADSTS7000215).", NewSecret),
            7000222 => Refused(code, "clientSecret", "The client secret has expired (AADSTS7000222).", NewSecret),
            7000112 => Refused(code, "clientId", "The app is disabled in this tenant (AADSTS7000112).", "Enable it (Entra admin center → Enterprise applications → the app → Properties)."),
            90033 or 90055 => new FaultException(new Fault.VendorDown($"Microsoft Entra has trouble at the moment (AADSTS{number})."), new EntraRefusal(code)),
            50196 => new FaultException(new Fault.RateLimited(RetryAfter.Of(response, client.Session.Clock.GetUtcNow())), new EntraRefusal(code)),
            _ => Refused(code, client.IsClients ? null : "clientSecret", $"Microsoft Entra refuses to sign MSPortal's app in (AADSTS{number}).", $"What AADSTS{number} means says https://login.microsoftonline.com/error?code={number}."),
        };
    }

    private static FaultException Refused(int code, string? field, string sentence, string whatToDo, bool needsConsent = false) =>
        new(new Fault.AuthFailed(sentence), new EntraRefusal(code) { NeedsConsent = needsConsent, WhatToDo = whatToDo }) { Field = field };

    private static int? Code(VendorResponse response)
    {
        using var json = response.TryJson();
        if (json is not { RootElement.ValueKind: JsonValueKind.Object })
        {
            return null;
        }

        try
        {
            var codes = json.RootElement.TryGetProperty("error_codes", out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().ToList() : [];
            return codes is [{ ValueKind: JsonValueKind.Number } first, ..] && first.TryGetInt32(out var code) ? code : Written(new JsonRow(json.RootElement).Text("error_description"));
        }
        catch (Exception e) when (e is FieldException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The number also begins the description.</summary>
    private static int? Written(string? description)
    {
        const string mark = "AADSTS";
        var at = description?.IndexOf(mark, StringComparison.Ordinal) ?? -1;
        return at >= 0 && int.TryParse(string.Concat(description![(at + mark.Length)..].TakeWhile(char.IsAsciiDigit)), NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code : null;
    }
}
