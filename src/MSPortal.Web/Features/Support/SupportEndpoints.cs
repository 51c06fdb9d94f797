using MSPortal.Web.Features.Api;
using MSPortal.Web.Access;

namespace MSPortal.Web.Features.Support;

/// <summary>The support bundle as a file.</summary>
internal static class SupportEndpoints
{
    public const string Download = "/settings/support/bundle.zip";

    public static void Map(WebApplication app)
    {
        app.MapGet(Download, WriteAsync).Needs(Permissions.ManageSupport).ExcludeFromDescription();
        app.MapApi("Support").MapGet("/support/bundle", WriteAsync).Needs(Permissions.ManageSupport)
            .WithSummary("A zip with what support asks for and nothing secret; names of clients and people are replaced unless names=true.")
            .Produces(200, contentType: "application/zip");
    }

    private static async Task<IResult> WriteAsync(bool? names, SupportBundle bundle, CurrentUser user, TimeProvider clock, CancellationToken ct)
    {
        var stream = new MemoryStream(); // Small, and whole before the first byte leaves: a failure is no half a file.
        await bundle.WriteAsync(stream, names ?? false, user.Actor, ct);
        stream.Position = 0;
        return TypedResults.File(stream, "application/zip", SupportBundle.FileName(clock.GetUtcNow()));
    }
}
