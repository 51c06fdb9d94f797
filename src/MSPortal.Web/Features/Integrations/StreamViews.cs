using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;

namespace MSPortal.Web.Features.Integrations;

/// <summary>One data type of an integration; where it is read client by client, all of them together.</summary>
public sealed record StreamSummary
{
    public required DataType DataType { get; init; }

    /// <summary>Any of the connections that read it; what is set for one holds for all.</summary>
    public string Partition { get; init; } = "";

    /// <summary>How it goes client by client; null where one connection reads all.</summary>
    public ClientShare? Clients { get; init; }

    /// <summary>The vendor's word for it.</summary>
    public required string Label { get; init; }
    public required bool Enabled { get; init; }
    public required bool Required { get; init; }
    public required TimeSpan Interval { get; init; }
    public required TimeSpan MinInterval { get; init; }
    public required TimeSpan MaxInterval { get; init; }
    /// <summary>As the connector suggests it.</summary>
    public TimeSpan DefaultInterval { get; init; }

    /// <summary>How often everything is read completely.</summary>
    public TimeSpan ReconcileInterval { get; init; }
    public required Freshness Freshness { get; init; }

    /// <summary>Its first complete read should have ended by now.</summary>
    public bool IsOverdue { get; init; }
    public DateTimeOffset? LastCompleteAt { get; init; }
    public DateTimeOffset? NextAt { get; init; }
    public long? RowCount { get; init; }

    /// <summary>The vendor permission that is missing, and where it lives; while set the data type is off.</summary>
    public string? DeniedPermission { get; init; }
    public required VendorPermission Permission { get; init; }

    /// <summary>Deletions that wait for a person; null when none do.</summary>
    public int? HeldRemovals => Held.Count == 0 ? null : Held.Sum(h => h.Removals);

    /// <summary>The same by connection.</summary>
    public IReadOnlyList<HeldPart> Held { get; init; } = [];
    public string? Fault { get; init; }
    public DateTimeOffset? FaultSince { get; init; }

    /// <summary>Records kept aside because they could not be understood.</summary>
    public int Quarantined { get; init; }

    /// <summary>Records whose own records, such as a ticket's notes, wait to be read.</summary>
    public int Waiting { get; init; }

    /// <summary>The newest ended run of each connection.</summary>
    public IReadOnlyList<RunSummary> LastRuns { get; init; } = [];

    public RunSummary? LastRun => LastRuns.MaxBy(r => r.EndedAt);
}

/// <summary>How many clients a data type is read for, and how it goes.</summary>
/// <param name="Total">Clients that are connected on their own, whether or not it works just now.</param>
/// <param name="Fresh">Those whose data is as fresh as its schedule wants.</param>
/// <param name="Troubled">What the others are called whose data does not come as it should.</param>
/// <param name="Denied">Those of them whose consent lacks the permission.</param>
public sealed record ClientShare(int Total, int Fresh, IReadOnlyList<string> Troubled, IReadOnlyList<ClientName> Denied)
{
    internal IReadOnlyList<string> DeniedNames => [.. Denied.Select(c => c.Name)];
}

/// <summary>A client by the vendor's id, and what people call it.</summary>
public sealed record ClientName(string Id, string Name);

/// <summary>Deletions of one connection that wait for a person.</summary>
/// <param name="Client">What the client is called; null where one connection reads all.</param>
public sealed record HeldPart(string Partition, string? Client, int Removals);
