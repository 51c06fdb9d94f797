using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MSPortal.Storage.Model;

namespace MSPortal.Storage;

/// <summary>Tables, keys and indexes: each index stands for a question that is asked often.</summary>
internal static class PortalModel
{
    public static void Configure(ModelBuilder model, bool postgres)
    {
        Tenancy(model);
        Sync(model);
        Records(model, postgres);
        Companies(model);
        Devices(model);
        Webhooks(model);
        Clients(model);
    }

    private static void Tenancy(ModelBuilder model)
    {
        model.Entity<Tenant>().ToTable("tenants");
        model.Entity<PortalUser>(e =>
        {
            e.ToTable("users");
            e.Property(u => u.DisplayName).HasMaxLength(200);
            e.HasIndex(u => u.TenantId);
            e.HasIndex(u => u.CompanyId);
        });
        model.Entity<IdentityUserPasskey<Guid>>(e =>
        {
            // Identity adds it to contexts only that a service provider makes; ours are opened by hand.
            e.ToTable("user_passkeys");
            e.HasKey(p => p.CredentialId);
            e.Property(p => p.CredentialId).HasMaxLength(Passkey.LongestId);
            e.Property<DateTimeOffset?>(Passkey.LastUsedAt);
            e.OwnsOne(p => p.Data).ToJson("data");
            e.HasIndex(p => p.UserId);
            e.HasOne<PortalUser>().WithMany().HasForeignKey(p => p.UserId);
        });
        model.Entity<UserCompany>(e =>
        {
            e.ToTable("user_companies");
            e.HasKey(c => new { c.UserId, c.CompanyId });
            e.HasIndex(c => c.CompanyId);
            e.HasOne<PortalUser>().WithMany().HasForeignKey(c => c.UserId);
            e.HasOne<Company>().WithMany().HasForeignKey(c => c.CompanyId);
        });
        model.Entity<UserLink>(e =>
        {
            e.ToTable("user_links");
            e.HasIndex(l => new { l.IntegrationId, l.Partition, l.ExternalId }).IsUnique();
            e.HasOne<PortalUser>().WithMany().HasForeignKey(l => l.UserId);
        });
        model.Entity<ContactLink>(e =>
        {
            e.ToTable("contact_links");
            e.HasIndex(l => new { l.IntegrationId, l.Partition, l.ExternalId }).IsUnique();
            e.HasOne<PortalUser>().WithMany().HasForeignKey(l => l.UserId);
        });
        model.Entity<BlockedContact>(e =>
        {
            e.ToTable("blocked_contacts");
            e.HasKey(b => new { b.IntegrationId, b.Partition, b.ExternalId });
            e.HasIndex(b => new { b.TenantId, b.NormalizedEmail });
        });
        model.Entity<PortalRole>(e =>
        {
            e.ToTable("portal_roles");
            e.Property(r => r.Id).ValueGeneratedNever();
            e.Property(r => r.Name).HasMaxLength(PortalRole.LongestName);
            e.Property(r => r.NormalizedName).HasMaxLength(PortalRole.LongestName);
            e.HasIndex(r => new { r.TenantId, r.NormalizedName }).IsUnique();
        });
        model.Entity<ApiKey>(e =>
        {
            e.ToTable("api_keys");
            e.HasIndex(k => k.Hash).IsUnique();
        });
        model.Entity<AuditEntry>(e =>
        {
            e.ToTable("audit_entries");
            e.HasIndex(a => new { a.TenantId, a.At });
        });
        model.Entity<TenantSetting>().ToTable("tenant_settings").HasKey(s => new { s.TenantId, s.Key });
        model.Entity<Node>().ToTable("nodes").HasKey(n => n.Name);
        model.Entity<NotificationRow>(e =>
        {
            e.ToTable("notifications");
            e.HasIndex(n => new { n.TenantId, n.EndedAt });
            e.HasIndex(n => new { n.TenantId, n.Key }).IsUnique().HasFilter("ended_at IS NULL").HasDatabaseName("ix_notifications_one_open");
        });
    }

