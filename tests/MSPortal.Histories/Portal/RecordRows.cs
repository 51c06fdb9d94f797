using MSPortal.Core.Model;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Histories.Portal;

/// <summary>Where the records of a data type are kept, told without the storage's own table of it.</summary>
internal static class RecordRows
{
    public static IQueryable<RecordRow> Of(PortalContext db, DataType type) => type switch
    {
        DataType.Reference => db.Reference,
        DataType.Tickets => db.Tickets,
        DataType.TicketNotes => db.TicketNotes,
        DataType.TimeEntries => db.TimeEntries,
        DataType.Companies => db.ExternalCompanies,
        DataType.Contacts => db.ExternalContacts,
        DataType.Users => db.ExternalUsers,
        DataType.Devices => db.ExternalDevices,
        DataType.DeviceDetails => db.DeviceDetails,
        DataType.Alerts => db.DeviceAlerts,
        DataType.CloudUsers => db.CloudUsers,
        DataType.CloudGroups => db.CloudGroups,
        DataType.Licenses => db.CloudLicenses,
        DataType.Domains => db.CloudDomains,
        DataType.SecurityScores => db.SecurityScores,
        DataType.SecurityControls => db.SecurityControls,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Nobody has said where its records are."),
    };
}
