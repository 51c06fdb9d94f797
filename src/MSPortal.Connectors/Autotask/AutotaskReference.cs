using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.Autotask;

/// <summary>Queues, statuses and the like are no entities of their own: they are the picklists of tickets and companies, and come complete in one answer each.</summary>
internal static class AutotaskReference
{
    /// <summary>Reference list that only Autotask has.</summary>
    public const string Category = "category";

    private static readonly (string Kind, string Entity, string Field)[] Lists =
    [
        (ReferenceKinds.Container, "Tickets", "queueID"),
        (ReferenceKinds.Status, "Tickets", "status"),
        (ReferenceKinds.Priority, "Tickets", "priority"),
        (ReferenceKinds.Type, "Tickets", "ticketType"),
        (ReferenceKinds.SubType, "Tickets", "issueType"),
        (ReferenceKinds.Item, "Tickets", "subIssueType"),
        (ReferenceKinds.Source, "Tickets", "source"),
        (Category, "Tickets", "ticketCategory"),
        (ReferenceKinds.CompanyType, "Companies", "companyType"),
    ];

    public static async IAsyncEnumerable<Page> ReadAsync(AutotaskClient client, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var lists = await ReadListsAsync(client, ct);
        var rows = Items(lists).ToList();
        var missing = new[] { ReferenceKinds.Container, ReferenceKinds.Status }.FirstOrDefault(kind => !rows.Exists(r => r.Kind == kind && r.ItemId != AutotaskMapping.NoQueue));
        yield return new Page(rows, Cursor.Start)
        {
            Complete = missing is null,
            Doubt = missing is null ? null : $"Autotask names no {(missing == ReferenceKinds.Status ? "statuses" : "queues")} of tickets.",
        };
    }

    public static async Task<IReadOnlyList<ReadResult>> ReadByIdsAsync(AutotaskClient client, IReadOnlyList<string> keys, CancellationToken ct)
    {
        var lists = await ReadListsAsync(client, ct);
        var items = Items(lists).ToDictionary(i => i.ExternalId, StringComparer.Ordinal);
        return [.. keys.Distinct(StringComparer.Ordinal).Select(key => Tell(key, items, lists))];
    }

    private static ReadResult Tell(string key, Dictionary<string, ReferenceItem> items, IReadOnlyDictionary<string, AutotaskPicklists> lists) =>
        items.TryGetValue(key, out var item) ? new ReadResult.Present(item)
        : Lists.Any(l => key.StartsWith(l.Kind + ":", StringComparison.Ordinal) && lists.TryGetValue(l.Entity, out var read) && read[l.Field].Count > 0) ? new ReadResult.Gone(key)
        : new ReadResult.Unknown(key, "The list that it belongs to cannot be read.");

    /// <summary>By entity; companies' lists may be denied, tickets' not.</summary>
    private static async Task<IReadOnlyDictionary<string, AutotaskPicklists>> ReadListsAsync(AutotaskClient client, CancellationToken ct)
    {
        var lists = new Dictionary<string, AutotaskPicklists>(StringComparer.Ordinal)
        {
            ["Tickets"] = await AutotaskPicklists.ReadAsync(client, "Tickets", AutotaskPermissions.Reference, ct),
        };
        try
        {
            lists["Companies"] = await AutotaskPicklists.ReadAsync(client, "Companies", AutotaskPermissions.Companies, ct);
        }
        catch (FaultException e) when (e.Fault is Fault.PermissionMissing)
        {
            return lists;
        }

        return lists;
    }

    private static IEnumerable<ReferenceItem> Items(IReadOnlyDictionary<string, AutotaskPicklists> lists)
    {
        yield return new()
        {
            ExternalId = ReferenceItem.Key(ReferenceKinds.Container, AutotaskMapping.NoQueue),
            Kind = ReferenceKinds.Container,
            ItemId = AutotaskMapping.NoQueue,
            Name = "No queue (assigned to a person only)",
            SortOrder = int.MaxValue,
        };
        foreach (var (kind, entity, field) in Lists.Where(l => lists.ContainsKey(l.Entity)))
        {
            foreach (var choice in lists[entity][field].Where(c => kind != ReferenceKinds.Container || c.Value != AutotaskMapping.NoQueue).DistinctBy(c => c.Value))
            {
                yield return Item(kind, choice);
            }
        }
    }

    private static ReferenceItem Item(string kind, AutotaskChoice choice) => new()
    {
        ExternalId = ReferenceItem.Key(kind, choice.Value),
        Kind = kind,
        ItemId = choice.Value,
        Name = choice.Label,
        IsInactive = !choice.IsActive,
        IsClosed = kind == ReferenceKinds.Status && choice.Value == AutotaskMapping.Complete,
        Level = kind == ReferenceKinds.Priority ? AutotaskMapping.Level(choice.Label) : null,
        SortOrder = choice.SortOrder,
        Extra = choice.Parent is null ? null : new(StringComparer.Ordinal) { ["parent"] = choice.Parent },
    };
}
