using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Web.Access;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Cloud;

/// <summary>A client in the list of all.</summary>
/// <param name="Connection">Null for a company that is not connected.</param>
public sealed record CloudOverviewLine(Guid CompanyId, string Company, CloudConnection? Connection, CloudFigures Figures)
{
    public CloudStanding Standing => Connection?.Standing ?? CloudStanding.NotConnected;

    public int? Users => Figures.Users;

    public int? LicensesUsed => Figures.Licenses?.Used;

    public int? LicensesTotal => Figures.Licenses?.Total;

    public int? LicensesFree => Figures.Licenses?.Free;

    public decimal? Score => Figures.Score;

    /// <summary>The worst of its data types counts.</summary>
    public CloudStream? Oldest => Read.OrderByDescending(s => Rank(s.Freshness)).ThenBy(s => s.ReadAt).FirstOrDefault();

    public DateTimeOffset? ReadAt => Oldest?.ReadAt;

    /// <summary>Data types that the client's agreement does not include.</summary>
    public IReadOnlyList<CloudStream> Denied => [.. (Connection?.Streams ?? []).Where(s => s.DeniedPermission is not null)];

    private IEnumerable<CloudStream> Read => (Connection?.Streams ?? []).Where(s => s is { Enabled: true, DeniedPermission: null });

    private static int Rank(Freshness freshness) => freshness switch { Freshness.Fresh => 0, Freshness.Late => 1, Freshness.Stale => 2, _ => 3 };
}

/// <summary>What narrows the list of all clients, as people and programs write it.</summary>
public sealed record CloudOverviewParameters
{
    [FromQuery(Name = "q"), Description("Part of the company's name.")]
    public string? Search { get; init; }

    [FromQuery(Name = "status"), Description("connected, needs_consent, error, paused or not_connected; otherwise all that are connected in one way or another.")]
    public string? Status { get; init; }

    internal CloudStanding? Standing => Enum.GetValues<CloudStanding>().Where(s => CloudWords.Slug(s).Equals(Status?.Trim(), StringComparison.OrdinalIgnoreCase)).Select(s => (CloudStanding?)s).FirstOrDefault();

    internal bool IsUnknown => !string.IsNullOrWhiteSpace(Status) && Standing is null;

    internal FieldError Mistake => new("status", $"“{Status}” is no status. There are: {string.Join(", ", Enum.GetValues<CloudStanding>().Select(CloudWords.Slug))}.");

    internal IEnumerable<KeyValuePair<string, string?>> Pairs() =>
        new[] { KeyValuePair.Create("q", Search), KeyValuePair.Create("status", Status) }.Where(p => !string.IsNullOrWhiteSpace(p.Value));
}

/// <summary>What all clients are ordered by, in the words of addresses; what is not known comes last either way.</summary>
internal sealed record CloudOverviewSort(string Word, bool Descending)
{
    private static readonly (string Word, string Property, Func<CloudOverviewLine, IComparable?> Key)[] Columns =
    [
        ("company", nameof(CloudOverviewLine.Company), l => null), ("status", nameof(CloudOverviewLine.Standing), l => l.Standing), ("users", nameof(CloudOverviewLine.Users), l => l.Users),
        ("used", nameof(CloudOverviewLine.LicensesUsed), l => l.LicensesUsed), ("total", nameof(CloudOverviewLine.LicensesTotal), l => l.LicensesTotal),
        ("unused", nameof(CloudOverviewLine.LicensesFree), l => l.LicensesFree), ("score", nameof(CloudOverviewLine.Score), l => l.Score), ("read", nameof(CloudOverviewLine.ReadAt), l => l.ReadAt),
    ];

    public static CloudOverviewSort ByCompany { get; } = new("company", false);

    public static string Words { get; } = string.Join(", ", Columns.Select(c => c.Word));

