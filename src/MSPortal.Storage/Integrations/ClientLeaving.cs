using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;
using MSPortal.Storage.Sync;

namespace MSPortal.Storage.Integrations;

/// <summary>
/// Ends a client's connection with everything that was read through it; what was done (runs, audit) and the company's link stay.
/// Nothing of it is seen or read from the first step on; broken off in the middle, it can be asked for again.
/// </summary>
internal sealed class ClientLeaving(PortalDatabase database, TimeProvider clock)
{
    /// <summary>Nobody who connects the client anew meanwhile loses anything: their copy is another one, and this ends where there is one again.</summary>
    private const string Left = "integration_id = {0} AND partition = {1} AND NOT EXISTS (SELECT 1 FROM streams s WHERE s.integration_id = {0} AND s.partition = {1})";

    public async Task RunAsync(long integrationId, string partition, Actor actor, CancellationToken ct)
    {
        await BeginAsync(integrationId, partition, actor, ct);
        object[] of = [integrationId, partition];
        await RecordTable.DeleteAllAsync(database, Left, of, ct);
        await Batches.DeleteAsync<QuarantineRow>(database, Left, of, ct);
        // Last: it says which copies there are, should this be broken off.
        await Batches.DeleteAsync<LedgerRow>(database, Left, of, ct);
        await EndAsync(integrationId, partition, actor, ct);
    }

    private Task BeginAsync(long integrationId, string partition, Actor actor, CancellationToken ct) => IntegrationEdit.RunAsync(
        database,
        clock,
        integrationId,
        actor,
        async edit =>
        {
            if (partition.Length == 0 || await FindAsync(edit, partition, ct) is not { } row)
            {
                throw new KeyNotFoundException($"{edit.Row.Name} has no client “{partition}”.");
            }

            var company = await edit.Db.CompanyLinks
                .Where(l => l.IntegrationId == edit.Id && l.Partition == "" && l.ExternalId == partition)
                .Join(edit.Db.Companies, l => l.CompanyId, c => c.Id, (_, c) => c.Name).FirstOrDefaultAsync(ct);
            var records = await Removal.CountAsync(edit.Db, edit.Db.Ledger.Where(l => l.IntegrationId == edit.Id && l.Partition == partition), ct);
            foreach (var stream in edit.Streams.Where(s => s.Partition == partition))
            {
                await CutOff.StopAsync(edit, stream, $"{edit.Actor.Name} disconnected {row.Name}.", ct);
                edit.Db.Streams.Remove(stream);
            }

            Partitions.Put(row, PartitionStatus.Error, $"{edit.Actor.Name} is disconnecting it.", "If it stays like this, disconnect it again.", edit.Now);
            edit.Audit("integration.client_disconnected", new { Client = row.Name, row.Detail, Partition = partition, Company = company, Records = records.ToDictionary(r => r.Key.Slug(), r => r.Value) }, null);
        },
        ct);

    private Task EndAsync(long integrationId, string partition, Actor actor, CancellationToken ct) => IntegrationEdit.RunAsync(
        database,
        clock,
        integrationId,
        actor,
        async edit =>
        {
            if (edit.Streams.All(s => s.Partition != partition) && await FindAsync(edit, partition, ct) is { } row)
            {
                edit.Db.Partitions.Remove(row);
                await ForgetCompanyAsync(edit, partition, ct);
            }
        },
        ct);

    /// <summary>Whether the vendor lists the client without the connection, only the vendor knows: our copy goes, and the read that is asked for here brings it back if so. Its link stays.</summary>
    private static async Task ForgetCompanyAsync(IntegrationEdit edit, string partition, CancellationToken ct)
    {
        foreach (var stream in edit.Streams.Where(s => s.DataType == DataType.Companies && s.Partition.Length == 0))
        {
            await CutOff.StopAsync(edit, stream, "A client was disconnected meanwhile.", ct);
        }

        await edit.Db.ExternalCompanies.Where(c => c.IntegrationId == edit.Id && c.Partition == "" && c.ExternalId == partition).ExecuteDeleteAsync(ct);
        await edit.Db.Ledger.Where(l => l.IntegrationId == edit.Id && l.DataType == DataType.Companies && l.Partition == "" && l.ExternalId == partition).ExecuteDeleteAsync(ct);
        ClientConnections.ReadCompanies(edit);
    }

    private static Task<PartitionRow?> FindAsync(IntegrationEdit edit, string partition, CancellationToken ct) =>
        edit.Db.Partitions.FirstOrDefaultAsync(p => p.IntegrationId == edit.Id && p.Partition == partition, ct);
}
