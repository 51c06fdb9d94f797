using MSPortal.Histories.Clockwork;
using MSPortal.Histories.Plan;
using MSPortal.Histories.Vendors.Psas;

namespace MSPortal.Histories.Vendors.Simulated;

/// <summary>The real connector against the simulated HaloPSA.</summary>
internal sealed class HaloPsaWorld(World world, VirtualClock clock) : SimulatedPsaWorld(new HaloPsa(), world, clock, (control, psa) => new HaloPsaEdits(control, psa))
{
    private const int UsualLimit = 700;
    private const int UsualTokenSeconds = 3600;

    public static IReadOnlyList<(int Weight, FaultKind Kind)> Faults { get; } =
    [
        (6, FaultKind.SmallPages), (5, FaultKind.TokensLost), (3, FaultKind.TokensShort), (4, FaultKind.FirstPageAgain), (3, FaultKind.TightLimit), (3, FaultKind.QuietNotes),
        (2, FaultKind.DeniedOtherwise),
    ];

    protected override IReadOnlyList<(string Property, string Raw)> Spoils { get; } =
        [("summary", "null"), ("status_id", "\"perhaps\""), ("summary", "\"NUL \\u0000\""), ("tickettype_id", "null"), ("id", "null"), ("summary", "{\"x\":1}"), ("dateoccurred", "\"soon\""), ("last_update", "\"1900-01-01T00:00:00\"")];

    public override bool Turn(Break fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.SmallPages:
                Lasting.Add(new { kind = "capPage", rows = 1 + (fault.Variant % 5) });
                return true;
            case FaultKind.TokensLost:
                return Control.Post("set/tokens", new { });
            case FaultKind.TokensShort:
                return Behave(new { tokenSeconds = new[] { 5, 40, 120 }[fault.Variant % 3] });
            case FaultKind.FirstPageAgain:
                return Behave(new { repeatsFirstPage = new[] { "Tickets", fault.Variant % 2 == 0 ? "Client" : "Asset" } });
            case FaultKind.TightLimit:
                return Limit(20 + (fault.Variant % 60));
            case FaultKind.QuietNotes:
                return Behave(new { actionTouchesTicket = fault.Variant % 2 == 0 });
            case FaultKind.DeniedOtherwise:
                return Behave(new { badClientStatus = fault.Variant % 2 == 0 ? 401 : 400 });
            default:
                return false;
        }
    }

    /// <summary>What actions do to their tickets stays as it has become.</summary>
    public override void Heal()
    {
        base.Heal();
        Limit(UsualLimit);
        Behave(new { tokenSeconds = UsualTokenSeconds, repeatsFirstPage = Array.Empty<string>() });
    }

    public override Where Of(HttpRequestMessage request) => request.RequestUri!.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries) switch
    {
        ["api", "Actions", ..] => Where.Children,
        ["api", "authinfo"] or ["auth", ..] => Where.Anywhere,
        ["api", _, _] => Where.Singles,
        _ => Where.Lists,
    };

    protected override bool HasRows(HttpRequestMessage request) => Of(request) is Where.Lists or Where.Children;

    protected override bool IsTicketList(HttpRequestMessage request) => request.RequestUri!.AbsolutePath.EndsWith("/Tickets", StringComparison.Ordinal);

    private bool Behave(object change) => Control.Post("set/behaviour", change);

    private bool Limit(int permits) => Control.Post("set/limit", new { permits });
}
