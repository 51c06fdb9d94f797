using System.Globalization;
using MSPortal.Simulators.Common;
using MSPortal.Simulators.ConnectWise.Control;
using MSPortal.Simulators.ConnectWise.Data;
using MSPortal.Simulators.ConnectWise.Http;
using MSPortal.Simulators.ConnectWise.Model;

namespace MSPortal.Simulators.ConnectWise;

/// <summary>ConnectWise PSA as its documents describe it, with a door for those who change and break it.</summary>
internal sealed class ConnectWiseSimulator : ISimulator
{
    public void Map(WebApplication app, SimulatorOptions options)
    {
        var clock = new VendorClock(options.Time, options.Now);
        var store = new Store(SeedData.Create(options.Seed, options.Companies, options.Tickets, clock.Origin), clock);
        var vendor = new Vendor(store, clock, options);
        var callbacks = new Callbacks(vendor);
        var trickle = new Trickle(vendor);
        app.Lifetime.ApplicationStopping.Register(() =>
        {
            trickle.Dispose();
            callbacks.Dispose();
        });
        ControlRoutes.Map(app.MapGroup("/control/connectwise"), vendor, trickle);
        app.MapFallback("{**path}", new Door(vendor).HandleAsync);
    }
}

/// <summary>Takes every call that is not for the control, and writes its answer with all that is wrong today.</summary>
internal sealed class Door(Vendor vendor)
{
    private readonly Api api = new(vendor);

    public async Task HandleAsync(HttpContext context)
    {
        var request = context.Request;
        var query = request.QueryString.Value ?? "";
        var number = vendor.Requests.Begin(request.Method, request.Path, query, vendor.Clock.GetUtcNow());
        vendor.PublicUrl = $"{request.Scheme}://{request.Host}";
        var status = 0;
        try
        {
            var faults = vendor.Faults.Take(request.Method, request.Path + query);
            if (faults.Any(f => f.Kind is FaultKind.Hang or FaultKind.Timeout))
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }

            if (faults.Any(f => f.Kind is FaultKind.Reset))
            {
                context.Abort();
                return;
            }

            var answer = FaultyAnswer.Instead(faults) ?? await AnswerAsync(context, faults);
            status = answer.Status;
            vendor.Requests.End(number, status);
            await WriteAsync(context.Response, answer, faults, context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            status = 0; // The caller has gone.
        }
        finally
        {
            if (status == 0)
            {
                vendor.Requests.End(number, status);
            }
        }
    }

    private async Task<Answer> AnswerAsync(HttpContext context, IReadOnlyList<Fault> faults)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var cap = faults.Where(f => f.Kind is FaultKind.CapPage).Select(f => f.Rows).DefaultIfEmpty(0).Min();
        var answer = api.Respond(new ApiRequest(context, body.ToArray(), cap));
        var served = answer.Rows;
        FaultyAnswer.Touch(answer, faults);
        if (faults.FirstOrDefault(f => f.Kind is FaultKind.DeleteDuringPaging) is { } fault && answer.Kind is { } kind && served is not null)
        {
            vendor.Store.Edit(draft =>
            {
                foreach (var row in served.Take(fault.Rows))
                {
                    draft.Remove(kind, row.Id);
                }

                return true;
            });
        }

        return answer;
    }

    private async Task WriteAsync(HttpResponse response, Answer answer, IReadOnlyList<Fault> faults, CancellationToken cancellationToken)
    {
        response.StatusCode = answer.Status;
        response.Headers.Date = JsonFaults.Date(vendor.Clock.GetUtcNow(), faults);
        response.Headers["api-current-version"] = "2025.1";
        response.Headers["x-cw-request-id"] = Guid.NewGuid().ToString();
        foreach (var (name, value) in answer.Headers.Concat(faults.SelectMany(f => f.Headers ?? new Dictionary<string, string>())))
        {
            response.Headers[name] = value;
        }

        if (answer.Status is 204 or 304)
        {
            return;
        }

        if (answer.ContentType.Length > 0)
        {
            response.ContentType = answer.ContentType;
        }

        var bytes = JsonFaults.Cut(answer.Bytes(), faults);
        response.ContentLength = bytes.Length;
        if (faults.FirstOrDefault(f => f.Kind is FaultKind.Slow) is { } slow)
        {
            await SlowAnswer.DripAsync(response, bytes, slow.Ms, cancellationToken);
            return;
        }

        await response.Body.WriteAsync(bytes, cancellationToken);
    }
}
