using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace MSPortal.Storage.Bulk;

/// <summary>A binary COPY into a table of the transaction's own, and one statement from there: two journeys, however many rows.</summary>
internal sealed class PostgresDialect : Dialect
{
    /// <summary>Keys do not change, so whoever only refers to the row need not wait.</summary>
    public override string RowLock => " FOR NO KEY UPDATE";

    protected override async Task UpsertAsync<TRow>(PortalContext db, BulkTable<TRow> table, IReadOnlyList<TRow> rows, CancellationToken ct)
    {
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        await ExecuteAsync(connection, $"CREATE TEMPORARY TABLE arriving (LIKE {table.Name}) ON COMMIT DROP", ct);
        await using (var importer = await connection.BeginBinaryImportAsync($"COPY arriving ({table.Names}) FROM STDIN (FORMAT BINARY)", ct))
        {
            foreach (var row in rows)
            {
                await importer.StartRowAsync(ct);
                foreach (var column in table.Columns)
                {
                    await column.WriteAsync(importer, row, ct);
                }
            }

            await importer.CompleteAsync(ct);
        }

        await ExecuteAsync(
            connection, $"INSERT INTO {table.Name} ({table.Names}) SELECT {table.Names} FROM arriving {table.OnConflict}; DROP TABLE arriving", ct);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }
}
