using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Storage;
using MSPortal.Storage.Integrations;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Companies;

/// <summary>One import on what the database holds within its transaction: each row is decided by itself, so that a bad one costs no other.</summary>
internal sealed class ImportRun(CompanyWork work, Integration integration, bool mayCreate)
{
    private readonly List<RowResult> results = [];
    private readonly List<(CompanyLink Link, string CompanyName, string ExternalName)> linked = [];
    private readonly List<Company> created = [];
    private List<ImportChoice> choices = [];
    private Dictionary<string, ExternalCompanyRow> rows = [];
    private Dictionary<string, Guid> links = [];
    private Dictionary<string, string> blocked = [];
    private Dictionary<Guid, Company> targets = [];
    private Dictionary<Guid, string> names = [];
    private ILookup<string, string> unlinkedNames = Enumerable.Empty<string>().ToLookup(n => n);

    /// <param name="chosen">Null: all that pass.</param>
    /// <param name="after">Of those, only what was stored later than this.</param>
    public async Task LoadAsync(IReadOnlyList<ImportChoice>? chosen, DateTimeOffset? after, CancellationToken ct)
    {
        var db = work.Db;
        var live = await ExternalNames.LiveAsync(db, integration.Id, DataType.Companies, ct);
        var all = db.ExternalCompanies.AsNoTracking().Where(e => e.IntegrationId == integration.Id && e.Partition == "" && e.Generation == live);
        if (chosen is not null)
        {
            var ids = chosen.Select(c => c.ExternalId).Distinct().ToList();
            targets = await work.HoldAsync([.. chosen.Where(c => c.CompanyId is not null).Select(c => c.CompanyId!.Value).Distinct()], ct);
            all = all.Where(e => ids.Contains(e.ExternalId));
        }

        await Blocking.HoldAsync(db, integration.Id, ct);
        rows = await all.ToDictionaryAsync(e => e.ExternalId, ct);
        links = await db.CompanyLinks.Where(l => l.IntegrationId == integration.Id && l.Partition == "").ToDictionaryAsync(l => l.ExternalId, l => l.CompanyId, ct);
        blocked = await db.BlockedCompanies.Where(b => b.IntegrationId == integration.Id && b.Partition == "").ToDictionaryAsync(b => b.ExternalId, b => b.Name, ct);
        var companies = await db.Companies.Select(c => new { c.Id, c.Name, c.NormalizedName }).ToListAsync(ct);
        names = companies.ToDictionary(c => c.Id, c => c.Name);
        var here = links.Values.ToHashSet();
        unlinkedNames = companies.Where(c => !here.Contains(c.Id)).ToLookup(c => c.NormalizedName, c => c.Name);

        // Always in the same order, so that two imports at once wait for each other instead of locking each other out.
        choices = [.. (chosen?.DistinctBy(c => c.ExternalId) ?? Passing(after)).OrderBy(c => c.ExternalId, StringComparer.Ordinal)];
    }

    private Integration Integration => integration;

    /// <summary>Does what was chosen in each of the runs, as one operation.</summary>
    public static async Task<OperationResult> ApplyAsync(CompanyWork work, IReadOnlyList<ImportRun> runs, string action, CancellationToken ct)
    {
        foreach (var run in runs)
        {
            run.choices.ForEach(run.Decide);
        }

        List<RowResult> said = [.. runs.SelectMany(r => r.results)];
        if (runs.All(r => r.linked.Count == 0))
        {
            return new OperationResult(null, said);
        }

        await work.Db.SaveChangesAsync(ct); // Gives the links their ids, which the undo needs.
        foreach (var first in runs.Where(r => r.links.Count == 0 && r.linked.Count > 0))
        {
            await NewCompanyMarks.BeginAsync(work.Db, first.Integration, ct);
        }

        var states = runs.SelectMany(r => r.linked).Select(l => CompanyWork.State(l.Link, l.CompanyName, l.ExternalName)).ToList();
        foreach (var state in states)
        {
            work.AuditCompany("company.linked", state.CompanyId, state.CompanyName, null, state);
        }

        var id = Guid.CreateVersion7(work.Now);
        var record = new OperationRecord { Created = [.. runs.SelectMany(r => r.created).Select(CompanyWork.State)], Linked = states };
        work.Audit(action, CompanyUndo.Kind, id.ToString(), string.Join(", ", runs.Where(r => r.linked.Count > 0).Select(r => r.Integration.Name)), null, record);
        return new OperationResult(id, said);
    }

