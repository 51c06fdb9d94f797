using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Tests.Storage;
using MSPortal.Web.Features.Companies;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Companies;

/// <summary>A tenant with an integration whose companies and tickets a test writes down itself.</summary>
internal sealed class CompanyHome(StorageHome storage, long integration) : IAsyncDisposable
{
    public long Integration { get; } = integration;

    public StorageHome Storage { get; } = storage;

    public Actor Ada => Storage.Ada;

    public CompanyActions Actions => new(Storage.Database, Storage.Clock);

    public CompanyImport Import => new(Storage.Database, Storage.Clock, []);

    /// <summary>A new one remembers no look.</summary>
    public NewCompanies New => new(Storage.Database, Import, Storage.Clock);

    public CompanyLinking Linking => new(Storage.Database, Storage.Clock);

    public CompanyUndo Undo => new(Storage.Database, Storage.Clock);

    public CompanyTypes Types => new(Storage.Database, Storage.Clock);

    public CompanyFamily Family => new(Storage.Database, Storage.Clock);

    public CompanyPlaces Places => new(Storage.Database, Storage.Clock);

    public CompanyTypeQueries TypeQueries => new(Storage.Database);

    public CompanyQueries Companies => new(Storage.Database);

    public ExternalCompanyQueries External => new(Storage.Database);

    public QuickMatch Match => new(Storage.Database);

    public static async Task<CompanyHome> CreateAsync(DatabaseKind kind)
    {
        var storage = await StorageHome.CreateAsync(kind);
        return new CompanyHome(storage, await Seed.IntegrationAsync(storage.Database, storage.Tenant, "Main PSA"));
    }

    public PortalContext Open() => Storage.Open();

    public ExternalKey Key(string externalId) => new(Integration, externalId);

    /// <summary>External companies of the live generation, named by their ids.</summary>
    public Task AddAsync(params string[] names) => Seed.CompaniesAsync(Storage.Database, Storage.Tenant, Integration, [.. names.Select((n, i) => (Id(i), n))]);

    /// <summary>The same as the engine stores them when it reads them.</summary>
    /// <param name="sequence">Of a read that began earlier; null: it begins now.</param>
    public async Task ReadAsync(long? sequence = null, params string[] names) => await StoreAsync(
        sequence ?? await SequenceAsync(), read => read with { Rows = [.. names.Select((n, i) => StoredRow.Of(new ExternalCompany { ExternalId = Id(i), Name = n }))] });

    /// <summary>The vendor says that it has these no more.</summary>
    public async Task GoneAsync(params string[] externalIds) => await StoreAsync(await SequenceAsync(), read => read with { Gone = externalIds });

    /// <summary>Begins a read.</summary>
    public Task<long> SequenceAsync() => Storage.Get<ISyncStore>().NextReadSequenceAsync(Stream, CancellationToken.None);

