using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Autotask;

/// <summary>Finds the answer to a call at the vendor's own paths.</summary>
internal sealed class AutotaskApi(AutotaskVendor vendor)
{
    /// <summary>In <see cref="HttpContext.Items"/>: the call is the fourth at once.</summary>
    public const string TooManyThreads = "autotask.threads";

    private const int LongestAddress = 2100;

    private readonly AutotaskListing listing = new(vendor);
    private readonly AutotaskInformation information = new(vendor);
    private readonly AutotaskWrites writes = new(vendor);

    public static string QuotaWords(AutotaskLimits limits) =>
        FormattableString.Invariant($"The Autotask API request threshold of {limits.Threshold} requests per {limits.Minutes} minutes has been exceeded.");

    public JsonAnswer Respond(VendorRequest request)
    {
        var path = request.Path.Trim('/').Split('/');
        var root = Array.FindIndex(path, p => p.Equals("atservicesrest", StringComparison.OrdinalIgnoreCase));
        var rest = path[(root + 1)..];
        if (rest is [var only] && Is(only, "versioninformation"))
        {
            return JsonAnswer.Json(new JsonObject { ["apiVersions"] = new JsonArray("V1.0") });
        }

        if (rest is not [var version, .. var segments] || !Is(version, "v1.0") || segments.Length == 0)
        {
            throw NoRoute();
        }

        if (Is(segments[0], "zoneinformation"))
        {
            return Zone(request.Query("user"));
        }

        SignIn(request, root == 0 ? "" : path[root - 1]);
        Admit(request);
        if (request.Method == "GET" && request.Path.Length + (request.Context.Request.QueryString.Value?.Length ?? 0) > LongestAddress)
        {
            throw NoRoute();
        }

        return Is(segments[0], "thresholdinformation") && segments.Length == 1 ? Threshold()
            : Is(segments[0], "version") && segments.Length == 1 ? JsonAnswer.Json(new JsonObject { ["majorVersion"] = 2026, ["minorVersion"] = 1, ["build"] = 12, ["customerType"] = "Production" })
            : Is(segments[0], "modules") && segments.Length == 1 ? JsonAnswer.Json(new JsonObject { ["modules"] = new JsonArray(new JsonObject { ["key"] = 24, ["value"] = true }) })
            : Entity(request, segments);
    }

    /// <summary>Anyone may ask; who is not known is an error, not a 404.</summary>
    private JsonAnswer Zone(string? user)
    {
        if (!string.Equals(user, vendor.Credentials.Username, StringComparison.OrdinalIgnoreCase))
        {
            throw AutotaskException.Invalid("Zone information could not be determined");
        }

        return JsonAnswer.Json(new JsonObject
        {
            ["zoneName"] = FormattableString.Invariant($"Simulated Zone {vendor.Zone}"), ["url"] = vendor.Address(vendor.Zone),
            ["webUrl"] = FormattableString.Invariant($"{vendor.PublicUrl}/autotask/ww{vendor.Zone}/"), ["ci"] = vendor.Database,
        });
    }

    /// <summary>Wrong user, wrong secret, wrong code and wrong zone all look the same.</summary>
    private void SignIn(VendorRequest request, string zone)
    {
        var known = vendor.Credentials;
        if (known.Revoked || !zone.Equals(FormattableString.Invariant($"zone{vendor.Zone}"), StringComparison.OrdinalIgnoreCase)
            || !string.Equals(request.Header("UserName"), known.Username, StringComparison.OrdinalIgnoreCase)
            || request.Header("Secret") != known.Secret || request.Header("ApiIntegrationCode") != known.IntegrationCode)
        {
            throw new AutotaskException(401, "");
        }
    }

