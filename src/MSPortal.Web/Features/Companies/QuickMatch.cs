using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Storage;

namespace MSPortal.Web.Features.Companies;

/// <summary>A link that might be right; nothing is linked by it.</summary>
/// <param name="Confidence">40–100 %.</param>
/// <param name="Why">What speaks for it, or what makes it doubtful.</param>
/// <param name="IsSure">May be preselected: 90 % and more, and nothing else claims either side.</param>
public sealed record MatchProposal(string ExternalId, string ExternalName, Guid CompanyId, string CompanyName, int Confidence, string Why, bool IsSure)
{
    /// <summary>Where the slider stands at first.</summary>
    public const int DefaultConfidence = 70;
}

/// <summary>A proposal and where it comes from.</summary>
public sealed record SourceProposal(CompanySource Source, MatchProposal Match)
{
    public ExternalKey Key => new(Source.Id, Match.ExternalId);
}

/// <summary>Proposes which of an integration's external companies are which companies: by cross-references first, then by names.</summary>
internal sealed class QuickMatch(PortalDatabase database)
{
    /// <summary>Two candidates this close are a toss-up.</summary>
    private const int Close = 4;

    /// <summary>One proposal per external company that is neither linked, blocked nor deleted, surest first.</summary>
    /// <exception cref="CompanyProblemException">There is no such integration.</exception>
    public async Task<IReadOnlyList<MatchProposal>> ProposeAsync(long tenantId, long integrationId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var provider = await db.Integrations.Where(i => i.Id == integrationId).Select(i => i.Provider).FirstOrDefaultAsync(ct)
            ?? throw CompanyProblemException.NoIntegration(integrationId);
        var live = await ExternalNames.LiveAsync(db, integrationId, DataType.Companies, ct);
        var open = await db.ExternalCompanies.AsNoTracking()
            .Where(e => e.IntegrationId == integrationId && e.Partition == "" && e.Generation == live && !e.IsDeleted)
            .Where(e => !db.CompanyLinks.Any(l => l.IntegrationId == integrationId && l.Partition == "" && l.ExternalId == e.ExternalId))
            .Where(e => !db.BlockedCompanies.Any(b => b.IntegrationId == integrationId && b.Partition == "" && b.ExternalId == e.ExternalId))
            .OrderBy(e => e.NormalizedName)
            .Select(e => new Candidate(e.ExternalId, e.Name, e.Website, e.Payload))
            .ToListAsync(ct);

        // A company that has its link here already would only be matched with its own twin.
        var companies = await db.Companies.AsNoTracking()
            .Where(c => c.IsActive && !db.CompanyLinks.Any(l => l.CompanyId == c.Id && l.IntegrationId == integrationId))
            .OrderBy(c => c.NormalizedName)
            .Select(c => new Target(c.Id, c.Name, c.Website))
            .ToListAsync(ct);
        if (open.Count == 0 || companies.Count == 0)
        {
            return [];
        }

        var references = await CrossReferences.ReadAsync(db, integrationId, provider, ct);
        return Judge(open, companies, references);
    }

    /// <summary>Those of several integrations, surest first.</summary>
    /// <exception cref="CompanyProblemException">There is no such integration.</exception>
    public async Task<IReadOnlyList<SourceProposal>> ProposeAsync(long tenantId, IEnumerable<CompanySource> sources, CancellationToken ct)
    {
        List<SourceProposal> all = [];
        foreach (var source in sources)
        {
            all.AddRange((await ProposeAsync(tenantId, source.Id, ct)).Select(match => new SourceProposal(source, match)));
        }

        return [.. all.OrderByDescending(p => p.Match.Confidence).ThenBy(p => p.Match.ExternalName, StringComparer.OrdinalIgnoreCase)];
    }

    private static List<MatchProposal> Judge(List<Candidate> open, List<Target> companies, CrossReferences references)
    {
        var matcher = new NameMatcher(companies.ConvertAll(c => MatchName.Of(c.Name)));
        var byId = companies.ToDictionary(c => c.Id);
        var byDomain = companies.Where(c => MatchName.DomainOf(c.Website) is not null).ToLookup(c => MatchName.DomainOf(c.Website)!);
        var found = new List<(MatchProposal Proposal, bool Doubtful)>();
        foreach (var external in open)
        {
            if (references.Find(external.ExternalId, external.Payload) is { } id && byId.TryGetValue(id, out var named))
            {
                found.Add((Proposal(external, named, 100, "Cross-reference"), false));
                continue;
            }

            var best = Rank(external, companies, matcher, byDomain);
            if (best.Count > 0)
            {
                var tossUp = best.Count > 1 && best[0].Confidence - best[1].Confidence < Close;
                found.Add((Proposal(external, best[0].Company, best[0].Confidence, tossUp ? $"{best[0].Why}, but so is “{best[1].Company.Name}”" : best[0].Why), tossUp));
            }
        }

        // Two external companies that both look like one company: at most one of them is.
        var claims = found.Where(f => f.Proposal.Confidence >= NameMatcher.Sure).ToLookup(f => f.Proposal.CompanyId);
        return
        [
            .. found
                .Select(f => f.Proposal with { IsSure = f.Proposal.Confidence >= NameMatcher.Sure && !f.Doubtful && claims[f.Proposal.CompanyId].Count() == 1 })
                .OrderByDescending(p => p.Confidence).ThenBy(p => p.ExternalName, StringComparer.OrdinalIgnoreCase),
        ];
    }

    private static List<(Target Company, int Confidence, string Why)> Rank(Candidate external, List<Target> companies, NameMatcher matcher, ILookup<string, Target> byDomain)
    {
        var ranked = matcher.Best(MatchName.Of(external.Name), 3).ToDictionary(m => companies[m.Index].Id, m => (Company: companies[m.Index], m.Confidence, m.Why));
        foreach (var company in MatchName.DomainOf(external.Website) is { } domain ? byDomain[domain] : [])
        {
            // Branches share a website, so it makes a likely name likelier and an unlike one merely worth a look.
            var byName = ranked.TryGetValue(company.Id, out var r) ? r.Confidence : 0;
            if (byName < NameMatcher.Sure)
            {
                ranked[company.Id] = (company, byName >= 80 ? 92 : Math.Max(byName, 75), byName > 0 ? $"{ranked[company.Id].Why}, same website" : "Same website");
            }
        }

        return [.. ranked.Values.OrderByDescending(r => r.Confidence).ThenBy(r => r.Company.Name, StringComparer.OrdinalIgnoreCase)];
    }

    private static MatchProposal Proposal(Candidate external, Target company, int confidence, string why) =>
        new(external.ExternalId, external.Name, company.Id, company.Name, confidence, why, IsSure: false);

    private sealed record Candidate(string ExternalId, string Name, string? Website, string Payload);

    private sealed record Target(Guid Id, string Name, string? Website);
}
