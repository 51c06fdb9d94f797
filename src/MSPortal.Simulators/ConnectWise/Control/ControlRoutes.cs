using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using MSPortal.Simulators.Common;
using MSPortal.Simulators.ConnectWise.Http;
using MSPortal.Simulators.ConnectWise.Model;

namespace MSPortal.Simulators.ConnectWise.Control;

/// <summary>The door for tests and for people with curl: look at the truth, change it, and break things.</summary>
internal static class ControlRoutes
{
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
                return Results.Json(new { error = error.Message }, JsonControl.Options, statusCode: error is VendorException { Status: 404 } ? 404 : 400);
            }
        });
        group.MapGet("/", (HttpContext context) => About(context, vendor));
        MapRecords(group, vendor);
        JsonControl.MapFaults(group, vendor.Faults, vendor.Requests);
        MapAccess(group, vendor);
        group.MapPost("/trickle", async (HttpContext context) =>
        {
            trickle.Run((await JsonControl.BodyAsync(context)).GetProperty("perMinute").GetDouble());
            return Done();
        });
        group.MapGet("/deliveries", () => Results.Json(vendor.Deliveries, JsonControl.Options));
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
            var body = JsonSerializer.Deserialize<Bulk>(await JsonControl.BodyAsync(context), JsonControl.Options)!;
            var ids = edits.ChangeMany(KindOf(body.Kind), body.Ids, body.Count, body.Delete, body.Change is { } change ? NodeJson.ReadObject(change) : null, body.Touch);
            return Results.Json(new { ids }, JsonControl.Options);
        });
    }

    private static void MapAccess(RouteGroupBuilder group, Vendor vendor)
    {
        group.MapPost("/permissions", async (HttpContext context) =>
        {
            foreach (var (area, given) in (await JsonControl.BodyAsync(context)).EnumerateObject().Select(p => (p.Name, p.Value)))
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

            return Results.Json(new { areas = vendor.Permissions, boards = vendor.DeniedBoards }, JsonControl.Options);
        });
        group.MapPost("/credentials", async (HttpContext context) =>
        {
            vendor.Credentials = JsonControl.Over(vendor.Credentials, await JsonControl.BodyAsync(context));
            return Results.Json(vendor.Credentials, JsonControl.Options);
        });
        group.MapPost("/behaviour", async (HttpContext context) =>
        {
            vendor.Behaviour = JsonControl.Over(vendor.Behaviour, await JsonControl.BodyAsync(context));
            return Results.Json(vendor.Behaviour, JsonControl.Options);
        });
        group.MapPost("/codebase", async (HttpContext context) =>
        {
            vendor.Codebase = (await JsonControl.BodyAsync(context)).GetProperty("codebase").GetString()!.TrimEnd('/') + "/";
            return Done();
        });
        group.MapPost("/rate", async (HttpContext context) =>
        {
            vendor.Rate.PerMinute = (await JsonControl.BodyAsync(context)).GetProperty("perMinute").GetInt32();
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
        JsonControl.Options);

    private static Kind KindOf(string name) => Kinds.Find(name)?.Kind ?? throw new InvalidOperationException($"{name} is no kind of record");

    private static async Task<Node> NodeAsync(HttpContext context) => NodeJson.ReadObject(await JsonControl.BodyAsync(context));

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
