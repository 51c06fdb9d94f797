using System.Text.Json.Nodes;
using MSPortal.Connectors;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Histories.Clockwork;
using MSPortal.Histories.Defects;
using MSPortal.Histories.Plan;
using MSPortal.Simulators;

namespace MSPortal.Histories.Vendors.Simulated;

/// <summary>A real connector against its simulator, without a socket between them.</summary>
internal abstract class SimulatedWorld : IVendorWorld
{
    /// <summary>Of vendors that keep each customer apart: as many as it takes for all the odd ones.</summary>
    private const int Directories = 5;

    private readonly KnownVendor known;
    private readonly InProcess simulator;
    private readonly SkewedClock time;
    private readonly Dictionary<DataType, HashSet<string>> misrepresented = [];
    private readonly List<HttpRequestMessage> mail = [];

    protected SimulatedWorld(KnownVendor known, World world, VirtualClock clock)
    {
        this.known = known;
        time = new SkewedClock(clock);
        simulator = new InProcess(new SimulatorOptions
        {
            Seed = 7, Companies = Math.Max(2, world.Companies), Tickets = world.Tickets, Devices = world.Tickets, Directories = Directories, Users = world.Tickets, Now = clock.Now, Time = time, Outbox = mail.Add,
        });
        Control = new Control(simulator, known.Provider);
        DataType[] types = [DataType.Reference, .. world.DataTypes];
        var real = ConnectorRegistration.All.Single(c => c.Info.Id == known.Provider);
        Connector = new AlteredConnector(real, s => s, s => types.Contains(s.DataType));
        About = Control.Ask(HttpMethod.Get, "")!.AsObject();
        Settings = known.Entered(About, real);
        Secrets = [.. real.Settings.Fields.Where(f => f.Secret).Select(f => Settings[f.Key])];
    }

    public IConnector Connector { get; }

    public IReadOnlyDictionary<string, string> Settings { get; }

    public IReadOnlyList<string> Secrets { get; }

    public virtual IReadOnlyList<string>? Boards => null;

    public virtual IReadOnlyList<string> Clients => [];

    protected Control Control { get; }

    /// <summary>What the simulator told about itself at the beginning.</summary>
    protected JsonObject About { get; }

    /// <summary>Faults of every call until everything is healed.</summary>
    protected List<object> Lasting { get; } = [];

    /// <summary>The pieces of its path.</summary>
    protected static string[] Steps(HttpRequestMessage request) => request.RequestUri!.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);

    public abstract bool Do(Change change);

    public void Skew(TimeSpan by) => time.By = by;

    public abstract void Allow(bool credentials, bool main);

    public virtual bool Turn(Break fault) => false;

    public virtual void Heal()
    {
        Allow(true, true);
        Lasting.Clear();
    }

    public abstract Where Of(HttpRequestMessage request);

    public virtual IDisposable? Enter(HttpRequestMessage request) => null;

    public virtual Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, Break? fault, CancellationToken ct)
    {
        List<object> set = [.. Lasting];
        if (fault is not null && Fault(request, fault) is { } own)
        {
            set.Add(own);
        }

        return Task.FromResult(Send(request, set));
    }

    public abstract IReadOnlyDictionary<string, Fact> Tell(DataType type);

    public IReadOnlySet<string> Misrepresented(DataType type) => misrepresented.GetValueOrDefault(type) ?? [];

    public virtual bool HasRefused(string client) => false;

    public virtual string Line(DataType type, string payload) => known.Of(type).OurLine(payload);

    public virtual void Subscribe(WebhookEndpoint endpoint)
    {
    }

    public IReadOnlyList<HttpRequestMessage> TakeMail()
    {
        List<HttpRequestMessage> taken = [.. mail];
        mail.Clear();
        return taken;
    }

    public virtual (string Header, string Value)? Sign(byte[] body, string secret) => null;

    public virtual bool DeliversOneByOne => false;

    public ValueTask DisposeAsync() => simulator.DisposeAsync();

    /// <summary>Whether the answer has rows that a fault can touch.</summary>
    protected abstract bool HasRows(HttpRequestMessage request);

    /// <summary>Something else than the truth is told of a record.</summary>
    protected void Misrepresent(DataType type, string id) => (misrepresented.TryGetValue(type, out var ids) ? ids : misrepresented[type] = []).Add(id);

    /// <summary>One row of the main list is spoiled; null where this is another list.</summary>
    protected abstract object? Spoil(HttpRequestMessage request, Break fault);

    /// <summary>The simulator's own word for it; null where it has none.</summary>
    protected virtual object? Fault(HttpRequestMessage request, Break fault) => fault.Kind switch
    {
        FaultKind.BadField when Spoil(request, fault) is { } spoiled => spoiled,
        _ when !HasRows(request) => null,
        FaultKind.ShortPage => new { kind = "shortPage", rows = 1, times = 1 },
        FaultKind.LowerCap => new { kind = "capPage", rows = 2, times = 1 },
        FaultKind.RowTwice => new { kind = "duplicateRow", rows = 1, times = 1 },
        FaultKind.Empty => new { kind = "emptyArray", times = 1 },
        _ => null,
    };

    /// <summary>A call that is answered with a status and a body.</summary>
    protected static object Say(int code, object body, int? retryAfter = null) => new { kind = "status", code, body, retryAfter };

    protected HttpResponseMessage Send(HttpRequestMessage request, IReadOnlyList<object> faults)
    {
        foreach (var fault in faults)
        {
            Control.Post("faults", fault);
        }

        var answer = simulator.Send(request);
        if (faults.Count > 0)
        {
            Control.Ask(HttpMethod.Delete, "faults");
        }

        return answer;
    }
}
