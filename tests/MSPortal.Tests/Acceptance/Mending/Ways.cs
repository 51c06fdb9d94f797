using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Diagnosis;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;

namespace MSPortal.Tests.Acceptance.Mending;

/// <summary>All ways in which a ticket comes to be missing, in the order in which data meets them.</summary>
internal static partial class Ways
{
    private const string Status = "status";
    private const string Stream = "stream";
    private const string Board = "board";
    private const string Itself = "itself";
    private const string Company = "company";
    private const string Person = "person";

    public static IReadOnlyList<Way> All { get; } = [.. Connection(), .. Reading(), .. Choosing(), .. AtVendor(), .. Coming(), .. Companies(), .. People()];

    private static IEnumerable<Way> Connection() =>
    [
        new("lost key file", Cause.CredentialsUnreadable, Status, (world, _) => LoseKeyAsync(world)),
        new("ended key", Cause.KeyExpired, Status, async (world, _) =>
        {
            await world.SendAsync(HttpMethod.Put, $"{world.One}/key-expiry", new { on = DateOnly.FromDateTime(world.Sync.Clock.GetUtcNow().UtcDateTime.AddDays(-1)) });
            await RefuseAsync(world);
        })
        {
            Place = _ => "Make a new key at the vendor",
            AtVendorAsync = (world, _) => world.Sync.DoAsync(world.Psa.Revoke(false)),
        },
        new("wrong key", Cause.Disconnected, Status, (world, _) => RefuseAsync(world)) { AtVendorAsync = (world, _) => world.Sync.DoAsync(world.Psa.Revoke(false)) },
        new("disconnected", Cause.Disconnected, Status, (world, _) => world.SendAsync(HttpMethod.Post, $"{world.One}/disconnect")),
        new("stopped", Cause.Stopped, Status, async (world, _) =>
        {
            await world.Sync.FaultAsync(new { kind = "html" });
            await world.UntilAsync(IntegrationStatus.Stopped);
        })
        {
            Place = _ => "Check that the address leads to the vendor's API",
            AtVendorAsync = (world, _) => world.Sync.HealAsync(),
            IsAlone = true,
        },
        new("paused", Cause.Paused, Status, (world, _) => world.SendAsync(HttpMethod.Post, $"{world.One}/pause")),
        new("vendor down", Cause.VendorTrouble, Status, async (world, _) =>
        {
            await world.Sync.FaultAsync(new { kind = "status", code = 503 });
            await world.UntilAsync(IntegrationStatus.Error);
        })
        {
            Place = _ => "MSPortal keeps trying by itself",
            AtVendorAsync = (world, _) => world.Sync.HealAsync(),
            AfterwardsAsync = (world, _) => world.UntilAsync(IntegrationStatus.Active),
        },
    ];

    private static IEnumerable<Way> Reading() =>
    [
        new("tickets off", Cause.DataTypeOff, Stream, (world, _) => world.Sync.Integrations.SetStreamAsync(world.Sync.Key(DataType.Tickets), false, TimeSpan.FromMinutes(15), world.Sync.Actor, default)),
        new("no permission", Cause.PermissionMissing, Stream, async (world, _) =>
        {
            await PermitAsync(world, false);
            await world.UntilAsync("tickets are refused", async () => (await world.Sync.StreamAsync(DataType.Tickets)).Progress.DeniedPermission is not null);
        })
        {
            Place = world => world.Connector.Streams.Single(s => s.DataType == DataType.Tickets).Permission.Where,
            AtVendorAsync = (world, _) => PermitAsync(world, true),
        },
    ];

