using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using MSPortal.Simulators.Common;
using MSPortal.Simulators.ConnectWise.Http;
using MSPortal.Simulators.ConnectWise.Model;

namespace MSPortal.Simulators.ConnectWise.Control;

/// <summary>The door for tests and for people with curl: look at the truth, change it, and break things.</summary>
internal static class ControlRoutes
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static void Map(RouteGroupBuilder group, Vendor vendor, Trickle trickle)
    {
        group.AddEndpointFilter(async (context, next) =>
        {
            try
            {
                return await next(context);
            }
            catch (Exception error) when (error is VendorException or JsonException or ArgumentException or InvalidOperationException or KeyNotFoundException)
            {
                return Results.Json(new { error = error.Message }, Options, statusCode: error is VendorException { Status: 404 } ? 404 : 400);
            }
        });
        group.MapGet("/", (HttpContext context) => About(context, vendor));
        MapRecords(group, vendor);
        MapFaults(group, vendor);
        MapAccess(group, vendor);
        group.MapPost("/trickle", async (HttpContext context) =>
        {
            trickle.Run((await BodyAsync(context)).GetProperty("perMinute").GetDouble());
            return Done();
        });
        group.MapGet("/requests", (int? since) => Results.Json(vendor.Requests.Since(since ?? 0), Options));
        group.MapDelete("/requests", () =>
        {
            vendor.Requests.Clear();
            return Done();
        });
        group.MapGet("/deliveries", () => Results.Json(vendor.Deliveries, Options));
    }

    private static void MapRecords(RouteGroupBuilder group, Vendor vendor)
    {
        var edits = new RecordEdits(vendor);
        group.MapGet("/records/{kind}", (string kind) => Json(NodeJson.Bytes(vendor.Store.World[KindOf(kind)].Rows)));
        group.MapGet("/records/{kind}/{id:int}", (string kind, int id) =>
            (IResult)(vendor.Store.World[KindOf(kind)].Find(id) is { } row ? Json(NodeJson.Bytes(row)) : Results.NotFound()));
        group.MapPost("/records/{kind}", async (HttpContext context, string kind) =>
            Json(NodeJson.Bytes(edits.Create(KindOf(kind), await NodeAsync(context))), 201));
        group.MapPatch("/records/{kind}/{id:int}", async (HttpContext context, string kind, int id, bool? touch) =>
            Json(NodeJson.Bytes(edits.Change(KindOf(kind), id, await NodeAsync(context), touch ?? true))));
        group.MapDelete("/records/{kind}/{id:int}", (string kind, int id) =>
        {
            edits.Delete(KindOf(kind), id);
            return Done();
        });
        group.MapPost("/tickets/{id:int}/merge", async (HttpContext context, int id) =>
            Json(NodeJson.Bytes(edits.MergeTicket(id, (await NodeAsync(context)).Whole("into")))));
        group.MapPost("/companies/{id:int}/merge", async (HttpContext context, int id) =>
            Json(NodeJson.Bytes(edits.MergeCompany(id, (await NodeAsync(context)).Whole("into")))));
        group.MapPost("/tickets/{id:int}/board", async (HttpContext context, int id, bool? touch) =>
            Json(NodeJson.Bytes(edits.MoveToBoard(id, (await NodeAsync(context)).Whole("boardId"), touch ?? true))));
        group.MapPost("/bulk", async (HttpContext context) =>
        {
            var body = JsonSerializer.Deserialize<Bulk>(await BodyAsync(context), Options)!;
            var ids = edits.ChangeMany(KindOf(body.Kind), body.Ids, body.Count, body.Delete, body.Change is { } change ? NodeJson.ReadObject(change) : null, body.Touch);
            return Results.Json(new { ids }, Options);
        });
    }

    private static void MapFaults(RouteGroupBuilder group, Vendor vendor)
    {
        group.MapGet("/faults", () => Results.Json(vendor.Faults.Report(), Options));
        group.MapPost("/faults", async (HttpContext context) =>
        {
            var fault = JsonSerializer.Deserialize<Fault>(await BodyAsync(context), Options)!;
            return Results.Json(new { number = vendor.Faults.Add(fault) }, Options, statusCode: 201);
        });
        group.MapDelete("/faults", () =>
        {
            vendor.Faults.Clear();
            return Done();
        });
    }

    private static void MapAccess(RouteGroupBuilder group, Vendor vendor)
    {
        group.MapPost("/permissions", async (HttpContext context) =>
        {
            foreach (var (area, given) in (await BodyAsync(context)).EnumerateObject().Select(p => (p.Name, p.Value)))
            {
                if (area == "boards")
                {
                    vendor.DeniedBoards = given.EnumerateArray().Select(i => i.GetInt32()).ToHashSet();
                }
                else
                {
                    vendor.Permissions[Enum.GetValues<Kind>().Any(k => Kinds.Get(k).Area == area) ? area : throw new InvalidOperationException($"{area} is no area")] = given.GetBoolean();
                }
            }

            return Results.Json(new { areas = vendor.Permissions, boards = vendor.DeniedBoards }, Options);
        });
        group.MapPost("/credentials", async (HttpContext context) =>
        {
            vendor.Credentials = Over(vendor.Credentials, await BodyAsync(context));
            return Results.Json(vendor.Credentials, Options);
        });
        group.MapPost("/behaviour", async (HttpContext context) =>
        {
            vendor.Behaviour = Over(vendor.Behaviour, await BodyAsync(context));
            return Results.Json(vendor.Behaviour, Options);
        });
        group.MapPost("/codebase", async (HttpContext context) =>
        {
            vendor.Codebase = (await BodyAsync(context)).GetProperty("codebase").GetString()!.TrimEnd('/') + "/";
            return Done();
        });
        group.MapPost("/rate", async (HttpContext context) =>
        {
            vendor.Rate.PerMinute = (await BodyAsync(context)).GetProperty("perMinute").GetInt32();
            return Done();
        });
    }

    private static IResult About(HttpContext context, Vendor vendor) => Results.Json(
        new
        {
            apiUrl = $"{context.Request.Scheme}://{context.Request.Host}",
            vendor.Credentials.CompanyId, vendor.Credentials.PublicKey, vendor.Credentials.PrivateKey, vendor.Credentials.ClientId, vendor.Codebase,
            counts = Enum.GetValues<Kind>().ToDictionary(k => JsonNamingPolicy.CamelCase.ConvertName(k.ToString()), k => vendor.Store.World[k].Rows.Length),
            now = Store.Stamp(vendor.Clock.GetUtcNow()),
        },
        Options);

    /// <summary>The properties that are given, over those that are.</summary>
    private static T Over<T>(T current, JsonElement given)
    {
        var merged = JsonSerializer.SerializeToNode(current, Options)!.AsObject();
        foreach (var property in given.EnumerateObject())
        {
            merged[property.Name] = JsonNode.Parse(property.Value.GetRawText());
        }

        return merged.Deserialize<T>(Options)!;
    }

    private static Kind KindOf(string name) => Kinds.Find(name)?.Kind ?? throw new InvalidOperationException($"{name} is no kind of record");

    private static async Task<JsonElement> BodyAsync(HttpContext context)
    {
        using var document = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        return document.RootElement.Clone();
    }

    private static async Task<Node> NodeAsync(HttpContext context) => NodeJson.ReadObject(await BodyAsync(context));

    private static RawResult Json(byte[] bytes, int status = 200) => new RawResult(bytes, status);

    private static IResult Done() => Results.StatusCode(204);

    private sealed record Bulk(string Kind, IReadOnlyList<int>? Ids = null, int? Count = null, JsonElement? Change = null, bool Delete = false, bool Touch = true);

    private sealed class RawResult(byte[] bytes, int status) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = status;
            httpContext.Response.ContentType = "application/json; charset=utf-8";
            httpContext.Response.ContentLength = bytes.Length;
            await httpContext.Response.Body.WriteAsync(bytes, httpContext.RequestAborted);
        }
    }
}
