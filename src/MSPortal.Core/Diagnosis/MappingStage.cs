using MSPortal.Core.Model;

namespace MSPortal.Core.Diagnosis;

/// <summary>Whether what was read belongs to a company of ours, which is what shows it.</summary>
internal static class MappingStage
{
    public static Finding? Whole(IntegrationFacts facts, List<Evidence> evidence)
    {
        evidence.Add(new Evidence($"{Say.Count(facts.LinkedCompanies, "company", "companies")} linked, {facts.UnlinkedCompanies:N0} not"));
        if (facts.WaitingTickets > 0)
        {
            evidence.Add(new Evidence($"{Say.Count(facts.WaitingTickets, "ticket")} waiting for companies to be imported", NeedsAttention: facts.LinkedCompanies > 0));
        }

        return facts.LinkedCompanies > 0 || facts.Stream(DataType.Companies) is null ? null : new Finding(
            Cause.NoCompanyImported, Stage.Mapping, $"No company of {facts.Name} is imported yet, and tickets show with their company.",
            "Choose the companies that you want to see.", Import);
    }

    public static Finding? Ticket(IntegrationFacts facts, TicketFacts ticket, List<Evidence> evidence)
    {
        if (ticket.Company is { } company)
        {
            return Company(facts, company, evidence);
        }

        evidence.Add(new Evidence("The ticket has no company at the vendor: it is shown under “No company”"));
        return null;
    }

    public static Finding? Company(IntegrationFacts facts, CompanyFacts company, List<Evidence> evidence)
    {
        if (company.BlockedBy is { } blocker)
        {
            return new Finding(
                Cause.CompanyBlocked, Stage.Mapping, $"{company.Name} was blocked by {blocker}, so nothing of it is shown.", "Unblock it, then import it.", new Remedy(RemedyKind.SeeBlocked, "See blocked companies"));
        }

        if (company.LinkedTo is { } ours)
        {
            evidence.Add(new Evidence(ours == company.Name ? $"{company.Name} is linked" : $"{company.Name} is linked to {ours}"));
            return null;
        }

        return company.Place switch
        {
            CompanyPlace.FilteredOut => new Finding(
                Cause.CompanyFilteredOut, Stage.Mapping, $"The company filter of {facts.Name} leaves {company.Name} out.", "Change the filter in the Sync step, then import the company.",
                new Remedy(RemedyKind.ChooseData, "See the company filter")),
            CompanyPlace.Gone => new Finding(
                Cause.CompanyDeletedAtVendor, Stage.Mapping, $"{company.Name} was deleted at {facts.Name}.", "Give its tickets another company there.", new Remedy(RemedyKind.AtVendor, "Look at the vendor")),
            CompanyPlace.Read => new Finding(
                Cause.CompanyNotImported, Stage.Mapping, $"{company.Name} of {facts.Name} is not imported, and tickets show with their company.",
                company.StoredTickets > 0 ? $"Import it, and {Say.Count(company.StoredTickets, "ticket")} {(company.StoredTickets == 1 ? "shows" : "show")} at once." : "Import it.", Import),
            CompanyPlace.OursOnly => new Finding(
                Cause.CompanyNotImported, Stage.Mapping, $"{company.Name} is linked to no company of {facts.Name}, so no ticket shows for it.", "Import or link the company that it is there.", Import),
            _ => NotRead(facts, company),
        };
    }

    private static Remedy Import { get; } = new(RemedyKind.ImportCompanies, "Import companies");

    private static Finding NotRead(IntegrationFacts facts, CompanyFacts company)
    {
        var stream = facts.Stream(DataType.Companies);
        var closed = stream is null ? null : SynchronizationStage.Closed(facts, stream);
        return closed is not null ? closed with { Stage = Stage.Mapping } : new Finding(
            Cause.CompanyNotRead, Stage.Mapping, $"{company.Name} has not been read from {facts.Name} yet, so it cannot be imported.",
            company.Place is CompanyPlace.Quarantined ? "It could not be understood; the integration's page says why." : "It comes with the next read of companies.",
            company.Place is CompanyPlace.Quarantined ? new Remedy(RemedyKind.OpenIntegration, "See details") : new Remedy(RemedyKind.SyncNow, "Sync now"),
            stream?.NextAt);
    }
}
