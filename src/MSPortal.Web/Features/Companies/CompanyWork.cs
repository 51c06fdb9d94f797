using System.Data.Common;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Companies;

/// <summary>
/// One transaction of changes to companies with its audit entries. Two people may link the same external company at the
/// same moment: the unique index lets one through, and the other's work is done again on what is there then.
/// </summary>
internal sealed class CompanyWork
{
    /// <summary>Each attempt lets at least one of the competitors through.</summary>
    private const int Attempts = 30;
    private const int SqliteConstraint = 19;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        Converters = { new JsonStringEnumConverter() },
    };

    private CompanyWork(PortalContext db, Actor actor, DateTimeOffset now) => (Db, Actor, Now) = (db, actor, now);

    /// <summary>Sees the actor's tenant only.</summary>
    public PortalContext Db { get; }

    public Actor Actor { get; }

    public DateTimeOffset Now { get; }

    /// <summary>Runs the work and commits; what it throws rolls everything back.</summary>
    public static async Task<T> RunAsync<T>(PortalDatabase database, TimeProvider clock, Actor actor, Func<CompanyWork, Task<T>> work, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await database.WriteAsync(actor.TenantId, db => work(new CompanyWork(db, actor, clock.GetUtcNow())), ct);
            }
            catch (Exception e) when (attempt < Attempts && IsCollision(e))
            {
                // Somebody else was quicker.
            }
        }
    }

    public static OperationRecord ReadOperation(string json) =>
        JsonSerializer.Deserialize<OperationRecord>(json, Json) ?? throw new JsonException("An operation's record is the JSON literal null.");

    public void Audit(string action, string kind, string? id, string? name, object? before, object? after)
    {
        var entry = AuditEntries.By(Actor, Now, action, kind, id, name);
        entry.Before = before is null ? null : JsonSerializer.Serialize(before, Json);
        entry.After = after is null ? null : JsonSerializer.Serialize(after, Json);
        Db.Audit.Add(entry);
    }

    public void AuditCompany(string action, Guid id, string name, object? before, object? after) =>
        Audit(action, "company", id.ToString(), name, before, after);

    public Company Add(Company company)
    {
        Db.Companies.Add(company);
        AuditCompany("company.created", company.Id, company.Name, null, State(company));
        return company;
    }

    public Company NewCompany(string name) => new()
    {
        Id = Guid.CreateVersion7(Now),
        TenantId = Actor.TenantId,
        Name = name,
        NormalizedName = CompanyName.Normalize(name),
        CreatedAt = Now,
    };

    public CompanyLink Add(Guid companyId, ExternalKey external)
    {
        var link = new CompanyLink
        {
            TenantId = Actor.TenantId,
            CompanyId = companyId,
            IntegrationId = external.IntegrationId,
            Partition = external.Partition,
            ExternalId = external.ExternalId,
            LinkedBy = Actor.Name,
            LinkedAt = Now,
        };
        Db.CompanyLinks.Add(link);
        return link;
    }

    /// <summary>Keeps the companies from being deleted until this work is committed; the answer is those that exist.</summary>
    public async Task<Dictionary<Guid, Company>> HoldAsync(IReadOnlyCollection<Guid> ids, CancellationToken ct)
    {
        await Db.Companies.Where(c => ids.Contains(c.Id)).ExecuteUpdateAsync(set => set.SetProperty(c => c.TenantId, c => c.TenantId), ct);
        return await Db.Companies.Where(c => ids.Contains(c.Id)).ToDictionaryAsync(c => c.Id, ct);
    }

    /// <exception cref="CompanyProblemException">There is no such company.</exception>
    public async Task<Company> HoldAsync(Guid id, CancellationToken ct) =>
        (await HoldAsync([id], ct)).GetValueOrDefault(id) ?? throw CompanyProblemException.NoCompany();

    public static CompanyState State(Company company) =>
        new(company.Id, company.Name, company.IsActive, company.Phone, company.Website, company.City);

    public static LinkState State(CompanyLink link, string companyName, string? externalName) =>
        new(link.Id, link.CompanyId, companyName, link.IntegrationId, link.Partition, link.ExternalId, externalName);

    private static bool IsCollision(Exception e) => e switch
    {
        DbUpdateConcurrencyException => true,
        SqliteException { SqliteErrorCode: SqliteConstraint } => true,
        DbException { SqlState: "23505" or "40001" or "40P01" } => true, // Unique violation, serialization failure, deadlock.
        _ => e.InnerException is { } inner && IsCollision(inner), // Npgsql wraps what may pass by itself.
    };
}
