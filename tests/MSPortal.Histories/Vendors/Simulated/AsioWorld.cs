using MSPortal.Core.Model;
using MSPortal.Histories.Clockwork;
using MSPortal.Histories.Plan;
using MSPortal.Histories.Vendors.Rmms;

namespace MSPortal.Histories.Vendors.Simulated;

/// <summary>The real connector against the simulated ConnectWise RMM.</summary>
internal sealed class AsioWorld(World world, VirtualClock clock) : SimulatedRmmWorld(new ConnectWiseAsio(), world, clock, (control, rmm) => new AsioEdits(control, rmm))
{
    private const string Sites = "platform.sites.read";
    private const int UsualLimit = 35;

    public static Repertoire Repertoire { get; } = With(
        [
            (6, FaultKind.SmallPages), (5, FaultKind.FewTokens), (4, FaultKind.TokensLost), (3, FaultKind.TokensShort), (4, FaultKind.TightLimit), (4, FaultKind.MissingScope), (4, FaultKind.LeadsElsewhere),
        ],
        (70, DataType.DeviceDetails));

    protected override IReadOnlyList<(string Property, string Raw)> Spoils { get; } =
        [("friendlyName", "{\"x\":1}"), ("deviceName", "\"NUL \\u0000\""), ("endpointID", "null"), ("modifiedAt", "\"soon\""), ("system", "17"), ("remoteAddress", "null")];

    public override bool Turn(Break fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.SmallPages:
                return CapPages(1 + (fault.Variant % 5));
            case FaultKind.FewTokens:
                return Behave(new { tokensPerMinute = 1 + (fault.Variant % 3) }) && Control.Post("set/tokens", new { });
            case FaultKind.TokensLost:
                return Control.Post("set/tokens", new { });
            case FaultKind.TokensShort:
                return Behave(new { tokenSeconds = new[] { 5, 40, 120 }[fault.Variant % 3] });
            case FaultKind.TightLimit:
                return Limit(5 + (fault.Variant % 25));
            case FaultKind.MissingScope:
                return May(Sites, false);
            default:
                return false;
        }
    }

    public override void Heal()
    {
        base.Heal();
        Behave(new { tokensPerMinute = 60, tokenSeconds = 3599 });
        Limit(UsualLimit);
        May(Sites, true);
    }

    public override Where Of(HttpRequestMessage request) => Steps(request) switch
    {
        ["v1", ..] => Where.Anywhere,
        [.., "endpoints", _] => Where.Children,
        [.., "companies", _] => Where.Singles,
        [.., "endpoints"] when Body(request).Contains("\"endpoint\"", StringComparison.Ordinal) => Where.Singles,
        _ => Where.Lists,
    };

    public override Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, Break? fault, CancellationToken ct)
    {
        Behave(new { linkHost = fault?.Kind == FaultKind.LeadsElsewhere ? "http://elsewhere.example" : null });
        return base.AnswerAsync(request, fault, ct);
    }

    protected override bool HasRows(HttpRequestMessage request) => Of(request) is Where.Lists or Where.Singles;

    protected override bool IsDeviceList(HttpRequestMessage request) => Steps(request) is [.., "endpoints"];

    /// <summary>Without its company nobody asks for a device.</summary>
    protected override IReadOnlyList<DataType> Uncounted(HttpRequestMessage request) => Steps(request) switch
    {
        [.., "companies"] => [DataType.Companies, DataType.Devices],
        [.., "endpoints"] => [DataType.Devices],
        _ => [],
    };

    /// <summary>There has to be a next page for it to be anywhere.</summary>
    protected override object? Fault(HttpRequestMessage request, Break fault) =>
        fault.Kind == FaultKind.LeadsElsewhere && HasRows(request) ? new { kind = "capPage", rows = 1, times = 1 } : base.Fault(request, fault);

    private static string Body(HttpRequestMessage request) => request.Content is { } content ? Pump.AtOnce(() => content.ReadAsStringAsync()) : "";

    private bool Limit(int permits) => Control.Post("set/limit", new { permits });
}
