using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Histories.Clockwork;
using MSPortal.Histories.Judgement;
using MSPortal.Histories.Plan;
using MSPortal.Histories.Portal;
using MSPortal.Histories.Vendors;
using MSPortal.Storage.Model;

namespace MSPortal.Histories;

internal sealed partial class HistoryRun
{
    /// <summary>Longer than every back-off and every interval of the streams that are compared.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(75);

    /// <summary>The faults are over: first changes, then one complete read have to make everything good, with a person who confirms what is held.</summary>
    private async Task EndAsync()
    {
        ambushes.Clear();
        Heal();
        await StandUpAsync();
        var healed = Moments.Stored(clock.Now);
        Press(new Press(Button.SyncNow, 0));
        await SettleAsync(s => s.Progress.LastCompleteAt >= healed || judge.IsPerParent(s.Key.DataType));
        Look();
        ExpectComplete(healed);
        await BurstAsync();

        if (history.World.WaitsForNight)
        {
            await LiveAsync(TimeSpan.FromHours(42));
        }
        else
        {
            Press(new Press(Button.ReadAll, 0));
        }

        // What was held, and what the released removals leave to be read, takes a round or two.
        for (var round = 0; round < 3; round++)
        {
            await SettleAsync(s => s.Request is null && s.Progress is { Incremental: null, Full: null or { Phase: PassPhase.Held, ReleasedBy: null } });
            Decide(release: true);
        }

        await FollowedAsync();
        Look(last: true);
        Pump.AtOnce(CompareAsync);
        Pump.AtOnce(CompareInboxAsync);
        ThrowIfWrong();
    }

    /// <summary>Lets time pass until every data type is as far as that, at most as long as any back-off lasts.</summary>
    private async Task SettleAsync(Func<StreamState, bool> isSettled)
    {
        var until = clock.Now + Settling;
        do
        {
            await LiveAsync(TimeSpan.FromMinutes(2));
        }
        while (clock.Now < until && Pump.AtOnce(StreamsAsync).Any(s => s.Enabled && !isSettled(s)));
    }

    private Task<IReadOnlyList<StreamState>> StreamsAsync() => store.StreamsAsync(Databases.Tenant, integrationId, default);

    /// <summary>A person sets right what only a person can: credentials, a pause, a stop.</summary>
    private async Task StandUpAsync()
    {
        for (var i = 0; i < processes.Length; i++)
        {
            processes[i].DatabaseFails = false;
            if (processes[i].IsDead)
            {
                processes[i] = New(processes[i].Name, processes[i].Life + 1);
            }
        }

        await LiveAsync(TimeSpan.FromMinutes(3));
        for (var tries = 0; tries < 3; tries++)
        {
            var state = Pump.AtOnce(() => store.IntegrationAsync(Databases.Tenant, integrationId, default))!;
            if (state.Status == IntegrationStatus.Disconnected || state.Settings is null)
            {
                Press(new Press(Button.Reconnect, 0));
            }
            else if (state.Status is IntegrationStatus.Paused or IntegrationStatus.Stopped)
            {
                Press(new Press(Button.Resume, 0));
            }
            else
            {
                break;
            }

            await Task.WhenAll(background);
        }

        // A vendor that asked for a pause of half an hour is asked again only after it.
        for (var tries = 0; tries < 20 && Pump.AtOnce(StreamsAsync).FirstOrDefault(s => s.Enabled && s.Progress.DeniedPermission is not null) is { } denied; tries++)
        {
            // What one client did not permit is asked for again when somebody wants it.
            Press(new Press(denied.Key.Partition.Length > 0 ? Button.SyncNow : Button.Recheck, 0));
            await Task.WhenAll(background);
            await LiveAsync(TimeSpan.FromMinutes(2));
        }

        background.Clear();
    }

    private void ExpectComplete(DateTimeOffset healed)
    {
        foreach (var stream in Pump.AtOnce(StreamsAsync).Where(s => s.Enabled && !judge.IsPerParent(s.Key.DataType)))
        {
            if (!(stream.Progress.LastCompleteAt >= healed) && !(stream.Key.DataType == DataType.Tickets && judge.Scope.SelectsNothing))
            {
                Fail($"{stream.Key.DataType.Slug()}: nothing has been wrong since {healed:HH:mm:ss.fffffff}, but the newest complete read began at {stream.Progress.LastCompleteAt:HH:mm:ss.fffffff} ({stream.Progress.FaultKind}: {stream.Progress.FaultSentence}; due {stream.Progress.DueAt:dd HH:mm:ss}).");
            }
        }

        ThrowIfWrong();
    }

