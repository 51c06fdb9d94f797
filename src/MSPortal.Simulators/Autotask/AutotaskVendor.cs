using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Autotask;

/// <summary>What there is to switch beside the records.</summary>
internal sealed record AutotaskBehaviour
{
    /// <summary>A missing permission is told: <c>error</c> (500 with words), <c>forbidden</c> (403) or <c>hidden</c> (no rows, no word).</summary>
    public string DeniedAs { get; init; } = "error";

    /// <summary>Which change columns an edit moves: <c>both</c>, <c>first</c> or <c>second</c>.</summary>
    public string Touches { get; init; } = "both";

    /// <summary>Status of a call over the thread limit; its words are the same.</summary>
    public int ThreadStatus { get; init; } = 429;

    /// <summary>Seconds that a call over the hourly threshold is told to wait; 0: it is not told.</summary>
    public int RetryAfter { get; init; }

    /// <summary>Half a second, later a second, once half of the threshold is used.</summary>
    public bool Latency { get; init; }
}

internal sealed record AutotaskCredentials
{
    public string Username { get; init; } = "wxyz7fq2k4bd3ha@SIMULATED-MSP.EXAMPLE";

    public string Secret { get; init; } = "9m#Zf$4RtG~7@q1XsB*";

    public string IntegrationCode { get; init; } = "K7QWE2RTY5UIO9PAS3DFG6HJKLZ";

    public bool Revoked { get; init; }
}

/// <summary>Autotask PSA as its documents describe it.</summary>
internal sealed class AutotaskVendor : JsonVendor
{
    private readonly AutotaskApi api;
    private readonly AutotaskEdits edits;

    public AutotaskVendor(SimulatorOptions options)
        : base(options)
    {
        (api, edits, Limits) = (new(this), new(this), new(Clock));
        Hooks = new(this);
    }

    public AutotaskLimits Limits { get; }

    public AutotaskHooks Hooks { get; }

    public AutotaskCredentials Credentials { get; private set; } = new();

    public AutotaskBehaviour Behaviour { get; private set; } = new();

    /// <summary>The zone in which the database lives now.</summary>
    public int Zone { get; private set; } = 5;

    /// <summary>The number of the database.</summary>
    public int Database => 100_000 + Options.Seed;

    public override JsonAnswer Respond(VendorRequest request)
    {
        try
        {
            return api.Respond(request);
        }
        catch (AutotaskException error)
        {
            return error.Answer();
        }
    }

    public override JsonAnswer Error(int status) => AutotaskException.Of(status, status switch
    {
        429 => AutotaskApi.QuotaWords(Limits),
        404 => "No HTTP resource was found that matches the request URI.",
        403 => "The logged in Resource does not have the adequate permissions to perform this action.",
        _ => "An unexpected error occurred.",
    });

    public override JsonObject About()
    {
        var counts = new JsonObject();
        foreach (var kind in World.Kinds.Order(StringComparer.Ordinal))
        {
            counts[kind] = World[kind].Count;
        }

        return new JsonObject
        {
            ["username"] = Credentials.Username, ["secret"] = Credentials.Secret, ["integrationCode"] = Credentials.IntegrationCode, ["apiUrl"] = PublicUrl, ["zone"] = Zone, ["database"] = Database,
            ["used"] = Limits.Used, ["threshold"] = Limits.Threshold, ["peaks"] = new JsonObject(Limits.Peaks.Select(p => KeyValuePair.Create<string, JsonNode?>(p.Key, p.Value))),
            ["now"] = AutotaskEdits.Stamp(Clock.GetUtcNow()), ["counts"] = counts,
        };
    }

    public override JsonObject Create(string kind, JsonObject given) => Create(kind, given, byApi: false);

    public JsonObject Create(string kind, JsonObject given, bool byApi)
    {
        var row = edits.Create(kind, given);
        Hooks.Announce(kind, "Create", row, byApi);
        return row;
    }

    public override JsonObject Change(string kind, long id, JsonObject given, bool touch) => Change(kind, id, given, touch, byApi: false);

    public JsonObject Change(string kind, long id, JsonObject given, bool touch, bool byApi)
    {
        var row = edits.Change(kind, id, given, touch);
        if (touch)
        {
            Hooks.Announce(kind, "Update", row, byApi, given.Select(p => p.Key));
        }

        return row;
    }

    public override void Delete(string kind, long id) => Delete(kind, id, byApi: false);

    public void Delete(string kind, long id, bool byApi)
    {
        var row = World[kind].Get(id);
        edits.Delete(kind, id);
        Hooks.Announce(kind, "Delete", row, byApi);
    }

    public override JsonNode? Set(string what, JsonElement value)
    {
        switch (what)
        {
            case "credentials":
                Credentials = JsonControl.Over(Credentials, value);
                return JsonSerializer.SerializeToNode(Credentials, JsonControl.Options);
            case "behaviour":
                Behaviour = JsonControl.Over(Behaviour, value);
                return JsonSerializer.SerializeToNode(Behaviour, JsonControl.Options);
            case "zone":
                Zone = value.GetProperty("zone").GetInt32();
                return null;
            case "threshold":
                Limits.Threshold = value.GetProperty("requests").GetInt32();
                return null;
            case "foreign":
                Limits.Count(value.GetProperty("requests").GetInt32());
                return null;
            case "used":
                Limits.Reset();
                return null;
            default:
                throw new KeyNotFoundException($"{what} is no switch; these are: credentials, behaviour, zone, threshold, foreign, used");
        }
    }

    /// <summary>Root of the API in a zone.</summary>
    public string Address(int zone) => string.Create(CultureInfo.InvariantCulture, $"{PublicUrl}/autotask/zone{zone}/ATServicesRest/");

    protected override JsonWorld Seed() => AutotaskSeed.Create(Options, Clock.Origin, Credentials);
}