    /// <summary>What is stored of external companies, whatever generation: records by name, and what the ledger knows.</summary>
    public async Task<(IReadOnlyList<string> Records, IReadOnlyList<string> Ledger)> StoredAsync()
    {
        await using var db = Open();
        var records = await db.ExternalCompanies.OrderBy(e => e.Generation).ThenBy(e => e.ExternalId).Select(e => e.Name).ToListAsync();
        var ledger = await db.Ledger.Where(l => l.DataType == DataType.Companies).OrderBy(l => l.Generation).ThenBy(l => l.ExternalId).ToListAsync();
        return (records, [.. ledger.Select(l => $"{l.ExternalId} {l.State}{(l.Hash is null ? "" : " #")} {l.Reason}".TrimEnd())]);
    }

    /// <summary>A read that cannot understand this one.</summary>
    public async Task BadAsync(string externalId) => await StoreAsync(await SequenceAsync(), read => read with { Bad = [new BadRow(externalId, "Its name is a number.", "raw")] });

    /// <summary>The engine has taken up what was asked for.</summary>
    public async Task TakenUpAsync()
    {
        await using var db = Open();
        await db.Streams.ExecuteUpdateAsync(set => set.SetProperty(s => s.RequestedAt, (DateTimeOffset?)null));
    }

    private Task<CommitResult?> StoreAsync(long sequence, Func<RowChanges, RowChanges> read) => Storage.Get<ISyncStore>().CommitReadsAsync(
        Stream, read(new RowChanges { ReadSequence = sequence, ReadAt = Storage.Clock.GetUtcNow() }), CancellationToken.None);

    private StreamKey Stream => new(Storage.Tenant, Integration, DataType.Companies);

    public static string Id(int index) => $"{100 + index}";

    /// <summary>Who is linked to what, as “name ← external id”.</summary>
    public async Task<IReadOnlyList<string>> LinksAsync()
    {
        await using var db = Open();
        var links = await (
            from link in db.CompanyLinks
            join company in db.Companies on link.CompanyId equals company.Id into companies
            from company in companies.DefaultIfEmpty()
            select new { Name = company == null ? "nobody" : company.Name, link.ExternalId }).ToListAsync();
        return [.. links.Select(l => $"{l.Name} ← {l.ExternalId}").Order(StringComparer.Ordinal)];
    }

    public async Task<IReadOnlyList<string>> NamesAsync()
    {
        await using var db = Open();
        return [.. (await db.Companies.Select(c => c.Name).ToListAsync()).Order(StringComparer.Ordinal)];
    }

    public async Task<IReadOnlyList<Guid>> IdsAsync(params string[] names)
    {
        var ids = new List<Guid>();
        foreach (var name in names)
        {
            ids.Add(await IdAsync(name));
        }

        return ids;
    }

    /// <summary>Companies of these names, linked to nothing.</summary>
    public async Task<IReadOnlyList<Guid>> MakeAsync(params string[] names)
    {
        var ids = new List<Guid>();
        foreach (var name in names)
        {
            ids.Add(await Actions.CreateAsync(new CompanyInput { Name = name }, Ada, CancellationToken.None));
        }

        return ids;
    }

    /// <summary>Who has which types, as “name: type, type”.</summary>
    public async Task<IReadOnlyList<string>> TypesAsync()
    {
        await using var db = Open();
        var typings = await (
            from typing in db.CompanyTypings
            join type in db.CompanyTypes on typing.TypeId equals type.Id
            join company in db.Companies on typing.CompanyId equals company.Id
            select new { Company = company.Name, Type = type.Name }).ToListAsync();
        return [.. typings.GroupBy(t => t.Company, t => t.Type).Select(g => $"{g.Key}: {string.Join(", ", g.Order(StringComparer.Ordinal))}").Order(StringComparer.Ordinal)];
    }

    public async Task<Guid> IdAsync(string name)
    {
        await using var db = Open();
        return await db.Companies.Where(c => c.Name == name).Select(c => c.Id).SingleAsync();
    }

    public async Task<IReadOnlyList<AuditEntry>> AuditAsync()
    {
        await using var db = Open();
        return await db.Audit.OrderBy(a => a.Id).ToListAsync();
    }

    public ValueTask DisposeAsync() => Storage.DisposeAsync();
}

/// <summary>Rows as the engine writes them.</summary>
internal static class Seed
{
    public static async Task<long> IntegrationAsync(PortalDatabase database, long tenant, string name, string provider = "demo", CompanyFilter? filter = null)
    {
        await using var db = database.Open(tenant);
        var integration = new Integration
        {
            TenantId = tenant,
            Provider = provider,
            Name = name,
            Settings = "{}",
            Scope = "{}",
            CompanyFilter = System.Text.Json.JsonSerializer.Serialize(filter ?? new CompanyFilter()),
            StatusSince = StorageHome.Start,
            CreatedAt = StorageHome.Start,
        };
        db.Integrations.Add(integration);
        await db.SaveChangesAsync();
        foreach (var type in new[] { DataType.Companies, DataType.Tickets })
        {
            db.Streams.Add(new StreamRow
            {
                TenantId = tenant,
                IntegrationId = integration.Id,
                DataType = type,
                Enabled = true,
                Interval = TimeSpan.FromHours(1),
                ReconcileInterval = TimeSpan.FromDays(1),
                LiveGeneration = 2,
                LastCompleteAt = StorageHome.Start - TimeSpan.FromMinutes(5),
            });
        }

        await db.SaveChangesAsync();
        return integration.Id;
    }

    public static Task CompaniesAsync(PortalDatabase database, long tenant, long integration, params (string Id, string Name)[] companies) =>
        CompaniesAsync(database, tenant, integration, [.. companies.Select(c => new ExternalCompany { ExternalId = c.Id, Name = c.Name })]);

    public static async Task CompaniesAsync(PortalDatabase database, long tenant, long integration, params ExternalCompany[] companies)
    {
        await using var db = database.Open(tenant);
        db.ExternalCompanies.AddRange(companies.Select(c => Row(tenant, integration, c, 2)));
        db.Ledger.AddRange(companies.Select(c => new LedgerRow
        {
            TenantId = tenant,
            IntegrationId = integration,
            DataType = DataType.Companies,
            Generation = 2,
            ExternalId = c.ExternalId,
            State = LedgerState.Kept,
            ConfirmedAt = StorageHome.Start,
        }));
        await db.SaveChangesAsync();
    }

    public static ExternalCompanyRow Row(long tenant, long integration, ExternalCompany company, int generation) => new()
    {
        Id = RecordId.For(integration, DataType.Companies, company.ExternalId),
        TenantId = tenant,
        IntegrationId = integration,
        Generation = generation,
        ExternalId = company.ExternalId,
        CreatedAt = StorageHome.Start,
        ChangedAt = StorageHome.Start,
        Payload = Canonical.Json(company),
        Name = company.Name,
        NormalizedName = CompanyName.Normalize(company.Name),
        Identifier = company.Identifier,
        StatusName = company.StatusName,
        TypeNames = string.Join(", ", company.TypeNames),
        City = company.City,
        Website = company.Website,
        Phone = company.Phone,
        IsInactive = company.IsInactive,
        IsDeleted = company.IsDeleted,
    };

    public static async Task TicketsAsync(PortalDatabase database, long tenant, long integration, string company, int open, int closed)
    {
        await using var db = database.Open(tenant);
        for (var i = 0; i < open + closed; i++)
        {
            var id = $"{company}-{i}";
            db.Tickets.Add(new TicketRow
            {
                Id = RecordId.For(integration, DataType.Tickets, id),
                TenantId = tenant,
                IntegrationId = integration,
                Generation = 2,
                ExternalId = id,
                CreatedAt = StorageHome.Start,
                ChangedAt = StorageHome.Start,
                Payload = "{}",
                Number = id,
                Summary = $"Ticket {id}",
                CompanyId = company,
                IsClosed = i >= open,
            });
        }

        await db.SaveChangesAsync();
    }
}
