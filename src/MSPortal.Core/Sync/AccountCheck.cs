using Microsoft.Extensions.Logging;
using MSPortal.Core.Contracts;

namespace MSPortal.Core.Sync;

/// <summary>Asks the vendor once whether the account itself is in order, before a refusal is believed.</summary>
internal sealed class AccountCheck(Workplace place, RunMeter meter)
{
    /// <param name="Report">Null when the test could not be done.</param>
    /// <param name="Pause">Set when the vendor wants to be asked later.</param>
    public sealed record Answer(TestReport? Report, FaultAction.Pause? Pause);

    public async Task<Answer> AskAsync(CancellationToken ct)
    {
        TestReport report;
        try
        {
            report = await place.Connector.TestAsync(place.Sessions.For(place.Integration, WorkPriority.Schedule, meter, ""), ct);
        }
        catch (FaultException e)
        {
            return new Answer(null, PauseFor(e.Fault));
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            place.Log.LogWarning(e, "{Integration}: the account could not be tested", place.Integration.Name);
            return new Answer(null, null);
        }

        if (report.Passed)
        {
            await place.Store.RecordAreasAsync(place.Integration.TenantId, place.Integration.Id, report.Account, report.Areas, place.Now, ct);
        }

        return new Answer(report, report.Problem is { } problem ? PauseFor(problem.Fault) : null);
    }

    private FaultAction.Pause? PauseFor(Fault fault) => fault is Fault.RateLimited ? FaultPolicy.For(fault, place.Options) as FaultAction.Pause : null;
}
