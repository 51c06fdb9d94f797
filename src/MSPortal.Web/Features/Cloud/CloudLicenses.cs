using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Cloud;

/// <summary>A product that a client has, with what is left of it.</summary>
public sealed record CloudLicenseLine(CloudConnection Connection, CloudLicense Record)
{
    /// <summary>Vendors give trial and free products out by the ten thousand; nobody runs out of these, and nobody saves by giving them back.</summary>
    private const int AsGoodAsUnlimited = 10_000;

    /// <summary>Units that work: what has ended still does for a while.</summary>
    public int Total => Record.Enabled + Record.Warning;

    public int Used => Record.Used;

    public int Free => Math.Max(0, Total - Used);

    /// <summary>Units that are given out and not there.</summary>
    public int Over => Math.Max(0, Used - Total);

    public bool IsUnlimited => Total >= AsGoodAsUnlimited && Used < Total / 10;

    /// <summary>It is given to persons and somebody pays for each, so that its numbers belong into sums.</summary>
    public bool Counts => !Record.IsForCompany && !IsUnlimited;
}

/// <summary>What was bought, of one client or of several together.</summary>
/// <param name="Over">Given out and not there, of all products: what is free of one is no help to another.</param>
public sealed record CloudUnits(int Used, int Total, int Free, int Over)
{
    public static CloudUnits Of(IEnumerable<CloudLicenseLine> lines)
    {
        var counted = lines.Where(l => l.Counts).ToList();
        return new(counted.Sum(l => l.Used), counted.Sum(l => l.Total), counted.Sum(l => l.Free), counted.Sum(l => l.Over));
    }
}

/// <summary>Reads products. A client has a few dozen at most.</summary>
internal static class CloudLicenses
{
    /// <summary>By name; those for the whole client last.</summary>
    public static async Task<IReadOnlyList<CloudLicenseLine>> ReadAsync(PortalContext db, IReadOnlyList<CloudConnection> connections, CancellationToken ct)
    {
        var rows = await db.Of<CloudLicenseRow>(connections, DataType.Licenses).Select(r => new { r.IntegrationId, r.Partition, r.Payload }).ToListAsync(ct);
        var byPlace = connections.ToDictionary(c => c.Place);
        return
        [
            .. rows.Select(r => new CloudLicenseLine(byPlace[new(r.IntegrationId, r.Partition)], Canonical.Read<CloudLicense>(r.Payload)))
                .OrderBy(l => l.Record.IsForCompany).ThenBy(l => l.Record.Name, StringComparer.InvariantCultureIgnoreCase).ThenBy(l => l.Record.ExternalId, StringComparer.Ordinal),
        ];
    }
}
