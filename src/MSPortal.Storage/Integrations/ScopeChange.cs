using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;

namespace MSPortal.Storage.Integrations;

/// <summary>Ticket Settings: what they leave out goes at once, what they add is read at once.</summary>
internal sealed class ScopeChange(PortalDatabase database, TimeProvider clock)
{
    public async Task RunAsync(long integrationId, TicketScope? seen, TicketScope scope, Actor actor, CancellationToken ct)
    {
        var (stored, older, streams) = await StoreAsync(integrationId, seen, scope, actor, ct);
        // Also when nothing was changed: the last hiding may have been broken off, and saving once more is how a person mends that.
        var leaving = new TicketsLeaving(older, scope, clock.GetUtcNow());
        await Leaving.ThroughAsync(streams, DataType.Tickets, (stream, generation, after) => IntegrationEdit.RunAsync(
            database,
            clock,
            integrationId,
            actor,
            // Someone has changed the settings again: theirs count.
            edit => edit.Row.Scope == stored ? HideAsync(edit, leaving, stream.Partition, generation, after) : Task.FromResult<string?>(null),
            // The settings are stored: whoever asked may leave, the tickets go all the same.
            CancellationToken.None));
    }

    public async Task<ScopePreview> PreviewAsync(long tenantId, long integrationId, TicketScope scope, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var row = await db.Integrations.AsNoTracking().SingleOrDefaultAsync(i => i.Id == integrationId, ct) ?? throw IntegrationEdit.NotFound(integrationId);
        var older = StoredChoice.Tickets(row.Scope);
        var leaving = new TicketsLeaving(older, scope, clock.GetUtcNow());
        long hidden = 0, open = 0;
        var streams = await db.Streams.AsNoTracking().Where(s => s.IntegrationId == integrationId && s.DataType == DataType.Tickets).ToListAsync(ct);
        foreach (var (partition, generation) in streams.Select(s => (s.Partition, s.LiveGeneration)))
        {
            var live = db.Tickets.AsNoTracking().Where(t => t.IntegrationId == integrationId && t.Partition == partition && t.Generation == generation);
            hidden += await live.LongCountAsync(leaving.Surely, ct);
            open += await live.Where(leaving.Surely).LongCountAsync(t => !t.IsClosed, ct);
            await foreach (var payload in live.Where(leaving.Perhaps).Select(t => t.Payload).AsAsyncEnumerable().WithCancellation(ct))
            {
                hidden += leaving.Verdict(Canonical.Read<Ticket>(payload)) == ScopeVerdict.Kept ? 0 : 1;
            }
        }

        return new ScopePreview(hidden, open, Reads(scope, older));
    }

    private Task<(string Stored, TicketScope Older, IReadOnlyList<StreamRow> Streams)> StoreAsync(
        long integrationId, TicketScope? seen, TicketScope scope, Actor actor, CancellationToken ct) =>
        IntegrationEdit.RunAsync<(string, TicketScope, IReadOnlyList<StreamRow>)>(
            database,
            clock,
            integrationId,
            actor,
            async edit =>
            {
                var (older, before) = (edit.Scope, edit.Row.Scope);
                if (seen is not null && StoredJson.Write(seen) != StoredJson.Write(older))
                {
                    throw new ActionRefusedException("Somebody else has changed the ticket settings meanwhile. Look at them again, then save.");
                }

                edit.Row.Scope = StoredJson.Write(scope);
                if (edit.Row.Scope != before)
                {
                    edit.Audit("integration.ticket_settings_changed", older, scope);
                }

                if (scope.SelectsLike(older))
                {
                    return (edit.Row.Scope, older, edit.Streams);
                }

                await CutOff.InterruptAsync(edit, $"{edit.Actor.Name} changed the ticket settings.", ct);
                var adds = Reads(scope, older);
                foreach (var stream in edit.Streams.Where(s => s.DataType == DataType.Tickets))
                {
                    ReadAnew(edit, stream, adds);
                }

                return (edit.Row.Scope, older, edit.Streams);
            },
            ct);

    /// <summary>Also when a group is left out: what was stored before groups were known says nothing of its own.</summary>
    private static bool Reads(TicketScope scope, TicketScope older) => scope.AddsTo(older) || scope.ExcludedGroups.Except(older.ExcludedGroups).Any();

    private static void ReadAnew(IntegrationEdit edit, StreamRow stream, bool adds)
    {
        // A half-read pass was chosen by the old settings.
        CutOff.Passes(stream, pass => pass is { Kind: PassKind.Full, Phase: PassPhase.Reading } ? pass with { Restart = true } : pass);
        if (adds)
        {
            Wish.Full(stream, edit.Now);
        }
    }

    private static async Task<string?> HideAsync(
        IntegrationEdit edit, TicketsLeaving leaving, string partition, int generation, string? after)
    {
        var sequence = await Leaving.NextSequenceAsync(edit.Db, edit.Id, DataType.Tickets, CancellationToken.None);
        var rows = await edit.Db.Tickets
            .Where(t => t.IntegrationId == edit.Id && t.Partition == partition && t.Generation == generation)
            .Where(leaving.Concerned)
            .NextBatch(after)
            .ToListAsync(CancellationToken.None);
        var gone = new List<(string Id, string Reason)>();
        foreach (var row in rows)
        {
            var ticket = Canonical.Read<Ticket>(row.Payload);
            if (leaving.Verdict(ticket) is not ScopeVerdict.Kept and var verdict)
            {
                gone.Add((row.ExternalId, verdict.ToString()));
            }
            else if (row.IsClosed != leaving.Scope.CountsAsClosed(ticket))
            {
                (row.IsClosed, row.ChangedAt) = (!row.IsClosed, edit.Now);
            }
        }

        await Leaving.RemoveAsync<TicketRow>(edit.Db, edit.Id, sequence, DataType.Tickets, partition, generation, gone, CancellationToken.None);
        await Leaving.RemoveNotesAsync(edit, partition, [.. gone.Select(g => g.Id)], CancellationToken.None);
        return rows.Count == Leaving.Batch ? rows[^1].ExternalId : null;
    }
}
