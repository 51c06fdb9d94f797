using System.Globalization;
using CsvHelper;

namespace MSPortal.Web;

/// <summary>Rows as CSV, however many: written as they are read, in UTF-8, and safe to open in a spreadsheet.</summary>
internal static class CsvFile
{
    /// <summary>A text that begins like a formula gets an apostrophe in front: vendors' texts are anybody's. Numbers are none, so that a minus stays a minus.</summary>
    private static readonly CsvWriterOptions Options = new() { Injection = CsvInjection.Escape, WriteByteOrderMark = true };

    /// <summary>Leaves the stream open; the answer is how many rows there were.</summary>
    /// <param name="fields">Texts and numbers; null for an empty field.</param>
    public static async Task<long> WriteAsync<T>(Stream stream, string[] header, IAsyncEnumerable<T> rows, Func<T, object?[]> fields, CancellationToken ct)
    {
        var count = 0L;
        await using var csv = CsvWriter.Create(stream, Options, leaveOpen: true);
        await csv.WriteRecordAsync(header, ct);
        await foreach (var row in rows.WithCancellation(ct))
        {
            foreach (var field in fields(row))
            {
                csv.WriteField(field);
            }

            await csv.EndRecordAsync(ct);
            count++;
        }

        await csv.FlushAsync(ct);
        return count;
    }

    /// <summary>UTC to the second; empty for none.</summary>
    public static string Time(DateTimeOffset? at) => at?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";
}