    private IEnumerable<ImportChoice> Passing(DateTimeOffset? after)
    {
        var filter = StoredChoice.Companies(integration.CompanyFilter);
        return rows.Values
            .Where(r => !(r.CreatedAt <= after) && !r.IsDeleted && !r.Payload.Contains(CompanyImport.House, StringComparison.Ordinal) && !blocked.ContainsKey(r.ExternalId) && CompanyImport.Admits(filter, r.Payload))
            .Select(r => new ImportChoice(r.ExternalId));
    }

    private void Decide(ImportChoice choice)
    {
        if (blocked.TryGetValue(choice.ExternalId, out var kept))
        {
            results.Add(new RowResult(choice.ExternalId, kept, RowOutcome.Skipped, "It is blocked. Unblock it first.", null, null));
        }
        else if (!rows.TryGetValue(choice.ExternalId, out var row))
        {
            Say(choice.ExternalId, RowOutcome.Failed, "The integration has no such company (any more).");
        }
        else if (links.TryGetValue(choice.ExternalId, out var owner))
        {
            var name = names.GetValueOrDefault(owner);
            var same = choice.CompanyId is null || choice.CompanyId == owner;
            results.Add(new RowResult(
                row.ExternalId, row.Name, same ? RowOutcome.Skipped : RowOutcome.Failed, same ? "It is linked already." : $"It is linked to “{name}” already.", owner, name));
        }
        else if (choice.CompanyId is { } target)
        {
            Link(row, target);
        }
        else if (!mayCreate)
        {
            Say(row, RowOutcome.Skipped, "Companies of this service are only linked to companies that exist.");
        }
        else if (!choice.CreateAnyway && unlinkedNames[row.NormalizedName].FirstOrDefault() is { } twin)
        {
            Say(row, RowOutcome.Skipped, $"There is a company named “{twin}” already. Link it, or create another one of that name on purpose.");
        }
        else
        {
            Create(row);
        }
    }

    private void Link(ExternalCompanyRow row, Guid target)
    {
        if (targets.TryGetValue(target, out var company))
        {
            Link(row, company, RowOutcome.Linked);
        }
        else
        {
            Say(row, RowOutcome.Failed, "The company to link it to does not exist any more.");
        }
    }

    private void Create(ExternalCompanyRow row)
    {
        var name = CompanyInput.CleanText(row.Name) ?? string.Create(CultureInfo.InvariantCulture, $"Company {row.ExternalId}");
        var company = work.NewCompany(name);
        (company.Phone, company.Website, company.City) = (row.Phone, row.Website, row.City);
        company.IsActive = !row.IsInactive && !row.IsDeleted;
        created.Add(work.Add(company));
        Link(row, company, RowOutcome.Created);
    }

    private void Link(ExternalCompanyRow row, Company company, RowOutcome outcome)
    {
        var link = work.Add(company.Id, new ExternalKey(integration.Id, row.ExternalId, row.Partition));
        linked.Add((link, company.Name, row.Name));
        results.Add(new RowResult(row.ExternalId, row.Name, outcome, null, company.Id, company.Name));
    }

    private void Say(ExternalCompanyRow row, RowOutcome outcome, string reason) => results.Add(new RowResult(row.ExternalId, row.Name, outcome, reason));

    private void Say(string externalId, RowOutcome outcome, string reason) => results.Add(new RowResult(externalId, externalId, outcome, reason));
}
