using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MSPortal.Tests.Web.Hosting;

namespace MSPortal.Tests.Web.Features.Api;

/// <summary>What the API answered.</summary>
internal sealed record ApiAnswer(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Message)
{
    /// <summary>The fields that a problem names.</summary>
    public IReadOnlyList<string> Fields => Body.TryGetProperty("errors", out var errors) ? [.. errors.EnumerateObject().Select(e => e.Name)] : [];

    public string? Detail => Body.TryGetProperty("detail", out var detail) ? detail.GetString() : null;

    public string Text => Body.GetRawText();
}

/// <summary>A program with a key.</summary>
internal sealed class ApiCaller(RunningPortal portal, string key) : IDisposable
{
    private readonly HttpClient client = portal.NewClient();

    public Task<ApiAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public Task<ApiAnswer> PostAsync(string path, object? body = null) => SendAsync(HttpMethod.Post, path, body ?? new { });

    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, new Uri("/api/v1" + path, UriKind.Relative));
        request.Headers.Authorization = new("Bearer", key);
        request.Content = body is null ? null : JsonContent.Create(body);
        var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return new ApiAnswer(answer.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement, answer);
    }

    public void Dispose() => client.Dispose();
}
