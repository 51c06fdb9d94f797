using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Web.Features.Tickets;

/// <summary>A filter as people and programs write it: the page's address, the API's query and the command line's options are read by the same words.</summary>
public sealed record TicketParameters
{
    [FromQuery(Name = "q"), Description("Parts of words in number, summary, company and contact; every one has to be there.")]
    public string? Search { get; init; }

    [FromQuery(Name = "state"), Description("open, closed or all (default).")]
    public string? State { get; init; }

    [FromQuery(Name = "status"), Description("Name of a status; may be repeated.")]
    public string[]? Status { get; init; }

    [FromQuery(Name = "stage"), Description("new, triaged, working, waiting, resolved or none; may be repeated.")]
    public string[]? Stage { get; init; }

    [FromQuery(Name = "priority"), Description("critical, high, medium, low or none; may be repeated.")]
    public string[]? Priority { get; init; }

    [FromQuery(Name = "company"), Description("Id of a company, or none for tickets without one; may be repeated.")]
    public string[]? Company { get; init; }

    [FromQuery(Name = "assignee"), Description("Name of the person it is assigned to, or none; may be repeated.")]
    public string[]? Assignee { get; init; }

    [FromQuery(Name = "container"), Description("Name of the board, queue or ticket type; may be repeated.")]
    public string[]? Container { get; init; }

    [FromQuery(Name = "integration"), Description("Id of an integration; may be repeated.")]
    public string[]? Integration { get; init; }

    [FromQuery(Name = "provider"), Description("Id of a provider; may be repeated.")]
    public string[]? Provider { get; init; }

    [FromQuery(Name = "updatedFrom"), Description("Changed at the vendor on or after this date (2026-03-01, UTC for API keys) or time (2026-03-01T08:00:00Z).")]
    public string? UpdatedFrom { get; init; }

    [FromQuery(Name = "updatedTo"), Description("Changed at the vendor on or before this date, or before this time.")]
    public string? UpdatedTo { get; init; }

    [FromQuery(Name = "openedFrom"), Description("Created at the vendor on or after this date or time.")]
    public string? OpenedFrom { get; init; }

    [FromQuery(Name = "openedTo"), Description("Created at the vendor on or before this date, or before this time.")]
    public string? OpenedTo { get; init; }

    /// <summary>Whether anything but open and closed narrows the list.</summary>
    public bool Narrows => Pairs().Any(pair => pair.Key != "state");

    /// <summary>Reads the words; what cannot be understood is named in <paramref name="errors"/> by parameter and left out.</summary>
    /// <param name="zone">Whose days the dates are.</param>
    /// <param name="otherwise">When no state is named: programs compare sets and get all, people look at what is open.</param>
    internal TicketFilter Read(TimeZoneInfo zone, out IReadOnlyDictionary<string, string[]> errors, TicketState otherwise = TicketState.All)
    {
        var words = new TicketWords(zone);
        errors = words.Errors;
        return new()
        {
            Search = string.IsNullOrWhiteSpace(Search) ? null : Search.Trim(),
            State = string.IsNullOrEmpty(State) ? otherwise : words.Name<TicketState>("state", State, "open, closed or all") ?? otherwise,
            Statuses = Filled(Status),
            Stages = words.NamesOrNone<TicketStage>("stage", Filled(Stage), "new, triaged, working, waiting, resolved or none"),
            Priorities = words.NamesOrNone<PriorityLevel>("priority", Filled(Priority), "critical, high, medium, low or none"),
            Companies = words.Several("company", Filled(Company), "the id of a company or none", text => TicketWords.IsNone(text) ? (true, (Guid?)null) : (Guid.TryParse(text, out var id), id)),
            Assignees = [.. Filled(Assignee).Select(text => TicketWords.IsNone(text) ? null : text)],
            Containers = Filled(Container),
            Integrations = words.Several("integration", Filled(Integration), "the id of an integration", text => (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id), id)),
            Providers = Filled(Provider),
            UpdatedFrom = words.Time("updatedFrom", UpdatedFrom, to: false),
            UpdatedBefore = words.Time("updatedTo", UpdatedTo, to: true),
            OpenedFrom = words.Time("openedFrom", OpenedFrom, to: false),
            OpenedBefore = words.Time("openedTo", OpenedTo, to: true),
        };
    }

    /// <summary>Reads a page's address.</summary>
    public static TicketParameters Of(Func<string, IReadOnlyList<string>> values)
    {
        return new()
        {
            Search = One("q"),
            State = One("state"),
            Status = [.. values("status")],
            Stage = [.. values("stage")],
            Priority = [.. values("priority")],
            Company = [.. values("company")],
            Assignee = [.. values("assignee")],
            Container = [.. values("container")],
            Integration = [.. values("integration")],
            Provider = [.. values("provider")],
            UpdatedFrom = One("updatedFrom"),
            UpdatedTo = One("updatedTo"),
            OpenedFrom = One("openedFrom"),
            OpenedTo = One("openedTo"),
        };

        string? One(string name) => values(name) is [.., var last] ? last : null;
    }

    /// <summary>The same as name and value for a page's address, without what is not set and what the page shows anyhow.</summary>
    public IEnumerable<KeyValuePair<string, string>> Pairs() =>
    [
        .. One("q", Search), .. One("state", State is "open" ? null : State), .. Many("status", Status), .. Many("stage", Stage), .. Many("priority", Priority),
        .. Many("company", Company), .. Many("assignee", Assignee), .. Many("container", Container), .. Many("integration", Integration), .. Many("provider", Provider),
        .. One("updatedFrom", UpdatedFrom), .. One("updatedTo", UpdatedTo), .. One("openedFrom", OpenedFrom), .. One("openedTo", OpenedTo),
    ];

    private static string[] Filled(string[]? texts) => texts is null ? [] : [.. texts.Where(t => !string.IsNullOrWhiteSpace(t)).Distinct()];

    private static KeyValuePair<string, string>[] One(string name, string? value) => string.IsNullOrWhiteSpace(value) ? [] : [new(name, value)];

    private static IEnumerable<KeyValuePair<string, string>> Many(string name, string[]? values) => Filled(values).Select(value => KeyValuePair.Create(name, value));
}
