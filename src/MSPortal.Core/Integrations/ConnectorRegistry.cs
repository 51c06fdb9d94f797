using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Core.Integrations;

/// <summary>Every connector that this program has, by provider id.</summary>
public sealed class ConnectorRegistry(IEnumerable<IConnector> connectors)
{
    private readonly Dictionary<string, IConnector> byId = connectors.ToDictionary(c => c.Info.Id, StringComparer.OrdinalIgnoreCase);

    public IReadOnlyCollection<IConnector> All => byId.Values;

    /// <summary>Null when there is no such provider.</summary>
    public IConnector? Find(string provider) => byId.GetValueOrDefault(provider);

    /// <exception cref="KeyNotFoundException">This program has no such connector (the database was used by one that had).</exception>
    public IConnector Get(string provider) =>
        Find(provider) ?? throw new KeyNotFoundException($"This version of MSPortal has no connector “{provider}”.");

    public StreamDefinition? Stream(string provider, DataType type) =>
        Find(provider)?.Streams.FirstOrDefault(s => s.DataType == type);
}
