using Microsoft.EntityFrameworkCore;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Notifications;

/// <summary>Keeps what people were told: one entry per trouble, from its beginning to its end, however many nodes look.</summary>
internal sealed class NotificationBook(PortalDatabase database, TimeProvider clock)
{
    /// <summary>What comes back within this time is the same trouble, and nobody is told anew.</summary>
    private static readonly TimeSpan Same = TimeSpan.FromHours(1);

    /// <summary>Brings the book to what is so now.</summary>
    public Task SettleAsync(long tenantId, IReadOnlyList<Trouble> troubles, CancellationToken ct) =>
        database.WriteAsync(tenantId, db => SettleAsync(db, tenantId, troubles, ct), ct);

    private async Task<bool> SettleAsync(PortalContext db, long tenantId, IReadOnlyList<Trouble> troubles, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (db.Database.IsNpgsql())
        {
            // Two nodes must not raise the same trouble.
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(7246773, {(int)tenantId})", ct);
        }

        var since = now - Same;
        var known = await db.Notifications.Where(n => n.EndedAt == null || n.EndedAt > since).OrderBy(n => n.Id).ToListAsync(ct);
        foreach (var over in known.Where(n => n.EndedAt is null && troubles.All(t => t.Key != n.Key)))
        {
            over.EndedAt = now;
            // Long ago: nobody is told of this end, and it keeps no other mail waiting.
            over.EndMailedAt = Troubles.EndsQuietly(over.Key) ? DateTimeOffset.UnixEpoch : null;
        }

        foreach (var trouble in troubles)
        {
            Raise(db, known.LastOrDefault(n => n.Key == trouble.Key), trouble, tenantId, now);
        }

        return true;
    }

    /// <summary>Those that last first, then the newest.</summary>
    public async Task<RecordPage<NotificationRow>> ListAsync(long tenantId, bool openOnly, int skip, int take, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var all = db.Notifications.AsNoTracking().Where(n => !openOnly || n.EndedAt == null);
        var rows = await all.OrderBy(n => n.EndedAt != null).ThenByDescending(n => n.RaisedAt).ThenByDescending(n => n.Id).Skip(skip).Take(take).ToListAsync(ct);
        return new RecordPage<NotificationRow>(rows, await all.CountAsync(ct));
    }

    /// <summary>How many began since the person last looked.</summary>
    public async Task<int> UnreadAsync(long tenantId, Guid userId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var seen = await SeenAsync(db, userId, ct);
        return await db.Notifications.CountAsync(n => n.Id > seen, ct);
    }

    /// <summary>The newest that the person has seen; 0 for none.</summary>
    public async Task<long> SeenAsync(long tenantId, Guid userId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        return await SeenAsync(db, userId, ct);
    }

    /// <summary>The person has seen everything that there is now.</summary>
    public async Task MarkSeenAsync(long tenantId, Guid userId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var newest = (await db.Notifications.MaxAsync(n => (long?)n.Id, ct) ?? 0).ToString(System.Globalization.CultureInfo.InvariantCulture);
        var key = Key(userId);
        if (await db.TenantSettings.Where(s => s.Key == key).ExecuteUpdateAsync(u => u.SetProperty(s => s.Value, newest), ct) == 0)
        {
            db.TenantSettings.Add(new TenantSetting { TenantId = tenantId, Key = key, Value = newest });
            await db.SaveChangesAsync(ct);
        }
    }

    private static void Raise(PortalContext db, NotificationRow? known, Trouble trouble, long tenantId, DateTimeOffset now)
    {
        if (known is null)
        {
            known = new NotificationRow { TenantId = tenantId, Key = trouble.Key, Sentence = "", Href = "", Label = "", RaisedAt = now };
            db.Notifications.Add(known);
        }
        else if (known.EndedAt is not null)
        {
            // Nobody is told of its end any more, and of its return neither.
            (known.EndedAt, known.EndMailedAt) = (null, null);
            known.Returns++;
        }

        (known.IntegrationId, known.IsGrave, known.Sentence, known.Advice, known.Href, known.Label) =
            (trouble.IntegrationId, trouble.IsGrave, trouble.Sentence, trouble.Advice, trouble.Href, trouble.Label);
    }

    private static async Task<long> SeenAsync(PortalContext db, Guid userId, CancellationToken ct)
    {
        var key = Key(userId);
        var value = await db.TenantSettings.Where(s => s.Key == key).Select(s => s.Value).FirstOrDefaultAsync(ct);
        return long.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out var id) ? id : 0;
    }

    private static string Key(Guid userId) => $"user:{userId}:notifications-seen";
}
