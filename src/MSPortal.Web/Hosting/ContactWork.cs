using MSPortal.Storage;
using MSPortal.Web.Features.Users;

namespace MSPortal.Web.Hosting;

/// <summary>What the syncs brought of clients' people: who is to be let in no more or again, and who comes in by the rules.</summary>
internal sealed class ContactWork(PortalDatabase database, Offboarding offboarding, ContactAutoImport autoImport, TimeProvider clock, ILogger<ContactWork> log)
    : TenantWatch(database, clock, log, "Clients' people", TimeSpan.FromSeconds(5))
{
    protected override async Task LookAsync(long tenant, CancellationToken ct)
    {
        await offboarding.SettleAsync(tenant, ct);
        await autoImport.RunDueAsync(tenant, ct);
    }
}
