using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;
using MSPortal.Storage.Sync;

namespace MSPortal.Storage.Integrations;

/// <summary>Takes an integration away with everything that was read through it; broken off in the middle, it can be asked for again.</summary>
internal sealed class Removal(PortalDatabase database, TimeProvider clock)
{
    private const string OfIntegration = "integration_id = {0}";

    public async Task<RemovalPreview> PreviewAsync(long tenantId, long integrationId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var name = await db.Integrations.Where(i => i.Id == integrationId).Select(i => i.Name).SingleOrDefaultAsync(ct)
            ?? throw IntegrationEdit.NotFound(integrationId);
        var kept = await CountAsync(db, db.Ledger.Where(l => l.IntegrationId == integrationId), ct);
        var linked = await db.CompanyLinks.LongCountAsync(l => l.IntegrationId == integrationId, ct);
        return new RemovalPreview(name, kept, linked);
    }

    /// <summary>How many records are shown, by data type.</summary>
    /// <param name="entries">Of what.</param>
    public static Task<Dictionary<DataType, long>> CountAsync(PortalContext db, IQueryable<LedgerRow> entries, CancellationToken ct) => entries
        .Where(l => l.State == LedgerState.Kept
            && db.Streams.Any(s => s.IntegrationId == l.IntegrationId && s.DataType == l.DataType && s.Partition == l.Partition && s.LiveGeneration == l.Generation))
        .GroupBy(l => l.DataType)
        .Select(g => new { g.Key, Count = g.LongCount() })
        .ToDictionaryAsync(g => g.Key, g => g.Count, ct);

    public async Task RunAsync(long integrationId, Actor actor, CancellationToken ct)
    {
        var preview = await PreviewAsync(actor.TenantId, integrationId, ct);
        await BeginAsync(integrationId, actor, ct);
        object[] id = [integrationId];
        await Batches.DeleteAsync<ConsentLink>(database, OfIntegration, id, ct);
        await Batches.DeleteAsync<CompanyLink>(database, OfIntegration, id, ct);
        await Batches.DeleteAsync<UserLink>(database, OfIntegration, id, ct);
        await Batches.DeleteAsync<ContactLink>(database, OfIntegration, id, ct);
        await RecordTable.DeleteAllAsync(database, OfIntegration, id, ct);
        await Batches.DeleteAsync<DeviceLink>(database, OfIntegration, id, ct);
        await Batches.DeleteAsync<DeviceWord>(database, OfIntegration, id, ct);
        await Batches.DeleteAsync<DeviceWord>(database, "other_integration_id = {0}", id, ct);
        await Batches.DeleteAsync<DeviceTypeRule>(database, OfIntegration, id, ct);
        await Batches.DeleteAsync<WebhookEndpointRow>(database, OfIntegration, id, ct);
        await Batches.DeleteAsync<WebhookInboxRow>(database, OfIntegration, id, ct);
        await Batches.DeleteAsync<BlockedCompany>(database, OfIntegration, id, ct);
        await Batches.DeleteAsync<ChildQueueRow>(database, OfIntegration, id, ct);
        await Batches.DeleteAsync<LedgerRow>(database, OfIntegration, id, ct);
        await Batches.DeleteAsync<QuarantineRow>(database, OfIntegration, id, ct);
        await Batches.DeleteAsync<RunRow>(database, OfIntegration, id, ct);
        await Batches.DeleteAsync<RunDayRow>(database, OfIntegration, id, ct);
        await Batches.DeleteAsync<SyncRequestRow>(database, OfIntegration, id, ct);
        await Batches.DeleteAsync<PartitionRow>(database, OfIntegration, id, ct);
        await EndAsync(integrationId, preview, actor, ct);
    }

    /// <summary>From here on nobody works on it, and nothing of it is asked of the vendor any more.</summary>
    private Task BeginAsync(long integrationId, Actor actor, CancellationToken ct) => IntegrationEdit.RunAsync(
        database,
        clock,
        integrationId,
        actor,
        async edit =>
        {
            var before = new { edit.Row.Status };
            await CutOff.StopAsync(edit, $"{edit.Actor.Name} removed the integration.", ct);
            edit.Row.Secrets = null;
            edit.Row.SettingsVersion++;
            edit.SetStatus(IntegrationStatus.Disconnected, $"{edit.Actor.Name} is removing it.", "If it stays like this, remove it again.");
            edit.Audit("integration.removal_started", before, new { edit.Row.Status });
        },
        ct);

    private Task EndAsync(long integrationId, RemovalPreview gone, Actor actor, CancellationToken ct) => IntegrationEdit.RunAsync(
        database,
        clock,
        integrationId,
        actor,
        async edit =>
        {
            // Whose access was removed stays so: another integration may know them. The rules of who comes in from this one end.
            string[] keys = [.. new[] { ContactImportKeys.Rules, ContactImportKeys.Report, ContactImportKeys.Claim }.Select(k => ContactImportKeys.Of(k, edit.Id))];
            await edit.Db.TenantSettings.Where(s => keys.Contains(s.Key)).ExecuteDeleteAsync(ct);
            edit.Db.Streams.RemoveRange(edit.Streams);
            edit.Db.Integrations.Remove(edit.Row);
            edit.Audit(
                "integration.removed",
                new { edit.Row.Provider, gone.Name, Records = gone.Records.ToDictionary(r => r.Key.Slug(), r => r.Value), gone.LinkedCompanies },
                null);
        },
        ct);
}
