using MSPortal.Core.Model;
using MSPortal.Histories.Clockwork;
using MSPortal.Histories.Plan;
using MSPortal.Histories.Vendors.Rmms;

namespace MSPortal.Histories.Vendors.Simulated;

/// <summary>The real connector against the simulated Datto RMM.</summary>
internal sealed class DattoRmmWorld(World world, VirtualClock clock) : SimulatedRmmWorld(new DattoRmm(), world, clock, (control, rmm) => new DattoRmmEdits(control, rmm))
{
    private const int UsualLimit = 600;
    private const int UsualTokenSeconds = 360_000;

    /// <summary>Areas that may be closed although devices may be read.</summary>
    private static readonly string[] Areas = ["sites", "audit", "alerts"];

    public static Repertoire Repertoire { get; } = With(
        [
            (5, FaultKind.SmallPages), (5, FaultKind.OtherOrder), (5, FaultKind.Marked), (5, FaultKind.ShutOut), (3, FaultKind.OtherPrograms), (3, FaultKind.TightLimit), (4, FaultKind.MissingScope),
            (3, FaultKind.TokensLost), (2, FaultKind.TokensShort), (2, FaultKind.NoPageCounts), (2, FaultKind.DeniedOtherwise),
        ],
        (70, DataType.DeviceDetails),
        (60, DataType.Alerts));

    protected override IReadOnlyList<(string Property, string Raw)> Spoils { get; } =
        [("hostname", "{\"x\":1}"), ("online", "\"perhaps\""), ("hostname", "\"NUL \\u0000\""), ("siteUid", "null"), ("uid", "null"), ("lastSeen", "\"soon\""), ("description", "17")];

    public override bool Turn(Break fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.SmallPages:
                return CapPages(1 + (fault.Variant % 5));
            case FaultKind.OtherOrder:
                return Behave(new { scattered = fault.Variant % 3 != 0 });
            case FaultKind.Marked:
                return Behave(new { keepsDeleted = fault.Variant % 3 != 0 });
            case FaultKind.OtherPrograms:
                return Control.Post("set/others", new { requests = new[] { 300, 560, 620 }[fault.Variant % 3] });
            case FaultKind.TightLimit:
                return Limit(20 + (fault.Variant % 60));
            case FaultKind.MissingScope:
                return May(Areas[fault.Variant % Areas.Length], false);
            case FaultKind.TokensLost:
                return Control.Post("set/tokens", new { });
            case FaultKind.TokensShort:
                return Behave(new { tokenSeconds = new[] { 5, 40, 120 }[fault.Variant % 3] });
            case FaultKind.NoPageCounts:
                return Behave(new { countsAlerts = fault.Variant % 2 == 0, noNext = fault.Variant % 3 == 0 ? "" : null });
            case FaultKind.DeniedOtherwise:
                return Behave(new { badKeysStatus = fault.Variant % 2 == 0 ? 401 : 400 });
            default:
                return false;
        }
    }

    /// <summary>Orders, counts and what becomes of deleted devices stay as they have become.</summary>
    public override void Heal()
    {
        base.Heal();
        Limit(UsualLimit);
        Behave(new { tokenSeconds = UsualTokenSeconds });
        foreach (var area in Areas)
        {
            May(area, true);
        }
    }

    public override Where Of(HttpRequestMessage request) => Steps(request) switch
    {
        [_, "auth", ..] or [_, _, _, "system", ..] or [_, _, _, "account"] => Where.Anywhere,
        [_, _, _, "account", ..] => Where.Lists,
        [_, _, _, "audit", ..] => Where.Children,
        _ => Where.Singles,
    };

    protected override bool HasRows(HttpRequestMessage request) => Of(request) == Where.Lists;

    protected override bool IsDeviceList(HttpRequestMessage request) => Steps(request) is [.., "account", "devices"];

    /// <summary>Lists of sites and devices say how many there are.</summary>
    protected override IReadOnlyList<DataType> Uncounted(HttpRequestMessage request) => Steps(request) is [.., "alerts", _] ? [DataType.Alerts] : [];

    protected override object? Fault(HttpRequestMessage request, Break fault) => fault.Kind == FaultKind.ShutOut && Of(request) != Where.Anywhere
        ? (fault.Variant % 3) switch
        {
            0 => Say(403, new { status = 403, error = "Forbidden: this IP address is temporarily blocked, the rate limit was exceeded" }),
            1 => Say(403, new { status = 403, error = "Forbidden" }, retryAfter: 300),
            _ => Say(403, new { status = 403, error = "Forbidden" }),
        }
        : base.Fault(request, fault);

    private bool Limit(int permits) => Control.Post("set/limit", new { permits });
}
