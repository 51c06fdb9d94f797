using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage;

namespace MSPortal.Web.Features.Companies;

/// <summary>
/// Companies that are new at the vendor: imported where people want it so, and told of otherwise. New is what is stored after
/// people made the first import: what they left out, unlinked or took back before stays theirs to decide.
/// </summary>
internal sealed class NewCompanies(PortalDatabase database, CompanyImport import, TimeProvider clock)
{
    /// <summary>The complete read that was looked at last, by integration; a look more or less changes nothing.</summary>
    private readonly ConcurrentDictionary<long, DateTimeOffset> looked = new();

    /// <summary>What waited when it was asked for last, by tenant and integration.</summary>
    private readonly ConcurrentDictionary<long, IReadOnlyDictionary<long, NewCompanyLook>> waited = new();

    /// <summary>To be called after the integration's turn; the answer is null when nothing was imported.</summary>
    public async Task<OperationResult?> LookAsync(long tenantId, long integrationId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var integration = await db.Integrations.Where(i => i.Id == integrationId).Select(i => new { i.Provider, i.CompanyFilter }).FirstOrDefaultAsync(ct);
        if (integration is null || !import.MayCreate(integration.Provider))
        {
            return null;
        }

        var filter = StoredChoice.Companies(integration.CompanyFilter);
        if (await NewCompanyMarks.ReadAsync(db, integrationId, filter.NewFrom, ct) is not { LastCompleteAt: { } read } stream
            || looked.GetValueOrDefault(integrationId) == read
            || !await db.CompanyLinks.AnyAsync(l => l.IntegrationId == integrationId, ct))
        {
            return null;
        }

        var latest = await NewCompanyMarks.LatestAsync(db, stream, ct);
        // A copy that was read anew is young as a whole, and nothing of it is known to be new.
        var known = filter.NewFrom?.Generation == stream.LiveGeneration ? filter.NewFrom : null;
        var seen = known?.Newest ?? known?.After;
        var isFresh = latest.After > seen;
        var result = isFresh && filter.ImportNew ? await import.ImportNewAsync(integrationId, seen!.Value, new Actor(tenantId, "MSPortal", null), ct) : null;
        // What could not be imported by itself waits for a person, too.
        var mark = isFresh ? known! with { Newest = latest.After } : known is { Newest: not null } ? known : latest;
        if (mark != filter.NewFrom)
        {
            await NewCompanyMarks.MoveAsync(db, integrationId, integration.CompanyFilter, mark, ct);
        }

        looked[integrationId] = read;
        return result?.OperationId is null ? null : result;
    }

    /// <summary>What waits for a choice, by integration. Where all is decided it stays so: what is unlinked or taken back later is not new again.</summary>
    public async Task<IReadOnlyList<NewCompanyList>> WaitingAsync(long tenantId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var before = waited.GetValueOrDefault(tenantId);
        var waiting = new Dictionary<long, NewCompanyLook>();
        foreach (var integration in await db.Integrations.AsNoTracking()
            .Where(i => i.WizardStep == null && (i.Status == IntegrationStatus.Active || i.Status == IntegrationStatus.Error) && i.CompanyFilter.Contains(NewCompanyMarks.Seen))
            .Where(i => db.CompanyLinks.Any(l => l.IntegrationId == i.Id)).OrderBy(i => i.Id).ToListAsync(ct))
        {
            if (await NewCompanyMarks.LookAsync(db, integration, before?.GetValueOrDefault(integration.Id), ct) is not { } look)
            {
                continue;
            }

            if (look.Found.Companies.Count > 0)
            {
                waiting.Add(integration.Id, look);
            }
            else if (StoredChoice.Companies(integration.CompanyFilter).NewFrom is { Newest: { } newest } mark)
            {
                await NewCompanyMarks.MoveAsync(db, integration.Id, integration.CompanyFilter, mark with { Since = newest, After = newest, Newest = null }, ct);
            }
        }

        waited[tenantId] = waiting;
        return [.. waiting.Values.Select(w => w.Found).OrderBy(f => f.IntegrationId)];
    }

    /// <summary>“Not now”: they stay in the list of the import, and nobody is told of them any more. The answer is how many.</summary>
    /// <param name="until">Only what was stored by then, since a person decides on what was shown; null: all.</param>
    /// <exception cref="CompanyProblemException">There is no such integration.</exception>
    public Task<int> DismissAsync(long integrationId, DateTimeOffset? until, Actor actor, CancellationToken ct) => CompanyWork.RunAsync(
        database,
        clock,
        actor,
        async work =>
        {
            var integration = await work.Db.Integrations.AsNoTracking().FirstOrDefaultAsync(i => i.Id == integrationId, ct) ?? throw CompanyProblemException.NoIntegration(integrationId);
            var found = await NewCompanyMarks.FindAsync(work.Db, integration, ct);
            var dismissed = found?.Companies.Where(c => !(c.StoredAt > until)).ToList() ?? [];
            if (dismissed.Count == 0)
            {
                return 0;
            }

            var last = dismissed.Max(c => c.StoredAt);
            var mark = StoredChoice.Companies(integration.CompanyFilter).NewFrom!;
            var next = mark with { Since = last, After = last, Newest = mark.Newest > last ? mark.Newest : null };
            if (!await NewCompanyMarks.MoveAsync(work.Db, integrationId, integration.CompanyFilter, next, ct))
            {
                throw new DbUpdateConcurrencyException("The company filter was changed meanwhile.");
            }

            work.Audit(
                "companies.new_dismissed", "integration", integrationId.ToString(CultureInfo.InvariantCulture), integration.Name,
                new { NewAfter = mark.After }, new { NewAfter = last, Companies = dismissed.Select(c => c.Name) });
            return dismissed.Count;
        },
        ct);
}
