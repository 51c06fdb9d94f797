using Microsoft.Extensions.Logging;
using MSPortal.Core.Contracts;

namespace MSPortal.Core.Sync;

/// <summary>Asks the vendor once whether the account itself is in order, before a refusal is believed.</summary>
/// <param name="partition">The client's connection that was refused; empty where there is only one.</param>
internal sealed class AccountCheck(Workplace place, RunMeter meter, string partition)
{
    /// <param name="Report">Null when the test could not be done.</param>
    /// <param name="Pause">Set when the vendor wants to be asked later.</param>
    /// <param name="IsOneClient">The report is about one client's connection alone.</param>
    public sealed record Answer(TestReport? Report, FaultAction.Pause? Pause, bool IsOneClient = false);

    public async Task<Answer> AskAsync(CancellationToken ct)
    {
        var answer = await AskAsync(partition, ct) with { IsOneClient = partition.Length > 0 };
        if (!answer.IsOneClient || answer.Report?.Problem is not { Fault: Fault.AuthFailed })
        {
            return answer;
        }

        // What is wrong with all of them is no reason to call each client and ask it to agree.
        var whole = await AskAsync("", ct);
        return whole.Pause is not null || whole.Report is not { Passed: true } ? whole : answer;
    }

    private async Task<Answer> AskAsync(string partition, CancellationToken ct)
    {
        TestReport report;
        try
        {
            report = await place.Connector.TestAsync(place.Sessions.For(place.Integration, WorkPriority.Schedule, meter, partition), ct);
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
            await place.Store.RecordAreasAsync(place.Integration.TenantId, place.Integration.Id, partition, report.Account, report.Areas, place.Now, ct);
        }

        return new Answer(report, report.Problem is { } problem ? PauseFor(problem.Fault) : null);
    }

    private FaultAction.Pause? PauseFor(Fault fault) => fault is Fault.RateLimited ? FaultPolicy.For(fault, place.Options) as FaultAction.Pause : null;
}
