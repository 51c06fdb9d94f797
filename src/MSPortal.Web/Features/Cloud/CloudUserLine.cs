using MSPortal.Core.Model;

namespace MSPortal.Web.Features.Cloud;

/// <summary>Which people of a client's directory a list shows.</summary>
public enum CloudUserKind
{
    Enabled,
    Disabled,
    Guest,
}

/// <summary>Which people by what they have.</summary>
public enum CloudLicensing
{
    With,
    Without,

    /// <summary>Something is wrong with one of theirs.</summary>
    Problems,
}

/// <param name="Products">Ids or the vendor's short names; any of them. Empty does not narrow.</param>
/// <param name="Connection">Only this one's, see <see cref="CloudConnection.Key"/>; null: all of the company's.</param>
public sealed record CloudUserFilter(string? Search = null, CloudUserKind? Kind = null, CloudLicensing? Licensing = null, IReadOnlyList<string>? Products = null, string? Connection = null);

/// <summary>A licence that a person has, with what people call it.</summary>
/// <param name="Name">The id where the product is not known any more.</param>
public sealed record CloudUserLicense(string Name, CloudLicenseUse Use);

/// <summary>Somebody in a client's directory as lists show them.</summary>
/// <param name="Licenses">By name.</param>
public sealed record CloudUserLine(CloudConnection Connection, CloudUser Record, IReadOnlyList<CloudUserLicense> Licenses)
{
    public string Key => $"{Connection.Key}/{Record.ExternalId}";

    public string Name => string.IsNullOrEmpty(Record.DisplayName) ? Record.PrincipalName : Record.DisplayName;

    public string Address => Record.PrincipalName;

    public int LicenseCount => Licenses.Count;

    public bool? IsEnabled => Record.IsEnabled;

    public bool HasProblem => Licenses.Any(l => l.Use.Problem is not null);

    public bool Equals(CloudUserLine? other) => other?.Key == Key;

    public override int GetHashCode() => Key.GetHashCode(StringComparison.Ordinal);
}

/// <summary>What else is known of one person.</summary>
/// <param name="GroupNames">The groups that give them licences, by the vendor's id; the id where a group is not known.</param>
public sealed record CloudUserDetails(CloudUserLine Line, IReadOnlyDictionary<string, string> GroupNames, DateTimeOffset? ReadAt);
