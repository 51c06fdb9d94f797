using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Storage;

namespace MSPortal.Demo;

/// <summary>How far the portal has read, for whoever has to wait for it.</summary>
internal sealed class DemoStreams(PortalDatabase database, TimeProvider clock)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    public async Task UntilReadAsync(long tenantId, long integrationId, DataType type, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Look, clock);
        do
        {
            await using var db = database.Open(tenantId);
            if (await db.Streams.AnyAsync(s => s.IntegrationId == integrationId && s.DataType == type && s.LastCompleteAt != null, ct))
            {
                return;
            }
        }
        while (await timer.WaitForNextTickAsync(ct));
    }
}
