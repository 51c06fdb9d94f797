using Microsoft.EntityFrameworkCore;

namespace MSPortal.Storage;

/// <summary>Deletes many rows a few at a time, so that nobody else waits long for their turn to write.</summary>
internal static class Batches
{
    private const int Size = 500;

    /// <param name="database">Where.</param>
    /// <param name="condition">SQL over the table's columns, with {0}, {1} … for the values; never anything from outside.</param>
    /// <param name="values">The values.</param>
    /// <param name="ct">Stops between two batches.</param>
    /// <returns>How many rows went.</returns>
    public static async Task<long> DeleteAsync<TRow>(PortalDatabase database, string condition, object[] values, CancellationToken ct)
        where TRow : class
    {
        long deleted = 0;
        int batch;
        do
        {
            batch = await WriteTransaction.RunAsync(
                database,
                0,
                db =>
                {
                    var table = db.Model.FindEntityType(typeof(TRow))!.GetTableName();
                    var row = db.Database.IsNpgsql() ? "ctid" : "rowid";
#pragma warning disable EF1002 // Only names and conditions of our own are put in; values are parameters.
                    return db.Database.ExecuteSqlRawAsync(
                        $"DELETE FROM {table} WHERE {row} IN (SELECT {row} FROM {table} WHERE {condition} LIMIT {Size})", values, ct);
#pragma warning restore EF1002
                },
                ct);
            deleted += batch;
        }
        while (batch == Size);

        return deleted;
    }
}
