namespace MSPortal.Core.Model;

/// <summary>The kinds of records that MSPortal keeps; one stream of an integration brings one of them up to date.</summary>
public enum DataType
{
    Reference,
    Companies,
    Contacts,
    Users,
    Tickets,
    TicketNotes,
    Devices,
    TimeEntries,

    /// <summary>What a source tells of a device only when asked for that one: read per device.</summary>
    DeviceDetails,
    Alerts,

    /// <summary>The people whom a client's directory in the cloud knows.</summary>
    CloudUsers,
    CloudGroups,

    /// <summary>What a client has bought, and how much of it is used.</summary>
    Licenses,
    Domains,

    /// <summary>How secure a client's settings are, one score a day.</summary>
    SecurityScores,

    /// <summary>What could be done for a better score.</summary>
    SecurityControls,
}

/// <summary>The stable names of data types: what the database, the API and the command line say.</summary>
public static class DataTypes
{
    private static readonly Dictionary<DataType, (string Slug, string Label)> Names = new()
    {
        [DataType.Reference] = ("reference", "PSA reference data"),
        [DataType.Companies] = ("companies", "Companies"),
        [DataType.Contacts] = ("contacts", "Contacts"),
        [DataType.Users] = ("users", "Users"),
        [DataType.Tickets] = ("tickets", "Tickets"),
        [DataType.TicketNotes] = ("ticket_notes", "Ticket notes"),
        [DataType.TimeEntries] = ("time_entries", "Time entries"),
        [DataType.Devices] = ("devices", "Devices"),
        [DataType.DeviceDetails] = ("device_details", "Device details"),
        [DataType.Alerts] = ("alerts", "Alerts"),
        [DataType.CloudUsers] = ("cloud_users", "Cloud users"),
        [DataType.CloudGroups] = ("cloud_groups", "Cloud groups"),
        [DataType.Licenses] = ("licenses", "Licenses"),
        [DataType.Domains] = ("domains", "Domains"),
        [DataType.SecurityScores] = ("security_scores", "Security scores"),
        [DataType.SecurityControls] = ("security_controls", "Security controls"),
    };

    public static IReadOnlyList<DataType> All { get; } = [.. Names.Keys];

    public static string Slug(this DataType type) => Names[type].Slug;

    public static string Label(this DataType type) => Names[type].Label;

    /// <summary>Reads a slug such as <c>ticket_notes</c> (also <c>ticket-notes</c>); null when there is no such data type.</summary>
    public static DataType? Parse(string? slug)
    {
        var wanted = slug?.Trim().Replace('-', '_');
        foreach (var (type, (name, _)) in Names)
        {
            if (string.Equals(name, wanted, StringComparison.OrdinalIgnoreCase))
            {
                return type;
            }
        }

        return null;
    }
}
