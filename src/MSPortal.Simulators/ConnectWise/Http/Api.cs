using System.Text.Json;
using MSPortal.Simulators.ConnectWise.Model;

namespace MSPortal.Simulators.ConnectWise.Http;

/// <summary>Finds the answer to a call that came in at the vendor's own paths.</summary>
internal sealed class Api(Vendor vendor)
{
    private const string ApiRoot = "apis/3.0/";

    private static readonly HashSet<string> KnownMethods = new(StringComparer.Ordinal) { "GET", "POST", "PUT", "PATCH", "DELETE" };

    private readonly Writes writes = new(vendor);

    public Answer Respond(ApiRequest request)
    {
        try
        {
            return Route(request);
        }
        catch (VendorException error)
        {
            return Answer.Error(error);
        }
    }

    private Answer Route(ApiRequest request)
    {
        var path = request.Path.TrimStart('/');
        if (path.StartsWith("login/companyinfo/", StringComparison.OrdinalIgnoreCase))
        {
            return CompanyInfo(Uri.UnescapeDataString(path["login/companyinfo/".Length..]));
        }

        var root = vendor.Codebase + ApiRoot;
        if (!path.StartsWith(root, StringComparison.OrdinalIgnoreCase))
        {
            return Elsewhere(request, path);
        }

        string[] segments = path[root.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (segments is ["system", "callbackKeys", var key])
        {
            return Callbacks.Key(vendor, key);
        }

        SignIn.Check(request.Headers, vendor.Credentials);
        if (vendor.Rate.Refuse() is { } seconds)
        {
            return Answer.TooMany(seconds);
        }

        return segments is ["system", "info"] ? SystemInfo() : Respond(request, segments);
    }

    private Answer CompanyInfo(string companyId)
    {
        if (!string.Equals(companyId, vendor.Credentials.CompanyId, StringComparison.OrdinalIgnoreCase))
        {
            return new Answer { Body = "null"u8.ToArray() };
        }

        return new Answer
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(new
            {
                CompanyName = "Simulated MSP", vendor.Codebase, VersionCode = vendor.Codebase.TrimEnd('/').Replace('_', '.'), VersionNumber = "v4.6.100001",
                CompanyID = vendor.Credentials.CompanyId, IsCloud = "True",
            }),
        };
    }

    /// <summary>The old name of the codebase leads on by a redirect; any other is a page of the web server.</summary>
    private Answer Elsewhere(ApiRequest request, string path)
    {
        const string old = "v4_6_release/" + ApiRoot;
        if (!path.StartsWith(old, StringComparison.OrdinalIgnoreCase))
        {
            return Answer.Html(404, "404 - File or directory not found.");
        }

        var answer = Answer.Nothing(307);
        answer.Headers["Location"] = $"/{vendor.Codebase}{ApiRoot}{path[old.Length..]}{request.RawQuery}";
        return answer;
    }

    private static Answer SystemInfo() => Answer.Json(new
    {
        version = "v2025.1.104112", isCloud = true, serverTimeZone = "Eastern Standard Time",
        licenseBits = new[] { new { name = "ServiceDesk", activeFlag = true }, new { name = "Project", activeFlag = true } },
        cloudRegion = "NA", maxWorkFlowRecordsAllowed = 300,
    });

    private Answer Respond(ApiRequest request, string[] segments)
    {
        var resource = Places.Find(segments) ?? throw new VendorException(404, "NotFound", $"No resource was found at {request.Path}");
        if (!KnownMethods.Contains(request.Method))
        {
            throw NotAllowed();
        }

        var area = Kinds.Get(resource.Place.Kind).Area;
        if (!vendor.May(area) || (resource.Place.ParentKind is { } parentKind && !vendor.May(Kinds.Get(parentKind).Area) && resource.Place.View is not null))
        {
            throw new VendorException(403, "Security", "You do not have security permission to perform this action.");
        }

        RequireParent(resource);
        if (request.Method != "GET" && resource.Rest is not ["search"])
        {
            return writes.Write(request, resource);
        }

        return Read(request, resource);
    }

    private Answer Read(ApiRequest request, Resource resource)
    {
        var source = Source(resource);
        var listing = new Listing(vendor.Behaviour);
        switch (resource.Rest)
        {
            case []: return listing.List(request, source);
            case ["count"]: return Listing.Count(request, source);
            case ["search"] when request.Method == "POST": return listing.List(request, source, request.JsonObject());
            case [var text] when Places.IsId(text, out var id):
                var row = Listing.Find(source.Rows, id);
                return row is null || source.Visible?.Invoke(row) == false
                    ? throw VendorException.NotFound($"{Kinds.Get(resource.Place.Kind).Resource} {text}")
                    : Answer.One(row, request.Fields, 200, source.Kind);
            default: throw NotAllowed();
        }
    }

    private Source Source(Resource resource)
    {
        var source = Views.Of(vendor.Store.World, resource.Place, resource.Parent);
        var denied = vendor.DeniedBoards;
        if (denied.Count == 0)
        {
            return source;
        }

        return resource.Place.Kind switch
        {
            Kind.Tickets or Kind.ProjectTickets => source with { Visible = row => !denied.Contains(row.RefId("board")) },
            Kind.Boards => source with { Visible = row => !denied.Contains(row.Id) },
            _ => source,
        };
    }

    private void RequireParent(Resource resource)
    {
        if (resource.Place.ParentKind is not { } kind)
        {
            return;
        }

        var parent = vendor.Store.World[kind].Find(resource.Parent);
        var board = kind is Kind.Tickets or Kind.ProjectTickets ? parent?.RefId("board") ?? 0 : kind is Kind.Boards ? resource.Parent : 0;
        if (parent is null || vendor.DeniedBoards.Contains(board))
        {
            throw VendorException.NotFound($"{Kinds.Get(kind).Resource} {resource.Parent.ToString(System.Globalization.CultureInfo.InvariantCulture)}");
        }
    }

    private static VendorException NotAllowed() => new(405, "MethodNotAllowed", "The requested resource does not support this method.");
}
