using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Histories.Clockwork;
using MSPortal.Histories.Plan;
using MSPortal.Histories.Vendors.Psas;

namespace MSPortal.Histories.Vendors.Simulated;

/// <summary>The real connector of a vendor whose tickets are read, against its simulator.</summary>
internal abstract class SimulatedPsaWorld : SimulatedWorld
{
    private readonly Psa psa;
    private readonly SimulatedEdits edits;

    protected SimulatedPsaWorld(Psa psa, World world, VirtualClock clock, Func<Control, Psa, SimulatedEdits> edits)
        : base(psa, world, clock)
    {
        this.psa = psa;
        this.edits = edits(Control, psa);
        Boards = Connector.TicketSettings is null ? null
            : [.. Control.Rows(psa.Tickets.Kind).GroupBy(psa.Container).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).Select(g => g.Key)];
    }

    /// <summary>The fullest first, so that few tickets are enough for something to be chosen.</summary>
    public override IReadOnlyList<string>? Boards { get; }

    /// <summary>The permission without which tickets cannot be read.</summary>
    protected virtual string TicketArea => "tickets";

    /// <summary>Ways to spoil a ticket: a property and what is written in its place.</summary>
    protected abstract IReadOnlyList<(string Property, string Raw)> Spoils { get; }

    public override void Subscribe(WebhookEndpoint endpoint)
    {
        if (psa.Hooks.Enter is { } enter)
        {
            Control.Do(enter(endpoint.Address));
        }
    }

    public override (string Header, string Value)? Sign(byte[] body, string secret) => psa.Hooks.Signature?.Invoke(body, secret);

    public override bool Do(Change change) => edits.Do(change);

    public override void Allow(bool credentials, bool main)
    {
        Control.Do(psa.Revoke(!credentials));
        Control.Post("permissions", new Dictionary<string, bool> { [TicketArea] = main });
    }

    public override IReadOnlyDictionary<string, Fact> Tell(DataType type)
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

    public override string Line(DataType type, string payload)
    {
        if (type != DataType.Reference)
        {
            return base.Line(type, payload);
        }

        var item = JsonNode.Parse(payload)!;
        return ReferenceLine(item["externalId"]!.GetValue<string>(), item["name"]!.GetValue<string>());
    }

    protected abstract bool IsTicketList(HttpRequestMessage request);

    protected override object? Spoil(HttpRequestMessage request, Break fault)
    {
        if (!IsTicketList(request) || edits.Pick(psa.Tickets.Kind, fault.Variant) is not { } ticket)
        {
            return null;
        }

        var id = SimulatedEdits.Id(ticket);
        Misrepresent(DataType.Tickets, id.ToString(CultureInfo.InvariantCulture));
        var (property, raw) = Spoils[fault.Variant / 7 % Spoils.Count];
        return new { kind = "mutate", property, raw, ids = new[] { id }, times = 1 };
    }

    private static string ReferenceLine(string id, string name) => $"{id} | {name.Trim()}";

    private Task<IReadOnlyList<JsonNode>> RowsAsync(string kind) => Task.FromResult(Control.Rows(kind));
}