    private void Admit(VendorRequest request)
    {
        if (request.Context.Items.ContainsKey(TooManyThreads))
        {
            throw new AutotaskException(vendor.Behaviour.ThreadStatus, "The Autotask API thread threshold of 3 threads has been exceeded. (Itgenatr005)");
        }

        if (vendor.Limits.Used >= vendor.Limits.Threshold)
        {
            var wait = vendor.Behaviour.RetryAfter;
            throw new AutotaskException(429, QuotaWords(vendor.Limits)) { Headers = wait > 0 ? new() { ["Retry-After"] = FormattableString.Invariant($"{wait}") } : new Dictionary<string, string>() };
        }

        vendor.Limits.Count();
    }

    private JsonAnswer Threshold() => JsonAnswer.Json(new JsonObject
    {
        ["externalRequestThreshold"] = vendor.Limits.Threshold, ["requestThresholdTimeframe"] = vendor.Limits.Minutes, ["currentTimeframeRequestCount"] = vendor.Limits.Used,
    });

    private JsonAnswer Entity(VendorRequest request, string[] segments)
    {
        var entity = AutotaskEntities.AtPath(segments[0]) ?? throw NoRoute();
        Permit(entity);
        return segments[1..] switch
        {
            [] => Root(request, entity),
            [var q] when Is(q, "query") => listing.Query(Reading(request), entity, Address(entity)),
            [var q, var n] when Is(q, "query") && Is(n, "next") => Next(request, entity),
            [var q, var c] when Is(q, "query") && Is(c, "count") => listing.Count(Reading(request), entity),
            [var i] when Is(i, "entityinformation") => information.Entity(entity),
            [var i, var f] when Is(i, "entityinformation") && Is(f, "fields") => information.Fields(entity),
            [var i, var u] when Is(i, "entityinformation") && Is(u, "userdefinedfields") => AutotaskInformation.UserDefined(entity),
            [var id] => request.Method switch
            {
                "GET" => listing.Item(entity, id),
                "DELETE" when entity.Parent is null => writes.Delete(entity, id),
                _ => throw AutotaskWrites.NotSupported(request.Method),
            },
            [var parent, var sub, .. var more] when AutotaskEntities.Below(segments[0], sub) is { } child && long.TryParse(parent, CultureInfo.InvariantCulture, out var under) => Below(request, child, under, more),
            _ => throw NoRoute(),
        };
    }

    private JsonAnswer Below(VendorRequest request, AutotaskEntity child, long parent, string[] more)
    {
        Permit(child);
        return (more, request.Method) switch
        {
            ([], "GET") => listing.Children(child, parent),
            ([], _) => writes.Write(request, child, parent),
            ([var id], "GET") => listing.Item(child, id),
            ([var id], "DELETE") => writes.Delete(child, id),
            ([_], _) => throw AutotaskWrites.NotSupported(request.Method),
            _ => throw NoRoute(),
        };
    }

    /// <summary>Children can only be written through their parent.</summary>
    private JsonAnswer Root(VendorRequest request, AutotaskEntity entity) =>
        request.Method == "GET" ? throw AutotaskWrites.NotSupported("GET")
        : entity.Parent is not null ? throw NoRoute()
        : writes.Write(request, entity, null);

    /// <summary>The next page of what was posted has to be posted as well.</summary>
    private JsonAnswer Next(VendorRequest request, AutotaskEntity entity) =>
        request.Method == "GET" && request.Query("search") is null ? throw AutotaskWrites.NotSupported("GET") : listing.Query(request, entity, Address(entity));

    private void Permit(AutotaskEntity entity)
    {
        if (vendor.May(entity.Area) || vendor.Behaviour.DeniedAs == "hidden")
        {
            return;
        }

        throw new AutotaskException(
            vendor.Behaviour.DeniedAs == "forbidden" ? 403 : 500,
            $"The logged in Resource does not have the adequate permissions to query the {entity.Name} entity type.");
    }

    private string Address(AutotaskEntity entity) => $"{vendor.Address(vendor.Zone)}V1.0/{entity.Path}";

    private static VendorRequest Reading(VendorRequest request) => request.Method is "GET" or "POST" ? request : throw AutotaskWrites.NotSupported(request.Method);

    private static bool Is(string segment, string name) => segment.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static AutotaskException NoRoute() => new(404, "No HTTP resource was found that matches the request URI.");
}
