using System.Net;
using MSPortal.Core.Contracts;

namespace MSPortal.Core.Sync;

/// <summary>Lets every request of a session wait for its turn in the vendor's budget, and learns from the answers.</summary>
/// <remarks>An answer is read to its end here, so that the time-out covers its body too and a place in the budget is held until then.</remarks>
internal sealed class BudgetHandler(
    HttpMessageHandler transport,
    IReadOnlyList<LimitBudget> limits,
    WorkPriority priority,
    RunMeter meter,
    TimeProvider clock,
    SyncOptions options) : HttpMessageHandler
{
    private const long LargestAnswer = 64 * 1024 * 1024;

    private readonly HttpMessageInvoker inner = new(transport, disposeHandler: false);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        List<RateBudget> budgets = [.. limits.Select(l => l.For(request)).OfType<RateBudget>()];
        RefuseLongPause(budgets);
        var places = new List<IDisposable>(budgets.Count);
        try
        {
            await AcquireAsync(budgets, places, cancellationToken);
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

    private async Task AcquireAsync(List<RateBudget> budgets, List<IDisposable> places, CancellationToken ct)
    {
        var began = clock.GetTimestamp();
        foreach (var budget in budgets)
        {
            places.Add(await budget.AcquireAsync(priority, options.MaxBudgetWait, ct));
        }

        var waited = clock.GetElapsedTime(began);
        if (waited >= TimeSpan.FromMilliseconds(10))
        {
            meter.Waited(waited);
        }
    }

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(options.RequestTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        try
        {
            var response = await inner.SendAsync(request, either.Token);
            await response.Content.LoadIntoBufferAsync(LargestAnswer, either.Token);
            return response;
        }
        catch (OperationCanceledException e) when (timeout.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new HttpRequestException($"No complete answer within {options.RequestTimeout.TotalSeconds:0} seconds.", new TimeoutException(e.Message, e));
        }
    }

    /// <summary>A long pause is better spent elsewhere: the run is set aside and comes back, so that nothing is held up by waiting.</summary>
    private void RefuseLongPause(List<RateBudget> budgets)
    {
        foreach (var budget in budgets)
        {
            if (budget.Refusal(priority, options.MaxBudgetWait) is { } refusal)
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

        var header = response.Headers.RetryAfter;
        var asked = header?.Delta ?? (header?.Date is { } date ? date - clock.GetUtcNow() : null);
        foreach (var budget in budgets)
        {
            budget.Block(options.Pause(asked));
        }
    }
}
