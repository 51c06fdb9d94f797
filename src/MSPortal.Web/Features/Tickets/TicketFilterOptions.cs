using System.CommandLine;
using System.CommandLine.Parsing;
using MSPortal.Web.Hosting;

namespace MSPortal.Web.Features.Tickets;

/// <summary>The filters of the list as options of a command, in the same words as in the API.</summary>
internal sealed class TicketFilterOptions
{
    private readonly Option<string?> search = new("--search") { Description = "Parts of words in number, summary, company and contact." };
    private readonly Option<string> open = new("--state") { Description = "open, closed or all.", DefaultValueFactory = _ => "all" };
    private readonly Option<string[]> status = Many("--status", "Name of a status; may be repeated.");
    private readonly Option<string[]> stage = Many("--stage", "new, triaged, working, waiting, resolved or none.");
    private readonly Option<string[]> priority = Many("--priority", "critical, high, medium, low or none.");
    private readonly Option<string[]> company = Many("--company", "Id of a company, or none.");
    private readonly Option<string[]> assignee = Many("--assignee", "Name of a person, or none.");
    private readonly Option<string[]> container = Many("--container", "Name of a board, queue or ticket type.");
    private readonly Option<string[]> integration = Many("--integration", "Id of an integration.");
    private readonly Option<string[]> provider = Many("--provider", "Id of a provider.");
    private readonly Option<string?> updatedFrom = new("--updated-from") { Description = "A date or a time, UTC." };
    private readonly Option<string?> updatedTo = new("--updated-to") { Description = "A date or a time, UTC." };
    private readonly Option<string?> openedFrom = new("--opened-from") { Description = "A date or a time, UTC." };
    private readonly Option<string?> openedTo = new("--opened-to") { Description = "A date or a time, UTC." };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[]
        {
            search, open, status, stage, priority, company, assignee, container, integration, provider, updatedFrom, updatedTo, openedFrom, openedTo,
        })
        {
            command.Add(option);
        }
    }

    /// <exception cref="CommandFailedException">A value cannot be understood.</exception>
    public TicketFilter Read(ParseResult parsed)
    {
        var filter = new TicketParameters
        {
            Search = parsed.GetValue(search),
            State = parsed.GetValue(open),
            Status = parsed.GetValue(status),
            Stage = parsed.GetValue(stage),
            Priority = parsed.GetValue(priority),
            Company = parsed.GetValue(company),
            Assignee = parsed.GetValue(assignee),
            Container = parsed.GetValue(container),
            Integration = parsed.GetValue(integration),
            Provider = parsed.GetValue(provider),
            UpdatedFrom = parsed.GetValue(updatedFrom),
            UpdatedTo = parsed.GetValue(updatedTo),
            OpenedFrom = parsed.GetValue(openedFrom),
            OpenedTo = parsed.GetValue(openedTo),
        }.Read(TimeZoneInfo.Utc, out var errors);
        return errors.Count == 0 ? filter : throw new CommandFailedException(string.Join(' ', errors.Values.SelectMany(e => e)));
    }

    private static Option<string[]> Many(string name, string description) => new(name) { Description = description };
}
