using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.Syncro;

/// <summary>Statuses, types, issue types and priorities: lists inside two settings documents, most of them plain texts without ids.</summary>
internal static class SyncroReference
{
    private static readonly VendorPermission Permission = SyncroPermissions.Reference;

    public static async IAsyncEnumerable<Page> ReadAsync(SyncroClient client, [EnumeratorCancellation] CancellationToken ct)
    {
        var found = await FindAsync(client, ct);
        yield return new Page([.. found.Items.Values], Cursor.Start) { Complete = true, Bad = found.Bad, VendorTime = found.Time };
    }

    /// <summary>Nothing can be asked for alone: what its list, read again, does not have is gone.</summary>
    public static async Task<IReadOnlyList<ReadResult>> ReadByIdsAsync(SyncroClient client, IReadOnlyList<string> keys, CancellationToken ct)
    {
        var found = await FindAsync(client, ct);
        return
        [
            .. keys.Distinct(StringComparer.Ordinal).Select(key =>
                found.Items.TryGetValue(key, out var item) ? new ReadResult.Present(item)
                : found.Bad.FirstOrDefault(b => b.ExternalId == key) is { } bad ? new ReadResult.Bad(key, bad)
                : found.Kinds.Contains(key[..Math.Max(0, key.IndexOf(':', StringComparison.Ordinal))]) && found.Bad.All(b => b.ExternalId is not null) ? (ReadResult)new ReadResult.Gone(key)
                : new ReadResult.Unknown(key, $"The list of “{key}” cannot be read.")),
        ];
    }

    private static async Task<Found> FindAsync(SyncroClient client, CancellationToken ct)
    {
        var found = new Found();
        var response = await client.GetAsync("/tickets/settings", Permission, ct);
        found.Time = response.Time;
        using (var json = response.TryJson())
        {
            if (json is not { RootElement.ValueKind: JsonValueKind.Object } || !json.RootElement.TryGetProperty("ticket_status_list", out var statuses) || statuses.ValueKind != JsonValueKind.Array)
            {
                throw SyncroErrors.NoData(response, client.Scrub);
            }

            found.Texts(ReferenceKinds.Status, statuses, item => item with { IsClosed = SyncroMapping.IsClosed(item.Name) });
            found.Types(json.RootElement);
        }

        await AddAccountListsAsync(client, found, ct);
        return found;
    }

    /// <summary>The account's settings may be denied; statuses and types do not need them.</summary>
    private static async Task AddAccountListsAsync(SyncroClient client, Found found, CancellationToken ct)
    {
        try
        {
            var response = await client.GetAsync("/settings", Permission, ct);
            using var json = response.TryJson();
            if (json is not { RootElement.ValueKind: JsonValueKind.Object })
            {
                throw SyncroErrors.NoData(response, client.Scrub);
            }

            if (json.RootElement.TryGetProperty("ticket", out var ticket) && ticket.ValueKind == JsonValueKind.Object)
            {
                found.Texts(ReferenceKinds.SubType, Member(ticket, "problem_types"), item => item);
                found.Texts(ReferenceKinds.Priority, Member(ticket, "priorities"), item => item with { Level = SyncroMapping.Level(item.Name) });
            }
        }
        catch (FaultException e) when (e.Fault is Fault.PermissionMissing)
        {
            client.Session.Log.LogInformation("Issue types and priorities are left out: {Reason}", e.Fault.Sentence);
        }
    }

    private static JsonElement Member(JsonElement of, string name) => of.TryGetProperty(name, out var value) ? value : default;

    /// <summary>What the lists hold, and which lists there were.</summary>
    private sealed class Found
    {
        public Dictionary<string, ReferenceItem> Items { get; } = new(StringComparer.Ordinal);

        public List<BadRow> Bad { get; } = [];

        public HashSet<string> Kinds { get; } = new(StringComparer.Ordinal);

        public DateTimeOffset? Time { get; set; }

        /// <summary>Texts are their own ids; an empty one stands for “none”.</summary>
        public void Texts(string kind, JsonElement list, Func<ReferenceItem, ReferenceItem> finish)
        {
            if (list.ValueKind != JsonValueKind.Array)
            {
                return;
            }

            Kinds.Add(kind);
            var order = 0;
            foreach (var entry in list.EnumerateArray())
            {
                if (entry.ValueKind != JsonValueKind.String)
                {
                    Bad.Add(new BadRow(null, $"{kind}: expected a text, found {VendorResponse.Shorten(entry.GetRawText(), 60)}", VendorResponse.Shorten(SyncroSecrets.Sample(entry), 3999)));
                }
                else if (JsonText.Of(entry) is var name && !string.IsNullOrWhiteSpace(name))
                {
                    Add(finish(new ReferenceItem { ExternalId = ReferenceItem.Key(kind, name), Kind = kind, ItemId = name, Name = name, SortOrder = order++ }));
                }
            }
        }

        public void Types(JsonElement settings)
        {
            var list = Member(settings, "ticket_types");
            if (list.ValueKind != JsonValueKind.Array)
            {
                return;
            }

            Kinds.Add(ReferenceKinds.Type);
            foreach (var entry in list.EnumerateArray())
            {
                var (record, bad) = SyncroLists.Read(entry, (_, row) => new ReferenceItem
                {
                    ExternalId = ReferenceItem.Key(ReferenceKinds.Type, row.NeedId("id")),
                    Kind = ReferenceKinds.Type,
                    ItemId = row.NeedId("id"),
                    Name = row.Text("name") ?? "(no name)",
                    IsInactive = row.Flag("disabled") ?? false,
                });
                if (record is ReferenceItem item)
                {
                    Add(item);
                }
                else
                {
                    Bad.Add(bad! with { ExternalId = bad.ExternalId is { } id ? ReferenceItem.Key(ReferenceKinds.Type, id) : null });
                }
            }
        }

        private void Add(ReferenceItem item) => Items.TryAdd(item.ExternalId, item);
    }
}
