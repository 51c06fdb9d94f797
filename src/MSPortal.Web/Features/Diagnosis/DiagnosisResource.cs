using System.ComponentModel;
using MSPortal.Core.Diagnosis;

namespace MSPortal.Web.Features.Diagnosis;

/// <summary>A diagnosis for programs.</summary>
/// <param name="IsWell">What was asked about can be seen.</param>
/// <param name="Nothing">Why there are no results; null when there are.</param>
internal sealed record DiagnosisResource(DiagnosisKind Kind, string? Text, DateTimeOffset At, bool IsWell, string? Nothing, IReadOnlyList<DiagnosisResult> Results)
{
    public static DiagnosisResource Of(Diagnosed diagnosed) => new(
        diagnosed.Subject.Kind,
        diagnosed.Subject.Text is { Length: > 0 } text ? text : null,
        diagnosed.At,
        diagnosed.IsWell,
        diagnosed.Nothing,
        [.. diagnosed.Walks.Select(DiagnosisResult.Of)]);
}

/// <param name="Summary">The outcome in one sentence.</param>
/// <param name="Cause">The first thing that keeps it away; null when nothing does.</param>
/// <param name="ExpectedAt">When it will have ended by itself.</param>
internal sealed record DiagnosisResult(
    long IntegrationId, string Integration, string Provider, string Summary, Cause? Cause, Stage? Stage, string? Advice, DateTimeOffset? ExpectedAt,
    DiagnosisRemedy? Remedy, IReadOnlyList<DiagnosisStage> Stages)
{
    public static DiagnosisResult Of(IntegrationWalk walk)
    {
        var finding = walk.Walk.Finding;
        var remedy = finding?.Remedy ?? walk.Walk.Next;
        return new DiagnosisResult(
            walk.IntegrationId, walk.Integration, walk.Provider, walk.Walk.Summary, finding?.Cause, finding?.Stage, finding?.Advice, finding?.ExpectedAt,
            remedy is null ? null : new DiagnosisRemedy(remedy.Kind, remedy.Label, RemedyTargets.Href(remedy, walk), RemedyTargets.Request(remedy, walk)),
            [.. walk.Walk.Stages.Select(s => new DiagnosisStage(s.Stage, s.Outcome, [.. s.Evidence.Select(e => new DiagnosisEvidence(e.Text, e.At, e.NeedsAttention))]))]);
    }
}

/// <param name="Page">The portal's page with the button; null when only the vendor's side can mend it.</param>
/// <param name="Request">The request that mends it; null when a person has to decide something first.</param>
internal sealed record DiagnosisRemedy(RemedyKind Kind, string Label, string? Page, string? Request);

internal sealed record DiagnosisStage(Stage Stage, StageOutcome Outcome, IReadOnlyList<DiagnosisEvidence> Evidence);

internal sealed record DiagnosisEvidence(string Text, DateTimeOffset? At, bool NeedsAttention);

/// <summary>What is missed, as it stands in an address.</summary>
internal sealed record DiagnosisParameters(
    [property: Description("A ticket's number, such as 1234 or #1234.")] string? Ticket,
    [property: Description("A company's name or the vendor's id of it.")] string? Company,
    [property: Description("Id of an integration: alone it is diagnosed itself, otherwise only it is looked in.")] long? Integration,
    [property: Description("With a ticket: the e-mail address of the person who should see it.")] string? Person = null)
{
    /// <summary>Null when it says two things at once, or names a person without a ticket.</summary>
    internal DiagnosisSubject? Read() => (Clean(Ticket), Clean(Company)) switch
    {
        ({ } ticket, null) => new DiagnosisSubject(DiagnosisKind.Ticket, ticket, Integration, Clean(Person)),
        _ when Clean(Person) is not null => null,
        (null, { } company) => new DiagnosisSubject(DiagnosisKind.Company, company, Integration),
        (null, null) => new DiagnosisSubject(DiagnosisKind.Integration, "", Integration),
        _ => null,
    };

    private static string? Clean(string? text) => text?.Trim().TrimStart('#') is { Length: > 0 } clean ? clean[..Math.Min(clean.Length, 200)] : null;
}

/// <summary>Which ticket to read now.</summary>
internal sealed record BringInInput(long IntegrationId, string? Number);

/// <param name="Message">What came of it.</param>
internal sealed record BringInAnswer(string Message);
