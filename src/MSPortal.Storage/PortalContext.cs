using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using MSPortal.Storage.Model;

namespace MSPortal.Storage;

/// <summary>Everything that MSPortal stores; one subclass per database carries that database's migrations.</summary>
public abstract class PortalContext(DbContextOptions options)
    : IdentityDbContext<PortalUser, IdentityRole<Guid>, Guid>(options), IDataProtectionKeyContext
{
    /// <summary>Whose rows queries see; 0 sees none.</summary>
    public long TenantId { get; set; }

    public DbSet<Tenant> Tenants => Set<Tenant>();
    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();
    public DbSet<AuditEntry> Audit => Set<AuditEntry>();
    public DbSet<TenantSetting> TenantSettings => Set<TenantSetting>();
    public DbSet<Node> Nodes => Set<Node>();
    public DbSet<Integration> Integrations => Set<Integration>();
    public DbSet<StreamRow> Streams => Set<StreamRow>();
    public DbSet<SyncRequestRow> SyncRequests => Set<SyncRequestRow>();
    public DbSet<RunRow> Runs => Set<RunRow>();
    public DbSet<LedgerRow> Ledger => Set<LedgerRow>();
    public DbSet<QuarantineRow> Quarantine => Set<QuarantineRow>();
    public DbSet<ChildQueueRow> ChildQueue => Set<ChildQueueRow>();
    public DbSet<ReferenceRow> Reference => Set<ReferenceRow>();
    public DbSet<ExternalCompanyRow> ExternalCompanies => Set<ExternalCompanyRow>();
    public DbSet<ExternalContactRow> ExternalContacts => Set<ExternalContactRow>();
    public DbSet<ExternalUserRow> ExternalUsers => Set<ExternalUserRow>();
    public DbSet<TicketRow> Tickets => Set<TicketRow>();
    public DbSet<TicketNoteRow> TicketNotes => Set<TicketNoteRow>();
    public DbSet<ExternalDeviceRow> ExternalDevices => Set<ExternalDeviceRow>();
    public DbSet<Company> Companies => Set<Company>();
    public DbSet<CompanyLink> CompanyLinks => Set<CompanyLink>();
    public DbSet<BlockedCompany> BlockedCompanies => Set<BlockedCompany>();
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();
}
