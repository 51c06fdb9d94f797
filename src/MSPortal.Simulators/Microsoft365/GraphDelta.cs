using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Microsoft365;

/// <summary>Where a delta stands. What changes while its pages are read is told again in the next round, never forgotten.</summary>
/// <param name="Since">The version that is known already; −1: nothing is.</param>
/// <param name="Until">The version at the round's start, from which the next one goes on.</param>
/// <param name="After">The last that was told in this round.</param>
internal sealed record DeltaPlace(string Tenant, string Kind, IReadOnlyList<string>? Select, IReadOnlyList<string>? Ids, long Since, long Until, long After, int Generation, DateTimeOffset Issued);

/// <summary>Changes of users or groups since the caller last asked.</summary>
internal sealed partial class GraphDelta(Microsoft365Vendor vendor)
{
    private const int MostIds = 50;

    private static readonly string[] Unknown = ["top", "expand", "orderby", "search", "count"];

    public JsonAnswer Answer(GraphRequest request, Tenant tenant, DirectoryShape shape, DirectoryTable table)
    {
        var token = request.Option("skiptoken") ?? request.Option("deltatoken");
        var place = token is { Length: > 0 } and not "latest" ? Known(token, request, tenant, shape) : Start(request, tenant, shape);
        var names = shape.Wanted(place.Select, many: true);
        var context = $"{shape.Kind}{(place.Select is null ? "" : $"({string.Join(',', place.Select)})")}";
        if (request.Option("deltatoken") is "latest")
        {
            return Graph.List(vendor, context, [], delta: Link(place, request, isDelta: true));
        }

        if (request.IsEmptyPage)
        {
            return Graph.List(vendor, context, [], next: Link(place, request, isDelta: false));
        }

        var isMinimal = request.Header("Prefer")?.Contains("return=minimal", StringComparison.OrdinalIgnoreCase) == true;
        var size = Size(request);
        var rows = new List<JsonObject>();
        var last = place.After;
        foreach (var entry in table.After(place.After))
        {
            if (place.Ids?.Contains(entry.Id, StringComparer.OrdinalIgnoreCase) is false || Row(entry, place.Since, shape, names, isMinimal) is not { } row)
            {
                continue;
            }

            if (rows.Count == size)
            {
                return Graph.List(vendor, context, rows, next: Link(place with { After = last }, request, isDelta: false));
            }

            rows.Add(row);
            last = entry.Sequence;
        }

        return Graph.List(vendor, context, rows, delta: Link(place with { Since = place.Until, After = 0 }, request, isDelta: true));
    }

    private static JsonObject? Row(DirectoryEntry entry, long since, DirectoryShape shape, IReadOnlyList<string> names, bool isMinimal)
    {
        if (since < 0 || entry.Turned > since)
        {
            return entry.IsLive ? shape.Mention(entry, names)
                : since < 0 ? null
                : new JsonObject { ["id"] = entry.Id, ["@removed"] = new JsonObject { ["reason"] = entry.IsGone ? "deleted" : "changed" } };
        }

        List<string> changed = entry.IsLive ? [.. entry.ChangedAfter(since, names)] : [];
        return changed.Count == 0 ? null : shape.Mention(entry, isMinimal ? changed : names);
    }

    private static DeltaPlace Start(GraphRequest request, Tenant tenant, DirectoryShape shape)
    {
        if (Unknown.FirstOrDefault(name => request.Option(name) is not null) is { } option)
        {
            throw new GraphException(400, "Request_UnsupportedQuery", $"The query option '${option}' is not supported by delta.");
        }

        if (request.Select?.Contains("signInActivity") == true)
        {
            throw new GraphException(400, "Request_UnsupportedQuery", "The property 'signInActivity' is not tracked by delta.");
        }

        var latest = request.Option("deltatoken") is "latest";
        return new DeltaPlace(tenant.Id, shape.Kind, request.Select, Ids(request), latest ? tenant.Version : -1, tenant.Version, 0, tenant.Generation, DateTimeOffset.MinValue);
    }

    /// <summary>Options are taken from the place; whatever stands beside the token is passed over.</summary>
    private DeltaPlace Known(string token, GraphRequest request, Tenant tenant, DirectoryShape shape)
    {
        if (vendor.Sealed.Open<DeltaPlace>(token) is not { } place || place.Tenant != tenant.Id || place.Kind != shape.Kind)
        {
            throw new GraphException(400, "Request_BadRequest", "Badly formed token.");
        }

        if (request.Forgets is { } status)
        {
            throw Expired(place, status == 410 ? "gone" : "syncStateNotFound", status);
        }

        if (place.Generation != tenant.Generation)
        {
            throw Expired(place, "gone", 410);
        }

        return vendor.Clock.GetUtcNow() - place.Issued < TimeSpan.FromDays(vendor.Behaviour.DeltaDays) ? request.Option("skiptoken") is null ? place with { Until = tenant.Version } : place
            : throw Expired(place, vendor.Behaviour.ExpiredDelta, vendor.Behaviour.ExpiredDelta == "syncStateNotFound" ? 400 : 410);
    }

    private GraphException Expired(DeltaPlace place, string how, int status) =>
        new(status, how == "syncStateNotFound" ? how : "resyncRequired", how == "syncStateNotFound" ? "The sync state generation is not found; it may have expired. Start again without a token." : "Resync is required. Replace local items with the server's version.")
        {
            Location = how == "gone" ? $"{vendor.PublicUrl}{Graph.Root}/{place.Kind}/delta?{(place.Select is null ? "" : $"$select={string.Join(',', place.Select)}&")}$deltatoken=" : null,
        };

    private int Size(GraphRequest request)
    {
        var size = vendor.Behaviour.DeltaPage;
        if (request.Header("Prefer") is { } prefer && PageSize().Match(prefer) is { Success: true } asked)
        {
            size = Math.Clamp(int.Parse(asked.Groups["size"].Value, CultureInfo.InvariantCulture), 1, 999);
        }

        return request.Cap > 0 ? Math.Min(request.Cap, size) : size;
    }

    private string Link(DeltaPlace place, GraphRequest request, bool isDelta) =>
        $"{vendor.PublicUrl}{Graph.Root}{request.Path}?${(isDelta ? "deltatoken" : "skiptoken")}={vendor.Sealed.Seal(place with { Issued = vendor.Clock.GetUtcNow() })}";

    /// <summary>The only filter that a delta knows.</summary>
    private static List<string>? Ids(GraphRequest request)
    {
        if (request.Option("filter") is not { } filter)
        {
            return null;
        }

        List<string> ids = [.. filter.Split(" or ", StringSplitOptions.TrimEntries).Select(term => IdTerm().Match(term)).Select(m => m.Success ? m.Groups["id"].Value : throw new GraphException(400, "Request_UnsupportedQuery", "Only a filter by id is supported by delta."))];
        return ids.Count <= MostIds ? ids : throw new GraphException(400, "Request_UnsupportedQuery", "Too many ids in the filter of a delta; 50 are allowed.");
    }

    [GeneratedRegex("^id eq '(?<id>[^']+)'$", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 10_000)]
    private static partial Regex IdTerm();

    [GeneratedRegex(@"odata\.maxpagesize=(?<size>\d{1,6})", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 10_000)]
    private static partial Regex PageSize();
}
