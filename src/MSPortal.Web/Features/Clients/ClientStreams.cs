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
        IReadOnlyList<ClientName> Named(IEnumerable<StreamSummary> some) =>
            [.. some.Select(p => new ClientName(p.Partition, clients.GetValueOrDefault(p.Partition)?.Name ?? p.Partition)).OrderBy(c => c.Name, StringComparer.CurrentCultureIgnoreCase)];
        IReadOnlyList<string> Sorted(IEnumerable<StreamSummary> some) => [.. Named(some).Select(c => c.Name)];

        // A client whose connection is refused is told of as such; its age must not hide that the others are in order.
        var connected = parts.Where(IsConnected).ToList();
        var counting = connected.Count > 0 ? connected : parts;
        var permitted = counting.Where(p => p.DeniedPermission is null).ToList();

        // One that should have been read by now and never was is further behind than any; one that is only new is not.
        var worst = permitted.FirstOrDefault(p => p.IsOverdue)
            ?? permitted.Where(p => p.Freshness != Freshness.Never).OrderByDescending(p => p.Freshness).ThenBy(p => p.LastCompleteAt).FirstOrDefault();
        var faulty = counting.Where(p => p.Fault is not null).ToList();
        var one = parts[0];
        return one with
        {
            Clients = new ClientShare(
                parts.Count, connected.Count(IsFresh), Sorted(parts.Where(p => p.Enabled && (!IsConnected(p) || IsTroubled(p)))), Named(connected.Where(p => p.DeniedPermission is not null))),
            Enabled = parts.Any(p => p.Enabled),
            Freshness = worst?.Freshness ?? Freshness.Never,
            IsOverdue = permitted.Any(p => p.IsOverdue),
            LastCompleteAt = worst?.LastCompleteAt is null ? null : permitted.Min(p => p.LastCompleteAt),
            NextAt = counting.Min(p => p.NextAt),
            RowCount = parts.Any(p => p.RowCount is not null) ? parts.Sum(p => p.RowCount ?? 0) : null,
            DeniedPermission = permitted.Count == 0 ? counting[0].DeniedPermission : null,
            Held = [.. parts.SelectMany(p => p.Held)],
            Fault = Faults([.. faulty.GroupBy(p => p.Fault!).OrderByDescending(g => g.Count()).Select(g => (Sorted(g), g.Key))], parts.Count),
            FaultSince = faulty.Min(p => p.FaultSince),
        };
    }

    /// <summary>“Contoso and Fabrikam: It is down. Litware: It answered 502.”; null when there are none.</summary>
    private static string? Faults(IReadOnlyList<(IReadOnlyList<string> Names, string Sentence)> faults, int of)
    {
        var told = faults.Take(ClientConcerns.MostSentences).Select(f => $"{ClientWords.Names(f.Names, of)}: {f.Sentence}");
        var more = faults.Skip(ClientConcerns.MostSentences).Sum(f => f.Names.Count);
        return faults.Count == 0 ? null : string.Join(' ', more == 0 ? told : told.Append($"{Words.Count(more, "more client needs", "more clients need")} attention."));
    }

    private static bool IsFresh(StreamSummary part) => part is { DeniedPermission: null, Freshness: Freshness.Fresh };

    private static bool IsTroubled(StreamSummary part) =>
        part.DeniedPermission is not null || part.Fault is not null || part.Held.Count > 0 || part.IsOverdue || part.Freshness is Freshness.Late or Freshness.Stale;
}
