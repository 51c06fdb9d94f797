using MSPortal.Histories.Clockwork;
using MSPortal.Histories.Plan;
using MSPortal.Histories.Vendors.Psas;

namespace MSPortal.Histories.Vendors.Simulated;

/// <summary>The real connector against the simulated Autotask.</summary>
internal sealed class AutotaskWorld(World world, VirtualClock clock) : SimulatedPsaWorld(new AutotaskPsa(), world, clock, (control, psa) => new AutotaskEdits(control, psa))
{
    private const string Root = "/v1.0/";

    /// <summary>Of one integration, at one endpoint.</summary>
    private const int MostAtOnce = 3;

    private readonly Dictionary<string, int> underWay = new(StringComparer.Ordinal);
    private readonly HashSet<HttpRequestMessage> tooMany = [];

    public static IReadOnlyList<(int Weight, FaultKind Kind)> Faults { get; } =
        [(6, FaultKind.Threads), (4, FaultKind.OtherPrograms), (4, FaultKind.ZoneMoves), (4, FaultKind.NotValid), (3, FaultKind.HalfDates), (2, FaultKind.DeniedOtherwise)];

    protected override IReadOnlyList<(string Property, string Raw)> Spoils { get; } =
        [("title", "null"), ("status", "\"perhaps\""), ("title", "\"NUL \\u0000\""), ("queueID", "null"), ("id", "null"), ("title", "{\"x\":1}"), ("createDate", "\"soon\"")];

    public override bool Turn(Break fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.ZoneMoves:
                return Control.Post("set/zone", new { zone = 1 + (fault.Variant % 20) });
            case FaultKind.OtherPrograms:
                return Control.Post("set/foreign", new { requests = new[] { 4_000, 7_600, 10_000 }[fault.Variant % 3] });
            case FaultKind.HalfDates:
                return Control.Post("set/behaviour", new { touches = new[] { "first", "second", "both" }[fault.Variant % 3] });
            case FaultKind.DeniedOtherwise:
                return Control.Post("set/behaviour", new { deniedAs = fault.Variant % 2 == 0 ? "forbidden" : "error" });
            default:
                return false;
        }
    }

    /// <summary>The zone and the columns stay as they have become.</summary>
    public override void Heal()
    {
        base.Heal();
        Control.Post("set/used", new { });
    }

    public override Where Of(HttpRequestMessage request)
    {
        var path = request.RequestUri!.AbsolutePath;
        return Endpoint(request) is null or "thresholdinformation" || path.Contains("entityinformation", StringComparison.OrdinalIgnoreCase) ? Where.Anywhere
            : !path.Contains("/query", StringComparison.Ordinal) || Body(request).Contains("\"op\":\"in\",\"field\":\"id\"", StringComparison.Ordinal) ? Where.Singles
            : path.Contains("/TicketNotes/", StringComparison.Ordinal) ? Where.Children
            : Where.Lists;
    }

    public override IDisposable? Enter(HttpRequestMessage request)
    {
        if (Endpoint(request) is not { } endpoint)
        {
            return null;
        }

        underWay[endpoint] = underWay.GetValueOrDefault(endpoint) + 1;
        if (underWay[endpoint] > MostAtOnce)
        {
            tooMany.Add(request);
        }

        return new Thread(this, endpoint, request);
    }

    public override Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, Break? fault, CancellationToken ct) =>
        tooMany.Contains(request) ? Task.FromResult(Send(request, [Threads(429, null)])) : base.AnswerAsync(request, fault, ct);

    protected override bool HasRows(HttpRequestMessage request) => request.RequestUri!.AbsolutePath.EndsWith("/query", StringComparison.Ordinal);

    protected override bool IsTicketList(HttpRequestMessage request) => request.RequestUri!.AbsolutePath.EndsWith("/Tickets/query", StringComparison.Ordinal);

    protected override object? Fault(HttpRequestMessage request, Break fault) => fault.Kind switch
    {
        FaultKind.Threads when Endpoint(request) is not null => Threads(fault.Variant % 3 == 0 ? 500 : 429, fault.Variant % 3 == 1 ? 2 : null),
        FaultKind.NotValid => Say(500, new { errors = new[] { "Value does not reference an existing entity for queueID . " } }),
        _ => base.Fault(request, fault),
    };

    private static object Threads(int code, int? retryAfter) =>
        Say(code, new { errors = new[] { "The Autotask API thread threshold of 3 threads has been exceeded. (Itgenatr005)" } }, retryAfter);

    /// <summary>Null for the question for the zone, which nobody counts.</summary>
    private static string? Endpoint(HttpRequestMessage request)
    {
        var path = request.RequestUri!.AbsolutePath;
        var at = path.IndexOf(Root, StringComparison.OrdinalIgnoreCase);
        var endpoint = at < 0 ? "" : path[(at + Root.Length)..].Split('/')[0].ToLowerInvariant();
        return endpoint is "" or "zoneinformation" ? null : endpoint;
    }

    private static string Body(HttpRequestMessage request) => request.Content is { } content ? Pump.AtOnce(() => content.ReadAsStringAsync()) : "";

    private sealed class Thread(AutotaskWorld world, string endpoint, HttpRequestMessage request) : IDisposable
    {
        public void Dispose()
        {
            world.underWay[endpoint]--;
            world.tooMany.Remove(request);
        }
    }
}
