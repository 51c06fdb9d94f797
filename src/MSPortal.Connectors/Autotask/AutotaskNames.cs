using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.Autotask;

/// <summary>One entry of a picklist.</summary>
/// <param name="Value">The id that records carry; a text here, a number there.</param>
/// <param name="Parent">The value of another picklist that it belongs to.</param>
internal sealed record AutotaskChoice(string Value, string Label, bool IsActive, int? SortOrder, string? Parent);

/// <summary>The picklists of one entity: records carry ids, and only these lists say what they mean.</summary>
internal sealed class AutotaskPicklists(IReadOnlyDictionary<string, IReadOnlyList<AutotaskChoice>> fields, DateTimeOffset readAt)
{
    private readonly Dictionary<string, Dictionary<string, string>> labels =
        fields.ToDictionary(f => f.Key, f => f.Value.GroupBy(c => c.Value).ToDictionary(g => g.Key, g => g.First().Label, StringComparer.Ordinal), StringComparer.Ordinal);

    public static AutotaskPicklists None { get; } = new(new Dictionary<string, IReadOnlyList<AutotaskChoice>>(), DateTimeOffset.MaxValue);

    public DateTimeOffset ReadAt { get; } = readAt;

    /// <summary>Whether a value was asked for that is in no list: somebody made a new one since.</summary>
    public bool Missed { get; private set; }

    public IReadOnlyList<AutotaskChoice> this[string field] => fields.GetValueOrDefault(field, []);

    public string? Label(string field, string? value)
    {
        if (value is null || !labels.TryGetValue(field, out var known))
        {
            return null;
        }

        var label = known.GetValueOrDefault(value);
        Missed |= label is null;
        return label;
    }

    public static async Task<AutotaskPicklists> ReadAsync(AutotaskClient client, string entity, VendorPermission permission, CancellationToken ct)
    {
        var response = await client.AskAsync($"{entity}/entityInformation/fields", null, permission, ct);
        using var json = response.TryJson();
        if (AutotaskEntities.Property(json, "fields") is not { ValueKind: JsonValueKind.Array } fields)
        {
            throw AutotaskEntities.NoData(client, response);
        }

        try
        {
            var lists = fields.EnumerateArray().Select(f => new JsonRow(f)).Where(f => f.Text("name") is not null)
                .GroupBy(f => f.Text("name")!).ToDictionary(g => g.Key, g => Choices(g.First()), StringComparer.Ordinal);
            return new AutotaskPicklists(lists, client.Session.Clock.GetUtcNow());
        }
        catch (FieldException e)
        {
            throw new FaultException(new Fault.BadData($"Autotask's lists of {entity} cannot be read ({e.Message}).", client.Scrub(response.Sample())), e);
        }
    }

    private static IReadOnlyList<AutotaskChoice> Choices(JsonRow field) =>
    [
        .. field.Rows("picklistValues").Where(v => v.Text("value") is not null)
            .Select(v => new AutotaskChoice(v.Need("value"), v.Text("label") ?? "(no name)", v.Flag("isActive") ?? true, (int?)v.Whole("sortOrder"), v.Text("parentValue"))),
    ];
}

