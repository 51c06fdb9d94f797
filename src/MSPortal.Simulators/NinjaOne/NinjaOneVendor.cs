using System.Text.Json;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.NinjaOne;

/// <summary>The client app that may come in.</summary>
internal sealed record ClientApp
{
    public string ClientId { get; init; } = "Zk3vT0aXsimulatedNinjaApp.Qx";

    public string ClientSecret { get; init; } = "nSECRET-b1f0c7e2d9a84c55-simulated";

    public IReadOnlyList<string> Scopes { get; init; } = ["monitoring"];

    public bool Revoked { get; init; }

    /// <summary>Made by a system administrator: only then may it set the webhook.</summary>
    public bool ByAdministrator { get; init; } = true;
}

/// <summary>What no document says, or says in two ways.</summary>
internal sealed record NinjaOneBehaviour
{
    public int TokenSeconds { get; init; } = 3600;

    /// <summary>Whatever is asked for.</summary>
    public int LargestPage { get; init; } = 1000;

    public int UnknownClientStatus { get; init; } = 400;

    /// <summary>A cursor is forgotten after this.</summary>
    public int CursorSeconds { get; init; } = 600;

    /// <summary>Whether alerts bring their device along, in the list of all.</summary>
    public bool AlertsBringDevice { get; init; } = true;

    /// <summary>A bulk query's last page has no cursor to go on with.</summary>
    public bool LastPageWithoutCursor { get; init; }

    public int? RetryAfter { get; init; }
}

/// <summary>One account in one region.</summary>
internal sealed class NinjaOneVendor : JsonVendor
{
    private static readonly string[] OfDevices = ["alerts", "antivirus", "health"];

    private readonly NinjaOneApi api;

    public NinjaOneVendor(SimulatorOptions options)
        : base(options)
    {
        Tokens = new NinjaOneTokens(this);
        Hooks = new NinjaOneHooks(this);
        api = new NinjaOneApi(this);
    }

    public ClientApp App { get; private set; } = new();

    public NinjaOneBehaviour Behaviour { get; private set; } = new();

    public NinjaOneTokens Tokens { get; }

    public NinjaOneHooks Hooks { get; }

    public override JsonAnswer Respond(VendorRequest request) => api.Respond(request);

    /// <summary>In the shape in which errors were seen; no document describes one.</summary>
    public override JsonAnswer Error(int status)
    {
        var code = status switch { 401 => "UNAUTHORIZED", 403 => "FORBIDDEN", 404 => "NOT_FOUND", 429 => "TOO_MANY_REQUESTS", 400 => "BAD_REQUEST", _ => "FAILURE" };
        var answer = JsonAnswer.Json(new JsonObject { ["resultCode"] = code, ["errorMessage"] = $"Simulated {status}", ["incidentId"] = $"incident-{Options.Seed}-{status}" }, status);
        if (status == 429 && Behaviour.RetryAfter is { } seconds)
        {
            answer.Headers["Retry-After"] = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return answer;
    }

    public override JsonObject About() => new()
    {
        ["region"] = PublicUrl,
        ["clientId"] = App.ClientId,
        ["clientSecret"] = App.ClientSecret,
        ["now"] = Clock.GetUtcNow().UtcDateTime.ToString("s", System.Globalization.CultureInfo.InvariantCulture),
        ["counts"] = new JsonObject(World.Kinds.Order(StringComparer.Ordinal).Select(k => KeyValuePair.Create(k, (JsonNode?)World[k].Count))),
    };

    public override JsonObject Create(string kind, JsonObject given)
    {
        var table = World[kind];
        var id = given.Whole("id") is > 0 and var chosen ? chosen : table.NextId;
        var now = NinjaOneSeed.Seconds(Clock.GetUtcNow());
        var usual = kind switch
        {
            "devices" => new JsonObject
            {
                ["uid"] = NinjaOneSeed.Uid((ulong)id), ["organizationId"] = World["organizations"].Rows[0].Whole("id"), ["nodeClass"] = "WINDOWS_WORKSTATION", ["approvalStatus"] = "APPROVED", ["offline"] = false,
                ["systemName"] = $"NEW-{id}", ["created"] = now, ["lastContact"] = now, ["lastUpdate"] = now,
            },
            "alerts" => new JsonObject { ["uid"] = NinjaOneSeed.Uid(0xA1E57UL + (ulong)id), ["deviceId"] = World["devices"].Rows[0].Whole("id"), ["message"] = "Made by hand", ["createTime"] = now, ["updateTime"] = now },
            _ => [],
        };
        var row = usual.Over(given);
        row["id"] = id;
        table.Put(id, row);
        Hooks.Announce(kind, row, kind == "alerts" ? "TRIGGERED" : "NODE_CREATED");
        return row;
    }

    public override JsonObject Change(string kind, long id, JsonObject given, bool touch)
    {
        var row = World[kind].Get(id).Over(given);
        var stamp = kind switch { "devices" => "lastUpdate", "alerts" => "updateTime", _ => null };
        if (touch && stamp is not null)
        {
            row[stamp] = NinjaOneSeed.Seconds(Clock.GetUtcNow());
        }

        World[kind].Put(id, row);
        if (touch)
        {
            Hooks.Announce(kind, row, kind == "alerts" ? "TRIGGERED" : "NODE_UPDATED");
        }

        return row;
    }

    /// <summary>What a device had goes with it; an alert that ends is gone.</summary>
    public override void Delete(string kind, long id)
    {
        var row = World[kind].Get(id);
        World[kind].Remove(id);
        if (kind.Equals("devices", StringComparison.OrdinalIgnoreCase))
        {
            foreach (var table in OfDevices.Select(k => World[k]))
            {
                foreach (var key in table.Rows.Where(r => r.Whole("deviceId") == id).Select(r => r.Whole("id")).ToList())
                {
                    table.Remove(key);
                }
            }
        }

        Hooks.Announce(kind, row, kind == "alerts" ? "RESET" : "NODE_DELETED");
    }

    public override JsonNode? Set(string what, JsonElement value)
    {
        switch (what)
        {
            case "credentials":
                App = JsonControl.Over(App, value);
                Tokens.Forget();
                return JsonSerializer.SerializeToNode(App, JsonControl.Options);
            case "behaviour":
                Behaviour = JsonControl.Over(Behaviour, value);
                return JsonSerializer.SerializeToNode(Behaviour, JsonControl.Options);
            case "tokens":
                Tokens.Forget();
                return null;
            default:
                throw new KeyNotFoundException($"{what} is no switch; these are: behaviour, credentials, tokens");
        }
    }

    protected override JsonWorld Seed() => NinjaOneSeed.Create(Options, Clock.Origin);
}
