using System.Globalization;
using System.Text;
using MSPortal.Core.Diagnosis;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Diagnosis;

/// <summary>A diagnosis in words: on the page, at the prompt, and in what is copied for a ticket.</summary>
internal static class DiagnosisWords
{
    public static (string Text, Tone Tone) Of(StageOutcome outcome) => outcome switch
    {
        StageOutcome.Passed => ("Passed", Tone.Positive),
        StageOutcome.Failed => ("Failed", Tone.Negative),
        StageOutcome.Unknown => ("Unknown", Tone.Attention),
        _ => ("Not reached", Tone.Neutral),
    };

    public static string Of(DiagnosisSubject subject) => subject.Kind switch
    {
        DiagnosisKind.Ticket => $"Ticket {Diagnoses.Number(subject.Text)}{(subject.Person is { } person ? $" for {person}" : "")}",
        DiagnosisKind.Company => $"Company “{subject.Text.Trim()}”",
        _ => "Integrations",
    };

    public static string Of(Evidence evidence, DateTimeOffset now) =>
        evidence.At is { } at ? $"{evidence.Text}: {RelativeTime.Of(at, now)}"
        : evidence.Text.EndsWith("last complete read", StringComparison.Ordinal) ? $"{evidence.Text}: never"
        : evidence.Text;

    /// <summary>When it ends by itself; null when it does not, or nobody knows.</summary>
    public static string? Expected(Finding finding, DateTimeOffset now) =>
        finding.ExpectedAt is not { } at ? null
        : at <= now ? "Expected at any moment."
        : $"Expected {RelativeTime.Of(at, now)}.";

    /// <summary>Everything in plain text, for a ticket or a terminal.</summary>
    public static string Text(Diagnosed diagnosed, TimeZoneInfo zone)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Of(diagnosed.Subject)}, {RelativeTime.Absolute(diagnosed.At, zone)}");
        if (diagnosed.Nothing is { } nothing)
        {
            text.AppendLine(nothing);
        }

        foreach (var walk in diagnosed.Walks)
        {
            Append(text, walk, diagnosed.At);
        }

        return text.ToString().TrimEnd();
    }

    private static void Append(StringBuilder text, IntegrationWalk walk, DateTimeOffset now)
    {
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"{walk.Integration} ({walk.Provider}): {walk.Walk.Summary}");
        if (walk.Walk.Finding is { } finding)
        {
            var more = new[] { finding.Advice, Expected(finding, now) }.OfType<string>();
            text.AppendLine(CultureInfo.InvariantCulture, $"  What to do: {string.Join(" ", more)}");
        }

        foreach (var stage in walk.Walk.Stages)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {stage.Stage}: {Of(stage.Outcome).Text.ToLowerInvariant()}");
            foreach (var evidence in stage.Evidence)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"    {(evidence.NeedsAttention ? "!" : "-")} {Of(evidence, now)}");
            }
        }
    }
}
