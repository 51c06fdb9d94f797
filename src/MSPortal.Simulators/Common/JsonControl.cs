using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace MSPortal.Simulators.Common;

/// <summary>The door for tests and for people with curl: look at the truth, change it, and break things.</summary>
internal static class JsonControl
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static void Map(RouteGroupBuilder group, JsonVendor vendor)
    {
        AnswerErrors(group);
        group.MapGet("/", (HttpContext context) =>
        {
            vendor.PublicUrl = $"{context.Request.Scheme}://{context.Request.Host}";
            return Locked(vendor, vendor.About);
        });
        MapRecords(group, vendor);
        MapFaults(group, vendor.Faults, vendor.Requests);
        group.MapPost("/permissions", async (HttpContext context) =>
        {
            foreach (var area in (await BodyAsync(context)).EnumerateObject())
            {
                vendor.Permissions[area.Name] = area.Value.GetBoolean();
            }

            return Results.Json(vendor.Permissions, Options);
        });
        group.MapPost("/rate", async (HttpContext context) =>
        {
            vendor.Rate.PerMinute = (await BodyAsync(context)).GetProperty("perMinute").GetInt32();
            return Done();
        });
        group.MapPost("/set/{what}", async (HttpContext context, string what) =>
        {
            var body = await BodyAsync(context);
            return Locked(vendor, () => vendor.Set(what, body));
        });
    }

    /// <summary>A mistake of the caller is told, not thrown.</summary>
    public static void AnswerErrors(RouteGroupBuilder group) => group.AddEndpointFilter(async (context, next) =>
    {
        try
        {
            return await next(context);
        }
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidOperationException or KeyNotFoundException)
        {
            return Results.Json(new { error = error.Message }, Options, statusCode: error is KeyNotFoundException ? 404 : 400);
        }
    });

    public static async Task<JsonElement> BodyAsync(HttpContext context)
    {
        using var document = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        return document.RootElement.Clone();
    }

    /// <summary>The properties that are given, over those that are.</summary>
    public static T Over<T>(T current, JsonElement given)
    {
        var merged = JsonSerializer.SerializeToNode(current, Options)!.AsObject().Over(JsonNode.Parse(given.GetRawText())!.AsObject());
        return merged.Deserialize<T>(Options)!;
    }

    private static void MapRecords(RouteGroupBuilder group, JsonVendor vendor)
    {
        group.MapGet("/records/{kind}", (string kind) => Locked(vendor, () => new JsonArray([.. vendor.World[kind].Rows.Select(r => r.DeepClone())])));
        group.MapGet("/records/{kind}/{id:long}", (string kind, long id) => Locked(vendor, () => vendor.World[kind].Get(id)));
        group.MapPost("/records/{kind}", async (HttpContext context, string kind) =>
        {
            var given = await ObjectAsync(context);
            return Locked(vendor, () => vendor.Create(kind, given), 201);
        });
        group.MapPatch("/records/{kind}/{id:long}", async (HttpContext context, string kind, long id, bool? touch) =>
        {
            var given = await ObjectAsync(context);
            return Locked(vendor, () => vendor.Change(kind, id, given, touch ?? true));
        });
        group.MapDelete("/records/{kind}/{id:long}", (string kind, long id) => Locked(vendor, () =>
        {
            vendor.Delete(kind, id);
            return null;
        }));
        group.MapPost("/bulk", async (HttpContext context) =>
        {
            var bulk = JsonSerializer.Deserialize<Bulk>(await BodyAsync(context), Options)!;
            return Locked(vendor, () => ChangeMany(vendor, bulk));
        });
    }

    /// <summary>What goes wrong, and who asked for what.</summary>
    public static void MapFaults(RouteGroupBuilder group, FaultList faults, RequestLog requests)
    {
        group.MapGet("/faults", () => Results.Json(faults.Report(), Options));
        group.MapPost("/faults", async (HttpContext context) =>
        {
            var fault = JsonSerializer.Deserialize<Fault>(await BodyAsync(context), Options)!;
            return Results.Json(new { number = faults.Add(fault) }, Options, statusCode: 201);
        });
        group.MapDelete("/faults", () =>
        {
            faults.Clear();
            return Done();
        });
        group.MapGet("/requests", (int? since) => Results.Json(requests.Since(since ?? 0), Options));
        group.MapDelete("/requests", () =>
        {
            requests.Clear();
            return Done();
        });
    }

    private static JsonObject ChangeMany(JsonVendor vendor, Bulk bulk)
    {
        List<long> chosen = [.. bulk.Ids ?? vendor.World[bulk.Kind].Rows.Take(bulk.Count ?? int.MaxValue).Select(r => r.Whole("id"))];
        foreach (var id in chosen)
        {
            if (bulk.Delete)
            {
                vendor.Delete(bulk.Kind, id);
            }
            else
            {
                vendor.Change(bulk.Kind, id, bulk.Change is { } change ? JsonNode.Parse(change.GetRawText())!.AsObject() : [], bulk.Touch);
            }
        }

        return new JsonObject { ["ids"] = new JsonArray([.. chosen.Select(id => JsonValue.Create(id))]) };
    }

    private static async Task<JsonObject> ObjectAsync(HttpContext context) =>
        JsonNode.Parse((await BodyAsync(context)).GetRawText()) as JsonObject ?? throw new InvalidOperationException("an object is needed");

    /// <summary>Written to text under the gate, since records change in place.</summary>
    private static IResult Locked(JsonVendor vendor, Func<JsonNode?> work, int status = 200)
    {
        lock (vendor.Gate)
        {
            return work() is { } node ? Results.Text(node.ToJsonString(), "application/json", statusCode: status) : Done();
        }
    }

    private static IResult Done() => Results.StatusCode(204);

    private sealed record Bulk(string Kind, IReadOnlyList<long>? Ids = null, int? Count = null, JsonElement? Change = null, bool Delete = false, bool Touch = true);
}
