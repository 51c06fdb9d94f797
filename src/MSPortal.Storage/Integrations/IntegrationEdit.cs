using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;

namespace MSPortal.Storage.Integrations;

/// <summary>One change to one integration: its row is locked against other people and the engine, and its audit entry is part of it.</summary>
internal sealed class IntegrationEdit
{
    private IntegrationEdit(PortalContext db, Integration row, List<StreamRow> streams, Actor actor, DateTimeOffset now)
    {
        (Db, Row, Streams, Actor, Now) = (db, row, streams, actor, now);
    }

    public PortalContext Db { get; }

    public Integration Row { get; }

    public IReadOnlyList<StreamRow> Streams { get; }

    public Actor Actor { get; }

    public DateTimeOffset Now { get; }

    public long Id => Row.Id;

    public TicketScope Scope => StoredChoice.Tickets(Row.Scope);

    public CompanyFilter CompanyFilter => StoredChoice.Companies(Row.CompanyFilter);

    public static KeyNotFoundException NotFound(long integrationId) => new($"There is no integration {integrationId}.");

    public static Task<T> RunAsync<T>(
        PortalDatabase database, TimeProvider clock, long integrationId, Actor actor, Func<IntegrationEdit, Task<T>> change, CancellationToken ct) =>
        WriteTransaction.RunAsync(
            database,
            actor.TenantId,
            async db =>
            {
                var row = await LockAsync(db, integrationId, ct) ?? throw NotFound(integrationId);
                var streams = await db.Streams.Where(s => s.IntegrationId == integrationId).ToListAsync(ct);
                return await change(new IntegrationEdit(db, row, [.. streams.OrderBy(s => s.DataType)], actor, clock.GetUtcNow()));
            },
            ct);

    public static Task RunAsync(
        PortalDatabase database, TimeProvider clock, long integrationId, Actor actor, Func<IntegrationEdit, Task> change, CancellationToken ct) =>
        RunAsync(
            database,
            clock,
            integrationId,
            actor,
            async edit =>
            {
                await change(edit);
                return true;
            },
            ct);

    /// <exception cref="KeyNotFoundException">The integration has no such data type.</exception>
    public StreamRow Stream(StreamKey key) =>
        Streams.FirstOrDefault(s => s.DataType == key.DataType && s.Partition == key.Partition)
        ?? throw new KeyNotFoundException($"{Row.Name} has no data type “{key.DataType.Slug()}”.");

    /// <summary>Never give it secrets: it stays readable for months.</summary>
    public void Audit(string action, object? before, object? after) =>
        Db.Audit.Add(Entry(Actor, Row.Id, Row.Name, Now, action, before, after));

    public void SetStatus(IntegrationStatus status, string? reason, string? advice)
    {
        Row.StatusSince = Row.Status == status ? Row.StatusSince : Now;
        (Row.Status, Row.StatusReason, Row.StatusAdvice) = (status, reason, advice);
    }

    public static AuditEntry Entry(Actor actor, long id, string name, DateTimeOffset now, string action, object? before, object? after) => new()
    {
        TenantId = actor.TenantId,
        At = now,
        Actor = actor.Name,
        UserId = actor.UserId,
        From = actor.From,
        Action = action,
        SubjectKind = "integration",
        SubjectId = id.ToString(CultureInfo.InvariantCulture),
        SubjectName = name,
        Before = before is null ? null : StoredJson.Write(before),
        After = after is null ? null : StoredJson.Write(after),
    };

    /// <summary>On SQLite the transaction itself is the lock.</summary>
    public static Task<Integration?> LockAsync(PortalContext db, long id, CancellationToken ct) => db.Database.IsNpgsql()
        ? db.Integrations.FromSql($"SELECT * FROM integrations WHERE id = {id} AND tenant_id = {db.TenantId} FOR UPDATE").SingleOrDefaultAsync(ct)
        : db.Integrations.SingleOrDefaultAsync(i => i.Id == id, ct);
}
