using System.Text.Json;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Microsoft365;

/// <summary>What happens in a tenant, as the control endpoint takes it.</summary>
internal sealed record TenantEdit
{
    public required string Do { get; init; }

    public string? Id { get; init; }

    /// <summary>Properties, for what is made or changed.</summary>
    public JsonObject? Set { get; init; }

    /// <summary>A skuId or a part number.</summary>
    public string? Sku { get; init; }

    public string? Group { get; init; }

    public string? Role { get; init; }

    public double Score { get; init; }

    public DateOnly? Day { get; init; }
}

/// <summary>The door for those who change and break things from another process.</summary>
internal static class Microsoft365Control
{
    public static void Map(RouteGroupBuilder group, Microsoft365Vendor vendor)
    {
        JsonControl.AnswerErrors(group);
        JsonControl.MapFaults(group, vendor.Faults, vendor.Requests);
        group.MapGet("/", (HttpContext context) =>
        {
            vendor.PublicUrl = $"{context.Request.Scheme}://{context.Request.Host}";
            return Node(About(vendor));
        });
        group.MapGet("/tenants/{tenant}/{kind}", (string tenant, string kind) => Node(vendor.Truth(tenant, kind)));
        group.MapPost("/tenants/{tenant}/edits", async (HttpContext context, string tenant) =>
        {
            var edits = JsonSerializer.Deserialize<List<TenantEdit>>(await JsonControl.BodyAsync(context), JsonControl.Options)!;
            return Node(vendor.Locked(() => new JsonArray([.. edits.Select(e => JsonValue.Create(Apply(vendor, tenant, e)))])));
        });
        group.MapPost("/before", async (HttpContext context) =>
        {
            var given = JsonSerializer.Deserialize<Hook>(await JsonControl.BodyAsync(context), JsonControl.Options)!;
            vendor.Before(given.Path, given.Nth, () =>
            {
                foreach (var edit in given.Edits)
                {
                    Apply(vendor, given.Tenant, edit);
                }
            });
            return Results.StatusCode(204);
        });
        group.MapGet("/calls", (string? tenant) => Results.Json(vendor.Calls(tenant), JsonControl.Options));
        group.MapDelete("/calls", () =>
        {
            vendor.ClearCalls();
            return Results.StatusCode(204);
        });
        group.MapPost("/set/{what}", async (HttpContext context, string what) => Set(vendor, what, await JsonControl.BodyAsync(context)));
    }

    private static JsonObject About(Microsoft365Vendor vendor) => vendor.Locked(() => new JsonObject
    {
        ["login"] = vendor.PublicUrl,
        ["graph"] = vendor.PublicUrl,
        ["clientId"] = vendor.ClientId,
        ["clientSecret"] = vendor.ClientSecret,
        ["partner"] = vendor.AllTenants[0].Id,
        ["now"] = Graph.Time(vendor.Clock.GetUtcNow()),
        ["redirectUris"] = new JsonArray([.. vendor.Apps.First.RedirectUris.Select(u => JsonValue.Create(u))]),
        ["roles"] = new JsonArray([.. vendor.Apps.First.Roles.Select(r => JsonValue.Create(r))]),
        ["tenants"] = JsonSerializer.SerializeToNode(vendor.Tenants, JsonControl.Options),
    });

    /// <returns>The id of what was made; null: nothing was.</returns>
    private static string? Apply(Microsoft365Vendor vendor, string tenant, TenantEdit edit)
    {
        string Id() => edit.Id ?? throw new ArgumentException($"{edit.Do} needs an id");
        string Sku() => edit.Sku ?? throw new ArgumentException($"{edit.Do} needs a sku");
        string Role() => edit.Role ?? throw new ArgumentException($"{edit.Do} needs a role");

        switch (edit.Do)
        {
            case "createUser": return vendor.CreateUser(tenant, edit.Set);
            case "changeUser": vendor.ChangeUser(tenant, Id(), edit.Set ?? []); break;
            case "deleteUser": vendor.DeleteUser(tenant, Id()); break;
            case "restoreUser": vendor.RestoreUser(tenant, Id()); break;
            case "eraseUser": vendor.EraseUser(tenant, Id()); break;
            case "assignLicence": vendor.AssignLicence(tenant, Id(), Sku(), edit.Group); break;
            case "removeLicence": vendor.RemoveLicence(tenant, Id(), Sku()); break;
            case "addGroup": return vendor.AddGroup(tenant, edit.Set);
            case "changeGroup": vendor.ChangeGroup(tenant, Id(), edit.Set ?? []); break;
            case "deleteGroup": vendor.DeleteGroup(tenant, Id()); break;
            case "restoreGroup": vendor.RestoreGroup(tenant, Id()); break;
            case "eraseGroup": vendor.EraseGroup(tenant, Id()); break;
            case "score": vendor.ChangeSecureScore(tenant, edit.Score, edit.Day); break;
            case "grantConsent": vendor.GrantConsent(tenant); break;
            case "withdrawConsent": vendor.WithdrawConsent(tenant); break;
            case "removeApp": vendor.RemoveApp(tenant); break;
            case "addPermission": vendor.AddPermission(tenant, Role()); break;
            case "removePermission": vendor.RemovePermission(tenant, Role()); break;
            case "resetDelta": vendor.ResetDelta(tenant); break;
            case "endTokens": vendor.EndTokens(tenant); break;
            default: throw new ArgumentException($"{edit.Do} is nothing that can be done");
        }

        return null;
    }

    private static IResult Set(Microsoft365Vendor vendor, string what, JsonElement value)
    {
        switch (what)
        {
            case "behaviour":
                vendor.Locked(() => vendor.Behaviour = JsonControl.Over(vendor.Behaviour, value));
                return Results.Json(vendor.Behaviour, JsonControl.Options);
            case "clock":
                vendor.ShiftClock(TimeSpan.FromMinutes(value.GetProperty("minutes").GetDouble()));
                return Results.StatusCode(204);
            case "secret":
                if (value.TryGetProperty("expire", out var expire) && expire.GetBoolean())
                {
                    vendor.ExpireSecret();
                    return Results.StatusCode(204);
                }

                return Results.Json(new { clientSecret = vendor.RotateSecret(value.TryGetProperty("keepOld", out var keep) && keep.GetBoolean()) }, JsonControl.Options);
            case "redirects":
                vendor.RegisterRedirects(value.GetProperty("uris").Deserialize<string[]>()!);
                return Results.StatusCode(204);
            case "roles":
                foreach (var role in value.EnumerateObject())
                {
                    vendor.Demand(role.Name, role.Value.GetBoolean());
                }

                return Results.StatusCode(204);
            case "tokens":
                vendor.EndTokens();
                return Results.StatusCode(204);
            default:
                throw new KeyNotFoundException($"{what} is no switch; these are: behaviour, clock (minutes), secret (keepOld, expire), redirects (uris), roles, tokens");
        }
    }

    private static IResult Node(JsonNode node) => Results.Text(node.ToJsonString(), "application/json");

    private sealed record Hook(string Path, int Nth, string Tenant, IReadOnlyList<TenantEdit> Edits);
}
