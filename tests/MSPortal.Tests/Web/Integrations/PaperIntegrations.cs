using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Ports;
using MSPortal.Storage.Model;
using MSPortal.Storage.Secrets;
using MSPortal.Tests.Storage;
using MSPortal.Web.Features.Integrations;

namespace MSPortal.Tests.Web.Integrations;

/// <summary>Integrations of the paper vendor whose data is fresh, and what is asked about them.</summary>
internal static class PaperIntegrations
{
    public static IntegrationQueries Queries(StorageHome home, Vault? vault = null) =>
        new(home.Database, home.Get<ISyncStore>(), new ConnectorRegistry([new PaperVendor()]), new RunQueries(home.Database, home.Clock), vault ?? home.Get<Vault>(), home.Clock);

    public static async Task<long> AddAsync(StorageHome home, Action<Integration>? change = null, Action<StreamRow>? streams = null)
    {
        await using var db = home.Open();
        var integration = new Integration
        {
            TenantId = home.Tenant,
            Provider = "paper",
            Name = "Main",
            Settings = """{"address":"paper.example"}""",
            Scope = """{"containers":["1"]}""",
            CompanyFilter = "{}",
            CreatedAt = StorageHome.Start,
            StatusSince = StorageHome.Start,
        };
        db.Integrations.Add(integration);
        await db.SaveChangesAsync();
        home.Get<Vault>().Store(integration, new SettingsValues(new Dictionary<string, string> { ["address"] = "paper.example", ["key"] = "k" }), new HashSet<string> { "key" });
        change?.Invoke(integration);
        foreach (var definition in new PaperVendor().Streams)
        {
            var stream = new StreamRow
            {
                TenantId = home.Tenant,
                IntegrationId = integration.Id,
                DataType = definition.DataType,
                Enabled = true,
                Interval = definition.Interval,
                ReconcileInterval = definition.ReconcileInterval,
                LastCompleteAt = StorageHome.Start.AddMinutes(-2),
                DueAt = StorageHome.Start.AddMinutes(-2) + definition.Interval,
                RowCount = 12,
            };
            streams?.Invoke(stream);
            db.Streams.Add(stream);
        }

        await db.SaveChangesAsync();
        return integration.Id;
    }
}
