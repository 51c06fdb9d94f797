using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.HaloPsa;

/// <summary>Which statuses close a ticket: Halo does not mark them, it only leaves them out when asked for the others.</summary>
/// <param name="names">Id → name of every status.</param>
/// <param name="closed">Null when Halo did not tell them apart.</param>
internal sealed class HaloPsaStatuses(IReadOnlyDictionary<string, string> names, IReadOnlySet<string>? closed)
{
    private const string Memory = "halopsa.statuses";
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);

    public static HaloPsaStatuses Unknown { get; } = new(new Dictionary<string, string>(), null);

    /// <summary>Null when it cannot be told from the status alone.</summary>
    public bool? IsClosed(string? id) => id is null || closed is null || !names.ContainsKey(id) ? null : closed.Contains(id);

    public string? NameOf(string? id) => id is null ? null : names.GetValueOrDefault(id);

    /// <summary>As read within the last hour; tickets can be read without it.</summary>
    public static async Task<HaloPsaStatuses> RecentAsync(HaloPsaClient client, CancellationToken ct)
    {
        var now = client.Session.Clock.GetUtcNow();
        if (client.Session.Memory.TryGetValue(Memory, out var known) && known is (DateTimeOffset at, HaloPsaStatuses statuses) && now - at < Fresh)
        {
            return statuses;
        }

        try
        {
            return (await ReadAsync(client, ct)).Statuses;
        }
        catch (FaultException e) when (e.Fault is Fault.PermissionMissing or Fault.BadData)
        {
            return Unknown;
        }
    }

    /// <summary>The whole list, and which of it are open.</summary>
    public static async Task<(HaloPsaPage Page, HaloPsaStatuses Statuses)> ReadAsync(HaloPsaClient client, CancellationToken ct)
    {
        var list = HaloPsaReference.Statuses(Unknown);
        var all = await HaloPsaLists.WholeAsync(client, list, ct);
        var open = await HaloPsaLists.WholeAsync(client, list with { Always = list.Always + "&excludeclosed=true" }, ct);
        var names = Items(all).ToDictionary(s => s.ItemId, s => s.Name, StringComparer.Ordinal);
        var others = names.Keys.Except(Items(open).Select(s => s.ItemId), StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);
        var statuses = new HaloPsaStatuses(names, others.Count == 0 || others.Count == names.Count ? null : others);
        client.Session.Memory[Memory] = (client.Session.Clock.GetUtcNow(), statuses);
        return (all, statuses);
    }

    private static IEnumerable<ReferenceItem> Items(HaloPsaPage page) => page.Rows.Values.OfType<ReferenceItem>();
}
