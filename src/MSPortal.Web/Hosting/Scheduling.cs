using MSPortal.Storage;
using Quartz;

namespace MSPortal.Web.Hosting;

/// <summary>Which scheduler runs the integrations: one in memory on SQLite, one shared by all nodes on PostgreSQL.</summary>
/// <remarks>The truth about what is due are the stream rows; the scheduler gives out places to work and can be lost without harm.</remarks>
internal static class Scheduling
{
    /// <summary>A trigger that another node set is seen by then.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(2);

    public static void AddScheduling(this IServiceCollection services, PortalOptions options)
    {
        var setting = options.DatabaseSetting;
        services.AddQuartz(quartz =>
        {
            quartz.UseDefaultThreadPool(options.ParallelIntegrations);
            quartz.ConfigureScheduler(scheduler => scheduler.ShutdownJobInterruption = ShutdownJobInterruption.Always);
            if (setting.Kind == DatabaseKind.Postgres)
            {
                quartz.ConfigureScheduler(scheduler =>
                {
                    scheduler.InstanceId = NodeName.Value;
                    scheduler.IdleWaitTime = LookAgain;
                });
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
        services.AddSingleton<NodeLoad>();
        services.AddSingleton<IntegrationTriggers>();
        services.AddHostedService<WakeUp>(); // After the scheduler, so that it stops calling before that ends.
    }
}