    private static void Sync(ModelBuilder model)
    {
        model.Entity<Integration>(e =>
        {
            e.ToTable("integrations");
            e.HasIndex(i => i.TenantId);
        });
        model.Entity<StreamRow>(e =>
        {
            e.ToTable("streams");
            e.HasKey(s => new { s.IntegrationId, s.DataType, s.Partition });
            e.HasIndex(s => s.DueAt);
            e.HasIndex(s => s.RequestedAt);
        });
        model.Entity<SyncRequestRow>(e =>
        {
            e.ToTable("sync_requests");
            e.HasIndex(r => new { r.IntegrationId, r.Status });
            e.HasIndex(r => r.IntegrationId).IsUnique().HasFilter("trigger = 'Manual' AND status = 'Queued'")
                .HasDatabaseName("ix_sync_requests_one_queued_manual");
        });
        model.Entity<RunRow>(e =>
        {
            e.ToTable("runs");
            e.HasIndex(r => new { r.IntegrationId, r.StartedAt });
            e.HasIndex(r => new { r.IntegrationId, r.Status });
            e.HasIndex(r => r.RequestId);
        });
        model.Entity<RunDayRow>(e =>
        {
            e.ToTable("run_days");
            e.HasKey(r => new { r.IntegrationId, r.DataType, r.Day });
            e.HasIndex(r => r.Day);
        });
        model.Entity<LedgerRow>(e =>
        {
            e.ToTable("ledger");
            e.HasKey(l => new { l.IntegrationId, l.DataType, l.Partition, l.Generation, l.ExternalId });
        });
        model.Entity<QuarantineRow>(e =>
        {
            e.ToTable("quarantine");
            e.HasIndex(q => new { q.IntegrationId, q.DataType, q.Partition, q.ExternalId });
        });
        model.Entity<ChildQueueRow>(e =>
        {
            e.ToTable("child_queue");
            e.HasKey(c => new { c.IntegrationId, c.DataType, c.ParentId });
            e.HasIndex(c => new { c.IntegrationId, c.DataType, c.Backfill, c.QueuedAt });
        });
    }

    private static void Clients(ModelBuilder model)
    {
        model.Entity<PartitionRow>(e =>
        {
            e.ToTable("partitions");
            e.HasKey(p => new { p.IntegrationId, p.Partition });
            e.HasIndex(p => new { p.TenantId, p.Partition });
        });
        model.Entity<ConsentLink>(e =>
        {
            e.ToTable("consent_links");
            e.HasIndex(l => l.TokenHash).IsUnique();
            e.HasIndex(l => l.StateHash).IsUnique().HasFilter("state_hash IS NOT NULL");
            e.HasIndex(l => l.IntegrationId);
        });
    }

    private static void Webhooks(ModelBuilder model)
    {
        model.Entity<WebhookEndpointRow>(e =>
        {
            e.ToTable("webhook_endpoints");
            e.HasKey(w => w.IntegrationId);
            e.Property(w => w.IntegrationId).ValueGeneratedNever();
            e.HasIndex(w => w.PathHash).IsUnique();
        });
        model.Entity<WebhookInboxRow>(e =>
        {
            e.ToTable("webhook_inbox");
            e.HasIndex(w => w.ClaimedUntil).HasFilter("processed_at IS NULL");
            e.HasIndex(w => new { w.IntegrationId, w.ProcessedAt });
            e.HasIndex(w => w.ReceivedAt);
        });
    }

    private static void Records(ModelBuilder model, bool postgres)
    {
        Record<ReferenceRow>(model, "reference_items", e => e.HasIndex(r => new { r.IntegrationId, r.Kind }));
        Record<ExternalCompanyRow>(model, "external_companies", e =>
        {
            e.HasIndex(c => new { c.TenantId, c.NormalizedName });
            e.HasIndex(c => new { c.IntegrationId, c.NormalizedName });
        });
        Record<ExternalContactRow>(model, "external_contacts", e => e.HasIndex(c => new { c.IntegrationId, c.CompanyId }));
        Record<ExternalUserRow>(model, "external_users", _ => { });
        Record<TicketRow>(model, "tickets", e => TicketIndexes.Configure(e, postgres));
        Record<TicketNoteRow>(model, "ticket_notes", e => e.HasIndex(n => new { n.IntegrationId, n.TicketId }));
        Record<TimeEntryRow>(model, "time_entries", e => e.HasIndex(t => new { t.IntegrationId, t.TicketId }));
        Record<ExternalDeviceRow>(model, "external_devices", e => e.HasIndex(d => new { d.IntegrationId, d.CompanyId }));
        Record<DeviceDetailRow>(model, "device_details", e => e.HasIndex(d => new { d.IntegrationId, d.DeviceId }));
        Record<DeviceAlertRow>(model, "device_alerts", e => e.HasIndex(d => new { d.IntegrationId, d.DeviceId }));
        Record<CloudUserRow>(model, "cloud_users", e => e.HasIndex(u => new { u.TenantId, u.Name }));
        Record<CloudGroupRow>(model, "cloud_groups", _ => { });
        Record<CloudLicenseRow>(model, "cloud_licenses", _ => { });
        Record<CloudDomainRow>(model, "cloud_domains", _ => { });
        Record<SecurityScoreRow>(model, "security_scores", e => e.HasIndex(s => new { s.IntegrationId, s.Partition, s.At }));
        Record<SecurityControlRow>(model, "security_controls", _ => { });
    }

