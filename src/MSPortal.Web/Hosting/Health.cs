using MSPortal.Storage;

namespace MSPortal.Web.Hosting;

/// <summary>What a load balancer or a process supervisor asks.</summary>
internal static class Health
{
    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", () => Results.Text("live\n")).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/health/ready", async (PortalDatabase database, CancellationToken ct) =>
            await database.CheckAsync(ct) is null
                ? Results.Text("ready\n")
                : Results.Text("The database does not answer or is at another version.\n", statusCode: StatusCodes.Status503ServiceUnavailable))
            .AllowAnonymous().ExcludeFromDescription();
    }
}
