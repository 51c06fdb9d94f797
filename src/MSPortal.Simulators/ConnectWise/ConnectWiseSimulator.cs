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

    public Task HandleAsync(HttpContext context)
    {
        vendor.PublicUrl = $"{context.Request.Scheme}://{context.Request.Host}";
        return Doorstep.TakeAsync(context, vendor.Requests, vendor.Faults, vendor.Clock.GetUtcNow(), async (faults, tell) =>
        {
            var answer = FaultyAnswer.Instead(faults) ?? await AnswerAsync(context, faults);
            tell(answer.Status);
            await WriteAsync(context, answer, faults);
        });
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

    private Task WriteAsync(HttpContext context, Answer answer, IReadOnlyList<Fault> faults)
    {
        context.Response.Headers["api-current-version"] = "2025.1";
        context.Response.Headers["x-cw-request-id"] = Guid.NewGuid().ToString();
        return Doorstep.AnswerAsync(context, new PlainAnswer(answer.Status, answer.ContentType, answer.Headers, answer.Bytes), vendor.Clock.GetUtcNow(), faults);
    }
}
