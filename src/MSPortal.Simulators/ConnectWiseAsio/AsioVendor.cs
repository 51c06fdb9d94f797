using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.ConnectWiseAsio;

/// <summary>The API credential that may come in.</summary>
internal sealed record ApiKey
{
    public string ClientId { get; init; } = "0e30a1b2-simulated-asio-key";

    public string ClientSecret { get; init; } = "aSECRET-7d21f0c4b8e94f13-simulated";

    public bool Revoked { get; init; }
}

/// <summary>What no document says, or says in two ways.</summary>
internal sealed record AsioBehaviour
{
    public int TokenSeconds { get; init; } = 3599;

    /// <summary>More are answered with 423.</summary>
    public int TokensPerMinute { get; init; } = 60;

    /// <summary>Where the Link header leads, when not to where it was asked.</summary>
    public string? LinkHost { get; init; }

    /// <summary>Requests of one operation in a minute; 0: no limit.</summary>
    public int PerOperation { get; init; } = 35;
}

/// <summary>One partner on the platform.</summary>
internal sealed class AsioVendor : JsonVendor
{
    public static readonly string[] Scopes = ["platform.companies.read", "platform.sites.read", "platform.devices.read"];

    private readonly AsioApi api;

    public AsioVendor(SimulatorOptions options)
        : base(options)
    {
        Tokens = new AsioTokens(this);
        api = new AsioApi(this);
    }

    public ApiKey Key { get; private set; } = new();

    public AsioBehaviour Behaviour { get; private set; } = new();

    public AsioTokens Tokens { get; }

    public override JsonAnswer Respond(VendorRequest request) => api.Respond(request);

    /// <summary>As the device API words it.</summary>
    public override JsonAnswer Error(int status) => JsonAnswer.Json(new JsonObject
    {
        ["code"] = string.Create(CultureInfo.InvariantCulture, $"ERR_{status}"),
        ["message"] = status switch { 404 => "resource not found", 401 => "unauthorized", 403 => "access forbidden", 429 => "too many requests", 400 => "bad request", _ => "internal server error" },
    }, status);

    public override JsonObject About() => new()
    {
        ["environment"] = PublicUrl,
        ["clientId"] = Key.ClientId,
        ["clientSecret"] = Key.ClientSecret,
        ["now"] = Clock.GetUtcNow().UtcDateTime.ToString("s", CultureInfo.InvariantCulture),
        ["counts"] = new JsonObject(World.Kinds.Order(StringComparer.Ordinal).Select(k => KeyValuePair.Create(k, (JsonNode?)World[k].Count))),
    };

    public override JsonObject Create(string kind, JsonObject given)
    {
        var table = World[kind];
        var id = table.NextId;
        var now = AsioSeed.Text(Clock.GetUtcNow());
        var site = World["sites"].Rows[0];
        var usual = kind == "devices"
            ? new JsonObject
            {
                ["endpointID"] = AsioSeed.Uid("device", id), ["category"] = "platform", ["companyID"] = site.Text("companyUid"), ["siteID"] = site.Text("uid"), ["deviceName"] = $"NEW-{id}", ["friendlyName"] = $"NEW-{id}",
                ["endpointType"] = "Desktop", ["resourceType"] = "Desktop", ["createdAt"] = now, ["modifiedAt"] = now,
            }
            : new JsonObject { ["uid"] = AsioSeed.Uid(kind, id), ["name"] = $"New {id}", ["createdDate"] = now, ["updatedDate"] = now };
        var row = usual.Over(given);
        row["id"] = id;
        table.Put(id, row);
        return row;
    }

    public override JsonObject Change(string kind, long id, JsonObject given, bool touch)
    {
        var row = World[kind].Get(id).Over(given);
        if (touch)
        {
            row[kind == "devices" ? "modifiedAt" : "updatedDate"] = AsioSeed.Text(Clock.GetUtcNow());
        }

        World[kind].Put(id, row);
        return row;
    }

    public override void Delete(string kind, long id)
    {
        World[kind].Get(id);
        World[kind].Remove(id);
    }

    public override JsonNode? Set(string what, JsonElement value)
    {
        switch (what)
        {
            case "credentials":
                Key = JsonControl.Over(Key, value);
                Tokens.Forget();
                return JsonSerializer.SerializeToNode(Key, JsonControl.Options);
            case "behaviour":
                Behaviour = JsonControl.Over(Behaviour, value);
                return JsonSerializer.SerializeToNode(Behaviour, JsonControl.Options);
            case "limit":
                Behaviour = Behaviour with { PerOperation = value.GetProperty("permits").GetInt32() };
                return null;
            case "tokens":
                Tokens.Forget();
                return null;
            default:
                throw new KeyNotFoundException($"{what} is no switch; these are: behaviour, credentials, limit, tokens");
        }
    }

    protected override JsonWorld Seed() => AsioSeed.Create(Options, Clock.Origin);
}
