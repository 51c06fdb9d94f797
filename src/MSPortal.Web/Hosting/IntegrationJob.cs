using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Web.Features.Companies;
using Quartz;

namespace MSPortal.Web.Hosting;

/// <summary>One turn of one integration: does what is due, then has itself called again when something will be.</summary>
[DisallowConcurrentExecution]
internal sealed class IntegrationJob(
    IntegrationRunner runner,
    ISyncStore store,
    IntegrationTriggers triggers,
    NodeLoad load,
    NewCompanies companies,
    IHostApplicationLifetime lifetime,
    TimeProvider clock,
    ILogger<IntegrationJob> log) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var (tenant, integration) = IntegrationTriggers.Parse(context.JobDetail.Key);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        TurnEnd end;
        using (load.Begin(integration))
        {
            end = await runner.RunDueAsync(tenant, integration, () => load.OthersWait, stop.Token);
        }

        try
        {
            await ImportNewAsync(tenant, integration, end, stop.Token);
            await CallAgainAsync(tenant, integration, end, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // What is due stands in the stream rows; whoever starts next finds it there.
        }
    }

    /// <summary>Whatever keeps a company from being imported keeps no sync waiting.</summary>
    private async Task ImportNewAsync(long tenant, long integration, TurnEnd end, CancellationToken ct)
    {
        try
        {
            if (end is TurnEnd.Done or TurnEnd.GaveWay && await companies.LookAsync(tenant, integration, ct) is { } imported)
            {
                log.LogInformation("Imported {Count} new companies of integration {IntegrationId}", imported.Rows.Count(r => r.Outcome == RowOutcome.Created), integration);
            }
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            log.LogWarning(e, "New companies of integration {IntegrationId} could not be imported; it is tried again after the next read", integration);
        }
    }

    private async Task CallAgainAsync(long tenant, long integration, TurnEnd end, CancellationToken ct)
    {
        if (end is TurnEnd.NotLeased or TurnEnd.TakenOver or TurnEnd.Cancelled)
        {
            // Someone else has it; should that one fall, the lease ends and the wake-up finds it.
            return;
        }

        var due = await store.NextDueAsync(tenant, integration, ct);
        load.Ended(integration, end, stillDue: due <= clock.GetUtcNow());
        if (due is { } at)
        {
            await triggers.CallAsync(tenant, integration, load.RestsUntil(integration) is { } rest && rest > at ? rest : at, ct);
        }
        else
        {
            await triggers.ForgetAsync(tenant, integration, ct);
        }
    }
}
