using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;

namespace MSPortal.Storage.Sync;

/// <summary>An open ticket that names a status, board or type that is in no list tells that the lists are old: they are due at once.</summary>
internal static class UnknownNames
{
    /// <summary>Some vendors have tickets with names that are in no list of theirs; for those nobody reads the lists over and over.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(15);

    public static async Task TellAsync(Turn turn, PortalContext db, PageCommit page, CancellationToken ct)
    {
        var lists = page.Key with { DataType = DataType.Reference };
        var named = page.Changes.Rows.Select(r => r.Record).OfType<Ticket>().Where(t => !t.IsClosed).SelectMany(Names).Distinct().ToList();
        if (named.Count == 0 || await LiveAsync(turn, db, lists, ct) is not { } live)
        {
            return;
        }

        var items = db.Reference.Where(r => r.IntegrationId == lists.IntegrationId && r.Partition == lists.Partition && r.Generation == live);
        var ids = named.ConvertAll(n => ReferenceItem.Key(n.Kind, n.Id));
        var known = await items.Where(r => EF.Parameter(ids).Contains(r.ExternalId)).Select(r => r.ExternalId).ToListAsync(ct);
        var missing = named.Where(n => !known.Contains(ReferenceItem.Key(n.Kind, n.Id))).Select(n => n.Kind).Distinct().ToList();
        // A list that this vendor does not have will not have it next time either.
        if (missing.Count > 0 && await items.AnyAsync(r => EF.Parameter(missing).Contains(r.Kind), ct))
        {
            var stream = await turn.StreamAsync(db, lists, ct);
            stream.FullDueAt = turn.Now;
            stream.DueAt = stream.NotBefore > turn.Now ? stream.NotBefore.Value : turn.Now;
        }
    }

    /// <summary>The generation of the lists; null when they are not to be read (again) now.</summary>
    private static Task<int?> LiveAsync(Turn turn, PortalContext db, StreamKey lists, CancellationToken ct)
    {
        var since = turn.Now - Pause;
        return db.Streams
            .Where(s => s.IntegrationId == lists.IntegrationId && s.DataType == lists.DataType && s.Partition == lists.Partition
                && s.Enabled && s.DeniedPermission == null && s.LastCompleteAt != null && (s.LastAttemptAt == null || s.LastAttemptAt < since))
            .Select(s => (int?)s.LiveGeneration).FirstOrDefaultAsync(ct);
    }

    private static IEnumerable<(string Kind, string Id)> Names(Ticket ticket) =>
        new (string Kind, string? Id)[] { (ReferenceKinds.Status, ticket.StatusId), (ReferenceKinds.Container, ticket.ContainerId), (ReferenceKinds.Type, ticket.TypeId) }
            .Where(n => n.Id is not null).Select(n => (n.Kind, n.Id!));
}
