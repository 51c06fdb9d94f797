using MSPortal.Core.Contracts;
using MSPortal.Core.Sync;
using MSPortal.Web.Features.Integrations;

namespace MSPortal.Web.Features.Clients;

/// <summary>What needs attention where clients are connected one by one: the same trouble of many clients is one sentence.</summary>
internal static class ClientConcerns
{
    /// <summary>As many different sentences are told of one data type; the others only as a number.</summary>
    public const int MostSentences = 3;

    /// <summary>Connections that do not work; each such client is named here alone, not with every data type.</summary>
    public static IEnumerable<Attention> Connections(IReadOnlyList<ClientStanding> clients)
    {
        foreach (var group in clients.Where(c => !c.IsConnected).GroupBy(c => c.Status).OrderByDescending(g => g.Key))
        {
            var troubled = group.ToList();
            if (troubled is [var one])
            {
                yield return new Attention(null, Sentence(one), one.WhatToDo ?? Usual(one.Status), AttentionRemedy.Clients);
            }
            else
            {
                var what = group.Key == PartitionStatus.NeedsConsent ? "clients need consent" : "clients cannot be read";
                yield return new Attention(null, $"{Words.Number(troubled.Count)} {what}: {ClientWords.Names([.. troubled.Select(c => c.Name)])}.", Usual(group.Key), AttentionRemedy.Clients);
            }
        }
    }

    /// <summary>What keeps data types of connected clients from being fresh.</summary>
    public static IEnumerable<Attention> DataTypes(IReadOnlyList<StreamState> states, IReadOnlyList<ClientStanding> clients, IReadOnlyList<StreamSummary> streams, DateTimeOffset now)
    {
        var connected = clients.Where(c => c.IsConnected).ToDictionary(c => c.Id, c => c.Name, StringComparer.Ordinal);
        foreach (var type in states.Where(s => s.Key.Partition.Length > 0 && connected.ContainsKey(s.Key.Partition)).GroupBy(s => s.Key.DataType))
        {
            var said = type.SelectMany(s => Health.Concerns([s], now).Select(c => (State: s, c.Sentence))).GroupBy(c => c.Sentence).OrderByDescending(g => g.Count()).ToList();
            var stream = streams.FirstOrDefault(s => s.DataType == type.Key);
            foreach (var same in said.Take(MostSentences))
            {
                var names = same.Select(c => connected[c.State.Key.Partition]).Order(StringComparer.CurrentCultureIgnoreCase).ToList();
                yield return With(same.First().State, stream, $"{same.Key.TrimEnd('.')} ({ClientWords.Names(names, clients.Count)}).");
            }

            if (said.Skip(MostSentences).Sum(g => g.Count()) is > 0 and var more)
            {
                yield return new Attention(type.Key, $"{Core.Model.DataTypes.Label(type.Key)}: {Words.Count(more, "more client needs", "more clients need")} attention.", "The runs say what it is.");
            }
        }
    }

    /// <summary>“Contoso needs consent: The application was removed.”</summary>
    public static string Sentence(ClientStanding client)
    {
        var what = client.Status == PartitionStatus.NeedsConsent ? $"{client.Name} needs consent" : $"{client.Name} cannot be read";
        return client.Reason is { Length: > 0 } reason ? $"{what}: {reason}" : $"{what}.";
    }

    /// <summary>What to do where nobody said more.</summary>
    public static string Usual(PartitionStatus status) => status == PartitionStatus.NeedsConsent
        ? "Send a consent link to an administrator of the client; reading goes on by itself once they have agreed."
        : "See under Clients what is wrong, then check again.";

    private static Attention With(StreamState state, StreamSummary? stream, string sentence) => state.Progress switch
    {
        { DeniedPermission: not null } => new(state.Key.DataType, sentence, stream is null ? null : $"Grant it ({stream.Permission.Where}), then check the client again.", AttentionRemedy.Clients),
        { Full: { Phase: PassPhase.Held, ReleasedBy: null } } => new(state.Key.DataType, sentence, "Open the details, and release or keep them.", AttentionRemedy.Decide),
        _ => new(state.Key.DataType, sentence, "MSPortal keeps trying by itself."),
    };
}
