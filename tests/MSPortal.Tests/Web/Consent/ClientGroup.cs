using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Storage.Model;
using MSPortal.Storage.Secrets;
using MSPortal.Tests.Storage;
using MSPortal.Web.Features.Integrations;

namespace MSPortal.Tests.Web.Consent;

/// <summary>An integration with many clients, as the engine would have left it.</summary>
internal static class ClientGroup
{
    public static DateTimeOffset Now => StorageHome.Start;

    public static IntegrationQueries Queries(StorageHome home) =>
        new(home.Database, home.Get<ISyncStore>(), new ConnectorRegistry([new CloudStub()]), new RunQueries(home.Database, home.Clock), home.Get<Vault>(), home.Clock);

    /// <summary>Clients c01, c02 … whose data types were read as many minutes ago as their number says.</summary>
    public static async Task<long> SeedAsync(StorageHome home, int clients)
    {
        await using var db = home.Open();
        var integration = new Integration
        {
            TenantId = home.Tenant, Provider = CloudStub.Provider, Name = "Our cloud", Settings = "{}", Scope = "{}", CompanyFilter = "{}", CreatedAt = Now, StatusSince = Now,
        };
        db.Integrations.Add(integration);
        await db.SaveChangesAsync();
        home.Get<Vault>().Store(integration, new SettingsValues(new Dictionary<string, string> { ["key"] = "k" }), new HashSet<string> { "key" });
        StreamRow Row(DataType type, string partition, int minutes) => new()
        {
            TenantId = home.Tenant, IntegrationId = integration.Id, DataType = type, Partition = partition, Enabled = true, Interval = TimeSpan.FromHours(6), ReconcileInterval = TimeSpan.FromDays(1),
            LastCompleteAt = Now.AddMinutes(-minutes), DueAt = Now.AddHours(6), RowCount = 10,
        };
        db.Streams.Add(Row(DataType.Companies, "", 0));
        foreach (var number in Enumerable.Range(1, clients))
        {
            var name = $"{number:00}";
            db.Partitions.Add(new PartitionRow { TenantId = home.Tenant, IntegrationId = integration.Id, Partition = $"c{name}", Name = $"Client {name}", StatusSince = Now, ConnectedAt = Now, ConnectedBy = "ada" });
            db.Streams.AddRange(Row(DataType.CloudUsers, $"c{name}", number), Row(DataType.Licenses, $"c{name}", number));
        }

        await db.SaveChangesAsync();
        return integration.Id;
    }

    /// <summary>As the engine stores it: the client's data types are told why they wait.</summary>
    public static async Task RefuseAsync(StorageHome home, string client, PartitionStatus status, string? reason)
    {
        await using var db = home.Open();
        await db.Partitions.Where(p => p.Partition == client).ExecuteUpdateAsync(set => set.SetProperty(p => p.Status, status).SetProperty(p => p.StatusReason, reason));
        await db.Streams.Where(s => s.Partition == client).ExecuteUpdateAsync(set => set
            .SetProperty(s => s.FaultSentence, reason).SetProperty(s => s.FaultKind, reason == null ? null : "AuthFailed").SetProperty(s => s.LastCompleteAt, reason == null ? Now : Now.AddDays(-30)));
    }

    public static async Task StreamsAsync(StorageHome home, string[] clients, DataType type, Action<StreamRow> change)
    {
        await using var db = home.Open();
        foreach (var row in await db.Streams.Where(s => s.DataType == type && clients.Contains(s.Partition)).ToListAsync())
        {
            change(row);
        }

        await db.SaveChangesAsync();
    }
}
