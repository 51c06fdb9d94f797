using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;
using MSPortal.Storage.Sync;

namespace MSPortal.Storage.Integrations;

/// <summary>Clients that are connected on their own: who they are, and how one is connected or works again.</summary>
internal sealed class ClientConnections(PortalDatabase database, TimeProvider clock)
{
    public async Task<IReadOnlyList<PartitionState>> ListAsync(long tenantId, long integrationId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        if (!await db.Integrations.AnyAsync(i => i.Id == integrationId, ct))
        {
            throw IntegrationEdit.NotFound(integrationId);
        }

        var rows = await db.Partitions.AsNoTracking().Where(p => p.IntegrationId == integrationId).OrderBy(p => p.Name).ThenBy(p => p.Partition).ToListAsync(ct);
        var links = await db.CompanyLinks.Where(l => l.IntegrationId == integrationId && l.Partition == "").ToDictionaryAsync(l => l.ExternalId, l => l.CompanyId, ct);
        return rows.ConvertAll(p => new PartitionState(
            new PartitionIdentity(p.Partition, p.Name, p.Detail), p.Status, p.StatusReason, p.StatusAdvice, links.TryGetValue(p.Partition, out var company) ? company : null)
        {
            StatusSince = p.StatusSince,
            ConnectedAt = p.ConnectedAt,
            ConnectedBy = p.ConnectedBy,
        });
    }

    public Task ConnectAsync(long integrationId, NewPartition partition, Actor actor, CancellationToken ct) => IntegrationEdit.RunAsync(
        database,
        clock,
        integrationId,
        actor,
        async edit =>
        {
            var id = partition.Identity.Id;
            await RefuseTwiceAsync(edit, partition.Identity, ct);
            var company = await LinkAsync(edit, partition, ct);
            var known = await edit.Db.Partitions.FirstOrDefaultAsync(p => p.IntegrationId == edit.Id && p.Partition == id, ct);
            if (known is null)
            {
                edit.Db.Partitions.Add(Row(edit, partition.Identity));
                edit.Audit("integration.client_connected", null, Seen(partition.Identity, company));
            }
            else
            {
                var before = new { known.Status, known.StatusReason };
                await CutOff.InterruptAsync(edit, $"{edit.Actor.Name} reconnected {known.Name}.", ct);
                CutOff.StartAfresh(edit, edit.Streams.Where(s => s.Partition == id));
                Partitions.Put(known, PartitionStatus.Connected, null, null, edit.Now);
                (known.Name, known.Detail) = (StreamMapping.Clean(partition.Identity.Name)!, StreamMapping.Clean(partition.Identity.Detail));
                edit.Audit("integration.client_reconnected", before, Seen(partition.Identity, company));
            }

            foreach (var stream in partition.Streams.Where(s => !edit.Streams.Any(t => t.DataType == s.DataType && t.Partition == id)))
            {
                edit.Db.Streams.Add(await StreamAsync(edit, id, stream, ct));
            }

            ReadCompanies(edit);
        },
        ct);

    /// <summary>A client that came or went is one external company more or less.</summary>
    public static void ReadCompanies(IntegrationEdit edit)
    {
        foreach (var stream in edit.Streams.Where(s => s.DataType == DataType.Companies && s.Partition.Length == 0))
        {
            Wish.Full(stream, edit.Now);
        }
    }

    /// <summary>What people set for the other clients holds for this one, too.</summary>
    public static StreamRow Row(long tenantId, long integrationId, string partition, NewStream stream, IEnumerable<StreamRow> others)
    {
        var row = IntegrationStore.StreamRow(tenantId, integrationId, stream);
        row.Partition = partition;
        if (others.FirstOrDefault(s => s.DataType == stream.DataType && s.Partition.Length > 0) is { } other)
        {
            (row.Enabled, row.Interval) = (other.Enabled, other.Interval);
        }

        return row;
    }

    /// <summary>Should an earlier connection have left anything behind, it is an older copy, and goes with the first complete read.</summary>
    private static async Task<StreamRow> StreamAsync(IntegrationEdit edit, string partition, NewStream stream, CancellationToken ct)
    {
        var row = Row(edit.Row.TenantId, edit.Id, partition, stream, edit.Streams);
        var left = await edit.Db.Ledger
            .Where(l => l.IntegrationId == edit.Id && l.DataType == stream.DataType && l.Partition == partition)
            .MaxAsync(l => (int?)l.Generation, ct);
        row.LiveGeneration = (left ?? 0) + 1;
        return row;
    }

