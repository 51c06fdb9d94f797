using System.Globalization;
using System.Text.Json;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Web.Access;

namespace MSPortal.Web.Features.Cloud;

/// <summary>Clients' people, and all clients beside each other, as CSV that is safe to open in a spreadsheet; the audit log remembers who took them.</summary>
internal sealed class CloudExport(CloudUserQueries users, CloudOverviewQuery overview, PortalDatabase database, TimeProvider clock)
{
    private static readonly string[] UserHeader =
    [
        "Name", "Sign-in address", "E-mail", "Other addresses", "Status", "Guest", "Licences", "Licence problems", "Job title", "Department", "Organization", "Office", "Country", "Mobile phone",
        "Phones", "Created", "Company", "Id",
    ];

    private static readonly string[] OverviewHeader =
        ["Company", "Status", "Reason", "Users", "Enabled", "Guests", "Licences used", "Licences", "Licences unused", "Licences too many", "Security score %", "Change in 30 days", "Read", "Integration", "Company id", "Client id"];

    /// <summary>Writes UTF-8 and leaves the stream open; the answer is how many people there were.</summary>
    public async Task<long> WriteUsersAsync(Stream stream, Sight sight, CloudCompany company, CloudUserFilter filter, Actor actor, CancellationToken ct)
    {
        var count = await CsvFile.WriteAsync(stream, UserHeader, users.AllAsync(sight, company.Id, filter, ct), Fields, ct);
        await TellAsync(actor, "cloud_users.exported", company.Name, count, ct);
        return count;
    }

    public async Task<long> WriteOverviewAsync(Stream stream, Sight sight, CloudOverviewParameters wanted, CloudOverviewSort sort, Actor actor, CancellationToken ct)
    {
        var lines = await overview.ListAsync(sight, wanted, sort, ct);
        var count = await CsvFile.WriteAsync(stream, OverviewHeader, lines.ToAsyncEnumerable(), Fields, ct);
        await TellAsync(actor, "cloud_overview.exported", "all clients", count, ct);
        return count;
    }

    private Task<long> TellAsync(Actor actor, string action, string subject, long count, CancellationToken ct) => database.WriteAsync(actor.TenantId, db =>
    {
        var entry = AuditEntries.By(actor, clock.GetUtcNow(), action, subject, null, null);
        entry.After = JsonSerializer.Serialize(new { count });
        db.Audit.Add(entry);
        return Task.FromResult(count);
    }, ct);

    private static string[] Fields(CloudUserLine line)
    {
        var user = line.Record;
        return
        [
            line.Name, user.PrincipalName, user.Email ?? "", string.Join("; ", user.OtherEmails), CloudWords.OfUser(user).Text, user.IsGuest ? "yes" : "no",
            string.Join("; ", line.Licenses.Select(l => l.Name)), string.Join("; ", line.Licenses.Where(l => l.Use.Problem is not null).Select(l => $"{l.Name}: {l.Use.Problem}")),
            user.JobTitle ?? "", user.Department ?? "", user.OrganizationName ?? "", user.Office ?? "", user.CountryCode ?? "", user.MobilePhone ?? "", string.Join("; ", user.Phones),
            CsvFile.Time(user.CreatedAt), line.Connection.Company, user.ExternalId,
        ];
    }

    private static object?[] Fields(CloudOverviewLine line) =>
    [
        line.Company, CloudWords.Of(line.Standing).Text, line.Connection?.Reason ?? "", line.Users, line.Figures.Enabled, line.Figures.Guests,
        line.LicensesUsed, line.LicensesTotal, line.LicensesFree, line.Figures.Licenses?.Over, Tenths(line.Score), Tenths(line.Figures.ScoreChange),
        CsvFile.Time(line.ReadAt), line.Connection?.Integration.Name ?? "", line.CompanyId.ToString(), line.Connection?.Partition ?? "",
    ];

    /// <summary>A number all the same, without the zeros that a division leaves behind.</summary>
    private static decimal? Tenths(decimal? number) => number is { } known ? decimal.Parse(known.ToString("0.#", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : null;
}