    private async Task CompareAsync()
    {
        var shown = await Shown.ReadAsync(database, store, integrationId, 0);
        foreach (var stream in shown.Streams.Where(s => s.Enabled))
        {
            Compare(shown, stream.Key);
        }

        await using var db = database.Open(Databases.Tenant);
        var open = shown.Runs.Where(r => r.Status is RunStatus.Running or RunStatus.Waiting).ToList();
        Fail(open.Count > 0 ? $"runs are left open: {string.Join(", ", open.Select(r => $"{r.Id} {r.DataType.Slug()} {r.Status}"))}." : null);
        var requests = await db.SyncRequests.AsNoTracking().Where(r => r.Status == RequestStatus.Queued || r.Status == RequestStatus.Running).Select(r => r.Id).ToListAsync();
        Fail(requests.Count > 0 ? $"requests are left open: {string.Join(", ", requests)}." : null);
        // What is turned off is not read again, and stays as it was.
        var aside = shown.Quarantined.Where(q => shown.Streams.Any(s => s.Enabled && s.Key.DataType == q.Type && q.Id.StartsWith(ClientIds.Of(s.Key.Partition, ""), StringComparison.Ordinal))).ToList();
        Fail(aside.Count > 0 ? $"records are still kept aside: {string.Join(", ", aside.Select(q => $"{q.Type.Slug()} {q.Id}"))}." : null);
        var held = shown.Streams.Where(s => s.Progress.Full is { Phase: PassPhase.Held }).Select(s => s.Key.DataType.Slug()).ToList();
        Fail(held.Count > 0 ? $"removals are still held although a person let them through: {string.Join(", ", held)}." : null);
        var linked = await db.CompanyLinks.AsNoTracking().Select(l => l.ExternalId).ToListAsync();
        Fail(linked.ToHashSet().SetEquals(links.Keys) ? null : $"linked are {Shown.Words(linked)} and not {Shown.Words(links.Keys)}.");
        await CompareNeighbourAsync();
    }

    private void Compare(Shown shown, StreamKey stream)
    {
        var type = stream.DataType;
        var expected = vendor.Tell(type).Where(f => f.Value.Client == stream.Partition && judge.InScope(type, f.Value, shown, clock.Now)).ToDictionary(f => f.Key, f => f.Value.Line);
        var ours = shown.Records[type].Where(r => r.Value.Client == stream.Partition).ToDictionary(r => r.Key, r => vendor.Line(type, r.Value.Payload));
        if (expected.Keys.Except(ours.Keys).ToList() is { Count: > 0 } lost)
        {
            Fail($"{type.Slug()}: missing {Shown.Words(lost)}.");
        }

        if (ours.Keys.Except(expected.Keys).ToList() is { Count: > 0 } ghosts)
        {
            Fail($"{type.Slug()}: too many {Shown.Words(ghosts)}.");
        }

        if (expected.Keys.Where(id => ours.GetValueOrDefault(id) is { } line && line != expected[id]).ToList() is { Count: > 0 } different)
        {
            Fail($"{type.Slug()}: different {Shown.Words(different)}: {ours[different[0]]} instead of {expected[different[0]]}.");
        }
    }

    private async Task CompareNeighbourAsync()
    {
        await using var db = database.Open(Databases.Neighbour);
        var tickets = await db.Tickets.AsNoTracking().Select(t => t.ExternalId + " " + t.Summary).ToListAsync();
        var streams = await db.Streams.AsNoTracking().Select(s => new { s.ReadSequence, s.LastAttemptAt, s.LastCompleteAt }).ToListAsync();
        var runs = await db.Runs.AsNoTracking().CountAsync();
        Fail(tickets is ["1 The neighbour's"] && streams is [{ ReadSequence: 0, LastAttemptAt: null, LastCompleteAt: null }] && runs == 0
            ? null
            : $"another tenant was touched: tickets {string.Join(", ", tickets)}, {streams.Count} streams, {runs} runs.");
    }
}
