using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.HaloPsa;

/// <summary>Ticket types, statuses and the other lists: each comes whole, bare and without a count.</summary>
internal static class HaloPsaReference
{
    public static readonly HaloPsaList Types = Of(ReferenceKinds.Container, "/TicketType", "ticket types", "showinactive=true", row =>
        Plain(ReferenceKinds.Container, row) with
        {
            IsInactive = row.Flag("inactive") ?? row.Flag("visible") is false,
            Extra = row.Text("use") is { } use ? new(StringComparer.Ordinal) { ["use"] = use } : null,
        });

    private static readonly HaloPsaList Teams = Of(ReferenceKinds.Team, "/Team", "teams", "includeenabled=true&includedisabled=true", row =>
        Plain(ReferenceKinds.Team, row) with { IsInactive = row.Flag("inactive") ?? false });

    private static readonly HaloPsaList Priorities = Of(ReferenceKinds.Priority, "/Priority", "priorities", "", row =>
        Plain(ReferenceKinds.Priority, row) with
        {
            Color = row.Text("colour"),
            SortOrder = (int?)row.Whole("id"),
            IsInactive = row.Flag("ishidden") ?? false,
            Level = HaloPsaMapping.Level(row.Text("name"), row.Id("id")),
        }) with
        {
            Prepare = OnePerPriority,
        };

    private static readonly HaloPsaList[] Others =
    [
        Types,
        Teams,
        Priorities,
        Category(ReferenceKinds.Type, 1),
        Category(ReferenceKinds.SubType, 2),
        Category(ReferenceKinds.Item, 3),
    ];

    public static HaloPsaList Statuses(HaloPsaStatuses statuses) => Of(ReferenceKinds.Status, "/Status", "statuses", "type=ticket", row =>
        Plain(ReferenceKinds.Status, row) with
        {
            Color = row.Text("colour"),
            SortOrder = (int?)row.Whole("sequence"),
            IsClosed = statuses.IsClosed(row.Id("id")) ?? row.Text("name") is "Closed",
        });

    /// <summary>All lists as one page; one that may not be read does not cost the others.</summary>
    public static async IAsyncEnumerable<Page> ReadAsync(HaloPsaClient client, [EnumeratorCancellation] CancellationToken ct)
    {
        var rows = new List<ExternalRecord>();
        var bad = new List<BadRow>();
        string? doubt = null;
        DateTimeOffset? time = null;
        foreach (var list in Others.Prepend(Statuses(HaloPsaStatuses.Unknown)))
        {
            ct.ThrowIfCancellationRequested();
            if (await TryReadAsync(client, list, ct) is not { } page)
            {
                continue;
            }

            rows.AddRange(page.Rows.Values);
            bad.AddRange(page.Bad);
            time ??= page.VendorTime;
            doubt ??= page.Received == 0 && IsNeverEmpty(list) ? $"HaloPSA sent no {list.Noun}, and there always are some." : null;
        }

        yield return new Page(rows, Cursor.Start) { Bad = bad, Complete = doubt is null, Doubt = doubt, VendorTime = time };
    }

    /// <summary>A list is read again as a whole: Halo knows no single priorities, and a bare list is complete by its contract.</summary>
    public static async Task<IReadOnlyList<ReadResult>> ReadByIdsAsync(HaloPsaClient client, IReadOnlyList<string> keys, CancellationToken ct)
    {
        var results = new Dictionary<string, ReadResult>(StringComparer.Ordinal);
        foreach (var list in Others.Prepend(Statuses(HaloPsaStatuses.Unknown)))
        {
            var wanted = keys.Where(key => IsOf(list, key)).Distinct(StringComparer.Ordinal).ToList();
            var page = wanted.Count == 0 ? null : await TryReadAsync(client, list, ct);
            foreach (var key in wanted)
            {
                results[key] = page is null || (page.Received == 0 && IsNeverEmpty(list)) || page.Bad.Any(b => b.ExternalId is null)
                    ? new ReadResult.Unknown(key, $"The {list.Noun} cannot be read.")
                    : page.Rows.TryGetValue(key, out var record) ? new ReadResult.Present(record)
                    : page.Bad.FirstOrDefault(b => b.ExternalId == key) is { } trouble ? new ReadResult.Bad(key, trouble)
                    : new ReadResult.Gone(key);
            }
        }

        return [.. keys.Distinct(StringComparer.Ordinal).Select(key => results.GetValueOrDefault(key) ?? new ReadResult.Unknown(key, $"“{key}” is in no list that HaloPSA has."))];
    }

