using System.Globalization;
using CsvHelper;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Settings;

/// <summary>The audit log as CSV, however long: written as it is read, and safe to open in a spreadsheet.</summary>
internal sealed class AuditExport(AuditQueries audit, PortalDatabase database, TimeProvider clock)
{
    private static readonly string[] Header = ["When", "Who", "From", "Action", "Kind", "Id", "Name", "Before", "After"];
    private static readonly CsvWriterOptions Options = new() { Injection = CsvInjection.Escape, WriteByteOrderMark = true };

    /// <summary>Writes UTF-8 and leaves the stream open; that it was taken is in the log as well.</summary>
    public async Task WriteAsync(Stream stream, AuditFilter filter, Actor actor, CancellationToken ct)
    {
        await using (var db = database.Open(actor.TenantId))
        {
            db.Audit.Add(AuditEntries.By(actor, clock.GetUtcNow(), "audit.exported", "audit", null, "Audit log"));
            await db.SaveChangesAsync(ct);
        }

        await using var csv = CsvWriter.Create(stream, Options, leaveOpen: true);
        await csv.WriteRecordAsync(Header, ct);
        await foreach (var entry in audit.AllAsync(actor.TenantId, filter, ct))
        {
            await csv.WriteRecordAsync(Fields(entry), ct);
        }

        await csv.FlushAsync(ct);
    }

    private static string[] Fields(AuditEntry entry) =>
    [
        entry.At.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), entry.Actor, entry.From ?? "", entry.Action,
        entry.SubjectKind, entry.SubjectId ?? "", entry.SubjectName ?? "", entry.Before ?? "", entry.After ?? "",
    ];
}
