using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MSPortal.EndToEnd.SupportTests;

/// <summary>One page on loopback, so that the browser is proved before the portal is.</summary>
internal sealed class TinyServer(WebApplication app) : IAsyncDisposable
{
    public Uri Address { get; } = new(app.Urls.Single());

    public static async Task<TinyServer> StartAsync(string html)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/", () => Results.Content(html, "text/html; charset=utf-8"));
        app.MapGet("/broken", () => Results.StatusCode(500));
        app.MapGet("/favicon.ico", () => Results.NoContent());
        await app.StartAsync();
        return new TinyServer(app);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
