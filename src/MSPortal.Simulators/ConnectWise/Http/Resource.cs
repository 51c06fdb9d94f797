using System.Globalization;
using MSPortal.Simulators.ConnectWise.Model;

namespace MSPortal.Simulators.ConnectWise.Http;

/// <param name="Parent">The record in the path that this hangs below, 0 without one.</param>
/// <param name="Rest">What of the path comes after: nothing, "count", an id …</param>
internal sealed record Resource(Place Place, int Parent, string[] Rest);

/// <summary>A place in the vendor's API where rows of a kind live.</summary>
/// <param name="View">What the rows are shown as; null: as they are.</param>
internal sealed record Place(string Path, Kind Kind, bool Writable = false, Kind? ParentKind = null, string? View = null);

/// <summary>Every path that is served.</summary>
internal static class Places
{
    private static readonly (Place Place, string[] Segments)[] All =
    [
        .. new Place[]
        {
            new("service/tickets/*/notes", Kind.Notes, true, Kind.Tickets),
            new("service/tickets/*/allNotes", Kind.Notes, false, Kind.Tickets, "allNotes"),
            new("service/tickets/*/configurations", Kind.TicketConfigurations, true, Kind.Tickets, "configurations"),
            new("service/tickets/*/timeentries", Kind.TimeEntries, false, Kind.Tickets),
            new("service/tickets", Kind.Tickets, true),
            new("project/tickets/*/notes", Kind.ProjectNotes, true, Kind.ProjectTickets),
            new("project/tickets", Kind.ProjectTickets, true),
            new("service/boards/*/statuses", Kind.Statuses, false, Kind.Boards),
            new("service/boards/*/types", Kind.Types, false, Kind.Boards),
            new("service/boards/*/subtypes", Kind.Subtypes, false, Kind.Boards),
            new("service/boards/*/items", Kind.Items, false, Kind.Boards),
            new("service/boards/*/teams", Kind.Teams, false, Kind.Boards),
            new("service/boards/*/typeSubTypeItemAssociations", Kind.Associations, false, Kind.Boards),
            new("service/boards", Kind.Boards),
            new("service/info/boards", Kind.Boards, View: "info"),
            new("service/priorities", Kind.Priorities),
            new("service/sources", Kind.Sources),
            new("company/companies/statuses", Kind.CompanyStatuses),
            new("company/companies/types", Kind.CompanyTypes),
            new("company/companies/*/typeAssociations", Kind.CompanyTypeAssociations, false, Kind.Companies),
            new("company/companyTypeAssociations", Kind.CompanyTypeAssociations),
            new("company/companies", Kind.Companies, true),
            new("company/contacts/types", Kind.ContactTypes),
            new("company/contacts/*/communications", Kind.Contacts, false, Kind.Contacts, "communications"),
            new("company/contacts", Kind.Contacts, true),
            new("company/communicationTypes", Kind.CommunicationTypes),
            new("company/configurations/types", Kind.ConfigurationTypes),
            new("company/configurations/statuses", Kind.ConfigurationStatuses),
            new("company/configurations", Kind.Configurations, true),
            new("system/members", Kind.Members),
            new("system/info/members", Kind.Members, View: "info"),
            new("system/callbacks", Kind.Callbacks, true),
            new("time/entries", Kind.TimeEntries, true),
        }.Select(p => (p, p.Path.Split('/'))),
    ];

    public static Resource? Find(string[] segments)
    {
        foreach (var (place, pattern) in All)
        {
            if (Matches(pattern, segments, out var parent) && segments[pattern.Length..] is var rest && IsKnown(rest))
            {
                return new(place, parent, rest);
            }
        }

        return null;
    }

    private static bool IsKnown(string[] rest) => rest switch
    {
        [] or ["count" or "search"] => true,
        [var id] => IsId(id, out _),
        [var id, "merge"] => IsId(id, out _),
        _ => false,
    };

    public static bool IsId(string text, out int id) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id);

    private static bool Matches(string[] pattern, string[] segments, out int parent)
    {
        parent = 0;
        if (segments.Length < pattern.Length)
        {
            return false;
        }

        for (var i = 0; i < pattern.Length; i++)
        {
            var fits = pattern[i] == "*" ? IsId(segments[i], out parent) : string.Equals(pattern[i], segments[i], StringComparison.OrdinalIgnoreCase);
            if (!fits)
            {
                return false;
            }
        }

        return true;
    }
}
