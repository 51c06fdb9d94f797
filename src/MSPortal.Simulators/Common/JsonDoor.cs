namespace MSPortal.Simulators.Common;

/// <summary>Takes every call that is not for the control, and writes its answer with all that is wrong today.</summary>
internal sealed class JsonDoor(JsonVendor vendor)
{
    public Task HandleAsync(HttpContext context)
    {
        vendor.PublicUrl = $"{context.Request.Scheme}://{context.Request.Host}";
        return Doorstep.TakeAsync(context, vendor.Requests, vendor.Faults, vendor.Clock.GetUtcNow(), async (faults, tell) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            var (answer, bytes) = Answer(context, body.ToArray(), faults);
            tell(answer.Status);
            await Doorstep.AnswerAsync(context, new PlainAnswer(answer.Status, answer.ContentType, answer.Headers, () => bytes), vendor.Clock.GetUtcNow(), faults);
        });
    }

    private (JsonAnswer Answer, byte[] Bytes) Answer(HttpContext context, byte[] body, IReadOnlyList<Fault> faults)
    {
        if (JsonFaults.Instead(vendor.Error, faults) is { } instead)
        {
            return (instead, instead.Bytes());
        }

        var cap = faults.Where(f => f.Kind is FaultKind.CapPage).Select(f => f.Rows).DefaultIfEmpty(0).Min();
        lock (vendor.Gate)
        {
            var answer = vendor.Respond(new VendorRequest(context, body, cap));
            var served = answer.Rows;
            JsonFaults.Touch(answer, faults);
            var bytes = answer.Bytes();
            if (answer.Kind is { } kind && served is not null && faults.FirstOrDefault(f => f.Kind is FaultKind.DeleteDuringPaging) is { } fault)
            {
                foreach (var row in served.Take(fault.Rows))
                {
                    vendor.Delete(kind, vendor.NumberOf(kind, row));
                }
            }

            return (answer, bytes);
        }
    }
}