    private static IEnumerable<Way> Choosing() =>
    [
        new("nothing selected", Cause.NothingSelected, Board, (world, _) => world.ChooseAsync(new { containers = Array.Empty<string>() })) { TakesAway = true, Exists = HasChoice },
        new("board not selected", Cause.ContainerNotSelected, Board, async (world, missing) =>
        {
            var scope = (await world.Sync.StateAsync()).Scope;
            await world.ChooseAsync(new { containers = scope.Containers!.Where(c => c != missing.Ticket.ContainerId) });
        })
        { TakesAway = true, Exists = HasChoice },
        new("status excluded", Cause.StatusExcluded, "status excluded", (world, missing) => world.ChooseAsync(new { excludedStatuses = new[] { missing.Ticket.StatusId } })) { TakesAway = true },
        new("group left out", Cause.GroupExcluded, Itself, (world, missing) => world.ChooseAsync(new { excludedGroups = new[] { missing.Ticket.GroupId } }))
        {
            TakesAway = true,
            Ticket = world => world.KnownAsync(t => t is { GroupId: not null, Option: null, IsClosed: false }),
            Exists = world => world.Connector.TicketSettings?.Groups is not null,
        },
        new("option left out", Cause.OptionLeftOut, Itself, (world, _) => world.ChooseAsync(new { options = Array.Empty<string>() }))
        {
            TakesAway = true,
            Ticket = world => world.KnownAsync(t => t.Option is not null),
            Exists = world => world.Connector.TicketSettings?.Options.Count > 0,
        },
        new("outside of the history", Cause.OutsideHistory, Itself, (world, _) => world.ChooseAsync(new { history = "1" }))
        {
            TakesAway = true,
            Ticket = world => world.KnownAsync(t => t is { IsClosed: true, Option: null } && t.ClosedAt < world.Sync.Clock.GetUtcNow().AddMonths(-2)),
        },
    ];

    private static IEnumerable<Way> AtVendor() =>
    [
        new("where the key may not look", Cause.NoSuchTicket, Itself, (world, missing) => SeeBoardsAsync(world, int.Parse(missing.Ticket.ContainerId!, CultureInfo.InvariantCulture)))
        {
            Place = _ => "look whether the key's role may see where it is filed",
            AtVendorAsync = (world, _) => SeeBoardsAsync(world),
            Then = [Cause.NotSyncedYet],
            Ticket = world => world.NewAsync(),
            Exists = world => world.Psa.Provider == "connectwise",
            IsAlone = true,
        },
        new("deleted", Cause.DeletedAtVendor, Itself, async (world, missing) =>
        {
            await world.Sync.DoAsync(world.Psa.Delete(missing.Row));
            await world.Sync.PumpAsync(world.Sync.SingleReads.ReadAsync(world.Sync.Key(DataType.Tickets), missing.Id, WorkPriority.Interactive, default), gently: true);
        })
        {
            TakesAway = true,
            Place = _ => "was deleted at",
            AtVendorAsync = (world, missing) => world.Sync.CommandAsync(HttpMethod.Post, "records/tickets", missing.Row),
            Then = [Cause.NotSyncedYet],
            Ticket = world => world.KnownAsync(),
        },
        new("merged", Cause.Merged, Itself, async (world, missing) => await world.Sync.DoAsync(world.Psa.Merge(missing.Row, (await world.KnownAsync()).Row)!))
        {
            Ticket = world => world.NewAsync(),
            Exists = world => world.Psa.Merge(new JsonObject { ["id"] = 1 }, new JsonObject { ["id"] = 2 }) is not null,
            IsAlone = true,
        },
        new("nonsense", Cause.Quarantined, Itself, (world, missing) =>
        {
            var (property, raw) = world.Vendor.Spoilt;
            return world.Sync.FaultAsync(new { kind = "mutate", property, raw, ids = new[] { missing.Row["id"]!.GetValue<int>() } });
        })
        {
            Place = _ => "Mend that field at the vendor",
            AtVendorAsync = (world, _) => world.Sync.HealAsync(),
            Then = [Cause.NotSyncedYet],
            Ticket = world => world.NewAsync(),
            IsAlone = true,
        },
        new("kept aside", Cause.Quarantined, Itself, async (world, missing) =>
        {
            var (property, raw) = world.Vendor.Spoilt;
            await world.Sync.FaultAsync(new { kind = "mutate", property, raw, ids = new[] { missing.Row["id"]!.GetValue<int>() } });
            world.Sync.Clock.Advance(TimeSpan.FromMinutes(1));
            await world.Sync.DoAsync(world.Psa.Rename(missing.Row, "Written anew"));
            await world.Sync.NextIncrementalAsync();
        })
        {
            LeavesInSight = true,
            TakesAway = true,
            Place = _ => "Mend that field at the vendor",
            AtVendorAsync = (world, _) => world.Sync.HealAsync(),
            AfterwardsAsync = (world, _) => world.Sync.NextIncrementalAsync(),
            IsAlone = true,
        },
        new("held removals", Cause.HeldByGuard, Itself, HoldAsync)
        {
            LeavesInSight = true,
            TakesAway = true,
            Place = _ => "Look at the vendor whether they are really gone",
            AtVendorAsync = (world, _) => RestoreAsync(world),
            AfterwardsAsync = (world, _) => world.SyncAsync(DataType.Tickets, full: true),
            IsAlone = true,
        },
    ];

