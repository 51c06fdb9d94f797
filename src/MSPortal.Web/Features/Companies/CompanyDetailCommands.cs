using System.CommandLine;
using MSPortal.Web.Access;
using MSPortal.Web.Hosting;

namespace MSPortal.Web.Features.Companies;

/// <summary><c>msportal companies parent …</c> and <c>msportal companies locations …</c></summary>
internal static class CompanyDetailCommands
{
    public static Command Parent(PortalCommandContext context)
    {
        var company = Company();
        var set = new Option<string?>("--set") { Description = "Id or name of the company that it belongs to.", HelpName = "company" };
        var none = new Option<bool>("--none") { Description = "It belongs to no company." };
        var json = CommandOutput.JsonOption();
        return PortalCommandContext.Run(new Command("parent", "Shows or sets which company a company belongs to.") { company, set, none, json }, async (parsed, ct) =>
        {
            if (parsed.GetValue(none) && parsed.GetValue(set) is not null)
            {
                throw new CommandFailedException("Say either --set or --none.");
            }

            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var id = await FindAsync(session, parsed.GetRequiredValue(company), ct);
            if (parsed.GetValue(none) || parsed.GetValue(set) is not null)
            {
                await session.Get<CompanyFamily>().SetParentAsync(id, parsed.GetValue(set) is { } wanted ? await FindAsync(session, wanted, ct) : null, session.Actor, ct);
            }

            var overview = (await session.Get<CompanyOverviewQuery>().FindAsync(Sight.Whole(session.TenantId), id, ct))!;
            if (parsed.GetValue(json))
            {
                await parsed.WriteJsonAsync(new { overview.Company.Parent, overview.Relatives.Children, overview.Relatives.Said });
                return 0;
            }

            await parsed.WriteTableAsync(
                ["WHAT", "COMPANY", "SAID BY"],
                [
                    ["parent", overview.Company.Parent?.Name ?? "none", ""],
                    .. overview.Relatives.Said.Where(s => s.Company != overview.Company.Parent).Select(s => new[] { "proposed", s.Company.Name, string.Join(", ", s.SaidBy) }),
                    .. overview.Relatives.Children.Select(c => new[] { "child", c.Name, "" }),
                ]);
            return 0;
        });
    }

    public static Command Locations(PortalCommandContext context) => new("locations", "Locations of companies that people wrote down.") { List(context), Set(context), Remove(context) };

    private static Command List(PortalCommandContext context)
    {
        var (company, json) = (Company(), CommandOutput.JsonOption());
        return PortalCommandContext.Run(new Command("list", "The locations of a company, the primary one first.") { company, json }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var all = await session.Get<CompanyPlaces>().ListAsync(session.TenantId, await FindAsync(session, parsed.GetRequiredValue(company), ct), ct);
            if (parsed.GetValue(json))
            {
                await parsed.WriteJsonAsync(all);
            }
            else
            {
                await parsed.WriteTableAsync(["NAME", "ADDRESS", "CITY", "COUNTRY", "PRIMARY"], all.Select(l => new[] { l.Name, string.Join(", ", new[] { l.AddressLine1, l.AddressLine2 }.OfType<string>()), l.City ?? "", l.Country ?? "", l.IsPrimary ? "yes" : "" }));
            }

            return 0;
        });
    }

    private static Command Set(PortalCommandContext context)
    {
        var (company, name) = (Company(), Named());
        var address = new Option<string[]>("--address") { Description = "A line of the address; may be given twice.", Arity = new ArgumentArity(0, 2) };
        var city = new Option<string?>("--city");
        var country = new Option<string?>("--country");
        var primary = new Option<bool>("--primary") { Description = "It is the primary one; another is no longer." };
        return PortalCommandContext.Run(new Command("set", "Writes a location down; one of this name that is there already then says this instead.") { company, name, address, city, country, primary }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var id = await FindAsync(session, parsed.GetRequiredValue(company), ct);
            var lines = parsed.GetValue(address) ?? [];
            var input = new LocationInput(parsed.GetRequiredValue(name), lines.ElementAtOrDefault(0), lines.ElementAtOrDefault(1), parsed.GetValue(city), parsed.GetValue(country), parsed.GetValue(primary));
            var known = await KnownAsync(session, id, input.Name!, ct);
            await parsed.WriteLineAsync((await session.Get<CompanyPlaces>().SaveAsync(id, known?.Id, known is not null && Guid.TryParse(input.Name, out _) ? input with { Name = known.Name } : input, session.Actor, ct)).ToString());
            return 0;
        });
    }

    private static Command Remove(PortalCommandContext context)
    {
        var (company, name) = (Company(), Named());
        return PortalCommandContext.Run(new Command("remove", "Removes a location.") { company, name }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var id = await FindAsync(session, parsed.GetRequiredValue(company), ct);
            var location = await KnownAsync(session, id, parsed.GetRequiredValue(name), ct) ?? throw new CommandFailedException($"There is no location “{parsed.GetRequiredValue(name)}”.");
            await session.Get<CompanyPlaces>().RemoveAsync(id, location.Id, session.Actor, ct);
            return 0;
        });
    }

    private static Argument<string> Company() => new("company") { Description = "Id or name of a company." };

    private static Argument<string> Named() => new("name") { Description = "What the location is called, or its id." };

    private static async Task<Guid> FindAsync(CommandSession session, string company, CancellationToken ct) => (await CompanyNames.FindAsync(session, [company], ct))[0];

    private static async Task<LocationItem?> KnownAsync(CommandSession session, Guid company, string name, CancellationToken ct) =>
        (await session.Get<CompanyPlaces>().ListAsync(session.TenantId, company, ct)).Where(l => l.Name.Equals(name.Trim(), StringComparison.OrdinalIgnoreCase) || (Guid.TryParse(name, out var id) && l.Id == id)).ToList() switch
        {
            [] => null,
            [var one] => one,
            _ => throw new CommandFailedException($"Several locations are called “{name.Trim()}”. Give the id."),
        };
}
