using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;
using MSPortal.Storage.Secrets;

namespace MSPortal.Storage.Integrations;

/// <summary>Asks the engine for a sync; however many ask, one request is queued at most, and it begins after all of them pressed.</summary>
internal sealed class SyncRequests(PortalDatabase database, Vault vault, TimeProvider clock)
{
    public async Task<SyncRequestResult> RequestAsync(SyncOrder order, TimeSpan? window, Actor actor, CancellationToken ct)
    {
        if (await UnreadableAsync(order.IntegrationId, actor, ct) is { } unreadable)
        {
            return Refused(unreadable);
        }

        return await IntegrationEdit.RunAsync(
            database, clock, order.IntegrationId, actor, edit => new Press(edit, order, window).RunAsync(ct), ct);
    }

    /// <summary>Decrypting may have to read keys, so it is not done while the database is locked.</summary>
    private async Task<string?> UnreadableAsync(long integrationId, Actor actor, CancellationToken ct)
    {
        await using var db = database.Open(actor.TenantId);
        var row = await db.Integrations.AsNoTracking().SingleOrDefaultAsync(i => i.Id == integrationId, ct) ?? throw IntegrationEdit.NotFound(integrationId);
        return row.Secrets is not null && vault.Read(row) is null
            ? $"The stored credentials of {row.Name} can no longer be read. Reconnect it."
            : null;
    }

    private static SyncRequestResult Refused(string why) => new(null, false, null, why);

    private sealed class Press(IntegrationEdit edit, SyncOrder order, TimeSpan? window)
    {
        private readonly Integration row = edit.Row;

        public async Task<SyncRequestResult> RunAsync(CancellationToken ct)
        {
            var wanted = Wanted();
            if ((Standstill() ?? Nothing(wanted)) is { } refusal)
            {
                return Refused(refusal);
            }

            var queued = await edit.Db.SyncRequests
                .Where(r => r.IntegrationId == edit.Id && r.Status == RequestStatus.Queued)
                .OrderBy(r => r.Id).FirstOrDefaultAsync(ct);
            var more = wanted.Where(s => !IsCovered(s)).ToList();
            if (more.Count == 0)
            {
                await TryNowAsync(wanted, ct);
                return new SyncRequestResult(queued?.Id ?? wanted.Max(s => s.RequestId), Joined: true, null, null, PausedUntil());
            }

            if (RetryAfter() is { } wait)
            {
                return new SyncRequestResult(null, false, wait, null);
            }

            var unasked = more.Where(s => s.RequestId is null).ToList();
            var request = queued ?? (unasked.Count > 0 ? await AddAsync(ct) : null);
            more.ForEach(Ask);
            await TryNowAsync(wanted, ct);
            if (request is not null)
            {
                Extend(request, unasked);
            }

            var id = request?.Id ?? more.Max(s => s.RequestId);
            edit.Audit(
                "integration.sync_requested", null, new { Request = id, order.Trigger, DataTypes = more.Select(s => s.DataType.Slug()).Distinct(), order.Full, order.Shadow });
            return new SyncRequestResult(id, Joined: request is null || request == queued, null, null, PausedUntil());
        }

        private List<StreamRow> Wanted() =>
        [
            .. edit.Streams.Where(s => s.Enabled && (order.DataTypes is { } named ? named.Contains(s.DataType) : s.DeniedPermission is null)),
        ];

        private string? Standstill() => row.Status switch
        {
            IntegrationStatus.Paused => $"{row.Name} is paused. Resume it first.",
            IntegrationStatus.Stopped => $"{row.Name} was stopped. Reactivate it first.",
            _ when row.Status == IntegrationStatus.Disconnected || row.Secrets is null => $"{row.Name} is disconnected. Reconnect it first.",
            _ => null,
        };

        private string? Nothing(List<StreamRow> wanted)
        {
            if (wanted.Count > 0)
            {
                return null;
            }

            if (order.DataTypes is { Count: > 0 } named)
            {
                return $"{string.Join(", ", named.Select(t => t.Label()))}: turned off for {row.Name}. Turn a data type on to sync it.";
            }

            return edit.Streams.Any(s => s.Enabled)
                ? $"The key of {row.Name} lacks the permission for every data type that is turned on. Re-check the permissions."
                : $"No data type of {row.Name} is turned on.";
        }

        /// <summary>It waits to be taken up already, for this press as well, and will be read as completely as is wanted.</summary>
        private bool IsCovered(StreamRow stream) =>
            stream.RequestId is not null && (stream.RequestedFull || !(order.Full || order.Shadow)) && (stream.RequestedShadow || !order.Shadow);

