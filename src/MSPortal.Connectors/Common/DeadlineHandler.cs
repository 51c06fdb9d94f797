namespace MSPortal.Connectors.Common;

/// <summary>
/// Keeps the deadline of a whole request, body included. It sits below the engine's budget, so that waiting for one's turn
/// is never taken for a slow vendor.
/// </summary>
internal sealed class DeadlineHandler(TimeProvider clock, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(VendorHttp.Deadline, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        HttpResponseMessage? response = null;
        try
        {
            response = await base.SendAsync(request, either.Token);
            var read = new ByteArrayContent(await VendorHttp.ReadAsync(response.Content, either.Token));
            foreach (var (name, values) in response.Content.Headers)
            {
                if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
                {
                    read.Headers.TryAddWithoutValidation(name, values);
                }
            }

            response.Content.Dispose();
            response.Content = read;
            return response;
        }
        catch (OperationCanceledException e) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            response?.Dispose();
            throw new TimeoutException($"No complete answer within {VendorHttp.Deadline.TotalSeconds} s.", e);
        }
        catch
        {
            response?.Dispose();
            throw;
        }
    }
}
