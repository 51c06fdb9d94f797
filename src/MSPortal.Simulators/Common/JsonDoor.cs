namespace MSPortal.Simulators.Common;

/// <summary>Takes every call that is not for the control, and writes its answer with all that is wrong today.</summary>
internal sealed class JsonDoor(JsonVendor vendor)
{
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

            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body, context.RequestAborted);
            var (answer, bytes) = Answer(context, body.ToArray(), faults);
            status = answer.Status;
            vendor.Requests.End(number, status);
            await WriteAsync(context.Response, answer, bytes, faults, context.RequestAborted);
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

    private (JsonAnswer Answer, byte[] Bytes) Answer(HttpContext context, byte[] body, IReadOnlyList<Fault> faults)
    {
        if (JsonFaults.Instead(vendor, faults) is { } instead)
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
                    vendor.Delete(kind, row.Whole("id"));
                }
            }

            return (answer, bytes);
        }
    }

    private async Task WriteAsync(HttpResponse response, JsonAnswer answer, byte[] bytes, IReadOnlyList<Fault> faults, CancellationToken cancellationToken)
    {
        response.StatusCode = answer.Status;
        response.Headers.Date = JsonFaults.Date(vendor.Clock.GetUtcNow(), faults);
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

        bytes = JsonFaults.Cut(bytes, faults);
        response.ContentLength = bytes.Length;
        if (faults.FirstOrDefault(f => f.Kind is FaultKind.Slow) is { } slow)
        {
            await SlowAnswer.DripAsync(response, bytes, slow.Ms, cancellationToken);
            return;
        }

        await response.Body.WriteAsync(bytes, cancellationToken);
    }
}

/// <summary>An answer in twenty pieces with pauses.</summary>
internal static class SlowAnswer
{
    public static async Task DripAsync(HttpResponse response, byte[] bytes, int milliseconds, CancellationToken cancellationToken)
    {
        var piece = Math.Max(1, bytes.Length / 20);
        for (var at = 0; at < bytes.Length; at += piece)
        {
            await response.Body.WriteAsync(bytes.AsMemory(at, Math.Min(piece, bytes.Length - at)), cancellationToken);
            await response.Body.FlushAsync(cancellationToken);
            await Task.Delay(milliseconds, cancellationToken);
        }
    }
}
