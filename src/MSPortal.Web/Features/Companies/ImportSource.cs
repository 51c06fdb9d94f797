using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Integrations;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Companies;

/// <summary>Where the companies of an import come from, how fresh they are, and what keeps them from being so.</summary>
public sealed record ImportSource
{
    public required long Id { get; init; }
    public required string Name { get; init; }
    public required string Provider { get; init; }
    public required IntegrationStatus Status { get; init; }
    public string? StatusReason { get; init; }
    public string? StatusAdvice { get; init; }

    /// <summary>Whether companies are read at all.</summary>
    public bool IsEnabled { get; init; }

    /// <summary>Start of the newest complete read; null: never.</summary>
    public DateTimeOffset? ReadAt { get; init; }
    public DateTimeOffset? NotBefore { get; init; }
    public string? DeniedPermission { get; init; }
    public string? Fault { get; init; }

    /// <summary>A read was asked for that has not begun.</summary>
    public bool IsQueued { get; init; }

    /// <summary>A read is going on: how many companies so far, of how many when the vendor says so.</summary>
    public (long Read, long? Total)? Progress { get; init; }
    public int Known { get; init; }
    public int Linked { get; init; }
    public int Blocked { get; init; }

    /// <summary>Left out by the company filter.</summary>
    public int LeftOut { get; init; }

    /// <summary>How many came after people had made their choice and wait for one, since when, and when the youngest of them was stored.</summary>
    public (int Count, DateTimeOffset Since, DateTimeOffset Until)? New { get; init; }

    public bool IsReading => Progress is not null || IsQueued;
}

/// <summary>Answers what the import says above its list; cheap enough to be asked every other second.</summary>
internal sealed class ImportSourceQueries(PortalDatabase database)
{
    /// <summary>Null when there is no such integration.</summary>
    public async Task<ImportSource?> FindAsync(long tenantId, long integrationId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        if (await db.Integrations.AsNoTracking().FirstOrDefaultAsync(i => i.Id == integrationId, ct) is not { } integration)
        {
            return null;
        }

        var stream = await db.Streams.AsNoTracking().FirstOrDefaultAsync(s => s.IntegrationId == integrationId && s.DataType == DataType.Companies && s.Partition == "", ct);
        var live = stream?.LiveGeneration ?? 1;
        var run = await db.Runs.AsNoTracking()
            .Where(r => r.IntegrationId == integrationId && r.DataType == DataType.Companies && (r.Status == RunStatus.Running || r.Status == RunStatus.Waiting))
            .OrderByDescending(r => r.Id).Select(r => new { r.Read, r.Total }).FirstOrDefaultAsync(ct);
        var fresh = await NewCompanyMarks.FindAsync(db, integration, ct);
        return new ImportSource
        {
            Id = integration.Id,
            Name = integration.Name,
            Provider = integration.Provider,
            Status = integration.Status,
            StatusReason = integration.StatusReason,
            StatusAdvice = integration.StatusAdvice,
            IsEnabled = stream is { Enabled: true },
            ReadAt = stream?.LastCompleteAt,
            NotBefore = stream?.NotBefore,
            DeniedPermission = stream?.DeniedPermission,
            Fault = stream?.FaultSentence,
            IsQueued = stream?.RequestedAt is not null && integration.Status is IntegrationStatus.Active or IntegrationStatus.Error,
            Progress = run is null ? null : (run.Read, run.Total),
            Known = await db.ExternalCompanies.CountAsync(e => e.IntegrationId == integrationId && e.Partition == "" && e.Generation == live, ct),
            Linked = await db.CompanyLinks.CountAsync(l => l.IntegrationId == integrationId && l.Partition == "", ct),
            Blocked = await db.BlockedCompanies.CountAsync(b => b.IntegrationId == integrationId && b.Partition == "", ct),
            LeftOut = await db.Ledger.CountAsync(
                l => l.IntegrationId == integrationId && l.DataType == DataType.Companies && l.Partition == "" && l.Generation == live && l.State == LedgerState.OutOfScope && l.Reason != Blocking.Reason, ct),
            New = fresh is { Companies.Count: > 0 } ? (fresh.Companies.Count, fresh.Since, fresh.Companies.Max(c => c.StoredAt)) : null,
        };
    }
}
