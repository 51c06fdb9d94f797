using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Connectors;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Histories.Clockwork;
using MSPortal.Histories.Defects;
using MSPortal.Histories.Plan;
using MSPortal.Simulators;

namespace MSPortal.Histories.Vendors.ConnectWise;

/// <summary>The real connector against the simulated ConnectWise.</summary>
internal sealed class ConnectWiseWorld : IVendorWorld
{
    private const string Door = "connectwise/";

    private readonly InProcess simulator;
    private readonly SkewedClock time;
    private readonly Dictionary<DataType, HashSet<string>> misrepresented = [];
    private readonly ConnectWiseEdits edits;

    public ConnectWiseWorld(World world, VirtualClock clock)
    {
        time = new SkewedClock(clock);
        simulator = new InProcess(new SimulatorOptions { Seed = 7, Companies = Math.Max(2, world.Companies), Tickets = world.Tickets, Now = clock.Now, Time = time });
        edits = new ConnectWiseEdits(simulator, Door);
        DataType[] types = [DataType.Reference, .. world.DataTypes];
        var real = ConnectorRegistration.All.Single(c => c.Info.Id == "connectwise");
        Connector = new AlteredConnector(real, s => s, s => types.Contains(s.DataType));
        var about = simulator.Control(HttpMethod.Get, Door)!;
        Settings = new[] { "apiUrl", "companyId", "publicKey", "privateKey", "clientId" }.ToDictionary(k => k, k => about[k]!.GetValue<string>());
        Boards = [.. Rows("boards").Where(b => b["projectFlag"]?.GetValue<bool>() != true).Select(b => ConnectWiseTruth.Text(b["id"]))];
    }

    public IConnector Connector { get; }

    public IReadOnlyDictionary<string, string> Settings { get; }

    public IReadOnlyList<string> Secrets => [Settings["privateKey"], Settings["publicKey"]];

    public IReadOnlyList<string> Boards { get; }

    public bool Do(Change change) => edits.Do(change);

    public void Skew(TimeSpan by) => time.By = by;

    public void Allow(bool credentials, bool tickets)
    {
        simulator.Control(HttpMethod.Post, Door + "credentials", new { revoked = !credentials });
        simulator.Control(HttpMethod.Post, Door + "permissions", new { serviceTickets = tickets });
    }

    public void Heal() => Allow(true, true);

    public Where Of(HttpRequestMessage request) => Uri.UnescapeDataString(request.RequestUri!.PathAndQuery) switch
    {
        var path when path.Contains("/notes", StringComparison.Ordinal) => Where.Children,
        var path when path.Contains("id in", StringComparison.Ordinal) => Where.Singles,
        var path when path.Contains("/system/info", StringComparison.Ordinal) || path.Contains("companyinfo", StringComparison.Ordinal) => Where.Anywhere,
        _ => Where.Lists,
    };

