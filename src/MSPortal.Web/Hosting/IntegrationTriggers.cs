using System.Globalization;
using Quartz;

namespace MSPortal.Web.Hosting;

/// <summary>One job and at most one waiting trigger per integration, however often and from wherever it is called.</summary>
internal sealed class IntegrationTriggers(ISchedulerFactory factory, TimeProvider clock)
{
    private const string Group = "integrations";

    /// <summary>Lets the integration have a turn at this time, unless it has an earlier one coming.</summary>
    public async Task CallAsync(long tenantId, long integrationId, DateTimeOffset at, CancellationToken ct)
    {
        var scheduler = await factory.GetScheduler(ct);
        var key = Key(tenantId, integrationId);
        if (!await scheduler.Exists(key, ct))
        {
            var job = JobBuilder.Create<IntegrationJob>().WithIdentity(key).StoreDurably().RequestRecovery().Build();
            await scheduler.AddJob(job, new AddJobOptions { Replace = true }, ct);
        }

        var trigger = TriggerBuilder.Create(clock)
            .WithIdentity(key.Name, Group)
            .ForJob(key)
            .StartAt(at)
            .WithSimpleSchedule(schedule => schedule.WithMisfireInstruction(SimpleTriggerMisfireInstruction.FireNow))
            .Build();
        await scheduler.ScheduleTrigger(trigger, TriggerConflict.KeepEarlier, ct);
    }

    /// <summary>Removed or paused: nothing is scheduled until it is called again.</summary>
    public async Task ForgetAsync(long tenantId, long integrationId, CancellationToken ct) =>
        await (await factory.GetScheduler(ct)).DeleteJob(Key(tenantId, integrationId), ct);

    public static (long TenantId, long IntegrationId) Parse(JobKey key)
    {
        var parts = key.Name.Split('-');
        return (long.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    private static JobKey Key(long tenantId, long integrationId) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{tenantId}-{integrationId}"), Group);
}
