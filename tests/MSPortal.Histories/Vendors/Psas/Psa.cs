using System.Text.Json.Nodes;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Histories.Vendors.Psas;

/// <summary>A vendor whose tickets are read.</summary>
internal abstract class Psa : KnownVendor
{
    public static new IReadOnlyList<Psa> All { get; } = [new ConnectWisePsa(), new AutotaskPsa(), new HaloPsa(), new SyncroPsa()];

    /// <summary>The address of the list of tickets, as a pattern.</summary>
    public abstract string TicketList { get; }

    public abstract Truth Tickets { get; }

    public abstract Truth Notes { get; }

    public override IReadOnlyList<DataType> Damageable { get; } = [DataType.Companies, DataType.Contacts, DataType.Tickets, DataType.Devices];

    /// <summary>Every entry of the reference lists: our id and its name.</summary>
    public abstract Task<IReadOnlyDictionary<string, string>> ReferencesAsync(VendorRows rows);

    /// <summary>The item id of what a ticket is filed in.</summary>
    public virtual string Container(JsonNode ticket) => Truth.At(ticket, Tickets.VendorField("containerId"))!.ToString();

    /// <summary>What is chosen in Ticket Settings; null where there is nothing to choose.</summary>
    public abstract Task<IReadOnlyList<string>?> ContainersAsync(VendorRows rows);

    public abstract bool IsInScope(JsonNode ticket, TicketScope scope, DateTimeOffset now);

    /// <summary>One that somebody still works on.</summary>
    public abstract bool IsOpen(JsonNode ticket);

    public override Truth Of(DataType type) => type switch
    {
        DataType.Tickets => Tickets,
        DataType.TicketNotes => Notes,
        _ => base.Of(type),
    };

    /// <summary>All notes of these tickets, in plain words.</summary>
    public virtual async Task<IReadOnlyList<JsonNode>> NotesAsync(IReadOnlyList<JsonNode> tickets, VendorRows rows)
    {
        var ticket = Notes.VendorField("ticketId");
        var kept = tickets.Select(t => t["id"]!.ToJsonString()).ToHashSet(StringComparer.Ordinal);
        return [.. Plain(Notes, (await rows(Notes.Kind)).Where(n => kept.Contains(n[ticket]!.ToJsonString())))];
    }

    public abstract Edit Rename(JsonNode ticket, string summary);

    public abstract Edit Create(JsonNode like, string summary);

    public virtual Edit Delete(JsonNode ticket) => new(HttpMethod.Delete, $"records/tickets/{ticket["id"]!.ToJsonString()}");

    /// <summary>To where nobody chose it; null where there is nothing to choose.</summary>
    public abstract Edit? Move(JsonNode ticket);

    /// <summary>Null where tickets cannot be merged.</summary>
    public abstract Edit? Merge(JsonNode ticket, JsonNode into);

    public abstract Hooks Hooks { get; }

    /// <summary>Times that the vendor counts from: closed before that is out of scope.</summary>
    protected static bool IsRecent(TicketScope scope, DateTimeOffset now, DateTimeOffset? closedAt) => scope.ClosedSince(now) is not { } since || closedAt is null || closedAt >= since;

    /// <summary>Lists of which each is one kind of reference; an entry that a list has twice is one.</summary>
    protected static async Task<IReadOnlyDictionary<string, string>> ListsAsync(VendorRows rows, IEnumerable<(string Kind, string List)> lists, string id, params string[] names)
    {
        var entries = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (kind, list) in lists)
        {
            foreach (var row in await rows(list))
            {
                entries[ReferenceItem.Key(kind, row[id]!.ToString())] = names.Select(n => row[n]).First(n => n is not null)!.ToString();
            }
        }

        return entries;
    }

    protected static Edit Patch(JsonNode ticket, object body) => new(HttpMethod.Patch, $"records/tickets/{ticket["id"]!.ToJsonString()}", body);
}
