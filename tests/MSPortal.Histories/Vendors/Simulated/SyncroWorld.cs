using MSPortal.Histories.Clockwork;
using MSPortal.Histories.Plan;
using MSPortal.Histories.Vendors.Psas;

namespace MSPortal.Histories.Vendors.Simulated;

/// <summary>The real connector against the simulated Syncro.</summary>
internal sealed class SyncroWorld(World world, VirtualClock clock) : SimulatedPsaWorld(new SyncroPsa(), world, clock, (control, psa) => new SyncroEdits(control, psa))
{
    private const int UsualRate = 180;

    /// <summary>Permissions that may be missing although tickets may be listed.</summary>
    private static readonly string[] Scopes = ["ticketDetails", "customers", "customerDetails", "assets", "assetDetails", "settings", "ticketSettings"];

    private static readonly string[] Orders = ["newest", "oldest", "updated", "scattered"];

    public static IReadOnlyList<(int Weight, FaultKind Kind)> Faults { get; } =
    [
        (6, FaultKind.SmallPages), (6, FaultKind.OtherOrder), (5, FaultKind.MissingScope), (3, FaultKind.TightLimit), (3, FaultKind.QuietNotes), (2, FaultKind.NoPageCounts), (2, FaultKind.DeniedOtherwise),
    ];

    protected override IReadOnlyList<(string Property, string Raw)> Spoils { get; } =
        [("subject", "null"), ("customer_id", "\"perhaps\""), ("subject", "\"NUL \\u0000\""), ("status", "{\"x\":1}"), ("id", "null"), ("updated_at", "\"soon\"")];

    public override bool Turn(Break fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.SmallPages:
                var size = 1 + (fault.Variant % 5);
                return Control.Post("set/pageSizes", new { tickets = size, customers = size + 1, assets = size, comments = size });
            case FaultKind.OtherOrder:
                return Behave(new { order = Orders[fault.Variant % Orders.Length] });
            case FaultKind.MissingScope:
                return May(Scopes[fault.Variant % Scopes.Length], false);
            case FaultKind.TightLimit:
                return Rate(10 + (fault.Variant % 60));
            case FaultKind.QuietNotes:
                return Behave(new { commentTouchesTicket = fault.Variant % 2 == 0 });
            case FaultKind.NoPageCounts:
                return Behave(new { assetMeta = fault.Variant % 2 == 0 });
            case FaultKind.DeniedOtherwise:
                return Behave(new { deniedStatus = fault.Variant % 2 == 0 ? 403 : 401 });
            default:
                return false;
        }
    }

    /// <summary>Sizes and orders of pages stay as they have become.</summary>
    public override void Heal()
    {
        base.Heal();
        Rate(UsualRate);
        foreach (var scope in Scopes)
        {
            May(scope, true);
        }
    }

    public override Where Of(HttpRequestMessage request) => request.RequestUri!.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries) switch
    {
        ["api", "v1", "me"] or [.., "settings"] => Where.Anywhere,
        [.., "comments"] => Where.Children,
        ["api", "v1", _, _] => Where.Singles,
        _ => Where.Lists,
    };

    protected override bool HasRows(HttpRequestMessage request) => Of(request) is Where.Lists or Where.Children;

    protected override bool IsTicketList(HttpRequestMessage request) => request.RequestUri!.AbsolutePath.EndsWith("/tickets", StringComparison.Ordinal);

    private bool Behave(object change) => Control.Post("set/behaviour", change);

    private bool May(string scope, bool allowed) => Control.Post("permissions", new Dictionary<string, bool> { [scope] = allowed });

    private bool Rate(int perMinute) => Control.Post("rate", new { perMinute });
}
