using System.Globalization;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Hosting;

namespace MSPortal.EndToEnd.Pages;

/// <summary>A database with many companies that several integrations know, without the hours in which people would have linked them.</summary>
internal sealed class ManyCompanies(int companies, int integrations)
{
    private const int Batch = 1_000;

    private static readonly string[] Providers = ["connectwise", "autotask", "halopsa", "syncro", "dattormm", "ninjaone", "cwasio"];
    private static readonly string[] First = ["Alpine", "Blue Harbor", "Cedar", "Deltaville", "Eagle", "Falcon Ridge", "Granite", "Hudson", "Iron Gate", "Juniper", "Keystone", "Lakeside", "Maple", "Northfield"];
    private static readonly string[] Second = ["Dental", "Logistics", "Insurance Agency", "Property Management", "Veterinary Clinic", "Machine Works", "Architects", "Wealth Advisors", "Plumbing & Heating", "Law Firm"];

    private readonly DateTimeOffset now = DateTimeOffset.UtcNow;

    /// <summary>In the order of the lists.</summary>
    public IReadOnlyList<string> Names { get; } =
    [
        .. Enumerable.Range(0, companies).Select(i => string.Create(CultureInfo.InvariantCulture, $"{First[i % First.Length]} {Second[i % Second.Length]} {i:0000}"))
            .OrderBy(CompanyName.Normalize, StringComparer.Ordinal),
    ];

    /// <param name="setting">Of a database that is empty.</param>
    public async Task FillAsync(string setting)
    {
        var database = new PortalDatabase(DatabaseSetting.Parse(setting, "."));
        await database.MigrateAsync(default);
        var tenant = await FirstTenant.GetOrAddAsync(database, TimeProvider.System, default);
        var sources = await IntegrationsAsync(database, tenant);
        foreach (var (from, names) in Names.Chunk(Batch).Select((names, n) => (n * Batch, names)))
        {
            await using var db = database.Open(tenant);
            db.ChangeTracker.AutoDetectChangesEnabled = false;
            for (var i = 0; i < names.Length; i++)
            {
                var company = new Company { Id = Guid.NewGuid(), TenantId = tenant, Name = names[i], NormalizedName = CompanyName.Normalize(names[i]), CreatedAt = now };
                db.Companies.Add(company);
                sources.ForEach(source => Link(db, company, source, from + i));
            }

            await db.SaveChangesAsync();
        }
    }

    /// <summary>Of twenty companies two are missing at each integration, and one is there twice.</summary>
    private void Link(PortalContext db, Company company, long source, int index)
    {
        var place = (index + (source * 7)) % 20;
        for (var n = 0; n < (place < 2 ? 0 : place == 2 ? 2 : 1); n++)
        {
            var external = new ExternalCompany { ExternalId = string.Create(CultureInfo.InvariantCulture, $"{index}-{n}"), Name = n == 0 ? company.Name : $"{company.Name}, branch office" };
            db.ExternalCompanies.Add(new ExternalCompanyRow
            {
                Id = RecordId.For(source, DataType.Companies, external.ExternalId), TenantId = company.TenantId, IntegrationId = source, Generation = 1, ExternalId = external.ExternalId,
                CreatedAt = now, ChangedAt = now, Payload = Canonical.Json(external), Name = external.Name, NormalizedName = CompanyName.Normalize(external.Name),
            });
            db.CompanyLinks.Add(new CompanyLink
            {
                TenantId = company.TenantId, CompanyId = company.Id, IntegrationId = source, ExternalId = external.ExternalId, LinkedBy = "ada@example.com", LinkedAt = now,
            });
        }
    }

    /// <summary>Paused, so that nobody asks a vendor for them.</summary>
    private async Task<List<long>> IntegrationsAsync(PortalDatabase database, long tenant)
    {
        await using var db = database.Open(tenant);
        var made = Enumerable.Range(0, integrations).Select(i => new Integration
        {
            TenantId = tenant, Provider = Providers[i % Providers.Length], Name = $"{Providers[i % Providers.Length]} {i + 1}", Status = IntegrationStatus.Paused, StatusSince = now,
            Settings = "{}", Scope = "{}", CompanyFilter = "{}", CreatedAt = now,
        }).ToList();
        db.Integrations.AddRange(made);
        await db.SaveChangesAsync();
        db.Streams.AddRange(made.Select(i => new StreamRow
        {
            TenantId = tenant, IntegrationId = i.Id, DataType = DataType.Companies, Enabled = true, Interval = TimeSpan.FromHours(1), ReconcileInterval = TimeSpan.FromDays(1),
            DueAt = now.AddYears(1), IncrementalDueAt = now.AddYears(1), FullDueAt = now.AddYears(1), LastCompleteAt = now, RowCount = companies,
        }));
        await db.SaveChangesAsync();
        return made.ConvertAll(i => i.Id);
    }
}
