using MSPortal.Core.Contracts;
using MSPortal.Core.Ports;

namespace MSPortal.Histories.Defects;

/// <summary>A mistake that a portal could have, made on purpose around the real one: histories that do not notice it are worth nothing.</summary>
/// <param name="Name">Short, for tables and command lines.</param>
/// <param name="What">In one sentence.</param>
/// <param name="Make">Anew for every history, since some remember something.</param>
internal sealed record Defect(string Name, string What, Func<Flaw> Make);

/// <summary>The way past the vendor's budget.</summary>
internal delegate Task<HttpResponseMessage> Unguarded(HttpRequestMessage request, CancellationToken ct);

/// <summary>What a defect puts around connector and storage.</summary>
internal sealed record Flaw
{
    public Func<IConnector, Unguarded, IConnector> Connector { get; init; } = (connector, _) => connector;

    /// <summary>As those who take webhooks and follow their hints know it.</summary>
    public Func<IConnector, IConnector> Hinted { get; init; } = connector => connector;

    /// <summary>The second argument is a moment at which the process may die.</summary>
    public Func<ISyncStore, Action, ISyncStore> Store { get; init; } = (store, _) => store;
}
