namespace MSPortal.Simulators.Common;

/// <param name="ContentType">Empty for none.</param>
internal sealed record PlainAnswer(int Status, string ContentType, IReadOnlyDictionary<string, string> Headers, Func<byte[]> Bytes);

/// <summary>Where a call comes in: it is written down with what became of it, and some faults meet it before anybody reads it.</summary>
internal static class Doorstep
{
    /// <param name="serve">Makes the answer with these faults; tells its status before it is written.</param>
    /// <param name="mark">What the address does not say of the call, for faults that are to strike only some.</param>
    public static async Task TakeAsync(HttpContext context, RequestLog requests, FaultList due, DateTimeOffset now, Func<IReadOnlyList<Fault>, Action<int>, Task> serve, string mark = "")
    {
        var request = context.Request;
        var query = request.QueryString.Value ?? "";
        var number = requests.Begin(request.Method, request.Path, query, now);
        var status = 0;
        try
        {
            var cleared = due.Cleared;
            var faults = due.Take(request.Method, request.Path + query + mark);
            if (faults.Any(f => f.Kind is FaultKind.Timeout))
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }

            if (faults.FirstOrDefault(f => f.Kind is FaultKind.Latency) is { } late)
            {
                await Task.Delay(late.Ms, context.RequestAborted);
            }

            if (faults.Any(f => f.Kind is FaultKind.Hang))
            {
                await cleared.WaitAsync(context.RequestAborted);
            }

            if (faults.Any(f => f.Kind is FaultKind.Reset))
            {
                context.Abort();
                return;
            }

            await serve(faults, said =>
            {
                status = said;
                requests.End(number, status);
            });
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            status = 0; // The caller has gone.
        }
        finally
        {
            if (status == 0)
            {
                requests.End(number, status);
            }
        }
    }

    /// <summary>Writes an answer with what these faults do to it.</summary>
    public static async Task AnswerAsync(HttpContext context, PlainAnswer answer, DateTimeOffset now, IReadOnlyList<Fault> faults)
    {
        var response = context.Response;
        response.StatusCode = answer.Status;
        response.Headers.Date = JsonFaults.Date(now, faults);
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
            await DripAsync(response, bytes, slow.Ms, context.RequestAborted);
            return;
        }

        await response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    /// <summary>In twenty pieces with pauses.</summary>
    private static async Task DripAsync(HttpResponse response, byte[] bytes, int milliseconds, CancellationToken cancellationToken)
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
