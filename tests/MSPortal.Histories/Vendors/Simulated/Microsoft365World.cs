using System.Text.Json.Nodes;
using MSPortal.Core.Model;
using MSPortal.Histories.Clockwork;
using MSPortal.Histories.Plan;
using MSPortal.Histories.Vendors.Clouds;

namespace MSPortal.Histories.Vendors.Simulated;

/// <summary>The real connector against the simulated Microsoft 365: several clients, each connected on its own.</summary>
internal sealed class Microsoft365World : SimulatedWorld
{
    /// <summary>Tenants that can be connected, by their number: the largest, two usual ones of which one has no active relationship, and the one with nobody in it.</summary>
    private static readonly int[] Connectable = [1, 5, 4, 3];

    /// <summary>Roles that a client may take back although its users may be read.</summary>
    private static readonly string[] Roles = ["Group.Read.All", "Organization.Read.All", "Domain.Read.All"];

    private static readonly (string Property, string Raw)[] Spoils =
        [("displayName", "{\"x\":1}"), ("userPrincipalName", "null"), ("displayName", "\"NUL \\u0000\""), ("accountEnabled", "\"perhaps\""), ("id", "null"), ("assignedLicenses", "17"), ("createdDateTime", "\"soon\"")];

    private readonly Microsoft365 known = new();
    private readonly Microsoft365Edits edits;
    private readonly VirtualClock clock;
    private readonly string partner;
    private readonly List<(string Id, string Name, bool IsListed)> tenants;
    private readonly HashSet<string> refused = [];
    private readonly Dictionary<string, (string Line, DateTimeOffset At)> changed = [];
    private bool isWhole = true;

    public Microsoft365World(World world, VirtualClock clock)
        : base(new Microsoft365(), world, clock)
    {
        this.clock = clock;
        partner = About["partner"]!.ToString();
        tenants = [.. About["tenants"]!.AsArray().Select(t => (t!["id"]!.ToString(), t["displayName"]!.ToString(), t["hasRelationship"]!.GetValue<bool>()))];
        Clients = [.. Connectable.Take(Math.Clamp(world.Companies, 2, Connectable.Length)).Select(n => tenants[n].Id)];
        edits = new Microsoft365Edits(Control, Clients);
    }

    public static Repertoire Repertoire { get; } = new()
    {
        Main = DataType.CloudUsers,
        Sometimes = [(50, DataType.CloudGroups), (50, DataType.Licenses), (25, DataType.Domains)],
        Renamed = [DataType.CloudUsers, DataType.CloudUsers, DataType.CloudGroups],
        Merged = [DataType.CloudUsers],
        Faults =
        [
            (8, FaultKind.ConsentWithdrawn), (7, FaultKind.MarkLost), (5, FaultKind.EmptyPages), (4, FaultKind.CursorForgotten), (5, FaultKind.SmallPages), (4, FaultKind.TightLimit), (3, FaultKind.MissingScope),
            (3, FaultKind.TokensLost), (2, FaultKind.TokensShort),
        ],
        IsImpatient = true,
    };

    public override IReadOnlyList<string> Clients { get; }

    public override bool Do(Change change) => edits.Do(change);

    public override bool HasRefused(string client) => refused.Contains(client);

    /// <summary>Without credentials nobody's tenant knows the app; users are hidden by the first client alone.</summary>
    public override void Allow(bool credentials, bool main)
    {
        if (!credentials)
        {
            foreach (var tenant in Clients.Append(partner))
            {
                Withdraw(tenant, "removeApp");
            }
        }
        else if (!isWhole)
        {
            foreach (var tenant in Clients.Append(partner))
            {
                edits.Do(tenant, new { @do = "grantConsent" }, new { @do = "endTokens" });
            }

            isWhole = true;
        }

        if (!main)
        {
            TakeBack(Clients[0], "User.Read.All");
        }
    }

    public override bool Turn(Break fault)
    {
        var client = Clients[fault.Variant % Clients.Count];
        switch (fault.Kind)
        {
            case FaultKind.ConsentWithdrawn:
                Withdraw(client, fault.Variant % 5 < 3 ? "withdrawConsent" : "removeApp");
                return true;
            case FaultKind.MarkLost when fault.Variant % 4 == 0:
                return Behave(new { deltaDays = 0, expiredDelta = new[] { "syncStateNotFound", "resyncRequired", "gone" }[fault.Variant % 3] });
            case FaultKind.MarkLost:
                return edits.Do(client, new { @do = "resetDelta" });
            case FaultKind.SmallPages:
                Lasting.Add(new { kind = "capPage", rows = 1 + (fault.Variant % 5) });
                return true;
            case FaultKind.TightLimit:
                return Behave(new { resourceUnits = 10 + (fault.Variant % 60), retryAfter = fault.Variant % 2 == 0 });
            case FaultKind.MissingScope:
                TakeBack(client, Roles[fault.Variant % Roles.Length]);
                return true;
            case FaultKind.TokensLost:
                return Control.Post("set/tokens", new { });
            case FaultKind.TokensShort:
                return Behave(new { tokenSeconds = new[] { 5, 40, 120 }[fault.Variant % 3] });
            default:
                return false;
        }
    }

