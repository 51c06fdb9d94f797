using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MSPortal.Simulators.Common;

/// <summary>What simulated vendors share: a world of records, a clock, and what is wrong today; each adds its own paths, rules and errors.</summary>
internal abstract class JsonVendor
{
    private readonly Lazy<JsonWorld> world;

    protected JsonVendor(SimulatorOptions options)
    {
        Options = options;
        Clock = new VendorClock(options.Time, options.Now);
        Rate = new RateGate(Clock);
        world = new(Seed);
    }

    public SimulatorOptions Options { get; }

    public VendorClock Clock { get; }

    public FaultList Faults { get; } = new();

    public RequestLog Requests { get; } = new();

    public RateGate Rate { get; }

    /// <summary>One reader or writer at a time: a caller never sees half of a change.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Seeded when it is first asked for: who plays with one vendor does not pay for the others.</summary>
    public JsonWorld World => world.Value;

    /// <summary>Area → whether the key may read it.</summary>
    public ConcurrentDictionary<string, bool> Permissions { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Where callers find this vendor, known from the first call on.</summary>
    public string PublicUrl { get; set; } = "http://127.0.0.1";

    public bool May(string area) => Permissions.GetValueOrDefault(area, true);

    /// <summary>The answer of a vendor that works, under the gate.</summary>
    public abstract JsonAnswer Respond(VendorRequest request);

    /// <summary>An error as this vendor words it, for faults.</summary>
    public abstract JsonAnswer Error(int status);

    /// <summary>What a person needs to connect: keys, address, and the number of records by kind.</summary>
    public abstract JsonObject About();

    /// <summary>A record as somebody at the vendor makes it: what is not given is filled in.</summary>
    public abstract JsonObject Create(string kind, JsonObject given);

    /// <summary>A change as somebody at the vendor makes it.</summary>
    /// <param name="touch">False: one that leaves the change time (and webhooks) alone.</param>
    public abstract JsonObject Change(string kind, long id, JsonObject given, bool touch);

    public abstract void Delete(string kind, long id);

    /// <summary>By which number the world knows a row that was served; most vendors serve it.</summary>
    public virtual long NumberOf(string kind, JsonObject served) => served.Whole("id");

    /// <summary>Switches of this vendor's own: credentials, behaviour, zone.</summary>
    /// <exception cref="KeyNotFoundException">There is no such switch.</exception>
    public abstract JsonNode? Set(string what, JsonElement value);

    protected abstract JsonWorld Seed();
}

/// <summary>A call as the vendor sees it.</summary>
/// <param name="Cap">The largest page that a fault allows; 0: no cap.</param>
internal sealed record VendorRequest(HttpContext Context, byte[] Body, int Cap)
{
    public string Method => Context.Request.Method;

    public string Path => Context.Request.Path.Value ?? "";

    public string? Query(string name) => Context.Request.Query.TryGetValue(name, out var value) ? value.ToString() : null;

    public string? Header(string name) => Context.Request.Headers.TryGetValue(name, out var value) ? value.ToString() : null;
}
