using MSPortal.Core.Model;
using MSPortal.Histories.Clockwork;
using MSPortal.Histories.Plan;
using MSPortal.Histories.Vendors.Rmms;

namespace MSPortal.Histories.Vendors.Simulated;

/// <summary>The real connector against the simulated NinjaOne.</summary>
internal sealed class NinjaOneWorld(World world, VirtualClock clock) : SimulatedRmmWorld(new NinjaOne(), world, clock, (control, rmm) => new NinjaOneEdits(control, rmm))
{
    private const int UsualTokenSeconds = 3600;
    private const int UsualCursorSeconds = 600;

    /// <summary>Areas that may be closed although devices may be read.</summary>
    private static readonly string[] Areas = ["organizations", "alerts", "queries"];

    public static Repertoire Repertoire { get; } = With(
        [
            (6, FaultKind.SmallPages), (5, FaultKind.CursorForgotten), (4, FaultKind.TokensLost), (3, FaultKind.TokensShort), (4, FaultKind.MissingScope), (3, FaultKind.TightLimit), (2, FaultKind.OtherForm),
            (2, FaultKind.NoPageCounts),
        ],
        (75, DataType.Alerts));

    protected override IReadOnlyList<(string Property, string Raw)> Spoils { get; } =
        [("displayName", "{\"x\":1}"), ("offline", "\"perhaps\""), ("displayName", "\"NUL \\u0000\""), ("organizationId", "null"), ("id", "null"), ("lastContact", "\"soon\""), ("lastUpdate", "-1")];

    public override bool Turn(Break fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.SmallPages:
                return Behave(new { largestPage = 1 + (fault.Variant % 5) });
            case FaultKind.CursorForgotten:
                return Behave(new { cursorSeconds = fault.Variant % 3 });
            case FaultKind.TokensLost:
                return Control.Post("set/tokens", new { });
            case FaultKind.TokensShort:
                return Behave(new { tokenSeconds = new[] { 5, 40, 120 }[fault.Variant % 3] });
            case FaultKind.MissingScope:
                return May(Areas[fault.Variant % Areas.Length], false);
            case FaultKind.TightLimit:
                return Behave(new { retryAfter = fault.Variant % 2 == 0 ? 20 : (int?)null }) && Rate(10 + (fault.Variant % 60));
            case FaultKind.OtherForm:
                return Behave(new { alertsBringDevice = fault.Variant % 2 == 0 });
            case FaultKind.NoPageCounts:
                return Behave(new { lastPageWithoutCursor = fault.Variant % 2 == 0 });
            default:
                return false;
        }
    }

    /// <summary>Sizes of pages, and what comes along, stay as they have become.</summary>
    public override void Heal()
    {
        base.Heal();
        Behave(new { tokenSeconds = UsualTokenSeconds, cursorSeconds = UsualCursorSeconds });
        Rate(0);
        foreach (var area in Areas)
        {
            May(area, true);
        }
    }

    public override Where Of(HttpRequestMessage request) => Steps(request) switch
    {
        ["ws", ..] => Where.Anywhere,
        [_, "organization" or "device", ..] => Where.Singles,
        _ => Where.Lists,
    };

    protected override bool HasRows(HttpRequestMessage request) => Of(request) == Where.Lists || Steps(request) is [.., "alerts"];

    protected override bool IsDeviceList(HttpRequestMessage request) => Steps(request) is [.., "devices-detailed"];

    protected override IReadOnlyList<DataType> Uncounted(HttpRequestMessage request) => Steps(request) switch
    {
        [.., "organizations"] => [DataType.Companies],
        [.., "devices-detailed"] => [DataType.Devices],
        [.., "alerts"] => [DataType.Alerts],
        _ => [],
    };

    private bool Rate(int perMinute) => Control.Post("rate", new { perMinute });
}
