using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Features.Integrations;

namespace MSPortal.Web.Features.Companies;

/// <summary>What is done with the types.</summary>
public enum TypeAct
{
    Add,
    Remove,

    /// <summary>The companies then have these, and no others.</summary>
    Replace,
}

/// <param name="Types">By name, however it is capitalised; none with <see cref="TypeAct.Replace"/> takes all away.</param>
public sealed record TypeChange(TypeAct Act, IReadOnlyList<string> Types);

/// <summary>What a change would do.</summary>
/// <param name="Companies">Of those asked for that exist.</param>
/// <param name="Changing">Of these, to which it makes a difference.</param>
/// <param name="Gained">How many companies would get each type.</param>
/// <param name="Lost">How many would no longer have each.</param>
/// <param name="New">Types that no company has yet.</param>
public sealed record TypePlan(int Companies, int Changing, IReadOnlyDictionary<string, int> Gained, IReadOnlyDictionary<string, int> Lost, IReadOnlyList<string> New)
{
    /// <summary>The same for people.</summary>
    public IReadOnlyList<string> Sentences() =>
    [
        Changing == 0 ? "Nothing to change." : $"{Words.Count(Changing, "company changes", "companies change")}{(Changing < Companies ? $", {Companies - Changing:N0} stay as they are" : "")}.",
        .. Gained.Select(g => $"{Words.Count(g.Value, "company gets", "companies get")} “{g.Key}”{(New.Contains(g.Key, TypeTable.Same) ? ", a type that is new" : "")}."),
        .. Lost.Select(l => $"{Words.Count(l.Value, "company loses", "companies lose")} “{l.Key}”."),
    ];
}

/// <summary>Types that people give to companies; those that integrations say are read only and never touched here.</summary>
internal sealed class CompanyTypes(PortalDatabase database, TimeProvider clock)
{
    private const int MostTypes = 50;

    /// <summary>Says what <see cref="ChangeAsync"/> would do now.</summary>
    /// <exception cref="CompanyProblemException">A name will not do, or there is none.</exception>
    public async Task<TypePlan> PlanAsync(long tenantId, IReadOnlyCollection<Guid> companies, TypeChange change, CancellationToken ct)
    {
        var names = Clean(change);
        await using var db = database.Open(tenantId);
        var table = await TypeTable.LoadAsync(db, companies, ct);
        var (gained, lost, changing) = (new List<string>(), new List<string>(), 0);
        foreach (var company in table.Companies)
        {
            var (before, after) = (table.Of(company.Id), table.After(company.Id, change.Act, names));
            gained.AddRange(after.Except(before, TypeTable.Same));
            lost.AddRange(before.Except(after, TypeTable.Same));
            changing += before.SequenceEqual(after, TypeTable.Same) ? 0 : 1;
        }

        return new TypePlan(table.Companies.Count, changing, Count(gained), Count(lost), [.. gained.Distinct(TypeTable.Same).Where(table.IsNew)]);
    }

    /// <summary>Changes the types of these companies, as one operation with one undo; one that is gone by now is left out.</summary>
    /// <exception cref="CompanyProblemException">A name will not do, or there is none.</exception>
    public Task<OperationResult> ChangeAsync(IReadOnlyCollection<Guid> companies, TypeChange change, Actor actor, CancellationToken ct)
    {
        var names = Clean(change);
        return CompanyWork.RunAsync(database, clock, actor, async work =>
        {
            await work.HoldAsync(companies, ct);
            var table = await TypeTable.LoadAsync(work.Db, companies, ct);
            var changed = new List<TypesState>();
            foreach (var company in table.Companies)
            {
                if (table.Set(work, company, table.After(company.Id, change.Act, names)) is { } state)
                {
                    changed.Add(state);
                }
            }

            if (changed.Count == 0)
            {
                return new OperationResult(null, []);
            }

            var id = Guid.CreateVersion7(work.Now);
            var subject = changed is [var one] ? one.CompanyName : $"{changed.Count} companies";
            work.Audit(Action(change.Act), CompanyUndo.Kind, id.ToString(), subject, null, new OperationRecord { Types = changed });
            return new OperationResult(id, changed.ConvertAll(c => new RowResult("", c.CompanyName, RowOutcome.Changed, null, c.CompanyId, c.CompanyName)));
        }, ct);
    }

    private static string Action(TypeAct act) => act switch
    {
        TypeAct.Add => "companies.types_added",
        TypeAct.Remove => "companies.types_removed",
        _ => "companies.types_replaced",
    };

    private static SortedDictionary<string, int> Count(List<string> names) =>
        new(names.GroupBy(n => n, TypeTable.Same).ToDictionary(g => g.Key, g => g.Count()), StringComparer.OrdinalIgnoreCase);

    private static List<string> Clean(TypeChange change)
    {
        var names = (change.Types ?? []).Select(n => string.Join(' ', Canonical.Clean(n ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))).Distinct(TypeTable.Same).ToList();
        return names switch
        {
            [] when change.Act != TypeAct.Replace => throw new CompanyProblemException("Say at least one type.", field: "types"),
            { Count: > MostTypes } => throw new CompanyProblemException($"At most {MostTypes} types at once.", field: "types"),
            _ when names.Exists(n => n.Length == 0) => throw new CompanyProblemException("A type needs a name.", field: "types"),
            _ when names.Exists(n => n.Length > CompanyType.LongestName) => throw new CompanyProblemException($"A type's name has at most {CompanyType.LongestName} characters.", field: "types"),
            _ => names,
        };
    }
}
