using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Cloud;

/// <summary>What a client's connection has, in numbers; null stands for what was never read to the end.</summary>
/// <param name="Score">In per cent.</param>
/// <param name="ScoreChange">In points of a hundred over thirty days.</param>
public sealed record CloudFigures(int? Users, int? Enabled, int? Guests, CloudUnits? Licenses, decimal? Score, decimal? ScoreChange)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(90);

    public static readonly CloudFigures None = new(null, null, null, null, null, null);

    /// <summary>For each of these; the question is the same for one and for all of them.</summary>
    internal static async Task<IReadOnlyDictionary<string, CloudFigures>> ReadAsync(PortalContext db, IReadOnlyList<CloudConnection> connections, DateTimeOffset now, CancellationToken ct)
    {
        if (connections.Count == 0)
        {
            return new Dictionary<string, CloudFigures>();
        }

        var users = (await Rows<CloudUserRow>(db, connections)
            .GroupBy(u => new { u.IntegrationId, u.Partition, u.Generation })
            .Select(g => new { g.Key, All = g.Count(), Enabled = g.Count(u => u.IsEnabled == true), Guests = g.Count(u => u.IsGuest) }).ToListAsync(ct))
            .ToDictionary(g => (g.Key.IntegrationId, g.Key.Partition, g.Key.Generation), g => (g.All, g.Enabled, g.Guests));
        var licenses = (await LicensesAsync(db, connections, ct)).ToLookup(l => l.Connection.Key);
        var scores = await ScoresAsync(db, connections, now - Remembered, ct);
        return connections.ToDictionary(c => c.Key, c =>
        {
            var people = users.GetValueOrDefault((c.Integration.Id, c.Partition, c.Stream(DataType.CloudUsers)?.Generation ?? 0));
            var points = c.HasRead(DataType.SecurityScores) ? scores[c.Key].ToList() : [];
            return new CloudFigures(
                c.HasRead(DataType.CloudUsers) ? people.All : null,
                c.HasRead(DataType.CloudUsers) ? people.Enabled : null,
                c.HasRead(DataType.CloudUsers) ? people.Guests : null,
                c.HasRead(DataType.Licenses) ? CloudUnits.Of(licenses[c.Key]) : null,
                points.Count == 0 ? null : points.MaxBy(p => p.At).Percent,
                CloudScoring.Change(points));
        });
    }

    /// <summary>Of whole integrations when several are asked for: what is no one's of these is left out afterwards.</summary>
    private static IQueryable<TRow> Rows<TRow>(PortalContext db, IReadOnlyList<CloudConnection> connections)
        where TRow : RecordRow
    {
        var (ids, one) = (connections.Select(c => c.Integration.Id).Distinct().ToList(), connections.Count == 1 ? connections[0].Partition : null);
        var rows = db.Set<TRow>().AsNoTracking().Where(r => ids.Contains(r.IntegrationId));
        return one is null ? rows : rows.Where(r => r.Partition == one);
    }

    private static async Task<IEnumerable<CloudLicenseLine>> LicensesAsync(PortalContext db, IReadOnlyList<CloudConnection> connections, CancellationToken ct)
    {
        var rows = await Rows<CloudLicenseRow>(db, connections).Select(r => new { r.IntegrationId, r.Partition, r.Generation, r.Payload }).ToListAsync(ct);
        return from connection in connections
               join row in rows on (connection.Place, connection.Stream(DataType.Licenses)?.Generation) equals (new CloudPlace(row.IntegrationId, row.Partition), (int?)row.Generation)
               select new CloudLicenseLine(connection, Canonical.Read<CloudLicense>(row.Payload));
    }

    private static async Task<ILookup<string, CloudScorePoint>> ScoresAsync(PortalContext db, IReadOnlyList<CloudConnection> connections, DateTimeOffset since, CancellationToken ct)
    {
        // Only what the change is told by; of a client whose scores have long stopped, nothing that would be taken for today's.
        var rows = await Rows<SecurityScoreRow>(db, connections).Where(s => s.At >= since)
            .Select(s => new { s.IntegrationId, s.Partition, s.Generation, s.At, s.Score, s.Highest }).ToListAsync(ct);
        return (from connection in connections
                join row in rows on (connection.Place, connection.Stream(DataType.SecurityScores)?.Generation) equals (new CloudPlace(row.IntegrationId, row.Partition), (int?)row.Generation)
                select (connection.Key, Point: new CloudScorePoint(row.At, row.Score, row.Highest))).ToLookup(p => p.Key, p => p.Point);
    }
}