    public Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, Break? fault, CancellationToken ct)
    {
        var set = fault is null ? null : Fault(request, fault);
        if (set is not null)
        {
            simulator.Control(HttpMethod.Post, Door + "faults", set);
        }

        var answer = simulator.Send(request);
        if (set is not null)
        {
            simulator.Control(HttpMethod.Delete, Door + "faults");
        }

        return Task.FromResult(answer);
    }

    public IReadOnlyDictionary<string, Fact> Tell(DataType type)
    {
        if (type == DataType.Reference)
        {
            return ConnectWiseTruth.References.SelectMany(r => Rows(r.Value).Select(row => $"{r.Key}:{ConnectWiseTruth.Text(row["id"])}").Distinct().Select(id => (id, Row: r)))
                .ToDictionary(r => r.id, r => new Fact(r.id, null, DateTimeOffset.MinValue, new ReferenceItem { ExternalId = r.id, Kind = r.Row.Key, ItemId = r.id, Name = "" }));
        }

        var truth = ConnectWiseTruth.Of(type);
        return Rows(truth.Kind).ToDictionary(r => ConnectWiseTruth.Text(r["id"]), r => new Fact(
            truth.VendorLine(r),
            Time(ConnectWiseTruth.At(r, "_info/lastUpdated")),
            DateTimeOffset.MinValue,
            Record(type, r),
            type == DataType.TicketNotes ? ConnectWiseTruth.Text(r["ticketId"]) : null));
    }

    public IReadOnlySet<string> Misrepresented(DataType type) => misrepresented.GetValueOrDefault(type) ?? [];

    public string Line(DataType type, string payload) => type == DataType.Reference ? JsonNode.Parse(payload)!["externalId"]!.GetValue<string>() : ConnectWiseTruth.Of(type).OurLine(payload);

    public ValueTask DisposeAsync() => simulator.DisposeAsync();

    private IEnumerable<JsonNode> Rows(string kind) => simulator.Control(HttpMethod.Get, $"{Door}records/{kind}")!.AsArray().Select(n => n!);

    private static DateTimeOffset? Time(JsonNode? value) => value is null ? null : DateTimeOffset.Parse(value.GetValue<string>(), CultureInfo.InvariantCulture);

    private static ExternalRecord Record(DataType type, JsonNode row) => type != DataType.Tickets
        ? new ExternalCompany { ExternalId = "", Name = "" }
        : new Ticket
        {
            ExternalId = "",
            Number = "",
            Summary = "",
            ContainerId = ConnectWiseTruth.Text(ConnectWiseTruth.At(row, "board/id")),
            StatusId = ConnectWiseTruth.Text(ConnectWiseTruth.At(row, "status/id")),
            IsClosed = row["closedFlag"]?.GetValue<bool>() == true,
            ClosedAt = Time(row["closedDate"]),
            VendorUpdatedAt = Time(ConnectWiseTruth.At(row, "_info/lastUpdated")),
        };

    /// <summary>The simulator's own word for it, or nothing where it has none.</summary>
    private object? Fault(HttpRequestMessage request, Break fault) => fault.Kind switch
    {
        FaultKind.ShortPage => new { kind = "shortPage", rows = 1, times = 1 },
        FaultKind.LowerCap => new { kind = "capPage", rows = 2, times = 1 },
        FaultKind.RowTwice => new { kind = "duplicateRow", rows = 1, times = 1 },
        FaultKind.Empty => new { kind = "emptyArray", times = 1 },
        FaultKind.BadField when request.RequestUri!.AbsolutePath.EndsWith("/service/tickets", StringComparison.Ordinal) => Spoil(fault),
        _ => null,
    };

#pragma warning disable CA1859 // It is one of several shapes.
    private object? Spoil(Break fault)
    {
        if (edits.Pick("tickets", fault.Variant) is not { } id)
        {
            return null;
        }

        (misrepresented.TryGetValue(DataType.Tickets, out var ids) ? ids : misrepresented[DataType.Tickets] = []).Add(id.ToString(CultureInfo.InvariantCulture));
        int[] only = [id];
        return (fault.Variant / 7 % 5) switch
        {
            0 => new { kind = "mutate", property = "summary", raw = "null", ids = only, times = 1 },
            1 => new { kind = "mutate", property = "closedFlag", raw = "\"perhaps\"", ids = only, times = 1 },
            2 => new { kind = "mutate", property = "summary", raw = "\"NUL \\u0000\"", ids = only, times = 1 },
            3 => new { kind = "mutate", property = "status", raw = "17", ids = only, times = 1 },
            _ => new { kind = "mutate", property = "board", raw = "null", ids = only, times = 1 },
        };
    }
#pragma warning restore CA1859

    private sealed class SkewedClock(VirtualClock clock) : TimeProvider
    {
        public TimeSpan By { get; set; }

        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow() + By;

        public override long TimestampFrequency => clock.TimestampFrequency;

        public override long GetTimestamp() => clock.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => clock.CreateTimer(callback, state, dueTime, period);
    }
}