    /// <summary>The same records twice would be two persons for every one. Whoever asks holds the tenant, so nobody else connects the client meanwhile.</summary>
    private static async Task RefuseTwiceAsync(IntegrationEdit edit, AccountIdentity client, CancellationToken ct)
    {
        var db = edit.Db;
        await db.Tenants.Where(t => t.Id == edit.Row.TenantId).ExecuteUpdateAsync(t => t.SetProperty(x => x.Name, x => x.Name), ct);
        var other = await db.Integrations
            .Where(i => i.Provider == edit.Row.Provider && i.Id != edit.Id && db.Partitions.Any(p => p.IntegrationId == i.Id && p.Partition == client.Id))
            .Select(i => i.Name).FirstOrDefaultAsync(ct);
        if (other is not null)
        {
            throw new ActionRefusedException($"{client.Name} is connected already, through “{other}”. Disconnect it there first.");
        }
    }

    /// <summary>The answer is the name of the company that the client is linked to, if it is.</summary>
    private static async Task<string?> LinkAsync(IntegrationEdit edit, NewPartition partition, CancellationToken ct)
    {
        var (db, client) = (edit.Db, partition.Identity);
        var link = await db.CompanyLinks.FirstOrDefaultAsync(l => l.IntegrationId == edit.Id && l.Partition == "" && l.ExternalId == client.Id, ct);
        var linked = link is null ? null : await db.Companies.Where(c => c.Id == link.CompanyId).Select(c => c.Name).FirstOrDefaultAsync(ct) ?? "?";
        if (partition.CompanyId is not { } companyId || link?.CompanyId == companyId)
        {
            return linked;
        }

        if (link is not null)
        {
            throw new ActionRefusedException($"{client.Name} is linked to {linked} already. Unlink it there first.");
        }

        if (await db.BlockedCompanies.AnyAsync(b => b.IntegrationId == edit.Id && b.Partition == "" && b.ExternalId == client.Id, ct))
        {
            throw new ActionRefusedException($"{client.Name} is blocked. Unblock it first.");
        }

        // Held, so that nobody deletes it meanwhile.
        await db.Companies.Where(c => c.Id == companyId).ExecuteUpdateAsync(c => c.SetProperty(x => x.TenantId, x => x.TenantId), ct);
        var name = await db.Companies.Where(c => c.Id == companyId).Select(c => c.Name).FirstOrDefaultAsync(ct)
            ?? throw new ActionRefusedException("That company is not there (any more).");
        await AddAsync(edit, client, companyId, name, ct);
        return name;
    }

    private static async Task AddAsync(IntegrationEdit edit, AccountIdentity client, Guid companyId, string companyName, CancellationToken ct)
    {
        var link = new CompanyLink
        {
            TenantId = edit.Row.TenantId,
            CompanyId = companyId,
            IntegrationId = edit.Id,
            ExternalId = client.Id,
            LinkedBy = edit.Actor.Name,
            LinkedAt = edit.Now,
        };
        edit.Db.CompanyLinks.Add(link);
        await edit.Db.SaveChangesAsync(ct); // Gives it the id that its entry names.
        var entry = IntegrationEdit.Entry(
            edit.Actor,
            edit.Id,
            companyName,
            edit.Now,
            "company.linked",
            null,
            new { link.Id, link.CompanyId, CompanyName = companyName, link.IntegrationId, link.Partition, link.ExternalId, ExternalName = client.Name });
        (entry.SubjectKind, entry.SubjectId) = ("company", companyId.ToString());
        edit.Db.Audit.Add(entry);
    }

    private static PartitionRow Row(IntegrationEdit edit, AccountIdentity client) => new()
    {
        TenantId = edit.Row.TenantId,
        IntegrationId = edit.Id,
        Partition = client.Id,
        Name = StreamMapping.Clean(client.Name)!,
        Detail = StreamMapping.Clean(client.Detail),
        Status = PartitionStatus.Connected,
        StatusSince = edit.Now,
        ConnectedAt = edit.Now,
        ConnectedBy = edit.Actor.Name,
    };

    private static object Seen(AccountIdentity client, string? company) => new { Client = client.Name, client.Detail, Partition = client.Id, Company = company };
}