/// <summary>What ids mean, remembered for a while: asking anew for every page would double the calls.</summary>
internal static class AutotaskNames
{
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);

    /// <summary>An unknown value is worth one more question, but not one per page.</summary>
    private static readonly TimeSpan Relearnt = TimeSpan.FromMinutes(1);

    /// <summary>The picklists of an entity; none when they may not be read.</summary>
    public static async Task<AutotaskPicklists> PicklistsAsync(AutotaskClient client, string entity, VendorPermission permission, CancellationToken ct)
    {
        var key = $"autotask.picklists.{entity}";
        if (client.Session.Memory.TryGetValue(key, out var known) && known is AutotaskPicklists lists && client.Session.Clock.GetUtcNow() - lists.ReadAt < Fresh)
        {
            return lists;
        }

        try
        {
            var read = await AutotaskPicklists.ReadAsync(client, entity, permission, ct);
            client.Session.Memory[key] = read;
            return read;
        }
        catch (FaultException e) when (e.Fault is Fault.PermissionMissing)
        {
            return AutotaskPicklists.None;
        }
    }

    /// <summary>Newer lists when these missed something; null when asking again would bring nothing.</summary>
    public static async Task<AutotaskPicklists?> RelearnAsync(AutotaskClient client, string entity, AutotaskPicklists lists, VendorPermission permission, CancellationToken ct)
    {
        if (!lists.Missed || client.Session.Clock.GetUtcNow() - lists.ReadAt < Relearnt)
        {
            return null;
        }

        client.Session.Memory.TryRemove($"autotask.picklists.{entity}", out _);
        return await PicklistsAsync(client, entity, permission, ct);
    }

    /// <summary>Id → name of a small entity; empty when it may not be read.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> TableAsync(
        AutotaskClient client, string entity, VendorPermission permission, string[] fields, Func<JsonRow, string?> name, CancellationToken ct)
    {
        var key = $"autotask.table.{entity}";
        var now = client.Session.Clock.GetUtcNow();
        if (client.Session.Memory.TryGetValue(key, out var known) && known is (DateTimeOffset at, IReadOnlyDictionary<string, string> table) && now - at < Fresh)
        {
            return table;
        }

        var names = await NamesAsync(client, new AutotaskEntity(entity, entity, permission, row => new NameRow { ExternalId = row.NeedId("id"), Name = name(row) }) { Fields = ["id", .. fields] }, ct);
        client.Session.Memory[key] = (now, names);
        return names;
    }

    /// <summary>People at clients by id, as far as they may be read.</summary>
    public static async Task<IReadOnlyDictionary<string, NameRow>> ContactsAsync(AutotaskClient client, IEnumerable<string?> ids, CancellationToken ct)
    {
        var found = new Dictionary<string, NameRow>(StringComparer.Ordinal);
        var entity = new AutotaskEntity("Contacts", "contacts", AutotaskPermissions.Contacts, row => new NameRow
        {
            ExternalId = row.NeedId("id"),
            Name = FullName(row),
            Email = row.Text("emailAddress"),
        })
        {
            Fields = ["id", "firstName", "lastName", "emailAddress"],
        };
        foreach (var batch in ids.OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Chunk(AutotaskQuery.LongestList))
        {
            try
            {
                foreach (var row in (await AutotaskEntities.PageAsync(client, entity, [AutotaskQuery.In("id", batch)], ct)).Rows.Cast<NameRow>())
                {
                    found[row.ExternalId] = row;
                }
            }
            catch (FaultException e) when (e.Fault is Fault.PermissionMissing)
            {
                break;
            }
        }

        return found;
    }

    public static string? FullName(JsonRow row) => $"{row.Text("firstName")} {row.Text("lastName")}".Trim() is { Length: > 0 } name ? name : null;

    public static async Task<IReadOnlyDictionary<string, string>> NamesAsync(AutotaskClient client, AutotaskEntity entity, CancellationToken ct)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            for (var (last, more) = (0L, true); more;)
            {
                var page = await AutotaskEntities.PageAsync(client, entity, [AutotaskQuery.Is("id", "gt", last)], ct);
                foreach (var row in page.Rows.Cast<NameRow>().Where(r => r.Name is not null))
                {
                    names[row.ExternalId] = row.Name!;
                }

                more = (page.Next || page.Received >= AutotaskQuery.PageSize) && page.Ids.Count > 0 && page.Ids.Keys.Max() > last;
                last = page.Ids.Count > 0 ? page.Ids.Keys.Max() : last;
            }
        }
        catch (FaultException e) when (e.Fault is Fault.PermissionMissing)
        {
            return names;
        }

        return names;
    }

    internal sealed record NameRow : ExternalRecord
    {
        public string? Name { get; init; }
        public string? Email { get; init; }
    }
}