    public override void Heal()
    {
        base.Heal();
        Behave(new { deltaDays = 7, tokenSeconds = 3599, resourceUnits = (int?)null, retryAfter = true });
    }

    public override Where Of(HttpRequestMessage request) => Steps(request) switch
    {
        ["v1.0", "organization"] => Where.Anywhere,
        ["v1.0", "users" or "groups", "delta"] => Where.Lists,
        ["v1.0", "users" or "groups" or "domains" or "subscribedSkus", _] or ["v1.0", "tenantRelationships", _, _] => Where.Singles,
        ["v1.0", ..] => Where.Lists,
        _ => Where.Anywhere,
    };

    /// <summary>No row has a time of its change: it is when we saw it change.</summary>
    public override IReadOnlyDictionary<string, Fact> Tell(DataType type)
    {
        if (type == DataType.Companies)
        {
            return tenants.Where(t => t.IsListed || Clients.Contains(t.Id)).ToDictionary(
                t => t.Id, t => new Fact(known.Of(type).VendorLine(new JsonObject { ["tenantId"] = t.Id, ["displayName"] = t.Name }), null, DateTimeOffset.MinValue, (_, _) => true));
        }

        var truth = known.Of(type);
        var facts = Clients.SelectMany(c => edits.Rows(c, truth.Kind).Select(r => (Id: ClientIds.Of(c, truth.Id(r)), Client: c, Line: truth.VendorLine(r) + Licenses(type, r, "assignedLicenses", "licenseAssignmentStates"))))
            .ToDictionary(r => r.Id, r => new Fact(r.Line, ChangedAt(type, r.Id, r.Line), DateTimeOffset.MinValue, (_, _) => true, Client: r.Client));
        foreach (var gone in changed.Keys.Where(k => k.StartsWith($"{type}:", StringComparison.Ordinal) && !facts.ContainsKey(k[(k.IndexOf(':', StringComparison.Ordinal) + 1)..])).ToList())
        {
            changed.Remove(gone);
        }

        return facts;
    }

    public override string Line(DataType type, string payload) => base.Line(type, payload) + Licenses(type, JsonNode.Parse(payload)!, "licenses");

    protected override bool HasRows(HttpRequestMessage request) => Of(request) == Where.Lists;

    protected override object? Fault(HttpRequestMessage request, Break fault)
    {
        var isList = HasRows(request);
        if (isList && fault.Kind is FaultKind.ShortPage or FaultKind.Empty)
        {
            // A list ends where no next page is named, however many rows came; no connector could tell.
            foreach (var type in Listed(request))
            {
                foreach (var id in Tell(type).Keys)
                {
                    Misrepresent(type, id);
                }
            }
        }

        return fault.Kind switch
        {
            FaultKind.EmptyPages when isList => new { kind = "emptyPage", times = 1 },
            FaultKind.CursorForgotten when isList => new { kind = "forgetCursor", code = fault.Variant % 2 == 0 ? 410 : 400, times = 1 },
            _ => base.Fault(request, fault),
        };
    }

    protected override object? Spoil(HttpRequestMessage request, Break fault)
    {
        var client = Clients[fault.Variant % Clients.Count];
        if (Steps(request) is not ["v1.0", "users", ..] || edits.Pick(client, "users", fault.Variant / 5) is not { } user)
        {
            return null;
        }

        var id = user["id"]!.ToString();
        Misrepresent(DataType.CloudUsers, ClientIds.Of(client, id));
        var (property, raw) = Spoils[fault.Variant / 7 % Spoils.Length];
        return new { kind = "mutate", property, raw, keys = new[] { id }, times = 1 };
    }

    private IEnumerable<DataType> Listed(HttpRequestMessage request) => Connector.Streams.Select(s => s.DataType).Where(t => Steps(request)[1] switch
    {
        "users" => t == DataType.CloudUsers,
        "groups" => t == DataType.CloudGroups,
        "subscribedSkus" => t == DataType.Licenses,
        "domains" => t == DataType.Domains,
        _ => t == DataType.Companies,
    });

    /// <summary>Which licences a person has, or would have.</summary>
    private static string Licenses(DataType type, JsonNode row, params string[] lists) => type != DataType.CloudUsers ? "" : " | " + string.Join(' ', lists
        .SelectMany(l => row[l] as JsonArray ?? []).Select(l => (l!["skuId"] ?? l["licenseId"])!.ToString().ToLowerInvariant()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    private DateTimeOffset ChangedAt(DataType type, string id, string line)
    {
        var key = $"{type}:{id}";
        return (changed.TryGetValue(key, out var last) && last.Line == line ? last : changed[key] = (line, clock.Now)).At;
    }

    private void Withdraw(string tenant, string how)
    {
        edits.Do(tenant, new { @do = how });
        refused.Add(tenant);
        isWhole = false;
    }

    private void TakeBack(string client, string role)
    {
        Control.Do(known.Permit(client, role, isGiven: false));
        isWhole = false;
    }

    private bool Behave(object change) => Control.Post("set/behaviour", change);
}
