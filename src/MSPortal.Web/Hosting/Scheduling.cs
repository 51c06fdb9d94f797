using MSPortal.Storage;
using Quartz;

namespace MSPortal.Web.Hosting;

/// <summary>Which scheduler runs the integrations: one in memory on SQLite, one shared by all nodes on PostgreSQL.</summary>
internal static class Scheduling
{
    public static void AddScheduling(this IServiceCollection services, PortalOptions options)
    {
        var setting = options.DatabaseSetting;
        services.AddQuartz(quartz =>
        {
            quartz.UseDefaultThreadPool(options.ParallelIntegrations);
            if (setting.Kind == DatabaseKind.Postgres)
            {
                quartz.ConfigureScheduler(scheduler => scheduler.InstanceId = NodeName.Value);
                quartz.UsePersistentStore(store =>
                {
                    store.UsePostgres(setting.Value);
                    store.UseSystemTextJsonSerializer();
                    store.UseClustering();
                    store.ProvisionSchema();
                });
            }
            else
            {
                quartz.UseInMemoryStore();
            }
        });
        services.AddQuartzHostedService(quartz => quartz.WaitForJobsToComplete = true);
    }
}
