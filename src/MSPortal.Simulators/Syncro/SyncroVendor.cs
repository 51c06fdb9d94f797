using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Syncro;

/// <summary>One account: who may come in, what is where, and the switches by which accounts differ.</summary>
internal sealed class SyncroVendor : JsonVendor
{
    /// <summary>From this day on lists of tickets bring only the first comment.</summary>
    private static readonly DateTimeOffset FewerComments = new(2026, 3, 11, 0, 0, 0, TimeSpan.Zero);

    private readonly string token;
    private readonly string userToken;
    private bool revoked;
    private int? retryAfter;
    private SyncroEdits? edits;

    public SyncroVendor(SimulatorOptions options)
        : base(options)
    {
        var dice = new Dice((ulong)options.Seed + 77);
        token = $"T{dice.Next():x16}{dice.Next():x16}-{dice.Next():x16}";
        userToken = $"{dice.Next():x16}-{dice.Next():x16}";
        Subdomain = $"simmsp{options.Seed}";
        Rate.PerMinute = 180;
    }

    /// <summary>Null until somebody listens.</summary>
    public SyncroNotices? Notices { get; set; }

    public string Subdomain { get; private set; }

    /// <summary>How lists are ordered; no document says.</summary>
    public SyncroOrder Order { get; private set; } = SyncroOrder.Newest;

    /// <summary>Rows per page by kind, where they differ from the usual.</summary>
    public Dictionary<string, int> PageSizes { get; } = new(StringComparer.Ordinal);

    /// <summary>The example of the documents has none for assets; live accounts do.</summary>
    public bool AssetMeta { get; private set; } = true;

    public bool CommentTouchesTicket { get; private set; } = true;

    /// <summary>Status of a missing permission: 401 by the documents, 403 by others.</summary>
    public int DeniedStatus { get; private set; } = 401;

    public bool ListsBringAllComments => Clock.GetUtcNow() < FewerComments;

    public SyncroEdits Edits => edits ??= new SyncroEdits(this);

    public string Now => SyncroTime.Text(Clock.GetUtcNow());

    public override JsonAnswer Respond(VendorRequest request)
    {
        if (Rate.Refuse() is not null)
        {
            return SyncroAnswers.TooMany(retryAfter);
        }

        if (revoked || Given(request) != token)
        {
            return SyncroAnswers.Unauthorized();
        }

        if (request.Method is "POST" or "PUT" && request.Context.Request.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) is not true)
        {
            return SyncroAnswers.Of(400);
        }

        return request.Method == "GET" ? SyncroReads.Answer(this, request, Steps(request)) : SyncroWrites.Answer(this, request, Steps(request));
    }

    public override JsonAnswer Error(int status) => SyncroAnswers.Of(status);

    public override JsonObject About()
    {
        var counts = new JsonObject();
        foreach (var kind in World.Kinds.Order(StringComparer.Ordinal))
        {
            counts[kind] = World[kind].Count;
        }

        return new JsonObject { ["subdomain"] = PublicUrl, ["apiKey"] = token, ["account"] = Subdomain, ["now"] = Now, ["counts"] = counts };
    }

    public override JsonObject Create(string kind, JsonObject given) => Edits.Create(kind, given);

    public override JsonObject Change(string kind, long id, JsonObject given, bool touch) => Edits.Change(kind, id, given, touch);

    public override void Delete(string kind, long id) => Edits.Delete(kind, id);

    public override JsonNode? Set(string what, JsonElement value)
    {
        foreach (var property in value.EnumerateObject())
        {
            Set(what, property.Name, property.Value);
        }

        return null;
    }

    /// <summary>Who the token belongs to, with a secret that is of no use to anybody who reads.</summary>
    public JsonObject Me()
    {
        JsonObject Rights(string area) => new() { ["read"] = May(area), ["write"] = May(area), ["delete"] = May(area) };
        return new()
        {
            ["user_token"] = userToken,
            ["user_email"] = "api@simmsp.example",
            ["user_name"] = "Portal Reader",
            ["user_id"] = World["users"].Rows[0].Whole("id"),
            ["admin"] = true,
            ["can_use_app"] = true,
            ["two_factor_required"] = false,
            ["subdomain"] = Subdomain,
            ["default_location"] = null,
            ["enable_multi_locations"] = false,
            ["locations_allowed"] = new JsonArray(),
            ["permissions"] = new JsonObject
            {
                ["asset"] = Rights("assets"),
                ["customer"] = Rights("customers"),
                ["ticket"] = Rights("tickets"),
                ["invoice"] = Rights("invoices"),
                ["payment"] = Rights("payments"),
                ["worksheet"] = new JsonObject { ["add"] = true, ["manage"] = true, ["delete"] = true },
                ["script"] = new JsonObject { ["execute"] = false },
            },
        };
    }

    protected override JsonWorld Seed() => SyncroSeed.Create(Options.Seed, Options.Companies, Options.Tickets, Clock.Origin);

    private static string[] Steps(VendorRequest request) =>
        request.Path["/api/v1".Length..].Split('/', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>As a bearer, bare, or in the address, as old scripts do.</summary>
    private static string? Given(VendorRequest request) =>
        request.Header("Authorization") is { Length: > 0 } header
            ? header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header[7..].Trim() : header.Trim()
            : request.Query("api_key");

    private void Set(string what, string name, JsonElement value)
    {
        switch (what, name)
        {
            case ("credentials", "revoked"):
                revoked = value.GetBoolean();
                break;
            case ("credentials", "subdomain"):
                Subdomain = value.GetString()!;
                break;
            case ("behaviour", "order"):
                Order = Enum.Parse<SyncroOrder>(value.GetString()!, ignoreCase: true);
                break;
            case ("behaviour", "assetMeta"):
                AssetMeta = value.GetBoolean();
                break;
            case ("behaviour", "commentTouchesTicket"):
                CommentTouchesTicket = value.GetBoolean();
                break;
            case ("behaviour", "deniedStatus"):
                DeniedStatus = value.GetInt32();
                break;
            case ("behaviour", "retryAfter"):
                retryAfter = value.ValueKind == JsonValueKind.Number ? value.GetInt32() : null;
                break;
            case ("notices", "url"):
                Notices!.Url = value.ValueKind == JsonValueKind.String ? new Uri(value.GetString()!) : null;
                break;
            case ("notices", "wrapped"):
                Notices!.Wrapped = value.GetBoolean();
                break;
            case ("pageSizes", var kind):
                PageSizes[kind] = value.GetInt32();
                break;
            default:
                throw new KeyNotFoundException($"{what}/{name} is no switch; these are: credentials (revoked, subdomain), behaviour (order, assetMeta, commentTouchesTicket, deniedStatus, retryAfter), notices (url, wrapped), pageSizes (a kind).");
        }
    }
}

internal enum SyncroOrder
{
    Newest,
    Oldest,
    Updated,

    /// <summary>None that anybody could guess.</summary>
    Scattered,
}

/// <summary>Times as Syncro writes them.</summary>
internal static class SyncroTime
{
    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A time as the vendor understands it in a filter; a date alone begins at the account's midnight, not at that of UTC. What is no time is left out of account.</summary>
    public static string? Filter(string? text, TimeSpan zone) =>
        !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? null
        : Text(text.Contains('T', StringComparison.Ordinal) ? time : time - zone);
}
