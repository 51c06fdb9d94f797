using MSPortal.Connectors.Common;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.Microsoft365;

/// <summary>Graph's rows as MSPortal's records.</summary>
internal static class Microsoft365Mapping
{
    private const string Smtp = "smtp:";

    public static CloudUser User(JsonRow row)
    {
        var mail = row.Text("mail")?.Trim();
        return new()
        {
            ExternalId = row.Need("id").ToLowerInvariant(),
            PrincipalName = row.Need("userPrincipalName").Trim(),
            DisplayName = row.Text("displayName")?.Trim(),
            FirstName = row.Text("givenName")?.Trim(),
            LastName = row.Text("surname")?.Trim(),
            Email = mail,
            // Others (x500, sip, spo) are no addresses of mail.
            OtherEmails =
            [
                .. row.Texts("proxyAddresses").Where(a => a.StartsWith(Smtp, StringComparison.OrdinalIgnoreCase)).Select(a => a[Smtp.Length..].Trim())
                    .Where(a => a.Length > 0 && !a.Equals(mail, StringComparison.OrdinalIgnoreCase)).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal),
            ],
            JobTitle = row.Text("jobTitle")?.Trim(),
            Department = row.Text("department")?.Trim(),
            OrganizationName = row.Text("companyName")?.Trim(),
            Office = row.Text("officeLocation")?.Trim(),
            MobilePhone = row.Text("mobilePhone")?.Trim(),
            Phones = row.Texts("businessPhones"),
            CountryCode = row.Text("usageLocation")?.Trim().ToUpperInvariant(),
            IsEnabled = row.Flag("accountEnabled"),
            IsGuest = row.Text("userType") is { } type && type.Equals("Guest", StringComparison.OrdinalIgnoreCase),
            IsSynced = row.Flag("onPremisesSyncEnabled") is true,
            CreatedAt = row.Time("createdDateTime"),
            Licenses = Licenses(row),
        };
    }

    public static CloudGroup Group(JsonRow row)
    {
        var types = row.Texts("groupTypes");
        bool Is(string type) => types.Contains(type, StringComparer.OrdinalIgnoreCase);
        return new()
        {
            ExternalId = row.Need("id").ToLowerInvariant(),
            Name = row.Text("displayName")?.Trim() ?? "(no name)",
            Description = row.Text("description")?.Trim(),
            Email = row.Text("mail")?.Trim(),
            Kind = Is("Unified") ? CloudGroupKind.Collaboration
                : row.Flag("mailEnabled") is not true ? CloudGroupKind.Security
                : row.Flag("securityEnabled") is true ? CloudGroupKind.MailSecurity
                : CloudGroupKind.Distribution,
            IsDynamic = Is("DynamicMembership"),
            IsSynced = row.Flag("onPremisesSyncEnabled") is true,
            CreatedAt = row.Time("createdDateTime"),
        };
    }

    public static CloudLicense License(JsonRow row, IReadOnlyDictionary<string, Microsoft365Subscription> subscriptions)
    {
        var id = row.Need("skuId").ToLowerInvariant();
        var (part, bought) = (row.Need("skuPartNumber").Trim(), subscriptions.GetValueOrDefault(id));
        return new()
        {
            ExternalId = id,
            PartNumber = part,
            Name = Microsoft365Products.Name(part),
            Status = row.Text("capabilityStatus"),
            IsForCompany = row.Text("appliesTo") is { } to && to.Equals("Company", StringComparison.OrdinalIgnoreCase),
            Enabled = Units(row, "prepaidUnits/enabled"),
            Warning = Units(row, "prepaidUnits/warning"),
            Suspended = Units(row, "prepaidUnits/suspended"),
            LockedOut = Units(row, "prepaidUnits/lockedOut"),
            Used = Units(row, "consumedUnits"),
            NextChangeAt = bought?.NextChange,
            IsTrial = bought?.IsTrial is true,
        };
    }

    public static CloudDomain Domain(JsonRow row)
    {
        var name = row.Need("id").Trim().ToLowerInvariant();
        return new()
        {
            ExternalId = name,
            Name = name,
            IsDefault = row.Flag("isDefault") is true,
            IsInitial = row.Flag("isInitial") is true,
            IsVerified = row.Flag("isVerified") is true,
            Authentication = row.Text("authenticationType"),
            Services = [.. row.Texts("supportedServices").Order(StringComparer.Ordinal)],
        };
    }

    public static SecurityScore Score(JsonRow row)
    {
        var averages = row.Rows("averageComparativeScores").Select(a => (Basis: a.Text("basis"), Score: Number(a, "averageScore"))).ToList();
        decimal? Average(string basis) => averages.FirstOrDefault(a => basis.Equals(a.Basis, StringComparison.OrdinalIgnoreCase)).Score;
        return new()
        {
            ExternalId = row.Need("id").Trim(),
            At = row.Time("createdDateTime") ?? throw new FieldException("createdDateTime", "is missing"),
            Score = Number(row, "currentScore") ?? throw new FieldException("currentScore", "is missing"),
            Highest = Number(row, "maxScore") ?? throw new FieldException("maxScore", "is missing"),
            ActiveUsers = Count(row, "activeUserCount"),
            LicensedUsers = Count(row, "licensedUserCount"),
            AverageOfAll = Average("AllTenants"),
            AverageOfSize = Average("TotalSeats"),
            // Twice the same is once too often; which of them counts nobody says.
            Controls =
            [
                .. row.Rows("controlScores").Where(c => c.Text("controlName") is not null).Select(c => new SecurityControlScore(c.Need("controlName").Trim(), Number(c, "score") ?? 0))
                    .GroupBy(c => c.ControlId, StringComparer.Ordinal).Select(g => g.Last()).OrderBy(c => c.ControlId, StringComparer.Ordinal),
            ],
        };
    }

    public static SecurityControl Control(JsonRow row)
    {
        var state = row.Rows("controlStateUpdates").Select(u => (State: u.Text("state"), At: u.Time("updatedDateTime"))).Where(u => u.State is not null).OrderBy(u => u.At ?? DateTimeOffset.MinValue).LastOrDefault().State;
        return new()
        {
            ExternalId = row.Need("id").Trim(),
            VendorUpdatedAt = row.Time("lastModifiedDateTime"),
            Title = row.Text("title")?.Trim() ?? row.Need("id").Trim(),
            Category = row.Text("controlCategory"),
            Product = row.Text("service"),
            Highest = Number(row, "maxScore"),
            Rank = Count(row, "rank"),
            UserImpact = row.Text("userImpact"),
            Effort = row.Text("implementationCost"),
            Remediation = Microsoft365Html.Plain(row.Text("remediation")),
            Threats = [.. row.Texts("threats").Order(StringComparer.Ordinal)],
            Url = Uri.TryCreate(row.Text("actionUrl")?.Trim(), UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps ? url.AbsoluteUri : null,
            IsDeprecated = row.Flag("deprecated") is true,
            Extra = state is null or "Default" ? null : new(StringComparer.Ordinal) { ["state"] = state },
        };
    }

    /// <summary>
    /// Assigned licences work; where they come from, and what could not be given, only the states say. Without a word about its way a licence counts as the person's own.
    /// </summary>
    private static List<CloudLicenseUse> Licenses(JsonRow row)
    {
        var ways = row.Rows("licenseAssignmentStates").Where(s => s.Text("skuId") is not null).ToLookup(s => s.Need("skuId").ToLowerInvariant(), StringComparer.Ordinal);
        var assigned = row.Rows("assignedLicenses").Select(l => l.Text("skuId")?.ToLowerInvariant()).OfType<string>();
        return [.. assigned.Concat(ways.Select(w => w.Key)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(id => Use(id, [.. ways[id]]))];
    }

    private static CloudLicenseUse Use(string id, IReadOnlyList<JsonRow> ways) => new(id)
    {
        IsDirect = ways.Count == 0 || ways.Any(w => w.Text("assignedByGroup") is null),
        GroupIds = [.. ways.Select(w => w.Text("assignedByGroup")?.ToLowerInvariant()).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        // One way that works is enough.
        Problem = ways.Select(Problem).ToList() is { Count: > 0 } problems && problems.TrueForAll(p => p is not null) ? problems.Order(StringComparer.Ordinal).First() : null,
    };

    private static string? Problem(JsonRow way) =>
        way.Text("error") is { } error && !error.Equals("None", StringComparison.OrdinalIgnoreCase) ? error
        : way.Text("state") is { } state && !state.Equals("Active", StringComparison.OrdinalIgnoreCase) ? state
        : null;

    private static int Units(JsonRow row, string path) => Count(row, path) ?? 0;

    private static int? Count(JsonRow row, string path) => row.Whole(path) is not { } number ? null : number is >= 0 and <= int.MaxValue ? (int)number : throw new FieldException(path, "is no count");

    private static decimal? Number(JsonRow row, string path) => row.Number(path) is { } number ? Math.Round(number, 2) : null;
}
