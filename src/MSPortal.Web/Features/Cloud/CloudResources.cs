using System.ComponentModel;
using MSPortal.Core.Model;

namespace MSPortal.Web.Features.Cloud;

/// <summary>Whose connection something was read through, for programs.</summary>
/// <param name="Client">The vendor's id of the client.</param>
internal sealed record CloudOrigin(long IntegrationId, string Integration, string Provider, string Client)
{
    public static CloudOrigin Of(CloudConnection connection) => new(connection.Integration.Id, connection.Integration.Name, connection.Integration.Provider, connection.Partition);
}

/// <summary>Somebody in a client's directory as API and command line give them to programs: names that stay, whatever becomes of the pages.</summary>
internal sealed record CloudUserResource
{
    [Description("The id at the vendor.")]
    public required string Id { get; init; }

    [Description("What to call them: the address where they have no name.")]
    public required string Name { get; init; }
    public required string SignInAddress { get; init; }
    public required string? FirstName { get; init; }
    public required string? LastName { get; init; }
    public required string? Email { get; init; }
    public required IReadOnlyList<string> OtherEmails { get; init; }

    [Description("Null when the vendor does not say.")]
    public required bool? Enabled { get; init; }
    public required bool Guest { get; init; }

    [Description("It is kept in a directory on the client's own premises.")]
    public required bool Synced { get; init; }
    public required string? JobTitle { get; init; }
    public required string? Department { get; init; }
    public required string? Organization { get; init; }
    public required string? Office { get; init; }
    public required string? CountryCode { get; init; }
    public required string? MobilePhone { get; init; }
    public required IReadOnlyList<string> Phones { get; init; }
    public required DateTimeOffset? CreatedAt { get; init; }
    public required IReadOnlyList<CloudUserLicenseResource> Licenses { get; init; }
    public required CloudOrigin Origin { get; init; }

    public static CloudUserResource Of(CloudUserLine line) => new()
    {
        Id = line.Record.ExternalId,
        Name = line.Name,
        SignInAddress = line.Record.PrincipalName,
        FirstName = line.Record.FirstName,
        LastName = line.Record.LastName,
        Email = line.Record.Email,
        OtherEmails = line.Record.OtherEmails,
        Enabled = line.Record.IsEnabled,
        Guest = line.Record.IsGuest,
        Synced = line.Record.IsSynced,
        JobTitle = line.Record.JobTitle,
        Department = line.Record.Department,
        Organization = line.Record.OrganizationName,
        Office = line.Record.Office,
        CountryCode = line.Record.CountryCode,
        MobilePhone = line.Record.MobilePhone,
        Phones = line.Record.Phones,
        CreatedAt = line.Record.CreatedAt,
        Licenses = [.. line.Licenses.Select(l => new CloudUserLicenseResource(l.Use.LicenseId, l.Name, l.Use.IsDirect, l.Use.GroupIds, l.Use.Problem))],
        Origin = CloudOrigin.Of(line.Connection),
    };
}

/// <param name="Id">Of a product, see the company's licences.</param>
/// <param name="Direct">It was given to the person itself.</param>
/// <param name="GroupIds">Groups that it comes from.</param>
/// <param name="Problem">The vendor's word for why it does not work; null when it does.</param>
internal sealed record CloudUserLicenseResource(string Id, string Name, bool Direct, IReadOnlyList<string> GroupIds, string? Problem);

/// <summary>A product that a client has, for programs.</summary>
internal sealed record CloudLicenseResource
{
    public required string Id { get; init; }

    [Description("The vendor's short name.")]
    public required string PartNumber { get; init; }
    public required string Name { get; init; }
    public required string? Status { get; init; }

    [Description("It is for the whole client: nobody in particular has it.")]
    public required bool ForCompany { get; init; }

    [Description("More units than anybody could use, as vendors give away; it is left out of sums.")]
    public required bool Unlimited { get; init; }
    public required bool Trial { get; init; }

    [Description("Units that work: enabled and those whose subscription has ended and that still work for a while.")]
    public required int Total { get; init; }
    public required int Used { get; init; }
    public required int Free { get; init; }

    [Description("Units given out beyond the total.")]
    public required int TooMany { get; init; }
    public required int Enabled { get; init; }
    public required int Warning { get; init; }
    public required int Suspended { get; init; }
    public required int LockedOut { get; init; }
    public required DateTimeOffset? NextChangeAt { get; init; }
    public required CloudOrigin Origin { get; init; }

    public static CloudLicenseResource Of(CloudLicenseLine line) => new()
    {
        Id = line.Record.ExternalId,
        PartNumber = line.Record.PartNumber,
        Name = line.Record.Name,
        Status = line.Record.Status,
        ForCompany = line.Record.IsForCompany,
        Unlimited = line.IsUnlimited,
        Trial = line.Record.IsTrial,
        Total = line.Total,
        Used = line.Used,
        Free = line.Free,
        TooMany = line.Over,
        Enabled = line.Record.Enabled,
        Warning = line.Record.Warning,
        Suspended = line.Record.Suspended,
        LockedOut = line.Record.LockedOut,
        NextChangeAt = line.Record.NextChangeAt,
        Origin = CloudOrigin.Of(line.Connection),
    };
}

/// <param name="Kind">security, collaboration, distribution or mailSecurity.</param>
/// <param name="Dynamic">A rule says who belongs to it.</param>
/// <param name="Synced">It is kept in a directory on the client's own premises.</param>
internal sealed record CloudGroupResource(
    string Id, string Name, string? Description, string? Email, CloudGroupKind Kind, bool Dynamic, bool Synced, DateTimeOffset? CreatedAt, CloudOrigin Origin)
{
    public static CloudGroupResource Of(CloudGroupLine line) => new(
        line.Record.ExternalId, line.Record.Name, line.Record.Description, line.Record.Email, line.Record.Kind, line.Record.IsDynamic, line.Record.IsSynced, line.Record.CreatedAt, CloudOrigin.Of(line.Connection));
}

