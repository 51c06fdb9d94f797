using MSPortal.Core.Model;
using MSPortal.Core.Sync;

namespace MSPortal.Web.Features.Cloud;

/// <summary>How a client's connection stands for people: what the integration as a whole cannot do, none of its clients' connections can.</summary>
public enum CloudStanding
{
    Connected,
    NeedsConsent,
    Error,

    /// <summary>A person paused the integration.</summary>
    Paused,
    NotConnected,
}

/// <summary>One data type of a client's connection.</summary>
/// <param name="ReadAt">Start of the newest complete read; null when there was none.</param>
/// <param name="DeniedPermission">What the client's agreement lacks.</param>
/// <param name="Fault">Why the last attempt failed, in one sentence.</param>
/// <param name="Generation">The one that people see.</param>
public sealed record CloudStream(DataType DataType, bool Enabled, Freshness Freshness, DateTimeOffset? ReadAt, string? DeniedPermission, string? Fault, int Generation);

/// <summary>An integration that reads each client through a connection of the client's own.</summary>
/// <param name="ProviderName">What people call the product.</param>
/// <param name="Word">What the vendor calls a client's part of it, in lower case.</param>
public sealed record CloudIntegration(long Id, string Name, string Provider, string ProviderName, string Word)
{
    /// <summary>Where clients are connected.</summary>
    public string Home => FormattableString.Invariant($"/settings/integrations/{Id}#clients");
}

/// <summary>The connection of a client of ours.</summary>
/// <param name="Partition">The vendor's id of it.</param>
/// <param name="Name">What the vendor calls the client.</param>
/// <param name="Detail">What else people know it by, such as its main domain.</param>
/// <param name="Reason">Why it does not stand well, in one sentence.</param>
/// <param name="Advice">What to do about it.</param>
public sealed record CloudConnection(
    CloudIntegration Integration, string Partition, string Name, string? Detail, Guid CompanyId, string Company, CloudStanding Standing, string? Reason, string? Advice, IReadOnlyList<CloudStream> Streams)
{
    /// <summary>What addresses of pages call it.</summary>
    public string Key => FormattableString.Invariant($"{Integration.Id}:{Partition}");

    internal CloudPlace Place => new(Integration.Id, Partition);

    /// <summary>Null when nobody has asked for this data type yet.</summary>
    public CloudStream? Stream(DataType type) => Streams.FirstOrDefault(s => s.DataType == type);

    /// <summary>It has been read to the end at least once, so that numbers of it are no guesses.</summary>
    public bool HasRead(DataType type) => Stream(type) is { ReadAt: not null };
}

/// <summary>Where rows of a client's connection are kept.</summary>
internal readonly record struct CloudPlace(long IntegrationId, string Partition);

/// <summary>A company with its connections.</summary>
/// <param name="Offered">The integrations that could have one.</param>
public sealed record CloudCompany(Guid Id, string Name, IReadOnlyList<CloudConnection> Connections, IReadOnlyList<CloudIntegration> Offered)
{
    /// <summary>All of its connections, or the one that an address names.</summary>
    public IReadOnlyList<CloudConnection> Chosen(string? key) => Connections.Any(c => c.Key == key) ? [.. Connections.Where(c => c.Key == key)] : Connections;
}
