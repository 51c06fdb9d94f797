using System.Net;
using MSPortal.Core.Contracts;

namespace MSPortal.Core.Sync;

/// <summary>Lets every request of a session wait for its turn in the vendor's budget, and learns from the answers.</summary>
/// <remarks>An answer is read to its end here, so that a place in the budget is held until then; how long and how large it may be is the transport's affair.</remarks>
internal sealed class BudgetHandler(
    HttpMessageHandler transport,
    IReadOnlyList<LimitBudget> limits,
    WorkPriority priority,
    RunMeter meter,
    TimeProvider clock,
    SyncOptions options) : HttpMessageHandler
{
    private readonly HttpMessageInvoker inner = new(transport, disposeHandler: false);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        List<RateBudget> budgets = [.. limits.Select(l => l.For(request)).OfType<RateBudget>()];
        // The question what is left may be asked by anyone, or nobody would ever learn that there is some.
        var turn = limits.Any(l => l.Asks(request)) ? WorkPriority.Interactive : priority;
        RefuseLongPause(budgets, turn);
        var places = new List<IDisposable>(budgets.Count);
        try
        {
            await AcquireAsync(budgets, places, turn, cancellationToken);
            meter.Called();
            var response = await AnswerAsync(request, cancellationToken);
            Learn(request, response, budgets);
            return response;
        }
        finally
        {
            places.ForEach(p => p.Dispose());
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task AcquireAsync(List<RateBudget> budgets, List<IDisposable> places, WorkPriority turn, CancellationToken ct)
    {
        var began = clock.GetTimestamp();
        foreach (var budget in budgets)
        {
            places.Add(await budget.AcquireAsync(turn, options.MaxBudgetWait, ct));
        }

        var waited = clock.GetElapsedTime(began);
        if (waited >= TimeSpan.FromMilliseconds(10))
        {
            meter.Waited(waited);
        }
    }

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, CancellationToken ct)
    {
        var response = await inner.SendAsync(request, ct);
        await response.Content.LoadIntoBufferAsync(ct);
        return response;
    }

    /// <summary>A long pause is better spent elsewhere: the run is set aside and comes back, so that nothing is held up by waiting.</summary>
    private void RefuseLongPause(List<RateBudget> budgets, WorkPriority turn)
    {
        foreach (var budget in budgets)
        {
            if (budget.Refusal(turn, options.MaxBudgetWait) is { } refusal)
            {
                throw new FaultException(refusal);
            }
        }
    }

    private void Learn(HttpRequestMessage request, HttpResponseMessage response, List<RateBudget> budgets)
    {
        foreach (var limit in limits)
        {
            limit.Learn(request, response);
        }

        if (response.StatusCode != HttpStatusCode.TooManyRequests)
        {
            return;
        }

        var header = response.Headers.TryGetValues("Retry-After", out var values) ? values.FirstOrDefault() : null;
        var asked = VendorPause.Of(header, response.Headers.Date ?? clock.GetUtcNow());
        foreach (var budget in budgets)
        {
            budget.Block(options.Pause(asked));
        }
    }
}
