using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;

namespace MSPortal.Tests.Storage.Integrations;

/// <summary>An integration with a secret and five data types, as a wizard leaves it.</summary>
internal static class Sample
{
    public static readonly IReadOnlySet<string> Secret = new HashSet<string> { "privateKey" };

    public static IIntegrationStore Store(this StorageHome home) => home.Get<IIntegrationStore>();

    public static SettingsValues Settings(string secret = "s3cr3t-one") =>
        new(new Dictionary<string, string> { ["companyId"] = "contoso", ["privateKey"] = secret });

    public static Task<long> ConnectAsync(this StorageHome home, TicketScope? scope = null, string name = "Contoso PSA", string account = "acc-1", Actor? actor = null) =>
        home.Store().CreateAsync(
            new NewIntegration(
                "psa",
                name,
                Settings(),
                Secret,
                new AccountIdentity(account, "Contoso", "2026.1"),
                [
                    Stream(DataType.Reference, TimeSpan.FromDays(1)),
                    Stream(DataType.Companies, TimeSpan.FromHours(1)),
                    Stream(DataType.Tickets, TimeSpan.FromMinutes(15)),
                    Stream(DataType.TicketNotes, TimeSpan.FromMinutes(15)),
                    Stream(DataType.Devices, TimeSpan.FromHours(1)) with { Enabled = false },
                ],
                scope ?? new TicketScope { Containers = ["1", "2"] }),
            actor ?? home.Ada,
            CancellationToken.None);

    public static StreamKey Key(this StorageHome home, long integration, DataType type) => new(home.Tenant, integration, type);

    public static async Task<Integration> RowAsync(this StorageHome home, long id)
    {
        await using var db = home.Open();
        return await db.Integrations.AsNoTracking().SingleAsync(i => i.Id == id);
    }

    public static async Task<StreamRow> StreamAsync(this StorageHome home, long id, DataType type)
    {
        await using var db = home.Open();
        return await db.Streams.AsNoTracking().SingleAsync(s => s.IntegrationId == id && s.DataType == type);
    }

    public static async Task ChangeStreamAsync(this StorageHome home, long id, DataType type, Action<StreamRow> change)
    {
        await using var db = home.Open();
        change(await db.Streams.SingleAsync(s => s.IntegrationId == id && s.DataType == type));
        await db.SaveChangesAsync();
    }

    public static async Task ChangeAsync(this StorageHome home, long id, Action<Integration> change)
    {
        await using var db = home.Open();
        change(await db.Integrations.SingleAsync(i => i.Id == id));
        await db.SaveChangesAsync();
    }

    public static async Task<List<SyncRequestRow>> RequestsAsync(this StorageHome home, long id)
    {
        await using var db = home.Open();
        return await db.SyncRequests.AsNoTracking().Where(r => r.IntegrationId == id).OrderBy(r => r.Id).ToListAsync();
    }

    public static async Task<List<AuditEntry>> AuditAsync(this StorageHome home)
    {
        await using var db = home.Open();
        return await db.Audit.AsNoTracking().OrderBy(a => a.Id).ToListAsync();
    }

    private static NewStream Stream(DataType type, TimeSpan interval) =>
        new(type, true, interval, TimeSpan.FromDays(1), StorageHome.Start, null);
}
