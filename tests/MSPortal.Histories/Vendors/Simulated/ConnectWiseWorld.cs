using MSPortal.Histories.Clockwork;
using MSPortal.Histories.Plan;
using MSPortal.Histories.Vendors.Psas;

namespace MSPortal.Histories.Vendors.Simulated;

/// <summary>The real connector against the simulated ConnectWise.</summary>
internal sealed class ConnectWiseWorld(World world, VirtualClock clock) : SimulatedPsaWorld(new ConnectWisePsa(), world, clock, (control, psa) => new ConnectWiseEdits(control, psa))
{
    protected override string TicketArea => "serviceTickets";

    protected override IReadOnlyList<(string Property, string Raw)> Spoils { get; } =
        [("summary", "null"), ("closedFlag", "\"perhaps\""), ("summary", "\"NUL \\u0000\""), ("status", "17"), ("board", "null")];

    /// <summary>They wait together for the key.</summary>
    public override bool DeliversOneByOne => true;

    public override Where Of(HttpRequestMessage request) => Uri.UnescapeDataString(request.RequestUri!.PathAndQuery) switch
    {
        var path when path.Contains("/notes", StringComparison.Ordinal) => Where.Children,
        var path when path.Contains("id in", StringComparison.Ordinal) => Where.Singles,
        var path when path.Contains("/system/info", StringComparison.Ordinal) || path.Contains("companyinfo", StringComparison.Ordinal) => Where.Anywhere,
        _ => Where.Lists,
    };

    protected override bool HasRows(HttpRequestMessage request) => true;

    protected override bool IsTicketList(HttpRequestMessage request) => request.RequestUri!.AbsolutePath.EndsWith("/service/tickets", StringComparison.Ordinal);
}
