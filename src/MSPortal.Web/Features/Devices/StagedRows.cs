using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Devices;

/// <summary>The questions on which it depends whether a source's device is in the inventory, each asked in one place.</summary>
internal static class StagedRows
{
    extension(IQueryable<ExternalDeviceRow> rows)
    {
        public IQueryable<ExternalDeviceRow> OfLinkedCompany(PortalContext db) => rows.Where(d =>
            SeenDevice.Links(db).Any(l => l.IntegrationId == d.IntegrationId && l.Partition == d.Partition && l.ExternalId == d.CompanyId));

        public IQueryable<ExternalDeviceRow> OfUnlinkedCompany(PortalContext db) => rows.Where(d =>
            !SeenDevice.Links(db).Any(l => l.IntegrationId == d.IntegrationId && l.Partition == d.Partition && l.ExternalId == d.CompanyId));

        public IQueryable<ExternalDeviceRow> OfMappedType(PortalContext db) => rows.Where(d =>
            db.DeviceTypeRules.Any(r => r.IntegrationId == d.IntegrationId && r.SourceType == (d.TypeName ?? "") && r.Type != null));

        public IQueryable<ExternalDeviceRow> OfIgnoredType(PortalContext db) => rows.Where(d =>
            db.DeviceTypeRules.Any(r => r.IntegrationId == d.IntegrationId && r.SourceType == (d.TypeName ?? "") && r.Type == null));

        public IQueryable<ExternalDeviceRow> OfUnignoredType(PortalContext db) => rows.Where(d =>
            !db.DeviceTypeRules.Any(r => r.IntegrationId == d.IntegrationId && r.SourceType == (d.TypeName ?? "") && r.Type == null));

        public IQueryable<ExternalDeviceRow> OfUndecidedType(PortalContext db) => rows.Where(d =>
            !db.DeviceTypeRules.Any(r => r.IntegrationId == d.IntegrationId && r.SourceType == (d.TypeName ?? "")));

        /// <summary>Those that have a place in the inventory, shown or not.</summary>
        public IQueryable<ExternalDeviceRow> Taken(PortalContext db) => rows.Where(d =>
            db.DeviceLinks.Any(l => l.IntegrationId == d.IntegrationId && l.Partition == d.Partition && l.ExternalId == d.ExternalId));

        public IQueryable<ExternalDeviceRow> NotTaken(PortalContext db) => rows.Where(d =>
            !db.DeviceLinks.Any(l => l.IntegrationId == d.IntegrationId && l.Partition == d.Partition && l.ExternalId == d.ExternalId));
    }
}
