using System.Text.Json;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;

namespace MSPortal.Core.Sync;

/// <summary>Sorts what a vendor sent into what is kept, what is out of the chosen scope and what cannot be stored, so that pages, confirmations and single reads decide alike.</summary>
internal static class Sorting
{
    public static RowChanges Sort(IntegrationState integration, RowChanges into, IReadOnlyList<ExternalRecord> rows, IReadOnlyList<BadRow> bad)
    {
        var kept = new List<StoredRow>(rows.Count);
        var outside = new List<Exclusion>();
        var unstorable = new List<BadRow>(bad);
        foreach (var record in rows)
        {
            if (string.IsNullOrEmpty(record.ExternalId))
            {
                unstorable.Add(new BadRow(null, "The record has no id.", record.GetType().Name));
            }
            else if (Exclusion(integration, record, into.ReadAt) is { } reason)
            {
                outside.Add(new Exclusion(record.ExternalId, reason));
            }
            else
            {
                Store(record, kept, unstorable);
            }
        }

        return into with { Rows = kept, OutOfScope = outside, Bad = unstorable, Choice = integration.Choice };
    }

    /// <summary>What single reads say, as changes; ids that could not be told are in <paramref name="unknown"/> and change nothing.</summary>
    public static RowChanges Sort(
        IntegrationState integration,
        RowChanges into,
        IReadOnlyList<string> asked,
        IReadOnlyList<ReadResult> results,
        out IReadOnlyList<string> unknown)
    {
        // Only what was asked for counts, and only once: an answer about something else proves nothing.
        var answers = results.Where(r => asked.Contains(r.ExternalId)).GroupBy(r => r.ExternalId).ToDictionary(g => g.Key, g => g.Last());
        unknown = [.. asked.Where(id => answers.GetValueOrDefault(id) is null or ReadResult.Unknown)];
        return Sort(
            integration,
            into with { Gone = [.. answers.Values.OfType<ReadResult.Gone>().Select(g => g.ExternalId)] },
            [.. answers.Values.OfType<ReadResult.Present>().Select(p => p.Record)],
            [.. answers.Values.OfType<ReadResult.Bad>().Select(b => b.Row with { ExternalId = b.ExternalId })]);
    }

    /// <summary>Null when the record is kept, otherwise why not.</summary>
    public static string? Exclusion(IntegrationState integration, ExternalRecord record, DateTimeOffset now) => record switch
    {
        Ticket ticket => integration.Scope.Judge(ticket, now) switch
        {
            ScopeVerdict.Kept => null,
            var verdict => verdict.ToString(),
        },
        ExternalCompany company => integration.CompanyFilter.Admits(company) ? null : "CompanyFilter",
        _ => null,
    };

    private static void Store(ExternalRecord record, List<StoredRow> kept, List<BadRow> unstorable)
    {
        try
        {
            kept.Add(StoredRow.Of(record));
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or ArgumentException or InvalidOperationException)
        {
            unstorable.Add(new BadRow(record.ExternalId, $"The record cannot be stored: {e.Message}", record.GetType().Name));
        }
    }
}
