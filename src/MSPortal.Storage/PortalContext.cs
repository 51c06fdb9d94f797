using System.Linq.Expressions;
using System.Text;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using MSPortal.Core.Model;
using MSPortal.Storage.Model;

namespace MSPortal.Storage;

/// <summary>Everything that MSPortal stores; one subclass per database carries that database's migrations.</summary>
public abstract class PortalContext(DbContextOptions options)
    : IdentityDbContext<PortalUser, IdentityRole<Guid>, Guid>(options), IDataProtectionKeyContext
{
    /// <summary>Name of the query filter that keeps tenants apart.</summary>
    public const string TenantFilter = "tenant";

    /// <summary>Whose rows queries see; 0 sees none.</summary>
    public long TenantId { get; set; }

    public DbSet<Tenant> Tenants => Set<Tenant>();
    public DbSet<PortalRole> PortalRoles => Set<PortalRole>();
    public DbSet<UserCompany> UserCompanies => Set<UserCompany>();
    public DbSet<UserLink> UserLinks => Set<UserLink>();
    public DbSet<ContactLink> ContactLinks => Set<ContactLink>();
    public DbSet<BlockedContact> BlockedContacts => Set<BlockedContact>();
    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();
    public DbSet<AuditEntry> Audit => Set<AuditEntry>();
    public DbSet<TenantSetting> TenantSettings => Set<TenantSetting>();
    public DbSet<Node> Nodes => Set<Node>();
    public DbSet<Integration> Integrations => Set<Integration>();
    public DbSet<StreamRow> Streams => Set<StreamRow>();
    public DbSet<SyncRequestRow> SyncRequests => Set<SyncRequestRow>();
    public DbSet<RunRow> Runs => Set<RunRow>();
    public DbSet<RunDayRow> RunDays => Set<RunDayRow>();
    public DbSet<LedgerRow> Ledger => Set<LedgerRow>();
    public DbSet<QuarantineRow> Quarantine => Set<QuarantineRow>();
    public DbSet<ChildQueueRow> ChildQueue => Set<ChildQueueRow>();
    public DbSet<ReferenceRow> Reference => Set<ReferenceRow>();
    public DbSet<ExternalCompanyRow> ExternalCompanies => Set<ExternalCompanyRow>();
    public DbSet<ExternalContactRow> ExternalContacts => Set<ExternalContactRow>();
    public DbSet<ExternalUserRow> ExternalUsers => Set<ExternalUserRow>();
    public DbSet<TicketRow> Tickets => Set<TicketRow>();
    public DbSet<TicketNoteRow> TicketNotes => Set<TicketNoteRow>();
    public DbSet<TimeEntryRow> TimeEntries => Set<TimeEntryRow>();
    public DbSet<ExternalDeviceRow> ExternalDevices => Set<ExternalDeviceRow>();
    public DbSet<DeviceDetailRow> DeviceDetails => Set<DeviceDetailRow>();
    public DbSet<DeviceAlertRow> DeviceAlerts => Set<DeviceAlertRow>();
    public DbSet<PartitionRow> Partitions => Set<PartitionRow>();
    public DbSet<ConsentLink> ConsentLinks => Set<ConsentLink>();
    public DbSet<CloudUserRow> CloudUsers => Set<CloudUserRow>();
    public DbSet<CloudGroupRow> CloudGroups => Set<CloudGroupRow>();
    public DbSet<CloudLicenseRow> CloudLicenses => Set<CloudLicenseRow>();
    public DbSet<CloudDomainRow> CloudDomains => Set<CloudDomainRow>();
    public DbSet<SecurityScoreRow> SecurityScores => Set<SecurityScoreRow>();
    public DbSet<SecurityControlRow> SecurityControls => Set<SecurityControlRow>();
    public DbSet<Company> Companies => Set<Company>();
    public DbSet<CompanyLink> CompanyLinks => Set<CompanyLink>();
    public DbSet<BlockedCompany> BlockedCompanies => Set<BlockedCompany>();
    public DbSet<CompanyType> CompanyTypes => Set<CompanyType>();
    public DbSet<CompanyTyping> CompanyTypings => Set<CompanyTyping>();
    public DbSet<CompanyParent> CompanyParents => Set<CompanyParent>();
    public DbSet<CompanyLocation> CompanyLocations => Set<CompanyLocation>();
    public DbSet<Device> Devices => Set<Device>();
    public DbSet<DeviceLink> DeviceLinks => Set<DeviceLink>();
    public DbSet<DeviceWord> DeviceWords => Set<DeviceWord>();
    public DbSet<DeviceTypeRule> DeviceTypeRules => Set<DeviceTypeRule>();
    public DbSet<WebhookEndpointRow> WebhookEndpoints => Set<WebhookEndpointRow>();
    public DbSet<WebhookInboxRow> WebhookInbox => Set<WebhookInboxRow>();
    public DbSet<NotificationRow> Notifications => Set<NotificationRow>();
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    /// <summary>The copies of vendors' records that people see: those of each stream's live generation.</summary>
    public IQueryable<TRow> Live<TRow>(DataType type)
        where TRow : RecordRow =>
        Set<TRow>().AsNoTracking().Where(r => Streams.Any(s => s.IntegrationId == r.IntegrationId && s.DataType == type && s.Partition == r.Partition && s.LiveGeneration == r.Generation));

    /// <summary>Makes or replaces a setting of the tenant; kept when the context is saved.</summary>
    public async Task PutSettingAsync(string key, string value, CancellationToken ct)
    {
        if (await TenantSettings.FirstOrDefaultAsync(s => s.Key == key, ct) is { } setting)
        {
            setting.Value = value;
        }
        else
        {
            TenantSettings.Add(new TenantSetting { TenantId = TenantId, Key = key, Value = value });
        }
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<Enum>().HaveConversion<string>();
        configurationBuilder.Properties<DataType>().HaveConversion<DataTypeConverter>();
        configurationBuilder.Properties<PriorityLevel>().HaveConversion<int>();
        configurationBuilder.Properties<TimeSpan>().HaveConversion<TimeSpanToTicksConverter>();
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        PortalModel.Configure(builder, postgres: this is PostgresPortalContext);
        foreach (var entity in builder.Model.GetEntityTypes().Where(e => !e.IsMappedToJson()).ToList())
        {
            SnakeCase(entity);
            if (typeof(ITenantOwned).IsAssignableFrom(entity.ClrType) && entity.ClrType != typeof(PortalUser))
            {
                // Signing in has to find people before their tenant is known; everything else is filtered.
                FilterByTenant(builder, entity);
            }
        }
    }

    private void FilterByTenant(ModelBuilder builder, IMutableEntityType entity)
    {
        var row = Expression.Parameter(entity.ClrType, "row");
        var mine = Expression.Equal(
            Expression.Property(row, nameof(ITenantOwned.TenantId)),
            Expression.Property(Expression.Constant(this, typeof(PortalContext)), nameof(TenantId)));
        builder.Entity(entity.ClrType).HasQueryFilter(TenantFilter, Expression.Lambda(mine, row));
    }

    private static void SnakeCase(IMutableEntityType entity)
    {
        entity.SetTableName(Snake(entity.GetTableName()!));
        foreach (var property in entity.GetProperties())
        {
            property.SetColumnName(Snake(property.Name));
        }

        foreach (var key in entity.GetKeys())
        {
            key.SetName(Snake(key.GetName()!));
        }

        foreach (var index in entity.GetIndexes())
        {
            index.SetDatabaseName(Snake(index.GetDatabaseName()!));
        }

        foreach (var foreign in entity.GetForeignKeys())
        {
            foreign.SetConstraintName(Snake(foreign.GetConstraintName()!));
        }
    }

    private static string Snake(string name)
    {
        var snake = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsUpper(name[i]) && i > 0 && name[i - 1] != '_' && !char.IsUpper(name[i - 1]))
            {
                snake.Append('_');
            }

            snake.Append(char.ToLowerInvariant(name[i]));
        }

        return snake.ToString();
    }

    private sealed class DataTypeConverter() : ValueConverter<DataType, string>(
        type => type.Slug(),
        slug => Read(slug))
    {
        /// <summary>A row that cannot be understood must not pass for another kind.</summary>
        private static DataType Read(string slug) =>
            DataTypes.Parse(slug) ?? throw new InvalidOperationException($"The database has a data type “{slug}” that this version does not know.");
    }
}

/// <summary>On SQLite times are integers (UTC microseconds), since SQLite cannot order or compare offsets.</summary>
public sealed class SqlitePortalContext(DbContextOptions<SqlitePortalContext> options) : PortalContext(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<MicrosecondsConverter>();
    }

    private sealed class MicrosecondsConverter() : ValueConverter<DateTimeOffset, long>(
        time => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond,
        micros => DateTimeOffset.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond));
}

/// <summary>On PostgreSQL times are <c>timestamptz</c> and have to be written in UTC.</summary>
public sealed class PostgresPortalContext(DbContextOptions<PostgresPortalContext> options) : PortalContext(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcConverter>();
    }

    private sealed class UtcConverter() : ValueConverter<DateTimeOffset, DateTimeOffset>(
        time => time.ToUniversalTime(),
        time => time);
}
