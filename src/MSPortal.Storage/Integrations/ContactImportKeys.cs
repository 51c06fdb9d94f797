using System.Globalization;

namespace MSPortal.Storage.Integrations;

/// <summary>Under which keys a tenant's settings hold what belongs to one integration's import of contacts; they go with it.</summary>
public static class ContactImportKeys
{
    public const string Rules = "contact-import.rules.";

    public const string Report = "contact-import.report.";

    /// <summary>Until when somebody is importing.</summary>
    public const string Claim = "contact-import.claim.";

    public static string Of(string prefix, long integrationId) => prefix + integrationId.ToString(CultureInfo.InvariantCulture);
}
