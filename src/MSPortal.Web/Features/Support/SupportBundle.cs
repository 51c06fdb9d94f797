using System.IO.Compression;
using System.Text;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Web.Features.Diagnosis;

namespace MSPortal.Web.Features.Support;

/// <summary>A zip with what support asks for, and nothing that is secret; that somebody took it is in the audit log.</summary>
internal sealed class SupportBundle(PortalDatabase database, SupportFacts facts, SupportSecrets secrets, Diagnoses diagnoses, TimeProvider clock)
{
    public static string FileName(DateTimeOffset now) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"msportal-support-{now.UtcDateTime:yyyyMMdd-HHmm}.zip");

    /// <summary>Writes the zip and leaves the stream open.</summary>
    /// <param name="withNames">Keeps the names of clients and people.</param>
    public async Task WriteAsync(Stream stream, bool withNames, Actor actor, CancellationToken ct)
    {
        await using (var db = database.Open(actor.TenantId))
        {
            db.Audit.Add(AuditEntries.By(actor, clock.GetUtcNow(), "support.bundle_made", "support", null, withNames ? "Support bundle with names" : "Support bundle"));
            await db.SaveChangesAsync(ct);
        }

        var scrubber = await secrets.ScrubberAsync(actor.TenantId, withNames, ct);
        await using var zip = await ZipArchive.CreateAsync(stream, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8, ct);
        await AddAsync(zip, "README.txt", Readme(withNames), scrubber, ct);
        await foreach (var (name, text) in facts.ReadAsync(actor.TenantId, ct))
        {
            await AddAsync(zip, name, text, scrubber, ct);
        }

        var diagnosed = await diagnoses.RunAsync(actor.TenantId, new DiagnosisSubject(DiagnosisKind.Integration, "", null), ct);
        await AddAsync(zip, "diagnosis.txt", DiagnosisWords.Text(diagnosed, TimeZoneInfo.Utc), scrubber, ct);
    }

    private static async Task AddAsync(ZipArchive zip, string name, string text, Scrubber scrubber, CancellationToken ct)
    {
        await using var entry = await zip.CreateEntry(name, CompressionLevel.Optimal).OpenAsync(ct);
        await entry.WriteAsync(Encoding.UTF8.GetBytes(scrubber.Clean(text)), ct);
    }

    private static string Readme(bool withNames) => $"""
        MSPortal support bundle

        about.json         version, system, database, settings of the server (whether they are set, not what they are)
        integrations.json  type, status, settings, permissions, data types and their errors
        runs.json          the last reads, with their errors and counts
        quarantine.json    records that could not be understood: which, and why; not what they say
        notifications.json what people were told
        steps.json         what was done to the integrations lately
        diagnosis.txt      what MSPortal itself finds wrong

        No password, key or token is in it: they are left out, and every text was searched for them.
        {(withNames ? "Names of clients and people are in it, because somebody asked for them." : "Names of clients and people were replaced.")}
        """;
}
