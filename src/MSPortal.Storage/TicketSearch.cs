using Microsoft.EntityFrameworkCore;
using MSPortal.Storage.Model;

namespace MSPortal.Storage;

/// <summary>Finds tickets by parts of words in number, summary, company and contact, by the index that each database has for it.</summary>
public static class TicketSearch
{
    private const int MaxWords = 8;

    /// <summary>The trigram index knows no shorter pieces.</summary>
    private const int Indexed = 3;

    /// <summary>Tickets of the context's tenant that have every word of the text somewhere, whatever its case; all when there is no word. Filter, sort and page as with <see cref="PortalContext.Tickets"/>.</summary>
    public static IQueryable<TicketRow> Matching(PortalContext db, string? text)
    {
        var words = (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.OrdinalIgnoreCase).Take(MaxWords)
            .Select(Core.Model.Canonical.Clean).ToArray();
        return words.Length == 0 ? db.Tickets : db.Database.IsNpgsql() ? Postgres(db, words) : Sqlite(db, words);
    }

    /// <summary>The expression is that of the index to the letter; without the extension the tenant's tickets are read through.</summary>
    private static IQueryable<TicketRow> Postgres(PortalContext db, string[] words)
    {
        const string Text = "(number || ' ' || summary || ' ' || coalesce(company_name, '') || ' ' || coalesce(contact_name, ''))";
        var terms = string.Join(" AND ", words.Select((_, i) => $"{Text} ILIKE {{{i}}}"));
#pragma warning disable EF1002 // The words are parameters; the rest is our own.
        return db.Tickets.FromSqlRaw($"SELECT * FROM tickets WHERE {terms}", [.. words.Select(Like)]);
#pragma warning restore EF1002
    }

    private static IQueryable<TicketRow> Sqlite(PortalContext db, string[] words)
    {
        const string Text = "(number || ' ' || summary || ' ' || coalesce(company_name, '') || ' ' || coalesce(contact_name, ''))";
        var parameters = new List<object>();
        var terms = new List<string>();
        var known = Array.FindAll(words, w => w.EnumerateRunes().Count() >= Indexed);
        if (known.Length > 0)
        {
            parameters.Add(string.Join(' ', known.Select(w => $"\"{w.Replace("\"", "\"\"", StringComparison.Ordinal)}\"")));
            terms.Add("rowid IN (SELECT rowid FROM ticket_search WHERE ticket_search MATCH {0})");
        }

        foreach (var word in words.Except(known, StringComparer.Ordinal))
        {
            terms.Add($"{Text} LIKE {{{parameters.Count}}} ESCAPE '\\'");
            parameters.Add(Like(word));
        }

#pragma warning disable EF1002 // The words are parameters; the rest is our own.
        return db.Tickets.FromSqlRaw($"SELECT * FROM tickets WHERE {string.Join(" AND ", terms)}", [.. parameters]);
#pragma warning restore EF1002
    }

    private static string Like(string word) =>
        $"%{word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
}
