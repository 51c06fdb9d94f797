using Microsoft.EntityFrameworkCore;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Companies;

/// <summary>The tenant's types, and which of them some companies have, as a transaction sees them.</summary>
internal sealed class TypeTable
{
    /// <summary>Two spellings are one type when they differ in capitals only.</summary>
    public static readonly StringComparer Same = StringComparer.OrdinalIgnoreCase;

    private readonly PortalContext db;
    private readonly Dictionary<string, CompanyType> byName;
    private readonly Dictionary<Guid, List<CompanyTyping>> typings;
    private readonly Dictionary<Guid, string> names;
    private readonly HashSet<Guid> used;

    private TypeTable(PortalContext db, List<Company> companies, List<CompanyType> types, List<CompanyTyping> typings, HashSet<Guid> used)
    {
        (this.db, this.used, Companies) = (db, used, companies);
        byName = types.ToDictionary(t => t.NormalizedName);
        names = types.ToDictionary(t => t.Id, t => t.Name);
        this.typings = typings.GroupBy(t => t.CompanyId).ToDictionary(g => g.Key, g => g.ToList());
    }

    /// <summary>By name.</summary>
    public IReadOnlyList<Company> Companies { get; }

    public static async Task<TypeTable> LoadAsync(PortalContext db, IReadOnlyCollection<Guid> ids, CancellationToken ct)
    {
        var companies = await db.Companies.Where(c => ids.Contains(c.Id)).OrderBy(c => c.NormalizedName).ThenBy(c => c.Id).ToListAsync(ct);
        var given = await db.CompanyTypings.Where(t => ids.Contains(t.CompanyId)).ToListAsync(ct);
        // Types last: none is ever deleted, so each that a company has is among them, without a transaction too.
        return new TypeTable(db, companies, await db.CompanyTypes.ToListAsync(ct), given, [.. await db.CompanyTypings.Select(t => t.TypeId).Distinct().ToListAsync(ct)]);
    }

    public static string Normalize(string name) => name.ToUpperInvariant();

    /// <summary>The company's types by name.</summary>
    public IReadOnlyList<string> Of(Guid company) => [.. Typings(company).Select(t => names[t.TypeId]).Order(Same)];

    public bool IsNew(string name) => !byName.TryGetValue(Normalize(name), out var type) || !used.Contains(type.Id);

    public IReadOnlyList<string> After(Guid company, TypeAct act, IReadOnlyList<string> wanted) => [.. (act switch
    {
        TypeAct.Add => Of(company).Union(wanted, Same),
        TypeAct.Remove => Of(company).Except(wanted, Same),
        _ => wanted,
    }).Order(Same)];

    /// <summary>Gives the company these types and no others; null when it has them already.</summary>
    public TypesState? Set(CompanyWork work, Company company, IReadOnlyList<string> wanted)
    {
        var before = Of(company.Id);
        if (before.SequenceEqual(wanted, Same))
        {
            return null;
        }

        var types = wanted.Select(Take).ToList();
        var had = Typings(company.Id);
        db.CompanyTypings.RemoveRange(had.Where(t => !types.Exists(w => w.Id == t.TypeId)));
        var gained = types.Where(w => !had.Exists(t => t.TypeId == w.Id)).Select(w => new CompanyTyping { TenantId = company.TenantId, CompanyId = company.Id, TypeId = w.Id }).ToList();
        db.CompanyTypings.AddRange(gained);
        typings[company.Id] = [.. had.Where(t => types.Exists(w => w.Id == t.TypeId)), .. gained];
        var state = new TypesState(company.Id, company.Name, before, Of(company.Id));
        work.AuditCompany("company.types_changed", company.Id, company.Name, new { Types = state.Before }, new { Types = state.After });
        return state;
    }

    private List<CompanyTyping> Typings(Guid company) => typings.GetValueOrDefault(company) ?? [];

    private CompanyType Take(string name)
    {
        if (!byName.TryGetValue(Normalize(name), out var type))
        {
            type = new CompanyType { Id = Guid.CreateVersion7(), TenantId = db.TenantId, Name = name, NormalizedName = Normalize(name) };
            db.CompanyTypes.Add(type);
            byName.Add(type.NormalizedName, type);
        }
        else if (!used.Contains(type.Id))
        {
            type.Name = name; // Nobody has it, so whoever uses it anew spells it.
        }

        used.Add(type.Id);
        names[type.Id] = type.Name;
        return type;
    }
}
