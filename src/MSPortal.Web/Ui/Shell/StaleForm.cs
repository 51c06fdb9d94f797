using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.WebUtilities;

namespace MSPortal.Web.Ui.Shell;

/// <summary>A page that was open while its person signed in or out elsewhere sends a token that counts no more: it is offered afresh and says so.</summary>
internal static class StaleForm
{
    private const string Key = "problem";
    private const string Stale = "stale";

    /// <summary>Whether the request is the form of a page, with a token that does not count.</summary>
    public static bool IsSent(HttpContext context) =>
        context.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: false } && context.GetEndpoint()?.Metadata.GetMetadata<ComponentTypeMetadata>() is not null;

    /// <summary>Whether the page is to say why it is here again.</summary>
    public static bool IsOfferedAgain(HttpRequest request) => HttpMethods.IsGet(request.Method) && request.Query[Key] == Stale;

    public static Task OfferAgainAsync(HttpContext context)
    {
        var kept = context.Request.Query.Where(q => q.Key != Key).SelectMany(q => q.Value, (q, value) => KeyValuePair.Create(q.Key, value));
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = QueryHelpers.AddQueryString(context.Request.Path, [.. kept, KeyValuePair.Create(Key, (string?)Stale)]);
        return Task.CompletedTask;
    }
}