        /// <summary>What is left of the window that the last successful manual sync opened; never more than a whole one.</summary>
        private TimeSpan? RetryAfter() =>
            window is not { } length || order.Trigger != SyncTrigger.Manual || row.ManualWindowUntil - edit.Now is not { } left || left <= TimeSpan.Zero ? null
            : left < length ? left
            : length;

        private async Task<SyncRequestRow> AddAsync(CancellationToken ct)
        {
            var request = new SyncRequestRow
            {
                TenantId = row.TenantId,
                IntegrationId = row.Id,
                Trigger = order.Trigger,
                RequestedBy = edit.Actor.Name,
                RequestedAt = edit.Now,
                DataTypes = "",
                Status = RequestStatus.Queued,
            };
            edit.Db.SyncRequests.Add(request);
            await edit.Db.SaveChangesAsync(ct);
            return request;
        }

        private void Ask(StreamRow stream)
        {
            Wish.Add(stream, edit.Now, order.Trigger, order.Full || order.Shadow, order.Shadow);
            if (stream.DeniedPermission is not null)
            {
                // Asked for by name: the permission is checked now, not next week.
                stream.NotBefore = null;
            }
        }

        /// <summary>Whoever presses has perhaps just mended it. A waiting run (the vendor asked for a pause) and a wait for another data type stay as they are.</summary>
        private async Task TryNowAsync(List<StreamRow> wanted, CancellationToken ct)
        {
            var refused = await edit.Db.Partitions.Where(p => p.IntegrationId == edit.Id && p.Status != PartitionStatus.Connected).Select(p => p.Partition).ToListAsync(ct);
            foreach (var stream in wanted.Where(s => s is { NotBefore: not null, FaultKind: not null, DeniedPermission: null } && (!IsWaiting(s) || refused.Contains(s.Partition))))
            {
                stream.NotBefore = null;
            }

            if (order is { Trigger: SyncTrigger.Manual, DataTypes: null })
            {
                RecheckClients(refused);
            }

            await edit.Db.SaveChangesAsync(ct);
        }

        /// <summary>A client may have agreed to more since: one question tells of all that it is not permitted. Nobody waits for the answer, which may be no once more.</summary>
        private void RecheckClients(List<string> refused)
        {
            foreach (var denied in edit.Streams
                .Where(s => s is { Enabled: true, DeniedPermission: not null, Partition.Length: > 0 } && !refused.Contains(s.Partition)).DistinctBy(s => s.Partition))
            {
                (denied.NotBefore, denied.DueAt) = (edit.Now, edit.Now);
            }
        }

        /// <summary>One run that waits out a pause tells of all: the vendor counts the calls of the whole integration. A client's own pause is no other's.</summary>
        private DateTimeOffset? PausedUntil() =>
            edit.Streams.Where(s => s.Partition.Length == 0 && s.NotBefore > edit.Now && s.DeniedPermission is null && IsWaiting(s)).Min(s => s.NotBefore);

        private static bool IsWaiting(StreamRow stream) =>
            StoredJson.Read<PassState>(stream.IncrementalPass) is { RunId: not 0 } || StoredJson.Read<PassState>(stream.FullPass) is { RunId: not 0 };

        /// <summary>What another request still waits for stays with that one.</summary>
        private void Extend(SyncRequestRow request, List<StreamRow> unasked)
        {
            unasked.ForEach(s => s.RequestId = request.Id);
            var known = request.DataTypes.Split(',', StringSplitOptions.RemoveEmptyEntries);
            request.DataTypes = string.Join(',', known.Union(unasked.Select(s => s.DataType.Slug())));
            request.Full |= order.Full || order.Shadow;
            request.Shadow |= order.Shadow;
        }
    }
}

/// <summary>What a stream is asked for and the engine has not taken up; several wishes become one that grants them all.</summary>
internal static class Wish
{
    public static void Add(StreamRow stream, DateTimeOffset now, SyncTrigger trigger, bool full, bool shadow)
    {
        // A person's wish must not be what keeps the need of changed settings from outliving a pause.
        var keeps = stream.RequestedTrigger is SyncTrigger.Settings or SyncTrigger.Resync && trigger == SyncTrigger.Manual;
        stream.RequestedTrigger = keeps ? stream.RequestedTrigger : trigger;
        stream.RequestedAt = now;
        stream.RequestedFull |= full;
        stream.RequestedShadow |= shadow;
    }

    /// <summary>Changed settings need everything to be read; of what is off, once it is on.</summary>
    public static void Full(StreamRow stream, DateTimeOffset now)
    {
        if (stream.Enabled)
        {
            Add(stream, now, SyncTrigger.Settings, full: true, shadow: false);
        }
        else
        {
            stream.FullDueAt = now;
        }
    }
}
