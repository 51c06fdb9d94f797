using System.Text.Json;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.DattoRmm;

/// <summary>Where documents and observers differ, this says which way is played.</summary>
internal sealed record DattoRmmBehaviour
{
    /// <summary>Lists in an order that nobody could guess; otherwise by number.</summary>
    public bool Scattered { get; init; }

    /// <summary>Lists of alerts say how many there are.</summary>
    public bool CountsAlerts { get; init; }

    /// <summary>Whether the address of the next page has the filters of this one.</summary>
    public bool NextKeepsFilters { get; init; }

    /// <summary>What stands there when there is no next page.</summary>
    public string? NoNext { get; init; }

    /// <summary>A deleted device stays in the lists for a while, marked.</summary>
    public bool KeepsDeleted { get; init; }

    /// <summary>From nine tenths of the limit on every answer takes a second more.</summary>
    public bool Slows { get; init; }

    /// <summary>What a blocked caller is told: “words”, “header” (Retry-After), or “bare” like anyone who may not.</summary>
    public string Block { get; init; } = "words";

    /// <summary>Status for wrong keys at the token endpoint.</summary>
    public int BadKeysStatus { get; init; } = 400;

    public int TokenSeconds { get; init; } = 360_000;
}

/// <summary>The keys of one API user.</summary>
internal sealed record DattoRmmKeys
{
    public required string ApiKey { get; init; }

    public required string SecretKey { get; init; }

    public bool Revoked { get; init; }
}

/// <summary>One account: who may come in, what is where, and the switches by which accounts differ.</summary>
internal sealed class DattoRmmVendor : JsonVendor
{
    /// <summary>Several vendors live side by side at one address.</summary>
    public const string Root = "/dattormm";

    public DattoRmmVendor(SimulatorOptions options)
        : base(options)
    {
        var dice = new Dice((ulong)options.Seed + 4711);
        Keys = new DattoRmmKeys { ApiKey = $"AK{dice.Next():X16}{dice.Next():X8}", SecretKey = $"SK{dice.Next():X16}+{dice.Next():X16}/=" };
        AccountUid = DattoRmmSeed.Uid(dice);
        Limits = new DattoRmmLimits(Clock);
        Tokens = new DattoRmmTokens(this);
    }

    public DattoRmmKeys Keys { get; private set; }

    public DattoRmmBehaviour Behaviour { get; private set; } = new();

    public DattoRmmLimits Limits { get; }

    public DattoRmmTokens Tokens { get; }

    public string AccountUid { get; private set; }

    public string AccountName => $"Simulated MSP {Options.Seed}";

    public override JsonAnswer Respond(VendorRequest request) => new DattoRmmApi(this, request).Answer();

    public override JsonAnswer Error(int status) => DattoRmmAnswers.Error(status, Clock.GetUtcNow(), "/api");

    public override JsonObject About() => new()
    {
        ["platform"] = PublicUrl + Root,
        ["apiKey"] = Keys.ApiKey,
        ["secretKey"] = Keys.SecretKey,
        ["account"] = AccountUid,
        ["now"] = Clock.GetUtcNow().UtcDateTime.ToString("o", System.Globalization.CultureInfo.InvariantCulture),
        ["counts"] = new JsonObject(World.Kinds.Order(StringComparer.Ordinal).Select(k => KeyValuePair.Create(k, (JsonNode?)World[k].Count))),
    };

    public override JsonObject Create(string kind, JsonObject given) => new DattoRmmEdits(this).Create(kind, given);

    public override JsonObject Change(string kind, long id, JsonObject given, bool touch)
    {
        var row = World[kind].Get(id).Over(given);
        World[kind].Put(id, row);
        return row;
    }

    public override void Delete(string kind, long id) => new DattoRmmEdits(this).Delete(kind, id);

    /// <summary>Alerts are served without a number.</summary>
    public override long NumberOf(string kind, JsonObject served) =>
        kind == "alerts" ? World[kind].Rows.First(r => r.Text("alertUid") == served.Text("alertUid")).Whole("id") : base.NumberOf(kind, served);

    public override JsonNode? Set(string what, JsonElement value)
    {
        switch (what)
        {
            case "credentials":
                Keys = JsonControl.Over(Keys, value);
                Tokens.Forget();
                return JsonSerializer.SerializeToNode(Keys, JsonControl.Options);
            case "account":
                AccountUid = value.GetProperty("uid").GetString()!;
                return null;
            case "behaviour":
                Behaviour = JsonControl.Over(Behaviour, value);
                return JsonSerializer.SerializeToNode(Behaviour, JsonControl.Options);
            case "limit":
                Limits.Permits = value.GetProperty("permits").GetInt32();
                return null;
            case "others":
                Limits.Others(value.GetProperty("requests").GetInt32());
                return null;
            case "tokens":
                Tokens.Forget();
                return null;
            case "audit":
                return new DattoRmmEdits(this).Audit(value.GetProperty("device").GetInt64(), value.GetProperty("username").GetString());
            default:
                throw new KeyNotFoundException($"{what} is no switch; these are: account (uid), audit (device, username), behaviour, credentials, limit (permits), others (requests), tokens");
        }
    }

    protected override JsonWorld Seed() => DattoRmmSeed.Create(this);
}
