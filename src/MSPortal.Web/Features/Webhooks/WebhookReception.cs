using Microsoft.AspNetCore.Http.Features;
using MSPortal.Core.Contracts;
using MSPortal.Core.Webhooks;

namespace MSPortal.Web.Features.Webhooks;

/// <summary>Where vendors deliver: no sign-in, since the path is the secret and the signature the proof; no session, no page, no redirect.</summary>
internal static class WebhookReception
{
    private const int FirstRead = 16 * 1024;

    public static void Map(WebApplication app) =>
        app.MapPost($"/{WebhookOptions.Folder}/{{path}}", TakeAsync).AllowAnonymous().DisableAntiforgery().ExcludeFromDescription();

    private static async Task TakeAsync(string path, HttpContext context, WebhookDoor door)
    {
        var ct = context.RequestAborted;
        var body = await ReadAsync(context, ct);
        var answer = body is { } bytes
            ? await door.TakeAsync(path, new WebhookDelivery(bytes, Headers(context.Request), context.Request.QueryString.Value ?? ""), ct)
            : await door.RefuseLargeAsync(path, ct);
        context.Response.StatusCode = answer switch
        {
            DoorAnswer.Accepted => StatusCodes.Status202Accepted,
            DoorAnswer.Forged => StatusCodes.Status401Unauthorized,
            DoorAnswer.TooLarge => StatusCodes.Status413PayloadTooLarge,
            DoorAnswer.ComeAgain => StatusCodes.Status429TooManyRequests,
            _ => StatusCodes.Status404NotFound,
        };
    }

    private static Dictionary<string, string> Headers(HttpRequest request) =>
        request.Headers.ToDictionary(h => h.Key, h => string.Join(',', h.Value.ToArray()), StringComparer.OrdinalIgnoreCase);

    /// <summary>Null when it is larger than any delivery; no more than that is ever read.</summary>
    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContext context, CancellationToken ct)
    {
        const int most = WebhookDelivery.LargestBody;
        if (context.Request.ContentLength > most)
        {
            return null;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = most + 1;
        }

        var body = new MemoryStream((int)Math.Min(context.Request.ContentLength ?? FirstRead, most));
        var buffer = new byte[FirstRead];
        for (int read; (read = await context.Request.Body.ReadAsync(buffer, ct)) > 0;)
        {
            if (body.Length + read > most)
            {
                return null;
            }

            body.Write(buffer, 0, read);
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }
}
