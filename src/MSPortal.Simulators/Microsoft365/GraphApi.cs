using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Microsoft365;

/// <summary>What a path costs, which permissions open it (any of them), and who answers.</summary>
internal sealed record GraphRoute(string Workload, int Units, string[] Roles, Func<JsonAnswer> Answer);

/// <summary>Finds the answer to one call: who asks, whether he asks too much, whether he may, and what there is.</summary>
internal sealed class GraphApi(Microsoft365Vendor vendor)
{
    private readonly GraphRoutes routes = new(vendor);

    public JsonAnswer Respond(GraphRequest request)
    {
        var id = request.Header("client-request-id");
        JsonAnswer answer;
        try
        {
            answer = Answer(request);
        }
        catch (GraphException refused)
        {
            answer = Graph.Error(vendor, refused.Status, refused.Code, refused.Message, id);
            if (refused.Location is not null)
            {
                answer.Headers["Location"] = refused.Location;
            }

            if (refused.Status == 401)
            {
                answer.Headers["WWW-Authenticate"] = $"Bearer realm=\"\", authorization_uri=\"{vendor.PublicUrl}/common/oauth2/authorize\", client_id=\"{Graph.AppId}\"";
            }
        }

        answer.Headers["request-id"] = vendor.NextRequestId();
        if (id is not null)
        {
            answer.Headers["client-request-id"] = id;
        }

        return answer;
    }

    private JsonAnswer Answer(GraphRequest request)
    {
        var access = vendor.Tokens.Enter(request.Header("Authorization"));
        access.Tenant.Empty(vendor.Clock.GetUtcNow());
        var route = routes.Find(request, access);
        var units = Units(request, route);
        var verdict = vendor.Throttle.Take(route.Workload, units, access.Tenant, access.App.ClientId);
        var answer = verdict.Wait > 0 ? TooMuch(request, route, verdict) : Permitted(request, access, route);
        if (route.Workload == "identity")
        {
            answer.Headers["x-ms-resource-unit"] = units.ToString(CultureInfo.InvariantCulture);
            if (verdict.Share >= 0.8)
            {
                answer.Headers["x-ms-throttle-limit-percentage"] = Math.Min(1.8, Math.Round(verdict.Share, 2)).ToString(CultureInfo.InvariantCulture);
            }
        }

        return answer;
    }

    private JsonAnswer Permitted(GraphRequest request, EntraAccess access, GraphRoute route)
    {
        try
        {
            Demand(access, route.Roles);
            if (request.Select?.Contains("signInActivity") == true && request.Steps[0] == "users")
            {
                Demand(access, ["AuditLog.Read.All"]);
                if (!access.Tenant.Has("AAD_PREMIUM"))
                {
                    throw new GraphException(403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant", "Neither tenant is B2C or tenant doesn't have premium license");
                }
            }

            return route.Answer();
        }
        catch (GraphException refused)
        {
            var answer = Graph.Error(vendor, refused.Status, refused.Code, refused.Message, request.Header("client-request-id"));
            if (refused.Location is not null)
            {
                answer.Headers["Location"] = refused.Location;
            }

            return answer;
        }
    }

    private static void Demand(EntraAccess access, string[] roles)
    {
        if (roles.Length > 0 && !roles.Any(access.Roles.Contains))
        {
            throw new GraphException(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");
        }
    }

    private JsonAnswer TooMuch(GraphRequest request, GraphRoute route, ThrottleVerdict verdict)
    {
        var (code, message) = Graph.Wording(429);
        var answer = Graph.Error(vendor, 429, code, message, request.Header("client-request-id"));
        if (vendor.Behaviour.RetryAfter)
        {
            answer.Headers["Retry-After"] = verdict.Wait.ToString(CultureInfo.InvariantCulture);
        }

        if (route.Workload == "identity")
        {
            answer.Headers["x-ms-throttle-scope"] = verdict.Scope;
            answer.Headers["x-ms-throttle-information"] = "ResourceUnitLimitExceeded";
        }

        return answer;
    }

    private static int Units(GraphRequest request, GraphRoute route)
    {
        if (route.Workload != "identity")
        {
            return 1;
        }

        var units = route.Units;
        units -= request.Select is null ? 0 : 1;
        units += request.Option("expand") is null ? 0 : 1;
        units -= int.TryParse(request.Option("top"), CultureInfo.InvariantCulture, out var top) && top < 20 ? 1 : 0;
        return Math.Max(1, units);
    }
}
