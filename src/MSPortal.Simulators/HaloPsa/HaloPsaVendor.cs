using System.Text.Json;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.HaloPsa;

/// <summary>Where the documents leave Halo's ways open, this says which one is played.</summary>
internal sealed record Behaviour
{
    /// <summary>Where <c>authinfo</c> says that tokens are given; null: at this host.</summary>
    public string? AuthUrl { get; init; }

    /// <summary>Old and closed servers do not answer at <c>authinfo</c>.</summary>
    public bool AuthInfo { get; init; } = true;

    /// <summary>A server for many tenants refuses who names none.</summary>
    public bool TenantRequired { get; init; }

    public int TokenSeconds { get; init; } = 3600;

    /// <summary>A new token ends the one before.</summary>
    public bool OneToken { get; init; } = true;

    /// <summary>400 or 401 for an unknown application.</summary>
    public int BadClientStatus { get; init; } = 400;

    /// <summary>Seconds in the Retry-After of a 429; null: the header is not sent.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>Agents in an envelope (<c>results</c>), as some versions send them.</summary>
    public bool AgentEnvelope { get; init; }

    /// <summary>Lists, by their first word in the path, that send their first page whatever page is asked for.</summary>
    public IReadOnlyList<string> RepeatsFirstPage { get; init; } = [];

    /// <summary>Whether a new action moves the change time of its ticket.</summary>
    public bool ActionTouchesTicket { get; init; } = true;
}

/// <summary>The application that calls sign in with.</summary>
internal sealed record Application
{
    public string Tenant { get; init; } = "simulated";
    public string ClientId { get; init; } = "5b1f5f8e-0c6b-4f6a-9a52-1d0c6f3b7a11";
    public string ClientSecret { get; init; } = "9e1b2c3d-4f5a-4b6c-8d7e-0f1a2b3c4d5e-5b1f5f8e";
    public bool Revoked { get; init; }
}

/// <summary>The vendor: its data, its doors, and what is wrong with it today.</summary>
internal sealed class HaloPsaVendor : JsonVendor
{
    private readonly HaloPsaApi api;
    private HaloPsaTable? table;

    public HaloPsaVendor(SimulatorOptions options)
        : base(options)
    {
        Window = new RollingGate(Clock);
        Tokens = new HaloPsaTokens(this);
        Webhooks = new HaloPsaWebhooks(this);
        api = new HaloPsaApi(this);
    }

    public Application Application { get; private set; } = new();

    public Behaviour Behaviour { get; private set; } = new();

    public RollingGate Window { get; }

    public HaloPsaTokens Tokens { get; }

    public HaloPsaWebhooks Webhooks { get; }

    /// <summary>Moves with every change, so that nobody filters the same thing twice.</summary>
    public int Version { get; private set; }

    public HaloPsaTable Table => table ??= new HaloPsaTable(this);

    public override JsonAnswer Respond(VendorRequest request) => api.Respond(request);

    /// <summary>Refusals come without a word, but for the one about too many requests.</summary>
    public override JsonAnswer Error(int status) => status switch
    {
        429 => TooMany(),
        400 => JsonAnswer.Json(new JsonObject { ["Message"] = "The request is not valid." }, 400),
        _ => JsonAnswer.Nothing(status),
    };

    public JsonAnswer TooMany()
    {
        var answer = JsonAnswer.Json(JsonValue.Create($"Rate Limit Reached - {Window.Permits} Requests per rolling 5 minute window."), 429);
        if (Behaviour.RetryAfter is { } seconds)
        {
            answer.Headers["Retry-After"] = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return answer;
    }

    public override JsonObject About() => new()
    {
        ["haloUrl"] = PublicUrl,
        ["clientId"] = Application.ClientId,
        ["clientSecret"] = Application.ClientSecret,
        ["tenant"] = Application.Tenant,
        ["now"] = Clock.GetUtcNow().UtcDateTime.ToString("s", System.Globalization.CultureInfo.InvariantCulture),
        ["counts"] = new JsonObject(World.Kinds.Select(k => KeyValuePair.Create(k, (JsonNode?)World[k].Count))),
    };

    public override JsonObject Create(string kind, JsonObject given)
    {
        Version++;
        var row = Table.Create(kind, given);
        if (kind is "tickets")
        {
            World["deletedTickets"].Remove(row.Whole("id"));
        }

        if (kind is "tickets" || (kind is "actions" && Behaviour.ActionTouchesTicket))
        {
            Webhooks.Announce(kind is "tickets" ? row : World["tickets"].Get(row.Whole("ticket_id")), isNew: kind is "tickets");
        }

        return row;
    }

    public override JsonObject Change(string kind, long id, JsonObject given, bool touch)
    {
        Version++;
        var row = Table.Change(kind, id, given, touch);
        if (touch && kind is "tickets")
        {
            Webhooks.Announce(row, isNew: false);
        }

        return row;
    }

    /// <summary>Tickets are not lost but put aside; everything else is gone.</summary>
    public override void Delete(string kind, long id)
    {
        Version++;
        var row = World[kind].Get(id);
        World[kind].Remove(id);
        if (kind.Equals("tickets", StringComparison.OrdinalIgnoreCase))
        {
            World["deletedTickets"].Put(id, row);
        }
    }

    public override JsonNode? Set(string what, JsonElement value)
    {
        switch (what)
        {
            case "credentials":
                Application = JsonControl.Over(Application, value);
                Tokens.Forget();
                return JsonSerializer.SerializeToNode(Application, JsonControl.Options);
            case "behaviour":
                Behaviour = JsonControl.Over(Behaviour, value);
                return JsonSerializer.SerializeToNode(Behaviour, JsonControl.Options);
            case "limit":
                Window.Permits = value.GetProperty("permits").GetInt32();
                return null;
            case "tokens":
                Tokens.Forget();
                return null;
            default:
                throw new KeyNotFoundException($"{what} is no switch; these are: behaviour, credentials, limit, tokens");
        }
    }

    protected override JsonWorld Seed() => HaloPsaSeed.Create(Options, Clock.Origin);
}

/// <summary>So many requests in any five minutes.</summary>
internal sealed class RollingGate(TimeProvider clock)
{
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(5);

    private readonly Queue<DateTimeOffset> taken = new();

    /// <summary>0: no limit.</summary>
    public int Permits { get; set; } = 700;

    /// <summary>The most that any window has seen since the start.</summary>
    public int Busiest { get; private set; }

    public bool Refuses()
    {
        var now = clock.GetUtcNow();
        while (taken.TryPeek(out var oldest) && now - oldest >= Length)
        {
            taken.Dequeue();
        }

        if (Permits > 0 && taken.Count >= Permits)
        {
            return true;
        }

        taken.Enqueue(now);
        Busiest = Math.Max(Busiest, taken.Count);
        return false;
    }
}
