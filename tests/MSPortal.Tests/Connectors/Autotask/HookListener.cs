using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using MSPortal.Core.Contracts;

namespace MSPortal.Tests.Connectors.Autotask;

/// <summary>Somebody whom a vendor can call.</summary>
internal sealed class HookListener : IAsyncDisposable
{
    private readonly Channel<WebhookDelivery> deliveries = Channel.CreateUnbounded<WebhookDelivery>();
    private readonly WebApplication app;

    private HookListener()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            deliveries.Writer.TryWrite(new WebhookDelivery(body.ToArray(), headers, context.Request.QueryString.Value ?? ""));
        });
    }

    public Uri Address => new(app.Urls.Single() + "/");

    public static async Task<HookListener> StartAsync()
    {
        var listener = new HookListener();
        await listener.app.StartAsync();
        return listener;
    }

    public async Task<WebhookDelivery> NextAsync(CancellationToken ct) => await deliveries.Reader.ReadAsync(ct);

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
