using System.Collections.Concurrent;
using MSPortal.Simulators.Common;
using MSPortal.Simulators.ConnectWise.Control;
using MSPortal.Simulators.ConnectWise.Model;

namespace MSPortal.Simulators.ConnectWise.Http;

/// <summary>Who may come in.</summary>
internal sealed record Credentials
{
    public string CompanyId { get; init; } = "mspdemo";

    public string PublicKey { get; init; } = "kQ7dTzR2mWcX9pLs";

    public string PrivateKey { get; init; } = "vB4nYh8uJe6aGx1o";

    public string ClientId { get; init; } = "6b8f1c52-3d0e-4a7b-9f3a-0c5d7e2a1b94";

    public bool ClientIdKnown { get; init; } = true;

    public bool Revoked { get; init; }
}

/// <summary>Where the document leaves the vendor's ways open, this says which one is played.</summary>
internal sealed record Behaviour
{
    /// <summary>Whether a new note moves the lastUpdated of its ticket.</summary>
    public bool NoteTouchesTicket { get; init; } = true;

    /// <summary>"next": every forward-only page with rows names a next one; "empty": a short page ends with an empty Link.</summary>
    public string ForwardOnlyEnd { get; init; } = "next";
}

/// <summary>The vendor: its data, its doors, and what is wrong with it today.</summary>
internal sealed class Vendor(Store store, VendorClock clock, SimulatorOptions options)
{
    public Store Store => store;

    public VendorClock Clock => clock;

    public SimulatorOptions Options => options;

    public Credentials Credentials { get; set; } = new();

    public Behaviour Behaviour { get; set; } = new();

    /// <summary>Begins the path of every call, with its slash; an upgrade changes it.</summary>
    public string Codebase { get; set; } = "v2025_1/";

    /// <summary>Area → whether the API member may read it.</summary>
    public ConcurrentDictionary<string, bool> Permissions { get; } = new(StringComparer.Ordinal);

    /// <summary>Boards that the member must not see.</summary>
    public IReadOnlySet<int> DeniedBoards { get; set; } = new HashSet<int>();

    public FaultList Faults { get; } = new();

    public RequestLog Requests { get; } = new();

    public RateGate Rate { get; } = new(clock);

    /// <summary>Attempts to call back, the last thousand and a few.</summary>
    public ConcurrentQueue<Delivery> Deliveries { get; } = [];

    public string SigningKey { get; set; } = Callbacks.DefaultSigningKey;

    /// <summary>Where callers find this vendor, known from the first call on.</summary>
    public string PublicUrl { get; set; } = "http://127.0.0.1";

    public bool May(string area) => Permissions.GetValueOrDefault(area, true);
}
