namespace MSPortal.Web.Features.Companies;

/// <summary>Which external company: ids are the vendor's and unique within integration and partition only.</summary>
public sealed record ExternalKey(long IntegrationId, string ExternalId, string Partition = "");

/// <summary>What became of one row of an operation.</summary>
public enum RowOutcome
{
    Created,
    Linked,
    Unlinked,
    Deleted,
    Changed,
    Skipped,
    Failed,
}

/// <param name="Name">The external company's name, or the company's where there is none.</param>
/// <param name="Reason">Why it was skipped or failed, in one sentence.</param>
public sealed record RowResult(string ExternalId, string Name, RowOutcome Outcome, string? Reason = null, Guid? CompanyId = null, string? CompanyName = null);

/// <summary>What an operation did, row by row; nobody has to guess why a company is missing.</summary>
/// <param name="OperationId">For the undo; null when nothing was changed.</param>
public sealed record OperationResult(Guid? OperationId, IReadOnlyList<RowResult> Rows)
{
    public int Created => Count(RowOutcome.Created);

    public int Linked => Count(RowOutcome.Linked);

    public int Unlinked => Count(RowOutcome.Unlinked);

    public int Deleted => Count(RowOutcome.Deleted);

    public int Changed => Count(RowOutcome.Changed);

    public int Skipped => Count(RowOutcome.Skipped);

    public int Failed => Count(RowOutcome.Failed);

    private int Count(RowOutcome outcome) => Rows.Count(r => r.Outcome == outcome);
}

/// <summary>Something about companies that cannot be done; the message is for the person who asked.</summary>
/// <param name="missing">What it is about does not exist (for this tenant).</param>
/// <param name="field">The entry that caused it.</param>
public sealed class CompanyProblemException(string message, bool missing = false, string? field = null) : Exception(message)
{
    public bool Missing { get; } = missing;

    public string? Field { get; } = field;

    public static CompanyProblemException NoCompany() => new("This company does not exist any more.", missing: true);

    public static CompanyProblemException NoIntegration(long id) => new($"There is no integration {id}.", missing: true);
}

/// <summary>What an operation changed, kept in its audit entry: the undo works from it.</summary>
internal sealed record OperationRecord
{
    public IReadOnlyList<CompanyState> Created { get; init; } = [];
    public IReadOnlyList<LinkState> Linked { get; init; } = [];
    public IReadOnlyList<LinkState> Unlinked { get; init; } = [];
    public IReadOnlyList<TypesState> Types { get; init; } = [];
}

/// <summary>A company as audited and as compared before an undo.</summary>
internal sealed record CompanyState(Guid Id, string Name, bool IsActive, string? Phone, string? Website, string? City);

/// <summary>The types that people gave to a company, before and after a change.</summary>
internal sealed record TypesState(Guid CompanyId, string CompanyName, IReadOnlyList<string> Before, IReadOnlyList<string> After);

/// <param name="Id">The link row's: a link that was taken away and made again is another one.</param>
internal sealed record LinkState(long Id, Guid CompanyId, string CompanyName, long IntegrationId, string Partition, string ExternalId, string? ExternalName);
