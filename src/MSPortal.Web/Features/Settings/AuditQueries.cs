using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Settings;

/// <summary>Which entries are wanted; what is null is not asked for.</summary>
/// <param name="Text">Part of who, what, whom or the values before and after; upper and lower case are alike.</param>
/// <param name="From">From this moment on.</param>
/// <param name="Before">Up to, but not including, this moment.</param>
internal sealed record AuditFilter(string? Text = null, string? Action = null, string? Actor = null, DateTimeOffset? From = null, DateTimeOffset? Before = null);

/// <summary>Finds entries of the audit log, the newest first.</summary>
internal sealed class AuditQueries(PortalDatabase database)
{
    private const int ExportBatch = 1000;

    public async Task<RecordPage<AuditEntry>> ListAsync(long tenantId, AuditFilter filter, int skip, int take, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var wanted = Where(db.Audit.AsNoTracking(), filter);
        var total = await wanted.Take(RecordCount.Cap + 1).CountAsync(ct);
        return new RecordPage<AuditEntry>(await wanted.OrderByDescending(a => a.Id).Skip(skip).Take(take).ToListAsync(ct), total);
    }

    /// <summary>Every action and actor that there is, for the filters.</summary>
    public async Task<(IReadOnlyList<string> Actions, IReadOnlyList<string> Actors)> ChoicesAsync(long tenantId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var actions = await db.Audit.Select(a => a.Action).Distinct().ToListAsync(ct);
        var actors = await db.Audit.Select(a => a.Actor).Distinct().ToListAsync(ct);
        return ([.. actions.Order(StringComparer.Ordinal)], [.. actors.Order(StringComparer.OrdinalIgnoreCase)]);
    }

    /// <summary>All of them, a batch at a time, so that an export of years needs no memory.</summary>
    public async IAsyncEnumerable<AuditEntry> AllAsync(long tenantId, AuditFilter filter, [EnumeratorCancellation] CancellationToken ct)
    {
        var below = long.MaxValue;
        while (true)
        {
            await using var db = database.Open(tenantId);
            var batch = await Where(db.Audit.AsNoTracking(), filter).Where(a => a.Id < below).OrderByDescending(a => a.Id).Take(ExportBatch).ToListAsync(ct);
            foreach (var entry in batch)
            {
                yield return entry;
            }

            if (batch.Count < ExportBatch)
            {
                yield break;
            }

            below = batch[^1].Id;
        }
    }

    private static IQueryable<AuditEntry> Where(IQueryable<AuditEntry> entries, AuditFilter filter)
    {
        if (!string.IsNullOrWhiteSpace(filter.Text))
        {
            var text = $"%{Escaped(filter.Text.Trim().ToLowerInvariant())}%";
#pragma warning disable CA1304, CA1311, MA0011 // No culture is asked: this becomes lower() in SQL.
            entries = entries.Where(a =>
                EF.Functions.Like(a.Actor.ToLower(), text, "\\") || EF.Functions.Like(a.Action.ToLower(), text, "\\")
                || EF.Functions.Like(a.SubjectName!.ToLower(), text, "\\") || EF.Functions.Like(a.SubjectKind.ToLower(), text, "\\")
                || EF.Functions.Like(a.Before!.ToLower(), text, "\\") || EF.Functions.Like(a.After!.ToLower(), text, "\\")
                || a.From == filter.Text.Trim());
#pragma warning restore CA1304, CA1311, MA0011
        }

        if (filter.Action is { Length: > 0 } action)
        {
            entries = entries.Where(a => a.Action == action);
        }

        if (filter.Actor is { Length: > 0 } actor)
        {
            entries = entries.Where(a => a.Actor == actor);
        }

        if (filter.From is { } from)
        {
            entries = entries.Where(a => a.At >= from);
        }

        return filter.Before is { } before ? entries.Where(a => a.At < before) : entries;
    }

    private static string Escaped(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
}