    private static void Record<TRow>(ModelBuilder model, string table, Action<Microsoft.EntityFrameworkCore.Metadata.Builders.EntityTypeBuilder<TRow>> more)
        where TRow : RecordRow =>
        model.Entity<TRow>(e =>
        {
            e.ToTable(table);
            e.HasKey(r => new { r.IntegrationId, r.Partition, r.Generation, r.ExternalId });
            e.HasIndex(r => r.Id);
            more(e);
        });

    private static void Devices(ModelBuilder model)
    {
        model.Entity<Device>(e =>
        {
            e.ToTable("devices");
            e.Property(d => d.Id).ValueGeneratedNever();
            e.HasIndex(d => new { d.TenantId, d.SortName });
            e.HasIndex(d => new { d.CompanyId, d.SortName });
        });
        model.Entity<DeviceLink>(e =>
        {
            e.ToTable("device_links");
            e.HasIndex(l => new { l.IntegrationId, l.Partition, l.ExternalId }).IsUnique();
            e.HasIndex(l => l.DeviceId);
        });
        model.Entity<DeviceWord>(e =>
        {
            e.ToTable("device_words");
            e.HasIndex(w => new { w.IntegrationId, w.Partition, w.ExternalId });
            e.HasIndex(w => w.OtherIntegrationId);
        });
        model.Entity<DeviceTypeRule>().ToTable("device_type_rules").HasKey(r => new { r.IntegrationId, r.SourceType });
    }

    private static void Companies(ModelBuilder model)
    {
        model.Entity<Company>(e =>
        {
            e.ToTable("companies");
            e.Property(c => c.Id).ValueGeneratedNever();
            e.HasIndex(c => new { c.TenantId, c.NormalizedName });
        });
        model.Entity<CompanyLink>(e =>
        {
            e.ToTable("company_links");
            e.HasIndex(l => new { l.IntegrationId, l.Partition, l.ExternalId }).IsUnique();
            e.HasIndex(l => l.CompanyId);
        });
        model.Entity<BlockedCompany>().ToTable("blocked_companies").HasKey(b => new { b.IntegrationId, b.Partition, b.ExternalId });
        model.Entity<CompanyType>(e =>
        {
            e.ToTable("company_types");
            e.Property(t => t.Id).ValueGeneratedNever();
            e.Property(t => t.Name).HasMaxLength(CompanyType.LongestName);
            e.Property(t => t.NormalizedName).HasMaxLength(CompanyType.LongestName);
            e.HasIndex(t => new { t.TenantId, t.NormalizedName }).IsUnique();
        });
        model.Entity<CompanyTyping>(e =>
        {
            e.ToTable("company_typings");
            e.HasKey(t => new { t.CompanyId, t.TypeId });
            e.HasIndex(t => t.TypeId);
            e.HasOne<Company>().WithMany().HasForeignKey(t => t.CompanyId);
            e.HasOne<CompanyType>().WithMany().HasForeignKey(t => t.TypeId);
        });
        model.Entity<CompanyParent>(e =>
        {
            // A table of its own, so that the database itself frees the children of a company that goes.
            e.ToTable("company_parents");
            e.HasKey(p => p.CompanyId);
            e.HasIndex(p => p.ParentId);
            e.HasOne<Company>().WithOne().HasForeignKey<CompanyParent>(p => p.CompanyId);
            e.HasOne<Company>().WithMany().HasForeignKey(p => p.ParentId);
        });
        model.Entity<CompanyLocation>(e =>
        {
            e.ToTable("company_locations");
            e.Property(l => l.Id).ValueGeneratedNever();
            e.HasIndex(l => l.CompanyId);
            e.HasOne<Company>().WithMany().HasForeignKey(l => l.CompanyId);
        });
    }
}
