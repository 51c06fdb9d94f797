using System.Text;
using MSPortal.Simulators.ConnectWise.Model;

namespace MSPortal.Simulators.ConnectWise.Http;

/// <summary>The vendor's door.</summary>
internal static class SignIn
{
    /// <exception cref="VendorException">401, and why.</exception>
    public static void Check(IHeaderDictionary headers, Credentials credentials)
    {
        var given = Decode(headers.Authorization);
        var expected = $"{credentials.CompanyId}+{credentials.PublicKey}:{credentials.PrivateKey}";
        if (given is null)
        {
            throw new VendorException(401, "ConnectWiseApi", "UserNotAuthenticated");
        }

        if (credentials.Revoked || !string.Equals(given, expected, StringComparison.Ordinal))
        {
            throw new VendorException(401, "Unauthorized", "The company, public key or private key is not valid, or the key was deactivated.");
        }

        string? client = headers["clientId"];
        if (string.IsNullOrEmpty(client))
        {
            throw new VendorException(401, "Unauthorized", "The clientId header is missing.");
        }

        if (!credentials.ClientIdKnown || !string.Equals(client, credentials.ClientId, StringComparison.OrdinalIgnoreCase))
        {
            throw new VendorException(401, "Unauthorized", "The clientId is not valid.");
        }
    }

    private static string? Decode(string? header)
    {
        if (header is null || !header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(header["Basic ".Length..].Trim()));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
