using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Companies;
using MSPortal.Web.Hosting;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Cloud;

/// <summary><c>msportal cloud …</c></summary>
internal static class CloudCommands
{
    private const int PageSize = 50;

    public static Command Create(PortalCommandContext context) => new("cloud", "What clients have in the cloud: people, licences, groups, domains, security.")
    {
        All(context), CloudUserCommand.Create(context, PageSize), Licenses(context), Groups(context), Domains(context), Score(context),
    };

    internal static Argument<string> Company() => new("company") { Description = "Id or name of a company." };

    internal static async Task<Guid> FindAsync(CommandSession session, string company, CancellationToken ct) => (await CompanyNames.FindAsync(session, [company], ct))[0];

    private static Command All(PortalCommandContext context)
    {
        var (status, json) = (new Option<string?>("--status") { Description = "connected, needs_consent, error, paused or not_connected." }, CommandOutput.JsonOption());
        var search = new Option<string?>("--search") { Description = "Part of the company's name." };
        return PortalCommandContext.Run(new Command("list", "All clients that are connected on their own, beside each other.") { status, search, json }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var wanted = new CloudOverviewParameters { Status = parsed.GetValue(status), Search = parsed.GetValue(search) };
            if (wanted.IsUnknown)
            {
                throw new CommandFailedException(wanted.Mistake.Message);
            }

            var lines = await session.Get<CloudOverviewQuery>().ListAsync(Sight.Whole(session.TenantId), wanted, CloudOverviewSort.ByCompany, ct);
            await TellAsync(
                parsed, json, lines, CloudOverviewResource.Of, ["COMPANY", "STATUS", "USERS", "LICENCES", "UNUSED", "SCORE", "READ"],
                l => [l.Company, CloudWords.Slug(l.Standing), Number(l.Users), l.LicensesTotal is { } total ? $"{Number(l.LicensesUsed)}/{Number(total)}" : "", Number(l.LicensesFree), Percent(l.Score), CsvFile.Time(l.ReadAt)]);
            return 0;
        });
    }

    private static Command Licenses(PortalCommandContext context) => Of(context, "licenses", "What a company has bought, and how much of it is used.", async (parsed, session, company, json, ct) =>
        await TellAsync(
            parsed, json, (await session.Get<CloudListQueries>().LicensesAsync(Sight.Whole(session.TenantId), company, null, ct))!, CloudLicenseResource.Of,
            ["PRODUCT", "NAME", "USED", "TOTAL", "FREE", "TOO MANY", "NEXT CHANGE"],
            l => [l.Record.PartNumber, l.Record.Name, Number(l.Used), Number(l.Total), l.Counts ? Number(l.Free) : "", l.Over > 0 ? Number(l.Over) : "", CsvFile.Time(l.Record.NextChangeAt)]));

    private static Command Groups(PortalCommandContext context) => Of(context, "groups", "The groups of a company's directory.", async (parsed, session, company, json, ct) =>
        await TellAsync(
            parsed, json, (await session.Get<CloudListQueries>().GroupsAsync(Sight.Whole(session.TenantId), company, null, null, new RecordQuery(0, int.MaxValue, null, false), ct))!.Rows, CloudGroupResource.Of,
            ["NAME", "KIND", "MAIL", "DESCRIPTION"], g => [g.Record.Name, CloudWords.Of(g.Record.Kind), g.Record.Email, g.Record.Description]));

    private static Command Domains(PortalCommandContext context) => Of(context, "domains", "A company's domains.", async (parsed, session, company, json, ct) =>
        await TellAsync(
            parsed, json, (await session.Get<CloudListQueries>().DomainsAsync(Sight.Whole(session.TenantId), company, null, ct))!, CloudDomainResource.Of,
            ["NAME", "DEFAULT", "VERIFIED", "PASSWORDS"], d => [d.Record.Name, d.Record.IsDefault ? "yes" : "", d.Record.IsVerified ? "yes" : "no", d.Record.Authentication]));

    private static Command Score(PortalCommandContext context) => Of(context, "score", "How secure a company's settings are, and what would make them more so.", async (parsed, session, company, json, ct) =>
    {
        var scores = (await session.Get<CloudScoreQueries>().FindAsync(Sight.Whole(session.TenantId), company, null, ct))!;
        if (parsed.GetValue(json))
        {
            await parsed.WriteJsonAsync(scores.Select(CloudScoreResource.Of));
            return;
        }

        foreach (var score in scores)
        {
            await parsed.WriteLineAsync(score is { Latest: { } latest, Percent: { } percent }
                ? CommandOutput.Plain($"{score.Connection.Name}: {CloudWords.Percent(percent)}, {CloudWords.Points(latest.Score)} of {CloudWords.Points(latest.Highest)} points on {latest.At.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}{(score.Change is { } change ? $", {CloudWords.Change(change)}" : "")}")
                : CommandOutput.Plain($"{score.Connection.Name}: no score is known."));
            await parsed.WriteTableAsync(["POINTS LEFT", "RECOMMENDATION", "CATEGORY", "PRODUCT", "EFFORT"], score.Open.Select(c => new[] { CloudWords.Points(c.Left), CommandOutput.Plain(c.Control.Title), CommandOutput.Plain(c.Control.Category), CommandOutput.Plain(c.Control.Product), CommandOutput.Plain(c.Control.Effort) }));
        }
    });

    private static Command Of(PortalCommandContext context, string name, string description, Func<ParseResult, CommandSession, Guid, Option<bool>, CancellationToken, Task> tell)
    {
        var (company, json) = (Company(), CommandOutput.JsonOption());
        return PortalCommandContext.Run(new Command(name, description) { company, json }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            await tell(parsed, session, await FindAsync(session, parsed.GetRequiredValue(company), ct), json, ct);
            return 0;
        });
    }

    internal static Task TellAsync<T, TResource>(ParseResult parsed, Option<bool> json, IEnumerable<T> rows, Func<T, TResource> resource, string[] head, Func<T, string?[]> cells) =>
        parsed.GetValue(json) ? parsed.WriteJsonAsync(rows.Select(resource)) : parsed.WriteTableAsync(head, rows.Select(r => cells(r).Select(CommandOutput.Plain).ToArray()));

    private static string Number(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static string Percent(decimal? percent) => percent is { } known ? CloudWords.Percent(known) : "";
}