    /// <summary>Lists that the key may not read, for the connection test.</summary>
    public static async Task<string?> DeniedAsync(HaloPsaClient client, CancellationToken ct)
    {
        var denied = new List<string>();
        foreach (var list in Others.Where(l => !IsNeeded(l)))
        {
            try
            {
                if (await TryReadAsync(client, list, ct) is null)
                {
                    denied.Add(list.Noun);
                }
            }
            catch (FaultException e) when (e.Fault is Fault.VendorDown or Fault.BadData or Fault.RateLimited)
            {
                client.Session.Log.LogInformation("{List} could not be tested: {Reason}", list.Noun, e.Fault.Sentence);
            }
        }

        return denied.Count == 0 ? null : $"Not permitted, and left out: {string.Join(", ", denied)}.";
    }

    /// <summary>Null when it may not be read and can be done without.</summary>
    private static async Task<HaloPsaPage?> TryReadAsync(HaloPsaClient client, HaloPsaList list, CancellationToken ct)
    {
        try
        {
            if (list.Path != "/Status")
            {
                return await HaloPsaLists.WholeAsync(client, list, ct);
            }

            var (page, statuses) = await HaloPsaStatuses.ReadAsync(client, ct);
            var rows = page.Rows.Values.OfType<ReferenceItem>().Select(s => s with { IsClosed = statuses.IsClosed(s.ItemId) ?? s.IsClosed });
            return page with { Rows = rows.ToDictionary(s => s.ExternalId, ExternalRecord (s) => s, StringComparer.Ordinal) };
        }
        catch (FaultException e) when (e.Fault is Fault.PermissionMissing && !IsNeeded(list))
        {
            client.Session.Log.LogInformation("{List} are left out: {Reason}", list.Noun, e.Fault.Sentence);
            return null;
        }
    }

    /// <summary>Without these tickets cannot be chosen or understood.</summary>
    private static bool IsNeeded(HaloPsaList list) => list.Path is "/TicketType" or "/Status";

    private static bool IsNeverEmpty(HaloPsaList list) => list.Path != "/Category";

    private static bool IsOf(HaloPsaList list, string key) =>
        key.IndexOf(':', StringComparison.Ordinal) is var colon and > 0 && list.Key(key[(colon + 1)..]) == key;

    /// <summary>Halo has a row per SLA and priority, under a GUID; tickets name the priority's number.</summary>
    private static IReadOnlyList<JsonElement> OnePerPriority(IReadOnlyList<JsonElement> rows) =>
    [
        .. rows.GroupBy(row => Number(row, "priorityid")).SelectMany(g => g.Key is not { } id
            ? g.AsEnumerable()
            : [AsOne(id, g.OrderBy(row => Number(row, "slaid")).First(), g.All(row => row.TryGetProperty("ishidden", out var hidden) && hidden.ValueKind == JsonValueKind.True))]),
    ];

    private static JsonElement AsOne(long id, JsonElement row, bool hidden) => JsonSerializer.SerializeToElement(new Dictionary<string, object?>
    {
        ["id"] = id,
        ["name"] = row.TryGetProperty("name", out var name) ? name : null,
        ["colour"] = row.TryGetProperty("colour", out var colour) ? colour : null,
        ["ishidden"] = hidden,
    });

    private static long? Number(JsonElement row, string name) =>
        row.ValueKind == JsonValueKind.Object && row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;

    private static HaloPsaList Category(string kind, int type) => Of(kind, "/Category", $"categories {type}", $"type_id={type}", row => Plain(kind, row, "value", "category_name"));

    private static HaloPsaList Of(string kind, string path, string noun, string always, Func<JsonRow, ReferenceItem> map) =>
        new(path, path[1..], noun, HaloPsaPermissions.Reference, map) { Always = always, Key = id => ReferenceItem.Key(kind, id) };

    private static ReferenceItem Plain(string kind, JsonRow row, params string[] names)
    {
        var id = row.NeedId("id");
        return new()
        {
            ExternalId = ReferenceItem.Key(kind, id),
            Kind = kind,
            ItemId = id,
            Name = (names.Length == 0 ? row.Text("name") : names.Select(row.Text).FirstOrDefault(n => n is not null)) ?? "(no name)",
        };
    }
}
