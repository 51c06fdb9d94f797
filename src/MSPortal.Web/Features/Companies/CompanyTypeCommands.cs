using System.CommandLine;
using System.Globalization;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Integrations;
using MSPortal.Web.Hosting;

namespace MSPortal.Web.Features.Companies;

/// <summary><c>msportal companies types …</c></summary>
internal static class CompanyTypeCommands
{
    public static Command Create(PortalCommandContext context) => new("types", "Types of companies: lists, adds, removes and replaces them.")
    {
        List(context),
        Change(context, TypeAct.Add, "Gives companies these types, too."),
        Change(context, TypeAct.Remove, "Takes these types from companies."),
        Change(context, TypeAct.Replace, "Gives companies these types and no others; without any, takes all away."),
    };

    private static Command List(PortalCommandContext context)
    {
        var json = CommandOutput.JsonOption();
        return PortalCommandContext.Run(new Command("list", "The types that companies have, and who says so.") { json }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var types = await session.Get<CompanyTypeQueries>().ListAsync(Sight.Whole(session.TenantId), ct);
            if (parsed.GetValue(json))
            {
                await parsed.WriteJsonAsync(types);
            }
            else
            {
                await parsed.WriteTableAsync(
                    ["TYPE", "COMPANIES", "SAID BY"],
                    types.Select(t => new[] { t.Name, t.Companies.ToString(CultureInfo.InvariantCulture), string.Join(", ", (string[])[.. t.IsManual ? ["people here"] : Array.Empty<string>(), .. t.SaidBy]) }));
            }

            return 0;
        });
    }

    private static Command Change(PortalCommandContext context, TypeAct act, string words)
    {
        var types = new Argument<string[]>("type") { Description = "By name; may be several.", Arity = act == TypeAct.Replace ? ArgumentArity.ZeroOrMore : ArgumentArity.OneOrMore };
        var company = new Option<string[]>("--company") { Description = "Id or name of a company; may be given several times." };
        var all = new Option<bool>("--all") { Description = "Every company, or every one that the filters leave." };
        var search = new Option<string?>("--search") { Description = "With --all: part of the name." };
        var ofType = new Option<string?>("--of-type") { Description = "With --all: only companies of this type." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Says what it would do, and does nothing." };
        var command = new Command(act.ToString().ToLowerInvariant(), words) { types, company, all, search, ofType, dryRun };
        return PortalCommandContext.Run(command, async (parsed, ct) =>
        {
            var named = parsed.GetValue(company) ?? [];
            if (parsed.GetValue(all) == (named.Length > 0))
            {
                throw new CommandFailedException("Say either --all, or which companies with --company.");
            }

            string?[] filters = [parsed.GetValue(search), parsed.GetValue(ofType)];
            if (filters.Any(f => f is not null && (named.Length > 0 || string.IsNullOrWhiteSpace(f))))
            {
                throw new CommandFailedException("--search and --of-type go with --all, and are not empty.");
            }

            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var ids = named.Length > 0
                ? await CompanyNames.FindAsync(session, named, ct)
                : await session.Get<CompanyQueries>().IdsAsync(Sight.Whole(session.TenantId), new CompanyFilterChoice(parsed.GetValue(search), Type: parsed.GetValue(ofType)), ct);
            var change = new TypeChange(act, parsed.GetValue(types) ?? []);
            await parsed.WriteLineAsync(parsed.GetValue(dryRun)
                ? string.Join('\n', (await session.Get<CompanyTypes>().PlanAsync(session.TenantId, ids, change, ct)).Sentences())
                : Done(await session.Get<CompanyTypes>().ChangeAsync(ids, change, session.Actor, ct)));
            return 0;
        });
    }

    private static string Done(OperationResult result) => result.Changed == 0 ? "Nothing to change." : $"Changed {Words.Count(result.Changed, "company", "companies")}.";
}
