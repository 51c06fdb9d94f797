using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Microsoft365;

/// <summary>
/// All tenants of one partner, with the directory that signs in to them and the Graph that tells of them. Tests in the same process change things here, from any
/// thread; others do the same by <c>/control/microsoft365</c>. A tenant is named by its id or by one of its domains.
/// </summary>
public sealed partial class Microsoft365Vendor : IDisposable
{
    private const int KeptCalls = 50_000;

    private static readonly ConditionalWeakTable<WebApplication, Microsoft365Vendor> ByApp = [];

    private readonly Lazy<IReadOnlyList<Tenant>> tenants;
    private readonly Dictionary<string, List<JsonObject>> devices = new(StringComparer.Ordinal);
    private readonly List<Microsoft365Call> calls = [];
    private readonly List<BeforeHook> hooks = [];
    private int lastCall;
    private int lastRequest;

    internal Microsoft365Vendor(SimulatorOptions options)
    {
        Options = options;
        Clock = new VendorClock(options.Time, options.Now);
        Sealed = new OpaqueToken(options.Seed);
        Apps = new EntraApps(options.Seed);
        Tokens = new EntraTokens(this);
        Throttle = new GraphThrottle(this);
        Scores = new ScoreData(options.Seed, Clock.Origin);
        Subscriptions = new GraphSubscriptions(this);
        Api = new GraphApi(this);
        Batch = new GraphBatch(this);
        Consents = new AdminConsent(this);
        tenants = new(Seeded);
    }

    /// <summary>Switches for what real ones do in more than one way.</summary>
    public Microsoft365Behaviour Behaviour { get; set; } = new();

    public string ClientId => Apps.First.ClientId;

    /// <summary>The newest.</summary>
    public string ClientSecret => Locked(() => Apps.First.Secrets[^1].Value);

    /// <summary>The partner's own first.</summary>
    public IReadOnlyList<Microsoft365Tenant> Tenants => Locked(() => AllTenants.Select(t => new Microsoft365Tenant(
        t.Id, t.Number, t.DisplayName, t.DefaultDomain, t.InitialDomain, t.SeededUsers, t.Has("AAD_PREMIUM"), t.Has("INTUNE_A"), PartnerRows.HasRelationship(t), Apps.Grant(Apps.First, t).Consent)).ToList());

    internal SimulatorOptions Options { get; }

    internal VendorClock Clock { get; }

    internal FaultList Faults { get; } = new();

    internal RequestLog Requests { get; } = new();

    /// <summary>One reader or writer at a time.</summary>
    internal Lock Gate { get; } = new();

    internal OpaqueToken Sealed { get; }

    internal EntraApps Apps { get; }

    internal EntraTokens Tokens { get; }

    internal GraphThrottle Throttle { get; }

    internal ScoreData Scores { get; }

    internal GraphSubscriptions Subscriptions { get; }

    internal GraphApi Api { get; }

    internal GraphBatch Batch { get; }

    internal AdminConsent Consents { get; }

    internal string PublicUrl { get; set; } = "http://127.0.0.1";

    internal IReadOnlyList<Tenant> AllTenants => tenants.Value;

    /// <summary>The one within this application.</summary>
    public static Microsoft365Vendor Of(WebApplication app) => ByApp.TryGetValue(app, out var vendor) ? vendor : throw new InvalidOperationException("this application plays no Microsoft 365");

    public void Dispose() => Subscriptions.Dispose();

    /// <summary>What there really is: users, deletedUsers, groups, skus, subscriptions, domains, organization, secureScores, controlProfiles or devices. What a user never had is absent there.</summary>
    public JsonArray Truth(string tenant, string kind) => Locked(() =>
    {
        var of = Get(tenant);
        of.Empty(Clock.GetUtcNow());
        IEnumerable<JsonObject> rows = kind switch
        {
            "users" => of.Users.Live.Select(Whole),
            "deletedUsers" => of.Users.All.Where(u => u.DeletedAt is not null).Select(Whole),
            "groups" => of.Groups.Live.Select(g => (JsonObject)g.Data.DeepClone()),
            "skus" => TenantRows.Skus(of),
            "subscriptions" => TenantRows.Subscriptions(of, AllTenants[0].Id),
            "domains" => TenantRows.Domains(of),
            "organization" => [TenantRows.Organization(of)],
            "secureScores" => Scores.Scores(of, Clock.GetUtcNow()),
            "controlProfiles" => Scores.Profiles(of),
            "devices" => of.Has("INTUNE_A") ? DevicesOf(of).Select(d => (JsonObject)d.DeepClone()) : [],
            _ => throw new KeyNotFoundException($"{kind} is nothing that is kept"),
        };
        return new JsonArray([.. rows]);
    });

