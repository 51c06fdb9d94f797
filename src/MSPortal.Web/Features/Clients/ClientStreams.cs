using MSPortal.Core.Sync;
using MSPortal.Web.Features.Integrations;

namespace MSPortal.Web.Features.Clients;

/// <summary>Puts the clients' reads of one data type into one line: the worst of those that are connected, and how many go well.</summary>
internal static class ClientStreams
{
    /// <param name="parts">One for each client; at least one.</param>
    /// <param name="clients">By the vendor's id.</param>
    public static StreamSummary Together(IReadOnlyList<StreamSummary> parts, IReadOnlyDictionary<string, ClientStanding> clients)
    {
        bool IsConnected(StreamSummary part) => clients.GetValueOrDefault(part.Partition)?.IsConnected ?? true;
        string Name(StreamSummary part) => clients.GetValueOrDefault(part.Partition)?.Name ?? part.Partition;
        IReadOnlyList<string> Sorted(IEnumerable<StreamSummary> some) => [.. some.Select(Name).Order(StringComparer.CurrentCultureIgnoreCase)];

        // A client whose connection is refused is told of as such; its age must not hide that the others are in order.
        var connected = parts.Where(IsConnected).ToList();
        var counting = connected.Count > 0 ? connected : parts;
        var permitted = counting.Where(p => p.DeniedPermission is null).ToList();
        var worst = permitted.Where(p => p.Freshness != Freshness.Never).OrderByDescending(p => p.Freshness).ThenBy(p => p.LastCompleteAt).FirstOrDefault();
        var faulty = counting.Where(p => p.Fault is not null).ToList();
        var one = parts[0];
        return one with
        {
            Clients = new ClientShare(
                parts.Count, connected.Count(IsFresh), Sorted(parts.Where(p => p.Enabled && (!IsConnected(p) || IsTroubled(p)))), Sorted(connected.Where(p => p.DeniedPermission is not null))),
            Enabled = parts.Any(p => p.Enabled),
            Freshness = worst?.Freshness ?? Freshness.Never,
            IsOverdue = counting.Any(p => p.IsOverdue),
            LastCompleteAt = worst is null ? null : permitted.Min(p => p.LastCompleteAt),
            NextAt = counting.Min(p => p.NextAt),
            RowCount = parts.Any(p => p.RowCount is not null) ? parts.Sum(p => p.RowCount ?? 0) : null,
            DeniedPermission = permitted.Count == 0 ? counting[0].DeniedPermission : null,
            Held = [.. parts.SelectMany(p => p.Held)],
            Fault = faulty.Count == 0 ? null : $"{ClientWords.Names(Sorted(faulty), parts.Count)}: {faulty[0].Fault}",
            FaultSince = faulty.Min(p => p.FaultSince),
        };
    }

    private static bool IsFresh(StreamSummary part) => part is { DeniedPermission: null, Freshness: Freshness.Fresh };

    private static bool IsTroubled(StreamSummary part) =>
        part.DeniedPermission is not null || part.Fault is not null || part.Held.Count > 0 || part.IsOverdue || part.Freshness is Freshness.Late or Freshness.Stale;
}
