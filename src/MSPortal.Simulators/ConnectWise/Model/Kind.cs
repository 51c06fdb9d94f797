namespace MSPortal.Simulators.ConnectWise.Model;

internal enum Kind
{
    Tickets,
    ProjectTickets,
    Notes,
    ProjectNotes,
    Companies,
    Contacts,
    Members,
    Configurations,
    Boards,
    Statuses,
    Types,
    Subtypes,
    Items,
    Teams,
    Associations,
    Priorities,
    Sources,
    CompanyStatuses,
    CompanyTypes,
    CompanyTypeAssociations,
    ContactTypes,
    CommunicationTypes,
    ConfigurationTypes,
    ConfigurationStatuses,
    TicketConfigurations,
    TimeEntries,
    Callbacks,
}

/// <summary>What the simulator knows of a kind: its properties, what they point at, what it hangs below, and the right that it takes.</summary>
/// <param name="Area">The permission of the API member that reads it.</param>
/// <param name="References">Property → kind of record.</param>
/// <param name="Parent">"board" (a reference) or "ticketId" (an id); null for what stands alone.</param>
/// <param name="Resource">The vendor's word for it in its errors.</param>
internal sealed record KindInfo(
    Kind Kind, string Resource, string Area, Shape Shape, IReadOnlyDictionary<string, Kind> References, string? Parent = null)
{
    public int ParentOf(Node row) => Parent switch
    {
        null => 0,
        _ when row[Parent] is long id => (int)id,
        _ => row.RefId(Parent),
    };
}