    public static CloudOverviewSort? Parse(string text) =>
        Array.Find(Columns, c => c.Word.Equals(text.TrimStart('-'), StringComparison.OrdinalIgnoreCase)) is { Word: { } word } ? new(word, text.StartsWith('-')) : null;

    public static CloudOverviewSort? OfProperty(string? property, bool descending) => Array.Find(Columns, c => c.Property == property) is { Word: { } word } ? new(word, descending) : null;

    public override string ToString() => (Descending ? "-" : "") + Word;

    /// <summary>Keeps the order by name among equals.</summary>
    public IEnumerable<CloudOverviewLine> Of(IReadOnlyList<CloudOverviewLine> byName)
    {
        if (Word == ByCompany.Word)
        {
            return Descending ? byName.Reverse() : byName;
        }

        var key = Array.Find(Columns, c => c.Word == Word).Key;
        var known = byName.OrderBy(l => key(l) is null);
        return Descending ? known.ThenByDescending(key) : known.ThenBy(key);
    }
}

/// <summary>All clients beside each other.</summary>
internal sealed class CloudOverviewQuery(PortalDatabase database, CloudConnections connections, TimeProvider clock)
{
    public async Task<IReadOnlyList<CloudOverviewLine>> ListAsync(Sight sight, CloudOverviewParameters wanted, CloudOverviewSort sort, CancellationToken ct)
    {
        await using var db = database.Open(sight.TenantId);
        var all = await connections.AllAsync(db, sight, ct);
        var lines = wanted.Standing == CloudStanding.NotConnected
            ? await WithoutAsync(db, sight, all, ct)
            : await WithAsync(db, [.. all.Where(c => wanted.Standing is null || c.Standing == wanted.Standing)], ct);
        var text = CompanyName.Normalize(wanted.Search ?? "");
        return [.. sort.Of([.. lines.Where(l => CompanyName.Normalize(l.Company).Contains(text, StringComparison.Ordinal))])];
    }

    /// <summary>One company's connections, for its page.</summary>
    public async Task<(CloudCompany Company, IReadOnlyList<CloudOverviewLine> Lines)?> OfAsync(Sight sight, Guid company, CancellationToken ct)
    {
        await using var db = database.Open(sight.TenantId);
        return await connections.FindAsync(db, sight, company, ct) is { } found ? (found, await WithAsync(db, found.Connections, ct)) : null;
    }

    /// <summary>Clients that are connected and belong to no company, by the name that the vendor gives them: nobody sees anything of them.</summary>
    public async Task<IReadOnlyList<string>> OrphansAsync(long tenantId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        return await db.Partitions
            .Where(p => !db.CompanyLinks.Any(l => l.IntegrationId == p.IntegrationId && l.Partition == "" && l.ExternalId == p.Partition))
            .OrderBy(p => p.Name).ThenBy(p => p.Partition).Select(p => p.Name).ToListAsync(ct);
    }

    private async Task<IReadOnlyList<CloudOverviewLine>> WithAsync(PortalContext db, IReadOnlyList<CloudConnection> some, CancellationToken ct)
    {
        var figures = await CloudFigures.ReadAsync(db, some, clock.GetUtcNow(), ct);
        return [.. some.Select(c => new CloudOverviewLine(c.CompanyId, c.Company, c, figures[c.Key]))];
    }

    private static async Task<IReadOnlyList<CloudOverviewLine>> WithoutAsync(PortalContext db, Sight sight, IReadOnlyList<CloudConnection> all, CancellationToken ct)
    {
        var connected = all.Select(c => c.CompanyId).ToHashSet();
        var companies = sight.Client is not null ? [] : await sight.Of(db.Companies).Where(c => c.IsActive).OrderBy(c => c.NormalizedName).ThenBy(c => c.Id).Select(c => new { c.Id, c.Name }).ToListAsync(ct);
        return [.. companies.Where(c => !connected.Contains(c.Id)).Select(c => new CloudOverviewLine(c.Id, c.Name, null, CloudFigures.None))];
    }
}
