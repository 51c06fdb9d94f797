using Microsoft.EntityFrameworkCore;
using MSPortal.Web.Hosting;

namespace MSPortal.Web.Features.Companies;

/// <summary>Companies as people name them on the command line.</summary>
internal static class CompanyNames
{
    /// <summary>By id or name.</summary>
    /// <exception cref="CommandFailedException">There is none, or several have the name.</exception>
    public static async Task<IReadOnlyList<Guid>> FindAsync(CommandSession session, IReadOnlyCollection<string> wanted, CancellationToken ct)
    {
        await using var db = session.OpenDatabase();
        var all = await db.Companies.Select(c => new { c.Id, c.Name }).ToListAsync(ct);
        return
        [
            .. wanted.Select(w => all.Where(c => (Guid.TryParse(w, out var id) && c.Id == id) || c.Name.Equals(w.Trim(), StringComparison.OrdinalIgnoreCase)).Select(c => c.Id).ToList() switch
            {
                [var one] => one,
                [] => throw new CommandFailedException($"There is no company “{w.Trim()}”."),
                _ => throw new CommandFailedException($"Several companies are called “{w.Trim()}”. Give the id."),
            }),
        ];
    }
}
