using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.DattoRmm;

/// <summary>Finds the answer to one call.</summary>
internal sealed class DattoRmmApi(DattoRmmVendor vendor, VendorRequest request)
{
    private const string Prefix = DattoRmmVendor.Root + "/api";

    /// <summary>As errors repeat it: below the API.</summary>
    private string Path => request.Path.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? request.Path[Prefix.Length..] : request.Path;

    public JsonAnswer Answer()
    {
        if (request.Path.Equals(DattoRmmVendor.Root + "/auth/oauth/token", StringComparison.OrdinalIgnoreCase))
        {
            return vendor.Tokens.Give(request);
        }

        var steps = Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (!request.Path.StartsWith(Prefix + "/", StringComparison.OrdinalIgnoreCase) || steps is not ["v2", ..])
        {
            return Error(404);
        }

        if (steps is ["v2", "system", "status"])
        {
            return JsonAnswer.Json(new JsonObject { ["version"] = "14.4.0", ["status"] = "OK", ["started"] = vendor.Clock.Origin.AddDays(-9).ToUnixTimeMilliseconds() });
        }

        var token = DattoRmmTokens.Bearer(request);
        return token is null || !vendor.Tokens.Accepts(token) ? DattoRmmAnswers.BadToken(token, vendor.Clock.GetUtcNow(), Path)
            : vendor.Limits.Take() switch
            {
                DattoRmmVerdict.TooMany => DattoRmmAnswers.TooMany(vendor, Path),
                DattoRmmVerdict.Blocked => DattoRmmAnswers.Blocked(vendor, Path),
                _ => request.Method switch
                {
                    "GET" => Read(steps[1..]),
                    "POST" when steps is ["v2", "alert", var uid, "resolve"] => Resolve(uid),
                    _ => Error(404),
                },
            };
    }

    private JsonAnswer Read(string[] steps) => steps switch
    {
        ["system", "pagination"] => JsonAnswer.Json(new JsonObject { ["max"] = DattoRmmLists.Most }),
        ["system", "request_rate"] => JsonAnswer.Json(Rate()),
        ["account"] => JsonAnswer.Json(Account()),
        ["account", "sites"] => Needs("sites") ?? Lists.Sites(),
        ["account", "devices"] => Needs("devices") ?? Lists.Devices(null),
        ["account", "alerts", "open" or "resolved"] => Needs("alerts") ?? Lists.Alerts(steps[2] == "resolved", _ => true),
        ["site", var uid] => Needs("sites") ?? One("sites", "uid", uid, Lists.Site),
        ["site", var uid, "devices"] => Needs("devices") ?? (Find("sites", "uid", uid) is null ? Error(404) : Lists.Devices(uid)),
        ["site", var uid, "alerts", "open" or "resolved"] => Needs("alerts") ?? (Find("sites", "uid", uid) is null ? Error(404)
            : Lists.Alerts(steps[3] == "resolved", a => a["alertSourceInfo"]?["siteUid"]?.ToString() == uid)),
        ["device", "id", var id] => Needs("devices") ?? One("devices", "id", id, DattoRmmLists.Plain),
        ["device", var uid] => Needs("devices") ?? One("devices", "uid", uid, DattoRmmLists.Plain),
        ["device", var uid, "alerts", "open" or "resolved"] => Needs("alerts") ?? (Find("devices", "uid", uid) is null ? Error(404)
            : Lists.Alerts(steps[3] == "resolved", a => a["alertSourceInfo"]?["deviceUid"]?.ToString() == uid)),
        ["alert", var uid] => Needs("alerts") ?? One("alerts", "alertUid", uid, DattoRmmLists.Alert),
        ["audit", "device" or "printer" or "esxihost", var uid] => Needs("audit") ?? Audit(steps[1], uid),
        _ => Error(404),
    };

    private DattoRmmLists Lists => new(vendor, request);

    /// <summary>By the class of the device, else 400.</summary>
    private JsonAnswer Audit(string kind, string uid) =>
        Find("devices", "uid", uid) is not { } device ? Error(404)
        : device.Text("deviceClass") != kind ? Error(400)
        : Find("audits", "deviceUid", uid) is { } audit ? JsonAnswer.One(DattoRmmLists.Without(audit, "id", "deviceUid"), "audits")
        : Error(404);

    private JsonAnswer One(string kind, string property, string value, Func<JsonObject, JsonObject> view) =>
        Find(kind, property, value) is { } row ? JsonAnswer.One(view(row), kind) : Error(404);

    private JsonObject? Find(string kind, string property, string value) => vendor.World[kind].Rows.FirstOrDefault(r => r.Text(property) == value);

    private JsonAnswer Resolve(string uid)
    {
        if (Needs("alerts") is { } denied)
        {
            return denied;
        }

        if (Find("alerts", "alertUid", uid) is not { } alert)
        {
            return Error(404);
        }

        vendor.Change("alerts", alert.Whole("id"), new JsonObject { ["resolved"] = true, ["resolvedBy"] = "api", ["resolvedOn"] = vendor.Clock.GetUtcNow().ToUnixTimeMilliseconds() }, touch: true);
        return JsonAnswer.Nothing(200);
    }

    private JsonObject Account()
    {
        var (all, online) = (vendor.World["devices"].Count, vendor.World["devices"].Rows.Count(d => d.Flag("online")));
        return new()
        {
            ["id"] = 5000 + vendor.Options.Seed,
            ["name"] = vendor.AccountName,
            ["descriptor"] = new JsonObject { ["bilingEmail"] = "billing@simmsp.example", ["deviceLimit"] = 10_000, ["timeZone"] = "Europe/London" },
            ["uid"] = vendor.AccountUid,
            ["currency"] = "GBP",
            ["devicesStatus"] = new JsonObject
            {
                ["numberOfDevices"] = all, ["numberOfOnlineDevices"] = online, ["numberOfOfflineDevices"] = all - online, ["numberOfOnDemandDevices"] = 0, ["numberOfManagedDevices"] = all,
            },
        };
    }

    private JsonObject Rate() => new()
    {
        ["slidingTimeWindowSizeSeconds"] = (int)DattoRmmLimits.Window.TotalSeconds,
        ["accountUid"] = vendor.AccountUid,
        ["accountCount"] = vendor.Limits.Used,
        ["accountRateLimit"] = vendor.Limits.Permits == 0 ? 1_000_000 : vendor.Limits.Permits,
        ["accountCutOffRatio"] = DattoRmmLimits.CutOff,
        ["accountWriteRateLimit"] = 600,
        ["accountWriteCount"] = 0,
        ["operationWriteStatus"] = new JsonObject { ["device-udf-set"] = new JsonObject { ["limit"] = 600, ["count"] = 0 } },
    };

    private JsonAnswer? Needs(string area) => vendor.May(area) ? null : Error(403);

    private JsonAnswer Error(int status) => DattoRmmAnswers.Error(status, vendor.Clock.GetUtcNow(), Path);
}
