using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.EntityFrameworkCore;
using MSPortal.Storage;
using MSPortal.Web.Features.Account;

namespace MSPortal.Web.Hosting;

/// <summary>Whether anybody can sign in yet; until then every page leads to the set-up.</summary>
internal sealed class FirstRun(PortalDatabase database)
{
    private volatile bool over;

    public async ValueTask<bool> IsOverAsync(CancellationToken ct)
    {
        if (!over)
        {
            await using var db = database.Open();
            over = await db.Users.IgnoreQueryFilters().AnyAsync(ct);
        }

        return over;
    }
}

/// <summary>Leads to the set-up while there is no user, and hides it for good afterwards.</summary>
internal sealed class FirstRunMiddleware(RequestDelegate next, FirstRun firstRun)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<ComponentTypeMetadata>() is not { Type: var page })
        {
            await next(context);
            return;
        }

        var over = await firstRun.IsOverAsync(context.RequestAborted);
        if (page == typeof(SetupPage) && over)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
        else if (page != typeof(SetupPage) && !over && page != typeof(Ui.Shell.ProblemPage))
        {
            context.Response.Redirect(AccountRoutes.Setup);
        }
        else
        {
            await next(context);
        }
    }
}