/// <param name="Initial">The one that came with the account.</param>
/// <param name="Authentication">The vendor's word for who checks passwords.</param>
internal sealed record CloudDomainResource(string Name, bool Default, bool Initial, bool Verified, string? Authentication, IReadOnlyList<string> Services, CloudOrigin Origin)
{
    public static CloudDomainResource Of(CloudDomainLine line) => new(
        line.Record.Name, line.Record.IsDefault, line.Record.IsInitial, line.Record.IsVerified, line.Record.Authentication, line.Record.Services, CloudOrigin.Of(line.Connection));
}

/// <summary>A client's security score, for programs. Percentages are of what can be reached.</summary>
/// <param name="At">Of the latest score; null when there is none, as the numbers are then.</param>
/// <param name="ChangeIn30Days">In points of a hundred; null when nothing is known of that time.</param>
/// <param name="AverageOfAll">In per cent, of all clients of the vendor.</param>
/// <param name="AverageOfSize">In per cent, of clients of about this size.</param>
/// <param name="History">One a day, the earliest first; days that nothing is known of are left out.</param>
/// <param name="Recommendations">What can be done still, what is worth most first.</param>
/// <param name="Done">Recommendations that bring all their points.</param>
internal sealed record CloudScoreResource(
    DateTimeOffset? At, decimal? Percent, decimal? Score, decimal? Highest, decimal? ChangeIn30Days, decimal? AverageOfAll, decimal? AverageOfSize, IReadOnlyList<CloudScoreDay> History,
    IReadOnlyList<CloudControlResource> Recommendations, IReadOnlyList<CloudControlResource> Done, CloudOrigin Origin)
{
    public static CloudScoreResource Of(CloudScore score) => new(
        score.Latest?.At, CloudScoring.Rounded(score.Percent), score.Latest?.Score, score.Latest?.Highest, CloudScoring.Rounded(score.Change), score.Latest?.AverageOfAll, score.Latest?.AverageOfSize,
        [.. score.History.Select(p => new CloudScoreDay(DateOnly.FromDateTime(p.At.UtcDateTime), CloudScoring.Rounded(p.Percent), p.Score, p.Highest))],
        [.. score.Open.Select(CloudControlResource.Of)], [.. score.Done.Select(CloudControlResource.Of)], CloudOrigin.Of(score.Connection));
}

internal sealed record CloudScoreDay(DateOnly Day, decimal? Percent, decimal Score, decimal Highest);

/// <param name="Left">Points that it could still bring.</param>
/// <param name="State">The vendor's word for how far it is done.</param>
internal sealed record CloudControlResource(
    string Id, string Title, string? Category, string? Product, decimal Score, decimal? Highest, decimal Left, string? State, string? Effort, string? UserImpact, string? Remediation, IReadOnlyList<string> Threats, string? Url)
{
    public static CloudControlResource Of(CloudControlLine line) => new(
        line.Control.ExternalId, line.Control.Title, line.Control.Category, line.Control.Product, line.Score, line.Control.Highest, line.Left, line.State, line.Control.Effort, line.Control.UserImpact,
        line.Control.Remediation, line.Control.Threats, CloudLink.Safe(line.Control.Url));
}

/// <summary>A client beside all others, for programs. What was never read is null.</summary>
/// <param name="Status">connected, needs_consent, error, paused or not_connected.</param>
/// <param name="Reason">Why it does not stand well, in one sentence.</param>
/// <param name="SecurityScore">In per cent.</param>
/// <param name="DataTypes">How fresh each is.</param>
internal sealed record CloudOverviewResource(
    Guid CompanyId, string Company, string Status, string? Reason, string? Advice, int? Users, int? EnabledUsers, int? Guests, int? LicensesUsed, int? LicensesTotal, int? LicensesUnused, int? LicensesTooMany,
    decimal? SecurityScore, decimal? SecurityScoreChange, IReadOnlyList<CloudDataTypeResource> DataTypes, CloudOrigin? Origin)
{
    public static CloudOverviewResource Of(CloudOverviewLine line) => new(
        line.CompanyId, line.Company, CloudWords.Slug(line.Standing), line.Connection?.Reason, line.Connection?.Advice, line.Users, line.Figures.Enabled, line.Figures.Guests,
        line.LicensesUsed, line.LicensesTotal, line.LicensesFree, line.Figures.Licenses?.Over, CloudScoring.Rounded(line.Score), CloudScoring.Rounded(line.Figures.ScoreChange),
        [.. (line.Connection?.Streams ?? []).Select(s => new CloudDataTypeResource(s.DataType.Slug(), CloudWords.Of(s).Text.ToLowerInvariant(), s.ReadAt, s.DeniedPermission, s.Fault))],
        line.Connection is { } connection ? CloudOrigin.Of(connection) : null);
}

/// <param name="Status">fresh, late, stale, not read yet, off or not permitted.</param>
/// <param name="MissingPermission">What the client's agreement lacks.</param>
/// <param name="Fault">Why the last attempt failed.</param>
internal sealed record CloudDataTypeResource(string DataType, string Status, DateTimeOffset? LastCompleteAt, string? MissingPermission, string? Fault);

/// <summary>Addresses in records are anybody's text.</summary>
internal static class CloudLink
{
    /// <summary>Null unless a browser may be sent there.</summary>
    public static string? Safe(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps ? address.AbsoluteUri : null;
}
