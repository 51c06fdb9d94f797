using System.Collections.Concurrent;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.HaloPsa;

/// <summary>Descriptions of tickets that were read a moment ago: their actions follow at once, and need not ask for the ticket again.</summary>
internal sealed class HaloPsaDescriptions
{
    private const string Memory = "halopsa.descriptions";
    private const int Most = 500;
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(15);

    private readonly ConcurrentDictionary<string, (DateTimeOffset At, TicketNote Note)> notes = new(StringComparer.Ordinal);

    public static HaloPsaDescriptions Of(Session session) => (HaloPsaDescriptions)session.Memory.GetOrAdd(Memory, _ => new HaloPsaDescriptions());

    public void Keep(JsonRow ticket, string ticketId, DateTimeOffset now)
    {
        if (HaloPsaMapping.Description(ticket, ticketId) is not { } note)
        {
            return;
        }

        if (notes.Count >= Most)
        {
            notes.Clear();
        }

        notes[ticketId] = (now, note);
    }

    /// <summary>Once only, and null when it has to be asked for.</summary>
    public TicketNote? Take(string ticketId, DateTimeOffset now) => notes.TryRemove(ticketId, out var kept) && now - kept.At < Fresh ? kept.Note : null;
}
