using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using MSPortal.Web.Access;
using MSPortal.Web.Hosting;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Companies;

/// <summary>Companies on the command line.</summary>
internal static class CompanyCommands
{
    private const int PageSize = 1000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static Command Create(PortalCommandContext context) => new("companies", "Lists and imports companies.") { List(context), Import(context), New(context), CompanyTypeCommands.Create(context), CompanyDetailCommands.Parent(context), CompanyDetailCommands.Locations(context) };

    private static Command List(PortalCommandContext context)
    {
        var search = new Option<string?>("--search") { Description = "Part of the name." };
        var type = new Option<string?>("--type") { Description = "Only companies of this type, whether people gave it or an integration says it." };
        var json = new Option<bool>("--json") { Description = "As JSON." };
        return PortalCommandContext.Run(new Command("list", "Lists all companies.") { search, type, json }, async (parsed, ct) =>
        {
            await using var portal = await context.OpenAsync(parsed, ct);
            var owner = await CommandSession.TenantAsync(portal, parsed.GetValue(context.Tenant), ct);
            var companies = await AllAsync(portal.GetRequiredService<CompanyQueries>(), owner, new CompanyFilterChoice(parsed.GetValue(search), Type: parsed.GetValue(type)), ct);
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json))
            {
                await output.WriteLineAsync(JsonSerializer.Serialize(companies, Json));
                return 0;
            }

            foreach (var company in companies)
            {
                var links = string.Join(", ", company.Links.Select(l => $"{l.IntegrationName} {l.ExternalId}"));
                await output.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture, $"{company.Id}  {(company.IsActive ? "active  " : "inactive")}  {company.OpenTickets,6} open  {company.Name}{(links.Length > 0 ? $"  ({links})" : "")}"));
            }

            return 0;
        });
    }

    private static Command Import(PortalCommandContext context)
    {
        var integration = new Argument<string>("integration") { Description = "Id or name of the integration." };
        var all = new Option<bool>("--all") { Description = "Everything that is not linked, blocked, deleted at the vendor or left out by the company filter." };
        var ids = new Option<string[]>("--external-id") { Description = "This company by the vendor's id; may be given several times.", AllowMultipleArgumentsPerToken = true };
        var json = new Option<bool>("--json") { Description = "As JSON." };
        return PortalCommandContext.Run(new Command("import", "Makes companies of an integration's companies, so that their tickets are shown.") { integration, all, ids, json }, async (parsed, ct) =>
        {
            var wanted = parsed.GetValue(ids) ?? [];
            if (parsed.GetValue(all) == (wanted.Length > 0))
            {
                throw new CommandFailedException("Say either --all, or which companies with --external-id.");
            }

            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var (id, _) = await session.IntegrationAsync(parsed.GetRequiredValue(integration), ct);
            var import = session.Get<CompanyImport>();
            var result = wanted.Length > 0
                ? await import.ImportAsync(id, [.. wanted.Select(w => new ImportChoice(w))], session.Actor, ct)
                : await import.ImportAllAsync(id, session.Actor, ct);
            await TellAsync(result, parsed.GetValue(json), parsed.InvocationConfiguration.Output);
            return result.Failed == 0 ? 0 : 1;
        });
    }

    private static Command New(PortalCommandContext context)
    {
        var integration = new Argument<string>("integration") { Description = "Id or name of the integration." };
        var dismiss = new Option<bool>("--dismiss") { Description = "Tells nobody of them any more; they can still be imported." };
        var json = CommandOutput.JsonOption();
        return PortalCommandContext.Run(new Command("new", "Lists companies that came to an integration after the first import and wait for a choice.") { integration, dismiss, json }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var (id, _) = await session.IntegrationAsync(parsed.GetRequiredValue(integration), ct);
            var shown = (await session.Get<ImportSourceQueries>().FindAsync(session.TenantId, id, ct))?.New;
            var filter = new ExternalFilter(State: ImportState.NotImported, IsNew: true);
            var rows = (await session.Get<ExternalCompanyQueries>().ListAsync(session.TenantId, id, filter, new RecordQuery(0, int.MaxValue, null, false), ct)).Rows.Where(r => r.Passes).ToList();
            if (parsed.GetValue(json))
            {
                await parsed.WriteJsonAsync(rows);
            }
            else
            {
                await parsed.WriteTableAsync(["ID", "NAME", "OPEN TICKETS"], rows.Select(r => new[] { r.ExternalId, r.Name, r.OpenTickets.ToString(CultureInfo.InvariantCulture) }));
            }

            if (parsed.GetValue(dismiss) && shown is { Until: var until })
            {
                await session.Get<NewCompanies>().DismissAsync(id, until, session.Actor, ct);
            }

            return 0;
        });
    }

    private static async Task TellAsync(OperationResult result, bool asJson, TextWriter output)
    {
        if (asJson)
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(result, Json));
            return;
        }

        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"Created {result.Created}, linked {result.Linked}, skipped {result.Skipped}, failed {result.Failed}."));
        foreach (var row in result.Rows.Where(r => r.Outcome is RowOutcome.Failed or RowOutcome.Skipped))
        {
            await output.WriteLineAsync($"{(row.Outcome == RowOutcome.Failed ? "failed " : "skipped")}  {row.ExternalId}  {row.Name}: {row.Reason}");
        }
    }

    private static async Task<List<CompanyItem>> AllAsync(CompanyQueries queries, long tenantId, CompanyFilterChoice filter, CancellationToken ct)
    {
        var all = new List<CompanyItem>();
        while (true)
        {
            var page = await queries.ListAsync(Sight.Whole(tenantId), filter, new RecordQuery(all.Count, PageSize, null, false), ct);
            all.AddRange(page.Rows);
            if (page.Rows.Count < PageSize)
            {
                return all;
            }
        }
    }
}
