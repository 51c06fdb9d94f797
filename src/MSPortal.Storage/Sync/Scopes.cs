using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;

namespace MSPortal.Storage.Sync;

/// <summary>The settings that rows depend on. For a page they are read before its transaction, so that its many rows are built outside of it.</summary>
internal static class Scopes
{
    public static RecordChoice Choice(Integration integration) => new(StoredChoice.Tickets(integration.Scope), StoredChoice.Companies(integration.CompanyFilter));

    public static async Task<TicketScope> OfAsync(Turn turn, StreamKey key, CancellationToken ct)
    {
        if (key.DataType != DataType.Tickets)
        {
            return new TicketScope();
        }

        await using var db = turn.Open(key.TenantId);
        return StoredChoice.Tickets(await db.Integrations.Where(i => i.Id == key.IntegrationId).Select(i => i.Scope).FirstOrDefaultAsync(ct));
    }
}
