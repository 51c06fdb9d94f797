namespace MSPortal.Core.Contracts;

/// <summary>
/// How a vendor that keeps each client's data apart is read through one integration: every client is connected on its own and is a
/// <i>partition</i>. What a connector hands out as <see cref="IConnector.Partitions"/>; it writes it in its own <c>XPartitions.cs</c>.
/// </summary>
/// <remarks>
/// Streams with <see cref="StreamDefinition.PerPartition"/> are read once for each partition, with <see cref="Session.Partition"/> set, and have cursor,
/// status and fault of their own. <see cref="IConnector.TestAsync"/> tests the connection of <see cref="Session.Partition"/>, and the integration's own when that is empty.
/// The external company of a partition has the partition's id as its <see cref="Model.ExternalRecord.ExternalId"/>; it is read by the integration's own stream of companies.
/// </remarks>
public sealed record PartitionSupport
{
    /// <summary>What the vendor calls one, in lower case: "tenant".</summary>
    public required string Word { get; init; }

    /// <summary>What a person may enter to name one, and where to find it, in one sentence.</summary>
    public required string IdHelp { get; init; }

    /// <summary>Finds the partition by what a person entered (an id, a domain); the answer's id is what the vendor calls it, its name may not be known yet.</summary>
    /// <exception cref="FaultException">There is none, or it cannot be told.</exception>
    public required Func<Session, string, CancellationToken, Task<AccountIdentity>> Find { get; init; }

    /// <summary>Where an administrator of the client agrees that we read its data. First the address to which they come back, then the state that comes back with them; last the partition, null when they choose.</summary>
    public required Func<Session, Uri, string, string?, Uri> ConsentAddress { get; init; }

    /// <summary>What the query of the address means to which they came back.</summary>
    public required Func<IReadOnlyDictionary<string, string>, ConsentAnswer> ReadConsent { get; init; }
}

/// <param name="State">As it was sent along; null when it did not come back.</param>
/// <param name="Partition">Who agreed; null when nobody did. Not proved: only a test of the connection is.</param>
/// <param name="Refusal">Why nobody did, in one sentence.</param>
public sealed record ConsentAnswer(string? State, string? Partition, string? Refusal);

/// <summary>A client's connection as it was last seen, for connectors that have to name them.</summary>
/// <param name="Id">The vendor's id of it.</param>
/// <param name="Detail">What else people know it by, such as its main domain.</param>
public sealed record PartitionIdentity(string Id, string Name, string? Detail);

/// <summary>How the connection of one client stands.</summary>
public enum PartitionStatus
{
    Connected,

    /// <summary>An administrator of the client has to agree (again).</summary>
    NeedsConsent,

    /// <summary>It does not work for another reason.</summary>
    Error,
}