    private static IEnumerable<Way> Coming() =>
    [
        new("the portal stood still", Cause.Stale, Itself, (world, _) =>
        {
            world.Sync.Clock.Advance(TimeSpan.FromHours(5));
            return Task.CompletedTask;
        })
        {
            Ticket = world => world.NewAsync(),
            IsAlone = true,
        },
        new("not synced yet", Cause.NotSyncedYet, Itself, (_, _) => Task.CompletedTask) { Ticket = world => world.NewAsync() },
        new("no answer", Cause.CouldNotAsk, Itself, (world, _) => world.Sync.FaultAsync(new { kind = "status", code = 503 }))
        {
            Place = _ => "Diagnose again in a while",
            AtVendorAsync = (world, _) => world.Sync.HealAsync(),
            Then = [Cause.NotSyncedYet],
            Ticket = world => world.NewAsync(),
            IsAlone = true,
        },
        new("no right to single tickets", Cause.TicketRefused, Itself, (world, _) => world.Sync.FaultAsync(new { kind = "status", code = 403, path = "/Tickets/[0-9]+" }))
        {
            Place = _ => "Let the key's role see single tickets too",
            AtVendorAsync = (world, _) => world.Sync.HealAsync(),
            Then = [Cause.NotSyncedYet],
            Ticket = world => world.NewAsync(),
            Exists = world => world.Connector.Info.Id == "halopsa", // The others find a ticket by a list.
            IsAlone = true,
        },
    ];

    private static bool HasChoice(MendingWorld world) => world.Connector.TicketSettings is not null;

    private static async Task LoseKeyAsync(MendingWorld world)
    {
        await using var db = world.Portal.Data.Open(1);
        (await db.Integrations.SingleAsync(i => i.Id == world.Id)).Secrets = [1, 2, 3];
        await db.SaveChangesAsync();
    }

    private static async Task RefuseAsync(MendingWorld world)
    {
        await world.Sync.DoAsync(world.Psa.Revoke(true));
        await world.UntilAsync(IntegrationStatus.Disconnected);
    }

    private static Task<JsonNode?> PermitAsync(MendingWorld world, bool isGiven) => world.Sync.CommandAsync(HttpMethod.Post, "permissions", new Dictionary<string, bool> { [world.Vendor.Area] = isGiven });

    private static Task<JsonNode?> SeeBoardsAsync(MendingWorld world, params int[] denied) => world.Sync.CommandAsync(HttpMethod.Post, "permissions", new { boards = denied });

    /// <summary>So many are gone at once that a person has to decide, and the ticket is one of them.</summary>
    private static async Task HoldAsync(MendingWorld world, Missing missing)
    {
        var known = (await world.Sync.PayloadsAsync(DataType.Tickets)).Select(p => JsonNode.Parse(p)!["externalId"]!.GetValue<string>()).ToHashSet();
        world.Removed = [.. (await world.Sync.RecordsAsync("tickets")).Where(r => known.Contains(world.Psa.Tickets.Id(r))).OrderBy(r => world.Psa.Tickets.Id(r) != missing.Id).Take((known.Count / 5) + 21)];
        await world.Sync.CommandAsync(HttpMethod.Post, "bulk", new { kind = "tickets", ids = world.Removed.Select(r => r["id"]!.GetValue<long>()), delete = true });
        await world.SyncAsync(DataType.Tickets, full: true);
    }

    private static async Task RestoreAsync(MendingWorld world)
    {
        foreach (var row in world.Removed)
        {
            await world.Sync.CommandAsync(HttpMethod.Post, "records/tickets", row);
        }
    }
}
