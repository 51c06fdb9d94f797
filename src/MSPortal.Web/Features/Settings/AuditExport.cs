using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Settings;

/// <summary>The audit log as CSV, however long: written as it is read, and safe to open in a spreadsheet.</summary>
internal sealed class AuditExport(AuditQueries audit, PortalDatabase database, TimeProvider clock)
{
    private static readonly string[] Header = ["When", "Who", "From", "Action", "Kind", "Id", "Name", "Before", "After"];

    /// <summary>Writes UTF-8 and leaves the stream open; that it was taken is in the log as well.</summary>
    public async Task WriteAsync(Stream stream, AuditFilter filter, Actor actor, CancellationToken ct)
    {
        await using (var db = database.Open(actor.TenantId))
        {
            db.Audit.Add(AuditEntries.By(actor, clock.GetUtcNow(), "audit.exported", "audit", null, "Audit log"));
            await db.SaveChangesAsync(ct);
        }

        await CsvFile.WriteAsync(stream, Header, audit.AllAsync(actor.TenantId, filter, ct), Fields, ct);
    }

    private static string[] Fields(AuditEntry entry) =>
    [
        CsvFile.Time(entry.At), entry.Actor, entry.From ?? "", entry.Action,
        entry.SubjectKind, entry.SubjectId ?? "", entry.SubjectName ?? "", entry.Before ?? "", entry.After ?? "",
    ];
}
