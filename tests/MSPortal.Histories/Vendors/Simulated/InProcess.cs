using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using MSPortal.Histories.Clockwork;
using MSPortal.Simulators;

namespace MSPortal.Histories.Vendors.Simulated;

/// <summary>The vendors' simulators without a socket: every request is answered at once, as one step.</summary>
internal sealed class InProcess : IAsyncDisposable
{
    public const string Host = "simulator.localhost";

    private readonly WebApplication app;
    private readonly RequestDelegate pipeline;

    public InProcess(SimulatorOptions options)
    {
        app = SimulatorHost.Build(options);
        app.UseRouting();
#pragma warning disable ASP0014 // Nothing starts this application, so nothing else would put its endpoints at the end.
        app.UseEndpoints(_ => { });
#pragma warning restore ASP0014
        pipeline = ((IApplicationBuilder)app).Build();
    }

    public HttpResponseMessage Send(HttpRequestMessage request)
    {
        var body = request.Content is { } content ? Pump.AtOnce(() => content.ReadAsByteArrayAsync()) : [];
        var context = new DefaultHttpContext { RequestServices = app.Services };
        using var written = new MemoryStream();
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(written));
        var to = context.Request;
        (to.Method, to.Scheme, to.Host) = (request.Method.Method, "http", new HostString(Host));
        var uri = request.RequestUri!.IsAbsoluteUri ? request.RequestUri : new Uri(new Uri($"http://{Host}/"), request.RequestUri);
        (to.Path, to.QueryString) = (PathString.FromUriComponent(uri), QueryString.FromUriComponent(uri));
        foreach (var (name, values) in request.Headers.Concat(request.Content?.Headers.AsEnumerable() ?? []))
        {
            to.Headers[name] = values.ToArray();
        }

        (to.Body, to.ContentLength) = (new MemoryStream(body), body.Length);
        Pump.AtOnce(async () =>
        {
            await pipeline(context);
            await context.Response.CompleteAsync();
        });
        var answer = new HttpResponseMessage((HttpStatusCode)context.Response.StatusCode) { Content = new ByteArrayContent(written.ToArray()) };
        foreach (var (name, values) in context.Response.Headers)
        {
            if (!answer.Headers.TryAddWithoutValidation(name, values.ToArray()) && name != "Content-Length")
            {
                answer.Content.Headers.TryAddWithoutValidation(name, values.ToArray());
            }
        }

        return answer;
    }

    /// <summary>Asks a door of the control; null when it refuses.</summary>
    public JsonNode? Control(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri($"http://{Host}/control/{path}"));
        if (body is not null)
        {
            request.Content = new StringContent(body is JsonNode node ? node.ToJsonString() : JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        }

        using var answer = Send(request);
        var text = Pump.AtOnce(() => answer.Content.ReadAsStringAsync());
        return !answer.IsSuccessStatusCode ? null : text.Length == 0 ? new JsonObject() : JsonNode.Parse(text);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
