using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Connectors;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Histories.Clockwork;
using MSPortal.Histories.Defects;
using MSPortal.Histories.Plan;
using MSPortal.Histories.Vendors.Psas;
using MSPortal.Simulators;

namespace MSPortal.Histories.Vendors.Simulated;

/// <summary>A real connector against its simulator, without a socket between them.</summary>
internal abstract class SimulatedWorld : IVendorWorld
{
    private readonly Psa psa;
    private readonly InProcess simulator;
    private readonly SkewedClock time;
    private readonly SimulatedEdits edits;
    private readonly Dictionary<DataType, HashSet<string>> misrepresented = [];
    private readonly List<HttpRequestMessage> mail = [];

    protected SimulatedWorld(Psa psa, World world, VirtualClock clock, Func<Control, Psa, SimulatedEdits> edits)
    {
        this.psa = psa;
        time = new SkewedClock(clock);
        simulator = new InProcess(new SimulatorOptions { Seed = 7, Companies = Math.Max(2, world.Companies), Tickets = world.Tickets, Now = clock.Now, Time = time, Outbox = mail.Add });
        Control = new Control(simulator, psa.Provider);
        this.edits = edits(Control, psa);
        DataType[] types = [DataType.Reference, .. world.DataTypes];
        var real = ConnectorRegistration.All.Single(c => c.Info.Id == psa.Provider);
        Connector = new AlteredConnector(real, s => s, s => types.Contains(s.DataType));
        var about = Control.Ask(HttpMethod.Get, "")!;
        Settings = real.Settings.Fields.Where(f => about[f.Key] is not null).ToDictionary(f => f.Key, f => about[f.Key]!.GetValue<string>());
        Secrets = [.. real.Settings.Fields.Where(f => f.Secret).Select(f => Settings[f.Key])];
        Boards = real.TicketSettings is null ? null
            : [.. Control.Rows(psa.Tickets.Kind).GroupBy(psa.Container).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).Select(g => g.Key)];
    }

    public IConnector Connector { get; }

    public IReadOnlyDictionary<string, string> Settings { get; }

    public IReadOnlyList<string> Secrets { get; }

    /// <summary>The fullest first, so that few tickets are enough for something to be chosen.</summary>
    public IReadOnlyList<string>? Boards { get; }

    protected Control Control { get; }

    /// <summary>Faults of every call until everything is healed.</summary>
    protected List<object> Lasting { get; } = [];

    /// <summary>The permission without which tickets cannot be read.</summary>
    protected virtual string TicketArea => "tickets";

    /// <summary>Ways to spoil a ticket: a property and what is written in its place.</summary>
    protected abstract IReadOnlyList<(string Property, string Raw)> Spoils { get; }

    public bool Do(Change change) => edits.Do(change);

    public void Skew(TimeSpan by) => time.By = by;

    public void Allow(bool credentials, bool tickets)
    {
        Control.Do(psa.Revoke(!credentials));
        Control.Post("permissions", new Dictionary<string, bool> { [TicketArea] = tickets });
    }

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

    public IReadOnlyDictionary<string, Fact> Tell(DataType type)
    {
        if (type == DataType.Reference)
        {
            return Pump.AtOnce(() => psa.ReferencesAsync(RowsAsync)).ToDictionary(r => r.Key, r => new Fact(ReferenceLine(r.Key, r.Value), null, DateTimeOffset.MinValue, (_, _) => true));
        }

        var truth = psa.Of(type);
        var rows = type == DataType.TicketNotes ? Pump.AtOnce(() => psa.NotesAsync(Control.Rows(psa.Tickets.Kind), RowsAsync)) : psa.Plain(truth, Control.Rows(truth.Kind));
        return rows.ToDictionary(truth.Id, r => new Fact(
            truth.VendorLine(r),
            truth.ChangedAt(r),
            DateTimeOffset.MinValue,
            (scope, now) => type != DataType.Tickets || psa.IsInScope(r, scope, now),
            type == DataType.TicketNotes ? r[truth.VendorField("ticketId")]!.ToString() : null));
    }

    public IReadOnlySet<string> Misrepresented(DataType type) => misrepresented.GetValueOrDefault(type) ?? [];

    public string Line(DataType type, string payload)
    {
        if (type != DataType.Reference)
        {
            return psa.Of(type).OurLine(payload);
        }

        var item = JsonNode.Parse(payload)!;
        return ReferenceLine(item["externalId"]!.GetValue<string>(), item["name"]!.GetValue<string>());
    }

    public void Subscribe(WebhookEndpoint endpoint)
    {
        if (psa.Hooks.Enter is { } enter)
        {
            Control.Do(enter(endpoint.Address));
        }
    }

    public IReadOnlyList<HttpRequestMessage> TakeMail()
    {
        List<HttpRequestMessage> taken = [.. mail];
        mail.Clear();
        return taken;
    }

    public (string Header, string Value)? Sign(byte[] body, string secret) => psa.Hooks.Signature?.Invoke(body, secret);

    public virtual bool DeliversOneByOne => false;

    public ValueTask DisposeAsync() => simulator.DisposeAsync();

    /// <summary>Whether the answer has rows that a fault can touch.</summary>
    protected abstract bool HasRows(HttpRequestMessage request);

    protected abstract bool IsTicketList(HttpRequestMessage request);

    /// <summary>The simulator's own word for it; null where it has none.</summary>
    protected virtual object? Fault(HttpRequestMessage request, Break fault) => fault.Kind switch
    {
        FaultKind.BadField when IsTicketList(request) => Spoil(fault),
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

    private static string ReferenceLine(string id, string name) => $"{id} | {name.Trim()}";

    private Task<IReadOnlyList<JsonNode>> RowsAsync(string kind) => Task.FromResult(Control.Rows(kind));

    private object? Spoil(Break fault)
    {
        if (edits.Pick(psa.Tickets.Kind, fault.Variant) is not { } ticket)
        {
            return null;
        }

        var id = SimulatedEdits.Id(ticket);
        (misrepresented.TryGetValue(DataType.Tickets, out var ids) ? ids : misrepresented[DataType.Tickets] = []).Add(id.ToString(CultureInfo.InvariantCulture));
        var (property, raw) = Spoils[fault.Variant / 7 % Spoils.Count];
        return new { kind = "mutate", property, raw, ids = new[] { id }, times = 1 };
    }
}
