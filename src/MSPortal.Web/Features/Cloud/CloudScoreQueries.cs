using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;

namespace MSPortal.Web.Features.Cloud;

/// <summary>How secure clients' settings are. One score for each connection of a company: they are not comparable by adding.</summary>
internal sealed class CloudScoreQueries(PortalDatabase database, CloudConnections connections)
{
    /// <summary>How far back the chart goes, from the latest score on.</summary>
    private static readonly TimeSpan Shown = TimeSpan.FromDays(180);

    /// <summary>Null when there is no such company or it may not be seen.</summary>
    /// <param name="connection">Only this one's, see <see cref="CloudConnection.Key"/>; null: all of the company's.</param>
    public async Task<IReadOnlyList<CloudScore>?> FindAsync(Sight sight, Guid company, string? connection, CancellationToken ct)
    {
        await using var db = database.Open(sight.TenantId);
        if (await connections.FindAsync(db, sight, company, ct) is not { } found)
        {
            return null;
        }

        var scores = new List<CloudScore>();
        foreach (var place in found.Chosen(connection))
        {
            scores.Add(await ReadAsync(db, place, ct));
        }

        return scores;
    }

    private static async Task<CloudScore> ReadAsync(PortalContext db, CloudConnection connection, CancellationToken ct)
    {
        var rows = db.Of<SecurityScoreRow>([connection], DataType.SecurityScores);
        var latest = await rows.OrderByDescending(s => s.At).ThenBy(s => s.ExternalId).Select(s => s.Payload).FirstOrDefaultAsync(ct) is { } payload ? Canonical.Read<SecurityScore>(payload) : null;
        var controls = (await db.Of<SecurityControlRow>([connection], DataType.SecurityControls).Select(c => c.Payload).ToListAsync(ct)).ConvertAll(Canonical.Read<SecurityControl>);
        var since = latest?.At - Shown;
        var points = latest is null ? [] : await rows.Where(s => s.At >= since).Select(s => new CloudScorePoint(s.At, s.Score, s.Highest)).ToListAsync(ct);
        var (open, done, elsewhere) = CloudScoring.Controls(latest, controls);
        return new CloudScore(connection, latest, CloudScoring.Change(points), CloudScoring.Daily(points), open, done, elsewhere);
    }
}