    /// <summary>Calls so far, of one tenant or of all.</summary>
    public IReadOnlyList<Microsoft365Call> Calls(string? tenant = null) => Locked(() =>
    {
        var id = tenant is null ? null : Get(tenant).Id;
        return calls.Where(c => id is null || c.Tenant == id).ToList();
    });

    public void ClearCalls() => Locked(calls.Clear);

    /// <summary>Right before the nth call that fits is answered, something happens, once.</summary>
    /// <param name="path">A regular expression over path, query and <c>#</c> with the tenant's id.</param>
    public void Before(string path, int nth, Action act) => Locked(() => hooks.Add(new BeforeHook(new Regex(path, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(10)), nth, act)));

    /// <summary>Sets a fault, worded as for the control endpoint.</summary>
    public int AddFault(string json) => Faults.Add(JsonSerializer.Deserialize<Fault>(json, JsonControl.Options) ?? throw new ArgumentException("a fault is needed", nameof(json)));

    public void ClearFaults() => Faults.Clear();

    /// <summary>Days pass here, and nowhere else.</summary>
    public void ShiftClock(TimeSpan by) => Clock.Shift(by);

    internal static void Bind(WebApplication app, Microsoft365Vendor vendor) => ByApp.Add(app, vendor);

    internal Tenant? FindTenant(string name) => AllTenants.FirstOrDefault(t => t.Answers(name));

    internal Tenant Get(string name) => FindTenant(name) ?? throw new KeyNotFoundException($"there is no tenant {name}");

    internal List<JsonObject> DevicesOf(Tenant tenant)
    {
        if (!devices.TryGetValue(tenant.Id, out var rows))
        {
            devices[tenant.Id] = rows = DeviceSeed.Create(tenant, Options.Seed, Clock.Origin);
        }

        return rows;
    }

    internal string NextRequestId() => TenantSeed.Uid(TenantSeed.Apart(((ulong)(uint)Options.Seed << 33) + (ulong)(uint)Interlocked.Increment(ref lastRequest)));

    internal JsonAnswer Error(int status)
    {
        var (code, message) = Graph.Wording(status);
        return Graph.Error(this, status, code, message);
    }

    /// <summary>Writes a call down; under the gate.</summary>
    internal void Note(string method, string path, string? authorization, JsonAnswer answer, Tenant? tenant = null)
    {
        var access = Tokens.Whose(authorization);
        var units = answer.Headers.TryGetValue("x-ms-resource-unit", out var said) ? int.Parse(said, CultureInfo.InvariantCulture) : 0;
        if (calls.Count >= KeptCalls)
        {
            calls.RemoveRange(0, KeptCalls / 4);
        }

        calls.Add(new Microsoft365Call(++lastCall, (tenant ?? access?.Tenant)?.Id, access?.App.ClientId, method, path, answer.Status, units, Clock.GetUtcNow()));
    }

    /// <summary>Under the gate, before a call is answered.</summary>
    internal void Meet(string call)
    {
        foreach (var hook in hooks.ToList())
        {
            if (hook.Meets(call))
            {
                hooks.Remove(hook);
            }
        }
    }

    internal T Locked<T>(Func<T> work)
    {
        lock (Gate)
        {
            return work();
        }
    }

    internal void Locked(Action work)
    {
        lock (Gate)
        {
            work();
        }
    }

    private static JsonObject Whole(DirectoryEntry user)
    {
        var row = (JsonObject)user.Data.DeepClone();
        row["assignedPlans"] = LicenseEdits.Plans(user.Data);
        return row;
    }

    private IReadOnlyList<Tenant> Seeded()
    {
        var seeded = TenantSeed.Create(Options, Clock.Origin);
        foreach (var tenant in seeded.Where(t => t.Number != TenantSeed.NotConsented))
        {
            Apps.Consent(Apps.First, tenant);
        }

        return seeded;
    }
}
